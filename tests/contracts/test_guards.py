"""Is each guard of a rule seen to in every database, or is the call refused by name? For each route that reads or writes records.

A dialect has its calls in `tests/dialects/NAME/guarded.py`: `CALLS` and `ask`; `BESIDE`, its writes that go over no record; `UNKEPT`,
kinds of which no call is kept to rows. What it says it cannot see to (`unguarded`) must be refused at the call, and all else be done.
"""

import importlib
from dataclasses import replace
from functools import cache
from typing import Any

import orjson
import pytest

from support.fakes.gates import ALLOW, FakeGate, FakePart, exchange
from support.guards.given import Told
from support.tools.every import every
from vecgate import dialects
from vecgate.dialects import Dialect, Route
from vecgate.dialects.base.answers import places
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.exchange import Exchange, Raw
from vecgate.domain.guards import QUARANTINE, WHO, Budget, Canaries, Guards, Rate
from vecgate.domain.kinds import SHOWING, WRITING
from vecgate.domain.operation import Operation
from vecgate.guards import canaries
from vecgate.handling import narrowing, stamping
from vecgate.parsing.lines import Lines
from vecgate.refusals.errors import CallRefused

ONE = Rate(1, 1)
MARKED = Canaries(marks=({"dept": "hr"},))
SHOWN: dict[str, Guards] = {
    "scores": Guards(scores="drop"),
    "depth": Guards(depth=10_000),
    "budget.searches": Guards(budget=Budget(searches=ONE)),
    "budget.similar": Guards(budget=Budget(similar=ONE)),
    "budget.records": Guards(budget=Budget(records=ONE)),
    "canaries": Guards(canaries=MARKED),
    "quarantine": Guards(quarantine="withhold"),
}
WRITTEN: dict[str, Guards] = {"stamp": Guards(stamp=True), "quarantine": Guards(quarantine="mark")}


@cache
def table(name: str) -> Any:
    return importlib.import_module(f"dialects.{name}.guarded")


def rows(kinds: frozenset[str]) -> list[tuple[str, Route]]:
    found = dict[tuple[str, str], Route]()
    for name in dialects.names():
        dialect = dialects.load(name)
        for route in dialect.routes:
            if route.kind in kinds and not route.refused and route.name not in dialect.going:
                found.setdefault((name, route.name), route)
    return [(name, route) for (name, _), route in found.items()]


def row_id(value: object) -> str:
    return value.name if isinstance(value, Route) else str(value)


def sent(route: Route, tree: Any) -> bytes:
    """A body as clients send it: records one a line, where the route has lines."""
    return (
        b"\n".join(map(orjson.dumps, tree))
        if isinstance(route.body, Lines) and isinstance(tree, list)
        else orjson.dumps(tree)
    )


async def told(name: str, route: Route) -> tuple[Dialect, Call, Operation, Told, Any]:
    """A dialect that has just read the call of a route."""
    case = table(name).CALLS.get(route.name)
    assert case is not None, f"tests/dialects/{name}/guarded.py has no call for '{route.name}'"
    dialect = dialects.load(name)
    raw = case.body if isinstance(case.body, bytes) else b"" if case.body is None else sent(route, case.body)
    headers = (
        case.headers
        if any(key == "content-type" for key, _ in case.headers) or not raw
        else (*case.headers, ("content-type", "application/json"))
    )
    call = dialect.read(Raw(case.method, case.path, headers, raw))

    async def ask(question: Call) -> Answer:
        found: Answer = await table(name).ask(dialect, question)
        return found

    return dialect, call, await dialect.classify(call, ask), case, ask


def on_its_way(
    name: str, dialect: Dialect, call: Call, operation: Operation, guards: Guards, ask: Any
) -> tuple[Any, Exchange]:
    gate = FakeGate(
        dialect=lambda _: dialect, ask=lambda *_a, **_k: ask, policies=FakePart(current=FakePart(reserves=False))
    )
    return gate, exchange(operation=operation, call=call, decision=replace(ALLOW, guards=guards, vectors=True))


@every(("name", "route", "guard"), [(*row, guard) for row in rows(SHOWING) for guard in SHOWN], ids=row_id)
async def test_a_guard_of_answers_is_kept_or_refused(name: str, route: Route, guard: str) -> None:
    dialect, call, operation, _, ask = await told(name, route)
    refusal = await narrowing.narrowed(*on_its_way(name, dialect, call, operation, SHOWN[guard], ask))
    said = refusal.code if refusal else ""
    assert (said == "guards.untold") == (guard in dialect.unguarded(route)), said


