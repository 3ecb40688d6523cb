"""Too much, too many and too slow: what one client may take up of the gateway, measured while they try.

Bounds on memory are generous, and far below what the attack would take without a limit. No test measures time: an
attack either ends, or the test does not.
"""

import json
import socket
import ssl
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from threading import Event
from typing import Any, Final

import pytest

from attacks.conftest import LONGEST_BODY, LONGEST_HEAD, LONGEST_TOKEN, WAYS, besieged_by
from attacks.test_connections import NUMBERS, decide, delete, kept, of_held, pending, until
from attacks.words import BODY, CHUNKED, CHUNKS, GET, HEARTBEAT, JSON, PACK, bombed, chunked, head, packed, post, sized
from demo.gateway import DATA
from demo.stack import Stack
from support.http2 import raw as http2
from support.servers.besieged import Besieged
from support.servers.witness import Arrived, Wire, answer, says, well
from support.tools.memory import growth
from support.tools.raw_http import Sent

CREATE: Final = f"{DATA}/collections"
MEGABYTE: Final = 1024 * 1024
FLOOD: Final = 48 * MEGABYTE
ALLOWED: Final = 24 * MEGABYTE
PIECE: Final = b"a" * MEGABYTE


def pour(line: socket.socket, piece: bytes = PIECE, amount: int = FLOOD) -> None:
    """Send so much, or as much as is taken."""
    with suppress(OSError):
        for _ in range(0, amount, len(piece)):
            line.sendall(piece)


# too much


@pytest.mark.sample(4, town="reverse")
@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (f"GET {HEARTBEAT} HTTP/1.1\r\nX-Note: ", PIECE),  # CWE-770
        (f"GET {HEARTBEAT} HTTP/1.1\r\n", b"X: y\r\n" * 100_000),
        (sized("30000000"), PIECE),  # RFC 9110 section 15.5.14
        (chunked(body="fffffff\r\n"), PIECE),
        (chunked(body=""), b"1;a\r\na\r\n" * 50_000),
        (chunked(body="5;"), PIECE),  # CVE-2023-39326
        (chunked(body=f"{CHUNKS}X-Note: "), PIECE),
        (chunked("Expect: 100-continue", body="fffffff\r\n"), PIECE),
    ],
    ids=["header", "headers", "body", "chunk", "chunks", "words of a chunk", "trailers", "after a leave to go on"],
)
def test_what_never_ends_is_not_kept(besieged: Besieged, begin: str, piece: bytes) -> None:
    with growth(besieged.gateway.server.pid) as grown, besieged.connect() as line:
        line.sendall(besieged.raw(begin))
        pour(line, piece)
        sent = besieged.hear(line)
    assert not any(reply.status < 400 for reply in sent.replies if reply.status != 100)
    assert grown() < ALLOWED
    assert besieged.database.of_people == []


def test_a_greeting_that_never_ends_is_not_kept(besieged: Besieged) -> None:
    """RFC 8446 section 4: the length of a handshake message has 24 bits, and mitmproxy would keep them all."""
    record = b"\x16\x03\x01\x40\x00" + b"a" * 0x4000
    with growth(besieged.gateway.server.pid) as grown, besieged.connect(tls=False) as line:
        line.sendall(b"\x16\x03\x01\x40\x00\x01\xff\xff\xff" + b"a" * 0x3FFC)
        pour(line, record * 64, 15 * MEGABYTE)
        assert b"HTTP" not in besieged.hear(line).raw
    assert grown() < ALLOWED / 3


def test_what_is_sent_while_a_request_is_held_is_not_kept(besieged: Besieged) -> None:
    """mitmproxy would keep it all, for as long as a person thinks."""
    with growth(besieged.gateway.server.pid) as grown, besieged.connect() as line:
        line.sendall(besieged.raw(kept(delete(next(NUMBERS)))))
        shown = pending(besieged)
        pour(line)
        besieged.hear(line)
        decide(besieged, "approve", shown["id"])
    time.sleep(0.3)
    assert grown() < ALLOWED
    assert of_held(besieged) == []


