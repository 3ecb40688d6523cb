"""Every value of a Chroma filter is found, with where it is stored; what cannot be read in full is refused."""

from typing import Any

import pytest

from support.tools.every import every
from vecgate.dialects.chroma.filters import inlets, rewritten, unclean_vectors
from vecgate.dialects.chroma.routes import ROUTES
from vecgate.domain.inlets import Condition
from vecgate.refusals.errors import CallRefused


def conditions(name: str, tree: dict[str, Any]) -> list[tuple[str, tuple[Any, ...], str, Any]]:
    found: list[Condition] = []
    same = rewritten(name, tree, lambda c: (found.append(c), c.value)[1])  # type: ignore[func-returns-value]
    assert same == tree
    return [(c.at, c.home, c.how, c.value) for c in found]


def field(name: str) -> tuple[Any, ...]:
    return ("metadatas", 0, name)


DOCUMENT = ("documents", 0)
ID = ("ids", 0)
URI = ("uris", 0)

WHERE = [
    # nothing: no records, and all of them
    ({"$or": []}, []),
    ({"$and": []}, []),
    # one value
    ({"a": "x"}, [("where.a", field("a"), "equal", "x")]),
    ({"a": {"$eq": 1.5}}, [("where.a", field("a"), "equal", 1.5)]),
    ({"a": {"$ne": True}}, [("where.a", field("a"), "equal", True)]),
    ({"a": {"$gt": 1}}, [("where.a", field("a"), "order", 1)]),
    ({"a": {"$lte": 9.5}}, [("where.a", field("a"), "order", 9.5)]),
    ({"a": {"$contains": "x"}}, [("where.a", field("a"), "equal", "x")]),
    # several
    ({"a": {"$in": ["x", "y"]}}, [("where.a", field("a"), "equal", "x"), ("where.a", field("a"), "equal", "y")]),
    ({"a": {"$nin": [1, 1.5]}}, [("where.a", field("a"), "equal", 1), ("where.a", field("a"), "equal", 1.5)]),
    # together
    (
        {"$and": [{"a": "x"}, {"$or": [{"b": "y"}, {"a": {"$ne": "z"}}]}]},
        [
            ("where.$and[0].a", field("a"), "equal", "x"),
            ("where.$and[1].$or[0].b", field("b"), "equal", "y"),
            ("where.$and[1].$or[1].a", field("a"), "equal", "z"),
        ],
    ),
    # what is no metadata
    ({"#document": {"$contains": "x"}}, [("where.#document", DOCUMENT, "part", "x")]),
    ({"#document": {"$not_regex": "x"}}, [("where.#document", DOCUMENT, "expression", "x")]),
    ({"chroma:document": "x"}, [("where.(key)", DOCUMENT, "part", "x")]),
    ({"chroma:document": {"$in": ["x"]}}, [("where.(key)", DOCUMENT, "part", "x")]),
    ({"$and": [{"chroma:uri": {"$ne": "x"}}]}, [("where.$and[0].(key)", URI, "equal", "x")]),
    # a key like any other, but for a search
    ({"#id": {"$in": ["r1"]}}, [("where.#id", field("#id"), "equal", "r1")]),
    ({"Ana Ruiz": "x"}, [("where.(key)", field("Ana Ruiz"), "equal", "x")]),
]


@every("name", ["collection_get", "collection_query", "collection_delete"])
@every(("where", "found"), WHERE)
def test_every_value_of_where_is_found(name: str, where: Any, found: Any) -> None:
    assert conditions(name, {"where": where, "limit": 3}) == found


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"$contains": "x"}, [("where_document", DOCUMENT, "part", "x")]),
        ({"$not_contains": "x"}, [("where_document", DOCUMENT, "part", "x")]),
        ({"$regex": "x"}, [("where_document", DOCUMENT, "expression", "x")]),
        (
            {"$or": [{"$contains": "x"}, {"$and": [{"$not_regex": "y"}]}]},
            [
                ("where_document.$or[0]", DOCUMENT, "part", "x"),
                ("where_document.$or[1].$and[0]", DOCUMENT, "expression", "y"),
            ],
        ),
    ],
)
def test_every_text_of_where_document_is_found(where: Any, found: Any) -> None:
    assert conditions("collection_get", {"where": None, "where_document": where, "ids": None}) == found


