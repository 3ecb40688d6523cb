"""Parts of a body are cut out, and put back in their places."""

from typing import Any

import pytest

from vecgate.domain.call import Json
from vecgate.domain.inlets import Condition, changed, chosen, cut, leaves, longest_differs, named, paste

RECORDS = {"ids": ["a", "b"], "documents": ["x", None], "metadatas": [{"n": "y"}, None], "embeddings": [[1.0], [2.0]]}
POINTS = {"points": [{"id": 1, "payload": {"t": "x"}, "vector": [1.0]}, {"id": 2, "vector": [2.0]}], "wait": True}

CUT = [
    # nothing
    (None, ("/a",), None),
    ({}, ("/a",), None),
    ({"a": 1}, (), None),
    ({"a": None}, ("/a",), None),
    # whole members
    ({"a": 1, "b": 2}, ("/a",), {"a": 1}),
    ({"a": 1}, ("",), {"a": 1}),
    (RECORDS, ("/documents", "/ids"), {"ids": ["a", "b"], "documents": ["x", None]}),
    # below
    (POINTS, ("/points/*/payload",), {"points": [{"payload": {"t": "x"}}, None]}),
    (POINTS, ("/points/1/payload",), None),
    ({"a": {"x": 1, "y": {"x": 2}}}, ("/a/*/x",), {"a": {"y": {"x": 2}}}),
    ({"a/b": {"~": 1}}, ("/a~1b/~0",), {"a/b": {"~": 1}}),
]


@pytest.mark.parametrize(("tree", "pointers", "part"), CUT)
def test_what_is_cut_out_keeps_its_place(tree: Any, pointers: tuple[str, ...], part: Any) -> None:
    assert cut(tree, pointers) == part


@pytest.mark.parametrize(("tree", "pointers", "part"), CUT)
def test_putting_back_what_was_cut_out_changes_nothing(tree: Any, pointers: tuple[str, ...], part: Any) -> None:
    if part is not None:
        assert paste(tree, pointers, part) == tree


def test_what_is_put_back_stands_where_it_was_and_nothing_else_changes() -> None:
    cleaned = {"points": [{"payload": {"t": "***"}}, None]}
    assert paste(POINTS, ("/points/*/payload",), cleaned) == {
        "points": [{"id": 1, "payload": {"t": "***"}, "vector": [1.0]}, {"id": 2, "vector": [2.0]}],
        "wait": True,
    }
    assert POINTS["points"][0]["payload"] == {"t": "x"}  # type: ignore[index]


def test_a_member_that_is_gone_stays_away() -> None:
    assert paste({"a": 1, "b": 2}, ("/a",), {}) == {"b": 2}
    assert paste({"m": {"a": 1, "b": 2}}, ("/m",), {"m": {"b": 2}}) == {"m": {"b": 2}}


@pytest.mark.parametrize("cleaned", [{"documents": ["x"]}, {"documents": "x"}, {"documents": None}])
def test_a_list_that_lost_an_item_would_move_what_follows_to_other_records(cleaned: Any) -> None:
    with pytest.raises(ValueError, match="lost an item"):
        paste(RECORDS, ("/documents",), cleaned)
    with pytest.raises(ValueError, match="zip"):
        paste(POINTS, ("/points/*/payload",), {"points": [{"payload": {}}]})


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        (1, 1, []),
        ("x", "y", ["(body)"]),
        ({"a": "x"}, {"a": "x"}, []),
        ({"a": ["x", "y"]}, {"a": ["x", "z"]}, ["a[1]"]),
        ({"m": [{"e": "x", "f": "y"}]}, {"m": [{"e": "*", "f": "*"}]}, ["m[0].e", "m[0].f"]),
        ({"m": [{"Ana": 1}]}, {"m": [{"<P>": 1}]}, ["m[0]"]),  # a key that was masked is not told
        ({"n": 4111}, {"n": "4111"}, ["n"]),
        ({"m": [1, 2]}, {"m": [1]}, ["m"]),
    ],
)
def test_where_two_trees_differ_is_told_in_words(before: Any, after: Any, places: list[str]) -> None:
    assert changed(before, after) == places


@pytest.mark.parametrize(
    ("place", "key", "words"),
    [
        ("", "where", "where"),
        ("where", "customer_id", "where.customer_id"),
        ("where", "#document", "where.#document"),
        ("where", "ana@example.com", "where.(key)"),
        ("where", "Ana Ruiz", "where.(key)"),
        ("", "x" * 41, "(key)"),
    ],
)
def test_a_key_that_does_not_look_like_a_field_is_not_repeated(place: str, key: str, words: str) -> None:
    assert named(place, key) == words


@pytest.mark.parametrize(("how", "asks"), [("equal", False), ("order", False), ("part", True), ("expression", True)])
def test_what_looks_inside_of_texts_is_a_query(how: Any, asks: bool) -> None:
    assert Condition("where", ("documents", 0), how, "x").is_query is asks


@pytest.mark.parametrize(
    ("tree", "others", "wanted", "becomes"),
    [
        ({"ids": ["a", "b"]}, [{"ids": ["x", "y"]}], ["y"], {"ids": ["a", "y"]}),
        ({"ids": ["a", "b"]}, [{"ids": ["x", "y"]}], ["a", "x"], {"ids": ["a", "b"]}),  # what stands there comes first
        ({"ids": ["a"]}, [{"ids": ["x"]}, {"ids": ["z"]}], ["z", "x"], {"ids": ["x"]}),
        ({"ids": ["a", None]}, [{"ids": ["x", None]}], [], {"ids": ["a", None]}),
        ({"ids": ["a"]}, [], ["x"], {"ids": ["a"]}),
    ],
)
def test_of_several_names_the_one_that_is_wanted_is_chosen(
    tree: Json, others: list[Json], wanted: list[str], becomes: Json
) -> None:
    assert chosen(tree, others, wanted) == becomes
    assert sorted(leaves({"a": ["x", None, 1, {"b": "y"}]})) == ["x", "y"]


def test_of_several_texts_the_longest_tells() -> None:
    assert longest_differs({"a": "long text", "b": "x"}, {"a": "long test", "b": "x"})
    assert not longest_differs({"a": "long text", "b": "x"}, {"a": "long text", "b": "y"})
    assert not longest_differs({"a": [0.5]}, {"a": [0.25]})