def test_a_token_that_is_longer_than_any_is_not_looked_into(besieged: Besieged) -> None:
    """CWE-400: what would be decoded, parsed and proven is measured first."""
    long = f"{'a' * 40}.{'b' * LONGEST_TOKEN}.{'c' * 40}"
    with growth(besieged.gateway.server.pid) as grown:
        for _ in range(20):
            sent = besieged.say(head(f"GET {HEARTBEAT}", token=f"Authorization: Bearer {long}"))
            assert [reply.code for reply in sent.replies] == ["identity.invalid"]
            assert str(LONGEST_TOKEN) in sent.replies[0].json["message"]
    assert besieged.database.of_people == []
    assert grown() < ALLOWED


@pytest.mark.parametrize(
    "body",
    [b"[" * LONGEST_BODY, b"[]," * (LONGEST_BODY // 3), b'{"a":' * (LONGEST_BODY // 5), b'"\\' * (LONGEST_BODY // 2)],
    ids=["nested", "many", "keys", "escapes"],
)
def test_a_small_document_that_would_be_large_is_weighed_first(besieged: Besieged, body: bytes) -> None:
    """CWE-400; RFC 8259 section 9."""
    with growth(besieged.gateway.server.pid) as grown:
        replies = besieged.say(head(f"POST {GET}", JSON, f"Content-Length: {len(body)}").encode() + body).replies
    assert [reply.code for reply in replies] == ["body.unreadable"]
    assert grown() < ALLOWED


#: How much of nothing fits into a body that may be sent.
NOTHING: Final = {"gzip": 18, "deflate": 18, "br": 100, "zstd": 100}


@pytest.mark.parametrize("name", PACK)
def test_a_small_body_that_would_be_large_is_not_unpacked(besieged: Besieged, name: str) -> None:
    """CWE-409."""
    bomb = packed(name, bytes(NOTHING[name] * MEGABYTE))
    assert len(bomb) < LONGEST_BODY
    with growth(besieged.gateway.server.pid) as grown:
        assert [reply.code for reply in besieged.say(bomb).replies] == ["body.too_large"]
    assert grown() < ALLOWED / 2


def test_what_nobody_known_sends_is_not_unpacked(besieged: Besieged) -> None:
    """The token is looked at first."""
    (reply,) = besieged.say(packed("gzip", bytes(MEGABYTE)).replace("TOKEN", "x.y.z")).replies
    assert reply.code == "identity.invalid"


# too many


ADDRESS, ALL = 3, 5


def test_one_address_gets_so_many_connections_and_all_together_so_many(
    stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """CWE-770. Those that are there go on; when one leaves, another one may come."""
    limits = {"clients_per_address": ADDRESS, "clients": ALL, "head_seconds": 60, "idle_seconds": 60}
    with besieged_by("reverse", stack, tmp_path_factory, limits=limits) as town, ExitStack() as ends:
        context = ssl.create_default_context(cafile=str(town.gateway.ca))

        def come(address: str) -> socket.socket | None:
            """A connection on which TLS has begun, so somebody is there; None: it was closed unheard."""
            line = socket.create_connection(("127.0.0.1", town.gateway.listen.port), 20, (address, 0))
            ends.callback(line.close)
            try:
                return ends.enter_context(context.wrap_socket(line, server_hostname=town.name))
            except OSError:
                return None

        def leave(line: socket.socket | None) -> None:
            assert line is not None
            line.close()

        until(lambda: is_served(town))
        until(lambda: come("127.0.0.1") is None)  # those of the questions above are gone, too
        here = [come("127.0.0.2") for _ in range(ALL - ADDRESS)]
        assert all(here)
        assert come("127.0.0.3") is None
        assert come("127.0.0.1") is None
        leave(here.pop())
        until(lambda: come("127.0.0.3") is not None)
        assert come("127.0.0.4") is None


@pytest.mark.sample(1)  # a gateway of its own for each way, and hundreds of connections
@pytest.mark.parametrize("way", WAYS)
def test_a_flood_of_connections_takes_no_room(stack: Stack, tmp_path_factory: pytest.TempPathFactory, way: str) -> None:
    """CWE-770: five hundred from one address, of which three are heard."""
    limits = {"clients_per_address": ADDRESS, "head_seconds": 60, "idle_seconds": 60}
    with besieged_by(way, stack, tmp_path_factory, limits=limits) as town, ExitStack() as ends:

        def come() -> socket.socket | None:
            """A connection on which TLS has begun; None: it was closed unheard."""
            with suppress(OSError):
                return ends.enter_context(town.connect())
            return None

        def full() -> bool:
            here = [one for one in (come() for _ in range(ADDRESS)) if one]
            for one in here[: 0 if len(here) == ADDRESS else ADDRESS]:  # those of the questions before still leave
                one.close()
            return len(here) == ADDRESS

        until(lambda: is_served(town))
        until(full)
        with growth(town.gateway.server.pid) as grown:
            assert not any(come() for _ in range(500))
        assert grown() < ALLOWED / 3


# too slow: a gateway without patience

UNDER_WAY, OPEN, REQUESTS = 3, 2, 3
NARROW: Final[dict[str, Any]] = {
    "request_body": 16 * MEGABYTE,
    "answer_body": 16 * MEGABYTE,
    "connections": 1,
    "requests": UNDER_WAY,
    "connection_requests": REQUESTS,
    "head_seconds": 1,
    "body_seconds": 1,
    "idle_seconds": 1,
    "answer_seconds": 1.5,
}


@pytest.fixture(scope="module", params=WAYS)
def narrow_town(
    request: pytest.FixtureRequest, stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Besieged]:
    over = {"limits": NARROW, "hold": {"open_per_user": OPEN}}
    with besieged_by(request.param, stack, tmp_path_factory, **over) as made:
        yield made


@pytest.fixture
def narrow(narrow_town: Besieged) -> Iterator[Besieged]:
    """With nobody connected."""
    narrow_town.database.behave = well
    until(lambda: is_served(narrow_town))
    narrow_town.database.forget()
    yield narrow_town
    narrow_town.check_database()


def is_served(town: Besieged) -> bool:
    with suppress(OSError):
        return [reply.status for reply in town.say(head(f"GET {HEARTBEAT}")).replies] == [200]
    return False


def is_closed(line: socket.socket) -> bool:
    """Whether the gateway closes it, unasked."""
    with suppress(ConnectionError, ssl.SSLError):
        return line.recv(1) == b""
    return True


#: What stands where the token should, and which refusal it is.
NO_TOKEN: Final = {
    "": "identity.missing",
    "Authorization: Bearer a b": "identity.invalid",
    "Authorization: Bearer TOKEN\r\nApi-Key: TOKEN": "identity.ambiguous",
    "Authorization: Bearer TOKENx": "identity.invalid",  # of good form, and forged
}
LENGTH: Final = f"Content-Length: {15 * MEGABYTE}"


@pytest.mark.parametrize("length", [LENGTH, CHUNKED])
def test_of_a_large_body_without_a_token_nothing_is_kept(narrow: Besieged, length: str) -> None:
    """CWE-770. It is refused by its head; nobody is told to go on with it, or as soon as a chunk says that it is large."""
    if narrow.is_stock:
        pytest.skip("mitmproxy's own layers keep it up to `request_body`")
    replies = []
    with growth(narrow.gateway.server.pid) as grown:
        for token in NO_TOKEN:
            with narrow.connect() as line:
                line.sendall(narrow.raw(head(f"POST {GET}", JSON, length, "Expect: 100-continue", token=token)))
                pour(line, PIECE if length == LENGTH else b"c00000\r\n" + PIECE, 12 * MEGABYTE)
                replies += narrow.hear(line).replies
    assert [reply.code for reply in replies if reply.status != 100] == [*NO_TOKEN.values()]
    assert length == CHUNKED or len(replies) == len(NO_TOKEN)
    assert grown() < ALLOWED / 3
    assert narrow.ends()[-1] == "request.refused"
    assert narrow.database.of_people == []


@pytest.mark.parametrize("token", ["", "Bearer e30.e30.e30"])
def test_of_a_large_body_without_a_token_nothing_is_kept_over_http2(narrow: Besieged, token: str) -> None:
    if narrow.is_stock:
        pytest.skip("mitmproxy's own layers keep it up to `request_body`")
    named = [(":method", "POST"), (":scheme", "https"), (":authority", narrow.name), (":path", GET)]
    named += [("authorization", token)] if token else []
    with growth(narrow.gateway.server.pid) as grown, narrow.connect(alpn=("h2",)) as wire:
        line = http2.Line(wire)
        line.until("WindowUpdate")
        line.send(http2.settings(flags=1) * 2)  # what it said of its windows holds from now on
        for number in (1, 3):
            line.send(http2.head(named, number, end=False))
            line.send(*(http2.data(b"a" * 16_000, number, end=False) for _ in range(20)))
        heard = line.read(1, 3)
    assert [heard.streams[number].code for number in (1, 3)] == [
        "identity.invalid" if token else "identity.missing"
    ] * 2
    assert grown() < ALLOWED / 3
    assert narrow.database.of_people == []


def test_large_bodies_have_their_turns_and_small_ones_do_not_wait(
    stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """CWE-770: of those that come at once, also with good tokens, those that have no turn yet are not read."""
    limits = {"request_body": 16 * MEGABYTE, "bodies_at_once": 8 * MEGABYTE}
    body = b'{"ids":["ticket-1"]%b}' % (b" " * (3 * MEGABYTE))
    told, goes_on, many = head(f"POST {GET}", JSON, f"Content-Length: {len(body)}", "Expect: 100-continue"), Event(), 30
    begun = list[int]()

    def send(line: socket.socket) -> list[int]:
        begun.append(1)
        line.sendall(body[:MEGABYTE])  # also unasked
        goes_on.wait(60)
        line.sendall(body[MEGABYTE:])
        return [reply.status for reply in town.hear(line).replies if reply.status != 100]

    with besieged_by("reverse", stack, tmp_path_factory, limits=limits) as town, ExitStack() as ends:
        town.say(post(BODY))
        pool = ends.enter_context(ThreadPoolExecutor(many))
        with growth(town.gateway.server.pid) as grown:
            lines = [ends.enter_context(town.connect()) for _ in range(many)]
            for line in lines:
                line.sendall(town.raw(told))
            assert lines[0].recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
            answered = [pool.submit(send, line) for line in lines]
            until(lambda: len(begun) == many)
            assert [reply.status for reply in town.say(post(BODY)).replies] == [200]
            assert grown() < ALLOWED
            goes_on.set()
            assert [one.result(60) for one in answered] == [[200]] * many
        town.check_database()


@pytest.mark.parametrize("length", [LENGTH, CHUNKED])
def test_a_large_body_with_a_token_is_let_come(narrow: Besieged, length: str) -> None:
    """Its sender may wait for a leave to go on, and then gets it."""
    body = b'{"ids":["ticket-1"]%b}' % (b" " * (4 * MEGABYTE))
    told, sent = f"Content-Length: {len(body)}", body
    if length == CHUNKED:
        told, sent = CHUNKED, b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    with narrow.connect() as line:
        line.sendall(narrow.raw(head(f"POST {GET}", JSON, told, "Expect: 100-continue")))
        assert line.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.sendall(sent)
        assert [reply.status for reply in narrow.hear(line).replies] == [200]


MANY: Final = 60
HALVES: Final[dict[str, Callable[[], str]]] = {
    "nothing after TLS": lambda: "",
    "half a head": lambda: f"GET {HEARTBEAT} HTTP/1.1\r\nX-Note: {'a' * (LONGEST_HEAD - 100)}",
    "half a body": lambda: sized(str(MEGABYTE), " " * (MEGABYTE // 8)),
    "nothing after an answer": lambda: kept(head(f"GET {HEARTBEAT}")),
}


@pytest.mark.parametrize("name", HALVES)
def test_many_who_stop_in_the_middle_are_cut_off(narrow: Besieged, name: str) -> None:
    """Slowloris again, now in numbers: what each had sent is given back."""
    with growth(narrow.gateway.server.pid) as grown, ExitStack() as ends:
        lines = []
        for _ in range(MANY):
            with suppress(OSError):
                lines.append(ends.enter_context(narrow.connect()))
                lines[-1].sendall(narrow.raw(HALVES[name]()))
        for line in lines:
            narrow.hear(line)  # to the end; it would wait for ever
    assert len(lines) == MANY
    assert grown() < ALLOWED


TRICKLES: Final[dict[str, tuple[bool, Callable[[], str], str]]] = {
    "no TLS": (False, lambda: "", "\x16"),
    "TLS, byte by byte": (False, lambda: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "a"),
    "nothing after TLS": (True, lambda: "", ""),
    "a head, byte by byte": (True, lambda: f"GET {HEARTBEAT} HTTP/1.1\r\nX-Note: ", "a"),
    "a head, line by line": (True, lambda: f"GET {HEARTBEAT} HTTP/1.1\r\n", "X: y\r\n"),
    "a body, byte by byte": (True, lambda: sized("1000", ""), " "),
    "chunks, one by one": (True, lambda: chunked(body=""), "1\r\n \r\n"),
    "words of a chunk": (True, lambda: chunked(body="5;"), "a"),
}


@pytest.mark.parametrize("name", TRICKLES)
def test_who_is_slow_is_cut_off(narrow: Besieged, name: str) -> None:
    """Hansen, Slowloris, 2009; R-U-Dead-Yet: bytes that trickle in buy no time."""
    tls, begin, more = TRICKLES[name]
    with narrow.connect(tls=tls) as line:
        line.sendall(narrow.raw(begin()))
        line.settimeout(0.2)
        for _ in range(200):
            try:
                line.sendall(more.encode("latin-1"))
                assert line.recv(1) == b""
                break
            except TimeoutError:
                continue
            except (ConnectionError, ssl.SSLError):
                break
        else:
            pytest.fail("it may trickle for ever")
    assert narrow.database.of_people == []


def test_an_old_connection_ends_with_its_answer(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> None:
    """However busy it is: what piles up on a connection, and what it was checked against, has an end."""
    with besieged_by("reverse", stack, tmp_path_factory, limits={"connection_seconds": 2}) as town:
        until(lambda: is_served(town))
        with growth(town.gateway.server.pid) as grown, town.connect() as line:
            received, asked = b"", town.raw(kept(head(f"GET {HEARTBEAT}")))
            while not is_last(received):
                line.sendall(asked)
                received = b""
                while not received.endswith(b"}"):
                    received += line.recv(65536)
            assert line.recv(1) == b""
        assert grown() < ALLOWED


def is_last(answered: bytes) -> bool:
    """Whether this answer says that no other one follows."""
    return b"connection: close" in answered.lower()


def test_an_idle_connection_is_closed_and_one_in_use_is_not(narrow: Besieged) -> None:
    """RFC 9112 section 9.8."""

    def goes_on() -> bool:
        """For longer than it may be idle, with pauses that are shorter, unless the machine is so busy that they are not."""
        with narrow.connect() as line, suppress(OSError):
            for _ in range(REQUESTS - 1):
                line.sendall(narrow.raw(kept(head(f"GET {HEARTBEAT}"))))
                received = b""
                while not received.endswith(b"}"):
                    if not (piece := line.recv(65536)):
                        return False
                    received += piece
                assert received.startswith(b"HTTP/1.1 200")
                time.sleep(0.6)
            assert is_closed(line)
            return True
        return False

    until(goes_on)


def test_a_connection_ends_with_so_many_requests(narrow: Besieged) -> None:
    with growth(narrow.gateway.server.pid) as grown:
        sent = narrow.say(kept(head(f"GET {HEARTBEAT}")) * (REQUESTS + 1))
    heard = REQUESTS - narrow.spent
    assert [reply.headers.get("connection") for reply in sent.replies] == [None] * (heard - 1) + ["close"]
    assert len(narrow.database.of_people) == heard
    assert grown() < ALLOWED


@pytest.mark.parametrize("how", [lambda said: said, kept], ids=["last answer", "any answer"])
def test_an_answer_that_is_not_taken_is_not_kept(narrow: Besieged, how: Callable[[str], str]) -> None:
    """Shekyan, Slow Read, 2012: eight megabytes that the client never reads."""
    narrow.database.behave = says(answer(b'{"distances":[%b0.5]}' % (b"0.123456789," * 700_000)))
    with growth(narrow.gateway.server.pid) as grown, narrow.dial() as plain:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        context = ssl.create_default_context(cafile=str(narrow.gateway.ca))
        context.check_hostname = False
        with context.wrap_socket(plain, server_hostname=narrow.name) as line:
            line.sendall(narrow.raw(how(post(BODY))))
            until(lambda: narrow.ends()[-1:] == ["answer.released"])
            until(lambda: _is_reset(line))
    assert grown() < 160 * MEGABYTE  # read, masked and recorded, once


def _is_reset(line: socket.socket) -> bool:
    """Whether the other side has given up, seen without reading."""
    return line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0 or _state(line) == 7


def _state(line: socket.socket) -> int:
    return line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]


def _codes(town: Besieged) -> Counter[str]:
    """How often each was recorded, also in tests before."""
    return Counter(entry.code for entry in town.entries())


def test_so_many_requests_are_under_way_and_more_are_told_to_wait(narrow: Besieged) -> None:
    """Held ones count; RFC 9110 section 15.6.4."""
    before = _codes(narrow)
    with ExitStack() as ends:
        number = next(NUMBERS)
        for _ in range(UNDER_WAY):  # the same call: one question, three that wait
            line = ends.enter_context(narrow.connect())
            line.sendall(narrow.raw(delete(number)))
        until(lambda: (_codes(narrow) - before)["request.held"] >= UNDER_WAY)
        with growth(narrow.gateway.server.pid) as grown:
            for _ in range(MANY):
                (reply,) = narrow.say(post(f'{{"ids":["{"a" * (LONGEST_BODY - 100)}"]}}')).replies
                assert (reply.status, reply.code) == (503, "limit.busy")
                assert reply.headers["retry-after"]
        assert grown() < ALLOWED
    # Whose client has left counts until that is seen, of each by itself.
    until(lambda: (_codes(narrow) - before)["client.left"] >= UNDER_WAY)
    until(lambda: is_served(narrow))
    assert of_held(narrow) == []


def test_the_database_is_asked_over_so_many_connections_and_the_rest_wait(narrow: Besieged) -> None:
    """A flood of clients is none for the database."""
    at_once, most = [0], [0]

    def behave(arrived: Arrived, wire: Wire) -> bool:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        goes_on = says(0.3, answer(), close=False)(arrived, wire)
        at_once[0] -= 1
        return goes_on

    narrow.database.behave = behave
    with growth(narrow.gateway.server.pid) as grown, ExitStack() as ends:
        lines = [ends.enter_context(narrow.connect()) for _ in range(UNDER_WAY)]
        for line in lines:
            line.sendall(narrow.raw(post(BODY)))
        replies = [reply for line in lines for reply in narrow.hear(line).replies]
        assert [reply.status for reply in replies] == [200] * UNDER_WAY, replies
    assert most == [1]
    assert grown() < ALLOWED


def test_large_answers_have_their_turns_and_small_ones_do_not_wait(besieged: Besieged) -> None:
    """CWE-770: of many that come at once, those that have no turn yet are not taken in."""
    large = answer(json.dumps({"ids": ["t1"], "documents": ["refund " * 270_000]}).encode())
    begun, goes_on, many = list[int](), Event(), 30

    def behave(arrived: Arrived, wire: Wire) -> bool:
        if b"large" not in arrived.body:
            return says(answer())(arrived, wire)
        begun.append(1)
        if len(begun) > 1:
            return says(large)(arrived, wire)
        wire.sendall(large[:MEGABYTE])  # it has its turn, and keeps it
        goes_on.wait(60)
        return says(large[MEGABYTE:])(arrived, wire)

    besieged.database.behave = behave
    asked = besieged.raw(post('{"where":{"a":"large"}}'))
    with growth(besieged.gateway.server.pid) as grown, ExitStack() as ends:
        lines = [ends.enter_context(besieged.connect()) for _ in range(many)]
        for line in lines:
            line.sendall(asked)
        until(lambda: len(begun) == many)
        assert [reply.status for reply in besieged.say(post(BODY)).replies] == [200]
        assert grown() < 2 * ALLOWED
        goes_on.set()
        replies = [reply for line in lines for reply in besieged.hear(line).replies]
    said = {(reply.status, reply.code) for reply in replies}  # on a slow machine some do not have theirs in time
    assert said <= {(200, ""), (503, "answer.waited"), (502, "upstream.outcome_unknown")}
    assert (200, "") in said
    assert len(replies) == many


def test_one_person_has_so_many_questions_open(narrow: Besieged) -> None:
    """Approvers are not to be worn out (MITRE ATT&CK T1621)."""
    with ExitStack() as ends:
        for line in [ends.enter_context(narrow.connect()) for _ in range(OPEN)]:
            line.sendall(narrow.raw(delete(next(NUMBERS)), "carol"))
        until(lambda: len(_open(narrow)) == OPEN)
        with narrow.connect() as line:
            line.sendall(narrow.raw(delete(next(NUMBERS)), "carol"))
            (reply,) = narrow.hear(line).replies
        assert (reply.status, reply.code) == (429, "limit.holds")
        for one in _open(narrow):
            decide(narrow, "deny", one["id"])


def _open(town: Besieged) -> list[dict[str, Any]]:
    with town.connect() as line:
        line.sendall(town.raw(head("GET /.vecgate/v1/requests"), "bob"))
        sent: Sent = town.hear(line)
    return [
        one for one in sent.replies[0].json["requests"] if one["state"] == "pending" and one["requester"] == "carol"
    ]


@pytest.mark.parametrize("what", [b"[],", b"0,"], ids=["arrays", "numbers"])
def test_a_large_document_is_weighed_too(narrow: Besieged, what: bytes) -> None:
    """Sixteen megabytes that would be hundreds as a tree."""
    body = b"[" + what * (15 * MEGABYTE // len(what)) + b"0]"
    with growth(narrow.gateway.server.pid) as grown:
        replies = narrow.say(head(f"POST {GET}", JSON, f"Content-Length: {len(body)}").encode() + body).replies
    assert [reply.code for reply in replies] == ["body.unreadable"]
    assert grown() < 160 * MEGABYTE


@pytest.mark.parametrize("what", [b"[],", b"0,"], ids=["arrays", "numbers"])
def test_a_large_answer_is_weighed_too(narrow: Besieged, what: bytes) -> None:
    narrow.database.behave = says(answer(b"[" + what * (15 * MEGABYTE // len(what)) + b"0]"))
    with growth(narrow.gateway.server.pid) as grown:
        assert [reply.code for reply in narrow.say(post(BODY)).replies] == ["answer.too_large"]
    assert grown() < 160 * MEGABYTE


@pytest.mark.parametrize("name", PACK)
def test_large_bombs_at_the_same_time_take_their_bound_each(narrow: Besieged, name: str) -> None:
    """CWE-409: three of 400 MB, each of which may become sixteen."""
    bomb = narrow.raw(post(bombed(name).decode("latin-1"), f"Content-Encoding: {name}"))
    with growth(narrow.gateway.server.pid) as grown, ExitStack() as ends:
        lines = [ends.enter_context(narrow.connect()) for _ in range(UNDER_WAY)]
        for line in lines:
            line.sendall(bomb)
        codes = [reply.code for line in lines for reply in narrow.hear(line).replies]
    assert codes == ["body.too_large"] * UNDER_WAY
    assert grown() < 160 * MEGABYTE


# refused, and recorded

REFUSED, KEPT = 150, 20


@pytest.mark.sample(1)  # a gateway of its own for each way, and hundreds of connections
@pytest.mark.parametrize("way", WAYS)
def test_who_may_do_nothing_does_not_fill_the_disk(
    stack: Stack, tmp_path_factory: pytest.TempPathFactory, way: str
) -> None:
    """CWE-779. Vectors, texts nobody has seen, one after the other; and nobody else waits or goes unrecorded."""
    with besieged_by(way, stack, tmp_path_factory, recording={"refused_per_minute": KEPT}) as town:
        vectors = ",".join(["0.123456789012345"] * 900)

        def size() -> int:
            return sum(path.stat().st_size for path in town.recordings.glob("*"))

        def refused(number: int) -> str:
            body = f'{{"name":"n{number}","metadata":{{"a":"Anna Schmidt {number}"}},"configuration":{{}},"x":[{vectors}]}}'
            asked = head(f"POST {CREATE}", JSON, f"Content-Length: {len(body)}") + body
            return town.say(town.raw(asked, "erin")).replies[0].code

        codes = {refused(0)}
        before = size()
        codes |= {refused(number) for number in range(1, REFUSED)}
        assert codes <= {"policy.no_rule", "body.unreadable"}
        assert size() - before < 3 * KEPT * 3000  # on a slow machine it takes more than a minute
        assert [reply.status for reply in town.say(post(BODY)).replies] == [200]
        of_hers = [one for one in town.entries() if (one.body.get("who") or {}).get("user") == "erin"]
        assert KEPT <= len(of_hers) <= 3 * KEPT
        assert town.ends()[-1] == "answer.released"
