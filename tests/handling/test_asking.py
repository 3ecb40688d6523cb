"""What is put before an approver, and for whom nobody is asked."""

from dataclasses import replace
from typing import Any

import pytest

from support.fakes.gates import ALLOW, CALL, DENY, HOLD, OPERATION, Calls, FakeGate, FakePart, exchange
from vecgate.domain.approval import Impact
from vecgate.domain.call import Call
from vecgate.domain.decision import Approvers, Decision
from vecgate.domain.exchange import Raw
from vecgate.domain.inlets import NO_INLETS, Field, Inlets
from vecgate.domain.operation import Operation
from vecgate.domain.profiles import UNSAFE_NOTHING, MaskProfile
from vecgate.handling.asking import LONGEST_REASON, has_come, may_count, reason, samples, waive
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import MaskFailed, Part, Unavailable

COUNTS = replace(ALLOW, mask="m")
ABOVE = replace(HOLD, approvers=Approvers.of("data-owners", above=20))


class FakeDialect:
    """Binds calls to the ids it is given, if it can; says nothing of inlets."""

    def __init__(self, binds: bool = True) -> None:
        self.binds = binds

    def bound(self, call: Call, _operation: Operation, ids: tuple[str, ...]) -> tuple[Call, ...] | None:
        return (replace(call, query=tuple(("id", one) for one in ids)),) if self.binds else None

    def fields(self, _call: Call, _operation: Operation) -> list[Field]:
        return [Field("/a", ("a",), "filter", "")]

    def inlets(self, _operation: Operation) -> Inlets:
        return NO_INLETS

    def rewritten(self, _operation: Operation, tree: Any, _each: Any) -> Any:
        return tree


def some(touched: int) -> Impact:
    return Impact(touched, 500, "tickets", ids=tuple(f"r{n}" for n in range(touched)))


def gate(counts: Decision = COUNTS, profile: MaskProfile = UNSAFE_NOTHING, **over: Any) -> FakeGate:
    asked: list[Operation] = []

    def evaluate(_who: Any, operation: Operation, _upstream: str, *_more: Any) -> Decision:
        asked.append(operation)
        return counts

    policies = FakePart(
        current=FakePart(conditional=False, evaluate=evaluate, profile=lambda _name: profile),
        asked=asked,
    )
    return FakeGate(**{"policies": policies, "chroma": FakeDialect(), **over})


REFUSED = refuse("oracle.field", field="a", where="/a", why="masked", rule="r")


def masked(named: Any, compared: Any) -> FakePart:
    """Something is masked for them: what is said of the fields that they name, and of values."""
    seen = FakePart(masks=True)
    return FakePart(
        oracles=FakePart(
            seen=lambda *_: seen,
            named=lambda _fields, _seen, asker: named if asker.strict else "",
            compared=Calls(compared),
        )
    )


@pytest.mark.parametrize(
    ("made", "may"),
    [
        # no rule, or not without asking
        (gate(DENY), False),
        (gate(HOLD), False),
        # nothing is masked for them
        (gate(), True),
        # something is: it depends on what they compare with
        (gate(guards=masked(None, None)), True),
        (gate(guards=masked(REFUSED, None)), False),
        (gate(guards=masked(None, REFUSED)), False),
        # what cannot be told is a no
        (gate(guards=masked(None, MaskFailed("x"))), False),
        (gate(guards=masked(None, Unavailable(Part.MASKER))), False),
    ],
)
async def test_who_may_count_with_that_filter(made: FakeGate, may: bool) -> None:
    assert await may_count(made, exchange(asked=CALL)) is may
    (asked,) = made.policies.asked
    assert (asked.kind, asked.collections) == ("count", OPERATION.collections)


