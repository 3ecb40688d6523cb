"""Who is masked something is not told it by asking; that is found out before anything is cleaned, counted or held."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from support.fakes.gates import ALLOW, CALL, OPERATION, FakeGate, FakePart, exchange, flow
from support.fakes.inbound import ADDRESS, profile, tools
from vecgate.domain.decision import Inputs
from vecgate.domain.exchange import Exchange
from vecgate.domain.guards import Guards
from vecgate.domain.profiles import UNSAFE_NOTHING, MaskProfile
from vecgate.guards.oracles import Oracles
from vecgate.handling.oracles import asks_for_masked
from vecgate.parsing.strict_json import dump
from vecgate.refusals.errors import MaskFailed, MaskRefused, Part, Unavailable
from vecgate.steps.cleanse import Cleanse

SHOWN = profile("replace", {"*.salary": "redact"})
GET = replace(OPERATION, name="collection_get", kind="list_scan")


def asking(where: Any, shown: MaskProfile = SHOWN, **over: Any) -> Exchange:
    tree = None if where is None else {"where": where}
    call = replace(CALL, path=CALL.path.replace("/delete", "/get"), tree=tree, body=dump(tree) if tree else b"")
    return exchange(**{"call": call, "asked": call, "operation": GET, "decision": ALLOW, "profile": shown, **over})


def gate(failure: Exception | None = None) -> FakeGate:
    async def mask(*what: Any, tenant: Any) -> Any:
        if failure is not None:
            raise failure
        return await tools().mask(*what)

    guards = FakePart(oracles=Oracles(), barred=FakeGate().guards.barred)
    return FakeGate(guards=guards, masker=FakePart(mask_tree=mask), opener=FakePart(text=tools().opened))


@pytest.mark.parametrize(
    ("where", "shown", "code"),
    [
        (None, SHOWN, None),
        ({"status": "open"}, SHOWN, None),
        ({"salary": 5}, SHOWN, "oracle.field"),
        ({"mail": ADDRESS}, SHOWN, "oracle.field"),
        ({"salary": 5}, UNSAFE_NOTHING, None),
        ({"mail": ADDRESS}, UNSAFE_NOTHING, None),
    ],
)
async def test_what_is_masked_is_not_asked_for(where: Any, shown: MaskProfile, code: str | None) -> None:
    found = asking(where, shown)
    refusal = await asks_for_masked(gate(), found)
    assert (refusal and refusal.code) == code


async def test_what_the_rule_says_of_filters_and_exempts_counts() -> None:
    exempt = replace(ALLOW, guards=Guards(exempt=frozenset({"salary", "mail"})))
    assert await asks_for_masked(gate(), asking({"$and": [{"salary": 5}, {"mail": ADDRESS}]}, decision=exempt)) is None
    strict = replace(ALLOW, inputs=Inputs(filters="refuse"))
    refusal = await asks_for_masked(gate(), asking({"#document": {"$contains": "refund"}}, decision=strict))
    assert "At /where/#document the request names '#document'" in str(refusal)


async def test_it_is_refused_before_anything_else_is_done_with_the_call() -> None:
    """Without a part for policies or for what goes in: nothing of it is reached."""
    found = asking({"salary": 5})
    refusal = await Cleanse(gate()).on_request(found, flow())
    assert refusal is not None
    assert refusal.code == "oracle.field"


async def test_an_id_that_came_as_a_token_is_judged_as_one() -> None:
    token = f"<RECORD#{'A' * 40}>"
    found = asking({"parent": ADDRESS}, unopened={"where": {"parent": token}})
    assert await asks_for_masked(gate(), found) is None
    assert await asks_for_masked(gate(), asking({"parent": ADDRESS})) is not None


@pytest.mark.parametrize(
    ("failed", "code"),
    [(MaskFailed("odd"), "input.unmasked"), (MaskRefused("mask.language"), "input.unmasked"), (MaskRefused("mask.too_much"), "input.too_much")],
)  # fmt: skip
async def test_what_cannot_be_judged_does_not_go_in(failed: Exception, code: str) -> None:
    refusal = await asks_for_masked(gate(failed), asking({"status": "open"}))
    assert (refusal and refusal.code) == code


async def test_without_workers_nothing_is_asked() -> None:
    ask = partial(asks_for_masked, gate(Unavailable(Part.MASKER)), asking({"status": "open"}))
    with pytest.raises(Unavailable):
        await ask()
