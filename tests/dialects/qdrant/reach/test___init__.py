"""Every dangerous call says how many points it touches of how many, where and under which names, or why nobody can say."""

from typing import Any, Final

import orjson
import pytest

from contracts.test_reading import read
from vecgate import dialects
from vecgate.dialects.qdrant import reach
from vecgate.domain.approval import Impact
from vecgate.domain.call import Answer, Call

DIALECT: Final = dialects.load("qdrant")
#: What is dangerous, and can be let through at all.
ROWS: Final = {one.name: one for one in DIALECT.routes if one.danger >= 3 and not one.refused and not one.raw}
TOTAL: Final = 7
#: Touched, of how many, and words of the note.
COUNTED: Final[dict[str, tuple[int, int, str]]] = {
    **dict.fromkeys(("delete_collection", "delete_vector_name", "update_collection", "delete_field_index"), (7, 7, "")),
    **dict.fromkeys(("create_collection", "create_vector_name", "create_field_index", "create_shard_key"), (0, 7, "")),
    **dict.fromkeys(
        ("delete_points", "set_payload", "overwrite_payload", "delete_payload", "clear_payload"), (2, 7, "")
    ),
    **dict.fromkeys(("delete_vectors", "get_shard_points", "scroll_shard_points"), (2, 7, "")),
    "batch_update": (2, 7, ""),
    "cleanup_shard": (7, 7, "at most: which of them no longer belong to that shard"),
    "update_aliases": (7, 14, ""),
    "update_collection_cluster": (7, 7, "at most: which of them lie in that shard"),
    "delete_shard_key": (3, 7, ""),
    "truncate_unapplied_wal": (0, 7, "not applied yet is lost"),
    "remove_peer": (14, 14, "at most: which of them lie on that peer alone"),
    "create_snapshot": (7, 7, ""),
    "create_shard_snapshot": (7, 7, "at most: which of them lie in that shard"),
    "create_full_snapshot": (14, 14, ""),
    "delete_snapshot": (0, 7, "no record of now goes; how many that snapshot holds"),
    "delete_shard_snapshot": (0, 7, "no record of now goes; how many that snapshot holds"),
    "delete_full_snapshot": (0, 14, "no record of now goes; how many that snapshot holds"),
    "recover_from_snapshot": (7, 7, "replaced by what the snapshot holds"),
    "recover_shard_from_snapshot": (7, 7, "replaced by what the snapshot holds"),
}
BODIES: Final[dict[str, Any]] = {
    **{name: {"filter": {"must": [{"has_id": [1]}]}} for name in ("delete_points", "clear_payload")},
    **{name: {"payload": {"a": 1}, "points": [1, 2]} for name in ("set_payload", "overwrite_payload")},
    "recover_from_snapshot": {"location": "http://localhost:6333/collections/people/snapshots/a.snapshot"},
    "recover_shard_from_snapshot": {"location": "http://localhost:6333/collections/people/shards/0/snapshots/a.snapshot"},
    "delete_payload": {"keys": ["a"], "points": [1, 2]},
    "delete_vectors": {"vector": ["v"], "points": [1, 2]},
    "batch_update": {"operations": [{"delete": {"points": [1, 2]}}]},
    "get_shard_points": {"ids": [1, 2]},
    "scroll_shard_points": {"filter": {"must": [{"has_id": [1]}]}},
    "delete_shard_key": {"shard_key": "k"},
    "update_collection_cluster": {"drop_replica": {"shard_id": 0, "peer_id": 1}},
    "update_aliases": {"actions": [
        {"delete_alias": {"alias_name": "live"}}, {"create_alias": {"collection_name": "other", "alias_name": "live"}},
    ]},
}  # fmt: skip


async def ask(call: Call) -> Answer:
    """A server with two collections of seven points; a filter finds two of them, a shard key three."""
    tree, said = call.tree if isinstance(call.tree, dict) else {}, None
    if call.path.endswith("/points/count"):
        said = {"count": 2 if tree.get("filter") else 3 if tree.get("shard_key") else TOTAL}
    elif call.path.endswith("/points/scroll"):
        said = {"points": [{"id": 1}, {"id": 2}], "next_page_offset": None}
    elif call.path == "/aliases":
        said = {"aliases": [{"alias_name": "live", "collection_name": "people"}]}
    elif call.path == "/collections":
        said = {"collections": [{"name": "people"}, {"name": "other"}]}
    elif call.path.startswith("/collections/"):
        said = {"config": {}, "points_count": TOTAL}
    assert said is not None, call.path
    return Answer(200, (), orjson.dumps({"result": said, "status": "ok", "time": 0.0}))


async def impact_of(name: str, body: Any = None) -> Impact | None:
    given = BODIES.get(name, body)
    call = read("qdrant", ROWS[name], body=None if given is None else orjson.dumps(given))
    operation = await DIALECT.classify(call, ask)
    return await DIALECT.impact(call, await DIALECT.located(call, operation, ask), ask, 5)


def test_each_dangerous_call_is_counted_or_it_is_said_why_not() -> None:
    assert set(ROWS) == {*COUNTED, *reach.UNCOUNTED}
    assert not COUNTED.keys() & reach.UNCOUNTED.keys()
    assert all(len(words) > 15 for words in reach.UNCOUNTED.values())


@pytest.mark.parametrize("name", sorted(COUNTED))
async def test_how_many_of_how_many_where_and_under_which_names(name: str) -> None:
    touched, total, note = COUNTED[name]
    found = await impact_of(name)
    assert found is not None
    assert (found.touched, found.total) == (touched, total)
    assert note in found.note
    assert bool(note) == bool(found.note)
    if ROWS[name].kind not in ("read_ids", "list_scan"):
        both = total == 14
        assert found.collections == (("other", "people") if both else ("people",))
        assert found.aliases == ("live",)


@pytest.mark.parametrize("name", sorted(reach.UNCOUNTED))
async def test_of_what_is_not_counted_nothing_is_asked(name: str) -> None:
    assert await impact_of(name) is None
    assert DIALECT.uncounted[name] == reach.UNCOUNTED[name]


@pytest.mark.parametrize(
    ("body", "touched", "note"),
    [
        ({"drop_sharding_key": {"shard_key": "k"}}, 3, False),
        ({"create_sharding_key": {"shard_key": "k"}}, 0, False),
        ({"move_shard": {"shard_id": 0, "from_peer_id": 1, "to_peer_id": 2}}, 7, True),
    ],
)
async def test_what_becomes_of_shards_is_counted_by_its_key_where_it_has_one(
    body: Any, touched: int, note: bool
) -> None:
    call = read("qdrant", ROWS["update_collection_cluster"], body=orjson.dumps(body))
    found = await DIALECT.impact(call, await DIALECT.classify(call, ask), ask)
    assert found is not None
    assert (found.touched, bool(found.note)) == (touched, note)


async def test_more_collections_than_are_counted_are_said_to_be_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "MOST_COLLECTIONS", 1)
    found = await impact_of("remove_peer")
    assert found is not None
    assert "there are 2 collections" in found.note
