"""What must the caller not see? Nothing unmasked is put anywhere."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from support.fakes.gates import ALLOW, ANSWER, CALL, OPERATION, Calls, FakeGate, FakePart, exchange, flow
from vecgate.domain.call import Answer
from vecgate.domain.profiles import MaskProfile
from vecgate.handling.warm import WARM
from vecgate.masking.apply.masker import Counts
from vecgate.refusals.errors import Part, Unavailable
from vecgate.steps.mask import Mask

QUERY = replace(OPERATION, name="collection_query", kind="search")


async def test_the_flow_shows_the_request_masked() -> None:
    found, shown = exchange(), flow()
    prepare = Calls()
    gate = FakeGate(masker=FakePart(prepare=prepare, mask_tree=Calls(({"shown": "masked"}, {}))))
    await Mask(gate).on_request(found, shown)
    assert shown.request.raw_content == b'{"shown":"masked"}'
    assert shown.request.path == "/masked"
    assert prepare.given == [(found.profile, ("tickets-db", "t"))]
    empty = flow()
    await Mask(gate).on_request(exchange(call=replace(CALL, body=b""), profile=None), empty)
    assert empty.request.raw_content == b""
    assert len(prepare.given) == 1


async def test_an_answer_that_could_not_be_masked_is_not_asked_for() -> None:
    gate = FakeGate(masker=FakePart(prepare=Calls(Unavailable(Part.MASKING_KEY))))
    with pytest.raises(Unavailable, match="key"):
        await Mask(gate).on_request(exchange(), flow())


def masked() -> tuple[FakeGate, list[Any]]:
    given: list[Any] = []

    async def mask_tree(tree: Any, _surface: Any, profile: Any, tenant: Any, _thing: Any) -> Any:
        assert tenant == ("tickets-db", "t")
        given.append((tree, profile))
        counts = Counts()
        counts.add("PERSON", "model")
        return {"masked": True}, counts

    return FakeGate(masker=FakePart(mask_tree=mask_tree)), given


async def test_the_answer_is_kept_off_the_flow_until_it_is_masked_and_recorded() -> None:
    gate, given = masked()
    found, shown = exchange(answer=ANSWER, operation=QUERY), flow()
    await Mask(gate).on_answer(found, shown)
    assert given == [({"documents": ["by Jane"]}, found.profile)]
    assert found.masked == b'{"masked":true}'
    assert found.masked_tree == {"masked": True}
    assert found.masked_counts == {"PERSON": 1}
    assert found.masked_rules == {"model": 1}
    assert shown.response is None


@pytest.mark.parametrize(("vectors", "kept"), [(False, False), (True, True)])
async def test_embeddings_stay_only_where_the_rule_says_so(vectors: bool, kept: bool) -> None:
    body = orjson.dumps({"ids": [["a"]], "embeddings": [[[0.25, 0.5]]]})
    gate, given = masked()
    found = exchange(answer=Answer(200, body=body), operation=QUERY, decision=replace(ALLOW, vectors=vectors))
    await Mask(gate).on_answer(found, flow())
    assert (b"0.25" in orjson.dumps(given[0][0])) is kept


async def test_without_a_profile_nothing_is_let_through() -> None:
    gate, given = masked()
    found = exchange(answer=ANSWER, operation=QUERY, profile=None)
    with pytest.raises(RuntimeError):
        await Mask(gate).on_answer(found, flow())
    assert given == []
    assert found.masked is None


async def test_an_empty_answer_stays_empty() -> None:
    gate, _ = masked()
    found = exchange(answer=Answer(204), operation=QUERY)
    await Mask(gate).on_answer(found, flow())
    assert found.masked == b""


# ahead of others


@pytest.mark.parametrize(("level", "chosen"), [("all", ["a", "b"]), ("high", ["b"]), ("low", [])])
async def test_then_it_is_looked_through_for_everyone_before_it_is_masked(level: str, chosen: list[str]) -> None:
    gate, given = masked()
    rules = [FakePart(masks=(name,)) for name in ("a", "b")]
    profiles = {"a": MaskProfile("a"), "b": MaskProfile("b", sensitivity="high")}
    gate.policies = FakePart(loaded=FakePart(rules=rules, profile=profiles.get))
    gate.masking.ingest = FakePart(now=(now := Calls((9, 4))))
    found = exchange(answer=ANSWER, operation=QUERY, raw=replace(exchange().raw, headers=((WARM, level),)))
    await Mask(gate).on_answer(found, flow())
    ((trees, surface, wanted),) = now.given
    assert trees == [{"documents": ["by Jane"]}]
    assert surface == gate.chroma.surface(QUERY, answer=True)
    assert sorted(profile.name for profile in wanted) == chosen
    assert found.learnt == (9, 4)
    assert len(given) == 1
