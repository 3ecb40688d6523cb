"""What of a request goes in? Payloads, texts to embed, and every value of a filter with where such a value is stored."""

from typing import Any

import pytest

from vecgate.dialects.qdrant import inward
from vecgate.domain.inlets import AnyOf, Condition, cut, has_text

V = [0.1]
F: Any = {"must": [{"key": "mail", "match": {"value": "a@x.example"}}]}


def test_every_payload_and_every_text_that_is_embedded_is_found() -> None:
    """Q-101"""
    for name, tree, found in (
        ("upsert_points", {"points": [{"id": 1, "vector": {"text": "t", "model": "m"}, "payload": {"a": "x"}}]}, {"points": [{"vector": {"text": "t"}, "payload": {"a": "x"}}]}),
        ("upsert_points", {"batch": {"ids": [1], "vectors": [V], "payloads": [{"a": "x"}]}}, {"batch": {"payloads": [{"a": "x"}]}}),
        ("upsert_points", {"points": [{"id": 1, "vector": {"object": {"a": ["t"]}, "model": "m"}}, {"id": 2, "vector": {"v": {"object": "u", "model": "m"}}}]}, {"points": [{"vector": {"object": {"a": ["t"]}}}, {"vector": {"v": {"object": "u"}}}]}),
        ("upsert_points", {"batch": {"ids": [1], "vectors": {"v": [{"object": "t", "model": "m"}]}}}, {"batch": {"vectors": {"v": [{"object": "t"}]}}}),
        ("update_vectors", {"points": [{"id": 1, "vector": {"object": "t", "model": "m"}}]}, {"points": [{"vector": {"object": "t"}}]}),
        ("set_payload", {"payload": {"a": "x"}, "points": [1]}, {"payload": {"a": "x"}}),
        ("batch_update", {"operations": [{"upsert": {"points": [{"id": 1, "payload": {"a": "x"}}]}}, {"overwrite_payload": {"payload": {"b": "y"}}}]}, {"operations": [{"upsert": {"points": [{"payload": {"a": "x"}}]}}, {"overwrite_payload": {"payload": {"b": "y"}}}]}),
        ("create_collection", {"vectors": {}, "metadata": {"owner": "x"}}, {"metadata": {"owner": "x"}}),
    ):  # fmt: skip
        assert cut(tree, inward.inlets(name).payload) == found
    for tree in (
        {"query": {"text": "t", "model": "m"}},
        {"prefetch": [{"prefetch": [{"query": {"nearest": {"text": "t"}}}]}]},
        {"query": {"discover": {"context": [{"positive": {"text": "t"}}]}}},
        {"query": {"object": {"asked": ["t"]}, "model": "m"}},
        {"prefetch": [{"query": {"recommend": {"positive": [1, {"object": "t"}]}}}]},
    ):
        assert "'t'" in str(cut(tree, inward.inlets("query_points").query))
    assert cut({"searches": [{"query": {"text": "t"}}]}, inward.inlets("query_batch_points").query) is not None


def test_words_that_the_server_takes_out_of_a_text_are_compared_with_what_is_in_its_vector() -> None:
    """Q-85"""
    found = list[Condition]()

    def each(one: Condition) -> Any:
        found.append(one)
        return AnyOf(("<A>", "<B>"))

    def by(text: str, model: str = "qdrant/bm25") -> Any:
        return {"text": text, "model": model, "options": {"k": 1.2}}

    def body(text: str) -> Any:
        inner = {
            "prefetch": [{"query": by(text, "Qdrant/BM25"), "using": "w"}],
            "query": {"nearest": by(text)},
            "limit": 3,
        }
        return {"searches": [{"query": by("a", "other/model"), "using": "w"}, {**inner, "using": "v"}]}

    assert inward.rewritten("query_batch_points", body("a"), each) == body("<A> <B>")
    at = "searches[1].prefetch[0].query.text", "searches[1].query.nearest.text"
    assert found == [
        Condition(place, ("points", 0, "vector", name, "text"), "part", "a", ("vector", name))
        for place, name in zip(at, "wv", strict=True)
    ]
    assert [one.at for one in inward.sought("query_batch_points", body("a"))] == [
        "/searches/1/prefetch/0/query/text",
        "/searches/1/query/nearest/text",
    ]
    found.clear()
    for name, tree in (
        ("query_points", {"query": by("a", "other/model")}),
        ("query_points", {"query": [0.5, 1]}),
        ("upsert_points", {"points": [{"id": 1, "vector": by("a")}]}),
    ):
        assert inward.rewritten(name, tree, each) == tree
        assert not found


def seen(name: str, tree: Any) -> list[tuple[Any, str, Any]]:
    found: list[Any] = []

    def each(condition: Condition) -> Any:
        found.append((condition.home, condition.how, condition.value))
        return condition.value

    assert inward.rewritten(name, tree, each) == tree
    return found


