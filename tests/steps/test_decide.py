"""May they? The policy decides; this step carries it out."""

from dataclasses import replace
from pathlib import Path

import pytest

from support.gates import OPERATION, Calls, FakeGate, FakePart, exchange, flow
from vecgate.errors import Unavailable
from vecgate.policy.watch import PolicyStore
from vecgate.steps.decide import OWN_RULE, Decide
from vecgate.terms import Effect

POLICY = """
version: 1
mask_profiles: {standard: {default: replace}}
rules:
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
    gate.shown_names = Calls(Unavailable("masker"))
    refusal = await Decide(gate).on_request(found, flow())
    assert refusal is not None
    assert refusal.code == "policy.no_rule"
    assert "jane" not in str(refusal)


@pytest.mark.parametrize(("wait", "code"), [(0.0, None), (2.4, "limit.rate")])
async def test_a_yes_counts_against_its_rule_and_its_caller(
    policies: PolicyStore, wait: float, code: str | None
) -> None:
    take, found = Calls(wait), exchange(decision=None)
    refusal = await Decide(FakeGate(policies=policies, rates=FakePart(take=take))).on_request(found, flow())
    assert found.decision is not None
    assert found.decision.effect is Effect.ALLOW
    assert found.profile is not None
    assert found.profile.name == "standard"
    assert take.given[0][:2] == (found.principal.key, "deletes")
    assert (refusal.code if refusal else None) == code
    if refusal:
        assert refusal.retry_after == 3


async def test_the_gateways_own_requests_are_not_the_policys_matter(policies: PolicyStore) -> None:
    found = exchange(decision=None, local=Calls())
    assert await Decide(FakeGate(policies=policies, chroma=None)).on_request(found, flow()) is None
    assert found.decision is not None
    assert found.decision.rule == OWN_RULE
