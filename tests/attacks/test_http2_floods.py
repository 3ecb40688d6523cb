"""Too much, too many and too slow, over HTTP/2: what one connection may take up, and who is told that a client has left.

As in `test_floods.py`, no test measures time: an attack either ends, or the test does not. What each frame costs is held
in tests/mitm/h2/test_frames.py; here it is seen from outside.
"""

import ssl
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any, Final

import pytest
from h2.errors import ErrorCodes

from attacks.conftest import LONGEST_BODY, WAYS, besieged_by
from attacks.test_connections import NUMBERS, decide, of_held, pending, until
from attacks.test_floods import ALLOWED, is_served
from attacks.words import BODY, GET
from demo.stack import Stack
from support.http2.raw import Line, data, head, ping, priority, raw, reset, settings, window
from support.servers.besieged import Besieged
from support.servers.witness import COLLECTION, Arrived, Wire, answer, says, well
from support.tools.memory import growth

#: Connections of the test that runs.
_OPEN: Final[list[ssl.SSLSocket]] = []
CALM: Final = "goaway ENHANCE_YOUR_CALM"
STREAMS, RESETS = 4, 20
NARROW: Final[dict[str, Any]] = {
    "request_body": LONGEST_BODY,
    "header_bytes": 16_000,
    "answer_body": 4_000_000,
    "streams": STREAMS,
    "stream_resets": RESETS,
    "head_seconds": 1,
    "body_seconds": 1,
    "idle_seconds": 2,
    "answer_seconds": 1.5,
}


@pytest.fixture(scope="module", params=WAYS)
def narrow_town(
    request: pytest.FixtureRequest, stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Besieged]:
    with besieged_by(request.param, stack, tmp_path_factory, limits=NARROW, listen={"layers": "own"}) as made:
        yield made


@pytest.fixture
def narrow(narrow_town: Besieged) -> Iterator[Besieged]:
    narrow_town.database.behave = well
    until(lambda: is_served(narrow_town))
    narrow_town.database.forget()
    yield narrow_town
    while _OPEN:
        _OPEN.pop().close()
    narrow_town.check_database()


def posted(town: Besieged, path: str = GET) -> list[tuple[str, str]]:
    named = [(":method", "POST"), (":scheme", "https"), (":authority", town.name), (":path", path)]
    return [*named, ("authorization", f"Bearer {town.token('alice')}"), ("content-type", "application/json")]


def asked(town: Besieged, stream: int = 1, body: str = BODY, path: str = GET) -> bytes:
    return head(posted(town, path), stream, end=False) + data(body.encode(), stream)


def deletes(town: Besieged, stream: int = 1) -> bytes:
    """One that waits for approval; each is another call."""
    return asked(town, stream, f'{{"where":{{"number":{next(NUMBERS)}}}}}', f"{COLLECTION}/delete")


def connected(town: Besieged, *said: bytes, **how: Any) -> Line:
    wire = town.connect(alpn=("h2",))
    assert isinstance(wire, ssl.SSLSocket)
    _OPEN.append(wire)
    return Line(wire, *said, **how)


