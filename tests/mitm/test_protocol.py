"""Which heads are those of official clients, of HTTP/1.1, HTTP/2 and gRPC."""

from mitmproxy.test import tflow

from support.tools.every import every
from vecgate.mitm.protocol import grpc_method, grpc_problem, protocol_problem

HOST = ("host", "db.test")
#: What stands in a Host, or in an `:authority`.
GOOD = ("db.test:443", "DB_1.test:65535", "127.0.0.1", "[::1]:8443", "[::ffff:10.0.0.1]")
ODD = (
    "db.test:x", "db.test:", "db.test:0", "db.test:-1", "db.test:0443", "db.test:65536", "db.test:443:443", "db.test:44 3",
    "db.test:\u0664", "::1", "[db.test]", "[db.test", "[::1]x", "[::1%25eth0]", "[::1]:x", "me@db.test:443:", "db.test]",
)  # fmt: skip


@every(
    ("method", "version", "headers", "why"),
    [
        ("GET", "HTTP/1.1", [HOST], None),
        ("POST", "HTTP/2.0", [HOST, ("content-type", "application/json")], None),
        ("get", "HTTP/1.1", [HOST], "unknown method"),
        ("CONNECT", "HTTP/2.0", [HOST], "unknown method"),
        ("GET", "HTTP/0.9", [HOST], "unknown version"),
        ("GET", "HTTP/3", [HOST], "unknown version"),
        ("GET", "HTTP/2.0", [], "exactly one Host"),
        ("GET", "HTTP/2.0", [HOST, HOST], "exactly one Host"),
        *(("GET", "HTTP/1.1", [("host", one)], None) for one in GOOD),
        *(("GET", "HTTP/2.0", [("host", one)], "no name with a port") for one in ODD),
        ("GET", "HTTP/2.0", [HOST, ("content-type", "a"), ("content-type", "b")], "repeated"),
        ("GET", "HTTP/2.0", [HOST, ("te", "gzip")], "header te"),
        ("GET", "HTTP/2.0", [HOST, ("x-http-method-override", "DELETE")], "x-http-method-override"),
        ("GET", "HTTP/2.0", [HOST, ("content-encoding", "gzip, br")], "may only be"),
        ("GET", "HTTP/2.0", [HOST, ("x-note", "a\x00b")], "control character"),
    ],
)
def test_an_odd_head_is_told(method: str, version: str, headers: list[tuple[str, str]], why: str | None) -> None:
    said = protocol_problem(method, version, headers)
    assert said is None if why is None else why in str(said)


@every(
    ("method", "version", "kind", "called"),
    [
        (b"POST", b"HTTP/2.0", "application/grpc", True),
        (b"POST", b"HTTP/2.0", "application/grpc+proto", True),
        (b"POST", b"HTTP/2.0", "Application/gRPC; charset=utf-8", True),
        (b"POST", b"HTTP/2.0", "application/grpc+json", False),
        (b"POST", b"HTTP/2.0", "application/grpc-web", False),
        (b"POST", b"HTTP/2.0", "application/json", False),
        (b"GET", b"HTTP/2.0", "application/grpc", False),
        (b"POST", b"HTTP/1.1", "application/grpc", False),
    ],
)
def test_what_is_a_call_of_grpc(method: bytes, version: bytes, kind: str, called: bool) -> None:
    flow = tflow.tflow()
    flow.request.data.method, flow.request.data.http_version, flow.request.data.path = method, version, b"/a.B/C"
    headers = [HOST, ("content-type", kind)]
    assert grpc_method(flow, headers) == ("/a.B/C" if called else "")
    is_json = kind == "application/json"
    assert (grpc_problem(grpc_method(flow, headers), headers) is None) == (called or is_json)


@every(
    ("more", "why"),
    [
        ([("grpc-timeout", "20S")], None),
        ([("grpc-timeout", "soon")], "holds no time"),
        ([("grpc-timeout", "soon"), ("grpc-timeout", "20S")], "repeated"),
        ([("content-encoding", "gzip")], "messages, not bodies"),
        ([("grpc-encoding", "gzip")], None),
        ([("grpc-encoding", "gzip"), ("grpc-encoding", "identity")], "repeated"),
    ],
)
def test_how_grpc_is_spoken(more: list[tuple[str, str]], why: str | None) -> None:
    said = grpc_problem("/a.B/C", [HOST, ("content-type", "application/grpc"), *more])
    assert said is None if why is None else why in str(said)
