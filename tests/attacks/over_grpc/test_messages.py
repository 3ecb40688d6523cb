"""One thing an attacker says over gRPC, byte by byte: refused with the right code, or read in one way and printed anew.

Every row runs before a Qdrant that is spoken to over gRPC, in each mode. What is packed is packed by hand. The second
column says where it comes from.
"""

import gzip
import zlib
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import pytest

from attacks.conftest import WAYS, besieged_by
from attacks.words import ZEROS
from demo.stack import Stack
from support.http2.raw import Line, data, head, raw, reset
from support.servers.besieged import Besieged
from support.servers.spoken import SCROLL, spoken
from vecgate.parsing.grpc_framing import framed

SERVED: Final = "served"
BODIES, ROUTE, PROTOCOL, REFUSED, LARGE, ODD = (
    "body.unreadable", "route.unknown", "protocol.invalid", "route.refused", "body.too_large", "path.odd",
)  # fmt: skip
MISSING, AMBIGUOUS, INVALID = "identity.missing", "identity.ambiguous", "identity.invalid"
GOAWAY: Final = "goaway PROTOCOL_ERROR"
WIRE: Final = "https://protobuf.dev/programming-guides/encoding/"
LAST_WINS: Final = WIRE + "#last-one-wins"
FRAMES: Final = "gRPC over HTTP2, Length-Prefixed-Message"
HEADS: Final = "gRPC over HTTP2, Requests"
KINDS: Final = "gRPC over HTTP2, Content-Type"

VARINT, FIXED64, TEXT, GROUP, GROUP_END, FIXED32 = range(6)


def number(value: int) -> bytes:
    """A varint."""
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def field(at: int, value: bytes | str | int, wire: int | None = None) -> bytes:
    """One field of a message: a number as a varint, all else with its length, or as `wire` says, without one."""
    if wire is not None:
        assert isinstance(value, bytes)
        return number(at << 3 | wire) + value
    if isinstance(value, int):
        return number(at << 3) + number(value)
    raw = value.encode() if isinstance(value, str) else value
    return number(at << 3 | TEXT) + number(len(raw)) + raw


def deep(levels: int) -> bytes:
    """A filter in a filter, so many times."""
    found = b""
    for _ in range(levels):
        found = field(2, field(4, found))
    return found


NAME: Final = field(1, "tickets")
LIMIT: Final = field(4, 3)
PAYLOAD: Final = field(6, field(1, 1))
PLAIN: Final = NAME + LIMIT + PAYLOAD
ACME: Final = field(1, field(1, "tenant") + field(2, field(1, "acme")))
FILTER: Final = field(2, field(2, ACME))
FILTERED: Final = NAME + FILTER + LIMIT + PAYLOAD
UPSERT: Final = "/qdrant.Points/Upsert"
QUERY: Final = "/qdrant.Points/Query"


def point(*payload: tuple[str, bytes], more: bytes = b"", vector: bytes = b"") -> bytes:
    pairs = b"".join(field(3, field(1, key) + field(2, value)) for key, value in payload)
    return field(1, field(1, 1)) + pairs + vector + more


def text(value: str | bytes) -> bytes:
    return field(4, value)


class Attack(NamedTuple):
    """One row. `said`: bytes that follow the greeting; `sent`: what reaches the database if it is served."""

    name: str
    reference: str
    said: bytes
    expected: str
    sent: bytes = PLAIN


