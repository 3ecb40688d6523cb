"""One thing an attacker says over HTTP/2, frame by frame: refused with the right code, or read in one way and sent on in one form.

Every row runs against a gateway that offers HTTP/2, in each mode. Heads are packed by hand, so that no library mends
them on their way. The second column says where it comes from.
"""

from typing import Final, NamedTuple

import pytest

from attacks.words import BODY, GET, HEARTBEAT
from support.http2.raw import PREFACE, Line, data, head, packed, ping, priority, raw, reset, settings, window
from support.servers.besieged import Besieged

SERVED: Final = "served"
PROTOCOL, FLOW, SIZE, CLOSED, COMPRESSION, CALM = (
    f"goaway {name}"
    for name in (
        "PROTOCOL_ERROR", "FLOW_CONTROL_ERROR", "FRAME_SIZE_ERROR", "STREAM_CLOSED", "COMPRESSION_ERROR",
        "ENHANCE_YOUR_CALM",
    )
)  # fmt: skip
SEQUEL: Final = "Kettle, HTTP/2: The Sequel is Always Worse, 2021"
RFC: Final = "RFC 9113 section "
HPACK: Final = "RFC 7541 section "


class Attack(NamedTuple):
    """One row. `said`: bytes that follow the greeting."""

    name: str
    reference: str
    said: bytes
    expected: str


