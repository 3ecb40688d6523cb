"""Is what a call is about locked, or whoever asks? Looked at when it comes, while it is under way, and at its end.

With a lock ends what a grant's end ends: calls under way are cut, held ones are refused.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

from vecgate.domain.exchange import Exchange, need
from vecgate.domain.kinds import NO_RECORDS
from vecgate.gate import Gate
from vecgate.handling import granted, timing
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused, VecgateError
from vecgate.state.barred import Lock

#: What a lock on everything leaves: who one is, what is locked, and a yes to whoever asked to lift it.
_STAYS: Final = ("/.vecgate/v1/whoami", "/.vecgate/v1/locks", "/.vecgate/v1/requests")


def found(gate: Gate, exchange: Exchange) -> Lock | None:
    """The lock on who asks, or on what is asked of, as far as this worker knows."""
    barred = gate.guards.barred
    lock = barred.of(need(exchange.principal))
    if lock is not None and (lock.kind != "everything" or not exchange.raw.target.startswith(_STAYS)):
        return lock
    operation = exchange.operation
    if operation is None or exchange.upstream is None:
        return None
    each = (operation, *operation.also)
    names = {name for one in each for name in one.collections}
    if (lock := barred.at(exchange.upstream.name, names)) is not None:
        return lock
    # A call that names none may touch them all.
    bare = operation.dialect != "vecgate" and any(not one.collections and one.kind not in NO_RECORDS for one in each)
    return barred.at(exchange.upstream.name, None) if bare else None


async def locked(gate: Gate, exchange: Exchange) -> Refusal | None:
    """The refusal of what is locked. Raises Unavailable where there may be locks, and nobody can tell."""
    if gate.policies.current.may_lock or gate.guards.barred.ended.matters:
        await gate.guards.barred.sure()
    lock = found(gate, exchange)
    return None if lock is None else said(lock)


async def over(gate: Gate, exchange: Exchange) -> Refusal | None:
    """The same, or that of a call whose grant has ended meanwhile, or the time of whose rule has."""
    return await locked(gate, exchange) or await granted.over(gate, exchange) or timing.over(exchange)


def is_over(gate: Gate, exchange: Exchange) -> bool:
    """Whether it is, for who waits and looks now and then."""
    return found(gate, exchange) is not None or granted.is_over(gate, exchange) or timing.is_over(exchange)


async def while_free[T](gate: Gate, exchange: Exchange, work: Coroutine[Any, Any, T]) -> T:
    """What comes of it, unless it is locked, or its grant or rule ends, before: then it is cut. Raises CallRefused."""
    cut = asyncio.timeout(None)
    locks: list[Lock] = []
    late: list[Refusal] = []

    def look() -> None:
        lock = found(gate, exchange)
        if lock is not None and not locks:
            locks.append(lock)
            cut.reschedule(0.0)

    def ended() -> None:
        late.extend(filter(None, [timing.over(exchange)]))
        cut.reschedule(0.0)

    gate.guards.barred.watch(look)
    try:
        async with cut:
            with timing.watched(exchange, ended):
                if exchange.decision is None:  # nothing grants it yet
                    return await work
                return await granted.while_live(gate, exchange, work)
    except (TimeoutError, VecgateError):  # that its connection was dropped with the lock, too
        if not locks and not late:
            raise
    finally:
        gate.guards.barred.unwatch(look)
    raise CallRefused(said(locks[0]) if locks else late[0])


def said(lock: Lock) -> Refusal:
    """What its caller is told. Why somebody was locked is for others to know."""
    by, why = f", by {lock.by}" if lock.by else "", f': "{lock.why}"' if lock.why else ""
    match lock.kind:
        case "group":
            return refuse("group.locked", group=lock.name, since=lock.moment, by=by)
        case "agent":
            return refuse("agent.locked", agent=lock.name, since=lock.moment, by=by)
        case "session":
            return refuse("identity.logged_out", since=lock.moment)
        case "collection":
            return refuse("collection.locked", since=lock.moment, by=by, why=why)
        case "everything":
            return refuse("gateway.locked", since=lock.moment, by=by, why=why)
    return refuse("user.locked", since=lock.moment, by=by)
