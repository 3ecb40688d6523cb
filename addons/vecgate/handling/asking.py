"""What is an approver shown, and when need nobody be asked?

Both turn on what the caller may know: who may not count with a filter must not learn by a hold how many records it
finds.
"""

from dataclasses import replace
from typing import Final

from vecgate.approvals.glimpse import glimpse
from vecgate.domain.approval import Impact
from vecgate.domain.call import Json
from vecgate.domain.decision import Effect
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.operation import Operation
from vecgate.gate import Gate
from vecgate.handling import granted
from vecgate.handling.bound import nobodys
from vecgate.handling.circumstances import circumstances
from vecgate.handling.oracles import told
from vecgate.handling.profiles import shown_profile, stored_profile
from vecgate.handling.rows import asking
from vecgate.handling.showing import show_request
from vecgate.refusals.errors import CallRefused, MaskFailed, Unavailable

#: The header in which a caller says why.
REASON: Final = "vecgate-reason"
LONGEST_REASON: Final = 500
SAMPLES: Final = 5
MOST_USES: Final = 20
_LONGEST_ID: Final = 200


async def may_count(gate: Gate, exchange: Exchange) -> bool:
    """Whether the caller may count with the same filter: by a rule, and with none of its fields masked for them."""
    operation, upstream, asked = need(exchange.operation), need(exchange.upstream), exchange.asked
    if asked is None:
        return True
    policies = gate.policies.current
    counting = replace(operation, name="count", kind="count", limit=None, records=None, also=())
    grants, now = granted.of(gate, exchange), circumstances(gate, exchange)
    decision = policies.evaluate(need(exchange.principal), counting, upstream.name, grants, now)
    if decision.effect is not Effect.ALLOW or any(row not in need(exchange.decision).rows for row in decision.rows):
        return False  # what was counted are the rows of this call, and a count's own may be fewer
    by = decision, shown_profile(policies, decision), stored_profile(policies, decision)
    try:
        return await told(gate, exchange, asked, by, strict=True) is None
    except (MaskFailed, CallRefused, Unavailable):  # what cannot be read in full counts as a guess
        return False


async def counted(gate: Gate, exchange: Exchange) -> int | None:
    """How many records a call would touch, before it is decided on; None: nobody can say, or the caller may not know.

    Raises as the database does.
    """
    operation, call = need(exchange.operation), exchange.call or exchange.asked
    if call is None or exchange.about is not None or gate.policies.current.rowed:
        return operation.records  # whose rows it is about is not known yet
    if not await may_count(gate, exchange):
        return None
    found = await gate.dialect(need(exchange.upstream)).impact(call, operation, asking(gate, exchange))
    return found.touched if found is not None else None


async def waive(gate: Gate, exchange: Exchange) -> str:
    """Why nobody need be asked about a held call, in words; else the empty text. Binds it to what was counted."""
    operation, impact, above = need(exchange.operation), exchange.impact, need(need(exchange.decision).approvers).above
    if impact is None:
        return ""
    most_of_it = most(operation, impact)
    if most_of_it is None or most_of_it > (above or 0) or not await may_count(gate, exchange):
        return ""
    if operation.kind == "delete_filter" and not bind(gate, exchange, impact):
        return ""
    return f"touches {impact}" if above is None else f"touches {impact}; asked is above {above}"


def most(operation: Operation, impact: Impact) -> int | None:
    """How many records it can touch, whatever happens meanwhile; None: nobody can say."""
    if operation.kind == "delete_filter":  # and is bound to them
        return impact.touched
    if operation.kind in ("delete_ids", "update"):  # they name their records, and leave alone what is not there
        return operation.records if impact.touched else 0
    return operation.records if operation.kind == "upsert" else None


def bind(gate: Gate, exchange: Exchange, impact: Impact) -> bool:
    """Whether the call can be about the records that were counted, and none that came later."""
    if impact.ids is None:
        return False
    ids = impact.ids or (nobodys(),)
    dialect = gate.dialect(need(exchange.upstream))
    exchange.parts = dialect.bound(need(exchange.call), need(exchange.operation), ids)
    return exchange.parts is not None


async def has_come(gate: Gate, exchange: Exchange) -> bool:
    """Whether what passed unasked, as nothing was there of what it names, would touch something by now."""
    impact, operation = exchange.impact, need(exchange.operation)
    if not exchange.waived or exchange.parts is not None or impact is None or impact.touched:
        return False
    if (operation.records or 0) <= (need(need(exchange.decision).approvers).above or 0):
        return False  # it would pass all the same
    upstream = need(exchange.upstream)
    now = await gate.dialect(upstream).impact(need(exchange.call), operation, asking(gate, exchange))
    return now is None or now.touched > 0


async def shown_body(gate: Gate, exchange: Exchange) -> Json:
    """What is sent, as an approver sees it. Raises MaskFailed or Unavailable('masker')."""
    await show_request(gate, exchange)
    return glimpse(exchange.shown_call)


async def samples(gate: Gate, exchange: Exchange) -> tuple[str, ...]:
    """Some ids of the records it would touch, masked. Raises as `shown_body`."""
    ids = exchange.impact.ids if exchange.impact is not None else None
    return (
        tuple(str(one)[:_LONGEST_ID] for one in await gate.masking.shown.names([*(ids or ())[:SAMPLES]])) if ids else ()
    )


async def used(gate: Gate, exchange: Exchange) -> tuple[tuple[str, int, str], ...]:
    """When each collection it touches was last read, through this gateway. Raises Unavailable('state')."""
    operation, impact, upstream = need(exchange.operation), exchange.impact, need(exchange.upstream).name
    names = impact.collections if impact is not None and impact.collections else operation.collections
    places = ((upstream, operation.tenant or "", operation.database or "", name) for name in names[:MOST_USES])
    return tuple((one.collection, one.at, one.by) for one in await gate.guards.used.of(places))


async def reason(gate: Gate, exchange: Exchange) -> str:
    """Why the caller asks, in their words: one printable line, masked. Raises MaskFailed or Unavailable('masker')."""
    said = next((value for name, value in exchange.raw.headers if name.lower() == REASON), "")
    line = " ".join("".join(c if c.isprintable() else " " for c in said).split())
    return (await gate.masking.shown.text(line[:LONGEST_REASON]))[:LONGEST_REASON] if line else ""