def attacks(token: str, host: str) -> tuple[Attack, ...]:
    """All of them, with a good token and the database's name, so that it is the oddity of a row that is refused."""
    bearer = ("authorization", f"Bearer {token}")
    authority = (":authority", host)
    asked = [(":method", "GET"), (":scheme", "https"), authority, (":path", HEARTBEAT)]
    posted = [
        (":method", "POST"),
        (":scheme", "https"),
        authority,
        (":path", GET),
        bearer,
        ("content-type", "application/json"),
    ]

    def get(*more: tuple[str, str], **other: str | None) -> bytes:
        """A GET whose pseudo-headers are other ones, or left out, and more headers."""
        pairs = [(k, other.get(k[1:], v)) for k, v in asked]
        return head([*[(k, v) for k, v in pairs if v is not None], bearer, *more])

    def post(*more: tuple[str, str], body: str = BODY) -> bytes:
        return head([*posted, *more], end=False) + data(body.encode())

    def odd(name: bytes, value: bytes = b"x") -> bytes:
        return raw(1, packed([*asked, bearer, (name, value)]), 5)

    whole = get()
    later = head([*asked, bearer], 3)

    return tuple(Attack(*row) for row in [
        # well said
        ("a request", "", whole, SERVED),
        ("a body", "", post(), SERVED),
        ("trailers", RFC + "8.1", head(posted, end=False) + data(BODY.encode(), end=False) + head([("x-note", "a")]), SERVED),
        ("trailers are announced", RFC + "8.2.2", get(("te", "trailers")), SERVED),
        ("a priority", RFC + "5.3.2", priority(1, 0) + whole, SERVED),
        ("a frame nobody knows", RFC + "4.1", raw(0x77, b"abc", 0xFF, 0) + whole, SERVED),
        ("ALTSVC of a client", "RFC 7838 section 4", raw(0xA, b"\0\0h2=\":443\"", 0, 0) + whole, SERVED),
        ("ORIGIN of a client", "RFC 8336 section 2", raw(0xC, b"\0\x13https://evil.example", 0, 0) + whole, SERVED),
        ("a reserved bit", RFC + "4.1", raw(1, packed([*asked, bearer]), 5, 0x80000001), SERVED),
        ("padding", RFC + "6.1", head(posted, end=False) + raw(0, b"\x05" + BODY.encode() + b"\0" * 5, 9), SERVED),
        ("a head in pieces", RFC + "6.10", raw(1, packed(asked), 1) + raw(9, packed([bearer]), 4), SERVED),
        ("Host in the place of :authority", RFC + "8.3.1", get(("host", host), authority=None), SERVED),
        ("both, and the same", RFC + "8.3.1", get(("host", host)), SERVED),
        # pseudo-headers
        ("no method", RFC + "8.3.1", get(method=None), PROTOCOL),
        ("no scheme", RFC + "8.3.1", get(scheme=None), PROTOCOL),
        ("no path", RFC + "8.3.1", get(path=None), PROTOCOL),
        ("no authority and no host", RFC + "8.3.1", get(authority=None), PROTOCOL),
        ("an empty path", RFC + "8.3.1", get(path=""), PROTOCOL),
        ("an empty authority", RFC + "8.3.1", get(authority=""), "upstream.unknown"),
        ("two methods", RFC + "8.3", head([(":method", "POST"), *asked, bearer]), PROTOCOL),
        ("two paths", SEQUEL, head([(":path", "/"), *asked, bearer]), PROTOCOL),
        ("two schemes", RFC + "8.3", head([(":scheme", "http"), *asked, bearer]), PROTOCOL),
        ("two authorities", SEQUEL, head([(":authority", "evil.example"), *asked, bearer]), PROTOCOL),
        ("a pseudo-header nobody knows", RFC + "8.3", head([(":note", "a"), *asked, bearer]), PROTOCOL),
        ("one of an answer", RFC + "8.3", head([(":status", "200"), *asked, bearer]), PROTOCOL),
        ("one behind a header", RFC + "8.3", head([*asked[:3], bearer, asked[3]]), PROTOCOL),
        ("one in trailers", RFC + "8.1", head(posted, end=False) + data(BODY.encode(), end=False) + head([(":path", "/")]), PROTOCOL),
        ("another protocol", "RFC 8441 section 4", get(method="CONNECT") + b"", "protocol.invalid"),
        ("WebSocket by CONNECT", "RFC 8441 section 4", head([(":method", "CONNECT"), (":protocol", "websocket"), *asked[1:], bearer]), "protocol.invalid"),
        ("an authority and another host", SEQUEL, get(("host", "evil.example")), PROTOCOL),
        ("two hosts", SEQUEL, get(("host", host), ("host", "evil.example"), authority=None), "protocol.invalid"),
        ("another authority", RFC + "8.3.1", get(authority="evil.example"), "upstream.unknown"),
        ("an authority with a user", RFC + "8.3.1", get(authority=f"{host}@evil.example"), "upstream.unknown"),
        ("an authority with a path", SEQUEL, get(authority=f"{host}/x"), "upstream.unknown"),
        ("an authority with a port that is none", SEQUEL, get(authority=f"{host}:x"), "protocol.invalid"),
        ("an authority with a port beyond all", SEQUEL, get(authority=f"{host}:65979"), "protocol.invalid"),
        ("an authority in brackets", "RFC 3986 section 3.2.2", get(authority=f"[{host}]"), "protocol.invalid"),
        ("an authority with another port", RFC + "8.3.1", get(authority=f"{host}:1"), SERVED),
        ("an authority with spaces", SEQUEL, get(authority=f"{host} evil.example"), "upstream.unknown"),
        ("plain HTTP, it says", RFC + "8.3.1", get(scheme="http"), "protocol.invalid"),
        ("a scheme that is a prefix", SEQUEL, get(scheme="https://evil.example/x?"), "protocol.invalid"),
        ("an absolute path", SEQUEL, get(path="https://evil.example" + HEARTBEAT), "path.odd"),
        ("a path that is an asterisk", RFC + "8.3.1", get(path="*"), "path.odd"),
        ("a path without a slash", SEQUEL, get(path="api/v2/heartbeat"), "path.odd"),
        ("a path with a space", SEQUEL, get(path=f"{HEARTBEAT} HTTP/1.1"), "path.odd"),
        ("a fragment", RFC + "8.3.1", get(path=f"{HEARTBEAT}#a"), "path.odd"),
        ("an authority in the path", "RFC 3986 section 4.2", get(path=f"//{host}{HEARTBEAT}"), "path.odd"),
        ("escaped dots", "CVE-2021-41773", get(path="/api/v2/%2e%2e/heartbeat"), "path.odd"),
        ("a token in the query", "RFC 6750 section 2.3", get(path=f"{HEARTBEAT}?access_token=a"), "path.odd"),
        ("an overlong path", "RFC 9110 section 15.5.15", get(path="/api/v2/" + "a" * 9000), "path.odd"),
        ("a method in lower case", "RFC 9110 section 9.1", get(method="get"), "protocol.invalid"),
        ("TRACE", "CWE-693", get(method="TRACE"), "protocol.invalid"),
        ("OPTIONS", "RFC 9110 section 9.3.7", get(method="OPTIONS"), "protocol.invalid"),
        ("a method with a request in it", SEQUEL, get(method="GET / HTTP/1.1\r\nHost: x\r\nX"), PROTOCOL),
        # headers
        ("a name in upper case", RFC + "8.2.1", odd(b"X-Note"), PROTOCOL),
        ("a name with a colon", SEQUEL, odd(b"x:note"), PROTOCOL),
        ("a name with a space", RFC + "8.2.1", odd(b"x note"), PROTOCOL),
        ("a name with a line end", SEQUEL, odd(b"x: y\r\nz"), PROTOCOL),
        ("an empty name", RFC + "8.2.1", odd(b""), PROTOCOL),
        ("a name outside ASCII", RFC + "8.2.1", odd("näme".encode("latin-1")), PROTOCOL),
        ("a value with CR LF", SEQUEL, odd(b"x-note", b"a\r\ntransfer-encoding: chunked"), PROTOCOL),
        ("a value with LF", SEQUEL, odd(b"x-note", b"a\nb"), PROTOCOL),
        ("a value with NUL", RFC + "8.2.1", odd(b"x-note", b"a\0b"), PROTOCOL),
        ("a value that begins with a space", RFC + "8.2.1", odd(b"x-note", b" a"), PROTOCOL),
        ("a value that ends with a tab", RFC + "8.2.1", odd(b"x-note", b"a\t"), PROTOCOL),
        ("Connection", RFC + "8.2.2", get(("connection", "close")), PROTOCOL),
        ("Keep-Alive", RFC + "8.2.2", get(("keep-alive", "timeout=5")), PROTOCOL),
        ("Proxy-Connection", RFC + "8.2.2", get(("proxy-connection", "close")), PROTOCOL),
        ("Upgrade", RFC + "8.2.2", get(("upgrade", "h2c")), PROTOCOL),
        ("Transfer-Encoding", SEQUEL, post(("transfer-encoding", "chunked")), PROTOCOL),
        ("TE other than trailers", RFC + "8.2.2", get(("te", "gzip")), PROTOCOL),
        ("HTTP2-Settings", "RFC 7540 section 3.2.1", get(("http2-settings", "AAMAAABkAAQAAP__")), "protocol.invalid"),
        ("another method in a header", "CWE-436", post(("x-http-method-override", "DELETE")), "protocol.invalid"),
        ("a length that is less than the body", SEQUEL, post(("content-length", "5")), PROTOCOL),
        ("a length that is more", SEQUEL, post(("content-length", "500")), PROTOCOL),
        ("two lengths", SEQUEL, post(("content-length", str(len(BODY))), ("content-length", "0")), "protocol.invalid"),
        ("a length that is no number", RFC + "8.1.1", post(("content-length", "a")), PROTOCOL),
        ("a length without a body", RFC + "8.1.1", get(("content-length", "5")), "reset PROTOCOL_ERROR"),
        ("two content types", "RFC 9110 section 5.3", post(("content-type", "text/plain")), "protocol.invalid"),
        ("twice compressed", "CWE-409", post(("content-encoding", "gzip, gzip")), "protocol.invalid"),
        ("compressed by a header alone", "CWE-409", post(("content-encoding", "gzip")), "body.unreadable"),
        ("two tokens", "RFC 6750 section 2", get(("authorization", f"Bearer {token}")), "identity.ambiguous"),
        ("a token and a key", "RFC 6750 section 2", get(("api-key", token)), "identity.ambiguous"),
        ("no token", "RFC 6750 section 3", head(asked), "identity.missing"),
        ("a token in trailers", "RFC 9110 section 6.5.1",
            head([one for one in posted if one != bearer], end=False) + data(BODY.encode(), end=False) + head([bearer]), "identity.missing"),
        ("gRPC where it is not spoken", "", post(("grpc-timeout", "1S")).replace(b"application/json", b"application/grpc"), "protocol.grpc"),
        ("gRPC-Web", "", head([*posted[:-1], ("content-type", "application/grpc-web+proto")], end=False) + data(b"\0\0\0\0\0"), "protocol.invalid"),
        # frames, each in its place
        ("HTTP/1.1 behind the greeting", RFC + "3.4", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", SIZE),
        ("the greeting again", RFC + "3.4", PREFACE, SIZE),
        ("data on no stream", RFC + "6.1", data(b"a", 0), PROTOCOL),
        ("a head on no stream", RFC + "6.2", head(asked, 0), PROTOCOL),
        ("a reset on no stream", RFC + "6.4", reset(0), PROTOCOL),
        ("settings on a stream", RFC + "6.5", settings(stream=1), PROTOCOL),
        ("a ping on a stream", RFC + "6.7", ping(stream=1), PROTOCOL),
        ("GOAWAY on a stream", RFC + "6.8", raw(7, b"\0" * 8, 0, 1), PROTOCOL),
        ("data on a stream that has not begun", RFC + "5.1", data(b"a", 1), PROTOCOL),
        ("a reset of a stream that has not begun", RFC + "5.1", reset(1), PROTOCOL),
        ("a window of a stream that has not begun", RFC + "5.1", window(1, 5), PROTOCOL),
        ("a stream of ours", RFC + "5.1.1", head([*asked, bearer], 2), PROTOCOL),
        ("an earlier stream", RFC + "5.1.1", head([*asked, bearer], 5) + whole, PROTOCOL),
        ("a promise of a client", RFC + "8.4", raw(5, b"\0\0\0\2" + packed(asked), 4), PROTOCOL),
        ("a continuation of nothing", RFC + "6.10", raw(9, packed(asked), 4), PROTOCOL),
        ("another frame within a head", RFC + "6.10", head(asked, whole=False) + ping(), PROTOCOL),
        ("another head within a head", RFC + "6.10", head(asked, whole=False) + later, PROTOCOL),
        ("a continuation of another stream", RFC + "6.10", head(asked, whole=False) + raw(9, packed([bearer]), 4, 3), PROTOCOL),
        ("a stream that depends on itself", RFC + "5.3.1", priority(1, 1) + whole, PROTOCOL),
        ("a second head that is no end", RFC + "8.1", head(posted, end=False) + head([("x-note", "a")], end=False), PROTOCOL),
        # frames of another size
        ("a frame longer than allowed", RFC + "4.2", raw(0, b"", 0, 1, length=16385), SIZE),
        ("a short ping", RFC + "6.7", raw(6, b"1234567", 0, 0), SIZE),
        ("settings in half", RFC + "6.5", raw(4, b"12345", 0, 0), SIZE),
        ("an answer to settings with some in it", RFC + "6.5", settings((1, 1), flags=1), PROTOCOL),
        ("a short reset", RFC + "6.4", whole + raw(3, b"123"), SIZE),
        ("a short priority", RFC + "6.3", raw(2, b"1234"), SIZE),
        ("a short window", RFC + "6.9", raw(8, b"123", 0, 0), SIZE),
        ("a short GOAWAY", RFC + "6.8", raw(7, b"1234567", 0, 0), SIZE),
        ("padding that is longer than its frame", RFC + "6.1", head(posted, end=False) + raw(0, b"\xff{}", 9), PROTOCOL),
        ("padding of a head that is longer", RFC + "6.2", raw(1, b"\xff" + packed(asked)[:50], 13), PROTOCOL),
        # settings and windows
        ("pushing, twice", RFC + "6.5.2", settings((2, 2)), PROTOCOL),
        ("a window that is too wide", RFC + "6.5.2", settings((4, 1 << 31)), FLOW),
        ("frames that are too short", RFC + "6.5.2", settings((5, 1)), PROTOCOL),
        ("frames that are too long", RFC + "6.5.2", settings((5, 1 << 24)), PROTOCOL),
        ("a window opened by nothing", RFC + "6.9", window(0, 0), PROTOCOL),
        ("a window of all opened too far", RFC + "6.9.1", window(0, (1 << 31) - 1), FLOW),
        ("an answer to settings that nobody sent", RFC + "6.5.3", settings(flags=1) * 3 + whole, SERVED),
        # packed heads
        ("an index of nothing", HPACK + "6.1", raw(1, b"\x80", 5), COMPRESSION),
        ("an index that is not there", HPACK + "2.3.3", raw(1, b"\xff\x20", 5), COMPRESSION),
        ("a number without an end", HPACK + "5.1", raw(1, b"\xff" + b"\x80" * 100, 5), COMPRESSION),
        ("a text that is cut off", HPACK + "5.2", raw(1, b"\x40\x0aabc", 5), COMPRESSION),
        ("a table larger than allowed", HPACK + "6.3", raw(1, b"\x3f\xe1\xff\x03" + packed([*asked, bearer]), 5), COMPRESSION),
        ("a table resized in the middle", HPACK + "4.2", raw(1, packed(asked) + b"\x20" + packed([bearer]), 5), COMPRESSION),
        ("Huffman with the end in it", HPACK + "5.2", raw(1, b"\x40\x84\xff\xff\xff\xff\x01a", 5), COMPRESSION),
        ("a head that unpacks to megabytes", "CVE-2016-6581", raw(1, b"\x40\x01a\x7f\x81\x1e" + b"b" * 4000 + b"\xbe" * 4000, 5), CALM),
        ("a head of thousands of headers", "CVE-2024-28182", raw(1, packed([*asked, bearer, *[("a", "b")] * 2500]), 5), CALM),
    ])  # fmt: skip


NAMES: Final = [attack.name for attack in attacks("token", "host")]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_has_one_meaning_or_none(besieged: Besieged, name: str) -> None:
    attack = attacks(besieged.token("alice"), besieged.name)[NAMES.index(name)]
    with besieged.connect(alpn=("h2",)) as wire:
        heard = Line(wire, attack.said).read(1)
    assert heard.outcome == attack.expected, name
    assert b"mitmproxy" not in heard.raw
