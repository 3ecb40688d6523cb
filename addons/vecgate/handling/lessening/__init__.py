"""What of a held call can be left out of a yes to it, and what runs where something was?

What is asked is counted and bound as a whole; what is left out of it is taken off last, so nothing else can have come
in. The caller is told with the answer.
"""

from dataclasses import replace
from typing import Final

from vecgate.approvals.less import CHOOSABLE
from vecgate.domain.approval import AS_A_WHOLE, Approval, Cuts
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.guards import least
from vecgate.domain.kinds import READS
from vecgate.gate import Gate
from vecgate.handling import bound
from vecgate.handling.oracles import asks_for_masked
from vecgate.handling.profiles import shown_profile
from vecgate.handling.rows import confine
from vecgate.refusals.catalogue import Refusal, refuse

#: The header of an answer to a call of which a yes left something out: what it was to.
NARROWED: Final = "vecgate-narrowed"


async def cuts(gate: Gate, exchange: Exchange) -> Cuts:
    """How a yes could be to less. Raises MaskFailed or Unavailable('masker')."""
    operation, upstream, decision = need(exchange.operation), need(exchange.upstream), need(exchange.decision)
    if operation.dialect != upstream.dialect or operation.also:
        return AS_A_WHOLE  # the gateway's own, or one that does several things, each by a rule of its own
    if operation.kind not in READS:
        return Cuts(ids=await _choices(gate, exchange))
    lists = gate.dialect(upstream).lists(operation)
    most = least(operation.limit, decision.max_results) or 0
    return Cuts(most if lists else None, decision.mask or "", _stricter(gate, exchange) if lists else ())


def _stricter(gate: Gate, exchange: Exchange) -> tuple[str, ...]:
    """The profiles that hide no less than the call's own."""
    own, known = need(exchange.profile), gate.policies.current.profiles
    return tuple(sorted(name for name, one in known.items() if one is not own and one.hides_no_less(own)))


async def _choices(gate: Gate, exchange: Exchange) -> tuple[str, ...]:
    """The records that a yes can be to some of, as people are shown them; none where there are too many to see them."""
    named = _named(gate, exchange)
    bound_to = exchange.impact.ids if exchange.impact is not None else None
    ids = [*named] or ([*(bound_to or ())] if await bound.marks(gate, exchange) else [])
    if not 1 < len(ids) <= CHOOSABLE:
        return ()
    shown = [str(one) for one in await gate.masking.shown.names([*ids])]
    return tuple(sorted(shown)) if len({*shown}) == len(shown) else ()


def _named(gate: Gate, exchange: Exchange) -> dict[str, str]:
    """The records that a deletion names, each once, and where: empty, where it says in another way which it means."""
    call, operation = need(exchange.call), need(exchange.operation)
    if operation.kind != "delete_ids" or not isinstance(call.tree, dict):
        return {}
    found = [*gate.dialect(need(exchange.upstream)).ids(call, operation)]
    members = {at.rpartition("/")[0].removeprefix("/") for at, _ in found}
    if len(members) != 1 or not isinstance(call.tree.get(next(iter(members))), list):
        return {}
    named = {str(id): at for at, id in found}
    return named if len(named) == len(found) else {}


async def lessened(gate: Gate, exchange: Exchange, yes: Approval) -> Refusal | None:
    """exchange.call, decision and profile with what the yes is to; all of it, where nothing was left out."""
    less, decision = yes.less, need(exchange.decision)
    if not less:
        return None
    exchange.whole = need(exchange.call), decision, exchange.profile
    possible = await cuts(gate, exchange)  # as of now: what it was when it was agreed to is read from the state
    if less.mask not in ("", possible.mask, *possible.masks) or (less.results and possible.results is None):
        return refuse("hold.changed", request_id=yes.id, id=yes.id)
    if less.results is not None:
        most = least(decision.max_results, less.results)
        exchange.decision = decision = replace(decision, max_results=most, when_over="cut")
    if less.mask and less.mask != possible.mask:
        exchange.decision = decision = replace(decision, mask=less.mask)
        exchange.profile = shown_profile(gate.policies.current, decision)
        if (refusal := await asks_for_masked(gate, exchange)) is not None:
            return refusal
    if less.ids is not None and exchange.parts is None and not await _kept(gate, exchange, less.ids):
        return refuse("hold.changed", request_id=yes.id, id=yes.id)
    exchange.notes[NARROWED] = str(less)
    return None


async def _kept(gate: Gate, exchange: Exchange, among: tuple[str, ...]) -> bool:
    """Whether the call could be kept to the records of those it names that were chosen; those bound to some are."""
    named, call = _named(gate, exchange), need(exchange.call)
    kept = {named[id] for id in await bound.chosen(gate, [*named], among)}
    if len(kept) != len(among) or not isinstance(call.tree, dict):
        return False
    member = next(iter(kept)).rpartition("/")[0].removeprefix("/")
    listed = call.tree[member]
    left = [one for at, one in enumerate(listed if isinstance(listed, list) else ()) if f"/{member}/{at}" in kept]
    exchange.call = gate.dialect(need(exchange.upstream)).rebuilt(call, {**call.tree, member: left})
    await confine(gate, exchange)
    return True
