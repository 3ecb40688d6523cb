"""What is a call under a grant held to? To a grant that lives until the answer leaves, and to what is left of it."""

import asyncio
import shlex
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from vecgate.access.proving import rota
from vecgate.access.request import Request
from vecgate.approvals.refused import said
from vecgate.domain.call import Json
from vecgate.domain.decision import Decision, Rate
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.grant import Grant, Terms
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.gate import Gate
from vecgate.handling.circumstances import circumstances
from vecgate.handling.recording import session_of
from vecgate.handling.unasked import glass
from vecgate.policy.language.model import Where
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.offers import for_call
from vecgate.policy.rules.whom import Nobody, asked
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused, Unavailable
from vecgate.state.budgets import Used

ENDED: Final = "access.ended"
_USED_UP: Final = "the records or tokens it was for are used up"
_SPARE: Final = 3600.0  # a budget is remembered for longer than its grant, never for less


def of(gate: Gate, exchange: Exchange) -> tuple[Grant, ...]:
    """The caller's grants that are live."""
    found = glass.meant(exchange, gate.access.live.of(need(exchange.principal).key))
    if not found or not gate.access.live.is_proving:
        return found
    return tuple(one for one in found if _asked_whom_it_must(gate, need(exchange.principal), one))


def _asked_whom_it_must(gate: Gate, holder: Principal, grant: Grant) -> bool:
    """Whether those were asked whom the rule names now: what the state says of it nobody has signed."""
    policies, request = gate.policies.current, gate.access.live.request(grant.id)
    rule = policies.asking.get(grant.rule)
    if rule is None or rule.approvers is None or request is None:
        return False
    then = rota(request, gate.access.proof)  # whose shift it was: that it ends takes nothing away
    who = gate.on_call.people if then is None else lambda name: then.get(name, ())
    try:
        people = asked(rule.approvers, policies, holder, request.asked.collections, request.asked.records, who)
    except Nobody:
        return False
    found = request.asking.approvers  # with deputies who may be gone by now, and were none of somebody's making
    return replace(people, deputies=()) == replace(found, deputies=()) and {*found.deputies} <= {*policies.deputies}


async def relied_on(gate: Gate, decision: Decision) -> Decision:
    """The decision with its grant's time running. Raises Unavailable where nobody can tell that it still holds."""
    grant = decision.grant
    if grant is None:
        return decision
    await gate.access.live.sure()
    begun = await gate.access.begun(grant)
    if begun is None:
        raise CallRefused(_ended(gate, grant))
    return decision if begun is grant else replace(decision, grant=begun)


async def over(gate: Gate, exchange: Exchange) -> Refusal | None:
    """The refusal of a call whose grant has ended meanwhile. Raises Unavailable where nobody can tell."""
    grant = exchange.decision.grant if exchange.decision is not None else None
    if grant is None:
        return None
    if gate.access.live.is_over(grant):
        return _ended(gate, grant)
    await gate.access.live.sure()
    return _ended(gate, grant) if gate.access.live.is_over(grant) else None


def is_over(gate: Gate, exchange: Exchange) -> bool:
    """Whether it has, for who waits and looks now and then."""
    grant = need(exchange.decision).grant
    return grant is not None and gate.access.live.is_over(grant)


