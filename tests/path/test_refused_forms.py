"""What has a second reading is refused, with a stable code, and nothing of it reaches the database."""

from collections.abc import Iterator

import pytest

from demo.gateway import DATA, Gateway
from demo.settings import UPSTREAM
from demo.stack import Stack
from path.conftest import Factory
from support.mtls_upstream import MtlsUpstream, mtls_upstream
from support.raw_http import exchange

UUID = "7b0b9c3e-2a57-4c39-9c5e-0b6f2f4f8f10"
HEARTBEAT = "/api/v2/heartbeat"
GET = f"{DATA}/collections/{UUID}/get"
JSON = "Content-Type: application/json"
CHUNKED = "Transfer-Encoding: chunked"
BODY = '{"ids":["ticket-1"]}'
CHUNKS = f"{len(BODY):x}\r\n{BODY}\r\n0\r\n"
LONGEST_BODY = 20_000
LONGEST_HEAD = 16_000


@pytest.fixture(scope="module")
def upstream(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MtlsUpstream]:
    """The database of these tests: it notes whatever reaches it."""
    with mtls_upstream(tmp_path_factory.mktemp("upstream"), client_ca=stack.pki_root) as fake:
        fake.names[UUID] = "tickets"
        yield fake


@pytest.fixture(scope="module")
def gateway(gateways: Factory, upstream: MtlsUpstream) -> Gateway:
    limits = {"request_body": LONGEST_BODY, "header_bytes": LONGEST_HEAD}
    made = gateways.make(over={"upstreams": {UPSTREAM: upstream.settings}, "limits": limits})
    made.start()
    return made


@pytest.fixture(scope="module")
def token(stack: Stack) -> str:
    return stack.token("alice")


def head(line: str, *headers: str, host: str = "Host: localhost") -> str:
    """A head with a good token; the line is `METHOD TARGET`, with a version where it is not HTTP/1.1."""
    line = line if " HTTP/" in line else f"{line} HTTP/1.1"
    lines = [line, *([host] if host else []), "Authorization: Bearer TOKEN", "Connection: close", *headers]
    return "\r\n".join(lines) + "\r\n\r\n"


def post(body: str, *headers: str) -> str:
    """A whole POST that reads a record."""
    return head(f"POST {GET}", JSON, f"Content-Length: {len(body)}", *headers) + body


def chunked(*headers: str, body: str = f"{CHUNKS}\r\n") -> str:
    return head(f"POST {GET}", JSON, CHUNKED, *headers) + body


CLOSED = ""  # closed without an answer: nothing was read that one could answer to
ODD, PROTOCOL, BODIES = "path.odd", "protocol.invalid", "body.unreadable"

