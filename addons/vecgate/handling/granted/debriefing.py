"""What is counted of a call under a grant, for its debrief? What it did, before its answer is given; what was refused.

A grant's holder is also counted what was refused to them there while it lived, whatever it was that they tried.
"""

from contextlib import suppress

from vecgate.domain.exchange import Exchange, need
from vecgate.domain.grant import Grant
from vecgate.domain.kinds import UNMASK
from vecgate.gate import Gate
from vecgate.refusals.errors import Unavailable


async def counted(gate: Gate, exchange: Exchange) -> None:
    """Count a call that is about to be answered. Raises Unavailable: what is not counted is not given."""
    grant = exchange.decision.grant if exchange.decision is not None else None
    if grant is None:
        return
    operation = need(exchange.operation)
    each = (operation, *operation.also)
    counts = {"calls": 1, **{f"did:{kind}": 1 for kind in {one.kind for one in each}}}
    names = dict.fromkeys(name for one in each for name in one.collections)
    counts |= {f"at:{place}": 1 for name in names for place in grant.terms.places(name)}
    counts |= {f"masked:{entity}": number for entity, number in exchange.masked_counts.items()}
    if operation.kind == UNMASK and isinstance(exchange.recorded, dict):
        opened = exchange.recorded.get("opened")
        counts |= {f"opened:{e}": n for e, n in (opened if isinstance(opened, dict) else {}).items() if type(n) is int}
    plain = [name for name in names if name in exchange.shown_names]  # shown as it is: nothing in it is personal
    await gate.access.tallies.add(grant, counts, plain, exchange.had if exchange.had else exchange.had_in_all)


async def refused(gate: Gate, exchange: Exchange) -> None:
    """Count a refusal. What cannot be counted stays refused, and stands in the journal."""
    code = need(exchange.refusal).code
    for grant in _whose(gate, exchange):
        with suppress(Unavailable):
            await gate.access.tallies.add(grant, {f"no:{code}": 1})


def _whose(gate: Gate, exchange: Exchange) -> tuple[Grant, ...]:
    decision, operation, upstream = exchange.decision, exchange.operation, exchange.upstream
    if decision is not None and decision.grant is not None:
        return (decision.grant,)
    if exchange.principal is None or upstream is None or (operation is not None and operation.dialect == "vecgate"):
        return ()
    return tuple(one for one in gate.access.live.of(exchange.principal.key) if one.terms.upstream == upstream.name)
