"""What may go in? What was decided goes on cleaned, or not at all."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from support.fakes.gates import ALLOW, CALL, OPERATION, FakeGate, FakePart, exchange, flow
from support.fakes.inbound import ADDRESS, profile, tools
from vecgate import dialects
from vecgate.domain.decision import AS_IT_CAME, Effect, Inputs
from vecgate.domain.exchange import Exchange, Raw
from vecgate.domain.operation import Operation
from vecgate.masking.inputs.inbound import Inbound
from vecgate.masking.inputs.write_back import WriteBack
from vecgate.parsing.strict_json import dump
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.errors import CallRefused, MaskFailed, MaskRefused, Part, Unavailable
from vecgate.steps.cleanse import Cleanse

UPSERT = replace(OPERATION, name="collection_upsert", kind="upsert")
MASK = replace(ALLOW, inputs=Inputs(payload="mask", profile="test"))
TREE = {"ids": ["r1"], "documents": [f"to {ADDRESS}"], "embeddings": [[1.0]]}


def writing(tree: Any = TREE, **over: Any) -> Exchange:
    path = CALL.path.replace("/delete", "/upsert")
    call = replace(CALL, path=path, tree=tree, body=dump(tree) if tree is not None else b"")
    given = {"call": call, "operation": UPSERT, "decision": MASK, "stored_profile": profile("hash")}
    return exchange(**{**given, **over})


async def run(found: Exchange, mask: Callable[..., Any] | None = None, **parts: Any) -> Refusal | None:
    async def easily(*what: Any, tenant: Any) -> Any:
        assert tenant == ("tickets-db", "t")
        return await (mask or tools().mask)(*what)

    given = {"masker": FakePart(mask_tree=easily), "opener": FakePart(text=tools().opened), **parts}
    return await Cleanse(gate(inbound=Inbound(), **given)).on_request(found, flow())


def gate(**parts: Any) -> FakeGate:
    """With a policy that lets nobody read: what is written is compared with what the deciding rule shows."""
    policies = FakePart(
        proposed=None,
        current=FakePart(conditional=False, evaluate=lambda *_: replace(ALLOW, effect=Effect.DENY)),
    )
    return FakeGate(policies=policies, write_back=WriteBack(), **parts)


@pytest.mark.parametrize(
    "over",
    [
        {"decision": replace(ALLOW, inputs=AS_IT_CAME)},
        {"decision": replace(ALLOW, inputs=Inputs(embeddings="refuse", profile="test"))},
        {"tree": None},
    ],
)
async def test_where_a_rule_says_nothing_of_it_the_call_stays_the_same(over: dict[str, Any]) -> None:
    found = writing(**over)
    call = found.call
    assert await Cleanse(gate()).on_request(found, flow()) is None
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
    refusal = await run(found)
    assert (refusal and refusal.code) == "input.personal"
    assert "rule 'readers'" in str(refusal)
    assert found.call == writing().call


async def test_what_a_profile_blocks_is_told_as_what_it_is() -> None:
    refusal = await run(writing(stored_profile=profile("block")))
    assert (refusal and refusal.code) == "input.unmasked"
    refusal = await run(writing(stored_profile=None))
    assert (refusal and refusal.code) == "input.unmasked"


@pytest.mark.parametrize(
    ("failed", "said"),
    [
        (MaskRefused("mask.blocked"), "input.unmasked: .* must not be stored"),
        (MaskRefused("mask.language"), "input.unmasked: .* a language that no masking model reads"),
        (MaskFailed("mask.opaque"), "input.unmasked: .* a picture that is to be embedded"),
        (MaskFailed("anything"), "input.unmasked: .* rule 'readers'"),
        (MaskRefused("mask.too_much"), r"input.too_much: .* \d+ characters .* smaller batches"),
    ],
)
async def test_what_cannot_be_masked_is_told_in_words_about_what_was_sent(failed: Exception, said: str) -> None:
    async def mask(*_: Any) -> Any:
        raise failed

    refusal = await run(writing(), mask)
    assert re.match(said, str(refusal))
    assert "answer" not in str(refusal)
    assert "executed" not in str(refusal)


async def test_without_workers_nothing_goes_in() -> None:
    async def away(*_: Any) -> Any:
        raise Unavailable(Part.MASKER)

    with pytest.raises(Unavailable, match="masker"):
        await run(writing(), away)


async def test_a_body_that_no_longer_fits_its_route_is_refused() -> None:
    async def odd(tree: Any, *_: Any) -> Any:
        return {**tree, **({"documents": [7]} if "documents" in tree else {})}, {"EMAIL": 1}

    found = writing()
    with pytest.raises(CallRefused, match=r"body\.unreadable"):
        await run(found, odd)
    assert found.call == writing().call


@pytest.mark.parametrize("how", ["mask", "refuse"])
async def test_an_id_in_a_path_that_tells_of_a_person_is_refused_however_it_is_written(how: Any) -> None:
    """It cannot be masked there: where the record is would not be what its caller wrote."""
    inputs = Inputs(payload=how, profile="test")
    dialect = dialects.load("opensearch")
    for id, refused in ((ADDRESS, True), (ADDRESS.replace("@", "%40"), True), ("r1", False), ("%C3%A9-7", False)):
        raw = Raw("PUT", f"/people/_doc/{id}", (("content-type", "application/json"),), b'{"text":"plain"}')
        found = writing(decision=replace(MASK, inputs=inputs))
        found.call = dialect.read(raw)
        found.operation = Operation(
            "opensearch", dialect.match(found.call).route.name, "upsert", 3, "t", collections=("people",)
        )
        refusal = await run(found, dialect=lambda _: dialect)
        assert (refusal.code if refusal else "") == ("input.personal" if refused else ""), id
        assert ADDRESS not in str(refusal)
        if refused:
            assert "1 EMAIL, at id" in str(refusal)
    found.operation = replace(found.operation, kind="delete_ids")
    found.call = dialect.read(Raw("DELETE", f"/people/_doc/{ADDRESS}", ()))
    assert await run(found, dialect=lambda _: dialect) is None, "what is there already may be deleted"
