"""What answers of OpenSearch show of its side doors, near misses among them, and which version one tells."""

import json
from typing import Any

from support.tools.every import every
from vecgate import dialects
from vecgate.dialects.base.doors import Said
from vecgate.domain.call import Answer

OPEN = {knock.what: knock.open for knock in dialects.doors("opensearch")}


def said(status: int, body: Any = b"", **headers: str) -> Said:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Said(status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)


@every(
    ("door", "answer"),
    [
        ("calls without a login", said(401, b"Unauthorized")),
        ("calls without a login", said(200, {"version": {}})),
        ("HTTP/2 in the clear (h2c)", said(200, {})),
        ("admin with the password it is delivered with", said(401, b"Unauthorized")),
        ("script.allowed_types", said(200, {"defaults": {"script.allowed_types": ["none"]}})),
        ("script.allowed_types", said(200, {"persistent": {"script.allowed_types": "none"}})),
    ],
)
def test_what_is_no_open_door_is_none(door: str, answer: Said) -> None:
    assert OPEN[door](answer) is None


def test_a_server_tells_its_version_and_one_of_another_kind_is_none() -> None:
    tested = dialects.tested("opensearch")
    told = {"version": {"distribution": "opensearch", "number": "2.19.6"}}
    assert tested.told(Answer(200, body=json.dumps(told).encode())) == "2.19.6"
    assert tested.covers("2.19.6")
    elsewhere = tested.told(Answer(200, body=b'{"version": {"number": "2.19.6"}}'))
    assert elsewhere == "of another database"
    assert not tested.covers(elsewhere)
