"""What is sent in the place of a call that is kept to rows, and what of its answer is given?"""

import asyncio
import json
from typing import Any

import pytest

from dialects.milvus.grpc.asked import message
from dialects.milvus.grpc.asked import read as over_grpc_read
from support.milvus.asked import V1, V2, FakeMilvus, raw
from support.tools.every import every
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.row import Row
from vecgate.domain.scoped import Scoped
from vecgate.refusals.errors import CallRefused

OWN = Decision(Effect.ALLOW, "own", "because", "v1", rows=(Row("tenant", ("t1",)),))
P = {"collectionName": "people"}
T = '(tenant == "t1")'
H = {"data": [[0.1]], "annsField": "vec"}


def scoped(
    path: str, tree: Any, server: FakeMilvus | None = None, *, decision: Decision = OWN, shown: bool = True
) -> Scoped:
    dialect, ask = Milvus(), (server or FakeMilvus()).ask

    async def all_of_it() -> Scoped:
        call = over_grpc_read(dialect, path, tree) if hasattr(tree, "DESCRIPTOR") else dialect.read(raw(path, tree))
        await dialect.classify(call, ask)
        return await dialect.scoped(call, decision, ask, shown=shown)

    return asyncio.run(all_of_it())


SENT: list[tuple[str, Any, str, Any]] = [
    (f"{V2}/entities/query", P, "/query", {**P, "filter": T}),
    (f"{V2}/entities/query", {**P, "filter": "a == 1 or b == 1", "outputFields": ["name"]}, "/query",
     {**P, "outputFields": ["name", "tenant"], "filter": f"{T} and (a == 1 or b == 1)"}),
    (f"{V2}/entities/query", {**P, "outputFields": ["count(*)"]}, "/query", {**P, "outputFields": ["count(*)"], "filter": T}),
    (f"{V2}/entities/search", {**P, "data": [[0.1]]}, "/search", {**P, "data": [[0.1]], "filter": T, "outputFields": ["tenant"]}),
    (f"{V2}/entities/hybrid_search", {**P, "search": [{**H, "filter": "a == 1"}, H]}, "/hybrid_search",
     {**P, "search": [{**H, "filter": f"{T} and (a == 1)"}, {**H, "filter": T}], "outputFields": ["tenant"]}),
    (f"{V2}/entities/get", {**P, "id": [1, "2"], "outputFields": ["*"]}, "/entities/query",
     {**P, "outputFields": ["*"], "filter": f"{T} and (id in [1, 2])", "limit": 2}),
    (f"{V1}/get", {**P, "id": 4}, "/v1/vector/query", {**P, "filter": f"{T} and (id in [4])", "limit": 1}),
    (f"{V2}/entities/delete", {**P, "filter": "id > 0 or id < 0"}, "/delete", {**P, "filter": f"{T} and (id > 0 or id < 0)"}),
    (f"{V1}/delete", {**P, "id": [1, 4]}, "/delete", {**P, "filter": f"{T} and (id in [1, 4])"}),
    (f"{V2}/entities/insert", {**P, "data": {"id": 9, "name": "x"}}, "/insert", {**P, "data": [{"id": 9, "name": "x", "tenant": "t1"}]}),
    (f"{V2}/entities/upsert", {**P, "data": [{"id": 9, "tenant": "t1"}], "partialUpdate": True}, "/upsert",
     {**P, "data": [{"id": 9, "tenant": "t1"}], "partialUpdate": True}),
    (f"{V2}/collections/get_stats", P, "/entities/query",
     {"dbName": "default", **P, "filter": T, "outputFields": ["count(*)"], "consistencyLevel": "Strong"}),
]  # fmt: skip


@every(("path", "tree", "to", "sent"), SENT)
def test_a_call_is_sent_with_the_condition_of_its_rows(path: str, tree: Any, to: str, sent: Any) -> None:
    """M-44, M-53"""
    call = scoped(path, tree).call
    assert call.path.endswith(to)
    assert call.tree == sent
    assert json.loads(call.body) == sent


