"""Is it still the collection that was agreed to, or another one of its name? A grant that names it exactly tells."""

from collections.abc import Callable

from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.grant import Grant
from vecgate.gate import Gate
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

type Grants = tuple[Grant, ...]


async def same(
    gate: Gate, exchange: Exchange, made: Decision, grants: Grants, decide: Callable[[Grants], Decision]
) -> tuple[Decision, Grants]:
    """The decision without the grants that are for another one, and those that are left.

    Raises CallRefused (`access.another`) where that is a no, Unavailable.
    """
    decision, refusal = made, None
    while (grant := decision.grant) is not None and (name := await _another(gate, exchange, grant)):
        refusal = refusal or refuse("access.another", request_id=grant.id, id=grant.id, name=name)
        grants = tuple(one for one in grants if one is not grant)
        decision = decide(grants)
    if refusal is not None and decision.effect is Effect.DENY:
        raise CallRefused(refusal)
    return decision, grants


async def _another(gate: Gate, exchange: Exchange, grant: Grant) -> str:
    """The name that stands for another collection than was granted; empty: none does."""
    if not grant.things:
        return ""
    bound, operation, upstream = dict(grant.things), need(exchange.operation), need(exchange.upstream)
    dialect = gate.dialect(upstream)
    place = grant.terms.place(dialect.home)
    for one in (operation, *operation.also):
        if (one.tenant or place[0], one.database or place[1]) != place:
            continue
        known = one.things if len(one.things) == len(one.collections) else ("",) * len(one.collections)
        for name, thing in zip(one.collections, known, strict=True):
            if name not in bound:
                continue
            if await dialect.identity(gate.ask(upstream), place, name, thing) not in ("", bound[name]):
                return name
    return ""
