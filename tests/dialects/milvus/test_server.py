"""What answers of Milvus show of its side doors, near misses among them, and which version one tells."""

import json
from typing import Any

from support.tools.every import every
from vecgate import dialects
from vecgate.dialects.base.doors import Said

OPEN = {knock.what: knock.open for knock in dialects.doors("milvus")}


def said(status: int, body: Any = b"", **headers: str) -> Said:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Said(status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)


@every(
    ("door", "answer"),
    [
        ("calls without a login (v1)", said(401, {"code": 1800})),
        ("calls without a login (v2)", said(200, {"code": 1800, "message": "x"})),
        ("root with the password it is delivered with", said(200, {"code": 1800})),
        ("root by sourceid", said(2)),
        ("root by sourceid", said(16)),
        ("root by sourceid", said(0, b"\0\0\0\0\x04\x0a\x02\x08\x41")),
        ("the API beside the metrics", said(404)),
        ("the API beside the metrics", said(200, {"status": "ok"})),
        ("expressions inside the server", said(404)),
        ("profiles", said(401)),
        ("the configuration", said(404, {})),
        ("the web UI", said(200, {})),
        ("metrics", said(200, b"# TYPE go_gc gauge")),
    ],
)
def test_what_is_no_open_door_is_none(door: str, answer: Said) -> None:
    assert OPEN[door](answer) is None


def test_a_status_that_is_empty_is_a_success_of_grpc() -> None:
    assert OPEN["root by sourceid"](said(0, b"\0\0\0\0\x08\x0a\0\x12\x04root"))


def test_its_version_cannot_be_asked_over_rest() -> None:
    assert "gRPC" in dialects.tested("milvus").unasked
    assert dialects.tested("milvus").call is None
