"""Which records does a write bring, and which of the gateway's own fields would it lose?"""

import asyncio
from collections.abc import Sequence
from typing import Any

from support.lucene.asked import Described
from vecgate.dialects.base.lucene.guards import brought
from vecgate.domain.guards import OWN

STAMP: Any = {"_vecgate_who": "ann"}


def test_every_record_of_a_write_can_be_stamped() -> None:
    for method, target, body, sent in (
        ("PUT", "/a/_doc/1", {"x": 1}, {"x": 1, **STAMP}), ("POST", "/a/_update/1", {"doc": {"x": 1}, "upsert": {}}, {"doc": {"x": 1, **STAMP}, "upsert": STAMP}),
        ("POST", "/a/_bulk", [{"index": {"_id": "1"}}, {"x": 1}, {"delete": {"_id": "2"}}, {"update": {"_id": "3"}}, {"doc": {}}],
         {"items": [{"index": {"_id": "1"}, "doc": {"x": 1, **STAMP}}, {"delete": {"_id": "2"}}, {"update": {"_id": "3"}, "doc": {"doc": STAMP}}]}),
    ):  # fmt: skip
        call, operation = Described().read(method, target, body)
        tree: Any = call.tree
        records = Described().dialect.carried(operation, tree)
        assert records is not None
        assert records.described([{**(one.metadata or {}), **STAMP} for one in records.listed]) == sent
    assert brought.carried("bulk", {"items": [{"delete": {"_id": "1"}}]}) is None
    assert brought.carried("bulk", {"items": [{"index": {"_index": "b"}, "doc": {}}]}) is None
    assert brought.carried("delete_by_query", {}) is None


def lost(method: str, target: str, body: Any) -> int:
    call, operation = Described().read(method, target, body)

    async def there(index: str, ids: Sequence[str], fields: Sequence[str]) -> list[Any]:
        return [{**STAMP}] if "1" in ids else []

    return asyncio.run(brought.lost(there, operation, call, OWN))


def test_what_a_write_would_lose_is_counted() -> None:
    assert lost("PUT", "/a/_doc/1", {"x": 1}) == 1
    assert lost("PUT", "/a/_doc/1", {**STAMP}) == 0
    assert lost("PUT", "/a/_doc/2", {"x": 1}) == 0
    assert lost("POST", "/a/_doc", {"x": 1}) == 0
    assert lost("POST", "/a/_update/1", {"doc": {}}) == 0
    assert (
        lost("POST", "/_bulk", [{"index": {"_index": "a", "_id": "1"}}, {}, {"index": {"_index": "b", "_id": "1"}}, {}])
        == 2
    )


def test_what_is_stored_is_read_as_the_server_has_it_now() -> None:
    call = brought.recalling("a", ["1", "2"])
    assert (call.method, call.path) == ("POST", "/a/_mget")
    assert call.tree == {"docs": [{"_id": id, "_source": [*OWN]} for id in ("1", "2")]}