REFUSED: list[tuple[str, Any, str]] = [
    (f"{V2}/entities/insert", {**P, "data": [{"id": 9, "tenant": "t2"}]}, "rows.field"),
    (f"{V2}/entities/insert", {**P, "data": [{"id": 9, "tenant": ["t1", "t2"]}]}, "rows.field"),
    (f"{V2}/entities/upsert", {**P, "data": [{"id": 9, "tenant": None}]}, "rows.field"),
    (f"{V2}/entities/upsert", {**P, "data": [{"id": "0x4"}]}, "body.unreadable"),
    (f"{V1}/upsert", {**P, "data": [{"id": 9}]}, "rows.unscopable"),
    (f"{V1}/insert", {**P, "data": [{"id": 9}]}, "rows.unscopable"),
    (f"{V2}/entities/search", {**P, "data": ["a text"]}, "rows.unscopable"),
    (f"{V2}/partitions/list", P, "rows.unscopable"),
    (f"{V2}/partitions/get_stats", {**P, "partitionName": "p"}, "rows.unscopable"),
    (f"{V2}/entities/query", {**P, "partitionNames": ["_default", "p"]}, "rows.unscopable"),
    (f"{V2}/entities/delete", {**P, "filter": "id > 1", "partitionName": "p"}, "rows.unscopable"),
    ("GetIndexBuildProgress", message("GetIndexBuildProgressRequest", collection_name="people"), "rows.unscopable"),
    (f"{V2}/collections/drop", P, "rows.unscopable"),
    (f"{V2}/users/create", {"userName": "u", "password": "p"}, "rows.unscopable"),
]


@every(("path", "tree", "code"), REFUSED)
def test_what_cannot_be_kept_is_refused(path: str, tree: Any, code: str) -> None:
    """M-23, M-54"""
    with pytest.raises(CallRefused) as caught:
        scoped(path, tree)
    assert str(caught.value).startswith(code)


@every("more", [{"annsField": "words"}, {"annsField": "words", "data": [{"3": 0.5}]}, {}])
def test_words_are_not_looked_for_under_rows(more: Any) -> None:
    """M-64"""
    server = FakeMilvus()
    server.types |= {"words": "SparseFloatVector"}
    server.functions = [{"type": 1, "inputFieldNames": ["name"], "outputFieldNames": ["words"]}]
    for path, tree in (
        (f"{V2}/entities/search", {**P, "data": ["a"], **more}),
        (f"{V2}/entities/hybrid_search", {**P, "search": [H, {**H, "data": ["a"], **more}]}),
    ):
        with pytest.raises(CallRefused, match=r"rows\.unscopable.*rarity"):
            scoped(path, tree, server)
    assert scoped(f"{V2}/entities/search", {**P, **H}, server).call.tree


def test_a_write_looks_up_whose_its_ids_are() -> None:
    (owned,) = scoped(f"{V2}/entities/upsert", {**P, "data": [{"id": 1}, {"id": "4"}, {"id": 1}]}).owned
    assert (owned.ids, owned.fresh, owned.thing) == (("1", "4"), True, "default/people#7")
    there, own = owned.there(["1", "4"]), owned.own(["4"])
    assert (there.path, there.tree["filter"], own.tree["filter"]) == (  # type: ignore[index, call-overload]
        f"{V2}/entities/query", "id in [1, 4]", f"{T} and (id in [4])",
    )  # fmt: skip
    assert own.tree["consistencyLevel"] == "Strong"  # type: ignore[index, call-overload]
    assert owned.found({"code": 0, "data": [{"id": 1}, {"id": "4"}]}) == ["1", "4"]
    with pytest.raises(ValueError, match="no records"):
        owned.found({"code": 65535, "message": "x"})
    dialect, server = Milvus(), FakeMilvus()
    call = dialect.read(raw(f"{V2}/entities/upsert", {**P, "data": [{"id": 1}, {"id": "4"}]}))
    asyncio.run(dialect.classify(call, server.ask))
    assert dialect.writing(call) == ("1", "4")


@every(
    ("path", "tree"),
    [(f"{V2}/entities/delete", {**P, "filter": "id > 0"}), (f"{V2}/entities/delete", {**P, "filter": "id in [1, 4]"}), (f"{V1}/delete", {**P, "id": [1, 4]})],
)  # fmt: skip
def test_a_delete_takes_all_records_of_an_id_so_it_is_asked_whose_they_are(path: str, tree: Any) -> None:
    """M-57"""
    made = scoped(path, tree)
    (owned,) = made.owned
    assert owned.chosen is not None
    assert owned.others is not None
    sent, chosen, others = made.call.tree, owned.chosen, owned.others(["1", "4"]).tree
    assert (chosen.tree["filter"], chosen.tree["limit"]) == (sent["filter"], owned.most)  # type: ignore[index, call-overload]
    assert others["filter"] == f"not ({T}) and (id in [1, 4])"  # type: ignore[index, call-overload]
    assert chosen.path == path.replace("delete", "query")