def test_ids_are_filters_where_they_choose_records_and_names_where_they_give_them() -> None:
    assert conditions("collection_get", {"ids": ["r1", "r2"]}) == [
        ("ids", ID, "equal", "r1"),
        ("ids", ID, "equal", "r2"),
    ]
    assert conditions("collection_upsert", {"ids": ["r1"]}) == []
    assert inlets("collection_upsert").names == ("/ids",)


@pytest.mark.parametrize(
    ("found", "where"),
    [
        (None, []),
        ({"a": "x"}, [("searches[0].filter.a", field("a"), "equal", "x")]),
        ({"#document": {"$contains": "x"}}, [("searches[0].filter.#document", DOCUMENT, "part", "x")]),
        ({}, []),
        ({"#id": {"$in": ["r1"]}}, [("searches[0].filter.#id", ID, "equal", "r1")]),
        ({"$or": [{"#id": {"$ne": "r1"}}]}, [("searches[0].filter.$or[0].#id", ID, "equal", "r1")]),
        ({"chroma:document": {"$eq": "x"}}, [("searches[0].filter.(key)", DOCUMENT, "part", "x")]),
        ({"where_clause": "x"}, [("searches[0].filter.where_clause", field("where_clause"), "equal", "x")]),
        ({"query_ids": "x"}, [("searches[0].filter.query_ids", field("query_ids"), "equal", "x")]),
    ],
)
def test_every_value_of_a_search_filter_is_found(found: Any, where: Any) -> None:
    tree = {"searches": [{"filter": found, "limit": {"limit": 3}}, {}]}
    assert conditions("collection_search", tree) == where


def test_groups_compare_the_values_of_their_fields() -> None:
    groups = {"keys": ["email"], "aggregate": {"$min_k": {"keys": ["#score", "age"], "k": 1}}}
    assert conditions("collection_search", {"searches": [{"group_by": groups}, {"group_by": {}}]}) == [
        ("searches[0].group_by.keys[0]", field("email"), "field", "email"),
        ("searches[0].group_by.aggregate.$min_k.keys[1]", field("age"), "field", "age"),
    ]


BODIES = {route.name: route.body for route in ROUTES if route.body is not None}

UNKNOWN = [
    ("collection_get", {"where": {"$not": {"a": 1}}}),
    ("collection_get", {"where": {"a": {"$like": "x"}}}),
    ("collection_get", {"where": {"a": {"$eq": ["x"]}}}),
    ("collection_get", {"where": {"a": {"$eq": None}}}),
    ("collection_get", {"where": {"a": {"$in": "x"}}}),
    ("collection_get", {"where": {"a": ["x"]}}),
    ("collection_get", {"where": {"a": None}}),
    ("collection_get", {"where": {"$and": {"a": 1}}}),
    ("collection_get", {"where": {"$or": ["x"]}}),
    ("collection_get", {"where_document": {"$startswith": "x"}}),
    ("collection_get", {"where_document": {"$contains": ["x"]}}),
    ("collection_get", {"where_document": {"$and": [1]}}),
    ("collection_delete", {"where": {"a": {"$eq": {"$eq": "x"}}}}),
    ("collection_search", {"searches": [{"filter": "x"}]}),
    ("collection_search", {"searches": [{"filter": {"where_clause": {"a": "x"}, "query_ids": ["r1"]}}]}),
    ("collection_search", {"searches": [{"filter": {"query_ids": ["r1"]}}]}),
    ("collection_search", {"searches": [{"filter": {"$and": [{}]}}]}),
    ("collection_search", {"searches": [{"filter": {"#id": {"$gt": 1}}}]}),
    ("collection_search", {"searches": [{"filter": {"#id": {"$regex": "x"}}}]}),
    # what is not one condition
    ("collection_get", {"where": {}}),
    ("collection_get", {"where": {"a": "x", "b": 2}}),
    ("collection_get", {"where": {"a": {"$gt": 1, "$lt": 2}}}),
    ("collection_get", {"where": {"a": {}}}),
    ("collection_get", {"where": {"$and": [{}]}}),
    ("collection_get", {"where_document": {}}),
    ("collection_get", {"where_document": {"$contains": "x", "$regex": "y"}}),
    # what the server has no such operator for
    ("collection_get", {"where": {"a": {"$regex": "x.*"}}}),
    ("collection_get", {"where": {"a": {"$in": []}}}),
    ("collection_get", {"where": {"a": {"$gt": "x"}}}),
    ("collection_get", {"where": {"a": {"$gte": True}}}),
    ("collection_get", {"where": {"#document": "x"}}),
    ("collection_get", {"where": {"#document": {"$eq": "x"}}}),
    ("collection_get", {"where": {"#document": {"$in": ["x"]}}}),
    ("collection_get", {"where": {"#document": {"$contains": 5}}}),
    ("collection_get", {"where_document": {"$contains": 5}}),
    ("collection_get", {"where_document": {"$eq": "x"}}),
    # keys that are the server's own
    ("collection_get", {"where": {"chroma:other": "x"}}),
    ("collection_delete", {"where": {"$and": [{"chroma:": "x"}, {"a": 1}]}}),
]


