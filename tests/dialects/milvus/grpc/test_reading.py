"""Are searches and queries over gRPC read as the server reads them, and printed anew?"""

import json
import struct
from typing import Any, Final

import pytest

from dialects.milvus.grpc.asked import MESSAGES, classified, message, pairs, read, serving
from support.tools.every import every
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.dialects.milvus.grpc.table import SERVICE
from vecgate.domain.call import Call
from vecgate.domain.decision import Decision, Effect
from vecgate.refusals.errors import CallRefused

AT: Final = {"collection_name": "people"}
VECTOR: Final = struct.pack("<2f", 0.5, 1)


def group(*values: bytes) -> bytes:
    made = message("PlaceholderGroup")
    made.placeholders.add(tag="$0", type=101, values=values or [VECTOR])
    return bytes(made.SerializeToString())


def search(params: dict[str, str] | None = None, **fields: Any) -> Any:
    made = message(
        "SearchRequest",
        **{**AT, "placeholder_group": group(), "nq": 1, "dsl_type": 1, "use_default_consistency": True, **fields},
    )
    pairs(made.search_params, **({"topk": "5", "anns_field": "vec"} if params is None else params))
    return made


def query(params: dict[str, str] | None = None, **fields: Any) -> Any:
    made = message("QueryRequest", **{**AT, "use_default_consistency": True, **fields})
    pairs(made.query_params, **({"limit": "5"} if params is None else params))
    return made


def hybrid(*subs: Any, params: dict[str, str] | None = None, **fields: Any) -> Any:
    made = message("HybridSearchRequest", **{**AT, "use_default_consistency": True, **fields})
    made.requests.extend(subs)
    pairs(made.rank_params, **({"strategy": "rrf", "params": '{"k":60}', "limit": "2"} if params is None else params))
    return made


def sent(method: str, made: Any) -> tuple[Any, Any]:
    """The twin's body, and the message that goes out."""
    dialect = Milvus()
    call = read(dialect, method, made)
    out = dialect.grpc.message(call)
    assert out.method == f"{SERVICE}/{method}"
    return call.tree, MESSAGES.read(dialect.grpc.methods[out.method].takes, out.message)


def told(pairs: Any) -> dict[str, str]:
    return {one.key: one.value for one in pairs}


def test_a_search_is_the_search_of_rest() -> None:
    params = {
        "topk": "5", "offset": "2", "anns_field": "vec", "metric_type": "COSINE", "params": '{"ef":8,"metric_type":"COSINE"}',
        "round_decimal": "-1", "ignore_growing": "False", "group_by_field": "tenant", "group_size": "2", "strict_group_size": "True",
    }  # fmt: skip
    tree, out = sent(
        "Search", search(params, dsl='name=="a"&&age>1', output_fields=["name"], partition_names=["p1"], db_name="db1")
    )
    assert tree == {
        "dbName": "db1", "collectionName": "people", "outputFields": ["name"], "partitionNames": ["p1"], "data": [[0.5, 1.0]],
        "limit": 5, "annsField": "vec", "offset": 2, "searchParams": {"metric_type": "COSINE", "params": {"ef": 8}},
        "groupingField": "tenant", "groupSize": 2, "strictGroupSize": True, "filter": 'name == "a" and age > 1',
    }  # fmt: skip
    assert told(out.search_params) == {
        **params,
        "params": '{"ef":8}',
        "strict_group_size": "true",
        "ignore_growing": "False",
    }
    assert (out.dsl, out.nq, out.placeholder_group, out.db_name) == ('name == "a" and age > 1', 1, group(), "db1")


def test_a_template_is_put_into_its_filter_and_goes_no_further() -> None:
    made = query(expr="tenant == {t} and id in {ids}")
    made.expr_template_values["t"].string_val = 't1" or "" == "'
    made.expr_template_values["ids"].array_val.long_data.data.extend([1, 2])
    tree, out = sent("Query", made)
    assert tree["filter"] == 'tenant == "t1\\" or \\"\\" == \\"" and id in [1, 2]'
    assert (out.expr, len(out.expr_template_values)) == (tree["filter"], 0)


def test_consistency_is_the_collections_own_or_one_by_name() -> None:
    assert "consistencyLevel" not in sent("Query", query())[0]
    assert sent("Query", query())[1].use_default_consistency is True
    for level, name in enumerate(("Strong", "Session", "Bounded", "Eventually", "Customized")):
        tree, out = sent("Query", query(use_default_consistency=False, consistency_level=level, guarantee_timestamp=77))
        assert tree["consistencyLevel"] == name
        assert (out.use_default_consistency, out.consistency_level, out.guarantee_timestamp) == (False, level, 77)


def test_a_query_that_names_no_number_asks_for_all_and_is_bound_by_a_rule() -> None:
    dialect = Milvus()
    call = read(dialect, "Query", query({}, expr="age > 1"))
    operation = classified(dialect, call)
    assert (operation.limit, "limit" in call.tree) == (16_384, False)
    within = dialect.restrict(call, operation, Decision(Effect.ALLOW, "r", "because", "v1", max_results=500))
    assert json.loads(within.body)["limit"] == 501  # one more, so that it shows that there are more
    assert "limit" not in told(MESSAGES.read("milvus.QueryRequest", dialect.grpc.message(call).message).query_params)
    by_ids = read(dialect, "Query", query({}, expr="id in [1, 2, 3]"))
    assert (classified(dialect, by_ids).limit, classified(dialect, by_ids).kind) == (3, "read_ids")