def test_only_ones_own_of_an_answer_is_given() -> None:
    """M-34"""
    answered = scoped(f"{V2}/entities/search", {**P, "data": [[0.1], [0.2]], "outputFields": ["name"]}).answered
    rows = [
        {"id": 1, "name": "a", "tenant": "t1"},
        {"id": 4, "name": "b", "tenant": "t2"},
        {"id": 2, "name": "c", "tenant": "t1"},
        {"id": 5},
    ]
    assert answered({"code": 0, "data": rows, "topks": [2, 2]}) == (
        {"code": 0, "data": [{"id": 1, "name": "a"}, {"id": 2, "name": "c"}], "topks": [1, 1]}, 2,
    )  # fmt: skip
    whole = scoped(f"{V2}/entities/query", P).answered
    assert whole({"code": 0, "data": rows[:2]}) == ({"code": 0, "data": rows[:1]}, 1)


def test_an_error_is_passed_without_what_stands_beside_it() -> None:
    """M-30"""
    for path, tree in (
        (f"{V2}/entities/query", P),
        (f"{V2}/collections/get_stats", P),
        (f"{V2}/entities/delete", {**P, "filter": "id > 0"}),
    ):
        answered = scoped(path, tree).answered
        assert answered({"code": 65535, "message": "no", "data": [{"name": "Eva"}]}) == (
            {"code": 65535, "message": "no"},
            0,
        )
        with pytest.raises(ValueError, match="an answer"):
            answered({"data": []})


def test_a_count_is_of_ones_own() -> None:
    answered = scoped(f"{V2}/collections/get_stats", P).answered
    assert answered({"code": 0, "data": [{"count(*)": 3}]}) == ({"code": 0, "data": {"rowCount": 3}}, 0)
    with pytest.raises(ValueError, match="no count"):
        answered({"code": 0, "data": [{"id": 3}]})


INDEX = {
    "fieldName": "vec",
    "indexName": "by",
    "indexState": "Finished",
    "indexType": "FLAT",
    "metricType": "L2",
    "failReason": "",
}


@every(
    ("path", "asked"),
    [
        (f"{V2}/indexes/describe", {**P, "indexName": "by"}),
        ("DescribeIndex", message("DescribeIndexRequest", collection_name="people", index_name="by")),
        ("DescribeIndex", message("DescribeIndexRequest", collection_name="people", field_name="vec")),
        ("DescribeIndex", message("DescribeIndexRequest", collection_name="people")),
    ],
)
def test_an_index_is_described_without_its_counts(path: str, asked: Any) -> None:
    made = scoped(path, asked)
    assert made.call.path.endswith(("/indexes/describe", "/DescribeIndex"))
    counts = {"indexedRows": 6, "totalRows": 7, "pendingRows": 1, "newInTheNextVersion": 7}
    told = made.answered({"code": 0, "data": [{**INDEX, **counts}, {"indexName": "b", "totalRows": 7}], "more": 7})
    assert told == ({"code": 0, "data": [INDEX, {"indexName": "b"}]}, 0)
    assert made.answered({"code": 700, "message": "no index", "data": [counts]}) == (
        {"code": 700, "message": "no index"},
        0,
    )
    for wrong in ({"data": []}, {"code": 0, "data": counts}, {"code": 0}, [counts]):
        with pytest.raises(ValueError, match="an answer"):
            made.answered(wrong)


def test_a_question_of_the_gateways_own_is_kept_but_not_held_against_it() -> None:
    made = scoped(f"{V2}/entities/query", {**P, "filter": "id in [1]"}, shown=False)
    assert made.call.tree == {**P, "filter": f"{T} and (id in [1])"}
    assert made.answered({"code": 0}) == ({"code": 0}, 0)


def test_several_values_of_a_row_are_not_put_into_a_write() -> None:
    two = Decision(Effect.ALLOW, "own", "because", "v1", rows=(Row("tenant", ("t1", "t2")),))
    with pytest.raises(CallRefused, match=r"rows\.field"):
        scoped(f"{V2}/entities/insert", {**P, "data": [{"id": 9}]}, decision=two)
    sent = {**P, "data": [{"id": 9, "tenant": "t2"}]}
    assert scoped(f"{V2}/entities/insert", sent, decision=two).call.tree == sent
