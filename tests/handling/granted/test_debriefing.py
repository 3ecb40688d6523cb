"""What a call under a grant is counted as: words of closed lists, and no name that holds something personal."""

from dataclasses import replace
from typing import Any

import pytest

from support.fakes.gates import ALLOW, UPSTREAM, FakeGate, FakePart, exchange
from support.fakes.granting import grant
from vecgate.domain.operation import Operation
from vecgate.handling.granted import debriefing
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import Part, Unavailable

GRANT = grant(terms=replace(grant().terms, upstream=UPSTREAM.name, collections=("tickets*", "bills", "tickets")))
UNDER = replace(ALLOW, grant=GRANT)
SEARCH = Operation("chroma", "query", "search", 1, collections=("tickets",))


class Tallies(FakePart):
    """Writes down what it is to add."""

    def __init__(self, error: Exception | None = None) -> None:
        self.added: list[tuple[Any, ...]] = []
        self.error = error

    async def add(self, *what: Any) -> None:
        if self.error is not None:
            raise self.error
        self.added.append(what)


def gate(tallies: Tallies, *live: Any) -> FakeGate:
    return FakeGate(access=FakePart(tallies=tallies, live=FakePart(of=lambda _: live)))


@pytest.mark.parametrize(
    ("more", "counts", "names", "records"),
    [
        (
            {"operation": SEARCH, "shown_names": ("tickets",), "masked_counts": {"EMAIL": 2}, "had": ("a", "b")},
            {"calls": 1, "did:search": 1, "at:0": 1, "at:2": 1, "masked:EMAIL": 2},
            ["tickets"],
            ("a", "b"),
        ),
        (  # a name that is shown otherwise holds something personal
            {"operation": replace(SEARCH, collections=("tickets@ann",)), "shown_names": ("tickets at ann",)},
            {"calls": 1, "did:search": 1, "at:0": 1},
            [],
            -1,
        ),
        (  # a batch does several things; a budget tells records apart
            {
                "operation": replace(SEARCH, also=(replace(SEARCH, kind="count", collections=("bills",)),)),
                "had_in_all": 7,
            },
            {"calls": 1, "did:search": 1, "did:count": 1, "at:0": 1, "at:2": 1, "at:1": 1},
            [],
            7,
        ),
        (
            {
                "operation": Operation("vecgate", "unmask", "unmask", 3),
                "recorded": {"opened": {"SSN": 2}, "masked": {}},
            },
            {"calls": 1, "did:unmask": 1, "opened:SSN": 2},
            [],
            -1,
        ),
    ],
)
async def test_a_call_is_counted_as(more: dict[str, Any], counts: Any, names: list[str], records: Any) -> None:
    tallies = Tallies()
    await debriefing.counted(gate(tallies), exchange(decision=UNDER, **more))  # type: ignore[arg-type]
    assert tallies.added == [(GRANT, counts, names, records)]


async def test_what_is_under_no_grant_is_not_counted_and_what_cannot_be_counted_is_not_given() -> None:
    tallies = Tallies()
    await debriefing.counted(gate(tallies), exchange(decision=ALLOW))  # type: ignore[arg-type]
    await debriefing.counted(gate(tallies), exchange(decision=None))  # type: ignore[arg-type]
    assert tallies.added == []
    away = gate(Tallies(Unavailable(Part.STATE, "away")))
    with pytest.raises(Unavailable):
        await debriefing.counted(away, exchange(decision=UNDER))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "grants"),
    [
        ({"decision": UNDER}, 1),
        ({"decision": None}, 1),  # refused before anything was decided, and beside what is granted
        ({"decision": None, "principal": None}, 0),
        ({"decision": None, "operation": Operation("vecgate", "access", "requests", 0)}, 0),
        ({"decision": None, "upstream": replace(UPSTREAM, name="other")}, 0),
    ],
)
async def test_a_refusal_is_counted_for_whoever_has_a_grant_there(more: dict[str, Any], grants: int) -> None:
    tallies = Tallies()
    refused = exchange(refusal=refuse("wire.refused"), **more)
    await debriefing.refused(gate(tallies, GRANT), refused)  # type: ignore[arg-type]
    assert tallies.added == [(GRANT, {"no:wire.refused": 1})] * grants
    await debriefing.refused(gate(Tallies(Unavailable(Part.STATE, "away")), GRANT), refused)  # type: ignore[arg-type]
