"""What answers of Pinecone show of its side doors, near misses among them, and which version one tells."""

import json
from typing import Any

from support.tools.every import every
from vecgate import dialects
from vecgate.dialects.base.doors import Said

OPEN = {knock.what: knock.open for knock in dialects.doors("pinecone")}


def said(status: int, body: Any = b"", **headers: str) -> Said:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Said(status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)


@every(
    ("door", "answer"),
    [
        ("indexes without deletion protection", said(401, {})),
        ("indexes at public hosts", said(200, {"indexes": []})),
        ("indexes at public hosts", said(200, {"indexes": "x"})),
    ],
)
def test_what_is_no_open_door_is_none(door: str, answer: Said) -> None:
    assert OPEN[door](answer) is None


def test_many_indexes_are_named_in_part() -> None:
    indexes = [{"name": f"i{n}"} for n in range(7)]
    assert str(OPEN["indexes at public hosts"](said(200, {"indexes": indexes}))).endswith(
        ": i0, i1, i2, i3, i4 and more"
    )


def test_it_has_no_version() -> None:
    assert "names that of the API" in dialects.tested("pinecone").unasked
    assert dialects.tested("pinecone").call is None
