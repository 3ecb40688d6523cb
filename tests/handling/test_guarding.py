"""What a rule asks for and a database does not tell is refused; all else goes through tests/path/guards."""

from dataclasses import replace
from typing import Any

import pytest

from support.fakes.gates import ALLOW, CALL, FakeGate, FakePart, exchange
from vecgate.dialects.base.guarded import Guarded
from vecgate.domain.call import Answer
from vecgate.domain.guards import Budget, Canaries, Guards, Rate
from vecgate.domain.operation import Operation
from vecgate.handling import guarding
from vecgate.refusals.errors import CallRefused, MaskFailed
from vecgate.state.budgets import Used

READ = Operation("chroma", "collection_get", "list_scan", 2, "t", "d", ("tickets",))
WATCHED = replace(ALLOW, guards=Guards(canaries=Canaries(frozenset({"c"}))))
OK = Answer(200)


async def test_records_that_cannot_be_told_apart_are_not_given_where_a_guard_must_see_them() -> None:
    gate = FakeGate(dialect=lambda _: Guarded())
    with pytest.raises(CallRefused, match=r"guards\.untold"):
        await guarding.given(gate, exchange(operation=READ, decision=WATCHED, answer=OK), {"ids": ["a"]})
    plain = exchange(operation=READ, answer=OK)
    assert await guarding.given(gate, plain, {"ids": ["a"]}) == {"ids": ["a"]}


async def test_an_answer_that_is_none_is_not_given() -> None:
    with pytest.raises(MaskFailed):
        await guarding.given(FakeGate(), exchange(operation=READ, decision=WATCHED, answer=OK), {"documents": ["a"]})


async def test_an_error_is_given_as_it_is() -> None:
    tree = {"error": "NotFoundError"}
    assert (
        await guarding.given(FakeGate(), exchange(operation=READ, decision=WATCHED, answer=Answer(404)), tree) is tree
    )


class Near(Guarded):
    """A dialect whose calls find by these vectors."""

    def __init__(self, *found: Any) -> None:
        self.found = [*found]

    def vectors(self, operation: Operation, tree: Any) -> list[Any]:
        return self.found

    def searches(self, operation: Operation, tree: Any) -> int:
        return max(len(self.found), 1)


class Budgets:
    """Takes whatever is asked for, and remembers it."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, int]] = []

    async def take(self, _person: str, what: str, _rate: Rate, count: int) -> Used:
        self.taken.append((what, count))
        return Used(count < 2, count, 1)


@pytest.mark.parametrize(
    ("kind", "found", "taken"),
    [
        ("search", [], [("searches", 1)]), ("list_scan", [], []), ("list_scan", [[1]], [("searches", 1)]), ("delete_filter", [], []), ("delete_filter", [[1]], [("searches", 1)]),
        ("update_filter", [[1], [2]], [("searches", 2)]), ("upsert", [[1]], []), ("read_ids", [[1]], []),
    ],
)  # fmt: skip
async def test_whatever_finds_by_a_vector_takes_of_the_budget_of_searches(kind: str, found: Any, taken: Any) -> None:
    budgets, operation = Budgets(), replace(READ, kind=kind)
    gate = FakeGate(dialect=lambda _: Near(*found), guards=FakePart(budgets=budgets))
    decision = replace(ALLOW, guards=Guards(budget=Budget(searches=Rate(1, 60))))
    refusal = await guarding.spend(gate, exchange(operation=operation, call=CALL, decision=decision))
    assert budgets.taken == taken
    assert (refusal.code if refusal else "") == ("limit.budget" if taken and taken[0][1] > 1 else "")