REFUSED = [
    # the target
    ("empty segment", head("GET //api/v2/heartbeat"), ODD),
    ("empty segment inside", head("GET /api//v2/heartbeat"), ODD),
    ("trailing slash", head(f"GET {HEARTBEAT}/"), ODD),
    ("dot segment", head("GET /api/./v2/heartbeat"), ODD),
    ("parent segment", head("GET /api/v2/tenants/../heartbeat"), ODD),
    ("escaped dots", head("GET /api/v2/%2e%2e/heartbeat"), ODD),
    ("escaped slash", head("GET /api%2fv2/heartbeat"), ODD),
    ("escaped backslash", head("GET /api%5cv2/heartbeat"), ODD),
    ("twice escaped slash", head("GET /api%252fv2/heartbeat"), ODD),
    ("backslash", head("GET /api\\v2/heartbeat"), ODD),
    ("path parameter", head(f"GET {HEARTBEAT};v=1"), ODD),
    ("escaped NUL", head(f"GET {HEARTBEAT}%00"), ODD),
    ("fragment", head(f"GET {HEARTBEAT}#top"), ODD),
    ("unknown query", head(f"GET {HEARTBEAT}?verbose=1"), ODD),
    ("outside ASCII", head("GET /api/v2/h\xe9artbeat"), ODD),
    ("overlong", head(f"GET /api/v2/{'a' * 9000}"), ODD),
    ("other case", head("GET /api/V2/heartbeat"), "route.unknown"),
    ("old version of the API", head("GET /api/v1/heartbeat"), "route.unknown"),
    ("space", head("GET /api/v2/heart beat"), PROTOCOL),
    ("absolute form", head(f"GET https://localhost{HEARTBEAT}"), PROTOCOL),
    ("absolute form, plain", head(f"GET http://localhost{HEARTBEAT}"), PROTOCOL),
    ("absolute form, elsewhere", head(f"GET https://elsewhere.example{HEARTBEAT}"), PROTOCOL),
    ("authority form", head("CONNECT localhost:443"), PROTOCOL),
    ("asterisk form", head("OPTIONS *"), PROTOCOL),
    # the host
    ("Host twice", head(f"GET {HEARTBEAT}", "Host: localhost"), PROTOCOL),
    ("Host twice, differing", head(f"GET {HEARTBEAT}", "Host: elsewhere.example"), PROTOCOL),
    ("no Host", head(f"GET {HEARTBEAT}", host=""), PROTOCOL),
    ("empty Host", head(f"GET {HEARTBEAT}", host="Host:"), "upstream.unknown"),
    ("foreign Host", head(f"GET {HEARTBEAT}", host="Host: elsewhere.example"), "upstream.unknown"),
    ("Host with a user", head(f"GET {HEARTBEAT}", host="Host: me@localhost"), "upstream.unknown"),
    # the method and the version
    ("unknown method", head(f"BREW {HEARTBEAT}"), PROTOCOL),
    ("method in lower case", head(f"get {HEARTBEAT}"), PROTOCOL),
    ("TRACE", head(f"TRACE {HEARTBEAT}"), PROTOCOL),
    ("another method by header", head(f"GET {HEARTBEAT}", "X-HTTP-Method-Override: DELETE"), PROTOCOL),
    ("HTTP/0.9", f"GET {HEARTBEAT}\r\n\r\n", PROTOCOL),
    ("HTTP/1.2", head(f"GET {HEARTBEAT} HTTP/1.2"), PROTOCOL),
    ("HTTP/2 without TLS's leave", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", PROTOCOL),
    ("Upgrade to h2c", head(f"GET {HEARTBEAT}", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"), PROTOCOL),
    ("Upgrade to WebSocket", head(f"GET {HEARTBEAT}", "Upgrade: websocket", "Sec-WebSocket-Version: 13"), PROTOCOL),
    ("no HTTP at all", "\x00\x01\x02 hello\r\n\r\n", PROTOCOL),
    # the head
    ("leading empty line", "\r\n" + head(f"GET {HEARTBEAT}"), PROTOCOL),
    ("leading line feed", "\n" + head(f"GET {HEARTBEAT}"), PROTOCOL),
    ("folded header", head(f"GET {HEARTBEAT}", "X-Note: one\r\n two"), PROTOCOL),
    ("bare carriage return", head(f"GET {HEARTBEAT}", "X-Note: one\rHost: elsewhere.example"), PROTOCOL),
    ("NUL in a header", head(f"GET {HEARTBEAT}", "X-Note: one\x00two"), PROTOCOL),
    ("space before the colon", head(f"GET {HEARTBEAT}", "X-Note : one"), PROTOCOL),
    ("header without a colon", head(f"GET {HEARTBEAT}", "X-Note"), PROTOCOL),
    ("endless head", f"GET {HEARTBEAT} HTTP/1.1\r\nX-Note: {'a' * LONGEST_HEAD}", PROTOCOL),
    ("overlong head", head(f"GET {HEARTBEAT}", f"X-Note: {'a' * LONGEST_HEAD}"), PROTOCOL),
    ("Expect of something else", post(BODY, "Expect: 200-ok"), PROTOCOL),
    # the framing of the body
    ("length twice", post(BODY, f"Content-Length: {len(BODY)}"), PROTOCOL),
    ("negative length", head(f"POST {GET}", JSON, "Content-Length: -5") + BODY, PROTOCOL),
    ("signed length", head(f"POST {GET}", JSON, f"Content-Length: +{len(BODY)}") + BODY, PROTOCOL),
    ("length and chunks", chunked("Content-Length: 5"), PROTOCOL),
    ("broken chunk", chunked(body=f"zz\r\n{BODY}\r\n0\r\n\r\n"), CLOSED),
    ("trailers", chunked(body=f"{CHUNKS}X-Note: late\r\n\r\n"), CLOSED),
    ("announced trailers", chunked("Trailer: X-Note", body=f"{CHUNKS}X-Note: late\r\n\r\n"), CLOSED),
    ("unknown coding", head(f"POST {GET}", JSON, "Transfer-Encoding: xchunked") + CHUNKS, PROTOCOL),
    ("coding before the chunks", head(f"POST {GET}", JSON, "Transfer-Encoding: gzip, chunked") + f"{CHUNKS}\r\n", PROTOCOL),
    ("compressed body", post("\x1f\x8b\x08" + BODY, "Content-Encoding: gzip"), PROTOCOL),
    ("overlong body", post(f'{{"ids":["{"a" * LONGEST_BODY}"]}}'), "body.too_large"),
    ("overlong chunks", chunked(body=f"{LONGEST_BODY + 1:x}\r\n{'a' * (LONGEST_BODY + 1)}\r\n0\r\n\r\n"), "body.too_large"),
    ("a second request in the body", post(BODY + head(f"GET {HEARTBEAT}")), BODIES),
    # the body
    ("duplicate key", post('{"ids":["a"],"ids":["b"]}'), BODIES),
    ("duplicate key, escaped", post('{"ids":["a"],"\\u0069ds":["b"]}'), BODIES),
    ("duplicate key, deep", post('{"where":{"a":1,"a":2}}'), BODIES),
    ("not JSON", post('{"ids":'), BODIES),
    ("not a number", post('{"limit":NaN}'), BODIES),
    ("unknown member", post('{"ids":["a"],"admin":true}'), BODIES),
    ("nested without end", post("[" * 500 + "]" * 500), BODIES),
    ("byte order mark", post("\xef\xbb\xbf" + BODY), BODIES),
    ("UTF-16", post(BODY.encode("utf-16").decode("latin-1")), BODIES),
    ("no body", post(""), BODIES),
    ("no content type", head(f"POST {GET}", f"Content-Length: {len(BODY)}") + BODY, BODIES),
    ("another content type", head(f"POST {GET}", "Content-Type: text/plain", f"Content-Length: {len(BODY)}") + BODY, BODIES),
    ("body where none is taken", head(f"GET {HEARTBEAT}", JSON, f"Content-Length: {len(BODY)}") + BODY, BODIES),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_an_odd_form_is_refused(gateway: Gateway, upstream: MtlsUpstream, token: str, text: str, code: str) -> None:
    """Each gets a JSON refusal with its code, and the connection is closed; nothing reaches the database."""
    upstream.arrived.clear()
    sent = exchange(gateway, text.replace("TOKEN", token).encode("latin-1"))
    assert {reply.code for reply in sent.replies} == ({code} if code else set())
    assert all(400 <= reply.status < 500 and reply.json["message"].startswith(code) for reply in sent.replies)
    assert not upstream.arrived


@pytest.mark.parametrize(
    ("sni", "code"), [("elsewhere.example", "upstream.unknown"), (f"{UPSTREAM}.vecgate.invalid", "upstream.unknown")]
)
def test_tls_name_and_host_must_both_be_registered(
    gateway: Gateway, upstream: MtlsUpstream, token: str, sni: str, code: str
) -> None:
    upstream.arrived.clear()
    sent = exchange(gateway, head(f"GET {HEARTBEAT}").replace("TOKEN", token).encode(), sni=sni)
    assert [reply.code for reply in sent.replies] == [code]
    assert not upstream.arrived


def test_a_client_without_tls_is_told_to_use_it(gateway: Gateway, upstream: MtlsUpstream, token: str) -> None:
    upstream.arrived.clear()
    sent = exchange(gateway, head(f"GET {HEARTBEAT}").replace("TOKEN", token).encode(), tls=False)
    assert [reply.code for reply in sent.replies] == ["protocol.plaintext"]
    assert not upstream.arrived


def test_an_answer_to_head_has_no_body(gateway: Gateway, upstream: MtlsUpstream, token: str) -> None:
    """Its bytes would be taken for the beginning of the next answer on that connection."""
    upstream.arrived.clear()
    asked = head(f"HEAD {HEARTBEAT}").replace("Connection: close\r\n", "") + head(f"BREW {HEARTBEAT}")
    sent = exchange(gateway, asked.replace("TOKEN", token).encode())
    assert [(reply.status, reply.code) for reply in sent.replies] == [(403, ""), (400, PROTOCOL)]
    assert not upstream.arrived


ACCEPTED = [
    ("as official clients send it", [post(BODY)]),
    ("in chunks", [chunked()]),
    ("in two segments", [post(BODY)[:30], post(BODY)[30:]]),
    ("in segments of one byte", [*post(BODY)[:8], post(BODY)[8:]]),
    ("HTTP/1.0", [head(f"POST {GET} HTTP/1.0", JSON, f"Content-Length: {len(BODY)}") + BODY]),
    ("asking to continue", [post("", "Expect: 100-continue").replace("Length: 0", f"Length: {len(BODY)}"), BODY]),
]  # fmt: skip


@pytest.mark.parametrize("pieces", [row[1] for row in ACCEPTED], ids=[row[0] for row in ACCEPTED])
def test_an_unusual_but_plain_form_arrives_as_one_canonical_call(
    gateway: Gateway, upstream: MtlsUpstream, token: str, pieces: list[str]
) -> None:
    upstream.arrived.clear()
    sent = exchange(gateway, *(piece.replace("TOKEN", token).encode() for piece in pieces))
    assert [reply.status for reply in sent.replies if reply.status != 100] == [200]
    assert [(one.method, one.target, one.body.decode()) for one in upstream.of_people] == [
        ("POST", GET, '{"ids":["ticket-1"]}')
    ]
