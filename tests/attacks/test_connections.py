"""Attacks that take a connection: TLS, several requests on one, and leaving at a moment of one's own choice."""

import itertools
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final
from uuid import uuid4

import pytest

from attacks.words import BODY, CHUNKS, GET, HEARTBEAT, JSON, chunked, head, post, sized
from support.servers.besieged import Besieged
from support.servers.witness import COLLECTION, TICKETS, Arrived, Wire, well
from support.tools.raw_http import Sent

REQUESTS: Final = "/.vecgate/v1/requests"
NUMBERS: Final = itertools.count(1)


def kept(said: str) -> str:
    """The same request, on a connection that goes on."""
    return said.replace("Connection: close\r\n", "")


def delete(number: int) -> str:
    """A delete that waits for approval; each number is another call."""
    body = f'{{"where":{{"number":{number}}}}}'
    return head(f"POST {COLLECTION}/delete", JSON, f"Content-Length: {len(body)}") + body


def until[T](look: Callable[[], T], seconds: float = 30) -> T:
    """What `look` sees, once it is true."""
    end = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)
    return seen


# TLS


@pytest.mark.parametrize(
    ("sni", "expected"),
    [
        (None, "identity.missing"),  # RFC 6066 section 3: a bare address has no name; then the Host header counts
        ("elsewhere.example", "upstream.unknown"),
        ("tickets-db.vecgate.invalid", "upstream.unknown"),  # the gateway's own word for it is nobody else's
    ],
)
def test_the_name_in_tls_and_the_host_must_mean_the_same(besieged: Besieged, sni: str | None, expected: str) -> None:
    """RFC 9110 section 7.4; Host fronting. All combinations with a destination: tests/path/reaching/test_transparent.py."""
    replies = besieged.say(head(f"GET {HEARTBEAT}", token=""), sni=sni).replies
    assert [reply.code for reply in replies] == [expected]
    assert besieged.database.of_people == []


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [(("http/1.1", "h2"), "http/1.1"), (("http/1.1",), "http/1.1"), (("h3", "spdy/3"), None)],
)
def test_who_is_not_told_that_http_2_is_spoken_speaks_http_1(
    besieged: Besieged, offered: tuple[str, ...], chosen: str | None
) -> None:
    """RFC 7301 section 3.2. What is said then is read as HTTP/1.1, whatever was offered; HTTP/2: `test_http2.py`."""
    with besieged.connect(alpn=offered) as line:
        assert isinstance(line, ssl.SSLSocket)
        assert line.selected_alpn_protocol() == chosen
        line.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0")
        assert [reply.code for reply in besieged.hear(line).replies] == ["protocol.invalid"]
    assert besieged.database.of_people == []


@pytest.mark.parametrize(
    "said",
    [
        head(f"GET {HEARTBEAT}"),
        head(
            f"GET {HEARTBEAT}",
            "Upgrade: h2c",
            "Connection: Upgrade, HTTP2-Settings",
            "HTTP2-Settings: AAMAAABkAAQAAP__",
        ),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        head("CONNECT 127.0.0.1:8081"),
    ],
)
def test_in_the_clear_nothing_is_served(besieged: Besieged, said: str) -> None:
    """Bishop Fox, h2c Smuggling, 2020; RFC 9113 section 3.3; CVE-2025-23217."""
    replies = besieged.say(said, tls=False).replies
    assert {reply.code for reply in replies} <= {"protocol.plaintext", "protocol.invalid"}
    assert replies
    assert besieged.database.of_people == []


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x00\x05hello",  # a record that is no greeting
        b"\x16\x03\x01\xff\xff\x01\x00\xff\xff" + b"a" * 65000,  # a greeting that does not end
        b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10",  # SSL 2
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"\x00\x00\x00\x08\x04\xd2\x16\x2f",  # PostgreSQL asking for TLS
        b"*1\r\n$4\r\nPING\r\n",  # Redis
    ],
)
def test_another_protocol_is_not_passed_on(besieged: Besieged, said: bytes) -> None:
    """mitmproxy takes what it does not know for raw TCP, unless it is told not to."""
    received = besieged.say(said, tls=False, leave=True).raw
    assert b"HTTP/1.1 2" not in received
    assert besieged.database.of_people == []


