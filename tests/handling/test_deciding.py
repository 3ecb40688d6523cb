"""May they? The policy decides; this step carries it out."""

from dataclasses import replace
from pathlib import Path

import pytest

from support.fakes.gates import OPERATION, Calls, FakeGate, FakePart, exchange, flow
from vecgate.domain.decision import Effect
from vecgate.domain.operation import Operation
from vecgate.handling.deciding import may_ask, target
from vecgate.policy.watch import PolicyStore
from vecgate.refusals.errors import CallRefused, Part, Unavailable
from vecgate.steps.decide import Decide

POLICY = """
version: 1
mask_profiles: {standard: {default: replace}}
rules:
  - name: opens
    who: {groups: [analysts]}
    where: {tenants: [t]}
    operations: [unmask]
    effect: allow
    mask: standard
    limits: {max_results: 2}
  - {name: no-drops, who: anyone, where: anywhere, operations: [collection_drop], effect: deny}
  - name: deletes
    who: {groups: [analysts]}
    where: {collections: [tickets]}
    operations: [delete_filter]
    effect: allow
    mask: standard
    limits: {rate: 2/min}
"""


@pytest.fixture
def policies(tmp_path: Path) -> PolicyStore:
    (tmp_path / "a.yaml").write_text(POLICY)
    store = PolicyStore(tmp_path)
    assert store.refresh()
    return store


async def test_without_policies_nothing_is_decided(tmp_path: Path) -> None:
    found = exchange(decision=None)
    with pytest.raises(Unavailable, match="policy"):
        await Decide(FakeGate(policies=PolicyStore(tmp_path))).on_request(found, flow())
    assert found.decision is None


@pytest.mark.parametrize(("kind", "code"), [("search", "policy.no_rule"), ("collection_drop", "policy.denied")])
async def test_a_no_says_which_rule_or_that_there_is_none(policies: PolicyStore, kind: str, code: str) -> None:
    found = exchange(decision=None)
    found.operation = replace(OPERATION, kind=kind)
    refusal = await Decide(FakeGate(policies=policies)).on_request(found, flow())
    assert refusal is not None
    assert refusal.code == code
    assert "tickets" in str(refusal)
    assert ("no-drops" in str(refusal)) == (code == "policy.denied")


async def test_a_name_in_a_no_is_masked_or_left_out(policies: PolicyStore) -> None:
    """It is the caller's own text, and operators see what was answered."""
    found, gate = exchange(decision=None), FakeGate(policies=policies)
    found.operation = replace(OPERATION, collections=("jane@example.org",))
    refusal = await Decide(gate).on_request(found, flow())
    assert "jane at example.org" in str(refusal)
    gate.masking.shown = FakePart(names=Calls(Unavailable(Part.MASKER)))
    refusal = await Decide(gate).on_request(found, flow())
    assert refusal is not None
    assert refusal.code == "policy.no_rule"
    assert "jane" not in str(refusal)


# what a refusal tells of what is there

ONLY_TICKETS = """
version: 1
mask_profiles: {standard: {default: replace}}
rules:
  - {name: tickets, who: {groups: [analysts]}, where: {collections: [tickets]}, operations: [read], effect: allow, mask: standard}
  - {name: looks, who: {groups: [analysts]}, where: {collections: [seen]}, operations: [collection_read], effect: allow, mask: standard}
  - {name: hidden, who: anyone, where: {collections: ["hr-*"]}, operations: ["*"], effect: deny}
"""
BY_ID = replace(OPERATION, kind="search", things=("an id",))


async def refused(tmp_path: Path, operation: Operation, *could_be: Operation) -> str:
    (tmp_path / "a.yaml").write_text(ONLY_TICKETS)
    store = PolicyStore(tmp_path)
    store.refresh()
    found, made = exchange(decision=None, operation=operation), FakeGate(policies=store)
    if could_be:
        with pytest.raises(CallRefused) as caught:
            await may_ask(made, found, *could_be)
        assert found.decision is not None
        return str(caught.value)
    return str(await Decide(made).on_request(found, flow()))


