"""One request of an attacker, byte for byte: refused with a stable code, or read in one way and sent on in one form.

Every row runs in reverse and in transparent mode. In a row, TOKEN is a good login token and HOST the database's name,
so that it is the oddity of the row, and nothing else, that is refused. The third column says where it comes from.
"""

import bz2
from typing import Final, NamedTuple

import pytest

from attacks.conftest import LONGEST_BODY, LONGEST_HEAD
from attacks.words import (
    BEARER,
    BODY,
    CHUNKED,
    CHUNKS,
    GET,
    HEARTBEAT,
    JSON,
    PACK,
    chunked,
    encoded,
    head,
    packed,
    post,
    sized,
)
from support.servers.besieged import Besieged
from support.servers.witness import COLLECTION

UNHEARD_BY_STOCK: Final = "chunk of 2^64 and some"  # which waits for as many bytes, until its time is over
SERVED: Final = "served"  # read in one way: one canonical call arrives, and its answer comes masked
ODD, PROTOCOL, BODIES, ROUTE = "path.odd", "protocol.invalid", "body.unreadable", "route.unknown"
UNKNOWN, MISSING, AMBIGUOUS, INVALID = "upstream.unknown", "identity.missing", "identity.ambiguous", "identity.invalid"

DESYNC: Final = "Kettle, HTTP Desync Attacks, 2019"
DIE: Final = "Kettle, HTTP/1.1 Must Die, 2025"
BROWSER: Final = "Kettle, Browser-Powered Desync Attacks, 2022"
PARSERS: Final = "Tsai, Breaking Parser Logic, 2018"
H2C: Final = "Bishop Fox, h2c Smuggling, 2020"
NUMBERS: Final = "Bishop Fox, JSON Interoperability Vulnerabilities, 2021"


class Attack(NamedTuple):
    """One row. `said` is one text, or several that go out as segments of their own, with pauses in seconds."""

    name: str
    reference: str
    said: str | tuple[str | float, ...]
    expected: str