async def while_live[T](gate: Gate, exchange: Exchange, work: Coroutine[Any, Any, T]) -> T:
    """What comes of it, unless the grant that it is under ends before: then it is cut. Raises CallRefused."""
    grant = need(exchange.decision).grant
    if grant is None:
        return await work
    doing = asyncio.ensure_future(work)
    ending = asyncio.ensure_future(gate.access.live.until_over(grant))
    try:
        await asyncio.wait({doing, ending}, return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            return doing.result()
        if (refusal := await over(gate, exchange)) is not None:
            raise CallRefused(refusal)
        return await doing  # it came back to life: what it was not sure of, it is now
    finally:
        for one in (doing, ending):
            one.cancel()
        await asyncio.gather(doing, ending, return_exceptions=True)


def _ended(gate: Gate, grant: Grant) -> Refusal:
    return _gone(grant, words(gate.access.live.request(grant.id)))


def _gone(one: Grant | Request, how: str) -> Refusal:
    again = f"vecgate access again {one.id}"
    if one.glass:  # what nobody was asked for cannot be asked for
        again = shlex.join(["vecgate", "access", "break-glass", "--upstream", one.terms.upstream, "--reason", "..."])
    return refuse("access.ended", request_id=one.id, id=one.id, how=how, again=again)


def words(request: Request | None) -> str:
    """How a grant ended, as a sentence ends."""
    if request is None:
        return "it is not there any more"
    ways = {
        "revoked": f"it was revoked by {request.ended_by}{said(request.why)}",
        "given_back": "you gave it back",
        "used_up": _USED_UP,
        "moved": "another server took over the gateway's state, and may lack that it was taken away",
        "expired": "its time is over" if request.ends is not None else "it was not used in time",
    }
    return ways.get(request.how, "its time is over")


# what is left of it


def counts(exchange: Exchange) -> bool:
    """Whether a call is under a grant that is for so many records."""
    grant = need(exchange.decision).grant
    return grant is not None and grant.terms.records is not None


def tells(gate: Gate, exchange: Exchange) -> bool:
    """Whether a call is under a grant, and its records can be told apart."""
    operation, under = need(exchange.operation), need(exchange.decision).grant is not None
    return under and gate.dialect(need(exchange.upstream)).lists(operation)


def _rate(grant: Grant, most: int) -> Rate:
    return Rate(most, grant.terms.seconds + _SPARE)


async def room(gate: Gate, exchange: Exchange) -> Refusal | None:
    """Whether anything is left of the records of a grant, before a call goes out."""
    grant = need(exchange.decision).grant
    if grant is None or grant.terms.records is None:
        return None
    if await used(gate, grant, "records") >= grant.terms.records:
        return await _used_up(gate, exchange, grant)
    return None


async def used(gate: Gate, grant: Grant, what: str) -> int:
    """How many records or tokens were had under a grant."""
    return (await (_met(gate, grant, ()) if what == "records" else _taken(gate, grant, 0))).used


async def _met(gate: Gate, grant: Grant, members: Iterable[str]) -> Used:
    """These records more under a grant; where the state is not believed, the gateway counts them itself."""
    most, register = grant.terms.records or 1, gate.access.register
    if register.keeps(most):
        return register.meet(grant.id, members, most)
    return await gate.guards.budgets.meet(grant.id, "grant", _rate(grant, most), members)


async def _taken(gate: Gate, grant: Grant, number: int) -> Used:
    """So many opened tokens more."""
    most, register = grant.terms.opened or 1, gate.access.register
    if register.counts:
        return register.take(grant.id, number, most)
    return await gate.guards.budgets.take(grant.id, "grant-opened", _rate(grant, most), number)


async def count(gate: Gate, exchange: Exchange, members: Iterable[str]) -> None:
    """Take different records off a grant. Raises CallRefused (`access.ended`) where they are more than is left."""
    grant = need(exchange.decision).grant
    if grant is None:
        return
    if grant.terms.records is None:
        exchange.had = tuple(members)
        return
    found = await _met(gate, grant, members)
    if not found.passes:
        raise CallRefused(await _used_up(gate, exchange, grant))
    exchange.spent, exchange.had_in_all = found.used >= grant.terms.records, found.used


async def opened(gate: Gate, exchange: Exchange) -> Refusal | None:
    """Take opened tokens off a grant."""
    grant, operation = need(exchange.decision).grant, need(exchange.operation)
    if grant is None or grant.terms.opened is None:
        return None
    found = await _taken(gate, grant, operation.limit or 0)
    if not found.passes:
        return await _used_up(gate, exchange, grant)
    exchange.spent = found.used >= grant.terms.opened
    return None


def spent(gate: Gate, exchange: Exchange) -> None:
    """With the answer that has just been given, a grant may be used up."""
    grant = exchange.decision.grant if exchange.decision is not None else None
    if exchange.spent and grant is not None:
        gate.access.soon(_end(gate, exchange, grant))


async def _end(gate: Gate, exchange: Exchange, grant: Grant) -> None:
    """End a grant that is used up; whoever did it first writes it down."""
    if not await gate.access.use_up(grant):
        return
    gate.telemetry.metrics.access(ENDED)
    told: dict[str, Json] = {"id": grant.id, "rule": grant.rule, "state": "ended", "how": "used_up"}
    session = exchange.session or await session_of(gate, exchange)
    with suppress(Unavailable):  # a session that has ended meanwhile; the ledger has it
        await gate.recorder.write(session, ENDED, exchange.id, {"access": told})


async def _used_up(gate: Gate, exchange: Exchange, grant: Grant) -> Refusal:
    await _end(gate, exchange, grant)
    return _gone(grant, _USED_UP)


# what a caller without one is told


async def hint(gate: Gate, exchange: Exchange, operation: Operation, names: list[str], who: str) -> Refusal | None:
    """That what no rule allows was granted until just now, or can be asked for. `names`: fit to be shown.

    Raises Unavailable where it may be granted, and this worker cannot tell.
    """
    principal, upstream = need(exchange.principal), need(exchange.upstream).name
    rule = askable(gate, exchange, operation)
    if rule is None:
        return None
    await gate.access.live.sure()
    if (doubted := _doubted(gate, exchange, operation)) is not None:
        return refuse("access.unproven", request_id=doubted[0], id=doubted[0], why=doubted[1])
    if (ended := _lately(gate, principal, operation, upstream)) is not None:
        return _gone(ended, words(ended))
    where = rule.rule.where
    listed = names or ([*where.collections] if isinstance(where, Where) else [])
    command = ["vecgate", "access", "break-glass" if rule.glass else "request", "--upstream", upstream]
    command += [word for name in listed for word in ("--collection", name)]
    kinds = ",".join(dict.fromkeys(one.kind for one in (operation, *operation.also)))
    command += ["--operations", kinds, *([] if rule.glass else ["--for", "1h"]), "--reason", "..."]
    place = ", ".join(names) or "this database"
    return refuse(
        "access.glass" if rule.glass else "access.ask",
        rule=rule.rule.name, operation=operation.kind, target=place, who=who, command=shlex.join(command),
    )  # fmt: skip


def askable(gate: Gate, exchange: Exchange, operation: Operation) -> CompiledRule | None:
    """The rule by which the caller could ask for what a call does, or else break the glass."""
    policies, upstream = gate.policies.current, need(exchange.upstream).name
    rules = policies.asking
    if not rules:
        return None
    ordered = sorted(rules.values(), key=lambda rule: rule.glass) if policies.emergencies else rules.values()
    return for_call(ordered, need(exchange.principal), operation, upstream, circumstances(gate, exchange))


def _doubted(gate: Gate, exchange: Exchange, operation: Operation) -> tuple[str, str] | None:
    """What is said to be granted, would cover such a call, and is not proven; and why."""
    holder, upstream = need(exchange.principal), need(exchange.upstream).name
    live = gate.access.live
    for one, why in live.doubted(holder.key):
        if _covers(one.terms, operation, upstream):
            return one.id, why
    if live.is_proving:
        for grant in live.of(holder.key):
            if _covers(grant.terms, operation, upstream) and not _asked_whom_it_must(gate, holder, grant):
                return grant.id, "others are to be asked by now, or its rule is gone"
    return None


def _covers(terms: Terms, operation: Operation, upstream: str) -> bool:
    return (terms.may_cover if operation.unnamed else terms.cover)(operation, upstream)


def _lately(gate: Gate, principal: Principal, operation: Operation, upstream: str) -> Request | None:
    """What covered such a call until a short while ago, and does not any more."""
    for one in gate.access.live.ended(principal.key):
        if _covers(one.terms, operation, upstream):
            return one
    return None