async def test_who_may_nowhere_hears_the_same_of_what_is_there_and_of_what_is_not(tmp_path: Path) -> None:
    writing = replace(BY_ID, kind="upsert")
    before = await refused(tmp_path, writing, replace(writing, collections=()))
    assert before == await refused(tmp_path, replace(writing, collections=("tickets",)))
    assert before == await refused(tmp_path, replace(writing, collections=("hr-pay",)))
    assert ("policy.no_rule" in before, "any collection" in before) == (True, True)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("hr-pay", "collection.unknown: "),
        ("contracts", "collection.unknown: "),
        ("seen", "No rule allows search on seen for "),
    ],
)
async def test_who_may_not_see_a_collection_is_told_the_same_of_its_id_as_of_none_and_else_its_name(
    tmp_path: Path, name: str, says: str
) -> None:
    assert says in await refused(tmp_path, replace(BY_ID, collections=(name,)))
    named = replace(BY_ID, collections=(name,), things=())
    assert f" {name}" in await refused(tmp_path, named)  # the caller's own word


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("hr-pay", "tickets"), "all that its expression means"),
        (("tickets", "hr-pay"), "all that its expression means"),
        (("contracts", "seen", "tickets"), "No rule allows search on seen for "),
        (("hr-pay", "contracts"), "collection.unknown: "),
    ],
)
async def test_of_what_a_pattern_means_nothing_is_named_that_its_caller_may_not_see(
    tmp_path: Path, names: tuple[str, ...], says: str
) -> None:
    told = await refused(tmp_path, replace(BY_ID, collections=names, things=tuple(f"id of {one}" for one in names)))
    assert says in told
    assert not [one for one in ("hr-pay", "contracts") if one in told]


async def test_of_two_things_a_call_could_be_one_is_enough_to_ask(tmp_path: Path) -> None:
    creating = replace(OPERATION, kind="collection_create", collections=("hr-pay",))
    reading = replace(creating, kind="collection_read")
    assert "collection_create on hr-pay" in await refused(tmp_path, creating, creating, reading)
    (tmp_path / "b.yaml").write_text(POLICY.replace("mask_profiles: {standard: {default: replace}}", ""))
    store = PolicyStore(tmp_path)
    store.refresh()
    seen = replace(reading, collections=("seen",))
    assert await may_ask(FakeGate(policies=store), exchange(), replace(creating, collections=("seen",)), seen) is None


async def test_more_records_than_a_rule_allows_at_once_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        POLICY.replace("limits: {rate: 2/min}", "limits: {max_records: 2}").replace("delete_filter", "delete_ids")
    )
    store = PolicyStore(tmp_path)
    assert store.refresh()
    for records, code in [(None, None), (2, None), (3, "limit.records")]:
        found = exchange(decision=None, operation=replace(OPERATION, kind="delete_ids", records=records))
        refusal = await Decide(FakeGate(policies=store)).on_request(found, flow())
        assert (refusal and refusal.code) == code


@pytest.mark.parametrize(
    ("kind", "collections", "said"),
    [
        ("collection_rename", ("old", "new"), "old to new"),
        ("collection_create", ("copy", "source"), "copy, source"),
        ("collection_drop", (), "this database"),
    ],
)
def test_a_target_is_said_for_people(kind: str, collections: tuple[str, ...], said: str):
    assert target(replace(OPERATION, kind=kind, collections=collections)) == said


@pytest.mark.parametrize(("kind", "effect"), [("search", Effect.DENY), ("delete_filter", Effect.ALLOW)])
async def test_what_is_tried_out_is_noted_and_changes_nothing(tmp_path: Path, kind: str, effect: Effect) -> None:
    before, after = PolicyStore(tmp_path), PolicyStore(tmp_path)
    (tmp_path / "a.yaml").write_text(POLICY)
    before.refresh()
    other = "{name: other, who: anyone, where: anywhere, operations: [%s], effect: deny}"
    (tmp_path / "proposed").mkdir()
    (tmp_path / "proposed" / "b.yaml").write_text(f"version: 1\nrules:\n  - {other % kind}\n")
    after.refresh()
    decided = []
    for store in (before, after):
        found = exchange(decision=None)
        found.operation = replace(OPERATION, kind=kind)
        refusal = await Decide(FakeGate(policies=store, rates=FakePart(take=Calls(0.0)))).on_request(found, flow())
        decided.append((found.decision, refusal and refusal.code, found.proposed))
    assert decided[0][:2] == decided[1][:2]
    assert decided[0][0].effect is effect
    assert decided[0][2] is None
    assert (decided[1][2].effect, decided[1][2].rule) == (Effect.DENY, "other")
