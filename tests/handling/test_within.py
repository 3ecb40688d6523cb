"""How much of an answer may be given, without a whole gateway? `tests/path/answers/test_whole_answers.py` has one."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from support.fakes.approvals import ALICE
from support.fakes.gates import SETTINGS
from support.tools.every import every
from vecgate import dialects
from vecgate.domain.call import Answer, Call
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.guards import Guards
from vecgate.domain.operation import Operation
from vecgate.handling import within
from vecgate.masking.apply.masker import RECORD_PROFILE
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.refusals.errors import CallRefused, MaskFailed, Part, Unavailable

ALLOWED = Decision(Effect.ALLOW, "r", "because", "v1", max_results=2)
C = "/api/v2/tenants/t/databases/d/collections/2687e4e8-d546-4e70-a219-19361a27da60"
THREE: Any = {"ids": ["a", "b", "c"], "documents": ["1", "2", "3"], "embeddings": None}


class FakeGate:
    """A dialect, and a server that says one thing or is away."""

    def __init__(self, said: Any, dialect: str = "chroma") -> None:
        self._dialect = dialects.load(dialect)
        self.said = said
        self.policies = SimpleNamespace(current=PolicySet("v1", (), {}))
        self.settings = SETTINGS
        self.access = SimpleNamespace(live=SimpleNamespace(of=lambda _person: ()))

    def dialect(self, _upstream: Any) -> Any:
        return self._dialect

    def ask(self, _upstream: Any) -> Any:
        async def ask(_call: Call) -> Answer:
            if self.said is None:
                raise Unavailable(Part.UPSTREAM)
            return Answer(200, body=self.said)

        return ask


def exchange(decision: Decision, name: str = "collection_get", answer: int = 200) -> Any:
    call = Call("POST", f"{C}/get", tree={"limit": 3})
    return SimpleNamespace(
        decision=decision, operation=Operation("chroma", name, "list_scan", 2), upstream=SimpleNamespace(name="u"),
        call=call, notes={}, profile=RECORD_PROFILE, answer=Answer(answer), principal=ALICE,
        approval=None,
    )  # fmt: skip


async def limited(decision: Decision, said: Any = b"9", tree: Any = THREE) -> tuple[Any, dict[str, str]]:
    about = exchange(decision)
    return await within.limited(FakeGate(said), about, tree), about.notes  # type: ignore[arg-type]


async def test_what_is_within_the_limit_is_left_alone() -> None:
    for tree in ({"ids": []}, {"ids": ["a", "b"]}, {"error": "x"}, None, 5):
        assert await limited(ALLOWED, tree=tree) == (tree, {})
    assert await limited(replace(ALLOWED, max_results=None)) == (THREE, {})


@pytest.mark.parametrize(
    ("said", "words"),
    [(b"9", "All of 9 results"), (None, "All of at least 3 results"), (b'"x"', "All of at least 3 results")],
)
async def test_more_is_refused_and_counted_if_it_can_be(said: Any, words: str) -> None:
    with pytest.raises(CallRefused, match=words):
        await limited(ALLOWED, said)


@pytest.mark.parametrize(("said", "missing"), [(b"9", "7"), (None, "at least 1")])
async def test_or_cut_and_said(said: Any, missing: str) -> None:
    tree, notes = await limited(replace(ALLOWED, when_over="cut"), said)
    assert (tree["ids"], tree["documents"], notes) == (["a", "b"], ["1", "2"], {"vecgate-missing": missing})


BUCKETS: Any = {"aggregations": {"x": {"buckets": [{"key": float(n), "doc_count": 1} for n in range(3)]}}}
OCCURS: Any = {"data": {"Aggregate": {"P": [{"name": {"topOccurrences": [{"value": "a"}] * 3}}]}}}
GROUPED: Any = {"data": {"Aggregate": {"P": [{"groupedBy": {"value": "a"}, "meta": {"count": 1}}] * 3}}}
BY_REST: Any = {"groups": GROUPED["data"]["Aggregate"]["P"]}


@pytest.mark.parametrize("when_over", ["refuse", "cut"])
@every(
    ("dialect", "name", "tree"),
    [
        ("opensearch", "search", {**BUCKETS, "hits": {"hits": []}}), ("elasticsearch", "msearch", {"responses": [{**BUCKETS, "hits": {"hits": []}}]}),
        ("weaviate", "graphql", OCCURS), ("weaviate", "graphql", GROUPED), ("weaviate", "aggregate", BY_REST),
    ],
)  # fmt: skip
async def test_values_that_groups_show_count_as_records_do(dialect: str, name: str, tree: Any, when_over: Any) -> None:
    gate: Any = FakeGate(None, dialect)
    for decision, code in (
        (replace(ALLOWED, when_over=when_over), "limit.results"),
        (replace(ALLOWED, when_over=when_over, max_results=None, guards=Guards(depth=2)), "limit.depth"),
    ):
        with pytest.raises(CallRefused) as e:
            await within.limited(gate, exchange(decision, name), tree)
        assert e.value.refusal.code == code
    assert await within.limited(gate, exchange(replace(ALLOWED, max_results=3), name), tree) == tree


@pytest.mark.parametrize(
    ("vectors", "shown", "note"), [(True, [[1.0]], None), (False, None, "removed"), ("zero", [[0.0]], "zero")]
)
def test_what_became_of_vectors_is_said(vectors: Any, shown: Any, note: str | None) -> None:
    about = exchange(replace(ALLOWED, vectors=vectors))
    tree: Any = within.without_vectors(FakeGate(b""), about, {"ids": ["a"], "embeddings": [[1.0]]})  # type: ignore[arg-type]
    assert tree["embeddings"] == shown
    assert about.notes.get("vecgate-vectors") == note
    about = exchange(replace(ALLOWED, vectors=vectors))
    assert within.without_vectors(FakeGate(b""), about, THREE) is THREE  # type: ignore[arg-type]
    assert about.notes == {}


async def test_a_list_without_a_rule_for_its_entries_is_empty_and_one_that_is_none_is_withheld() -> None:
    about = exchange(ALLOWED, "list_collections")
    listed: Any = [{"name": "x", "tenant": "t", "database": "d"}]
    parts, together = await within.parts(FakeGate(b""), about, listed)  # type: ignore[arg-type]
    assert (parts, together([[]])) == ([([], RECORD_PROFILE)], [])
    with pytest.raises(MaskFailed):
        await within.parts(FakeGate(b""), about, {"name": "x"})  # type: ignore[arg-type]
    error = exchange(ALLOWED, "list_collections", 404)
    parts, _ = await within.parts(FakeGate(b""), error, {"error": "x"})  # type: ignore[arg-type]
    assert parts == [({"error": "x"}, RECORD_PROFILE)]