def test_a_query_that_names_no_fields_asks_for_the_key_alone() -> None:
    tree, out = sent("Query", query())
    assert "outputFields" not in tree
    assert [*out.output_fields] == ["*"]  # what is kept to rows needs more of them than clients see


def test_pages_of_an_iterator_stay_pages() -> None:
    _, out = sent(
        "Query", query({"limit": "2", "iterator": "True", "reduce_stop_for_best": "True", "collection_id": "7"})
    )
    assert told(out.query_params) == {
        "limit": "2",
        "ignore_growing": "False",
        "iterator": "True",
        "reduce_stop_for_best": "True",
    }
    _, out = sent("Search", search({"topk": "2", "anns_field": "vec", "iterator": "True", "params": '{"radius":0.5}'}))
    assert told(out.search_params)["iterator"] == "True"


def test_every_search_within_a_hybrid_one_keeps_its_filter_and_vectors() -> None:
    one, other = (
        search(dsl='tenant == "t1"'),
        search({"topk": "3", "anns_field": "vec", "metric_type": "L2"}, output_fields=["name"]),
    )
    tree, out = sent("HybridSearch", hybrid(one, other, output_fields=["name"]))
    assert tree["search"] == [
        {"data": [[0.5, 1.0]], "limit": 5, "annsField": "vec", "filter": 'tenant == "t1"'},
        {"data": [[0.5, 1.0]], "limit": 3, "annsField": "vec", "params": {"metric_type": "L2"}},
    ]
    assert (tree["rerank"], tree["limit"]) == ({"strategy": "rrf", "params": {"k": 60}}, 2)
    assert [(sub.dsl, sub.collection_name, sub.placeholder_group) for sub in out.requests] == [
        ('tenant == "t1"', "people", group()), ("", "people", group())
    ]  # fmt: skip
    assert told(out.rank_params) == {"strategy": "rrf", "params": '{"k":60}', "limit": "2", "round_decimal": "-1"}


def test_groups_are_said_in_each_search_as_clients_repeat_them() -> None:
    groups = {"group_by_field": "tenant", "group_size": "2", "strict_group_size": "True"}
    one = search({"topk": "5", "anns_field": "vec", **groups})
    tree, out = sent("HybridSearch", hybrid(one, search(), params={"strategy": "rrf", "limit": "2", **groups}))
    assert (tree["groupingField"], tree["groupSize"], tree["strictGroupSize"]) == ("tenant", 2, True)
    assert told(out.rank_params)["group_by_field"] == "tenant"
    assert not [key for sub in out.requests for key in told(sub.search_params) if "group" in key]


@every(
    ("params", "ranked"),
    [
        ({"reranker": "rrf", "k": "100"}, {"strategy": "rrf", "params": {"k": 100}}),
        ({"reranker": "rrf"}, {"strategy": "rrf"}),
        # What a function does not norm, a strategy would.
        ({"reranker": "weighted", "weights": "[0.25, 1]"}, {"strategy": "weighted", "params": {"weights": [0.25, 1], "norm_score": False}}),
        ({"reranker": "weighted", "weights": "[1, 1]", "norm_score": "True"}, {"strategy": "weighted", "params": {"weights": [1, 1], "norm_score": True}}),
    ],
)  # fmt: skip
def test_a_function_that_ranks_is_a_strategy(params: dict[str, str], ranked: Any) -> None:
    tree, out = sent("HybridSearch", by_function(**params))
    assert tree["rerank"] == ranked
    assert (told(out.rank_params)["strategy"], out.HasField("function_score")) == (ranked["strategy"], False)


def by_function(kind: int = 3, inputs: tuple[str, ...] = (), **params: str) -> Any:
    made = hybrid(search(), search(), params={"limit": "2", "offset": "0", "round_decimal": "-1"})
    one = made.function_score.functions.add(name="r", type=kind, input_field_names=inputs)
    pairs(one.params, **params)
    return made


def _beside(**more: Any) -> Any:
    made = by_function(reranker="rrf")
    pairs(made.function_score.params, **more.pop("params", {}))
    pairs(made.rank_params, **more)
    return made


def _ranked_search() -> Any:
    made = search()
    made.function_score.functions.add(name="r", type=3)
    return made


def test_a_template_may_stand_for_no_values_at_all() -> None:
    made = query(expr="age in {none}")
    made.expr_template_values["none"].array_val.SetInParent()
    assert sent("Query", made)[1].expr == "age in []"


