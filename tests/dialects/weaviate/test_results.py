"""How many results are asked for, and how are vectors taken out?"""

from typing import Any

import pytest

from support.tools.every import every
from support.weaviate.asked import ANNA, graphql, restricted
from vecgate.dialects.weaviate.dialect import Weaviate
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import CallRefused

GET = "{Get{Person{name}}}"


def op(name: str, kind: str = "search") -> Operation:
    return Operation("weaviate", name, kind, 1)


LIMITED: list[tuple[str, str, Any, Any]] = [
    ("POST", "/graphql", graphql(GET), "{Get{Person(limit:4){name}}}"),
    ("POST", "/graphql", graphql("{Get{Person(limit:2){name}}}"), "{Get{Person(limit:2){name}}}"),
    ("POST", "/graphql", graphql("{Aggregate{Person{meta{count}}}}"), "{Aggregate{Person{meta{count}}}}"),
    ("POST", "/search/Person/bm25", {"query": "a"}, {"query": "a", "limit": 4}),
    ("GET", "/objects?class=Person", None, "4"),
    ("GET", "/objects?class=Person&limit=2", None, "2"),
]


@every(("method", "path", "tree", "sent"), LIMITED)
def test_a_read_without_a_number_asks_for_one_more_than_is_allowed(
    method: str, path: str, tree: Any, sent: Any
) -> None:
    """W-60"""
    call = restricted(path, tree, method, max_results=3)
    assert sent in (
        call.tree,
        call.tree["query"] if isinstance(call.tree, dict) and "query" in call.tree else dict(call.query).get("limit"),
    )


def test_more_than_is_allowed_is_refused() -> None:
    """W-60"""
    for method, path, tree in (
        ("POST", "/graphql", graphql("{Get{a:Person(limit:2){name} b:Person(limit:2){name}}}")),
        (
            "POST",
            "/graphql",
            graphql('{Get{Person(limit:1,groupBy:{path:["city"],groups:2,objectsPerGroup:2}){name}}}'),
        ),
        ("POST", "/search/Person/bm25", {"query": "a", "limit": 4}),
        ("GET", "/objects?class=Person&limit=4", None),
        (
            "DELETE",
            "/batch/objects",
            {
                "match": {"class": "Person", "where": {"operator": "Like", "path": ["name"], "valueText": "*"}},
                "dryRun": True,
                "output": "verbose",
            },
        ),
    ):
        with pytest.raises(CallRefused, match=r"limit\.results"):
            restricted(path, tree, method, max_results=3)
    with pytest.raises(CallRefused, match=r"vectors\.not_allowed"):
        restricted("/graphql", graphql("{Get{a:Company{name} b:Person{_additional{vector}}}}"))


def test_vectors_of_objects_are_taken_out() -> None:
    one = {"id": ANNA, "vector": [1], "vectors": {"a": [2]}, "properties": {"vector": [3]}}
    bare = {"id": ANNA, "properties": {"vector": [3]}}
    assert Weaviate().strip_vectors(op("objects_get"), {**one}) == bare
    assert Weaviate().strip_vectors(op("objects_list"), {"objects": [{**one}]}) == {"objects": [bare]}
    assert Weaviate().strip_vectors(op("batch_objects"), [{**one}]) == [bare]