@every(("name", "tree"), UNKNOWN)
def test_a_filter_that_cannot_be_read_in_full_is_refused(name: str, tree: dict[str, Any]) -> None:
    with pytest.raises(CallRefused) as e:
        BODIES[name].read(tree, "")
    assert e.value.refusal.code == "body.unreadable"  # type: ignore[attr-defined]


def test_values_are_put_in_their_places_and_the_given_body_stays_as_it_is() -> None:
    tree = {
        "ids": ["r"],
        "where": {"$and": [{"a": "x"}, {"b": {"$in": ["y", 1]}}]},
        "where_document": {"$contains": "z"},
    }
    new = rewritten("collection_get", tree, lambda c: f"{c.value}!")
    assert new == {
        "ids": ["r!"],
        "where": {"$and": [{"a": "x!"}, {"b": {"$in": ["y!", "1!"]}}]},
        "where_document": {"$contains": "z!"},
    }
    assert tree["ids"] == ["r"]


def test_other_operations_have_no_filter() -> None:
    tree = {"where": {"$unheard_of": 1}}
    assert rewritten("collection_add", tree, lambda _: "x") is tree


@pytest.mark.parametrize(
    ("name", "payload", "query"),
    [
        ("collection_add", ("/documents", "/metadatas", "/uris"), ()),
        ("collection_update", ("/documents", "/metadatas", "/uris"), ()),
        ("create_collection", ("/metadata",), ()),
        ("update_collection", ("/new_metadata",), ()),
        ("collection_search", (), ("/searches/*/rank",)),
        ("collection_query", (), ()),
        ("delete_collection", (), ()),
    ],
)
def test_each_operation_tells_where_data_goes_in(name: str, payload: Any, query: Any) -> None:
    assert (inlets(name).payload, inlets(name).query) == (payload, query)


@pytest.mark.parametrize(
    ("pointer", "kind"),
    [
        ("/documents/*", "text"),
        ("/metadatas/*/note", "text"),
        ("/ids/*", "patterns"),
        ("/metadatas/*/sparse/indices/*", "keep"),
    ],
)
def test_what_is_stored_is_looked_at_as_what_it_is(pointer: str, kind: str) -> None:
    assert inlets("collection_upsert").surface.kind_at(pointer) == kind
    assert inlets("collection_get").surface.kind_at(pointer) == kind


@pytest.mark.parametrize(
    ("vectors", "before", "after", "count"),
    [
        (None, ["a"], ["*"], 0),
        ([[1.0]], None, None, 0),
        ([[1.0], [2.0]], ["a", "b"], ["a", "b"], 0),
        ([[1.0], [2.0]], ["a", "b"], ["a", "*"], 1),
        ([[1.0], None], ["a", "b"], ["*", "*"], 1),
        (["AACAPw=="], ["a"], ["*"], 1),
    ],
)
def test_vectors_of_masked_documents_are_counted(vectors: Any, before: Any, after: Any, count: int) -> None:
    old, new = {"embeddings": vectors, "documents": before}, {"embeddings": vectors, "documents": after}
    assert unclean_vectors("collection_upsert", old, new) == count
    assert unclean_vectors("collection_query", old, new) == 0
