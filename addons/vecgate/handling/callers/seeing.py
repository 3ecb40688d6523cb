"""Which of several things may a caller know of? Of those that a pattern finds, others are not there for them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from vecgate.background import Pace
from vecgate.domain.decision import Effect
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.operation import Operation
from vecgate.gate import Gate
from vecgate.handling import granted, observing
from vecgate.handling.circumstances import circumstances

#: What shows that a collection is there.
_SHOWS = "collection_read"


async def sees(gate: Gate, exchange: Exchange, each: Sequence[Operation]) -> list[bool]:
    """Of operations on one collection each: whether its caller may do some of it, or else be told that it is there."""
    principal, upstream, policies = need(exchange.principal), need(exchange.upstream), gate.policies.current
    grants, now, pace = granted.of(gate, exchange), circumstances(gate, exchange), Pace()
    found = list[bool]()
    for number, operation in enumerate(each):
        here = partial(replace, collections=operation.collections, things=operation.things, also=())
        parts = (here(operation, kind=_SHOWS), *map(here, (operation, *operation.also)))
        may = (policies.evaluate(principal, one, upstream.name, grants, now).effect is not Effect.DENY for one in parts)
        found.append(observing.may_pass(gate, operation) or any(may))
        if number % 64 == 63:
            await pace.breathe()
    return found
