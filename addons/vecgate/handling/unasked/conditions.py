"""Is a held call answered without a person? By the conditions of the rule that holds it, as the call is at this moment.

How many records it touches counts only for callers who may count them (asking.py), and a yes to a call by filter is for
those that were counted. While the caller has a debrief unread, or broken glass unreviewed, nothing is a yes.
"""

import time
from dataclasses import replace

from vecgate.domain.decision import Effect
from vecgate.domain.exchange import Exchange, need
from vecgate.gate import Gate
from vecgate.handling import granted
from vecgate.handling.asking import bind, may_count, most
from vecgate.handling.circumstances import circumstances, fields, source
from vecgate.policy.rules.automatic import PEOPLE, UNREAD, Answer, Asked, answered, counts
from vecgate.policy.rules.circumstances import Circumstances
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused


async def automatic(gate: Gate, exchange: Exchange) -> str:
    """Why nobody need be asked, in words; else the empty text. Raises CallRefused (`hold.auto_denied`), Unavailable."""
    rule = need(exchange.decision).rule
    found = await _answered(gate, exchange)
    exchange.would = found.would
    if found.answer == "deny":
        raise CallRefused(refuse("hold.auto_denied", rule=rule, by=found.by))
    if found.answer != "approve":
        return ""
    if await gate.access.unread_debriefs(need(exchange.principal)):
        exchange.would = found.withheld(UNREAD)
        return ""
    if need(exchange.operation).kind == "delete_filter" and not _bound(gate, exchange):
        exchange.would = found.withheld("but it cannot be kept to the records that were counted")
        return ""
    return f"'{found.by}' approves it"


async def _answered(gate: Gate, exchange: Exchange) -> Answer:
    decision, operation, policies = need(exchange.decision), need(exchange.operation), gate.policies.current
    conditions = policies.automatic.get(decision.rule, ())
    if not conditions or not _held_by_one(gate, exchange):
        return PEOPLE
    impact, records = exchange.impact, None
    if counts(conditions) and impact is not None and await may_count(gate, exchange):
        records = most(operation, impact)
    asks = {name for one in conditions if one.when is not None for name in one.when.needs}
    named = fields(gate, exchange) if "fields" in asks else None
    now = Circumstances(time.time(), source(gate, exchange), named, records)
    known = now.about(need(exchange.principal), replace(operation, records=None), need(exchange.upstream).name)
    kinds = frozenset(one.kind for one in (operation, *operation.also))
    at = time.time()
    what = Asked(kinds, decision.mask or "", (at, at), records=records, known=known)
    return answered(conditions, what)


def _held_by_one(gate: Gate, exchange: Exchange) -> bool:
    """Whether no other rule holds a part of the call: the answer of one does not do for another's people."""
    operation, rule = need(exchange.operation), need(exchange.decision).rule
    about = need(exchange.principal), need(exchange.upstream).name
    grants, now = granted.of(gate, exchange), circumstances(gate, exchange)
    each = (replace(one, also=()) for one in (operation, *operation.also) if operation.also)
    found = (gate.policies.current.evaluate(about[0], one, about[1], grants, now) for one in each)
    return all(one.effect is not Effect.HOLD or one.rule == rule for one in found)


def _bound(gate: Gate, exchange: Exchange) -> bool:
    return exchange.impact is None or bind(gate, exchange, exchange.impact)
