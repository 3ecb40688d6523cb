"""Is it still the collection that was agreed to, or another one of its name? A grant that names it exactly tells."""

from vecgate.domain.decision import Decision
from vecgate.domain.exchange import Exchange, need
from vecgate.gate import Gate
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused


async def same(gate: Gate, exchange: Exchange, decision: Decision) -> None:
    """Go on only with what was granted. Raises CallRefused (`access.another`), Unavailable."""
    grant = decision.grant
    if grant is None or not grant.things:
        return
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
                raise CallRefused(refuse("access.another", request_id=grant.id, id=grant.id, name=name))
