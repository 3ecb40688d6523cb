"""What cannot be taken back, or opens more from then on, and is allowed to whole groups without anybody's yes, is told."""

import pytest

from policy.review.test_idle_advice import rule, told
from support.tools.every import every
from vecgate.domain.kinds import OPERATION_KINDS

SAID = "without anybody's yes"
GRAVE = {kind for kind, group in OPERATION_KINDS.items() if group == "destroy"} | {"delete_filter", "tenant_admin", "auth_admin", "cluster_admin"}  # fmt: skip
ANYWHERE = {"unmask", "lock", "sessions_read", "policies_read"}


@every("kind", sorted(OPERATION_KINDS))
def test_each_kind_that_is_grave_is_told(kind: str) -> None:
    found = told(rule(ops=f"[{kind}]", where="anywhere" if kind in ANYWHERE else "{collections: [t]}"))
    assert (SAID in found) is (kind in GRAVE), found


@pytest.mark.parametrize(
    ("rules", "is_told"),
    [
        ([rule(ops="[destroy]")], True),
        ([rule(ops="['*']", where="anywhere", who="anyone")], True),
        ([rule(ops="[delete]")], True),
        ([rule(ops="[delete]", who="{users: [bot]}")], False),  # somebody by name
        ([rule(ops="[delete]", who="{groups: [g], claims: {amr: mfa}}")], False),
        ([rule(ops="[delete]", more="when: impact.records <= 20")], False),
        ([rule(ops="[delete]", more="rows: [{field: a, equals: b}]")], False),
        (
            [rule(ops="[delete]"), rule("h", ops="[delete_filter]", effect="hold", more="approvers: {groups: [o]}")],
            False,
        ),
        (
            [
                rule(ops="[delete]"),
                rule("h", ops="[delete]", effect="hold", who="{agents: [a]}", more="approvers: {groups: [o]}"),
            ],
            True,  # what holds agents lets people do it
        ),
        ([rule(ops="[delete]", effect="hold", more="approvers: {groups: [o]}")], False),
        ([rule(ops="[delete_ids, upsert]")], False),
    ],
)
def test_it_is_told_of_whole_groups_only_and_not_of_what_is_held_or_narrowed(rules: list[str], is_told: bool) -> None:
    assert (SAID in told(*rules)) is is_told


@pytest.mark.parametrize(("longest", "is_told"), [("8h", False), ("31d", False), ("32d", True), ("90d", True)])
def test_access_for_a_season_is_told(longest: str, is_told: bool) -> None:
    found = told(rule(effect="request", more=f"approvers: {{groups: [o]}}, grant: {{longest: {longest}}}"))
    assert ("nobody looks at again" in found) is is_told


@pytest.mark.parametrize(
    ("rules", "is_told"),
    [
        (rule(who="{claims: {act.sub: bot}}"), True),
        (rule(who="{groups: [g], claims: {act.act.sub: bot}}"), True),
        (rule(who="{claims: {active: true}}"), False),
        (rule(who="{claims: {act.sub: bot}}", effect="hold", more="approvers: {groups: [o]}"), False),
        (rule(who="{agents: [bot]}", effect="hold", more="approvers: {groups: [o]}"), False),
    ],
    ids=["actor", "behind it", "another claim", "held", "agents"],
)
def test_what_an_agent_may_and_its_person_may_not_is_told(rules: str, is_told: bool) -> None:
    assert ("what an agent's person may not do" in told(rules)) is is_told
