"""What is kept before a held call runs, and that nothing runs where it cannot be kept."""

from dataclasses import replace
from typing import Any

import pytest

from support.fakes.gates import APPROVED, HOLD, Calls, FakeGate, FakePart, exchange
from vecgate.domain.approval import Impact
from vecgate.handling.keeping import keep, unable
from vecgate.refusals.errors import CallRefused, Part, Unavailable

FIRST = replace(HOLD, snapshot_first=True)


def gate(*taken: Any, can: bool = True) -> Any:
    made = FakePart(snapshots=can, keeps_none=": it cannot", snapshot=Calls(*taken))
    return FakeGate(chroma=made, board=FakePart(kept=Calls()))


async def test_each_collection_that_is_there_is_kept_and_its_name_noted() -> None:
    made = gate("one.snapshot", "", "two.snapshot")
    found = exchange(decision=FIRST, impact=Impact(1, 2, "a", collections=("a", "b", "c")), approval=APPROVED)
    await keep(made, found)
    assert found.snapshots == (("a", "one.snapshot"), ("c", "two.snapshot"))
    assert made.board.kept.given == [("r1", found.snapshots, 0)]


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
