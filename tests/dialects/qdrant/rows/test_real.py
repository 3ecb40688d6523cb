"""Random filters of every kind against Qdrant's own engine, with indexes: is everything read, counted or changed one's own?

Not "what T and F find is what F finds, less the foreign": F alone can be wrong (Q-1). A sample runs; with `--long`, 5,000.
"""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo.qdrant_edge_shim.access import Keys
from demo.qdrant_edge_shim.faults import Fault
from demo.qdrant_edge_shim.server import Server
from demo.qdrant_edge_shim.store import Store
from vecgate import dialects
from vecgate.domain.call import Answer, Call
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Raw
from vecgate.domain.row import Row
from vecgate.guards import rows
from vecgate.refusals.errors import CallRefused, Unavailable

CASES: Final = 200
LONG: Final = 5000
#: What those may take, in seconds, on a machine that does something else besides.
HOURS: Final = 3 * 3600
P: Final = "/collections/c/points"
#: The smaller tenant is the one that such filters reach.
OWN, FOREIGN = tuple(range(1, 31)), tuple(range(101, 113))
OWN_OF: Final = Decision(Effect.ALLOW, "own", "because", "v1", rows=(Row("tenant", ("acme",)),), vectors=True)
JSON: Final = (("content-type", "application/json"),)


class Engine:
    """The engine in this process, and the dialect before it."""

    def __init__(self, folder: Path) -> None:
        self.server, self.dialect = Server(Store(folder), Keys()), dialects.load("qdrant")
        self.tell(
            "PUT",
            "/collections/c",
            {"vectors": {"d": {"size": 2, "distance": "Dot"}}, "sparse_vectors": {"s": {"modifier": "idf"}}},
        )
        for field, kind in (
            ("tenant", "keyword"),
            ("n", "integer"),
            ("tags", "keyword"),
            ("active", "bool"),
            ("text", "text"),
        ):
            self.tell("PUT", "/collections/c/index?wait=true", {"field_name": field, "field_schema": kind})
        self.fill()
        self.before = self.foreign()

    def fill(self) -> None:
        for tenant, ids in (("acme", OWN), ("globex", FOREIGN)):
            points = [self.point(id, n, tenant) for n, id in enumerate(ids)]
            self.tell("PUT", f"{P}?wait=true", {"points": points})

    @staticmethod
    def point(id: int, n: int, tenant: str) -> dict[str, Any]:
        payload = {
            "tenant": tenant,
            "n": n % 5,
            "tags": ["x", "y"][: n % 3],
            "active": n % 2 == 0,
            "text": f"note {n % 4}",
            "o": {"k": n % 3},
        }
        return {
            "id": id,
            "vector": {"d": [1.0 + n, 1.0], "s": {"indices": [0, 1 + n % 4], "values": [1.0, 1.0]}},
            "payload": payload,
        }

    def tell(self, method: str, target: str, tree: Any) -> Any:
        return self.server.answer(method, target, [*JSON], json.dumps(tree).encode())

    def foreign(self) -> Any:
        tree = {
            "filter": {"must": [{"key": "tenant", "match": {"value": "globex"}}]},
            "limit": 500,
            "with_payload": True,
            "with_vector": True,
        }
        return json.dumps(self.tell("POST", f"{P}/scroll", tree), sort_keys=True, default=str)

    async def ask(self, call: Call) -> Answer:
        try:
            value = self.server.answer(call.method, call.path, [*JSON], call.body)
        except Fault as e:
            return Answer(e.status, body=b"{}")
        return Answer(200, body=json.dumps({"result": value, "status": "ok"}, default=float).encode())

    async def do(self, method: str, target: str, tree: Any) -> Any:
        """The answer as the caller gets it; None where it was refused on the way."""
        try:
            call = self.dialect.read(Raw(method, target, JSON, json.dumps(tree).encode()))
            scoped = await self.dialect.scoped(call, OWN_OF, self.ask)
            await rows.check(scoped.owned, OWN_OF, self.ask)
        except (CallRefused, Unavailable):
            return None
        answer = await self.ask(scoped.call)
        if answer.status != 200:
            return None
        given, dropped = scoped.answered(json.loads(answer.body))
        assert dropped == 0, f"{scoped.call.tree} found foreign points"
        return given


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(tmp_path_factory.mktemp("engine"))