ATTACKS: Final = tuple(Attack(*row) for row in [
    # the target
    ("empty segment", "RFC 3986 section 3.3", head("GET //api/v2/heartbeat"), ODD),
    ("empty segment inside", "RFC 3986 section 3.3", head("GET /api//v2/heartbeat"), ODD),
    ("authority in the path", "RFC 3986 section 4.2", head(f"GET //HOST{HEARTBEAT}"), ODD),
    ("trailing slash", "RFC 3986 section 6.2.3", head(f"GET {HEARTBEAT}/"), ODD),
    ("dot segment", "RFC 3986 section 5.2.4", head("GET /api/./v2/heartbeat"), ODD),
    ("parent segment", "RFC 3986 section 5.2.4", head("GET /api/v2/tenants/../heartbeat"), ODD),
    ("escaped dots", "CVE-2021-41773", head("GET /api/v2/%2e%2e/heartbeat"), ODD),
    ("half escaped dots", "CVE-2021-41773", head("GET /api/v2/.%2e/heartbeat"), ODD),
    ("escaped slash", "RFC 3986 section 2.2", head("GET /api%2fv2/heartbeat"), ODD),
    ("escaped backslash", PARSERS, head("GET /api%5cv2/heartbeat"), ODD),
    ("twice escaped slash", PARSERS, head("GET /api%252fv2/heartbeat"), ODD),
    ("overlong UTF-8 for a dot", "RFC 3629 section 3", head("GET /api/v2/%c0%ae%c0%ae/heartbeat"), ODD),
    ("Microsoft's escape", PARSERS, head("GET /api/v2/%u002e%u002e/heartbeat"), ODD),
    ("backslash", PARSERS, head("GET /api\\v2/heartbeat"), ODD),
    ("path parameter", PARSERS, head(f"GET {HEARTBEAT};v=1"), ODD),
    ("path parameter that climbs", PARSERS, head("GET /api/v2/tenants/..;/heartbeat"), ODD),
    ("escaped NUL", "CWE-158", head(f"GET {HEARTBEAT}%00"), ODD),
    ("escaped CR and LF", "CVE-2023-25690", head(f"GET {HEARTBEAT}%20HTTP/1.1%0d%0aX-Note:%201"), ODD),
    ("fragment", "RFC 9112 section 3.2", head(f"GET {HEARTBEAT}#top"), ODD),
    ("unknown query", "RFC 9110 section 4.2.2", head(f"GET {HEARTBEAT}?verbose=1"), ODD),
    ("token in the query", "RFC 6750 section 2.3", head(f"GET {HEARTBEAT}?access_token=TOKEN", token=""), MISSING),
    ("outside ASCII", "RFC 3986 section 2", head("GET /api/v2/h\xe9artbeat"), ODD),
    ("overlong target", "RFC 9110 section 15.5.15", head(f"GET /api/v2/{'a' * 9000}"), ODD),
    ("other case", "RFC 3986 section 6.2.2.1", head("GET /api/V2/heartbeat"), ROUTE),
    ("old version of the API", "Chroma API v1", head("GET /api/v1/heartbeat"), ROUTE),
    ("space", "RFC 9112 section 3", head("GET /api/v2/heart beat"), PROTOCOL),
    ("version twice", "CVE-2023-25690", head(f"GET {HEARTBEAT} HTTP/1.1 HTTP/1.1"), PROTOCOL),
    ("tab for a space", "RFC 9112 section 3", head(f"GET\t{HEARTBEAT}\tHTTP/1.1"), PROTOCOL),
    ("two spaces", "RFC 9112 section 3", head(f"GET  {HEARTBEAT}"), PROTOCOL),
    ("carriage return in the target", "RFC 9112 section 2.2", head(f"GET {HEARTBEAT}\rX"), PROTOCOL),
    ("absolute form", "RFC 9112 section 3.2.2", head(f"GET https://HOST{HEARTBEAT}"), PROTOCOL),
    ("absolute form, plain", "RFC 9112 section 3.2.2", head(f"GET http://HOST{HEARTBEAT}"), PROTOCOL),
    ("absolute form, elsewhere", "RFC 9112 section 3.2.2", head(f"GET https://elsewhere.example{HEARTBEAT}"), PROTOCOL),
    ("absolute form, of files", "RFC 8089", head("GET file:///etc/passwd"), PROTOCOL),
    ("authority form", "RFC 9112 section 3.2.3", head("CONNECT HOST:443"), PROTOCOL),
    ("tunnel to the gateway itself", "CVE-2025-23217", head("CONNECT 127.0.0.1:8081", host="Host: 127.0.0.1"), PROTOCOL),
    ("tunnel to the gateway, IPv6", "CVE-2025-23217", head("CONNECT [::1]:8081", host="Host: [::1]"), PROTOCOL),
    ("asterisk form", "RFC 9112 section 3.2.4", head("OPTIONS *"), PROTOCOL),
    # the host
    ("Host twice", "RFC 9112 section 3.2", head(f"GET {HEARTBEAT}", "Host: HOST"), PROTOCOL),
    ("Host twice, differing", "CVE-2022-24766", head(f"GET {HEARTBEAT}", "Host: elsewhere.example"), PROTOCOL),
    ("no Host", "RFC 9112 section 3.2", head(f"GET {HEARTBEAT}", host=""), PROTOCOL),
    ("empty Host", "RFC 9110 section 7.2", head(f"GET {HEARTBEAT}", host="Host:"), UNKNOWN),
    ("foreign Host", "RFC 9110 section 7.4", head(f"GET {HEARTBEAT}", host="Host: elsewhere.example"), UNKNOWN),
    ("Host that begins like ours", "RFC 9110 section 7.2", head(f"GET {HEARTBEAT}", host="Host: HOST.elsewhere.example"), UNKNOWN),
    ("Host with a user", PARSERS, head(f"GET {HEARTBEAT}", host="Host: me@HOST"), UNKNOWN),
    ("two names in one Host", PARSERS, head(f"GET {HEARTBEAT}", host="Host: HOST, elsewhere.example"), UNKNOWN),
    ("Host with a path", PARSERS, head(f"GET {HEARTBEAT}", host="Host: HOST/elsewhere"), UNKNOWN),
    ("Host with a port that is none", PARSERS, head(f"GET {HEARTBEAT}", host="Host: HOST:x"), PROTOCOL),
    ("Host with an empty port", PARSERS, head(f"GET {HEARTBEAT}", host="Host: HOST:"), PROTOCOL),
    ("Host with a port beyond all", PARSERS, head(f"GET {HEARTBEAT}", host="Host: HOST:65979"), PROTOCOL),
    ("Host in brackets", "RFC 3986 section 3.2.2", head(f"GET {HEARTBEAT}", host="Host: [HOST]"), PROTOCOL),
    ("Host in brackets that do not end", "RFC 3986 section 3.2.2", head(f"GET {HEARTBEAT}", host="Host: [HOST"), PROTOCOL),
    ("Host with a zone", "RFC 6874", head(f"GET {HEARTBEAT}", host="Host: [fe80::1%25eth0]"), PROTOCOL),
    ("Host with a dot at its end", "RFC 9110 section 4.3.3", head(f"GET {HEARTBEAT}", host="Host: HOST."), UNKNOWN),
    ("Host with another port", "RFC 9110 section 7.2", post(BODY).replace("Host: HOST", "Host: HOST:1"), SERVED),
    ("Host folded", "RFC 9112 section 5.2", head(f"GET {HEARTBEAT}", host="Host: elsewhere.example\r\n HOST"), PROTOCOL),
    # the method and the version
    ("unknown method", "RFC 9110 section 9.1", head(f"BREW {HEARTBEAT}"), PROTOCOL),
    ("method of a cache", "RFC 9110 section 9.1", head(f"PURGE {HEARTBEAT}"), PROTOCOL),
    ("method of another protocol", "mitmproxy rawtcp by-pass", head("M-SEARCH *"), PROTOCOL),
    ("method that is none", "mitmproxy rawtcp by-pass", head(f"!!! {HEARTBEAT}"), PROTOCOL),
    ("method in lower case", "RFC 9110 section 9.1", head(f"get {HEARTBEAT}"), PROTOCOL),
    ("TRACE", "CVE-2003-1567", head(f"TRACE {HEARTBEAT}"), PROTOCOL),
    ("another method by header", "OWASP Verb Tampering", head(f"GET {HEARTBEAT}", "X-HTTP-Method-Override: DELETE"), PROTOCOL),
    ("another method, Microsoft's header", "OWASP Verb Tampering", head(f"GET {HEARTBEAT}", "X-HTTP-Method: DELETE"), PROTOCOL),
    ("another method, IBM's header", "OWASP Verb Tampering", head(f"GET {HEARTBEAT}", "X-Method-Override: DELETE"), PROTOCOL),
    ("another method by query", "OWASP Verb Tampering", head(f"GET {HEARTBEAT}?_method=DELETE"), ODD),
    ("HTTP/0.9", "RFC 1945 section 4.1", f"GET {HEARTBEAT}\r\n\r\n", PROTOCOL),
    ("HTTP/1.2", "RFC 9112 section 2.3", head(f"GET {HEARTBEAT} HTTP/1.2"), PROTOCOL),
    ("HTTP/1.10", "RFC 9112 section 2.3", head(f"GET {HEARTBEAT} HTTP/1.10"), PROTOCOL),
    ("HTTP/2 in a line of HTTP/1", "RFC 9112 section 2.3", head(f"GET {HEARTBEAT} HTTP/2.0"), PROTOCOL),
    ("version in lower case", "RFC 9112 section 2.3", f"GET {HEARTBEAT} http/1.1\r\nHost: HOST\r\n\r\n", PROTOCOL),
    ("HTTP/2 by prior knowledge", "RFC 9113 section 3.3", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", PROTOCOL),
    ("upgrade to h2c", H2C, head(f"GET {HEARTBEAT}", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"), PROTOCOL),
    ("upgrade to h2c in other words", H2C, head(f"GET {HEARTBEAT}", "Upgrade: h2C,h2c"), PROTOCOL),
    ("upgrade to WebSocket", "RFC 6455 section 4.1", head(f"GET {HEARTBEAT}", "Upgrade: websocket", "Sec-WebSocket-Version: 13"), PROTOCOL),
    ("upgrade to TLS", "RFC 2817 section 3", head(f"GET {HEARTBEAT}", "Upgrade: TLS/1.0"), PROTOCOL),
    ("no HTTP at all", "mitmproxy rawtcp by-pass", "\x00\x01\x02 hello\r\n\r\n", PROTOCOL),
    # the head
    ("leading empty line", "mitmproxy rawtcp by-pass", "\r\n" + head(f"GET {HEARTBEAT}"), PROTOCOL),
    ("leading line feed", "RFC 9112 section 2.2", "\n" + head(f"GET {HEARTBEAT}"), PROTOCOL),
    ("lines that end with LF", "RFC 9112 section 2.2", head(f"GET {HEARTBEAT}").replace("\r\n", "\n"), PROTOCOL),
    ("one line that ends with LF", DESYNC, head(f"GET {HEARTBEAT}", "X-Note: one\nX-Other: two"), PROTOCOL),
    ("folded header", "RFC 9112 section 5.2", head(f"GET {HEARTBEAT}", "X-Note: one\r\n two"), PROTOCOL),
    ("bare carriage return", "RFC 9112 section 2.2", head(f"GET {HEARTBEAT}", "X-Note: one\rHost: elsewhere.example"), PROTOCOL),
    ("NUL in a header", "RFC 9110 section 5.5", head(f"GET {HEARTBEAT}", "X-Note: one\x00two"), PROTOCOL),
    ("space before the colon", "CVE-2019-16276", head(f"GET {HEARTBEAT}", "X-Note : one"), PROTOCOL),
    ("space before the name", "RFC 9112 section 2.2", head(f"GET {HEARTBEAT} HTTP/1.1\r\n X-Note: one"), PROTOCOL),
    ("header without a colon", "CVE-2019-20444", head(f"GET {HEARTBEAT}", "X-Note"), PROTOCOL),
    ("header without a name", "RFC 9110 section 5.1", head(f"GET {HEARTBEAT}", ": one"), PROTOCOL),
    ("header name in quotes", "RFC 9110 section 5.1", head(f"GET {HEARTBEAT}", '"X-Note": one'), PROTOCOL),
    ("endless head", "CWE-770", f"GET {HEARTBEAT} HTTP/1.1\r\nX-Note: {'a' * LONGEST_HEAD}", PROTOCOL),
    ("overlong head", "RFC 6585 section 5", head(f"GET {HEARTBEAT}", f"X-Note: {'a' * LONGEST_HEAD}"), PROTOCOL),
    ("range", "RFC 9110 section 14.2", post(BODY, "Range: bytes=0-10"), SERVED),
    ("many ranges", "CVE-2011-3192", post(BODY, "Range: bytes=0-,5-0,5-1,5-2"), SERVED),
    ("range if unchanged", "RFC 9110 section 13.1.5", post(BODY, "Range: bytes=0-10", "If-Range: x"), SERVED),
    ("trailers wanted", "RFC 9110 section 10.1.4", head(f"GET {HEARTBEAT}", "TE: trailers"), PROTOCOL),
    ("Expect of something else", "RFC 9110 section 10.1.1", post(BODY, "Expect: 200-ok"), PROTOCOL),
    ("Expect of more than one thing", DIE, post(BODY, "Expect: 100-continue, y=1"), PROTOCOL),
    ("Expect in a folded line", DIE, post(BODY, "Expect:\r\n 100-continue"), PROTOCOL),
    ("a path by header", "CVE-2018-14773", head(f"POST {GET}", "X-Original-URL: /api/v2/reset", "X-Rewrite-URL: /api/v2/reset", JSON, f"Content-Length: {len(BODY)}") + BODY, SERVED),
    ("another host by header", "RFC 7239", post(BODY, "X-Forwarded-Host: elsewhere.example", "Forwarded: host=elsewhere.example"), SERVED),
    ("a proxy by header", "CVE-2016-5385", post(BODY, "Proxy: http://elsewhere.example"), SERVED),
    ("credential named as hop by hop", "RFC 9110 section 7.6.1", post(BODY, "Connection: Authorization, Host"), SERVED),
    # the credential
    ("no credential", "RFC 6750 section 3", head(f"GET {HEARTBEAT}", token=""), MISSING),
    ("the same credential twice", "RFC 6750 section 2", head(f"GET {HEARTBEAT}", BEARER), AMBIGUOUS),
    ("two credentials", "RFC 6750 section 2", head(f"GET {HEARTBEAT}", "Authorization: Bearer other"), AMBIGUOUS),
    ("a credential in two headers", "RFC 6750 section 2", head(f"GET {HEARTBEAT}", "X-Chroma-Token: TOKEN"), AMBIGUOUS),
    ("two credentials in one header", "RFC 9110 section 11.6.2", head(f"GET {HEARTBEAT}", token=f"{BEARER}, Bearer TOKEN"), INVALID),
    ("another scheme", "RFC 7617", head(f"GET {HEARTBEAT}", token="Authorization: Basic YWxpY2U6eA=="), INVALID),
    ("credential folded", "RFC 9112 section 5.2", head(f"GET {HEARTBEAT}", token="Authorization: Bearer\r\n TOKEN"), PROTOCOL),
    ("credential as a cookie", "RFC 6265", head(f"GET {HEARTBEAT}", token="Cookie: token=TOKEN"), MISSING),
    ("credential for a proxy", "RFC 9110 section 11.7.2", head(f"GET {HEARTBEAT}", token="Proxy-Authorization: Bearer TOKEN"), MISSING),
    # the framing of the body
    ("length twice", "RFC 9112 section 6.3", post(BODY, f"Content-Length: {len(BODY)}"), PROTOCOL),
    ("length twice, differing", "CVE-2019-20445", post(BODY, "Content-Length: 5"), PROTOCOL),
    ("two lengths in one header", "RFC 9110 section 8.6", sized(f"{len(BODY)}, {len(BODY)}"), PROTOCOL),
    ("negative length", "RFC 9110 section 8.6", sized("-5"), PROTOCOL),
    ("signed length", "RFC 9110 section 8.6", sized(f"+{len(BODY)}"), PROTOCOL),
    ("hexadecimal length", "RFC 9110 section 8.6", sized(hex(len(BODY))), PROTOCOL),
    ("length with an underscore", "Python's int", sized("2_0"), PROTOCOL),
    ("length in Arabic digits", "Python's int", sized("\u0662\u0660".encode().decode("latin-1")), PROTOCOL),
    ("empty length", "RFC 9110 section 8.6", sized(""), PROTOCOL),
    ("endless length", "CWE-190", sized("9" * 5000), PROTOCOL),
    ("length and chunks", "CVE-2021-39214", chunked("Content-Length: 5"), PROTOCOL),
    ("length and chunks, for another request", DESYNC, chunked("Content-Length: 4", body=f"0\r\n\r\nGET {HEARTBEAT} HTTP/1.1\r\n\r\n"), PROTOCOL),
    ("chunks in HTTP/1.0", "RFC 9112 section 6.1", head(f"POST {GET} HTTP/1.0", JSON, CHUNKED) + f"{CHUNKS}\r\n", PROTOCOL),
    ("broken chunk", "RFC 9112 section 7.1", chunked(body=f"zz\r\n{BODY}\r\n0\r\n\r\n"), PROTOCOL),
    ("signed chunk", "RFC 9112 section 7.1", chunked(body=f"+{CHUNKS}\r\n"), PROTOCOL),
    ("negative chunk", "RFC 9112 section 7.1", chunked(body=f"-{CHUNKS}\r\n"), PROTOCOL),
    ("chunk with 0x", "CVE-2022-1705", chunked(body=f"0x{CHUNKS}\r\n"), PROTOCOL),
    ("chunk with a space before it", "RFC 9112 section 7.1", chunked(body=f" {CHUNKS}\r\n"), PROTOCOL),
    ("chunk of 2^64 and some", "CWE-190", chunked(body=f"1000000000000000{CHUNKS}\r\n"), PROTOCOL),
    ("chunk that is longer than told", "CVE-2025-43859", chunked(body=f"5\r\n{BODY}\r\n0\r\n\r\n"), PROTOCOL),
    ("chunk that ends with LF", "CVE-2025-43859", chunked(body=CHUNKS.replace("}\r\n", "}\n") + "\r\n"), PROTOCOL),
    ("endless words after a chunk", "CVE-2023-39326", chunked(body=f"5;{'a' * (LONGEST_HEAD + 10)}"), PROTOCOL),
    ("trailers", "RFC 9112 section 7.1.2", chunked(body=f"{CHUNKS}X-Note: late\r\n\r\n"), PROTOCOL),
    ("announced trailers", "RFC 9110 section 6.6.2", chunked("Trailer: X-Note", body=f"{CHUNKS}X-Note: late\r\n\r\n"), PROTOCOL),
    ("length as a trailer", "CVE-2025-53643", chunked(body=f"{CHUNKS}Content-Length: 0\r\n\r\n"), PROTOCOL),
    ("endless trailers", "CWE-770", chunked(body=f"{CHUNKS}{'X-Note: late' * (LONGEST_HEAD // 10)}"), PROTOCOL),
    ("unknown coding", "RFC 9112 section 6.1", chunked(how="Transfer-Encoding: xchunked"), PROTOCOL),
    ("chunks told twice", DESYNC, chunked(how="Transfer-Encoding: chunked, chunked"), PROTOCOL),
    ("chunks told in two headers", DESYNC, chunked(CHUNKED), PROTOCOL),
    ("chunks and identity", DESYNC, chunked("Transfer-Encoding: identity"), PROTOCOL),
    ("chunks after a vertical tab", DESYNC, chunked(how="Transfer-Encoding: \x0bchunked"), PROTOCOL),
    ("chunks before a space and a colon", "CVE-2019-16869", chunked(how="Transfer-Encoding : chunked"), PROTOCOL),
    ("chunks in a folded line", "RFC 9112 section 5.2", chunked(how="Transfer-Encoding:\r\n chunked"), PROTOCOL),
    ("chunks in quotes", DESYNC, chunked(how='Transfer-Encoding: "chunked"'), PROTOCOL),
    ("chunks under an underscore", DESYNC, head(f"POST {GET}", JSON, "Transfer_Encoding: chunked", f"Content-Length: {len(BODY)}") + BODY, SERVED),
    ("coding before the chunks", "RFC 9112 section 6.1", chunked(how="Transfer-Encoding: gzip, chunked"), PROTOCOL),
    ("compressed in two ways", "CWE-409", post(PACK["br"](PACK["gzip"](BODY.encode())).decode("latin-1"), "Content-Encoding: gzip, br"), PROTOCOL),
    ("compressed in two ways, in two headers", "RFC 9110 section 8.4", post(PACK["br"](PACK["gzip"](BODY.encode())).decode("latin-1"), "Content-Encoding: gzip", "Content-Encoding: br"), PROTOCOL),
    ("compressed, by its old name", "RFC 9110 section 8.4.1.3", packed("gzip", told="x-gzip"), PROTOCOL),
    ("compressed as no client does", "RFC 9110 section 8.4.1.1", post("\x1f\x9d\x90" + BODY, "Content-Encoding: compress"), PROTOCOL),
    ("compressed as nobody has registered", "RFC 9110 section 8.4.1", post(bz2.compress(BODY.encode()).decode("latin-1"), "Content-Encoding: bz2"), PROTOCOL),
    ("no name of a coding", "RFC 9110 section 8.4", post(BODY, "Content-Encoding:"), PROTOCOL),
    ("said to be compressed", "RFC 9110 section 8.4", post(BODY, "Content-Encoding: gzip"), BODIES),
    ("compressed, and not said", "RFC 9110 section 8.4", post(PACK["gzip"](BODY.encode()).decode("latin-1")), BODIES),
    ("compressed in another way", "RFC 9110 section 8.4", packed("gzip", told="deflate"), BODIES),
    ("compressed by halves", "RFC 1952 section 2.3.1", post(PACK["gzip"](BODY.encode())[:-4].decode("latin-1"), "Content-Encoding: gzip"), BODIES),
    ("more after what is compressed", DESYNC, post(PACK["deflate"](BODY.encode()).decode("latin-1") + head(f"GET {HEARTBEAT}"), "Content-Encoding: deflate"), BODIES),
    ("compressed in very many parts", "RFC 1952 section 2.2", post((PACK["gzip"](b"") * 500).decode("latin-1"), "Content-Encoding: gzip"), BODIES),
    ("compressed duplicate key", "RFC 8259 section 4", packed("zstd", '{"ids":["a"],"ids":["b"]}'), BODIES),
    ("compressed body where none is taken", BROWSER, packed("gzip", "x").replace(f"POST {GET}", f"GET {HEARTBEAT}"), BODIES),
    ("overlong body", "RFC 9110 section 15.5.14", post(f'{{"ids":["{"a" * LONGEST_BODY}"]}}'), "body.too_large"),
    ("overlong chunks", "RFC 9110 section 15.5.14", chunked(body=f"{LONGEST_BODY + 1:x}\r\n{'a' * (LONGEST_BODY + 1)}\r\n0\r\n\r\n"), "body.too_large"),
    ("overlong chunks after a leave to go on", "RFC 9110 section 10.1.1", (chunked("Expect: 100-continue", body=""), 0.1, f"{LONGEST_BODY + 1:x}\r\n{'a' * (LONGEST_BODY + 1)}\r\n0\r\n\r\n"), "body.too_large"),
    ("a second request in the body", DESYNC, post(BODY + head(f"GET {HEARTBEAT}")), BODIES),
    ("body where none is taken", BROWSER, head(f"GET {HEARTBEAT}", JSON, f"Content-Length: {len(BODY)}") + BODY, BODIES),
    ("a request where a body was told", BROWSER, head(f"GET {HEARTBEAT}", "Content-Length: 60") + f"DELETE {COLLECTION} HTTP/1.1\r\nHost: HOST\r\n\r\n".ljust(60)[:60], BODIES),
    # the body
    ("duplicate key", "RFC 8259 section 4", post('{"ids":["a"],"ids":["b"]}'), BODIES),
    ("duplicate key, the first one good", "CVE-2017-12635", post('{"ids":["a"],"where":null,"ids":null}'), BODIES),
    ("duplicate key, escaped", NUMBERS, post('{"ids":["a"],"\\u0069ds":["b"]}'), BODIES),
    ("duplicate key, deep", NUMBERS, post('{"where":{"a":1,"a":2}}'), BODIES),
    ("key in another case", NUMBERS, post('{"ids":["a"],"IDS":["b"]}'), BODIES),
    ("key with a NUL", NUMBERS, post('{"ids":["a"],"ids\\u0000":["b"]}'), BODIES),
    ("key of a prototype", "CVE-2019-10744", post('{"ids":["a"],"__proto__":{"admin":true}}'), BODIES),
    ("not JSON", "RFC 8259 section 2", post('{"ids":'), BODIES),
    ("two documents", "RFC 8259 section 2", post(BODY + BODY), BODIES),
    ("comment", NUMBERS, post('{"ids":["a"]/*,"limit":1*/}'), BODIES),
    ("trailing comma", NUMBERS, post('{"ids":["a"],}'), BODIES),
    ("single quotes", NUMBERS, post("{'ids':['a']}"), BODIES),
    ("not an object", "Chroma API v2", post('["ids"]'), BODIES),
    ("not a number", "RFC 8259 section 6", post('{"limit":NaN}'), BODIES),
    ("infinite", "RFC 8259 section 6", post('{"limit":-Infinity}'), BODIES),
    ("10^400 in digits", NUMBERS, post('{"limit":1' + "0" * 400 + "}"), BODIES),
    ("10^400", NUMBERS, post('{"limit":1e400}'), BODIES),
    ("2^64", NUMBERS, post('{"limit":18446744073709551616}'), BODIES),
    ("2^32", NUMBERS, post('{"limit":4294967296}'), BODIES),
    ("one, as a fraction", NUMBERS, post('{"limit":1.0}'), BODIES),
    ("true as a number", NUMBERS, post('{"limit":true}'), BODIES),
    ("number with a leading zero", "RFC 8259 section 6", post('{"limit":010}'), BODIES),
    ("lone surrogate", "RFC 8259 section 8.2", post('{"ids":["\\ud800"]}'), BODIES),
    ("unknown member", "Chroma API v2", post('{"ids":["a"],"admin":true}'), BODIES),
    ("nested without end", "RFC 8259 section 9", post("[" * 500 + "]" * 500), BODIES),
    ("nested and never closed", "RFC 8259 section 9", post("[" * 19_000), BODIES),
    ("byte order mark", "RFC 8259 section 8.1", post("\xef\xbb\xbf" + BODY), BODIES),
    ("UTF-16", "RFC 8259 section 8.1", post(encoded("utf-16")), BODIES),
    ("UTF-16 without a mark", "RFC 8259 section 8.1", post(encoded("utf-16-be")), BODIES),
    ("UTF-32", "RFC 8259 section 8.1", post(encoded("utf-32")), BODIES),
    ("UTF-7", "RFC 2152", post(encoded("utf-7"), kind="Content-Type: application/json; charset=utf-7"), BODIES),
    ("UTF-16 by its name", "RFC 8259 section 11", post(encoded("utf-16-le"), kind="Content-Type: application/json; charset=utf-16le"), BODIES),
    ("Latin-1", "RFC 8259 section 8.1", post('{"ids":["\xe9"]}'), BODIES),
    ("overlong UTF-8", "RFC 3629 section 3", post('{"ids":["\xc0\xa2"]}'), BODIES),
    ("surrogates in UTF-8", "RFC 3629 section 3", post('{"ids":["\xed\xa0\x80"]}'), BODIES),
    ("no body", "Chroma API v2", post(""), BODIES),
    ("no content type", "RFC 9110 section 8.3", post(BODY, kind=""), BODIES),
    ("another content type", "RFC 9110 section 8.3", post(BODY, kind="Content-Type: text/plain"), BODIES),
    ("content type twice", "RFC 9110 section 8.3", post(BODY, "Content-Type: text/plain"), PROTOCOL),
    ("a type that ends like JSON", "RFC 6839 section 3.1", post(BODY, kind="Content-Type: application/geo+json"), BODIES),
    ("a form", "CWE-352", post("ids=a", kind="Content-Type: application/x-www-form-urlencoded"), BODIES),
    ("many parts", "RFC 7578", post(BODY, kind="Content-Type: multipart/form-data; boundary=x"), BODIES),
    ("gRPC", "gRPC over HTTP/2", post("\0\0\0\0\2{}", kind="Content-Type: application/grpc"), PROTOCOL),
    ("gRPC for browsers", "gRPC-Web", post("\0\0\0\0\2{}", kind="Content-Type: application/grpc-web+proto"), PROTOCOL),
    # unusual, and plain
    ("as official clients send it", "RFC 9112", post(BODY), SERVED),
    ("in chunks", "RFC 9112 section 7.1", chunked(), SERVED),
    ("in chunks with words", "RFC 9112 section 7.1.1", chunked(body=CHUNKS.replace("\r\n", ";note=1\r\n", 1) + "\r\n"), SERVED),
    ("in gzip", "RFC 1952", packed("gzip"), SERVED),
    ("in gzip, in capitals", "RFC 9110 section 8.4.1", packed("gzip", told="GZIP"), SERVED),
    ("in two parts of gzip", "RFC 1952 section 2.2", post((PACK["gzip"](BODY[:5].encode()) + PACK["gzip"](BODY[5:].encode())).decode("latin-1"), "Content-Encoding: gzip"), SERVED),
    ("in deflate", "RFC 1950", packed("deflate"), SERVED),
    ("in Brotli", "RFC 7932", packed("br"), SERVED),
    ("in Zstandard", "RFC 8878", packed("zstd"), SERVED),
    ("in no coding, by name", "RFC 9110 section 12.5.3", post(BODY, "Content-Encoding: identity"), SERVED),
    ("in two segments", "mitmproxy rawtcp by-pass", (post(BODY)[:4], 0.1, post(BODY)[4:]), SERVED),
    ("in segments of one byte", "mitmproxy rawtcp by-pass", (*post(BODY)[:8], post(BODY)[8:]), SERVED),
    ("over seconds", "mitmproxy rawtcp by-pass", (post(BODY)[:2], 0.5, post(BODY)[2:60], 0.5, post(BODY)[60:-5], 0.5, post(BODY)[-5:]), SERVED),
    ("in HTTP/1.0", "RFC 9112 section 2.3", head(f"POST {GET} HTTP/1.0", JSON, f"Content-Length: {len(BODY)}") + BODY, SERVED),
    ("asking to go on", "RFC 9110 section 10.1.1", (post("", "Expect: 100-continue").replace("Length: 0", f"Length: {len(BODY)}"), 0.1, BODY), SERVED),
    ("asking to go on, and not waiting", "RFC 9110 section 10.1.1", post(BODY, "Expect: 100-continue"), SERVED),
])  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=[row.name for row in ATTACKS])
def test_an_odd_request_is_refused_or_has_one_meaning(besieged: Besieged, attack: Attack) -> None:
    said = (attack.said,) if isinstance(attack.said, str) else attack.said
    replies = [reply for reply in besieged.say(*said).replies if reply.status != 100]
    if attack.expected == SERVED:
        assert [reply.status for reply in replies] == [200]
        assert [(one.method, one.target, one.body.decode()) for one in besieged.database.of_people] == [
            ("POST", GET, BODY)
        ]
        return
    unheard = besieged.is_stock and attack.name == UNHEARD_BY_STOCK
    assert [reply.code for reply in replies] == ([] if unheard else [attack.expected])
    assert all(400 <= reply.status < 500 and attack.expected in reply.json["message"] for reply in replies)
    assert besieged.database.of_people == []


def test_every_row_says_where_it_comes_from() -> None:
    assert len({row.name for row in ATTACKS}) == len(ATTACKS)
    assert all(row.reference for row in ATTACKS)
