"""Which collections does a caller know by what they were granted? Of such a one they hear why a call is refused.

What else no rule shows them is told as what is not there. Whoever has, or had until a short while ago, access to a name
exactly knows that it is there, whatever it was for; a pattern says of no name that it is there.
"""

from collections.abc import Iterator

from vecgate.domain.exchange import Exchange, need
from vecgate.domain.grant import Terms
from vecgate.domain.operation import Operation
from vecgate.gate import Gate
from vecgate.handling import granted


def knows(gate: Gate, exchange: Exchange, operation: Operation) -> bool:
    """Whether access of theirs, live or lately over, names all that this is about, and was to these very things."""
    upstream = need(exchange.upstream).name
    return any(
        terms.upstream == upstream
        and terms.tenant in ("", operation.tenant)
        and terms.database in ("", operation.database)
        and _names(terms, dict(things), operation)
        for terms, things in _theirs(gate, exchange)
    )


def _theirs(gate: Gate, exchange: Exchange) -> Iterator[tuple[Terms, tuple[tuple[str, str], ...]]]:
    yield from ((one.terms, one.things) for one in granted.of(gate, exchange))
    ended = gate.access.live.ended(need(exchange.principal).key)
    yield from ((one.terms, one.things) for one in ended)


def _names(terms: Terms, bound: dict[str, str], operation: Operation) -> bool:
    pairs = [*zip(operation.collections, operation.things, strict=False)]
    return bool(pairs) and all(name in terms.exact and bound.get(name, thing) == thing for name, thing in pairs)
