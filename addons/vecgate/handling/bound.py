"""Which records may be touched? Those the yes was given for: what came later stays, whatever the filter selects now."""

import asyncio
import secrets
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256

from vecgate.approvals.records import Shown, marked
from vecgate.domain.approval import Approval
from vecgate.domain.call import Call
from vecgate.domain.exchange import Exchange, need
from vecgate.gate import Gate
from vecgate.handling.rows import asking


async def marks(gate: Gate, exchange: Exchange) -> str:
    """The marks of the records that were counted; empty where a yes cannot be for them and no others."""
    impact, upstream = exchange.impact, need(exchange.upstream)
    if impact is None or impact.ids is None:
        return ""
    dialect = gate.dialect(upstream)
    if dialect.bound(need(exchange.call), need(exchange.operation), impact.ids) is None:
        return ""
    return await asyncio.to_thread(marked, impact.ids, await _key(gate, exchange))


async def parts(gate: Gate, exchange: Exchange, approval: Approval) -> tuple[Call, ...] | None:
    """What is sent under a yes that is for certain records; None where it cannot be told any more which they were."""
    text = await gate.board.records(approval.id, approval.turn.step if approval.turn else 0)
    if not text or sha256(text.encode()).hexdigest() != approval.records:
        return None
    shown = Shown(text, await _key(gate, exchange))
    upstream, call, operation = need(exchange.upstream), need(exchange.call), need(exchange.operation)
    dialect = gate.dialect(upstream)
    ids = await dialect.selected(call, operation, asking(gate, exchange), shown, len(shown))
    if approval.less.ids is not None:
        ids = await chosen(gate, ids, approval.less.ids)
    return dialect.bound(call, operation, ids or [nobodys()])


async def chosen(gate: Gate, ids: Sequence[str], among: Sequence[str]) -> list[str]:
    """Those of these records that were chosen, by how people are shown them; where two are shown alike, neither."""
    shown = [str(one) for one in await gate.masking.shown.names([*ids])]
    once = {name for name, count in Counter(shown).items() if count == 1 and name in among}
    return [id for id, name in zip(ids, shown, strict=True) if name in once]


def nobodys() -> str:
    """An id that no record has: a filter beside an empty list of ids might select all the same."""
    return f"vecgate-none-{secrets.token_hex(16)}"


async def _key(gate: Gate, exchange: Exchange) -> bytes:
    # Without a key that is kept, each gateway has one of its own: marks must be read by those that share the state.
    return await gate.masking.keys.of(exchange.tenant) if gate.settings.masking.key else b""
