"""What answers of Weaviate show of its side doors, near misses among them, and which version one tells."""

import json
from typing import Any

from support.tools.every import every
from vecgate import dialects
from vecgate.dialects.base.doors import Said
from vecgate.dialects.weaviate.server import PORTS, STATUS
from vecgate.domain.call import Answer

OPEN = {knock.what: knock.open for knock in dialects.doors("weaviate")}


def said(status: int, body: Any = b"", **headers: str) -> Said:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Said(status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)


@every(
    ("door", "answer"),
    [
        ("anonymous access", said(401, {"code": 401})),
        ("anonymous access", said(200, {})),
        ("gRPC-Web on the REST port", said(404)),
        ("profiles and debug calls (6060)", said(404)),
        ("metrics (PROMETHEUS_MONITORING_PORT)", said(404)),
        ("modules that send texts elsewhere", said(401, {})),
        ("modules that send texts elsewhere", said(200, {"modules": None})),
        ("modules that send texts elsewhere", said(200, {"modules": {"backup-filesystem": {}, "offload-s3": {}}})),
    ],
)
def test_what_is_no_open_door_is_none(door: str, answer: Said) -> None:
    assert OPEN[door](answer) is None


def test_many_modules_are_counted() -> None:
    modules = {f"generative-{n}": {} for n in "abcde"}
    assert "generative-a, generative-b, generative-c and 2 more" in str(
        OPEN["modules that send texts elsewhere"](said(200, {"modules": modules}))
    )


def test_a_server_tells_its_version() -> None:
    tested = dialects.tested("weaviate")
    assert tested.told(Answer(200, body=b'{"version": "1.40.0-dev", "modules": {}}')) == "1.40.0-dev"
    assert tested.covers("1.40.0-dev")
    assert not tested.covers("1.4.0")


def test_the_doors_beside_it_are_named() -> None:
    assert [port.number for port in PORTS] == [
        8080, 50051, 2112, 6060, 7100, 7101, 7946, 7947, 8300, 8301,
    ]  # fmt: skip
    assert "gRPC" in STATUS
