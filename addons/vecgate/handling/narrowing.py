"""What does a rule's guard refuse of the call itself? Depth, scores told another way, fields of the gateway's own.

And the call asks for what guards must see of its answer. Each is done only where the rule that decides asks for it;
what a rule asks for and this database does not tell is refused.
"""

from typing import Final

from vecgate.domain.exchange import Exchange, need
from vecgate.domain.guards import QUARANTINE, RESERVED, Guards
from vecgate.domain.inlets import Field
from vecgate.domain.kinds import SHOWING
from vecgate.gate import Gate
from vecgate.guards.quarantine import shows_marks
from vecgate.handling import granted
from vecgate.handling.guarding import QUARANTINED
from vecgate.handling.rows import asking
from vecgate.refusals.catalogue import Refusal, refuse

#: Whose answers say how many records were found: by a bound on scores, that tells of these.
_COUNTING: Final = frozenset({"count", "delete_filter", "update_filter"})


async def narrowed(gate: Gate, exchange: Exchange) -> Refusal | None:
    """What the rule refuses of the call itself; and the call asks for what guards must see of its answer."""
    policies = gate.policies.current
    exchange.reserves, exchange.untold = policies.reserves, None
    refusal, kind = _named(gate, exchange), need(exchange.operation).kind
    if refusal is None and kind in _COUNTING:
        return _exact(gate, exchange)
    if refusal is not None or kind not in SHOWING:
        return refusal
    return (
        _untold(gate, exchange)
        or await _deep(gate, exchange)
        or _exact(gate, exchange)
        or await _telling(gate, exchange)
    )


def _named(gate: Gate, exchange: Exchange) -> Refusal | None:
    """Whether the call names a field of the gateway's own in any place but one where it is left out, or compared."""
    guards = need(exchange.decision).guards
    if not exchange.reserves:
        return None
    dialect, call, operation = gate.dialect(need(exchange.upstream)), need(exchange.call), need(exchange.operation)
    for one in dialect.fields(call, operation):
        name = one.path[0] if one.path else None
        if not isinstance(name, str) or not name.startswith(RESERVED) or one.how == "show":
            continue
        if one.how != "write" and not guards.show_stamp:
            return refuse("stamp.hidden", where=one.at, field=name, rule=need(exchange.decision).rule)
        if _is_within(one):
            return refuse("stamp.reserved", field=name)
    return None


def _is_within(field: Field) -> bool:
    """Whether a write changes a part of a field, or deletes it: what is sent whole is compared with what is stored."""
    return field.how == "write" and (len(field.path) > 1 or field.operator != "")


def _untold(gate: Gate, exchange: Exchange) -> Refusal | None:
    guards, operation = need(exchange.decision).guards, need(exchange.operation)
    dialect = gate.dialect(need(exchange.upstream))
    listed = guards.asks or granted.counts(exchange)
    told = dialect.lists(operation) if listed else dialect.tells
    if told or not (listed or guards.budget or guards.depth is not None or guards.scores != "keep"):
        return None
    return refuse("guards.untold", rule=need(exchange.decision).rule, operation=operation.kind)


async def _deep(gate: Gate, exchange: Exchange) -> Refusal | None:
    most, upstream = need(exchange.decision).guards.depth, need(exchange.upstream)
    if most is None:
        return None
    call, operation = need(exchange.call), need(exchange.operation)
    reach = await gate.dialect(upstream).reach(call, operation, asking(gate, exchange), most)
    if reach is not None and reach <= most:
        return None
    asked = "further than can be counted" if reach is None else f"{reach} records"
    return refuse("limit.depth", asked=asked, rule=need(exchange.decision).rule, allowed=most)


def _exact(gate: Gate, exchange: Exchange) -> Refusal | None:
    scores, call = need(exchange.decision).guards.scores, need(exchange.call)
    if scores == "keep":
        return None
    dialect = gate.dialect(need(exchange.upstream))
    what = dialect.exact(need(exchange.operation), call.tree, scores != "drop")
    return None if what is None else refuse("guards.scores", rule=need(exchange.decision).rule, what=what)


async def _telling(gate: Gate, exchange: Exchange) -> Refusal | None:
    """The call asks for marks of withheld records and of canaries; or over others only, where it lists none."""
    guards, operation, call = need(exchange.decision).guards, need(exchange.operation), need(exchange.call)
    dialect, fields = gate.dialect(need(exchange.upstream)), _fields(exchange, guards)
    if not fields and (dialect.shows_ids or not (guards.asks or granted.counts(exchange))):
        return None
    if dialect.lists(operation):
        await dialect.learnt(operation, asking(gate, exchange), fields)
        exchange.call, exchange.untold = dialect.telling(call, operation, fields)
    elif exchange.reserves and not shows_marks(guards):
        exchange.call = dialect.unwithheld(call, operation)
        if exchange.call is None:
            return refuse("guards.untold", rule=need(exchange.decision).rule, operation=operation.kind)
        exchange.notes[QUARANTINED] = "withheld=any"
    return None


def _fields(exchange: Exchange, guards: Guards) -> list[str]:
    return [*([QUARANTINE] if exchange.reserves else ()), *(guards.canaries.fields if guards.canaries else ())]