@every(("name", "route"), rows(SHOWING), ids=row_id)
async def test_the_records_of_an_answer_are_told_apart(name: str, route: Route) -> None:
    dialect, _, operation, case, _ = await told(name, route)
    if "canaries" in dialect.unguarded(route):
        return
    found = dialect.answered(operation, case.answer)
    assert found is not None
    depts = [(one.metadata or {}).get("dept") for one in found.listed]
    assert depts == (["hr"] if case.alone else ["hr", "it"])
    assert all(one.id for one in found.listed)
    assert len({one.id for one in found.listed}) == len(found.listed)
    assert canaries.found(found.listed, MARKED) == [0]
    assert canaries.found(found.listed, Canaries(ids=frozenset({str(found.listed[0].id)}))) == [0]
    rest = found.without([number > 0 for number in range(len(found.listed))])
    assert "hr" not in orjson.dumps(rest).decode()
    assert ("it" in orjson.dumps(rest).decode()) == (not case.alone)
    again = dialect.answered(
        operation, found.described([{"dept": "hr", QUARANTINE: "mark: x"}, *[None] * (len(depts) - 1)])
    )
    assert again is not None
    assert (again.listed[0].metadata or {})[QUARANTINE] == "mark: x"


def numbers(tree: Json, pointers: list[str]) -> list[Any]:
    found = list[Any]()
    for pointer in pointers:
        node: Any = tree
        for step in pointer.split("/")[1:]:
            node = node[int(step)] if isinstance(node, list) else node[step.replace("~1", "/").replace("~0", "~")]
        found.append(node)
    return found


def is_nothing(value: Any) -> bool:
    if isinstance(value, list | dict):
        return all(map(is_nothing, value.values() if isinstance(value, dict) else value))
    return value is None or float(value) == 0.0


@every(("name", "route"), rows(SHOWING), ids=row_id)
async def test_scores_vectors_and_numbers_of_records_are_in_hand(name: str, route: Route) -> None:
    dialect, _, operation, case, _ = await told(name, route)
    if case.answer is None:
        assert "canaries" in dialect.unguarded(route), "no answer is given for it"
        return
    surface, marks = dialect.surface(operation, answer=True), dialect.marks(operation)
    had = places(surface, marks, case.answer)
    assert had["scores"] or operation.kind != "search"
    dropped = dialect.scored(operation, case.answer, None)
    assert all(map(is_nothing, numbers(dropped, places(surface, marks, dropped)["scores"])))
    rounded = dialect.scored(operation, case.answer, 0)
    assert all(float(one) == int(float(one)) for one in numbers(rounded, places(surface, marks, rounded)["scores"]))
    for zeros in (False, True):
        bare = dialect.strip_vectors(operation, case.answer, zeros)
        left = places(surface, marks, bare)["vectors"]
        assert all(map(is_nothing, numbers(bare, left)))
    if not case.alone:
        assert dialect.records(operation, case.answer) == 2
        assert dialect.records(operation, dialect.cut(operation, case.answer, 1)) == 1


@every(("name", "route", "guard"), [(*row, guard) for row in rows(WRITING) for guard in WRITTEN], ids=row_id)
async def test_a_guard_of_writes_is_kept_or_refused(name: str, route: Route, guard: str) -> None:
    dialect, call, operation, _, ask = await told(name, route)
    gate, one = on_its_way(name, dialect, call, operation, WRITTEN[guard], ask)
    gate.guards = FakePart(quarantine=FakePart(verdicts=_none))
    if guard in dialect.unguarded(route):
        with pytest.raises(CallRefused, match=r"guards\.untold"):
            stamping.stamped(gate, one, call) if guard == "stamp" else await stamping.checked(gate, one)
        return
    if guard == "quarantine":
        assert await stamping.checked(gate, one) is None
        return
    sent = stamping.stamped(gate, one, call)
    assert sent is not None
    assert f'"{WHO}":"alice"' in orjson.dumps(sent.tree).decode()
    if (sent.method, sent.path) == (call.method, call.path):
        assert isinstance(sent.tree, dict)
        again = dialect.carried(operation, sent.tree)
        assert again is not None
        assert all((one.metadata or {})[WHO] == "alice" for one in again.listed)


async def _none(_listed: object) -> dict[int, object]:
    return {}


@every(("name", "route"), rows(WRITING), ids=row_id)
async def test_what_a_write_goes_over_is_told_so_that_masks_do_not_take_its_place(name: str, route: Route) -> None:
    dialect, call, operation, case, _ = await told(name, route)
    over = dialect.overwriting(call, operation)
    if route.name in getattr(table(name), "BESIDE", ()):
        assert over is None
        return
    assert over is not None
    assert len(over.sent) == (1 if case.alone else 2)
    question = over.reading([one.id for number, one in over.sent.items() if number not in over.blind])
    assert question.method in ("GET", "POST")
    assert over.put({}) == call.tree


@every("name", dialects.names())
def test_whoever_keeps_fewer_kinds_to_rows_than_most_says_so(name: str) -> None:
    """Beside its guarded calls (`UNKEPT`); a drop is never kept to rows."""
    kinds = dialects.rowless(name)
    kept = {"search", "upsert", "delete_filter", "collection_read", "health", "count"}
    assert kinds & kept == getattr(table(name), "UNKEPT", frozenset())
    drops = any(route.kind == "collection_drop" and not route.refused for route in dialects.load(name).routes)
    assert ("collection_drop" in kinds) == drops
