"""Who answers what is asked for: as the rule says it of these terms, or nobody, and then it cannot be asked."""

import pytest

from support.fakes.approvals import ALICE
from support.fakes.gates import FakePart
from vecgate.api.answering import answering
from vecgate.domain.approval import Circle
from vecgate.domain.grant import Terms
from vecgate.policy.load import from_texts
from vecgate.policy.rules.offers import offer
from vecgate.refusals.errors import CallRefused

RULES = """version: 1
collections:
  one: {patterns: [tickets], owners: {users: [bob]}}
rules:
  - name: may-look
    who: anyone
    where: {collections: ["*"]}
    operations: [search]
    effect: request
    mask: unsafe-nothing
    approvers: {stages: [{owners: true}]}
    grant: {longest: 8h, pending: 2h, starts: first_use}
"""
POLICIES = from_texts({"p.yaml": RULES})
PARTS = FakePart(policies=FakePart(current=POLICIES))


def test_owners_are_people_once_it_is_known_what_is_asked_for() -> None:
    found = offer(POLICIES.asking.values(), ALICE, Terms("db", ("search",), ("tickets",), 60.0, ""))
    assert found is not None
    asking = answering(PARTS, ALICE, found)  # type: ignore[arg-type]
    assert [stage.circle for stage in asking.approvers.stages] == [Circle((), ("bob",))]
    assert (asking.pending, asking.starts, asking.named) == (7200.0, "first_use", found.rule.approvers)


def test_what_nobody_answers_cannot_be_asked() -> None:
    found = offer(POLICIES.asking.values(), ALICE, Terms("db", ("search",), ("notes",), 60.0, ""))
    assert found is not None
    with pytest.raises(CallRefused) as caught:
        answering(PARTS, ALICE, found)  # type: ignore[arg-type]
    assert caught.value.refusal.code == "access.nobody"
