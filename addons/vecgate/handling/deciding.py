"""May they, and if not, how are they told? What a rule decides on one request, and what follows from it."""

from dataclasses import replace
from functools import partial
from typing import Final

from vecgate.api.whoami import in_words, issuer_of
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.kinds import EVERYWHERE, RENAME
from vecgate.domain.operation import Operation
from vecgate.gate import Gate
from vecgate.handling import granted, observing
from vecgate.handling.asking import counted
from vecgate.handling.callers import held
from vecgate.handling.circumstances import circumstances
from vecgate.handling.granted import known
from vecgate.handling.granted.same import same
from vecgate.handling.locked import locked
from vecgate.handling.narrowing import narrowed
from vecgate.handling.profiles import shown_profile, stored_profile
from vecgate.handling.scanning import classified
from vecgate.handling.unasked import glass
from vecgate.policy.rules.both import APART
from vecgate.policy.rules.evaluate import BARE, UNCLAIMED, UNPROVEN, UNTOLD
from vecgate.policy.rules.timed import stands
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused, MaskFailed, Unavailable

_EVERYTHING: Final = "this database"
_GATEWAY: Final = "this gateway"
_ANY: Final = "any collection"
_MEANT: Final = "all that its expression means"


def target(operation: Operation) -> str:
    """What an operation works on, for people; of a rename the old name, then the new one."""
    return (" to " if operation.kind == RENAME else ", ").join(operation.collections) or _EVERYTHING


async def denied(
    gate: Gate,
    exchange: Exchange,
    decision: Decision,
    operation: Operation,
    unnamed: str = _EVERYTHING,
    doing: str = "",
) -> Refusal:
    """The refusal a deny becomes. A name in it is the caller's own text, and operators see it: masked, or left out.

    `unnamed`: what it works on where it names no collection; `doing`: what it would do, beside the word of the rules.
    """
    principal = need(exchange.principal)
    try:
        names = await gate.masking.shown.names([*operation.collections])
    except (MaskFailed, Unavailable):
        names = ["(not shown)"]
    place = ", ".join(map(str, names)) or unnamed
    who = in_words(principal, issuer_of(gate.settings.issuers, principal))
    kind = f"{operation.kind} ({doing})" if doing else operation.kind
    if not decision.rule:
        found = await granted.hint(gate, exchange, operation, [*map(str, names)], who)
        return found or refuse("policy.no_rule", operation=kind, target=place, who=who)
    if decision.reason in (APART, BARE, UNCLAIMED, UNPROVEN, UNTOLD):
        return refuse(decision.reason, rule=decision.rule)
    return refuse("policy.denied", rule=decision.rule, operation=kind, target=place, who=who)


async def may_ask(gate: Gate, exchange: Exchange, *could_be: Operation) -> None:
    """Before the database is asked what a call means: could it be allowed at all? Raises CallRefused."""
    principal, upstream, policies = need(exchange.principal), need(exchange.upstream), gate.policies.current
    if could_be and all(held.beyond(exchange, [one]) for one in could_be):
        raise CallRefused(need(held.beyond(exchange, could_be[:1])))
    first: Decision | None = None
    grants, now = (*granted.of(gate, exchange), *glass.possible(gate, exchange)), circumstances(gate, exchange)
    for operation in could_be:
        decide_on = policies.at_best if operation.unnamed else policies.evaluate
        decision = decide_on(principal, operation, upstream.name, grants, now)
        if decision.effect is not Effect.DENY or (decision.reason == UNTOLD and "impact.records" in policies.needs):
            return
        if operation.unnamed and not decision.rule and granted.askable(gate, exchange, operation):
            return  # who may ask for it is told of what: by its name, and as of one that is not there
        if observing.may_pass(gate, operation):
            return  # it may pass all the same, and then it is told of what
        first = first or decision
    if first is not None:  # of whichever it would have been, the words are the same
        exchange.operation, exchange.decision = could_be[0], first
        exchange.proposed = would(gate, exchange, could_be[0])
        raise CallRefused(await _no(gate, exchange, first, could_be[0]))


