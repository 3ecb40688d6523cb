"""How is what goes in made fit for it? Masks are restored, personal data masked or refused, filters translated."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from vecgate.dialects.base.asking import body_of
from vecgate.domain.call import Call, Json
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.inlets import Inlets, Overwriting
from vecgate.domain.kinds import READS
from vecgate.domain.operation import Operation
from vecgate.domain.profiles import MaskProfile
from vecgate.domain.surface import Surface
from vecgate.gate import Gate
from vecgate.handling import granted
from vecgate.handling.circumstances import circumstances
from vecgate.handling.profiles import shown_profile
from vecgate.handling.reading import parsed
from vecgate.handling.rows import asking
from vecgate.masking.inputs.filters import Mask, Tools
from vecgate.masking.inputs.inbound import Asked, Entry
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused, MaskFailed, MaskRefused

_WHY: Final = {
    "mask.blocked": "it holds personal data that must not be stored under any name",
    "mask.opaque": "it holds a picture that is to be embedded, and nobody here can look into it",
    "mask.language": "it holds text in a language that no masking model reads",
}
_ADDRESSED: Final = Inlets(names=("/*",), surface=Surface(names=("/*",)))
_ODD: Final = "a part of it would be gone, or is nested too deeply"


def as_sent(gate: Gate, decision: Decision, failed: MaskFailed | CallRefused) -> Refusal:
    """A refusal in words about what is sent; masking speaks of answers. Nothing was sent."""
    if isinstance(failed, MaskFailed):
        if isinstance(failed, MaskRefused) and failed.code == "mask.too_much":
            return refuse("input.too_much", limit=gate.settings.masking.answer_text)
        return refuse("input.unmasked", rule=decision.rule, detail=_WHY.get(str(failed), _ODD))
    if not isinstance(failed.refusal, Refusal):
        raise failed
    return failed.refusal


def _views(gate: Gate, exchange: Exchange, over: Overwriting) -> tuple[list[MaskProfile], list[MaskProfile]]:
    """By which profiles the caller may read what a call changes, and by which others masks may have come about."""
    principal, upstream, policies = need(exchange.principal), need(exchange.upstream), gate.policies.current
    seen, unseen = dict[int, MaskProfile](), {id(exchange.profile): need(exchange.profile)}
    grants, now = granted.of(gate, exchange), circumstances(gate, exchange)
    for kind in READS if over.read.kind in READS else (over.read.kind,):
        decision = policies.evaluate(principal, replace(over.read, kind=kind), upstream.name, grants, now)
        if decision.effect is not Effect.DENY:
            profile = shown_profile(policies, decision)
            (seen if decision.effect is Effect.ALLOW else unseen)[id(profile)] = profile
    bare = any(one.masks_nothing for one in seen.values())  # who sees it all may write a mask on purpose
    others = [] if bare else [profile for key, profile in unseen.items() if key not in seen]
    return [one for one in seen.values() if not one.masks_nothing], [one for one in others if not one.masks_nothing]


async def _restore(gate: Gate, exchange: Exchange) -> Refusal | None:
    """The call with what is stored in the place of what the caller was shown of it. Raises CallRefused, Unavailable."""
    call, operation, upstream = need(exchange.call), need(exchange.operation), need(exchange.upstream)
    dialect, whose, exchange.written_back = gate.dialect(upstream), exchange.whose, {}
    over = dialect.overwriting(call, operation)
    seen, unseen = _views(gate, exchange, over) if over is not None else ([], [])
    if over is None or not await gate.masking.write_back.marked(over.sent, [*seen, *unseen]):
        return None

    async def read(question: Call) -> Json:
        body = await body_of(asking(gate, exchange), question)  # a no is said to the write, too
        return None if body is None else parsed(body, gate.settings.limits)

    async def mask(tree: Json, reading: Operation, profile: MaskProfile) -> Json:
        bare = dialect.strip_vectors(reading, tree)
        surface = dialect.surface(reading, answer=True)
        return (await gate.masking.masker.mask_tree(bare, surface, profile, *whose))[0]

    outcome = await gate.masking.write_back.compare(over, read, mask, seen, unseen)
    decision, exchange.written_back = need(exchange.decision), outcome.counts
    if outcome.restored and decision.inputs.write_back == "refuse":
        return refuse("input.masked", where=outcome.places[0], detail=f"; rule '{decision.rule}' refuses it")
    if outcome.tree is not None:
        exchange.call = dialect.rebuilt(call, outcome.tree)
    return None


def entry_of(gate: Gate, exchange: Exchange, tree: dict[str, Json]) -> Entry:
    """A body of this exchange, with how its dialect reads it."""
    dialect, operation = gate.dialect(need(exchange.upstream)), need(exchange.operation)
    return Entry(
        tree=tree,
        inlets=dialect.inlets(operation),
        rewritten=lambda tree, each: dialect.rewritten(operation, tree, each),
        unclean=lambda before, after: dialect.unclean_vectors(operation, before, after),
    )


def tools_of(gate: Gate, exchange: Exchange) -> Tools:
    """What is done with the keys of whom this exchange is about."""
    tenant = exchange.tenant

    async def former() -> list[Mask]:
        return [partial(masker.mask_tree, tenant=tenant) for masker in await gate.masking.former.maskers()]

    async def there(ids: Sequence[str]) -> list[str]:
        call, operation, upstream = need(exchange.call), need(exchange.operation), need(exchange.upstream)
        naming = replace(call, body=b"", tree={"ids": [*ids]})
        return await gate.dialect(upstream).selected(
            naming, operation, asking(gate, exchange), frozenset(ids), len(ids)
        )

    mask, opened = (
        partial(gate.masking.masker.mask_tree, tenant=tenant),
        partial(gate.masking.opener.text, tenant=tenant),
    )
    return Tools(mask, opened, former, there)


async def cleaned(gate: Gate, exchange: Exchange, entry: Entry) -> tuple[dict[str, Json], Refusal | None]:
    """A body that goes in, masked and translated as the decision says; or the refusal of one that must not go in."""
    decision = need(exchange.decision)
    asked = Asked(decision.rule, decision.inputs, exchange.stored_profile)
    try:
        tree, exchange.cleaned_counts = await gate.masking.inbound.clean(entry, asked, tools_of(gate, exchange))
    except (MaskFailed, CallRefused) as e:
        return {}, as_sent(gate, decision, e)
    return tree, None


async def _addressed(gate: Gate, exchange: Exchange) -> Refusal | None:
    """Ids of what is written that stand in no body stay as they are: one that tells of a person is refused."""
    decision, operation = need(exchange.decision), need(exchange.operation)
    if operation.group != "write" or decision.inputs.payload == "keep":
        return None
    named = gate.dialect(need(exchange.upstream)).ids(need(exchange.call), operation)
    ids: dict[str, Json] = {at.partition(":")[2]: id for at, id in named if at[:1] != "/" and isinstance(id, str)}
    if not ids:
        return None
    entry = Entry(ids, _ADDRESSED, lambda tree, _: tree, lambda *_: 0)
    asked = Asked(decision.rule, replace(decision.inputs, payload="refuse"), exchange.stored_profile)
    try:
        await gate.masking.inbound.clean(entry, asked, tools_of(gate, exchange))
    except (MaskFailed, CallRefused) as e:
        return as_sent(gate, decision, e)
    return None


async def clean(gate: Gate, exchange: Exchange) -> Refusal | None:
    """The call with what goes in restored, masked, translated or refused, as the decision says."""
    refusal = await _addressed(gate, exchange)
    if refusal is not None:
        return refusal
    sent = need(exchange.call).tree
    if isinstance(sent, dict):
        refusal = await _restore(gate, exchange)
        if refusal is not None:
            return refusal
    call = need(exchange.call)
    if need(exchange.decision).inputs.keeps_all or not isinstance(call.tree, dict):
        return None
    entry = entry_of(gate, exchange, call.tree)
    if isinstance(sent, dict) and sent is not call.tree:
        entry = replace(entry, tree=sent, restored=call.tree)
    tree, refusal = await cleaned(gate, exchange, entry)
    if refusal is None:
        exchange.call = gate.dialect(need(exchange.upstream)).rebuilt(call, tree)
    return refusal
