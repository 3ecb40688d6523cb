"""Can those who are asked answer? Stages of nobody, logins that are nowhere, and groups that only ask themselves."""

import re
from collections.abc import Collection, Iterator
from typing import Final

from vecgate.domain.decision import Effect
from vecgate.domain.kinds import LOCK
from vecgate.parsing.words import did_you_mean
from vecgate.policy.rules.covers import shape
from vecgate.policy.rules.evaluate import PolicySet

_EMERGENCY: Final = re.compile(r"(?i)break.?glass|emergenc")

type Found = Iterator[tuple[str, str]]


def elsewhere(policies: PolicySet, issuers: Collection[str]) -> Found:
    """Approvers who log in where nobody can: what waits for them waits until it expires."""
    for rule in policies.rules:
        asked = rule.rule.approvers
        for value in asked.issuer if asked and issuers else ():
            if value not in issuers:
                said = f"no issuer of the settings is '{value}', so no approver can log in there"
                said += f"; they have {', '.join(issuers)}"
                yield rule.place, f"rule '{rule.rule.name}': {said}.{did_you_mean(value, issuers)}"


def nobody(policies: PolicySet) -> Found:
    """Stages that nobody could answer: without owners anywhere, or of nobody but those who ask."""
    owned = any(one.owners is not None for one in policies.sets.values())
    for rule in policies.rules:
        who = shape(rule).who
        for number, stage in enumerate(rule.approvers.stages if rule.approvers else (), 1):
            users = stage.circle.users
            spare = stage.circle.groups or stage.claims or stage.fallback.sources or stage.escalate.sources
            if stage.owners and not owned and not spare and not users:
                said = "asks the owners of a collection, and 'collections' names none"
                yield rule.place, f"rule '{rule.rule.name}': stage {number} {said}; nobody can answer it"
            elif users and not spare and not stage.owners and len(set(who.users)) == 1 and set(users) == set(who.users):
                said = f"asks nobody but {users[0]}, whom the rule is about; nobody can answer it"
                yield rule.place, f"rule '{rule.rule.name}': stage {number} {said}"


def emergencies(policies: PolicySet) -> Found:
    """Emergencies that hold people's daily work, and locks of theirs that nobody could lift."""
    for rule in policies.rules:
        if rule.effect is Effect.HOLD and _EMERGENCY.search(" ".join((rule.rule.name, *shape(rule).groups))):
            said = "holds whatever its people do, on any day: hold beats allow"
            said += "; an emergency is asked for: 'effect: request' with 'break_glass' in its 'grant'"
            yield rule.place, f"rule '{rule.rule.name}': {said}"
    lifts = any(LOCK in rule.kinds and rule.effect in (Effect.ALLOW, Effect.HOLD) for rule in policies.rules)
    for rule in () if lifts else policies.emergencies:
        said = "whoever is not reviewed in time is locked, and no rule lets anybody 'lock', so nobody could lift that"
        yield rule.place, f"rule '{rule.rule.name}': {said}"


def own_group(policies: PolicySet) -> Found:
    """Approvers who are all of the group that asks."""
    for rule in policies.rules:
        asked, groups = rule.approvers, shape(rule).groups
        if asked and asked.needed > 1 and groups and set(asked.groups) <= groups and not asked.users:
            said = f"{asked.needed} others of the caller's own group must agree, as nobody approves their own call"
            yield rule.place, f"rule '{rule.rule.name}': {said}; name another group of approvers, or say 'count: 1'"
