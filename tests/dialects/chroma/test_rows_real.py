"""Random filters of every kind against a real Chroma: is everything read, counted, changed or deleted one's own?

A sample runs; with `--long`, 5,000 of each.
"""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.servers import own
from support.servers.chroma import running_chroma
from vecgate import dialects
from vecgate.domain.call import Answer, Call
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Raw
from vecgate.domain.row import Row
from vecgate.guards import rows
from vecgate.refusals.errors import CallRefused, Unavailable

CASES: Final = 150
LONG: Final = 5000
#: What those may take, in seconds, on a machine that does something else besides.
HOURS: Final = 3 * 3600
OWN, FOREIGN = tuple(f"a{n}" for n in range(12)), tuple(f"g{n}" for n in range(30))
OWN_OF: Final = Decision(Effect.ALLOW, "own", "because", "v1", rows=(Row("tenant", ("acme",)),), vectors=True)
JSON: Final = (("content-type", "application/json"),)
ROOT: Final = "/api/v2/tenants/default_tenant/databases/default_database/collections"


class Server:
    """A Chroma, and the dialect before it."""

    def __init__(self, url: str) -> None:
        self.url, self.dialect = url, dialects.load("chroma")
        self.path = f"{ROOT}/{self.tell('POST', ROOT, {'name': 'shared'})['id']}"
        self.fill("globex", FOREIGN)
        self.fill("acme", OWN)
        self.before = self.foreign()

    def fill(self, tenant: str, ids: tuple[str, ...]) -> None:
        numbers = range(len(ids))
        body = {
            "ids": [*ids],
            "embeddings": [[1.0 + n, 1.0] for n in numbers],
            "documents": [f"{tenant} note {n}" for n in numbers],
            "metadatas": [{"tenant": tenant, "n": n % 5, "even": n % 2 == 0, "name": f"r{n % 3}"} for n in numbers],
        }
        self.tell("POST", f"{self.path}/upsert", body)

    def send(self, method: str, path: str, body: bytes) -> Answer:
        request = urllib.request.Request(self.url + path, body or None, dict(JSON), method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return Answer(reply.status, body=reply.read())
        except urllib.error.HTTPError as e:
            return Answer(e.code, body=e.read())

    def tell(self, method: str, path: str, tree: Any) -> Any:
        answer = self.send(method, path, json.dumps(tree).encode())
        assert answer.status < 300, answer.body
        return json.loads(answer.body)

    def foreign(self) -> Any:
        include = ["documents", "metadatas", "embeddings"]
        got = self.tell("POST", f"{self.path}/get", {"where": {"tenant": "globex"}, "include": include})
        rows = zip(got["ids"], got["documents"], got["metadatas"], got["embeddings"], strict=True)
        return sorted(json.dumps(row, sort_keys=True) for row in rows)

    async def ask(self, call: Call) -> Answer:
        return self.send(call.method, call.path, call.body)

    async def do(self, verb: str, tree: Any) -> Any:
        """The answer as the caller gets it; None where it was refused on the way."""
        method = "GET" if tree is None else "POST"
        try:
            raw = Raw(
                method,
                f"{self.path}/{verb}",
                () if tree is None else JSON,
                b"" if tree is None else json.dumps(tree).encode(),
            )
            scoped = await self.dialect.scoped(self.dialect.read(raw), OWN_OF, self.ask)
            await rows.check(scoped.owned, OWN_OF, self.ask)
        except (CallRefused, Unavailable):
            return None
        answer = await self.ask(scoped.call)
        if answer.status >= 300:
            return None
        given, dropped = scoped.answered(json.loads(answer.body))
        assert dropped == 0, f"{scoped.call.tree} found foreign records"
        return given


@pytest.fixture(scope="module", params=own.both("chroma"))
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with own.serving("chroma", request.param, tmp_path_factory.mktemp("chroma"), running_chroma) as url:
        yield Server(url)


def _operand(key: str, values: st.SearchStrategy[Any], ordered: bool = False) -> st.SearchStrategy[Any]:
    one = ["$eq", "$ne", *(["$gt", "$gte", "$lt", "$lte"] if ordered else [])]
    several = st.lists(values, min_size=1, max_size=3)
    return st.one_of(
        values.map(lambda v: {key: v}),
        st.builds(lambda op, v: {key: {op: v}}, st.sampled_from(one), values),
        st.builds(lambda op, v: {key: {op: v}}, st.sampled_from(["$in", "$nin"]), several),
    )


LEAVES = st.one_of(
    _operand("tenant", st.sampled_from(["acme", "globex", "nobody"])),
    _operand("tenant", st.sampled_from(["acme", "globex"])),
    _operand("n", st.integers(0, 5), ordered=True),
    _operand("even", st.booleans()),
    _operand("name", st.sampled_from(["r0", "r1", "x"])),
    _operand("nothing", st.integers(0, 1)),
    _operand("chroma:document", st.sampled_from(["globex note 3", "acme note 1"])),
    st.builds(lambda op, v: {"#document": {op: v}}, st.sampled_from(["$contains", "$not_contains", "$regex"]), st.sampled_from(["globex", "note", "1"])),
)  # fmt: skip
WHERE = st.recursive(
    LEAVES,
    lambda inner: st.builds(lambda op, some: {op: some}, st.sampled_from(["$and", "$or"]), st.lists(inner, max_size=3)),
    max_leaves=8,
)
DOCUMENT = st.recursive(
    st.builds(lambda op, v: {op: v}, st.sampled_from(["$contains", "$not_contains", "$regex", "$not_regex"]), st.sampled_from(["globex", "acme", "note", "(?i)GLOBEX", ""])),
    lambda inner: st.builds(lambda op, some: {op: some}, st.sampled_from(["$and", "$or"]), st.lists(inner, min_size=1, max_size=2)),
    max_leaves=3,
)  # fmt: skip
IDS = st.lists(st.sampled_from([*OWN[:5], *FOREIGN[:9], "nobody"]), max_size=6, unique=True)
SELECTED = st.fixed_dictionaries({}, optional={"where": WHERE, "where_document": DOCUMENT, "ids": IDS})
INCLUDE = st.lists(st.sampled_from(["documents", "metadatas", "uris"]), unique=True)
READS = st.one_of(
    st.builds(lambda s, i, more: ("get", {**s, "include": i, **more}), SELECTED, INCLUDE, st.fixed_dictionaries({}, optional={"limit": st.integers(0, 50), "offset": st.integers(0, 20)})),
    st.builds(lambda s, n, i: ("query", {**s, "query_embeddings": [[1.0, 1.0], [9.0, 1.0]], "n_results": n, "include": [*i, "distances"]}), SELECTED, st.integers(0, 60), INCLUDE),
    st.just(("count", None)),
)  # fmt: skip
_META = st.fixed_dictionaries(
    {}, optional={"tenant": st.sampled_from(["acme", "globex", None, ["acme", "globex"]]), "n": st.integers(0, 4)}
)
WRITES = st.one_of(
    SELECTED.map(lambda s: ("delete", s)),
    st.builds(lambda ids, metas: ("upsert", {"ids": ids, "embeddings": [[5.0, 5.0]] * len(ids), "documents": ["new"] * len(ids), "metadatas": [(metas * 6)[i] for i in range(len(ids))]}), IDS, st.lists(_META, min_size=1, max_size=3)),
    st.builds(lambda ids: ("add", {"ids": ids, "embeddings": [[5.0, 5.0]] * len(ids)}), IDS),
    st.builds(lambda ids, meta: ("update", {"ids": ids, "documents": ["new"] * len(ids), "metadatas": [meta] * len(ids)}), IDS, _META),
)  # fmt: skip


def many(request: pytest.FixtureRequest) -> Any:
    long = request.config.getoption("--long")
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=LONG if long else CASES, deadline=None, database=None, suppress_health_check=checks)


