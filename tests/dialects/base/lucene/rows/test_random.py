"""Does a query of any grammar find no more with rows than without? Made at random, judged by what each clause finds."""

from typing import Any, Final

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from vecgate import dialects
from vecgate.dialects.base.lucene.rows.condition import within
from vecgate.domain.exchange import Raw

LOADED: Final = dialects.load("opensearch")
OWN: Final = {"term": {"tenant": "acme"}}
RECORDS: Final[list[dict[str, Any]]] = [
    {"_id": f"r{n}", "tenant": "acme" if n < 6 else "globex", "dept": ("hr", "it", "ops")[n % 3], "n": n, **({"tag": "x"} if n % 2 else {})}
    for n in range(12)
]  # fmt: skip


def finds(query: Any, one: dict[str, Any]) -> bool:  # noqa: C901 - one case for each clause
    """Whether a record is found, as the server decides of these clauses."""
    [(kind, said)] = query.items()
    match kind:
        case "match_all" | "knn":  # a search by vectors that reaches all of what its filter leaves
            near = next(iter(said.values())) if kind == "knn" else {}
            return "filter" not in near or finds(near["filter"], one)
        case "match_none":
            return False
        case "term":
            [(field, value)] = said.items()
            return bool(one.get(field) == (value["value"] if isinstance(value, dict) else value))
        case "terms":
            [(field, values)] = said.items()
            return one.get(field) in values
        case "ids":
            return one["_id"] in said["values"]
        case "exists":
            return said["field"] in one
        case "range":
            [(field, bounds)] = said.items()
            value = one.get(field)
            return value is not None and value >= bounds.get("gte", value) and value < bounds.get("lt", value + 1)
        case "constant_score":
            return finds(said["filter"], one)
        case "dis_max":
            return any(finds(part, one) for part in said["queries"])
        case "boosting":
            return finds(said["positive"], one)
    return _bool(said, one)


def _bool(said: dict[str, Any], one: dict[str, Any]) -> bool:
    parts = {
        key: value if isinstance(value, list) else [value]
        for key, value in said.items()
        if key != "minimum_should_match"
    }
    if not all(finds(part, one) for part in (*parts.get("must", []), *parts.get("filter", []))):
        return False
    if any(finds(part, one) for part in parts.get("must_not", [])):
        return False
    bare = "must" not in parts and "filter" not in parts
    least = said.get("minimum_should_match", 1 if "should" in parts and bare else 0)
    return sum(finds(part, one) for part in parts.get("should", [])) >= least


LEAVES: Final = st.one_of(
    st.just({"match_all": {}}),
    st.just({"match_none": {}}),
    st.builds(lambda field, value: {"term": {field: value}}, st.sampled_from(["tenant", "dept", "tag"]), st.sampled_from(["acme", "globex", "hr", "x"])),
    st.builds(lambda value: {"term": {"tenant": {"value": value, "boost": 100}}}, st.sampled_from(["acme", "globex"])),
    st.builds(lambda values: {"terms": {"tenant": values}}, st.lists(st.sampled_from(["acme", "globex"]), min_size=1, max_size=2)),
    st.builds(lambda values: {"ids": {"values": values}}, st.lists(st.sampled_from([one["_id"] for one in RECORDS]), max_size=4)),
    st.builds(lambda field: {"exists": {"field": field}}, st.sampled_from(["tenant", "tag", "none"])),
    st.builds(lambda low, high: {"range": {"n": {"gte": low, "lt": high}}}, st.integers(0, 12), st.integers(0, 12)),
)  # fmt: skip


def _clauses(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(inner, min_size=1, max_size=3) | inner
    kinds = {key: some for key in ("must", "should", "filter", "must_not")}
    return st.one_of(
        st.builds(lambda said, least: {"bool": {**said, **least}}, st.fixed_dictionaries({}, optional=kinds),
                  st.fixed_dictionaries({}, optional={"minimum_should_match": st.integers(0, 2)})),
        st.builds(lambda one: {"constant_score": {"filter": one}}, inner),
        st.builds(lambda many: {"dis_max": {"queries": many}}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda one, other: {"boosting": {"positive": one, "negative": other, "negative_boost": 0.5}}, inner, inner),
        st.builds(lambda one: {"knn": {"vec": {"vector": [1, 0], "k": 20, "filter": one}}}, inner),
    )  # fmt: skip


QUERIES: Final = st.recursive(LEAVES, _clauses, max_leaves=10)


def read(query: Any) -> Any:
    """It as a call brings it: in its one form."""
    raw = Raw("POST", "/people/_search", (("content-type", "application/json"),), orjson.dumps({"query": query}))
    tree: Any = LOADED.read(raw).tree
    return tree.get("query", {"match_all": {}})


@given(QUERIES)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_a_random_query_finds_ones_own_of_what_it_finds(query: Any) -> None:
    kept = within(read(query), OWN)
    found = [one["_id"] for one in RECORDS if finds(kept, one)]
    assert found == [one["_id"] for one in RECORDS if one["tenant"] == "acme" and finds(query, one)]


@given(st.lists(QUERIES, min_size=1, max_size=3))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_each_part_of_a_hybrid_search_is_kept(queries: list[Any]) -> None:
    kept: Any = within({"hybrid": {"queries": [read(one) for one in queries]}}, OWN)
    for part in kept["hybrid"]["queries"]:
        assert all(one["tenant"] == "acme" for one in RECORDS if finds(part, one))
    assert len(kept["hybrid"]["queries"]) == len(queries)
