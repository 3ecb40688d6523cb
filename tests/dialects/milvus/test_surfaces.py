"""Where do texts, ids, vectors, scores and errors stand in answers?"""

from typing import Any

from vecgate.dialects.base.answers import places
from vecgate.dialects.milvus.surfaces import marks, surface


def told(name: str, tree: Any) -> dict[str, list[str]]:
    return {kind: at for kind, at in places(surface(name, answer=True, key="id"), marks(name), tree).items() if at}


def test_all_of_a_record_is_text() -> None:
    """M-31, M-32, M-33: but its key, by which it is asked for again."""
    row = {
        "id": "p1",
        "note": "x",
        "meta": '{"a":"b"}',
        "tags": {"Data": {"StringData": {"data": ["red"]}}},
        "vec": [0.1],
        "age": 3,
    }
    assert told("entities_query", {"code": 0, "data": [row]}) == {
        "ids": ["/data/0/id"], "texts": ["/data/0/note", "/data/0/meta", "/data/0/tags/Data/StringData/data/0"], "vectors": ["/data/0/vec"],
    }  # fmt: skip
    assert told("v1_search", {"code": 200, "data": [{"distance": 0.5, "id": 1}]}) == {
        "scores": ["/data/0/distance"], "ids": ["/data/0/id"],
    }  # fmt: skip


def test_an_error_is_told_and_looked_at() -> None:
    """M-35"""
    tree = {"code": 65535, "message": "cannot parse expression: name == Eva"}
    for name in ("entities_query", "collections_list", "entities_insert"):
        assert told(name, tree) == {"errors": ["/message"]}
        assert surface(name, answer=True, key="id").kind_at("/message") == "text"


def test_ids_of_a_write_are_ids() -> None:
    assert told("entities_insert", {"code": 0, "data": {"insertCount": 1, "insertIds": [1, "a"]}})["ids"] == [
        "/data/insertIds/0", "/data/insertIds/1",
    ]  # fmt: skip


def test_names_that_are_none_are_texts() -> None:
    assert told("collections_list", {"code": 0, "data": ["people", "Eva Stein"]}) == {"texts": ["/data/1"]}
