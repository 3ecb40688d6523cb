"""What may this person still have, and what of an answer? Budgets before; canaries, poison, scores after.

Each of these is done only where the rule that decides asks for it; what a rule asks for and this database does not tell
is refused.
"""

import logging
import time
from collections.abc import Mapping
from typing import Final

from vecgate.dialects.base.asking import body_of
from vecgate.domain.call import Json
from vecgate.domain.decision import Rate
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.guards import Budget, Canaries, Guards
from vecgate.domain.kinds import READS, UNMASK
from vecgate.domain.records import Record, Records
from vecgate.gate import Gate
from vecgate.guards import canaries, stamps
from vecgate.guards.poison.judge import Verdict
from vecgate.guards.quarantine import is_withheld, mark, shows_marks, told
from vecgate.guards.sketch import BITS, bits, sketch
from vecgate.handling import granted
from vecgate.handling.locked import said
from vecgate.handling.rows import asking
from vecgate.parsing import strict_json
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused, MaskFailed, Part, Unavailable
from vecgate.state.barred import Lock
from vecgate.state.budgets import Used, member

log = logging.getLogger(__name__)

#: The header of an answer that says what of it was poisoned, and what became of that.
QUARANTINED: Final = "vecgate-quarantine"
_SEARCH: Final = "search"
#: What finds records by a vector, too, and is none by its kind.
_FINDING: Final = frozenset({"list_scan", "delete_filter", "update_filter"})


async def started(gate: Gate, exchange: Exchange) -> Refusal | None:
    """A lock on whoever searches from a canary's id: its answer shows none, but its scores tell where it lies."""
    known, call = need(exchange.decision).guards.canaries, need(exchange.call)
    if known is None:
        return None
    examples = gate.dialect(need(exchange.upstream)).examples(call, need(exchange.operation))
    hits = len({str(one.id) for one in examples} & known.ids)
    if not hits and known.marks:
        hits = await _marked(gate, exchange, known)
    return await _lock(gate, exchange, hits) if hits else None


async def _marked(gate: Gate, exchange: Exchange, known: Canaries) -> int:
    """From how many marked canaries a search starts: they are looked up. Raises CallRefused, Unavailable."""
    dialect, operation = gate.dialect(need(exchange.upstream)), need(exchange.operation)
    ask, hits = asking(gate, exchange), 0
    for question, meant in dialect.starting(need(exchange.call), operation, known.fields):
        body = await body_of(ask, question)
        if body is None:
            continue  # as it will say to the search, too
        try:
            found = dialect.answered(meant, strict_json.answered(body))
        except ValueError as e:
            raise Unavailable(Part.UPSTREAM, "an answer without records") from e
        hits += len(canaries.found(found.listed, known)) if found else 0
    return hits


async def spend(gate: Gate, exchange: Exchange) -> Refusal | None:
    """What a call takes of its caller's budget before it goes out; what is used up is not asked for."""
    decision = need(exchange.decision)
    budget, operation = decision.guards.budget, need(exchange.operation)
    if operation.kind not in READS:
        return await _search(gate, exchange, budget) if budget is not None else None
    if budget is None:
        return await granted.room(gate, exchange)
    if budget.records is not None:
        person = need(exchange.principal).key
        used = await gate.guards.budgets.meet(person, "records", budget.records, ())
        full = used.used >= budget.records.requests
        refusal = _over(Used(not full, used.used, used.rest), "records", budget.records, exchange)
        if refusal is not None:
            return refusal
    return await _search(gate, exchange, budget) or await granted.room(gate, exchange)


async def opened(gate: Gate, exchange: Exchange) -> Refusal | None:
    """What opening tokens takes of its caller's budget."""
    budget, operation = need(exchange.decision).guards.budget, need(exchange.operation)
    if operation.kind != UNMASK:
        return None
    if budget is None or budget.opened is None:
        return await granted.opened(gate, exchange)
    person = need(exchange.principal).key
    used = await gate.guards.budgets.take(person, "opened", budget.opened, operation.limit or 0)
    return _over(used, "opened tokens", budget.opened, exchange) or await granted.opened(gate, exchange)


async def _search(gate: Gate, exchange: Exchange, budget: Budget) -> Refusal | None:
    """What a search takes, and whatever finds by a vector as one does."""
    refusal, operation, person = None, need(exchange.operation), need(exchange.principal).key
    dialect, tree = gate.dialect(need(exchange.upstream)), need(exchange.call).tree
    if operation.kind != _SEARCH and not (operation.kind in _FINDING and dialect.vectors(operation, tree)):
        return None
    if budget.searches is not None:
        used = await gate.guards.budgets.take(person, "searches", budget.searches, dialect.searches(operation, tree))
        refusal = _over(used, "searches", budget.searches, exchange)
    if budget.similar is None or refusal is not None:
        return refusal
    for vector in dialect.vectors(operation, tree):
        drawn = sketch(vector)
        near = BITS if drawn.alike is False else bits(budget.within)
        used = await gate.guards.budgets.walk(person, budget.similar, drawn, near)
        refusal = refusal or _over(used, "searches near earlier ones", budget.similar, exchange)
    return refusal


def _over(used: Used, what: str, rate: Rate, exchange: Exchange) -> Refusal | None:
    if used.passes:
        return None
    rule = need(exchange.decision).rule
    return refuse("limit.budget", retry_after=used.rest, what=what, allowed=str(rate), rule=rule, retry=used.rest)


