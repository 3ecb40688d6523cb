"""What may go in? What was decided goes on cleaned, or not at all."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from support.gates import ALLOW, CALL, OPERATION, FakeGate, exchange, flow
from support.inbound import ADDRESS, profile, tools
from vecgate.errors import Unavailable
from vecgate.exchange import Exchange
from vecgate.masking.filters import Tools
from vecgate.masking.inbound import Inbound
from vecgate.refusals import Refusal
from vecgate.steps.cleanse import Cleanse
from vecgate.strict_json import dump
from vecgate.terms import AS_IT_CAME, Inputs

UPSERT = replace(OPERATION, name="collection_upsert", kind="upsert")
MASK = replace(ALLOW, inputs=Inputs(payload="mask", profile="test"))
TREE = {"ids": ["r1"], "documents": [f"to {ADDRESS}"], "embeddings": [[1.0]]}


def writing(tree: Any = TREE, **over: Any) -> Exchange:
    path = CALL.path.replace("/delete", "/upsert")
    call = replace(CALL, path=path, tree=tree, body=dump(tree) if tree is not None else b"")
    given = {"call": call, "operation": UPSERT, "decision": MASK, "stored_profile": profile("hash")}
    return exchange(**{**given, **over})


async def run(found: Exchange, given: Tools | None = None) -> Refusal | None:
    return await Cleanse(FakeGate(inbound=Inbound(), tools=lambda _: given or tools())).on_request(found, flow())


@pytest.mark.parametrize(
    "over",
    [
        {"decision": replace(ALLOW, inputs=AS_IT_CAME)},
        {"decision": replace(ALLOW, inputs=Inputs(embeddings="refuse", profile="test"))},
        {"local": lambda: None},
        {"tree": None},
    ],
)
async def test_where_a_rule_says_nothing_of_it_the_call_stays_the_same(over: dict[str, Any]) -> None:
    found = writing(**over)
    call = found.call
    assert await Cleanse(SimpleNamespace()).on_request(found, flow()) is None  # type: ignore[arg-type]
    assert found.call is call
    assert found.cleaned_counts == {}


async def test_a_call_without_personal_data_is_sent_byte_for_byte() -> None:
    found = writing({"ids": ["r1"], "documents": ["plain"], "embeddings": [[1.0]]})
    call = found.call
    assert await run(found) is None
    assert found.call is call


async def test_what_goes_on_from_here_is_the_cleaned_call() -> None:
    found = writing()
    assert await run(found) is None
    assert found.call is not None
    assert ADDRESS.encode() not in found.call.body
    assert found.call.body == dump(found.call.tree)
    assert found.cleaned_counts == {"EMAIL": 1}
    again = writing()
    await run(again)
    assert again.call == found.call  # so it attaches to the same approval


async def test_a_no_says_which_rule_and_leaves_the_call_as_it_was() -> None:
    found = writing(decision=replace(MASK, inputs=Inputs(payload="refuse", profile="test")))
    with pytest.raises(Exception, match=r"input\.personal: .* rule 'readers'"):
        await run(found)
    assert found.call == writing().call


async def test_what_a_profile_blocks_is_told_as_what_it_is() -> None:
    refusal = await run(writing(stored_profile=profile("block")))
    assert (refusal and refusal.code) == "input.unmasked"
    refusal = await run(writing(stored_profile=None))
    assert (refusal and refusal.code) == "input.unmasked"


async def test_without_workers_nothing_goes_in() -> None:
    async def away(*_: Any) -> Any:
        raise Unavailable("masker")

    with pytest.raises(Unavailable, match="masker"):
        await run(writing(), Tools(away, tools().opened))


async def test_a_body_that_no_longer_fits_its_route_is_refused() -> None:
    async def odd(tree: Any, *_: Any) -> Any:
        return {**tree, **({"documents": [7]} if "documents" in tree else {})}, {"EMAIL": 1}

    found = writing()
    with pytest.raises(Exception, match=r"body\.unreadable"):
        await run(found, Tools(odd, tools().opened))
    assert found.call == writing().call