def test_quic_is_not_spoken(besieged: Besieged) -> None:
    """RFC 9114: HTTP/3 would be a second door. mitmproxy opens it beside each reverse TCP port."""
    if besieged.name != "localhost":
        pytest.skip(
            "in transparent mode datagrams are dropped by the rules: tests/path/reaching/test_transparent_rules.py"
        )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.connect(("127.0.0.1", besieged.gateway.listen.port))
        asked.settimeout(1)
        asked.send(b"\xc0\x00\x00\x00\x01\x08" + b"a" * 1194)
        with pytest.raises(ConnectionRefusedError):
            asked.recv(1500)


# several requests on one connection


def test_requests_sent_together_are_decided_one_by_one(besieged: Besieged) -> None:
    """RFC 9112 section 9.3.2: the second one does not go along with the first."""
    reset = head("POST /api/v2/reset", JSON, "Content-Length: 2") + "{}"
    replies = besieged.say(kept(post(BODY)) + kept(reset) + post(BODY)).replies
    assert [(reply.status, reply.code) for reply in replies] == [(200, ""), (400, "body.unreadable")]
    assert [one.target for one in besieged.database.of_people] == [GET]


BEHIND: Final = {
    "in absolute form": (head(f"GET https://HOST{HEARTBEAT}"), "protocol.invalid"),
    "in absolute form, elsewhere": (head(f"GET https://elsewhere.example{HEARTBEAT}"), "protocol.invalid"),
    "in absolute form, elsewhere by Host": (head(f"GET https://HOST{HEARTBEAT}", host="Host: elsewhere.example"), "protocol.invalid"),
    "to another host": (head(f"GET {HEARTBEAT}", host="Host: elsewhere.example"), "upstream.unknown"),
    "a tunnel": (head("CONNECT HOST:443"), "protocol.invalid"),
    "a change of protocol": (head(f"GET {HEARTBEAT}", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"), "protocol.invalid"),
    "with two lengths": (head(f"POST {GET}", JSON, "Content-Length: 2", "Content-Length: 20") + BODY, "protocol.invalid"),
    "with a token that is none": (head(f"GET {HEARTBEAT}", token="Authorization: Bearer x.y.z"), "identity.invalid"),
    "that may not pass": (head("POST /api/v2/reset", JSON, "Content-Length: 0"), "policy.no_rule"),
}  # fmt: skip


@pytest.mark.parametrize("name", BEHIND)
def test_what_is_sent_behind_a_good_request_is_read_as_strictly(besieged: Besieged, name: str) -> None:
    """RFC 9112 section 9.3.2: in one segment with it, and with one more that is good behind: that one is never begun."""
    said, code = BEHIND[name]
    replies = besieged.say(kept(post(BODY)) + said + post(BODY)).replies
    assert [reply.code for reply in replies] == ["", code]
    assert [one.target for one in besieged.database.of_people] == [GET]


def test_a_request_that_was_hidden_after_one_without_a_length_is_one_of_its_own(besieged: Besieged) -> None:
    """Kettle, Browser-Powered Desync Attacks, 2022 (CL.0): it needs a credential of its own."""
    hidden = f"DELETE {COLLECTION} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n"
    replies = besieged.say(kept(head(f"GET {HEARTBEAT}")) + hidden).replies
    assert [(reply.status, reply.code) for reply in replies] == [(200, ""), (401, "identity.missing")]
    assert [one.target for one in besieged.database.of_people] == [HEARTBEAT]


def test_after_a_request_with_two_readings_the_connection_ends(besieged: Besieged) -> None:
    """RFC 9112 section 11.2: what follows would be read from the wrong place."""
    odd = kept(head(f"POST {GET}", JSON, "Content-Length: 5", "Transfer-Encoding: chunked")) + "0\r\n\r\n"
    replies = besieged.say(odd + post(BODY)).replies
    assert [reply.code for reply in replies] == ["protocol.invalid"]
    assert besieged.database.of_people == []


def test_the_credential_of_one_request_is_not_that_of_the_next(besieged: Besieged) -> None:
    """RFC 9110 section 11.6.2: each request for itself; connection-bound logins are how NTLM leaks."""
    replies = besieged.say(kept(post(BODY)) + post(BODY).replace("Authorization: Bearer TOKEN\r\n", "")).replies
    assert [(reply.status, reply.code) for reply in replies] == [(200, ""), (401, "identity.missing")]


def test_an_answer_to_head_has_no_body(besieged: Besieged) -> None:
    """RFC 9110 section 9.3.2: its bytes would be taken for the beginning of the next answer."""
    sent = besieged.say(kept(head(f"HEAD {HEARTBEAT}")) + head(f"BREW {HEARTBEAT}"))
    assert [(reply.status, reply.code) for reply in sent.replies] == [(403, ""), (400, "protocol.invalid")]
    assert besieged.database.of_people == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (chunked(body=f"{CHUNKS}X-Note: late\r\n\r\n"), "protocol.invalid"),
        (chunked(body="zz\r\n"), "protocol.invalid"),
        (sized("30000"), "body.too_large"),
        (chunked(body=f"7530\r\n{'a' * 30_000}\r\n"), "body.too_large"),
        (sized("30"), None),  # and then the client leaves
    ],
    ids=["trailers", "broken chunk", "overlong", "overlong chunk", "half"],
)
def test_a_request_that_cannot_be_read_to_its_end_is_recorded_as_what_it_is(
    besieged: Besieged, said: str, code: str | None
) -> None:
    """Refused is not the same as left."""
    path = GET.replace(TICKETS, str(uuid4()))  # a path of its own: what came before may be recorded only now
    besieged.say(said.replace(GET, path), leave=code is None)
    (ended,) = until(lambda: [one for one in besieged.entries() if one.body.get("call", {}).get("path") == path])
    assert (ended.code, ended.body["refusal"]) == ("client.left" if code is None else "request.refused", code)