FLOODS: Final[dict[str, tuple[str, Callable[[Besieged], bytes], int]]] = {
    "pings": ("CVE-2019-9512", lambda _: ping() * 100, 100),
    "settings": ("CVE-2019-9515", lambda _: settings((3, 100)) * 100, 100),
    "answers to settings": ("CVE-2019-9515", lambda _: settings(flags=1) * 100, 200),
    "priorities": ("CVE-2019-9513", lambda _: priority(1, 0) * 100, 100),
    "windows": ("CVE-2019-9511", lambda _: window(0, 1) * 100, 100),
    "frames nobody knows": ("RFC 9113 section 10.5", lambda _: raw(0x99, b"", 0, 0) * 100, 100),
    "empty data": ("CVE-2019-9518", lambda town: head(posted(town), end=False) + data(b"", end=False) * 3000, 1),
    "data byte by byte": (
        "CVE-2019-9518",
        lambda town: head(posted(town), end=False) + data(b" ", end=False) * 3000,
        1,
    ),
    "padding alone": (
        "RFC 9113 section 6.1",
        lambda town: head(posted(town), end=False) + raw(0, b"\3\0\0\0", 8) * 3000,
        1,
    ),
    "ends of what was reset": (
        "CVE-2025-8671",
        lambda town: head(posted(town), end=False) + reset(1) + data(b"") * 3000,
        1,
    ),
    "heads of what was reset": (
        "CVE-2025-8671",
        lambda town: head(posted(town), end=False) + reset(1) + raw(1, b"", 5) * 3000,
        1,
    ),
    "farewells": (
        "RFC 9113 section 10.5",
        lambda town: head(posted(town), end=False) + raw(7, b"\0" * 8, 0, 0) * 3000,
        1,
    ),
    "a table that is resized": ("RFC 7541 section 4.2", lambda _: raw(1, b"\x20\x3f\xe1\x1f" * 3900, 5), 1),
    "continuations": ("CVE-2024-27316", lambda _: raw(1, b"") + raw(9, b"\0\1a\1b" * 100) * 100, 100),
    "empty continuations": ("CVE-2024-27316", lambda _: raw(1, b"") + raw(9, b"") * 300, 1),
    "a head that unpacks to megabytes": (
        "CVE-2016-6581",
        lambda _: raw(1, b"\x40\x01a\x7f\x81\x1e" + b"b" * 4000 + b"\xbe" * 4000, 5),
        1,
    ),
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_of_frames_ends_its_connection(narrow: Besieged, name: str) -> None:
    """The second of a row is where it comes from."""
    _, made, times = FLOODS[name]
    with growth(narrow.gateway.server.pid) as grown:
        line = connected(narrow)
        piece = made(narrow)
        for _ in range(times):
            if not line.send(piece):
                break
        heard = line.read()
    assert heard.outcome in (CALM, "goaway PROTOCOL_ERROR", "goaway COMPRESSION_ERROR", "closed"), (
        name
    )  # it may be cut before it is read
    assert narrow.database.of_people == []
    assert grown() < ALLOWED
    assert is_served(narrow)


def test_settings_that_nobody_knows_are_not_kept(narrow: Besieged) -> None:
    """RFC 9113 section 6.5.2; hyper-h2 keeps each, in a list of its own: 50 MB for one connection."""
    with growth(narrow.gateway.server.pid) as grown:
        line = connected(narrow)
        for at in range(0x100, 0xF000, 2700):
            assert line.send(settings(*[(at + number, 1) for number in range(2700)]))
        line.send(asked(narrow))
        assert line.read(1).outcome == "served"
    assert grown() < ALLOWED


def test_who_resets_what_they_ask_has_no_more_at_work_than_others(narrow: Besieged) -> None:
    """CVE-2023-44487, rapid reset: each would be work that nobody waits for."""
    with growth(narrow.gateway.server.pid) as grown:
        line = connected(narrow)
        for number in range(1, 2 * 400, 2):
            if not line.send(asked(narrow, number) + reset(number)):
                break
        heard = line.read()
    assert heard.outcome in (CALM, "closed")
    assert len(narrow.database.of_people) <= RESETS + STREAMS
    assert grown() < ALLOWED
    assert is_served(narrow)


def test_who_makes_us_reset_is_no_better(narrow: Besieged) -> None:
    """CVE-2025-8671, MadeYouReset: a window of a stream that is opened too far is ours to reset, or ends it all."""
    line = connected(narrow)
    for number in range(1, 2 * 400, 2):
        if not line.send(deletes(narrow, number) + window(number, (1 << 31) - 1)):
            break
    assert line.read().closed
    assert of_held(narrow) == []


def test_so_many_requests_at_a_time_and_more_are_told_to_come_again(narrow: Besieged) -> None:
    """RFC 9113 section 5.1.2: REFUSED_STREAM says that nothing was looked at."""
    late = [2 * number + 1 for number in range(STREAMS, STREAMS + 2)]
    with growth(narrow.gateway.server.pid) as grown:
        line = connected(narrow)
        line.send(*(deletes(narrow, 2 * number + 1) for number in range(STREAMS + 2)))
        heard = line.read(*late)
    assert grown() < ALLOWED
    told = [found.reset.name if (found := heard.streams.get(one)) and found.reset else "" for one in late]
    assert told == ["REFUSED_STREAM"] * 2 or heard.closed  # once it knows our settings, it is no mistake any more
    line.line.close()
    until(lambda: len([one for one in narrow.ends() if one == "client.left"]) >= 1)
    assert of_held(narrow) == []


@pytest.mark.parametrize("how", ["reset", "goaway", "left"])
def test_a_held_call_is_told_that_its_client_has_left(narrow: Besieged, how: str) -> None:
    """A yes that comes later executes nothing."""
    line = connected(narrow, deletes(narrow))
    shown = pending(narrow)
    before = narrow.ends().count("client.left")
    match how:
        case "reset":
            line.send(reset(1))
        case "goaway":
            line.send(raw(7, b"\0" * 8, 0, 0))
        case _:
            line.line.close()
    until(lambda: narrow.ends().count("client.left") > before)
    decide(narrow, "approve", shown["id"])
    assert of_held(narrow) == []
    if how == "reset":  # the connection is good for more
        line.send(asked(narrow, 3))
        assert line.read(3).streams[3].code == "served"


def test_who_says_farewell_has_the_answer_to_what_they_asked(narrow: Besieged) -> None:
    """RFC 9113 section 6.8; and asks nothing more."""
    begun, goes_on = Event(), Event()

    def behave(arrived: Arrived, wire: Wire) -> bool:
        begun.set()
        goes_on.wait(20)
        return well(arrived, wire)

    narrow.database.behave = behave
    line = connected(narrow, asked(narrow))
    assert begun.wait(20)
    line.send(raw(7, b"\0" * 8, 0, 0), asked(narrow, 3))
    assert line.read(3).streams[3].reset == ErrorCodes.REFUSED_STREAM
    goes_on.set()
    heard = line.read()
    assert (heard.streams[1].code, heard.closed) == ("served", True)


def test_bodies_that_never_end_are_kept_up_to_a_bound(narrow: Besieged) -> None:
    with growth(narrow.gateway.server.pid) as grown:
        line = connected(narrow)
        for number in range(1, 2 * STREAMS, 2):
            line.send(head(posted(narrow), number, end=False))
        for _ in range(200):
            if not line.send(*(data(b"a" * 16_000, number, end=False) for number in range(1, 2 * STREAMS, 2))):
                break
        assert line.read().closed
    assert grown() < ALLOWED
    assert narrow.database.of_people == []


SLOW: Final[dict[str, Callable[[Besieged], bytes]]] = {
    "half a greeting": lambda _: b"",
    "half a head": lambda town: head(posted(town), whole=False),
    "half a frame": lambda _: b"\0\0",
    "nothing": lambda _: b"",
}


@pytest.mark.parametrize("name", SLOW)
def test_who_stops_in_the_middle_is_cut_off(narrow: Besieged, name: str) -> None:
    """Slowloris, over HTTP/2."""
    line = connected(narrow, SLOW[name](narrow), **({"begin": b"PRI * HT"} if name == "half a greeting" else {}))
    assert line.read().closed
    assert narrow.database.of_people == []


def test_a_body_that_does_not_come_is_reset_and_its_connection_goes_on(narrow: Besieged) -> None:
    line = connected(narrow, head(posted(narrow), end=False) + data(b"{", end=False))
    heard = line.read(1)
    assert heard.streams[1].reset is not None
    assert heard.streams[1].reset.name == "CANCEL"
    line.send(asked(narrow, 3))
    assert line.read(3).streams[3].code == "served"


def test_an_answer_without_windows_is_given_up(narrow: Besieged) -> None:
    """CVE-2019-9517, CVE-2020-11080: settings that open no window."""
    narrow.database.behave = says(answer(b'{"distances":[%b0.5]}' % (b"0.123456789," * 200_000)))
    with growth(narrow.gateway.server.pid) as grown:
        line = connected(narrow, settings((4, 0)), asked(narrow))
        heard = line.read(1)
    assert heard.streams[1].reset is not None
    assert heard.streams[1].reset.name == "CANCEL"
    assert grown() < 160 * 1024 * 1024  # read, masked and recorded, once


def test_a_body_over_the_limit_is_told_so_in_the_databases_words(narrow: Besieged) -> None:
    line = connected(narrow, head(posted(narrow), end=False))
    for _ in range(4):
        line.send(data(b"a" * 8000, end=False))
    heard = line.read(1)
    assert heard.streams[1].code == "body.too_large"
    assert narrow.database.of_people == []


def test_many_answers_at_once_over_one_connection(narrow: Besieged) -> None:
    line = connected(narrow)
    numbers = [1, 3, 5]
    line.send(*(asked(narrow, number) for number in numbers))
    heard = line.read(*numbers)
    assert [heard.streams[number].code for number in numbers] == ["served"] * 3
    assert b"Anna Schmidt" not in heard.raw