async def _no(gate: Gate, exchange: Exchange, decision: Decision, operation: Operation) -> Refusal:
    """The refusal a deny becomes. Of what is named by an id it tells no more than its caller may know."""
    principal, upstream, policies = need(exchange.principal), need(exchange.upstream), gate.policies.current
    grants, now = granted.of(gate, exchange), circumstances(gate, exchange)
    if operation.also:  # the words are about what is denied of it
        each = (replace(one, also=()) for one in (operation, *operation.also))
        of_each = ((one, policies.evaluate(principal, one, upstream.name, grants, now)) for one in each)
        operation = next((one for one, found in of_each if found.effect is Effect.DENY), operation)
    about = await _about(gate, exchange.about) if exchange.about is not None else ""
    if operation.kind in EVERYWHERE:
        return await denied(gate, exchange, decision, operation, _GATEWAY, about)
    if about:
        return await denied(gate, exchange, decision, operation, about)
    if not any(operation.things):
        return await denied(gate, exchange, decision, operation)
    unnamed = replace(operation, collections=())
    best = policies.at_best(principal, unnamed, upstream.name, grants, now)
    parts = _each(operation)
    seen = [one for one in parts if _is_shown(gate, exchange, one)]
    may_ask = bool(seen) and not best.rule and granted.askable(gate, exchange, unnamed)
    if best.effect is Effect.DENY and not may_ask:  # so it was refused before anybody looked, or would have been
        return await denied(gate, exchange, best, unnamed, _ANY)
    if not seen:
        return refuse("collection.unknown")  # as of one that is not there
    if len(seen) < len(parts):  # behind a pattern is what they may not know of
        barred = (one for one in seen if not _allowed(gate, exchange, one))
        operation = replace(operation, collections=tuple(name for one in barred for name in one.collections))
    return await denied(gate, exchange, decision, operation, _MEANT)


def _each(operation: Operation) -> list[Operation]:
    """The operation on each collection that it finds by an id; on the first alone, where ids are not told name by name.

    A name that has none, as what something is to be called, is the caller's own word.
    """
    if len(operation.collections) != len(operation.things):
        return [replace(operation, collections=operation.collections[:1], also=())]
    pairs = zip(operation.collections, operation.things, strict=True)
    return [replace(operation, collections=(name,), things=(thing,), also=()) for name, thing in pairs if thing]


def _is_shown(gate: Gate, exchange: Exchange, one: Operation) -> bool:
    return _allowed(gate, exchange, replace(one, kind="collection_read")) or known.knows(gate, exchange, one)


def _allowed(gate: Gate, exchange: Exchange, operation: Operation) -> bool:
    principal, upstream = need(exchange.principal), need(exchange.upstream)
    grants, now = granted.of(gate, exchange), circumstances(gate, exchange)
    decision = gate.policies.current.evaluate(principal, operation, upstream.name, grants, now)
    return decision.effect is Effect.ALLOW


async def _about(gate: Gate, about: str) -> str:
    try:
        return await gate.masking.shown.text(about)
    except (MaskFailed, Unavailable):
        return "tokens"


def would(gate: Gate, exchange: Exchange, operation: Operation) -> Decision | None:
    """What the policies that are tried out would decide. It is recorded, and nothing follows from it."""
    tried, upstream = gate.policies.proposed, need(exchange.upstream)
    if tried is None:
        return None
    now = circumstances(gate, exchange, policies=tried)
    decide_on = tried.at_best if operation.unnamed and not operation.collections else tried.evaluate
    return decide_on(need(exchange.principal), operation, upstream.name, granted.of(gate, exchange), now)


