"""Does a call ask to have the glass broken? Only who says so, with its header, has it broken; nobody by what they are.

It is broken where a rule with `break_glass` lists the call and nothing forbids it; once, for all that the rule lists in
that database: so one emergency is one review. What a call's header broke is for calls with that header. A header that
stays in a program breaks nothing anew: before somebody has looked at what it broke, its holder says so by the command.
"""

from typing import Final

from vecgate.access.request import Request
from vecgate.api.asked import document, recorded
from vecgate.api.glass import BROKE, broken
from vecgate.domain.call import Json
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.grant import Grant
from vecgate.domain.principal import Principal
from vecgate.gate import Gate
from vecgate.handling.recording import session_of
from vecgate.policy.rules.circumstances import Circumstances
from vecgate.policy.rules.offers import Offer, for_call, in_emergency
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

#: The header by which a call asks for it, and says why.
HEADER: Final = "vecgate-break-glass"
_LONGEST: Final = 500


def asked(exchange: Exchange) -> str | None:
    """Why a call asks for it, in its caller's words; None: it does not."""
    found = next((value for name, value in exchange.raw.headers if name.lower() == HEADER), None)
    if found is None:
        return None
    return " ".join("".join(c if c.isprintable() else " " for c in found).split())[:_LONGEST]


def meant(exchange: Exchange, found: tuple[Grant, ...]) -> tuple[Grant, ...]:
    """Of these grants, of which broken glass comes first, those that are for this call."""
    if not found or not found[0].glass or asked(exchange) is not None:
        return found
    return tuple(one for one in found if one.glass != "call")


def possible(gate: Gate, exchange: Exchange) -> tuple[Grant, ...]:
    """What the glass would give, for who must know before anything is looked up whether a call could be allowed."""
    rules = gate.policies.current.emergencies
    if not rules or asked(exchange) is None:
        return ()
    principal, upstream = need(exchange.principal), need(exchange.upstream).name
    offers = (in_emergency([rule], principal, upstream, {}) for rule in rules)
    return tuple(_grant(exchange, one) for one in offers if one is not None)


def _grant(exchange: Exchange, offer: Offer) -> Grant:
    return Grant("", offer.rule.rule.name, need(exchange.principal).key, offer.terms, 0.0, None, glass="call")


def offered(gate: Gate, exchange: Exchange, now: Circumstances) -> Offer | None:
    """What is to be broken for this call: nothing, where it does not ask, or is under it already, or is forbidden."""
    policies, under = gate.policies.current, need(exchange.decision).grant
    if not policies.emergencies or (under is not None and under.glass) or asked(exchange) is None:
        return None
    principal, operation, upstream = need(exchange.principal), need(exchange.operation), need(exchange.upstream).name
    rule = for_call(policies.emergencies, principal, operation, upstream, now)
    found = in_emergency([rule], principal, upstream, {}) if rule is not None else None
    if found is None or _unreviewed(gate, principal, found):
        return None
    grant = _grant(exchange, found)
    return found if policies.evaluate(principal, operation, upstream, (grant,), now).grant is grant else None


def _unreviewed(gate: Gate, principal: Principal, found: Offer) -> bool:
    """Whether a call of theirs has broken the same not long ago, which is over and not judged: used up, or revoked."""
    ended, rule = gate.access.live.ended(principal.key), found.rule.rule.name
    return any(one.glass == "call" and one.rule == rule and one.verdict in ("", "late") for one in ended)


async def broke(gate: Gate, exchange: Exchange, found: Offer) -> None:
    """Break the glass, unless another call has just done so. Raises CallRefused, Unavailable."""
    said = asked(exchange)
    if not said:
        raise CallRefused(refuse("access.glass_reason", rule=found.rule.rule.name))
    async with gate.access.breaking:
        if await _there(gate, exchange, found) is None:
            why = str(await gate.masking.shown.text(said))[:_LONGEST]
            await _break(gate, exchange, found, why)


async def _there(gate: Gate, exchange: Exchange, found: Offer) -> Request | None:
    """What another call has just broken, here or at another worker."""
    for one in await gate.access.ledger.open_of(need(exchange.principal).key):
        if one.glass == "call" and (one.rule, one.terms) == (found.rule.rule.name, found.terms):
            gate.access.live.take(await gate.access.ledger.entry(one.id))
            return one
    return None


async def _break(gate: Gate, exchange: Exchange, found: Offer, why: str) -> None:
    principal = need(exchange.principal)
    entry = await broken(gate.lent, principal, found, "call", why)
    exchange.access = (*exchange.access, BROKE)
    told: dict[str, Json] = recorded(entry, document(entry, principal))
    session = exchange.session or await session_of(gate, exchange)
    await gate.recorder.write(session, BROKE, exchange.id, {"access": told})