@pytest.mark.parametrize(
    ("decision", "kind", "records", "touched", "waived"),
    [
        # not counted
        (ABOVE, "search", None, None, False),
        # touches nothing
        (HOLD, "delete_filter", None, 0, True),
        (HOLD, "delete_ids", 3, 0, True),
        (HOLD, "update", 3, 0, True),
        # writes what is not there yet: that is not nothing
        (HOLD, "upsert", 3, 0, False),
        (HOLD, "upsert", None, 0, False),
        (HOLD, "collection_drop", None, 0, False),
        # little, where the rule says how much that is
        (HOLD, "delete_filter", None, 1, False),
        (ABOVE, "delete_filter", None, 20, True),
        (ABOVE, "delete_filter", None, 21, False),
        (ABOVE, "delete_ids", 20, 3, True),
        (ABOVE, "delete_ids", 21, 3, False),
        (ABOVE, "update", 20, 3, True),
        (ABOVE, "update", 21, 3, False),
        (ABOVE, "upsert", 20, 0, True),
        (ABOVE, "upsert", 21, 0, False),
        # whatever is destroyed, handed out or changed as a whole
        (ABOVE, "collection_drop", None, 3, False),
        (ABOVE, "snapshot_read", None, 3, False),
    ],
)
async def test_when_nobody_need_be_asked(
    decision: Decision, kind: str, records: int | None, touched: int | None, waived: bool
) -> None:
    impact = None if touched is None else some(touched)
    operation = replace(OPERATION, kind=kind, records=records)
    found = exchange(decision=decision, operation=operation, impact=impact, asked=CALL)
    assert bool(await waive(gate(), found)) is waived
    others = exchange(decision=decision, operation=operation, impact=impact, asked=CALL)
    assert not await waive(gate(DENY), others), "for who may not count it would tell the count"


@pytest.mark.parametrize(
    ("dialect", "impact"),
    [
        (FakeDialect(), Impact(1, 500, "tickets")),
        (FakeDialect(binds=False), some(1)),
        (FakeDialect(binds=False), some(0)),
    ],
)
async def test_what_cannot_be_bound_to_what_was_counted_is_asked_about(dialect: FakeDialect, impact: Impact) -> None:
    found = exchange(decision=ABOVE, impact=impact, asked=CALL)
    assert not await waive(gate(chroma=dialect), found)
    assert found.parts is None


async def test_nobody_is_asked_about_those_records_and_no_others() -> None:
    found = exchange(decision=ABOVE, impact=some(1), asked=CALL)
    assert await waive(gate(), found) == "touches 1 of 500 records in tickets; asked is above 20"
    assert [call.query for call in found.parts or ()] == [(("id", "r0"),)]
    nothing = exchange(decision=HOLD, impact=some(0), asked=CALL)
    assert await waive(gate(), nothing) == "touches 0 of 500 records in tickets"
    [[(_, id)]] = [call.query for call in nothing.parts or ()]
    assert len(id) > 32, "an id that nobody has"


@pytest.mark.parametrize(
    ("decision", "kind", "before", "now", "come"),
    [
        (HOLD, "delete_ids", 0, 1, True),
        (HOLD, "update", 0, 1, True),
        (HOLD, "update", 0, None, True),
        (HOLD, "delete_ids", 0, 0, False),
        (ABOVE, "delete_ids", 0, 3, False),  # as many pass as it names
        (HOLD, "delete_filter", 0, 1, False),  # bound to nothing
    ],
)
async def test_what_passed_as_nothing_was_there_is_counted_once_more(
    decision: Decision, kind: str, before: int, now: int | None, come: bool
) -> None:
    made = gate()
    found = exchange(
        decision=decision, operation=replace(OPERATION, kind=kind, records=3), impact=some(before), asked=CALL
    )
    assert not await has_come(made, found)  # nothing was waived
    found.waived = await waive(made, found)
    made.chroma.impact = Calls(None if now is None else some(now))
    assert await has_come(made, found) is come


async def test_some_ids_are_shown_masked() -> None:
    found = exchange(impact=Impact(9, 9, "tickets", ids=tuple(f"r{n}@example.com" for n in range(9))))
    assert await samples(gate(), found) == tuple(f"r{n} at example.com" for n in range(5))
    assert await samples(gate(), exchange(impact=some(0))) == ()
    assert await samples(gate(), exchange(impact=Impact(9, 9, "tickets"))) == ()
    assert await samples(gate(), exchange(impact=None)) == ()


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ((), ""),
        ((("vecgate-reason", "  "),), ""),
        ((("vecgate-reason", "GDPR request\t4711\x1b[2J"),), "GDPR request 4711 [2J"),
        ((("Vecgate-Reason", "x" * 900),), "x" * LONGEST_REASON),
    ],
)
async def test_a_reason_is_one_printable_masked_line(headers: tuple[tuple[str, str], ...], told: str) -> None:
    texts: list[str] = []

    async def shown_text(text: str) -> str:
        texts.append(text)
        return "masked"

    made = FakeGate()
    made.masking.shown = FakePart(text=shown_text)
    assert await reason(made, exchange(raw=Raw("POST", "/", headers))) == ("masked" if told else "")
    assert texts == ([told] if told else [])