def test_who_asks_is_recorded_by_their_address_not_by_their_word(besieged: Besieged) -> None:
    """RFC 7239 section 8.1: anybody can write these."""
    words = ("X-Forwarded-For: 198.51.100.7", "Forwarded: for=198.51.100.7", "X-Real-IP: 198.51.100.7")
    assert besieged.say(post(BODY, *words)).replies[0].status == 200
    assert not any("198.51.100.7" in str(entry.body) for entry in besieged.entries())


# while a request is held


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as made:
        yield made


def pending(besieged: Besieged) -> dict[str, Any]:
    """The newest request that waits for a yes, as bob sees it; it is there once the call is held."""

    def look() -> list[dict[str, Any]]:
        said = head(f"GET {REQUESTS}", token="Authorization: Bearer TOKEN")
        with besieged.connect() as line:
            line.sendall(besieged.raw(said, "bob"))
            replies = besieged.hear(line).replies
        return [one for one in replies[0].json["requests"] if one["state"] == "pending"]

    return until(look)[0]


def decide(besieged: Besieged, verb: str, id: str) -> Sent:
    with besieged.connect() as line:
        line.sendall(besieged.raw(head(f"POST {REQUESTS}/{id}/{verb}", JSON, "Content-Length: 2") + "{}", "bob"))
        return besieged.hear(line)


def of_held(besieged: Besieged) -> list[Arrived]:
    return [one for one in besieged.database.of_people if one.target.endswith("/delete")]


def test_what_is_sent_behind_a_held_request_waits_with_it(besieged: Besieged, pool: ThreadPoolExecutor) -> None:
    """RFC 9112 section 9.3.2."""
    waiting = pool.submit(besieged.say, kept(delete(next(NUMBERS))) + post(BODY))
    shown = pending(besieged)
    assert besieged.database.of_people == []
    assert decide(besieged, "approve", shown["id"]).replies[0].status == 200
    assert [reply.status for reply in waiting.result(60).replies] == [200, 200]
    assert [one.target.rpartition("/")[2] for one in besieged.database.of_people] == ["delete", "get"]


