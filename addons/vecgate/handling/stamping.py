"""What does the gateway write into records, and keep others from writing? Stamps, and marks of what is poisoned."""

import time
from collections.abc import Mapping

from vecgate.dialects.base.asking import body_of
from vecgate.domain.call import Call, Json
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.guards import OWN, QUARANTINE, RESERVED, STAMPS, Guards
from vecgate.domain.kinds import WRITING
from vecgate.domain.records import Metadata, Record, Records
from vecgate.gate import Gate
from vecgate.guards import stamps
from vecgate.guards.poison.judge import Verdict
from vecgate.guards.quarantine import mark, told
from vecgate.handling.rows import asking
from vecgate.parsing import strict_json
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused, Part, Unavailable

#: What was written into records before, by their ids.
type Stored = Mapping[str, Metadata | None]


async def checked(gate: Gate, exchange: Exchange) -> Refusal | None:
    """Whether a write may go in as it is; and with what is to stay in its records, and marks on what is poisoned."""
    guards = need(exchange.decision).guards
    if not (exchange.reserves or guards.quarantine) or not _writes(exchange):
        return None
    records = _records(gate, exchange)
    if records is None:
        return _named(gate, exchange) or await _kept(gate, exchange)
    stored = await _stored(gate, exchange, records)
    refusal = _untouched(records, stored) or await _kept(gate, exchange)
    if refusal is not None:
        return refusal
    verdicts = await gate.guards.quarantine.verdicts(records.listed) if guards.quarantine else {}
    exchange.verdicts_in = told(verdicts)
    rule = need(exchange.decision).rule
    if verdicts and guards.quarantine == "refuse":
        return refuse("input.instructions", count=len(verdicts), rule=rule)
    if any(not records.listed[place].placed for place in verdicts):
        return refuse("input.unmarked", rule=rule)
    given = [_given(record, verdicts.get(n), stored, guards) for n, record in enumerate(records.listed)]
    if any(one is not None for one in given):
        exchange.call = _rebuilt(gate, exchange, records.described(given))
    return None


def _writes(exchange: Exchange) -> bool:
    """Whether a call writes records, whatever else it does."""
    operation = need(exchange.operation)
    return any(one.kind in WRITING for one in (operation, *operation.also))


def _given(record: Record, verdict: Verdict | None, stored: Stored, guards: Guards) -> Metadata | None:
    """The metadata that a record goes in with; None: as it is. What replaces a record keeps what was written into it.

    But for what is written anew: a stamp, or a mark by what the text is now.
    """
    own = stamps.reserved(stored.get(record.id or "")) if record.whole else {}
    stays = {key: value for key, value in own.items() if not (guards.quarantine and key == QUARANTINE)}
    marks = mark(guards.quarantine, verdict) if verdict is not None and guards.quarantine else {}
    if not stays.keys() - (record.metadata or {}).keys() and not marks:
        return None
    return {**(record.metadata or {}), **stays, **marks}


def _records(gate: Gate, exchange: Exchange) -> Records | None:
    operation, call, decision = need(exchange.operation), need(exchange.call), need(exchange.decision)
    tree = call.tree
    records = gate.dialect(need(exchange.upstream)).carried(operation, tree) if isinstance(tree, dict) else None
    if records is None and (decision.guards.quarantine or decision.guards.stamp):
        raise CallRefused(refuse("guards.untold", rule=decision.rule, operation=operation.kind))
    return records


def _rebuilt(gate: Gate, exchange: Exchange, tree: Json) -> Call:
    if not isinstance(tree, dict):
        raise TypeError("a body became something else")
    return gate.dialect(need(exchange.upstream)).rebuilt(need(exchange.call), tree)


def _untouched(records: Records, stored: Stored) -> Refusal | None:
    """Whether nothing that the gateway writes is set or changed; what comes back as it is stored is neither."""
    for record in records.listed:
        key = stamps.changed(record.metadata, stored.get(record.id or ""))
        if key is not None:
            return refuse("stamp.reserved", field=key)
    return None


def _named(gate: Gate, exchange: Exchange) -> Refusal | None:
    """Whether a write whose records cannot be told apart names nothing that the gateway writes."""
    dialect, call, operation = gate.dialect(need(exchange.upstream)), need(exchange.call), need(exchange.operation)
    roots = (one.path[0] for one in dialect.fields(call, operation) if one.how == "write" and one.path)
    field = next((root for root in roots if isinstance(root, str) and root.startswith(RESERVED)), None)
    return refuse("stamp.reserved", field=field) if field is not None and exchange.reserves else None


async def _kept(gate: Gate, exchange: Exchange) -> Refusal | None:
    """Whether nothing that the gateway wrote is lost, but for what this write brings anew: a stamp, or a mark."""
    guards = need(exchange.decision).guards
    anew = {*(STAMPS if guards.stamp else ()), *((QUARANTINE,) if guards.quarantine else ())}
    fields = [field for field in OWN if field not in anew]
    if not exchange.reserves or not fields:
        return None
    call, operation, upstream = need(exchange.call), need(exchange.operation), need(exchange.upstream)
    count = await gate.dialect(upstream).lost(call, operation, asking(gate, exchange), fields)
    return refuse("stamp.lost", count=count) if count else None


async def _stored(gate: Gate, exchange: Exchange, records: Records) -> Stored:
    """What the gateway wrote into the records that a write names, by their ids, where that matters."""
    guards = need(exchange.decision).guards
    whole = exchange.reserves and not (guards.stamp and guards.quarantine)
    asked = {r.id for r in records.listed if r.id and (stamps.reserved(r.metadata) or (whole and r.whole))}
    if not asked:
        return {}
    upstream, call, operation = need(exchange.upstream), need(exchange.call), need(exchange.operation)
    question = gate.dialect(upstream).recalled(call, operation, sorted(asked))
    if question is None:
        return {}
    body = await body_of(asking(gate, exchange), question[0])
    if body is None:
        return {}  # as it will say to the write, too
    try:
        found = gate.dialect(upstream).answered(question[1], strict_json.answered(body))
    except ValueError as e:
        raise Unavailable(Part.UPSTREAM, "an answer without records") from e
    return {record.id: record.metadata for record in found.listed if record.id is not None} if found else {}


def stamped(gate: Gate, exchange: Exchange, call: Call) -> Call | None:
    """The call as it is sent where its rule stamps what it writes: last, as a yes is for what was asked."""
    if not need(exchange.decision).guards.stamp:
        return None
    dialect = gate.dialect(need(exchange.upstream))
    if not _writes(exchange) and need(exchange.operation).name not in dialect.stamped:
        return None
    made = stamps.stamp(need(exchange.principal), exchange.agent, time.time())
    laid = dialect.laid(call, made)
    if laid is not None:
        sent, exchange.untold = laid
        return sent
    records = _records(gate, exchange)
    if records is None:
        return None
    if not all(one.placed for one in records.listed):
        kind, rule = need(exchange.operation).kind, need(exchange.decision).rule
        raise CallRefused(refuse("guards.untold", rule=rule, operation=kind))
    return _rebuilt(gate, exchange, records.described([{**(one.metadata or {}), **made} for one in records.listed]))
