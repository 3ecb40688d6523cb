"""Is every value that a call compares with put through, with what it is of, and is the body right with what stands for it?"""

from typing import Any

from vecgate.dialects.base.lucene import compared
from vecgate.dialects.opensearch.forms import BODIES
from vecgate.domain.inlets import AnyOf, Condition

SEARCHED: Any = {
    "query": {"bool": {"must": [{"match": {"name.raw": "x"}}], "filter": [{"terms": {"city": ["a"]}}, {"range": {"age": {"gt": 3}}}],
                       "must_not": [{"knn": {"vec": {"vector": [1], "k": 1, "filter": {"exists": {"field": "mail"}}}}}]}},
    "post_filter": {"nested": {"path": "a", "query": {"prefix": {"a.b": "x"}}}}, "sort": ["age", {"city": "asc"}, "_score"],
    "aggs": {"x": {"terms": {"field": "city"}, "aggs": {"y": {"filter": {"term": {"kind": 1}}, "aggs": {"z": {"max": {"field": "pay"}}}}}}},
}  # fmt: skip


def test_every_value_that_is_compared_with_is_put_through_and_every_order_shown() -> None:
    tree: Any = BODIES.search.read(SEARCHED, "")
    seen: list[Any] = []

    def each(one: Any) -> Any:
        seen.append((".".join(map(str, one.path)), one.how, one.value))
        return f"<{one.value}>" if one.how in ("equal", "part") else one.value

    new: Any = compared.rewritten("search", tree, each)
    assert new["query"]["bool"]["must"] == [{"match": {"name.raw": "<x>"}}]
    assert new["query"]["bool"]["filter"][0] == {"terms": {"city": ["<a>"]}}
    assert new["aggs"]["x"]["aggs"]["y"]["filter"] == {"term": {"kind": "<1>"}}
    assert {
        ("age", "order", 3),
        ("a.b", "expression", "x"),
        ("mail", "field", "mail"),
        ("city", "field", "city"),
        ("pay", "field", "pay"),
    } <= {*seen}


def test_a_value_that_stands_for_several_is_either_of_them() -> None:

    new: Any = compared.rewritten(
        "search", {"query": {"term": {"a": {"value": "x", "boost": 2.0}}}}, lambda _: AnyOf(("p", "q"))
    )
    both = [{"term": {"a": {"value": "p", "boost": 2.0}}}, {"term": {"a": {"value": "q", "boost": 2.0}}}]
    assert new["query"] == {"bool": {"should": both, "minimum_should_match": 1}}
    new = compared.rewritten("search", {"query": {"terms": {"a": ["x"]}}}, lambda _: AnyOf(("p", "q")))
    assert new["query"] == {"terms": {"a": ["p", "q"]}}


def test_every_id_is_put_through_wherever_a_record_is_named_by_it() -> None:
    seen: list[Condition] = []

    def each(one: Condition) -> Any:
        seen.append(one)
        return AnyOf(("p", "q")) if one.value == "two" else f"<{one.value}>"

    for name, tree, new in (
        ("search", {"query": {"ids": {"values": ["a", "two"]}}}, {"query": {"ids": {"values": ["<a>", "p", "q"]}}}),
        ("count", {"query": {"bool": {"filter": [{"terms": {"_id": ["a"]}}]}}}, {"query": {"bool": {"filter": [{"terms": {"_id": ["<a>"]}}]}}}),
        ("mget", {"ids": ["a"]}, {"ids": ["<a>"]}),
        ("mget", {"docs": [{"_id": "two", "_source": False}]}, {"docs": [{"_id": "p", "_source": False}, {"_id": "q", "_source": False}]}),
    ):  # fmt: skip
        assert compared.rewritten(name, tree, each) == new  # type: ignore[arg-type]
    assert {(one.path, one.how, one.home) for one in seen} == {(("_id",), "equal", ("ids", 0))}


def test_an_id_at_which_a_page_begins_is_put_through_and_an_order_of_no_field_is_not() -> None:
    seen: list[Any] = []

    def each(one: Condition) -> Any:
        seen.append((one.path, one.how, one.value))
        return "opened" if one.value == "token" else one.value

    tree: Any = {"sort": ["_id", "age", "_shard_doc"], "search_after": ["token", 3, 4294967296]}
    assert compared.rewritten("search", tree, each)["search_after"] == ["opened", 3, 4294967296]
    assert seen == [(("_id",), "equal", "token"), (("age",), "field", "age"), (("age",), "order", 3)]


def test_every_value_that_groups_and_orders_compare_with_is_shown() -> None:
    """O-56"""
    tree: Any = {
        "sort": [{"n": {"missing": "m"}}, {"o": {"missing": "_last"}}],
        "aggs": {"x": {"filter": {"match_all": {}}, "aggs": {
            "t": {"terms": {"field": "a", "include": ["p", 4], "exclude": ["q"], "missing": "r"}, "aggs": {"u": {"max": {"field": "b", "missing": 7}}}},
            "v": {"range": {"field": "c", "ranges": [{"from": 1, "to": 2}, {"to": 3, "key": "k"}]}},
            "w": {"composite": {"sources": [{"one": {"terms": {"field": "d"}}}, {"two": {"histogram": {"field": "e", "interval": 5}}}], "after": {"one": "s", "two": None}}},
        }}},
    }  # fmt: skip
    seen: list[Any] = []
    for name, body in (("search", tree), ("msearch", {"searches": [{"header": {}, "body": tree}]})):
        seen.clear()
        compared.rewritten(name, body, lambda one: (seen.append(one), one.value)[1])  # type: ignore[arg-type, func-returns-value]
        assert [(".".join(map(str, one.path)), one.how, one.value) for one in seen if one.how != "field"] == [
            ("a", "equal", "r"), ("a", "equal", "p"), ("a", "equal", 4), ("a", "equal", "q"), ("b", "equal", 7),
            ("c", "order", 1), ("c", "order", 2), ("c", "order", 3), ("d", "order", "s"), ("n", "order", "m"),
        ]  # fmt: skip


def test_what_a_text_is_compared_with_is_a_word_of_it_and_what_a_keyword_is_the_whole() -> None:
    """O-57, E-68"""
    equal, order = (Condition("q", ("items", 0, "doc", "a"), how, 41, ("a",)) for how in ("equal", "order"))
    for one, found, how, value, by_words in (
        (equal, {"whole"}, "equal", 41, False), (equal, {"whole", "words"}, "equal", "41", True), (equal, {"pieces"}, "part", "41", True),
        (equal, {"unknown"}, "equal", "41", True), (order, {"words"}, "order", "41", True), (order, {"unknown"}, "order", 41, False),
    ):  # fmt: skip
        new = compared.at_home(one, ("a",), frozenset(found))  # type: ignore[arg-type]
        assert (new.how, new.value, new.by_words) == (how, value, by_words), (one, found)
    id = Condition("q", ("ids", 0), "equal", "7", ("_id",))
    assert compared.at_home(id, ("_id",), frozenset({"unknown"})) == id


def test_what_is_an_operator_in_expressions_of_lucene_alone_makes_one_a_pattern() -> None:
    """O-57, E-68"""
    for text, is_pattern in (("~xeller", True), ("a<1-9>", True), ("keller", False)):
        seen: list[Any] = []

        def each(one: Condition, seen: list[Any] = seen) -> Any:
            seen.append(one.value)
            return one.value

        compared.rewritten("count", {"query": {"regexp": {"a": text}}}, each)
        assert (".*" in seen) is is_pattern, text