REFUSED: Final = {
    "of the past": ("Query", lambda: query(travel_timestamp=5), "'travel_timestamp'"),
    "a limit of none": ("Query", lambda: query({"limit": "0"}), "whole number from 1"),
    "an option nobody knows": ("Query", lambda: query({"limit": "1", "expr": "id > 0"}), "'expr', which is not spoken here"),
    "a level nobody knows": ("Query", lambda: query(use_default_consistency=False, consistency_level=9), "none that is known"),
    "no expression": ("Search", lambda: search(dsl='{"bool":{}}', dsl_type=0), "must be an expression"),
    "another number of vectors": ("Search", lambda: search(nq=2), "'nq' is another number"),
    "a bound of such a page": ("Search", lambda: search({"topk": "1", "search_iter_last_bound": "0.5"}), "'search_iter_last_bound'"),
    "a filter among options": ("Search", lambda: search({"topk": "1", "params": '{"expr":"id > 0"}'}), "unknown member"),
    "a metric twice": ("Search", lambda: search({"topk": "1", "metric_type": "L2", "params": '{"metric_type":"IP"}'}), "twice"),
    "scores of too many places": ("Search", lambda: search({"topk": "1", "round_decimal": "7"}), "to 6"),
    "searched by ids": ("Search", lambda: _by_ids(), "get these records by a query, and search with their vectors"),
    "a search of another place": ("HybridSearch", lambda: hybrid(search(collection_name="pay")), "of another place"),
    "of another database": ("HybridSearch", lambda: hybrid(search(db_name="other")), "of another place"),
    "of other partitions": ("HybridSearch", lambda: hybrid(search(partition_names=["p9"])), "of other partitions"),
    "ranked by nothing": ("HybridSearch", lambda: hybrid(search(), params={"params": '{"k":1}'}), "of no strategy"),
    "grouped otherwise within": ("HybridSearch", lambda: hybrid(search({"topk": "1", "anns_field": "vec", "group_by_field": "age"})), "grouped otherwise"),
    "ranked by a model": ("HybridSearch", lambda: by_function(reranker="model"), "but 'rrf' and 'weighted'"),
    "ranked by a field": ("HybridSearch", lambda: by_function(inputs=("age",), reranker="rrf"), "take no fields"),
    "ranked by a function of another kind": ("HybridSearch", lambda: by_function(1, reranker="rrf"), "but 'rrf' and 'weighted'"),
    "ranked by a function and more": ("HybridSearch", lambda: by_function(reranker="rrf", filter="id > 0"), "'filter', which is not spoken here"),
    "ranked by weights that are none": ("HybridSearch", lambda: by_function(reranker="weighted", weights="1"), "must be a list"),
    "ranked by a function and a strategy": ("HybridSearch", lambda: _beside(strategy="rrf"), "by a strategy and by a function"),
    "ranked by a function of a mode": ("HybridSearch", lambda: _beside(params={"boost_mode": "sum"}), "one function, and nothing beside"),
    "a search that is ranked": ("Search", lambda: _ranked_search(), "only a hybrid search is ranked"),
    "a namespace": ("Query", lambda: query(namespace="n"), "'namespace'"),
    "half a filter": ("Query", lambda: query(expr="id < 0) or (id > 0"), "a filter"),
    "bytes for a template": ("Query", lambda: _bytes(), "not spoken here"),
}  # fmt: skip


def _by_ids() -> Any:
    made = search()
    made.ClearField("placeholder_group")
    made.ids.int_id.data.append(1)
    return made


def _bytes() -> Any:
    made = query(expr="id == {a}")
    made.expr_template_values["a"].bytes_val = b"1"
    return made


@every(("method", "made", "words"), list(REFUSED.values()), ids=list(REFUSED))
def test_what_has_no_one_reading_is_refused(method: str, made: Any, words: str) -> None:
    with pytest.raises(CallRefused, match=words):
        read(Milvus(), method, made())


def test_a_question_of_the_gateways_own_is_sent_over_grpc_too() -> None:
    from vecgate.dialects.milvus.things import question

    call: Call = question(
        "entities/query",
        {"collectionName": "people", "filter": "id in [1]", "outputFields": ["count(*)"], "consistencyLevel": "Strong"},
    )
    out = MESSAGES.read("milvus.QueryRequest", Milvus().grpc.message(call).message)
    assert (out.expr, [*out.output_fields], told(out.query_params)) == (
        "id in [1]",
        ["count(*)"],
        {"ignore_growing": "False"},
    )
    plain = question("entities/query", {"collectionName": "people", "filter": "id > 1"})
    out = MESSAGES.read("milvus.QueryRequest", Milvus().grpc.message(plain).message)
    assert (told(out.query_params)["limit"], [*out.output_fields]) == ("100", ["*"])  # as REST means it


@every(
    ("made", "reach"),
    [
        (query({}), 16_384),  # all there is, and not the hundred that REST gives
        (query({}, expr="age > 3"), 16_384),
        (query({}, expr="id in [1, 2]"), 2),
        (query({}, output_fields=["count(*)"]), 0),
        (query({"limit": "7", "offset": "3"}), 10),
    ],
)
async def test_a_query_that_names_no_number_goes_as_far_as_there_are_records(made: Any, reach: int) -> None:
    dialect = Milvus()
    call = read(dialect, "Query", made)
    ask = serving(dialect)
    operation = await dialect.classify(call, ask)
    assert await dialect.reach(call, operation, ask, 100) == reach
