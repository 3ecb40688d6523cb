"""What a guard refuses of a call before it goes out; what is seen from outside is in tests/path/guards."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from support.fakes.gates import ALLOW, CALL, FakeGate, FakePart, exchange
from vecgate.dialects.base.guarded import Guarded
from vecgate.domain.call import Call
from vecgate.domain.guards import Budget, Canaries, Guards, Rate
from vecgate.domain.inlets import Field
from vecgate.domain.operation import Operation
from vecgate.handling import narrowing

READ = Operation("chroma", "collection_get", "list_scan", 2, "t", "d", ("tickets",))
FACET = replace(READ, name="facet", kind="aggregate")
WRITE = replace(READ, name="collection_upsert", kind="upsert")
OPEN, RESERVED = FakePart(reserves=False), FakePart(reserves=True)


def gate(dialect: Any, policies: FakePart = RESERVED) -> FakeGate:
    return FakeGate(dialect=lambda _: dialect, policies=FakePart(current=policies))


@pytest.mark.parametrize(
    "guards",
    [
        Guards(canaries=Canaries(frozenset({"c"}))),
        Guards(quarantine="mark"),
        Guards(budget=Budget(searches=Rate(1, 1))),
        Guards(depth=5),
        Guards(scores="drop"),
    ],
)
@pytest.mark.parametrize("operation", [READ, FACET])
async def test_what_a_rule_guards_and_a_database_does_not_tell_is_not_sent(
    guards: Guards, operation: Operation
) -> None:
    one = exchange(operation=operation, decision=replace(ALLOW, guards=guards))
    refusal = await narrowing.narrowed(gate(Guarded(), OPEN), one)
    assert refusal is not None
    assert refusal.code == "guards.untold"
    assert await narrowing.narrowed(gate(Guarded(), OPEN), exchange(operation=operation)) is None


async def test_what_cannot_be_asked_without_withheld_records_is_not_sent() -> None:
    refusal = await narrowing.narrowed(gate(Naming()), exchange(operation=FACET))
    assert refusal is not None
    assert refusal.code == "guards.untold"
    shown = exchange(operation=FACET, decision=replace(ALLOW, guards=Guards(show_stamp=True)))
    assert await narrowing.narrowed(gate(Naming()), shown) is None


class Naming(Guarded):
    """A dialect whose calls name these fields."""

    tells = True

    def __init__(self, *named: Field) -> None:
        self.named = named

    def fields(self, call: Call, operation: Operation) -> Iterator[Field]:
        yield from self.named


WHO = ("_vecgate_who",)
NAMED: list[tuple[Operation, Field, str, str]] = [
    # (operation, the field it names, its refusal, and that of a rule which shows stamps)
    (READ, Field("where", WHO, "filter", "value"), "stamp.hidden", ""),
    (READ, Field("where", WHO, "text", "text"), "stamp.hidden", ""),
    (READ, Field("order_by", WHO, "order", ""), "stamp.hidden", ""),
    (READ, Field("group_by", WHO, "group", ""), "stamp.hidden", ""),
    (READ, Field("key", WHO, "facet", ""), "stamp.hidden", ""),
    (READ, Field("formula", WHO, "formula", ""), "stamp.hidden", ""),
    (READ, Field("where", ("_vecgate_who", "x"), "filter", ""), "stamp.hidden", ""),
    (READ, Field("where", ("_vecgate_who", None), "filter", ""), "stamp.hidden", ""),
    (READ, Field("with", WHO, "show", ""), "", ""),
    (READ, Field("where", ("a", "_vecgate_who"), "filter", ""), "", ""),
    (READ, Field("where", (None, "_vecgate_who"), "filter", ""), "", ""),
    (replace(READ, kind="index_create"), Field("field_name", WHO, "index", ""), "stamp.hidden", ""),
    (WRITE, Field("keys[0]", WHO, "write", "delete"), "stamp.reserved", "stamp.reserved"),
    (WRITE, Field("key", WHO, "write", "within"), "stamp.reserved", "stamp.reserved"),
    (WRITE, Field("payload", ("_vecgate_who", "x"), "write", ""), "stamp.reserved", "stamp.reserved"),
    (WRITE, Field("payload", WHO, "write", ""), "", ""),  # that is compared with what is stored
]


@pytest.mark.parametrize(("operation", "field", "code", "shown"), NAMED)
async def test_a_field_of_the_gateways_own_is_named_where_it_is_left_out_or_shown(
    operation: Operation, field: Field, code: str, shown: str
) -> None:
    for guards, wanted in ((Guards(), code), (Guards(show_stamp=True), shown)):
        one = exchange(operation=operation, call=CALL, decision=replace(ALLOW, guards=guards))
        refusal = await narrowing.narrowed(gate(Telling(field)), one)
        assert (refusal.code if refusal else "") == wanted
    one = exchange(operation=operation, call=CALL)
    assert await narrowing.narrowed(gate(Telling(field), OPEN), one) is None


class Telling(Naming):
    """The same, and it tells records apart."""

    def lists(self, operation: Operation) -> bool:
        return True


class Bounded(Guarded):
    """A dialect whose calls have a bound on scores."""

    tells = True

    def exact(self, operation: Operation, tree: Any, rounded: bool) -> str | None:
        return "min_score"


@pytest.mark.parametrize("kind", ["count", "delete_filter", "update_filter", "search"])
async def test_how_many_are_above_a_bound_is_told_by_no_call_where_scores_are_not(kind: str) -> None:
    for scores, code in (("drop", "guards.scores"), (2, "guards.scores"), ("keep", None)):
        one = exchange(
            operation=replace(READ, kind=kind), call=CALL, decision=replace(ALLOW, guards=Guards(scores=scores))
        )
        refusal = await narrowing.narrowed(gate(Bounded(), OPEN), one)
        assert (refusal.code if refusal else None) == code