HOME = ("points", 0, "payload")
VALUES: list[tuple[str, Any, list[Any]]] = [
    ("scroll_points", {"filter": F}, [((*HOME, "mail"), "equal", "a@x.example")]),
    ("count_points", {"filter": {"must": [{"key": "a[].b", "match": {"any": ["x", "y"]}}]}}, [((*HOME, "a", 0, "b"), "equal", "x"), ((*HOME, "a", 0, "b"), "equal", "y")]),
    ("count_points", {"filter": {"must_not": [{"key": "a", "match": {"text": "x"}}]}}, [((*HOME, "a"), "part", "x")]),
    ("count_points", {"filter": {"should": [{"key": "a", "range": {"gte": 1, "lt": 5}}]}}, [((*HOME, "a"), "order", 1), ((*HOME, "a"), "order", 5)]),
    ("count_points", {"filter": {"must": [{"nested": {"key": "o", "filter": {"must": [{"key": "s", "match": {"value": 1}}]}}}]}}, [((*HOME, "o", 0, "s"), "equal", 1)]),
    ("count_points", {"filter": {"min_should": {"conditions": [{"must": [{"key": "a", "match": {"value": 1}}]}], "min_count": 1}}}, [((*HOME, "a"), "equal", 1)]),
    ("query_points", {"prefetch": [{"filter": F}], "params": {"idf": {"corpus": F}}}, [((*HOME, "mail"), "equal", "a@x.example")] * 2),
    ("upsert_points", {"points": [], "update_filter": F}, [((*HOME, "mail"), "equal", "a@x.example")]),
    ("batch_update", {"operations": [{"delete": {"filter": F}}]}, [((*HOME, "mail"), "equal", "a@x.example")]),
    ("query_points_groups", {"group_by": "mail"}, [((*HOME, "mail"), "field", "mail")]),
    ("facet", {"key": "mail"}, [((*HOME, "mail"), "field", "mail")]),
    ("scroll_points", {"order_by": {"key": "age", "start_from": 5}}, [((*HOME, "age"), "field", "age"), ((*HOME, "age"), "order", 5)]),
    ("scroll_points", {"order_by": {"key": "age"}}, [((*HOME, "age"), "field", "age")]),
    ("query_points", {"query": {"formula": {"sum": ["age", F["must"][0]]}}}, [((*HOME, "mail"), "field", "mail"), ((*HOME, "mail"), "order", "a@x.example")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "tree", "found"), VALUES)
def test_every_value_that_is_compared_with_is_seen(name: str, tree: Any, found: list[Any]) -> None:
    """Q-81"""
    assert seen(name, tree) == found


@pytest.mark.parametrize(
    ("match", "new"),
    [
        ({"value": "x"}, {"key": "a", "match": {"any": ["1", "2"]}}),
        ({"any": ["x", "y"]}, {"key": "a", "match": {"any": ["1", "2", "y"]}}),
        ({"except": ["x"]}, {"key": "a", "match": {"except": ["1", "2"]}}),
        ({"text": "x"}, {"should": [{"key": "a", "match": {"text": "1"}}, {"key": "a", "match": {"text": "2"}}]}),
    ],
)
def test_one_value_becomes_any_of_several(match: Any, new: Any) -> None:
    def each(condition: Condition) -> Any:
        return AnyOf(("1", "2")) if condition.value == "x" else condition.value

    tree: Any = {"filter": {"must": [{"key": "a", "match": match}]}}
    assert inward.rewritten("scroll_points", tree, each) == {"filter": {"must": [new]}}


def test_vectors_of_a_clients_own_are_told_from_those_that_are_made() -> None:
    def point(text: str, vector: Any) -> Any:
        return {"points": [{"id": 1, "vector": vector, "payload": {"a": text}}]}

    for vector, count in ((V, 1), ({"a": V}, 1), ({"text": "x", "model": "m"}, 0), ({}, 0)):
        assert inward.unclean_vectors("upsert_points", point("x", vector), point("y", vector)) == count
        assert inward.unclean_vectors("upsert_points", point("x", vector), point("x", vector)) == 0
    batch: Any = {"batch": {"ids": [1], "vectors": [V], "payloads": [{"a": "x"}]}}
    other: Any = {"batch": {"ids": [1], "vectors": [V], "payloads": [{"a": "y"}]}}
    assert inward.unclean_vectors("upsert_points", batch, other) == 1


PICTURE: Any = {"image": "https://x.example/a.png", "model": "m", "options": {"for": "Ana"}}
PICTURES: list[tuple[str, Any]] = [
    ("upsert_points", {"points": [{"id": 1, "vector": PICTURE}]}),
    ("upsert_points", {"points": [{"id": 1, "vector": {"a": PICTURE}}]}),
    ("upsert_points", {"batch": {"ids": [1], "vectors": [PICTURE]}}),
    ("upsert_points", {"batch": {"ids": [1], "vectors": {"a": [PICTURE]}}}),
    ("update_vectors", {"points": [{"id": 1, "vector": PICTURE}]}),
    ("batch_update", {"operations": [{"update_vectors": {"points": [{"id": 1, "vector": PICTURE}]}}]}),
    ("query_points", {"query": PICTURE}),
    ("query_points", {"prefetch": [{"query": {"nearest": PICTURE}}]}),
    ("query_points", {"query": {"recommend": {"positive": [PICTURE]}}}),
    ("query_batch_points", {"searches": [{"query": PICTURE}]}),
    ("recommend_points", {"positive": [PICTURE]}),
    ("discover_points", {"context": [{"positive": PICTURE, "negative": 1}]}),
]


@pytest.mark.parametrize(("name", "tree"), PICTURES)
def test_a_picture_is_known_as_what_nobody_can_look_into_and_its_options_are_masked(name: str, tree: Any) -> None:
    """Q-115"""
    inlets = inward.inlets(name)
    assert has_text(tree, inlets.opaque)
    assert "Ana" in str(cut(tree, (*inlets.payload, *inlets.query)))


@pytest.mark.parametrize("vector", [{"image": V}, {"image": {"text": "t", "model": "m"}}, {"text": "t", "model": "m"}])
def test_a_vector_that_is_called_image_is_no_picture(vector: Any) -> None:
    assert not has_text({"points": [{"id": 1, "vector": vector}]}, inward.inlets("upsert_points").opaque)
