"""What is kept before a held call runs, and that nothing runs where it cannot be kept."""

from dataclasses import replace
from typing import Any

import pytest

from support.fakes.gates import APPROVED, HOLD, Calls, FakeGate, FakePart, exchange
from vecgate.domain.approval import Impact
from vecgate.domain.operation import Operation
from vecgate.handling.keeping import keep, unable
from vecgate.refusals.errors import CallRefused, Part, Unavailable

FIRST = replace(HOLD, snapshot_first=True)


def gate(*taken: Any, can: bool = True, aliases: Any = None) -> Any:
    async def identity(_ask: Any, _home: Any, name: str) -> str:
        return f"id of {name}" if name in ("a", "b", "c") else ""

    made = FakePart(
        snapshots=can, keeps_none=": it cannot", snapshot=Calls(*taken), aliases=Calls(aliases or {}), home=("", ""),
        identity=identity,
    )  # fmt: skip
    return FakeGate(chroma=made, board=FakePart(kept=Calls()))


async def test_each_collection_that_is_there_is_kept_and_its_name_noted() -> None:
    made = gate("one.snapshot", "", "two.snapshot")
    found = exchange(decision=FIRST, impact=Impact(1, 2, "a", collections=("a", "b", "c")), approval=APPROVED)
    await keep(made, found)
    assert found.snapshots == (("a", "one.snapshot"), ("c", "two.snapshot"))
    assert made.board.kept.given == [("r1", found.snapshots, 0)]


async def test_a_collections_other_names_are_kept_with_it() -> None:
    made = gate("one.snapshot", "two.snapshot", aliases={"y": "a", "x": "a", "z": "c"})
    found = exchange(decision=FIRST, impact=Impact(1, 2, "a", collections=("a", "b")), approval=APPROVED)
    await keep(made, found)
    assert found.snapshots == (("a", "one.snapshot", "x", "y"), ("b", "two.snapshot"))


async def test_of_a_call_that_sets_names_is_kept_what_they_stood_for() -> None:
    made = gate(aliases={"x": "a", "y": "c"})
    names = Operation("qdrant", "update_aliases", "alias", 4, collections=("b", "x", "new"))
    found = exchange(decision=FIRST, operation=names, impact=None, approval=APPROVED)
    await keep(made, found)
    assert found.snapshots == (("a", "", "x"), ("", "", "new"))
    assert made.chroma.snapshot.given == []


async def test_without_one_nothing_runs() -> None:
    made = gate("one.snapshot", Unavailable(Part.UPSTREAM, "no"))
    found = exchange(decision=FIRST, impact=Impact(1, 2, "a", collections=("a", "b")), approval=APPROVED)
    with pytest.raises(CallRefused, match=r"hold\.snapshot_failed"):
        await keep(made, found)
    assert made.board.kept.given == []


async def test_a_rule_that_wants_none_takes_none() -> None:
    made = gate()
    await keep(made, exchange(decision=HOLD, approval=APPROVED))
    assert made.chroma.snapshot.given == []


@pytest.mark.parametrize(
    ("decision", "can", "code"), [(HOLD, False, None), (FIRST, True, None), (FIRST, False, "hold.no_snapshots")]
)
def test_what_a_database_cannot_do_is_told_before_anybody_is_asked(decision: Any, can: bool, code: str | None) -> None:
    refusal = unable(gate(can=can), exchange(decision=decision))
    assert (refusal.code if refusal else None) == code
    assert refusal is None or "takes none: it cannot; nobody was asked." in refusal.what