FRAMES: Final = {"RST_STREAM": b"\0\0\4\3\0\0\0\0\1\0\0\0\x08", "GOAWAY": b"\0\0\x08\7\0\0\0\0\0" + bytes(8)}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_frames_of_http_2_are_no_word_about_a_held_request(
    besieged: Besieged, pool: ThreadPoolExecutor, frame: bytes
) -> None:
    """RFC 9113 sections 6.4 and 6.8: here they are the beginning of another request, and not of one that can be read."""
    waiting = pool.submit(besieged.say, besieged.raw(kept(delete(next(NUMBERS)))) + frame)
    shown = pending(besieged)
    assert decide(besieged, "approve", shown["id"]).replies[0].status == 200
    first, *others = waiting.result(60).replies
    assert first.status == 200
    assert {reply.code for reply in others} <= {"protocol.invalid"}
    assert len(of_held(besieged)) == len(besieged.database.of_people) == 1


def reset(line: socket.socket) -> None:
    """Close with RST instead of FIN."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def flood(line: socket.socket) -> None:
    """Send on and on, as if there were more to ask for."""
    with suppress(OSError):
        line.sendall(b"a" * 200_000)


LEAVES: Final[dict[str, Callable[[socket.socket], None]]] = {
    "FIN": lambda line: line.close(),
    "RST": reset,
    "half-close": lambda line: socket.socket.shutdown(line, socket.SHUT_WR),
    "too much": flood,
}


@pytest.mark.parametrize("leave", LEAVES.values(), ids=LEAVES)
def test_a_held_request_whose_client_leaves_is_not_executed(
    besieged: Besieged, leave: Callable[[socket.socket], None]
) -> None:
    """Also when the yes comes later: it was given to somebody who is gone."""
    with besieged.connect() as line:
        line.sendall(besieged.raw(delete(next(NUMBERS))))
        shown = pending(besieged)
        before = besieged.ends().count("client.left")
        leave(line)
        until(lambda: besieged.ends().count("client.left") > before)
        decide(besieged, "approve", shown["id"])
    time.sleep(0.3)
    assert of_held(besieged) == []


@pytest.mark.parametrize("leave", list(LEAVES.values())[:3], ids=list(LEAVES)[:3])
@pytest.mark.parametrize("place", [10, 150, -5, -1])
def test_a_client_that_leaves_in_the_middle_of_a_request_asks_for_nothing(
    besieged: Besieged, leave: Callable[[socket.socket], None], place: int
) -> None:
    """RFC 9112 section 8: an incomplete request is not one."""
    with besieged.connect() as line:
        line.sendall(besieged.raw(delete(next(NUMBERS)))[:place])
        time.sleep(0.05)
        leave(line)
    assert besieged.say(head(f"GET {HEARTBEAT}")).replies[0].status == 200  # and the gateway goes on
    assert [one.target for one in besieged.database.of_people] == [HEARTBEAT]


@pytest.mark.parametrize("leave", list(LEAVES.values())[:3], ids=list(LEAVES)[:3])
@pytest.mark.parametrize("after", [0.0, 0.02])
def test_a_client_that_leaves_around_the_yes_gets_it_executed_once_or_not_at_all(
    besieged: Besieged, pool: ThreadPoolExecutor, leave: Callable[[socket.socket], None], after: float
) -> None:
    """Whichever comes first; if it was sent, that is recorded."""
    with besieged.connect() as line:
        line.sendall(besieged.raw(delete(next(NUMBERS))))
        shown = pending(besieged)
        before = len(besieged.ends())
        said = pool.submit(decide, besieged, "approve", shown["id"])
        time.sleep(after)
        leave(line)
        said.result(60)
    until(lambda: len(besieged.ends()) >= before + 2)  # the decision, and the held call
    assert len(of_held(besieged)) <= 1


@pytest.mark.parametrize("leave", list(LEAVES.values())[:3], ids=list(LEAVES)[:3])
def test_a_client_that_leaves_while_the_database_works_is_recorded(
    besieged: Besieged, leave: Callable[[socket.socket], None]
) -> None:
    """It was executed once, and nobody got the answer."""

    def slowly(arrived: Arrived, wire: Wire) -> bool:
        time.sleep(0.5)
        return well(arrived, wire)

    besieged.database.behave = slowly
    before = besieged.ends().count("client.left")
    with besieged.connect() as line:
        line.sendall(besieged.raw(post(BODY)))
        until(lambda: besieged.database.of_people)
        leave(line)
        until(lambda: besieged.ends().count("client.left") > before)
    assert len(besieged.database.of_people) == 1
