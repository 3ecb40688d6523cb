"""What does a write store and go over, and how is an index read whole?"""

from typing import Any

import pytest

from support.lucene.asked import Described
from vecgate.dialects.base.lucene import written
from vecgate.domain.inlets import Kept


def test_what_is_stored_is_read_as_a_search_answers_it() -> None:
    call, operation = Described().read(
        "POST",
        "/a/_bulk",
        [{"index": {}}, {"x": 1}, {"update": {"_id": "1"}}, {"doc": {"y": 2}}, {"delete": {"_id": "2"}}],
    )
    tree: Any = call.tree
    read = written.stored(operation, tree)
    assert read is not None
    assert list(read.records) == [{"hits": {"hits": [{"_source": {"x": 1}}, {"_source": {"y": 2}}]}}]
    assert written.stored(Described().read("DELETE", "/a/_doc/1")[1], {}) is None


OVER: list[tuple[str, str, Any, dict[int, str], Any]] = [
    ("PUT", "/a/_doc/1", {"x": "<m>"}, {0: "1"}, {"x": "old"}),
    ("POST", "/a/_update/1", {"doc": {"x": "<m>"}}, {0: "1"}, {"doc": {"x": "old"}}),
    ("POST", "/a/_bulk", [{"delete": {"_id": "9"}}, {"index": {}}, {"x": "<m>"}, {"index": {"_id": "1"}}, {"x": "<m>"}], {1: "1"},
     {"items": [{"delete": {"_id": "9"}}, {"index": {}, "doc": {"x": "<m>"}}, {"index": {"_id": "1"}, "doc": {"x": "old"}}]}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "target", "body", "sent", "tree"), OVER)
def test_a_mask_that_is_written_back_can_keep_what_is_stored(
    method: str, target: str, body: Any, sent: Any, tree: Any
) -> None:
    described = Described()
    call, operation = described.read(method, target, body)
    over = described.dialect.overwriting(call, operation)
    assert over is not None
    assert {number: one.id for number, one in over.sent.items()} == sent
    assert over.reading(["1"]).path == "/a/_mget"
    assert over.kept(
        {"docs": [{"_id": "1", "found": True, "_source": {"x": "old"}}, {"_id": "2", "found": False}]}
    ) == [Kept("1", {"doc": {"x": "old"}})]
    assert over.put({number: Kept("1", {"doc": {"x": "old"}}) for number in sent}) == tree


def test_a_write_that_goes_over_nothing_is_not_compared() -> None:
    described = Described()
    for target, body in (("/a/_doc", {"x": 1}), ("/a/_bulk", [{"index": {}}, {"x": 1}])):
        call, operation = described.read("POST", target, body)
        assert described.dialect.overwriting(call, operation) is None


def test_an_index_is_read_page_by_page() -> None:
    going = written.pages("a", 2)
    first = next(going)
    assert (first.path, first.query, first.tree) == ("/a/_search", (("scroll", "5m"),), {"size": 2, "sort": ["_doc"]})
    second = going.send({"_scroll_id": "one", "hits": {"hits": [{"_id": "1"}, {"_id": "2"}]}})
    assert (second.method, second.path) == ("POST", "/_search/scroll")
    assert second.tree == {"scroll_id": "one", "scroll": "5m"}
    end = going.send({"_scroll_id": "two", "hits": {"hits": []}})
    assert (end.method, end.tree) == ("DELETE", {"scroll_id": "two"})
    with pytest.raises(StopIteration):
        going.send({"succeeded": True})
    again = written.pages("a", 2)
    next(again)
    with pytest.raises(ValueError, match="without records"):
        again.send({})


def test_texts_that_are_to_be_written_are_told_before() -> None:
    described = Described()
    _, operation = described.read("POST", "/a/_doc", {})
    made, tree = written.written(operation, [{"text": "x", "metadata": {"a": 1}}])
    assert (made.name, made.kind, tree) == (
        "bulk",
        "upsert",
        {"items": [{"index": {}, "doc": {"text": "x", "metadata": {"a": 1}}}]},
    )
    assert written.texts(tree, [{"text": "y"}]) == [{"text": "x"}]


def test_a_mask_that_is_written_back_into_one_of_several_indices_keeps_what_is_stored_there() -> None:
    """An id is one within its index alone, and an index is called by its own name by then."""
    described = Described(crew="b")
    lines = [
        {"index": {"_id": "1"}},
        {"x": "<m>"},
        {"update": {"_index": "crew", "_id": "1"}},
        {"doc": {"x": "<m>"}},
        {"index": {"_index": "b"}},
        {"x": "<m>"},
    ]
    call, operation = described.read("POST", "/a/_bulk", lines)
    over = described.dialect.overwriting(call, operation)
    assert over is not None
    assert {number: one.id for number, one in over.sent.items()} == {0: "a/1", 1: "b/1"}
    assert over.read.collections == ("a", "b")
    asked = over.reading(["a/1", "b/1"])
    assert (asked.path, asked.tree) == ("/_mget", {"docs": [{"_index": "a", "_id": "1"}, {"_index": "b", "_id": "1"}]})
    docs: Any = [{"_index": name, "_id": "1", "found": True, "_source": {"x": f"of {name}"}} for name in "ab"]
    stored = over.kept({"docs": docs})
    assert stored == [Kept("a/1", {"doc": {"x": "of a"}}), Kept("b/1", {"doc": {"x": "of b"}})]
    put: Any = over.put(dict(enumerate(stored)))
    assert [one.get("doc") for one in put["items"]] == [{"x": "of a"}, {"doc": {"x": "of b"}}, {"x": "<m>"}]