async def _evaluated(gate: Gate, exchange: Exchange) -> Decision:
    """What the policies come to, with the glass broken where the call asks for that. Raises CallRefused."""
    principal, operation, upstream = need(exchange.principal), need(exchange.operation), need(exchange.upstream)
    policies = gate.policies.current
    grants, now = granted.of(gate, exchange), circumstances(gate, exchange)
    exchange.decision = decision = policies.evaluate(principal, operation, upstream.name, grants, now)
    if decision.reason == UNTOLD and "impact.records" in policies.needs and operation.records is None:
        now = circumstances(gate, exchange, await counted(gate, exchange))
        exchange.decision = decision = policies.evaluate(principal, operation, upstream.name, grants, now)
    if (offered := glass.offered(gate, exchange, now)) is not None:
        if (refusal := await locked(gate, exchange)) is not None:
            raise CallRefused(refusal)
        await glass.broke(gate, exchange, offered)
        grants = granted.of(gate, exchange)
        decision = policies.evaluate(principal, operation, upstream.name, grants, now)
    decide = partial(policies.evaluate, principal, operation, upstream.name)
    decision, grants = await same(gate, exchange, decision, grants, lambda left: decide(left, now))
    exchange.stands = stands(policies, partial(decide, grants), now, decision) if policies.conditional else None
    return decision


async def decided(gate: Gate, exchange: Exchange) -> Refusal | None:
    """principal + operation -> decision and its profiles, or the refusal that they come to."""
    operation, policies = need(exchange.operation), gate.policies.current
    if (refusal := held.beyond(exchange, [operation])) is not None:
        return refusal
    decision = await _evaluated(gate, exchange)
    exchange.proposed = would(gate, exchange, operation)
    exchange.decision = decision = await granted.relied_on(gate, decision)
    if decision.effect is Effect.DENY:
        refusal = await _no(gate, exchange, decision, operation)
        observed = observing.instead(gate, exchange, decision, refusal)
        if observed is None:
            if exchange.remembered:  # what is known of a name is told, and takes as long, as of one that is not
                await classified(gate, exchange, anew=True, may=partial(may_ask, gate, exchange))
            return refusal
        exchange.decision = decision = observed
    elif decision.effect is Effect.HOLD:
        exchange.decision = decision = observing.unheld(gate, exchange, decision)
    if (barred := await locked(gate, exchange)) is not None:  # only now it is known what it is about
        return barred
    exchange.profile = shown_profile(policies, decision)
    exchange.stored_profile = stored_profile(policies, decision)
    allowed = decision.max_records
    if allowed is not None and (operation.records or 0) > allowed:
        refusal = refuse("limit.records", asked=operation.records, rule=decision.rule, allowed=allowed)
        return None if observing.passes(gate, exchange, refusal) else refusal
    return None


async def decide(gate: Gate, exchange: Exchange) -> Refusal | None:
    """The same, and the call restricted to what is allowed."""
    refusal = await decided(gate, exchange)
    if refusal is None:
        exchange.call = observing.restricted(gate, exchange)
        refusal = await narrowed(gate, exchange)
    return refusal


async def too_fast(gate: Gate, exchange: Exchange) -> Refusal | None:
    """The refusal of who asks more often than their rule lets them; this request counts as one."""
    decision = need(exchange.decision)
    if decision.rate is None:
        return None
    wait = await gate.rates.take(need(exchange.principal).key, decision.rule, decision.rate)
    if wait <= 0:
        return None
    retry = int(wait) + 1
    refusal = refuse(
        "limit.rate",
        retry_after=retry,
        rule=decision.rule,
        requests=decision.rate.requests,
        seconds=f"{decision.rate.seconds:g}",
        retry=retry,
    )
    return None if observing.passes(gate, exchange, refusal) else refusal


def may_leave(exchange: Exchange) -> bool:
    """Whether the path has said yes: allowed, or held and approved. Asked here again, whatever ran before."""
    match need(exchange.decision).effect:
        case Effect.ALLOW:
            return True
        case Effect.HOLD:
            return bool(exchange.waived) or (exchange.approval is not None and exchange.approval.state == "approved")
    return False