async def given(gate: Gate, exchange: Exchange, tree: Json) -> Json:
    """What of an answer is given, before it is masked. Raises CallRefused, MaskFailed, Unavailable."""
    guards, operation = need(exchange.decision).guards, need(exchange.operation)
    if need(exchange.answer).status >= 300:
        return tree
    if operation.kind not in READS:
        return _asked(exchange, tree)
    dialect = gate.dialect(need(exchange.upstream))
    if guards.asks or granted.counts(exchange) or exchange.reserves:
        tree = await _sifted(gate, exchange, _records(gate, exchange, tree), tree)
    elif granted.tells(gate, exchange) and (records := _records(gate, exchange, tree)) is not None:
        await _count(gate, exchange, [*records.listed])
    tree = _asked(exchange, tree)
    if guards.scores != "keep":
        tree = dialect.scored(operation, tree, None if guards.scores == "drop" else guards.scores)
    return tree


def _asked(exchange: Exchange, tree: Json) -> Json:
    """The answer to what was asked, without what more came of what the gateway added to it."""
    try:
        return tree if exchange.untold is None else exchange.untold(tree)
    except ValueError as e:
        raise MaskFailed("the answer is not one to what was asked") from e


def _records(gate: Gate, exchange: Exchange, tree: Json) -> Records | None:
    operation = need(exchange.operation)
    try:
        records = gate.dialect(need(exchange.upstream)).answered(operation, tree)
    except ValueError as e:
        raise MaskFailed("the answer does not list what was asked for") from e
    if records is None and (need(exchange.decision).guards.asks or granted.counts(exchange)):
        raise CallRefused(refuse("guards.untold", rule=need(exchange.decision).rule, operation=operation.kind))
    return records


async def _sifted(gate: Gate, exchange: Exchange, records: Records | None, tree: Json) -> Json:
    if records is None:
        return tree
    guards, listed = need(exchange.decision).guards, records.listed
    if guards.canaries is not None and (hits := canaries.found(listed, guards.canaries)):
        raise CallRefused(await _lock(gate, exchange, len(hits)))
    verdicts = await gate.guards.quarantine.verdicts(listed) if guards.quarantine else {}
    exchange.verdicts = told(verdicts)
    if verdicts and guards.quarantine == "refuse":
        raise CallRefused(refuse("answer.instructions", count=len(verdicts), rule=need(exchange.decision).rule))
    kept = _kept(listed, verdicts, guards)
    await _count(gate, exchange, [record for record, stays in zip(listed, kept, strict=True) if stays])
    shown = [_shown(record, place, verdicts, guards) for place, record in enumerate(listed)]
    described = tree if all(one is None for one in shown) else records.described(shown)
    _note(exchange, kept, verdicts)
    if all(kept):
        return described
    again = gate.dialect(need(exchange.upstream)).answered(need(exchange.operation), described)
    return described if again is None else again.without(kept)


def _kept(listed: tuple[Record, ...], verdicts: Mapping[int, Verdict], guards: Guards) -> list[bool]:
    """Which records stay: those that are not poisoned, where that is withheld, now or when they were written."""
    marks = shows_marks(guards)
    return [
        not (guards.quarantine == "withhold" and place in verdicts) and (marks or not is_withheld(record.metadata))
        for place, record in enumerate(listed)
    ]


def _shown(record: Record, place: int, verdicts: Mapping[int, Verdict], guards: Guards) -> Mapping[str, Json] | None:
    bare = stamps.shown(record.metadata, stamps=guards.show_stamp, marks=shows_marks(guards))
    if guards.quarantine == "mark" and place in verdicts and record.metadata is not None:
        return {**(bare or {}), **mark("mark", verdicts[place])}
    return None if bare is record.metadata else bare


def _note(exchange: Exchange, kept: list[bool], verdicts: Mapping[int, Verdict]) -> None:
    said = []
    if gone := kept.count(False):
        said.append(f"withheld={gone}")
    if verdicts and need(exchange.decision).guards.quarantine == "mark":
        said.append("marked=" + " ".join(map(str, sorted(verdicts))))
    if said:
        exchange.notes[QUARANTINED] = ", ".join(said)


async def _count(gate: Gate, exchange: Exchange, listed: list[Record]) -> None:
    """Take different records off the budget. Raises CallRefused (`limit.budget`): then none of them is given."""
    budget = need(exchange.decision).guards.budget
    rate = budget.records if budget is not None else None
    if not listed or (rate is None and need(exchange.decision).grant is None):
        return
    upstream, operation = need(exchange.upstream).name, need(exchange.operation)
    place = next(iter(operation.things or operation.collections), "")
    members = [member(upstream, record.of or place, record.id or f"?{number}") for number, record in enumerate(listed)]
    if rate is not None:
        used = await gate.guards.budgets.meet(need(exchange.principal).key, "records", rate, members)
        refusal = _over(used, "records", rate, exchange)
        if refusal is not None:
            raise CallRefused(refusal)
    await granted.count(gate, exchange, members)


async def _lock(gate: Gate, exchange: Exchange, hits: int) -> Refusal:
    """Lock whoever was about to be given a canary: on this worker at once, on all others within a second."""
    principal, rule = need(exchange.principal), need(exchange.decision).rule
    lock = Lock(principal.key, principal.user, "canary.found", time.time(), rule)
    about = {"exchange": exchange.id, "code": "canary.found"}
    log.error("exchange %s: %s canaries were in an answer; its caller is locked", exchange.id, hits, extra=about)
    exchange.canaries = hits
    session = need(exchange.session)
    facts: dict[str, Json] = {"rule": rule, "canaries": hits}
    await gate.recorder.write(session, "canary.found", exchange.id, {"facts": facts})
    try:
        new = await gate.guards.barred.bar(lock)
    except Unavailable:  # this worker keeps it, and tells the others when it can
        new = True
    if new:
        await gate.recorder.write(session, "user.locked", exchange.id, {"facts": {"why": "canary.found", "rule": rule}})
    return said(lock)
