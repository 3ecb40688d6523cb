"""Which records may be touched? Those that were shown, as far as the call still selects them."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from support.fakes.gates import APPROVED, SETTINGS, Calls, FakeGate, FakePart, exchange
from vecgate.approvals.records import Shown
from vecgate.domain.approval import Impact
from vecgate.handling import bound
from vecgate.masking.apply.keys import LocalKeys

IDS = ("r1", "r2")
TWO = Impact(2, 9, "tickets", IDS)


class FakeDialect:
    """Selects what a test says, and can be bound where a test says so."""

    def __init__(self, *now: str, can: bool = True) -> None:
        self.now, self.can = now, can

    def bound(self, call: Any, _operation: Any, ids: Any) -> Any:
        return (replace(call, tree=[*ids]),) if self.can else None

    async def selected(self, _call: Any, _operation: Any, _ask: Any, among: Any, _most: int) -> list[str]:
        return [id for id in self.now if id in among]


def gate(dialect: FakeDialect, text: str = "", key: str | None = None) -> FakeGate:
    masking = SETTINGS.masking.model_copy(update={"key": key})
    return FakeGate(
        chroma=dialect,
        board=FakePart(records=Calls(text)),
        keys=LocalKeys(bytes(32)),
        settings=SETTINGS.model_copy(update={"masking": masking}),
    )


@pytest.mark.parametrize("key", [None, "a-key"])
async def test_a_yes_is_for_the_records_that_were_counted(key: str | None) -> None:
    made, found = gate(FakeDialect(), key=key), exchange(impact=TWO)
    text = await bound.marks(made, found)
    later = gate(FakeDialect("r2", "new"), text, key)
    digest = sha256(text.encode()).hexdigest()
    parts = await bound.parts(later, found, replace(APPROVED, bound=2, records=digest))
    assert parts is not None
    assert [part.tree for part in parts] == [["r2"]]
    gone = await bound.parts(gate(FakeDialect("new"), text, key), found, replace(APPROVED, bound=2, records=digest))
    assert gone is not None
    assert [str(part.tree)[:15] for part in gone] == ["['vecgate-none-"]  # beside [] a filter might select all
    assert ("r1" in Shown(text, b"")) is (key is None)


@pytest.mark.parametrize(
    ("over", "can"),
    [
        ({"impact": None}, True),
        ({"impact": replace(TWO, ids=None)}, True),  # too many
        ({"impact": TWO}, False),  # it names them itself
    ],
)
async def test_where_they_cannot_be_told_it_is_for_as_many(over: dict[str, Any], can: bool) -> None:
    assert await bound.marks(gate(FakeDialect(can=can)), exchange(**over)) == ""


async def test_marks_that_are_gone_are_no_yes_for_anything() -> None:
    assert await bound.parts(gate(FakeDialect("r1")), exchange(), APPROVED) is None
