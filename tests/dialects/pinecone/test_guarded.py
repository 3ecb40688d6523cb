"""What do guards hear of answers and writes?"""

import asyncio
from typing import Any

import pytest

from dialects.pinecone.asked import HERE, told
from vecgate import dialects
from vecgate.domain.call import Answer, Call
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import CallRefused

QUERY = Operation("pinecone", "query", "search", 1, collections=("people",))
FETCH = Operation("pinecone", "fetch", "read_ids", 1, collections=("people",))
UPSERT = Operation("pinecone", "upsert", "upsert", 3, collections=("people",))


def test_records_of_an_answer_are_taken_apart_and_put_together() -> None:
    dialect = dialects.load("pinecone")
    tree: Any = {
        "matches": [{"id": "a", "score": 0.51, "metadata": {"x": 1}}, {"id": "b", "score": 0.4}],
        "results": [],
    }
    found = dialect.answered(QUERY, tree)
    assert found is not None
    assert [(one.id, one.metadata) for one in found.listed] == [("a", {"x": 1}), ("b", None)]
    assert found.without([False, True]) == {**tree, "matches": [tree["matches"][1]]}
    assert found.described([{"y": 2}, None])["matches"][0]["metadata"] == {"y": 2}  # type: ignore[index, call-overload]
    by_id: Any = {"vectors": {"a": {"id": "a", "metadata": {"x": 1}}, "b": {"id": "b"}}}
    kept = dialect.answered(FETCH, by_id)
    assert kept is not None
    assert kept.without([True, False]) == {"vectors": {"a": by_id["vectors"]["a"]}}


@pytest.mark.parametrize("tree", [{}, [], {"matches": 1}, {"matches": [], "results": [{"matches": [{"id": "x"}]}]}])
def test_an_answer_of_another_shape_is_none(tree: Any) -> None:
    """N-15: what several searches would answer with is never taken for nothing."""
    with pytest.raises(ValueError, match="lists no records"):
        dialects.load("pinecone").answered(QUERY, tree)


def test_scores_are_rounded_or_gone() -> None:
    dialect = dialects.load("pinecone")
    tree: Any = {"matches": [{"id": "a", "score": 0.5678}]}
    assert dialect.scored(QUERY, tree, 2) == {"matches": [{"id": "a", "score": 0.57}]}
    assert dialect.scored(QUERY, tree, None) == {"matches": [{"id": "a"}]}


def test_records_of_a_write_are_told() -> None:
    found = dialects.load("pinecone").carried(UPSERT, {"vectors": [{"id": "a", "metadata": {"x": 1}}]})
    assert found is not None
    assert [(one.id, one.metadata, one.whole) for one in found.listed] == [("a", {"x": 1}, True)]
    assert found.described([{"x": 1, "stamp": "s"}]) == {"vectors": [{"id": "a", "metadata": {"x": 1, "stamp": "s"}}]}


def test_a_query_asks_for_what_guards_must_see_and_does_not_show_it() -> None:
    dialect = dialects.load("pinecone")
    call, operation = told("POST", HERE + "/query", {"topK": 1, "vector": [0.1]})
    more, bare = dialect.telling(call, operation, ["stamp"])
    assert isinstance(more.tree, dict)
    assert more.tree["includeMetadata"] is True
    assert bare({"matches": [{"id": "a", "metadata": {"stamp": 1}}]}) == {"matches": [{"id": "a"}]}
    assert dialect.vectors(operation, call.tree) == [[0.1]]


def test_what_the_gateway_wrote_into_a_record_is_read_before_it_is_written_over() -> None:
    """N-33: an upsert replaces all of a record, marks of the gateway's own among it."""
    dialect = dialects.load("pinecone")
    call, operation = told("POST", HERE + "/vectors/upsert", {"vectors": [{"id": "a"}], "namespace": "ns"})
    question = dialect.recalled(call, operation, ["a", "b"])
    assert question is not None
    assert (question[0].path, question[0].query) == (
        "/idx/people/vectors/fetch",
        (("ids", "a"), ("ids", "b"), ("namespace", "ns")),
    )
    found = dialect.answered(question[1], {"vectors": {"a": {"id": "a", "metadata": {"vecgate-quarantine": "x"}}}})
    assert found is not None
    assert found.listed[0].metadata == {"vecgate-quarantine": "x"}
    with pytest.raises(CallRefused, match="more than 100"):
        dialect.recalled(call, operation, [f"r{n}" for n in range(101)])
    documents, meant = told("POST", HERE + "/namespaces/ns/documents/upsert", {"documents": [{"_id": "a"}]})
    asked = dialect.recalled(documents, meant, ["a"])
    assert asked is not None
    assert (asked[0].path, asked[0].tree) == ("/idx/people/namespaces/ns/documents/fetch", {"ids": ["a"]})


def test_the_record_that_a_search_starts_from_is_read_in_its_namespace() -> None:
    dialect = dialects.load("pinecone")
    call, operation = told("POST", HERE + "/query", {"topK": 1, "id": "a", "namespace": "ns"})
    [(question, meant)] = dialect.starting(call, operation, ["bait"])
    assert (question.path, question.query) == ("/idx/people/vectors/fetch", (("ids", "a"), ("namespace", "ns")))
    found = dialect.answered(meant, {"vectors": {"a": {"id": "a", "metadata": {"bait": True}}}})
    assert found is not None
    assert found.listed[0].metadata == {"bait": True}
    assert [*dialect.starting(*told("POST", HERE + "/query", {"topK": 1, "vector": [0.1]}), ["bait"])] == []


def test_an_update_tells_the_fields_that_it_writes_and_takes_more_beside_them() -> None:
    dialect = dialects.load("pinecone")
    for tree, id in (
        ({"id": "a", "setMetadata": {"x": 1}}, "a"),
        ({"filter": {"y": {"$eq": 1}}, "setMetadata": {"x": 1}}, None),
    ):
        operation = Operation("pinecone", "update", "update", 3, collections=("people",))
        found = dialect.carried(operation, tree)  # type: ignore[arg-type]
        assert found is not None
        assert [(one.id, one.metadata, one.whole) for one in found.listed] == [(id, {"x": 1}, False)]
        assert found.described([{"x": 1, "stamp": "s"}]) == {**tree, "setMetadata": {"x": 1, "stamp": "s"}}
    bare = dialect.carried(Operation("pinecone", "update", "update", 3), {"id": "a", "values": [0.1]})
    assert bare is not None
    assert bare.described([{"stamp": "s"}]) == {"id": "a", "values": [0.1], "setMetadata": {"stamp": "s"}}


@pytest.mark.parametrize(
    ("method", "path", "body", "reach"),
    [
        ("POST", "/query", {"topK": 70, "vector": [0.1]}, 70),
        ("GET", "/vectors/list?limit=5", None, 5),
        ("GET", "/vectors/list", None, 100),
        ("GET", "/vectors/list?paginationToken=x", None, None),
        ("GET", "/vectors/fetch?ids=a&ids=b", None, 0),
    ],
)
def test_how_far_a_call_goes_is_told(method: str, path: str, body: Any, reach: int | None) -> None:
    call, operation = told(method, HERE + path, body)
    assert asyncio.run(dialects.load("pinecone").reach(call, operation, never, 10)) == reach


async def never(_question: Call) -> Answer:
    raise AssertionError("nothing is asked for that")