@pytest.mark.timeout(HOURS)
def test_everything_that_is_read_or_counted_is_ones_own(server: Server, request: pytest.FixtureRequest) -> None:
    answered = 0

    @many(request)
    @given(READS)
    def reads(call: tuple[str, Any]) -> None:
        nonlocal answered
        given = asyncio.run(server.do(*call))
        if given is None:
            return
        answered += 1
        if isinstance(given, int):
            assert given == len(OWN)
            return
        ids = given["ids"] if call[0] == "get" else [one for each in given["ids"] for one in each]
        assert {*ids} <= {*OWN}, call
        assert "globex" not in json.dumps(given), call

    reads()
    assert answered > CASES / 3, "or it tried nothing"


@pytest.mark.timeout(HOURS)
def test_everything_that_is_changed_or_deleted_is_ones_own(server: Server, request: pytest.FixtureRequest) -> None:
    answered = 0

    @many(request)
    @given(WRITES)
    def writes(call: tuple[str, Any]) -> None:
        nonlocal answered
        given = asyncio.run(server.do(*call))
        assert server.foreign() == server.before, call
        if given is not None:
            answered += 1
            server.tell("POST", f"{server.path}/delete", {"where": {"tenant": "acme"}})
            server.fill("acme", OWN)

    writes()
    assert answered > CASES / 4, "or it tried nothing"
