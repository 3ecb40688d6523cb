"""May this be asked? What a call filters, sorts, groups and searches by is held against what its caller is shown."""

from vecgate.domain.call import Call
from vecgate.domain.decision import Decision
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.profiles import MaskProfile
from vecgate.gate import Gate
from vecgate.guards.oracles import TELLS_NOTHING, Asker
from vecgate.handling.cleaning import as_sent, entry_of, tools_of
from vecgate.masking.inputs.filters import Filters
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.errors import CallRefused, MaskFailed


async def asks_for_masked(gate: Gate, exchange: Exchange) -> Refusal | None:
    """The refusal of a call that would tell its caller what is masked for them. Raises Unavailable."""
    decision, call = need(exchange.decision), need(exchange.call)
    by = decision, need(exchange.profile), exchange.stored_profile
    try:
        return await told(gate, exchange, call, by, strict=decision.inputs.filters == "refuse")
    except (MaskFailed, CallRefused) as e:  # nothing was sent, so it is not the answer that failed
        return as_sent(gate, decision, e)


async def told(
    gate: Gate,
    exchange: Exchange,
    call: Call,
    by: tuple[Decision, MaskProfile, MaskProfile | None],
    *,
    strict: bool,
) -> Refusal | None:
    """Of what is masked by a decision's profiles something would be told: the refusal. Raises as masking does."""
    decision, shown, stored = by
    dialect, operation, oracles = gate.dialect(need(exchange.upstream)), need(exchange.operation), gate.guards.oracles
    seen = oracles.seen(shown, dialect)
    if not seen.masks or not isinstance(call.tree, dict):
        return None
    fields = [one for one in dialect.fields(call, operation) if one.how not in TELLS_NOTHING]
    if not fields and not strict:
        return None
    asker = Asker(decision.rule, shown, stored, decision.inputs, decision.guards.exempt, strict)
    refusal = oracles.named(fields, seen, asker)
    if refusal is not None:
        return refusal
    # An id that was shown as a token is judged as the token that it came as; the order of conditions is the same.
    entry = entry_of(gate, exchange, exchange.unopened or call.tree)
    filters = Filters(entry.tree, entry.rewritten, entry.inlets.surface, tools_of(gate, exchange))
    return await oracles.compared(filters, seen, asker)
