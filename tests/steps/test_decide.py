"""A yes counts against its rule and its caller; a no does not."""

from pathlib import Path

import pytest

from support.fakes.gates import Calls, FakeGate, FakePart, exchange, flow
from vecgate.domain.decision import Effect
from vecgate.policy.watch import PolicyStore
from vecgate.steps.decide import Decide

POLICY = """
version: 1
mask_profiles: {standard: {default: replace}}
rules:
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