def _field(key: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(values, min_size=1, max_size=3, unique=True)
    match = st.one_of(
        values.map(lambda v: {"value": v}), several.map(lambda v: {"any": v}), several.map(lambda v: {"except": v})
    )
    return match.map(lambda m: {"key": key, "match": m})


TENANT = _field("tenant", st.sampled_from(["acme", "globex", "nobody"]))
NUMBER = _field("n", st.integers(0, 5))
LEAVES = st.one_of(
    TENANT,
    TENANT,
    NUMBER,
    _field('"tenant"', st.sampled_from(["acme", "globex"])),
    _field("tags", st.sampled_from(["x", "y"])),
    st.booleans().map(lambda v: {"key": "active", "match": {"value": v}}),
    st.sampled_from(["note", "1", "globex"]).map(lambda v: {"key": "text", "match": {"text": v}}),
    st.integers(0, 4).map(lambda v: {"key": "n", "range": {"gte": v}}),
    st.integers(0, 2).map(lambda v: {"key": "tags", "values_count": {"gte": v}}),
    st.sampled_from(["n", "tenant", "tags", "nothing"]).map(lambda k: {"is_empty": {"key": k}}),
    st.sampled_from(["n", "tenant", "nothing"]).map(lambda k: {"is_null": {"key": k}}),
    st.lists(st.sampled_from([*OWN[:6], *FOREIGN]), max_size=14).map(lambda ids: {"has_id": ids}),
    st.sampled_from(["d", "s"]).map(lambda v: {"has_vector": v}),
    st.just({}),
    st.just({"nested": {"key": "o", "filter": {"must": [{"key": "k", "match": {"value": 1}}]}}}),
)


def _clauses(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(inner, max_size=3)
    joined = st.tuples(st.lists(inner, min_size=1, max_size=4), st.integers(1, 3)).map(
        lambda p: {"conditions": p[0], "min_count": p[1]}
    )
    return st.fixed_dictionaries({}, optional={"must": some, "should": some, "must_not": some, "min_should": joined})


CONDITIONS = st.recursive(LEAVES, _clauses, max_leaves=8)
FILTERS = _clauses(CONDITIONS)
#: What is known to lead around a condition that only stands beside the caller's.
SHARP = st.sampled_from([
    {"min_should": {"conditions": [t, t, g], "min_count": 2}} if shape == "two" else {"must_not": [g], shape: [g]}
    for shape in ("two", "should", "must")
    for t in ({"key": "tenant", "match": {"value": "acme"}},)
    for g in ({"key": "tenant", "match": {"value": "globex"}}, {"has_id": [*FOREIGN[:10]]})
])  # fmt: skip
ANY = st.one_of(FILTERS, FILTERS, SHARP)
DENSE, WORDS = {"query": [1.0, 1.0], "using": "d"}, {"query": {"indices": [0, 2], "values": [1.0, 1.0]}, "using": "s"}
LEAF = st.sampled_from([DENSE, WORDS, {"query": 3, "using": "d"}, {"query": 105, "using": "d"}])


def _with(leaf: Any, filter: Any, limit: int = 100) -> dict[str, Any]:
    return {**leaf, "limit": limit, **({} if filter is None else {"filter": filter})}


SEARCHES = st.recursive(
    st.builds(_with, LEAF, st.none() | ANY),
    lambda inner: st.builds(
        lambda leaf, filter, below, fused: {
            **_with({"query": {"fusion": "rrf"}} if fused else leaf, filter),
            "prefetch": below,
        },
        LEAF, st.none() | ANY, st.lists(inner, min_size=1, max_size=2), st.booleans(),
    ),
    max_leaves=3,
)  # fmt: skip
READS = st.one_of(
    ANY.map(lambda f: ("POST", f"{P}/scroll", {"filter": f, "limit": 100})),
    ANY.map(lambda f: ("POST", f"{P}/count", {"filter": f})),
    SEARCHES.map(lambda s: ("POST", f"{P}/query", s)),
    st.lists(SEARCHES, min_size=1, max_size=3).map(lambda s: ("POST", f"{P}/query/batch", {"searches": s})),
    st.builds(lambda f, k: ("POST", f"{P}/query/groups", {**DENSE, "filter": f, "group_by": k, "limit": 50, "group_size": 50}), ANY, st.sampled_from(["tenant", "n"])),
    st.builds(lambda f, k: ("POST", "/collections/c/facet", {"key": k, "filter": f, "limit": 100}), ANY, st.sampled_from(["tenant", "n", "tags"])),
    st.builds(lambda f, c: ("POST", f"{P}/query", {**WORDS, "filter": f, "params": {"idf": {"corpus": c}}}), ANY, ANY),
    st.lists(st.sampled_from([*OWN, *FOREIGN]), max_size=9).map(lambda ids: ("POST", P, {"ids": ids})),
)  # fmt: skip
CHOSEN = st.one_of(
    ANY.map(lambda f: {"filter": f}),
    st.lists(st.sampled_from([*OWN, *FOREIGN]), min_size=1, max_size=5).map(lambda ids: {"points": ids}),
)
_TENANTS = st.sampled_from(["acme", "globex", ["acme", "globex"], None])
WRITES = st.one_of(
    CHOSEN.map(lambda c: ("POST", f"{P}/delete", c)),
    st.builds(lambda c, t: ("POST", f"{P}/payload", {**c, "payload": {"tenant": t, "n": 9}}), CHOSEN, _TENANTS),
    CHOSEN.map(lambda c: ("POST", f"{P}/payload", {**c, "payload": {"n": 9}})),
    st.builds(lambda c, k: ("POST", f"{P}/payload", {**c, "payload": {"x": 9}, "key": k}), CHOSEN, st.sampled_from(["tenant", '"tenant"', "tenant[]", "o", "tenant.x"])),
    CHOSEN.map(lambda c: ("PUT", f"{P}/payload", {**c, "payload": {"n": 9}})),
    CHOSEN.map(lambda c: ("POST", f"{P}/payload/clear", c)),
    st.builds(lambda c, k: ("POST", f"{P}/payload/delete", {**c, "keys": [k]}), CHOSEN, st.sampled_from(["tenant", "n", '"tenant"', "o.k"])),
    CHOSEN.map(lambda c: ("POST", f"{P}/vectors/delete", {**c, "vector": ["d"]})),
    st.builds(lambda ids, f: ("PUT", P, {"points": [Engine.point(id, 1, "acme") for id in ids], "update_filter": f}), st.lists(st.sampled_from([*OWN, *FOREIGN, 500]), min_size=1, max_size=4), ANY),
    st.builds(lambda ids: ("PUT", f"{P}/vectors", {"points": [{"id": id, "vector": {"d": [9.0, 9.0]}} for id in ids]}), st.lists(st.sampled_from([*OWN, *FOREIGN]), min_size=1, max_size=3)),
    st.lists(st.one_of(CHOSEN.map(lambda c: {"delete": c}), CHOSEN.map(lambda c: {"clear_payload": c}), CHOSEN.map(lambda c: {"set_payload": {**c, "payload": {"n": 9}}})), min_size=1, max_size=3).map(lambda ops: ("POST", f"{P}/batch", {"operations": ops})),
)  # fmt: skip


def found(tree: Any) -> Iterator[int]:
    """Every id of an answer."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key == "id" and isinstance(value, int):
                yield value
            yield from found(value)
    elif isinstance(tree, list):
        for one in tree:
            yield from found(one)


def many(request: pytest.FixtureRequest) -> Any:
    long = request.config.getoption("--long")
    checks = [
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ]
    return settings(max_examples=LONG if long else CASES, deadline=None, database=None, suppress_health_check=checks)


@pytest.mark.timeout(HOURS)
def test_everything_that_is_read_or_counted_is_ones_own(engine: Engine, request: pytest.FixtureRequest) -> None:
    answered = 0

    @many(request)
    @given(READS)
    def reads(call: tuple[str, str, Any]) -> None:
        nonlocal answered
        given = asyncio.run(engine.do(*call))
        if given is None:
            return
        answered += 1
        assert not {*found(given["result"])} & {*FOREIGN}, call
        result = given["result"]
        if isinstance(result, dict) and "count" in result:
            seen = asyncio.run(engine.do("POST", f"{P}/scroll", {**call[2], "limit": 100}))
            assert result["count"] == len(seen["result"]["points"]) <= len(OWN)
        if isinstance(result, dict) and "hits" in result:
            assert all(hit["count"] <= len(OWN) and hit["value"] != "globex" for hit in result["hits"]), call

    reads()
    assert answered > CASES / 3, "or it tried nothing"


@pytest.mark.timeout(HOURS)
def test_everything_that_is_changed_or_deleted_is_ones_own(engine: Engine, request: pytest.FixtureRequest) -> None:
    answered = 0

    @many(request)
    @given(WRITES)
    def writes(call: tuple[str, str, Any]) -> None:
        nonlocal answered
        given = asyncio.run(engine.do(call[0], f"{call[1]}?wait=true", call[2]))
        assert engine.foreign() == engine.before, call
        if given is not None:
            answered += 1
            engine.tell("POST", f"{P}/delete?wait=true", {"filter": {"must_not": [{"has_id": [*FOREIGN]}]}})
            engine.tell("PUT", f"{P}?wait=true", {"points": [engine.point(id, n, "acme") for n, id in enumerate(OWN)]})

    writes()
    assert answered > CASES / 4, "or it tried nothing"


def test_a_condition_that_only_stands_beside_the_callers_does_leak(engine: Engine) -> None:
    """Or the tests above would pass at an engine that needs no care (Q-1)."""
    beside = {"must": [{"key": "tenant", "match": {"value": "acme"}}]}
    sharp = {
        "min_should": {
            "conditions": [*beside["must"], *beside["must"], {"key": "tenant", "match": {"value": "globex"}}],
            "min_count": 2,
        }
    }
    got = engine.tell("POST", f"{P}/count", {"filter": {**beside, **sharp}})
    assert got["count"] > len(OWN)
