"""Whoever had access to a collection by its name hears why a call on it is refused, and nobody else does."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.fakes.gates import UPSTREAM, FakeGate, FakePart, exchange, flow
from support.fakes.granting import grant, granted
from vecgate.domain.operation import Operation
from vecgate.handling.granted.known import knows
from vecgate.policy.watch import PolicyStore
from vecgate.steps.decide import Decide

TERMS = replace(grant().terms, upstream=UPSTREAM.name, operations=("count",), collections=("tickets",))
COUNT = Operation("chroma", "count", "count", 1, tenant="t", database="d", collections=("tickets",), things=("an id",))
RULES = """
version: 1
mask_profiles: {standard: {default: replace}}
rules:
  - {name: own, who: {groups: [analysts]}, where: {collections: [own]}, operations: [read], effect: allow, mask: standard}
  - name: may-look
    who: {groups: [analysts]}
    where: {collections: [tickets]}
    operations: [count, search]
    effect: request
    mask: standard
    approvers: {groups: [leads]}
    grant: {longest: 1h}
"""


async def nothing() -> None:
    return None


def gate(live: tuple[Any, ...] = (), ended: tuple[Any, ...] = (), **more: Any) -> FakeGate:
    view = FakePart(
        of=lambda _: live, ended=lambda _: [*ended], is_proving=False, sure=nothing, doubted=lambda _: [], is_good=True
    )
    return FakeGate(access=FakePart(live=view, begun=None), **more)


def over(**terms: Any) -> Any:
    """What bob has taken away."""
    return replace(granted("g1"), terms=replace(TERMS, **terms), how="revoked", ended_by="bob", why="enough")


@pytest.mark.parametrize(
    ("terms", "things", "operation", "knowing"),
    [
        ({}, (), {}, True),
        ({}, (), {"kind": "search"}, True),  # whatever it was for
        ({}, (("tickets", "an id"),), {}, True),
        ({}, (("tickets", "another"),), {}, False),  # what bears the name now was not theirs
        ({}, (), {"collections": ("bills",)}, False),
        ({}, (), {"collections": ("tickets", "bills"), "things": ("a", "b")}, False),
        ({}, (), {"things": ()}, False),  # a name of one's own is told by its rules
        ({"collections": ("tick*",)}, (), {}, False),
        ({"upstream": "another"}, (), {}, False),
        ({"tenant": "t"}, (), {}, True),
        ({"tenant": "another"}, (), {}, False),
        ({"database": "another"}, (), {}, False),
    ],
)
def test_a_collection_is_known_that_access_names(
    terms: dict[str, Any], things: Any, operation: dict[str, Any], knowing: bool
) -> None:
    call, asked = exchange(decision=None), replace(COUNT, **operation)
    live = replace(grant(), terms=replace(TERMS, **terms), things=things)
    assert knows(gate(live=(live,)), call, asked) == knowing
    assert knows(gate(ended=(replace(over(**terms), things=things),)), call, asked) == knowing
    assert not knows(gate(), call, asked)


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ({}, "collection.unknown: "),
        ({"ended": (over(),)}, 'access.ended: Your access g1 has ended: it was revoked by bob, who says: "enough"'),
        ({"ended": (over(collections=("bills",)),)}, "collection.unknown: "),
        ({"ended": (over(operations=("search",)),)}, "access.ask: No rule allows count on tickets"),
    ],
)
async def test_beside_other_access_too_they_hear_what_happened(
    tmp_path: Path, found: dict[str, Any], says: str
) -> None:
    (tmp_path / "a.yaml").write_text(RULES)
    policies = PolicyStore(tmp_path)
    policies.refresh()
    call = exchange(decision=None, operation=COUNT)
    refusal = await Decide(gate(**found, policies=policies)).on_request(call, flow())
    assert str(refusal).startswith(says)
