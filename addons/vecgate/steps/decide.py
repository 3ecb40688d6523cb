"""May they? Default deny; the decision names its rule."""

from dataclasses import replace
from typing import Final

from mitmproxy import http

from vecgate.api.whoami import in_words, issuer_of
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.kinds import RENAME, UNMASK
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.domain.profiles import MaskProfile
from vecgate.gate import Gate
from vecgate.policy.evaluate import APART, BARE, UNCLAIMED, PolicySet
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused, MaskFailed, Unavailable
from vecgate.steps._base import Step

OWN_RULE = "vecgate: own requests"
_EVERYTHING: Final = "this database"
_ANY: Final = "any collection"


def target(operation: Operation) -> str:
    """What an operation works on, for people; of a rename the old name, then the new one."""
    return (" to " if operation.kind == RENAME else ", ").join(operation.collections) or _EVERYTHING


async def denied(
    gate: Gate, decision: Decision, operation: Operation, principal: Principal, unnamed: str = _EVERYTHING
) -> Refusal:
    """The refusal a deny becomes. A name in it is the caller's own text, and operators see it: masked, or left out."""
    try:
        names = await gate.shown_names([*operation.collections])
    except (MaskFailed, Unavailable):
        names = ["(not shown)"]
    place = ", ".join(map(str, names)) or unnamed
    who = in_words(principal, issuer_of(gate.settings.issuers, principal))
    if not decision.rule:
        return refuse("policy.no_rule", operation=operation.kind, target=place, who=who)
    if decision.reason in (APART, BARE, UNCLAIMED):
        return refuse(decision.reason, rule=decision.rule)
    return refuse("policy.denied", rule=decision.rule, operation=operation.kind, target=place, who=who)


async def may_ask(gate: Gate, exchange: Exchange, *could_be: Operation) -> None:
    """Before the database is asked what a call means: could it be allowed at all? Raises CallRefused."""
    principal, upstream, policies = need(exchange.principal), need(exchange.upstream), gate.policies.current
    first: Decision | None = None
    for operation in could_be:
        decide_on = policies.at_best if operation.unnamed else policies.evaluate
        decision = decide_on(principal, operation, upstream.name)
        if decision.effect is not Effect.DENY:
            return
        first = first or decision
    if first is not None:  # of whichever it would have been, the words are the same
        exchange.operation, exchange.decision = could_be[0], first
        raise CallRefused(await _no(gate, exchange, first, could_be[0]))


async def _no(gate: Gate, exchange: Exchange, decision: Decision, operation: Operation) -> Refusal:
    """The refusal a deny becomes. Of what is named by an id it tells no more than its caller may know."""
    principal, upstream, policies = need(exchange.principal), need(exchange.upstream), gate.policies.current
    if operation.also:  # the words are about what is denied of it
        each = (replace(one, also=()) for one in (operation, *operation.also))
        no = (one for one in each if policies.evaluate(principal, one, upstream.name).effect is Effect.DENY)
        operation = next(no, operation)
    if exchange.about is not None:
        return await denied(gate, decision, operation, principal, await _about(gate, exchange.about))
    if not any(operation.things):
        return await denied(gate, decision, operation, principal)
    unnamed = replace(operation, collections=())
    best = policies.at_best(principal, unnamed, upstream.name)
    if best.effect is Effect.DENY:  # so it was refused before anybody looked, or would have been
        return await denied(gate, best, unnamed, principal, _ANY)
    seeing = replace(operation, kind="collection_read", collections=operation.collections[:1], also=())
    if policies.evaluate(principal, seeing, upstream.name).effect is Effect.ALLOW:
        return await denied(gate, decision, operation, principal)
    return refuse("collection.unknown")  # as of one that is not there


async def _about(gate: Gate, about: str) -> str:
    try:
        return await gate.shown_text(about)
    except (MaskFailed, Unavailable):
        return "tokens"


def stored_profile(policies: PolicySet, decision: Decision) -> MaskProfile | None:
    """The mask profile that stored data is cleaned with, by a decision's rule; looked up in the set it was made by."""
    name = decision.inputs.profile
    return None if name is None else policies.profile(name)


async def decide(gate: Gate, exchange: Exchange) -> Refusal | None:
    """principal + operation -> decision and its profiles, and the call restricted to what it allows."""
    principal, operation, upstream = need(exchange.principal), need(exchange.operation), need(exchange.upstream)
    policies = gate.policies.current
    exchange.decision = decision = policies.evaluate(principal, operation, upstream.name)
    if decision.effect is Effect.DENY:
        return await _no(gate, exchange, decision, operation)
    exchange.profile = gate.profile(policies, decision)
    exchange.stored_profile = stored_profile(policies, decision)
    if exchange.local is None:
        exchange.call = gate.dialect(upstream).restrict(need(exchange.asked), operation, decision)
    elif exchange.preview:
        exchange.call = exchange.asked  # where somebody was asked in between, it was masked already
    for code, asked, allowed in (
        ("limit.results", operation.limit if exchange.local else None, decision.max_results),
        ("limit.records", operation.records, decision.max_records),
    ):
        if allowed is not None and (asked or 0) > allowed:
            return refuse(code, things="tokens", asked=asked, rule=decision.rule, allowed=allowed)
    if exchange.before is not None:  # what can be known before anybody is asked is
        await exchange.before()
    return None


class Decide(Step):
    """principal + operation -> exchange.decision, and the call restricted to what it allows"""

    name = "decide"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        operation = need(exchange.operation)
        if exchange.local is not None and operation.kind != UNMASK and not exchange.preview:
            # Who may see or settle a request is the board's own question.
            exchange.decision = Decision(Effect.ALLOW, OWN_RULE, "own", self.gate.policies.current.version)
            return None
        refusal = await decide(self.gate, exchange)
        return refusal or await self._rate(need(exchange.principal), need(exchange.decision))

    async def _rate(self, principal: Principal, decision: Decision) -> Refusal | None:
        if decision.rate is None:
            return None
        wait = await self.gate.rates.take(principal.key, decision.rule, decision.rate)
        if wait <= 0:
            return None
        retry = int(wait) + 1
        return refuse(
            "limit.rate",
            retry_after=retry,
            rule=decision.rule,
            requests=decision.rate.requests,
            seconds=f"{decision.rate.seconds:g}",
            retry=retry,
        )
