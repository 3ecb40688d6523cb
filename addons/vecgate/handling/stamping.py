"""What does the gateway write into records, and keep others from writing? Stamps, and marks of what is poisoned."""

import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from vecgate.domain.call import Call, Json
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.records import Records
from vecgate.gate import Gate
from vecgate.guards import stamps
from vecgate.guards.quarantine import mark, told
from vecgate.parsing import strict_json
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused, Part, Unavailable

#: Kinds of operation that write records.
WRITES: Final = frozenset({"upsert", "update", "update_filter", "mixed_batch", "import"})


async def checked(gate: Gate, exchange: Exchange) -> Refusal | None:
    """Whether a write may go in as it is; and with marks on what is poisoned, where the rule says so."""
    operation, guards = need(exchange.operation), need(exchange.decision).guards
    asked = exchange.reserves or guards.quarantine
    if not asked or operation.kind not in WRITES:
        return None
    records = _records(gate, exchange)
    if records is None:
        return None
    refusal = await _untouched(gate, exchange, records)
    if refusal is not None or guards.quarantine is None:
        return refusal
    verdicts = await gate.guards.quarantine.verdicts(records.listed)
    exchange.verdicts_in = told(verdicts)
    if verdicts and guards.quarantine == "refuse":
        return refuse("input.instructions", count=len(verdicts), rule=need(exchange.decision).rule)
    if verdicts:
        how = guards.quarantine
        tree = records.described(
            [
                {**(record.metadata or {}), **mark(how, verdicts[place])} if place in verdicts else None
                for place, record in enumerate(records.listed)
            ]
        )
        exchange.call = _rebuilt(gate, exchange, tree)
    return None


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


async def _untouched(gate: Gate, exchange: Exchange, records: Records) -> Refusal | None:
    """Whether nothing that the gateway writes is set or changed; what comes back as it is stored is neither."""
    if not any(stamps.reserved(record.metadata) for record in records.listed):
        return None
    stored = await _stored(gate, exchange)
    for record in records.listed:
        key = stamps.changed(record.metadata, stored.get(record.id or ""))
        if key is not None:
            return refuse("stamp.reserved", field=key)
    return None


async def _stored(gate: Gate, exchange: Exchange) -> dict[str, Mapping[str, Json] | None]:
    """The metadata that is stored of the records a write names, by their ids."""
    upstream, call, operation = need(exchange.upstream), need(exchange.call), need(exchange.operation)
    over = gate.dialect(upstream).overwriting(call, operation)
    if over is None:
        return {}
    question = over.reading([kept.id for kept in over.sent.values()])
    answer = await gate.ask(upstream)(question)
    if answer.status != HTTPStatus.OK:
        raise Unavailable(Part.UPSTREAM, f"status {answer.status}")
    try:
        found = gate.dialect(upstream).answered(over.read, strict_json.parse(answer.body))
    except (strict_json.NotStrict, ValueError) as e:
        raise Unavailable(Part.UPSTREAM, "an answer without records") from e
    return {record.id: record.metadata for record in found.listed if record.id is not None} if found else {}


def stamped(gate: Gate, exchange: Exchange) -> Call | None:
    """The call as it is sent where its rule stamps what it writes: last, as a yes is for what was asked."""
    operation, decision = need(exchange.operation), need(exchange.decision)
    if not decision.guards.stamp or operation.kind not in WRITES:
        return None
    records = _records(gate, exchange)
    if records is None:
        return None
    made = stamps.stamp(need(exchange.principal), exchange.agent, time.time())
    tree = records.described([{**(record.metadata or {}), **made} for record in records.listed])
    return _rebuilt(gate, exchange, tree)
