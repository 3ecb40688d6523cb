"""What was read masked can be written back to Qdrant: no original is lost to its mask, in any kind of write (Q-77, Q-113)."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from demo.stack import Stack
from path.conftest import Factory
from support.servers.guarded import World, guarded, refused

ANA, BO = "ana.ruiz@example.com", "bo.li@example.com"
MASK = "<EMAIL>"
NEW = "Another text, which was made a vector of by whoever wrote it."
TEXT, SHOWN = f"Write to {ANA} about the pump that leaks.", f"Write to {MASK} about the pump that leaks."
RULES = """
version: 1
mask_profiles:
  shown: {default: replace}
rules:
  - {name: bob-edits, who: {users: [bob]}, where: {collections: ["plain-*"]}, operations: [read, write, delete], effect: allow, mask: shown, vectors: true}
  - name: bob-may-not-write-back
    who: {users: [bob]}
    where: {collections: ["strict-*"]}
    operations: [read, write]
    effect: allow
    mask: shown
    inputs: {write_back: refuse}
"""


@pytest.fixture(scope="module")
def town(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with ExitStack() as made:
        yield guarded("qdrant", RULES, stack, gateways, tmp_path_factory.mktemp("back"), made)


@pytest.fixture
def there(town: World) -> Any:
    place = town.new("plain")
    put = [{"id": 1, "vector": [1.0, 0.0], "payload": {"text": TEXT, "by": ANA, "m": {"by": BO}, "n": 1}},
           {"id": 2, "vector": [0.0, 1.0], "payload": {"text": "b", "by": BO, "n": 2}}]  # fmt: skip
    place.direct("PUT", "/points?wait=true", {"points": put})
    return place


SENT, WHERE = {"text": SHOWN, "by": MASK, "m": {"by": MASK}, "n": 5}, {"filter": {"must": [{"key": "n", "match": {"value": 1}}]}}  # fmt: skip
WHOLE = {"text": TEXT, "by": ANA, "m": {"by": BO}, "n": 5}
POINT = {"id": 1, "vector": [5.0, 5.0], "payload": SENT}
COLUMNS = {"ids": [1, 2], "vectors": [[5.0, 5.0], [6.0, 6.0]], "payloads": [SENT, {"text": "new", "by": MASK}]}
BACK: list[tuple[str, str, Any, Any, list[float]]] = [
    # (a write, what is stored of point 1 then, and its vector)
    ("PUT", "/points", {"points": [POINT]}, WHOLE, [1.0, 0.0]),
    ("PUT", "/points", {"batch": COLUMNS}, WHOLE, [1.0, 0.0]),
    ("PUT", "/points", {"points": [{**POINT, "payload": {"text": NEW, "by": MASK}}]}, {"text": NEW, "by": ANA}, [5.0, 5.0]),
    ("POST", "/points/payload", {"payload": {"by": MASK, "n": 5}, "points": [1]}, WHOLE, [1.0, 0.0]),
    ("POST", "/points/payload", {"payload": {"by": MASK}, "key": "m", "points": [1]}, WHOLE | {"n": 1}, [1.0, 0.0]),
    ("PUT", "/points/payload", {"payload": SENT, "points": [1]}, WHOLE, [1.0, 0.0]),
    ("POST", "/points/batch", {"operations": [{"delete": {"points": [2]}}, {"upsert": {"points": [POINT]}}]}, WHOLE, [1.0, 0.0]),
    ("POST", "/points/batch", {"operations": [{"upsert": {"batch": COLUMNS}}]}, WHOLE, [1.0, 0.0]),
    ("POST", "/points/batch", {"operations": [{"set_payload": {"payload": {"by": MASK}, "key": "m", "points": [1]}}, {"set_payload": {"payload": {"by": MASK, "n": 5}, "points": [1]}}]}, WHOLE, [1.0, 0.0]),
    ("POST", "/points/batch", {"operations": [{"overwrite_payload": {"payload": SENT, "points": [1]}}]}, WHOLE, [1.0, 0.0]),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "stored", "vector"), BACK)
def test_what_comes_back_masked_keeps_what_is_stored(
    there: Any, method: str, path: str, body: Any, stored: Any, vector: list[float]
) -> None:
    there.ask("bob", method, path, body)
    [one] = there.direct("POST", "/points", {"ids": [1], "with_payload": True, "with_vector": True})
    assert one["payload"] == stored
    assert one["vector"] == vector


REFUSED: list[tuple[str, str, Any]] = [
    ("POST", "/points/payload", {"payload": {"by": MASK}, **WHERE}),
    ("PUT", "/points/payload", {"payload": {"by": MASK}, **WHERE}),
    ("POST", "/points/batch", {"operations": [{"set_payload": {"payload": {"by": MASK}, **WHERE}}]}),
    ("POST", "/points/payload", {"payload": {"by": MASK}, "points": [1, 2]}),
    ("POST", "/points/payload", {"payload": {"by": f"{MASK} or so"}, "points": [1]}),
    ("POST", "/points/payload", {"payload": {"by": "<email>"}, "points": [1]}),
    ("POST", "/points/payload", {"payload": {"by": "\uff1cEMAIL\uff1e"}, **WHERE}),
    ("PUT", "/points", {"points": [{**POINT, "payload": {"text": SHOWN.replace(MASK, "[EMAIL]")}}]}),
    ("POST", "/points/batch", {"operations": [{"upsert": {"points": [{**POINT, "payload": {"text": f"{SHOWN} Soon."}}]}}]}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body"), REFUSED)
def test_what_cannot_be_restored_is_refused_and_nothing_is_lost(there: Any, method: str, path: str, body: Any) -> None:
    before = there.points()
    refused(lambda: there.ask("bob", method, path, body), "input.masked", "body.unreadable")
    assert there.points() == before


def test_a_filter_may_set_what_is_no_mask(there: Any) -> None:
    there.ask("bob", "POST", "/points/payload", {"payload": {"status": "done"}, **WHERE})
    assert there.points()[0]["status"] == "done"


def test_a_rule_may_refuse_all_of_it(town: World) -> None:
    place = town.new("strict")
    place.direct("PUT", "/points?wait=true", {"points": [{"id": 1, "vector": [1, 0], "payload": {"by": ANA}}]})
    write = {"operations": [{"set_payload": {"payload": {"by": MASK}, "points": [1]}}]}
    refused(lambda: place.ask("bob", "POST", "/points/batch", write), "input.masked")