def attacks(token: str, host: str) -> tuple[Attack, ...]:
    """All of them, with a good token and the database's name, so that it is the oddity of a row that is refused."""
    bearer = ("authorization", f"Bearer {token}")

    def asked(path: str = SCROLL, kind: str | None = "application/grpc", method: str = "POST") -> list[tuple[str, str]]:
        named = [(":method", method), (":scheme", "https"), (":authority", host), (":path", path)]
        return [*named, *([("content-type", kind)] if kind is not None else []), ("te", "trailers")]

    def call(body: bytes, *more: tuple[str, str], by: tuple[str, str] | None = bearer, **other: str | None) -> bytes:
        """A call whose body is as it stands."""
        pairs = [*asked(**other), *([by] if by else []), *more]  # type: ignore[arg-type]
        return head(pairs, end=False) + data(body) if len(body) <= 16_384 else head(pairs, end=False) + long(body)

    def long(body: bytes) -> bytes:
        pieces = [body[at : at + 16_384] for at in range(0, len(body), 16_384)]
        return b"".join(data(one, end=False) for one in pieces[:-1]) + data(pieces[-1])

    def say(message: bytes, *more: tuple[str, str], path: str = SCROLL) -> bytes:
        return call(framed(message), *more, path=path)

    def squeezed(message: bytes, coding: str | None, how: Callable[[bytes], bytes] = gzip.compress) -> bytes:
        packed = how(message)
        told = [("grpc-encoding", coding)] if coding is not None else []
        return call(b"\1" + len(packed).to_bytes(4, "big") + packed, *told)

    plain = framed(PLAIN)
    bomb = gzip.compress(ZEROS[:1_000_000], 9)
    up = framed(NAME + field(3, point(("note", text("plain")))))

    return tuple(Attack(*row) for row in [
        # well said
        ("a call", "", say(PLAIN), SERVED),
        ("of a kind that is told", KINDS, call(plain, kind="application/grpc+proto"), SERVED),
        ("of a kind with a parameter", KINDS, call(plain, kind="application/grpc; charset=utf-8"), SERVED),
        ("of a kind in capitals", "RFC 9110 section 8.3.1", call(plain, kind="Application/GRPC"), SERVED),
        ("packed", FRAMES, squeezed(PLAIN, "gzip"), SERVED),
        ("packed in another way", FRAMES, squeezed(PLAIN, "deflate", zlib.compress), SERVED),
        ("not packed, where it might be", FRAMES, call(plain, ("grpc-encoding", "gzip")), SERVED),
        ("with a time", HEADS, call(plain, ("grpc-timeout", "20S")), SERVED),
        ("with metadata that nobody knows", HEADS, call(plain, ("x-note", "a"), ("x-note-bin", "AAEC")), SERVED),
        ("with an id of a trace", "W3C Trace Context", call(plain, ("grpc-trace-bin", "AAAA"), ("traceparent", "00-0-0-00")), SERVED),
        ("in pieces", "RFC 9113 section 6.1", head([*asked(), bearer], end=False) + b"".join(data(plain[at : at + 1], end=at + 1 == len(plain)) for at in range(len(plain))), SERVED),
        ("fields in another order", WIRE, say(PAYLOAD + LIMIT + NAME), SERVED),
        # the kind
        ("gRPC-Web", "gRPC-Web", call(plain, kind="application/grpc-web"), PROTOCOL),
        ("gRPC-Web, its messages told", "gRPC-Web", call(plain, kind="application/grpc-web+proto"), PROTOCOL),
        ("gRPC-Web as text", "gRPC-Web", call(b"AAAAAAkKB3RpY2tldHM=", kind="application/grpc-web-text"), PROTOCOL),
        ("JSON in messages", KINDS, call(framed(b"{}"), kind="application/grpc+json"), PROTOCOL),
        ("FlatBuffers in messages", KINDS, call(plain, kind="application/grpc+flatbuffers"), PROTOCOL),
        ("a kind that begins like it", KINDS, call(plain, kind="application/grpcx"), PROTOCOL),
        ("Connect", "Connect protocol", call(PLAIN, ("connect-protocol-version", "1"), kind="application/proto"), ROUTE),
        ("Connect, streaming", "Connect protocol", call(plain, kind="application/connect+proto"), ROUTE),
        ("no kind", KINDS, call(plain, kind=None), ROUTE),
        ("two kinds", "RFC 9110 section 5.3", call(plain, ("content-type", "application/json")), PROTOCOL),
        ("two kinds in one", "RFC 9110 section 5.3", call(plain, kind="application/grpc, application/json"), PROTOCOL),
        # the head
        ("GET", HEADS, call(plain, method="GET"), PROTOCOL),
        ("PUT", HEADS, call(plain, method="PUT"), PROTOCOL),
        ("a path with a query", HEADS, call(plain, path=SCROLL + "?a=1"), ROUTE),
        ("a path with a slash more", HEADS, call(plain, path=SCROLL + "/"), ROUTE),
        ("a path with two at its start", HEADS, call(plain, path="/" + SCROLL), ROUTE),
        ("a path with dots", "CVE-2021-41773", call(plain, path="/qdrant.Collections/../qdrant.Points/Scroll"), ROUTE),
        ("a path that is escaped", HEADS, call(plain, path="/qdrant.Points/%53croll"), ROUTE),
        ("a path in lower case", HEADS, call(plain, path=SCROLL.lower()), ROUTE),
        ("a path without a package", HEADS, call(plain, path="/Points/Scroll"), ROUTE),
        ("a path with a fragment", HEADS, call(plain, path=SCROLL + "#a"), ROUTE),
        ("a path of REST", HEADS, call(plain, path="/collections/tickets/points/scroll"), ROUTE),
        ("a path of the gateway's own", HEADS, call(plain, path="/.vecgate/v1/requests"), ROUTE),
        ("a path that is nothing", HEADS, call(plain, path="/"), ROUTE),
        ("a service of peers", "Qdrant 1.19", say(b"", path="/qdrant.PointsInternal/Scroll"), REFUSED),
        ("files of the server", "Qdrant 1.19", say(b"", path="/qdrant.StorageRead/ReadWhole"), REFUSED),
        ("reflection", "gRPC Server Reflection", say(b"", path="/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"), ROUTE),
        ("reflection, the older", "gRPC Server Reflection", say(b"", path="/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"), ROUTE),
        ("channelz", "gRPC A14", say(b"", path="/grpc.channelz.v1.Channelz/GetServers"), ROUTE),
        ("another database's", HEADS, say(b"", path="/milvus.proto.milvus.MilvusService/Query"), ROUTE),
        ("a time that is none", HEADS, call(plain, ("grpc-timeout", "soon")), PROTOCOL),
        ("a time of nine digits", HEADS, call(plain, ("grpc-timeout", "123456789S")), PROTOCOL),
        ("a time without a unit", HEADS, call(plain, ("grpc-timeout", "5")), PROTOCOL),
        ("a time with a sign", HEADS, call(plain, ("grpc-timeout", "-5S")), PROTOCOL),
        ("a time with a fraction", HEADS, call(plain, ("grpc-timeout", "1.5S")), PROTOCOL),
        ("a time in Arabic digits", "Python's int", call(plain, ("grpc-timeout", "\u0665S")), PROTOCOL),
        ("two times", HEADS, call(plain, ("grpc-timeout", "20S"), ("grpc-timeout", "1n")), PROTOCOL),
        ("two times, the first one odd", HEADS, call(plain, ("grpc-timeout", "soon"), ("grpc-timeout", "20S")), PROTOCOL),
        ("two codings", HEADS, call(plain, ("grpc-encoding", "gzip"), ("grpc-encoding", "identity")), PROTOCOL),
        ("the body is packed", HEADS, call(gzip.compress(plain), ("content-encoding", "gzip")), PROTOCOL),
        ("a length that is another", "RFC 9113 section 8.1.1", call(plain, ("content-length", "5")), GOAWAY),
        ("a status of a client", HEADS, call(plain, ("grpc-status", "0")), SERVED),
        # who it is
        ("nobody", "RFC 6750 section 3", call(plain, by=None), MISSING),
        ("two tokens", "RFC 6750 section 2", call(plain, bearer), AMBIGUOUS),
        ("a token and a key", "RFC 6750 section 2", call(plain, ("api-key", token)), AMBIGUOUS),
        ("a token in metadata of bytes", HEADS, call(plain, ("authorization-bin", "QmVhcmVy"), by=None), MISSING),
        ("a token in trailers", "RFC 9110 section 6.5.1", head(asked(), end=False) + data(plain, end=False) + head([bearer]), MISSING),
        ("a token as a cookie", "RFC 6265", call(plain, ("cookie", f"token={token}"), by=None), MISSING),
        # messages, and what stands before them
        ("no message", FRAMES, call(b""), BODIES),
        ("nothing at all", FRAMES, head([*asked(), bearer]), BODIES),
        ("two messages", FRAMES, call(plain * 2), BODIES),
        ("two messages, the second one empty", FRAMES, call(plain + framed(b"")), BODIES),
        ("a message that is cut off", FRAMES, call(plain[:-1]), BODIES),
        ("a byte more", FRAMES, call(plain + b"\0"), BODIES),
        ("four bytes", FRAMES, call(b"\0\0\0\0"), BODIES),
        ("a length of 4 GB", "CWE-190", call(b"\0\xff\xff\xff\xff" + PLAIN), BODIES),
        ("another flag", FRAMES, call(b"\2" + plain[1:]), BODIES),
        ("a flag of trailers, as of gRPC-Web", "gRPC-Web", call(plain + b"\x80\0\0\0\x0egrpc-status: 0"), BODIES),
        ("packed, it says", FRAMES, call(b"\1" + plain[1:], ("grpc-encoding", "gzip")), BODIES),
        ("packed, and not in what", FRAMES, squeezed(PLAIN, None), BODIES),
        ("packed in nothing", FRAMES, squeezed(PLAIN, "identity"), BODIES),
        ("packed in Brotli", FRAMES, squeezed(PLAIN, "br"), BODIES),
        ("packed in two", FRAMES, squeezed(PLAIN, "gzip, gzip"), BODIES),
        ("packed by halves", FRAMES, squeezed(PLAIN, "gzip", lambda one: gzip.compress(one)[:-4]), BODIES),
        ("more behind what is packed", FRAMES, squeezed(PLAIN, "gzip", lambda one: gzip.compress(one) + b"GET /"), BODIES),
        ("a bomb", "CWE-409", call(b"\1" + len(bomb).to_bytes(4, "big") + bomb, ("grpc-encoding", "gzip")), LARGE),
        ("a message over the limit", "CWE-770", say(NAME + FILTER + field(2, b"") + field(1, "a" * 25_000)), LARGE),
        # the fields of a message
        ("a field nobody knows", WIRE, say(PLAIN + field(99, "a")), BODIES),
        ("a field of no number", WIRE, say(PLAIN + b"\x02\x00"), BODIES),
        ("a field of the largest number", WIRE, say(PLAIN + field((1 << 29) - 1, 1)), BODIES),
        ("a number above all fields'", WIRE, say(PLAIN + number(1 << 32 | 1 << 3) + b"\x05"), BODIES),
        ("a field that was taken out", "reserved 5", say(PLAIN + field(5, 1)), BODIES),
        ("a field nobody knows, deep", WIRE, say(NAME + field(2, field(2, ACME + field(77, "a")))), BODIES),
        ("a field nobody knows, in a pair", WIRE, call(framed(NAME + field(3, field(1, field(1, 1)) + field(3, field(1, "k") + field(2, text("v")) + field(3, "x")))), path=UPSERT), BODIES),
        ("a group", WIRE + "#groups", say(PLAIN + field(98, b"", GROUP) + field(98, b"", GROUP_END)), BODIES),
        ("a group in the place of a message", WIRE + "#groups", say(NAME + field(2, b"", GROUP) + field(2, b"", GROUP_END)), BODIES),
        ("the end of a group", WIRE + "#groups", say(PLAIN + field(4, b"", GROUP_END)), BODIES),
        ("a wire type nobody knows", WIRE, say(PLAIN + b"\x0e"), BODIES),
        ("a number in eight bytes", WIRE, say(NAME + field(4, b"\3" + b"\0" * 7, FIXED64)), BODIES),
        ("a text as a number", WIRE, say(field(1, 5) + LIMIT), BODIES),
        ("a number as a text", WIRE, say(NAME + field(4, "3")), BODIES),
        ("a number that is longer than it is", WIRE, say(NAME + b"\x20\x83\x00"), BODIES),
        ("a number of eleven bytes", WIRE, say(NAME + b"\x20" + b"\xff" * 10 + b"\x01"), BODIES),
        ("a number of 64 bits, and more", WIRE, say(NAME + b"\x20" + b"\xff" * 9 + b"\x7f"), BODIES),
        ("a number that does not fit", WIRE, say(NAME + field(4, 1 << 33)), BODIES),
        ("a negative number", WIRE, say(NAME + field(4, (1 << 64) - 1) + PAYLOAD), SERVED, NAME + field(4, (1 << 32) - 1) + PAYLOAD),
        ("a truth of two", WIRE, say(NAME + LIMIT + field(6, field(1, 2))), SERVED),
        ("a tag that is longer than it is", WIRE, say(b"\x8a\x00" + PLAIN[1:]), BODIES),
        ("a length beyond its message", WIRE, say(NAME + b"\x12\x7f" + FILTER[2:]), BODIES),
        ("a length beyond its own", WIRE, say(NAME + field(2, b"\x12\x7f")), BODIES),
        ("a text that is no UTF-8", "RFC 3629", say(field(1, b"tick\xff")), BODIES),
        ("an overlong slash", "RFC 3629 section 3", say(field(1, b"a\xc0\xaf")), BODIES),
        ("a surrogate", "RFC 3629 section 3", say(field(1, b"\xed\xa0\x80")), BODIES),
        # what stands twice
        ("two names", LAST_WINS, say(PLAIN + field(1, "other")), BODIES),
        ("the same name twice", LAST_WINS, say(NAME + PLAIN), BODIES),
        ("a name, and an empty one", LAST_WINS, say(PLAIN + field(1, "")), BODIES),
        ("two limits", LAST_WINS, say(PLAIN + field(4, 10_000)), BODIES),
        ("two filters", LAST_WINS, say(FILTERED + FILTER), BODIES),
        ("a filter, and an empty one", LAST_WINS, say(FILTERED + field(2, b"")), BODIES),
        ("two keys of a condition", LAST_WINS, say(NAME + field(2, field(2, field(1, field(1, "tenant") + field(1, "dept") + field(2, field(1, "acme")))))), BODIES),
        ("two of a oneof", LAST_WINS, say(NAME + field(2, field(2, field(1, field(1, "tenant") + field(2, field(1, "acme") + field(4, "acme")))))), BODIES),
        ("two conditions in one", LAST_WINS, say(NAME + field(2, field(2, ACME + field(4, b"")))), BODIES),
        ("the same of a oneof twice", LAST_WINS, say(NAME + LIMIT + field(6, field(1, 1) + field(1, 0))), BODIES),
        ("two pairs of one key", LAST_WINS, call(framed(NAME + field(3, point(("k", text("a")), ("k", text("b"))))), path=UPSERT), BODIES),
        ("two pairs without a key", LAST_WINS, call(framed(NAME + field(3, field(1, field(1, 1)) + field(3, field(2, text("a"))) + field(3, field(1, "") + field(2, text("b"))))), path=UPSERT), BODIES),
        ("a pair with two values", LAST_WINS, call(framed(NAME + field(3, field(1, field(1, 1)) + field(3, field(1, "k") + field(2, text("a")) + field(2, text("b"))))), path=UPSERT), BODIES),
        ("a pair with two keys", LAST_WINS, call(framed(NAME + field(3, field(1, field(1, 1)) + field(3, field(1, "k") + field(1, "j") + field(2, text("a"))))), path=UPSERT), BODIES),
        ("two ids of a point", LAST_WINS, call(framed(NAME + field(3, point(more=field(1, field(1, 2))))), path=UPSERT), BODIES),
        ("an id of two kinds", LAST_WINS, call(framed(NAME + field(3, field(1, field(1, 1) + field(2, "abc10000-0000-4000-8000-000000000001")))), path=UPSERT), BODIES),
        # depth, and meaning
        ("filters in filters", "CVE-2022-1941", say(NAME + field(2, deep(40))), BODIES),
        ("filters without end", "CVE-2022-1941", say(NAME + field(2, deep(2000))), BODIES),
        ("an empty condition", "Qdrant 1.19", say(NAME + field(2, field(2, b"")) + LIMIT), BODIES),
        ("a match of nothing", "Qdrant 1.19", say(NAME + field(2, field(2, field(1, field(1, "tenant") + field(2, b"")))) + LIMIT), BODIES),
        ("no name", "Qdrant 1.19", say(LIMIT), ODD),
        ("a name with a slash", "Qdrant 1.19", say(field(1, "tickets/points") + LIMIT), ODD),
        ("a name that is dots", "CVE-2021-41773", say(field(1, "..") + LIMIT), ODD),
        ("a name with a NUL", "CWE-158", say(field(1, b"tickets\0") + LIMIT), ODD),
        ("a name with a question mark", "Qdrant 1.19", say(field(1, "tickets?wait=true") + LIMIT), ODD),
        ("a name that is escaped", "Qdrant 1.19", say(field(1, "a%2fb") + LIMIT), ODD),
        ("no number", "IEEE 754", call(framed(NAME + field(3, point(("k", field(2, b"\0\0\0\0\0\0\xf8\x7f", FIXED64))))), path=UPSERT), BODIES),
        ("no number in a vector", "IEEE 754", call(framed(NAME + field(3, point(vector=field(4, field(1, field(1, b"\0\0\xc0\x7f")))))), path=UPSERT), BODIES),
        ("a vector in half a number", WIRE + "#packed", call(framed(NAME + field(3, point(vector=field(4, field(1, field(1, b"\0\0\xc0")))))), path=UPSERT), BODIES),
        ("a choice nobody knows", WIRE, say(NAME + LIMIT + PAYLOAD + field(10, field(1, "k") + field(2, 9))), BODIES),
        ("a consistency nobody knows", WIRE, say(NAME + LIMIT + PAYLOAD + field(8, field(1, 9))), BODIES),
        ("what is written in a call that reads", "", call(up), BODIES),
        # HTTP/2 around it
        ("trailers of a client", "RFC 9113 section 8.1", head([*asked(), bearer], end=False) + data(plain, end=False) + head([("grpc-status", "0")]), SERVED),
        ("reset before its end", "RFC 9113 section 6.4", head([*asked(), bearer], end=False) + data(plain, end=False) + reset(1) + head([*asked(), bearer], 3, end=False) + data(plain, 3), SERVED),
        ("another protocol by CONNECT", "RFC 8441 section 4", call(plain, method="CONNECT"), PROTOCOL),
        ("padding before the message", "RFC 9113 section 6.1", head([*asked(), bearer], end=False) + raw(0, b"\x05" + plain + b"\0" * 5, 9), SERVED),
    ])  # fmt: skip


NAMES: Final = [attack.name for attack in attacks("token", "host")]


@pytest.fixture(scope="module", params=WAYS)
def spoken_town(
    request: pytest.FixtureRequest, stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Besieged]:
    with besieged_by(request.param, stack, tmp_path_factory, database_of=spoken) as made:
        yield made


@pytest.fixture
def besieged(spoken_town: Besieged) -> Iterator[Besieged]:
    spoken_town.database.forget()
    yield spoken_town
    spoken_town.check_database()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_has_one_meaning_or_none(besieged: Besieged, name: str) -> None:
    attack = attacks(besieged.token("alice"), besieged.name)[NAMES.index(name)]
    number = 3 if name == "reset before its end" else 1
    with besieged.connect(alpn=("h2",)) as wire:
        heard = Line(wire, attack.said).read(number)
    came = heard.streams.get(number)
    outcome = heard.outcome if number == 1 else came.code if came is not None else "nothing"
    assert outcome == attack.expected, (name, came)
    assert b"mitmproxy" not in heard.raw
    assert b"Anna Schmidt" not in heard.raw
    sent = [(one.target, one.body) for one in besieged.database.of_people]
    assert sent == ([(SCROLL, framed(attack.sent))] if attack.expected == SERVED else [])
