"""Can those who are asked answer? Stages of nobody, logins that are nowhere, and groups that only ask themselves."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from vecgate.consent.judge import filled
from vecgate.domain.decision import Effect
from vecgate.domain.kinds import LOCK
from vecgate.domain.people import folded
from vecgate.parsing.words import did_you_mean
from vecgate.policy.language.automatic_words import Amounts, Automatic
from vecgate.policy.language.values import expand
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


def not_on_call(policies: PolicySet, known: Mapping[str, bool] | None) -> Found:
    """Names of who is on call that the settings do not have, or whose file names nobody now."""
    for rule in policies.rules if known is not None else ():
        for number, stage in enumerate(rule.approvers.stages if rule.approvers else (), 1):
            for name in stage.on_call:
                head = f"rule '{rule.rule.name}': stage {number} asks who is on call by the name '{name}'"
                if name not in (known or ()):
                    there = f"'approvals.on_call' of the settings has {', '.join(known or ()) or 'none'}"
                    yield rule.place, f"{head}, which nothing tells; {there}.{did_you_mean(name, [*(known or ())])}"
                elif not (known or {})[name]:
                    said = "its file names nobody now: it is missing, too old, not to be read, or others may write it"
                    yield rule.place, f"{head}; {said}"


def nobody(policies: PolicySet) -> Found:
    """Stages that nobody could answer: without owners anywhere, or of nobody but those who ask."""
    owned = any(one.owners is not None for one in policies.sets.values())
    for rule in policies.rules:
        who = shape(rule).who
        for number, stage in enumerate(rule.approvers.stages if rule.approvers else (), 1):
            users = stage.circle.users
            spare = (
                stage.circle.groups or stage.claims or stage.on_call or stage.fallback.sources or stage.escalate.sources
            )
            if stage.on_call and not (stage.fallback.sources or stage.circle.sources):
                said = "asks who is on call, and has no 'fallback': where that cannot be told, nobody can be asked"
                yield rule.place, f"rule '{rule.rule.name}': stage {number} {said}"
            elif stage.owners and not owned and not spare and not users:
                said = "asks the owners of a collection, and 'collections' names none"
                yield rule.place, f"rule '{rule.rule.name}': stage {number} {said}; nobody can answer it"
            elif not spare and not stage.owners and len(one := _people(users)) == 1 and one == _people(who.called):
                said = f"asks nobody but {users[0]}, whom the rule is about; nobody can answer it"
                yield rule.place, f"rule '{rule.rule.name}': stage {number} {said}"


def too_few(policies: PolicySet) -> Found:
    """Stages that name people one by one, and want more different ones than there are, over all stages."""
    for rule in policies.rules:
        asking = _people(shape(rule).who.called)
        places, people = list[frozenset[str]](), set[str]()
        for stage in rule.approvers.stages if rule.approvers else ():
            circle = stage.circle
            if circle.groups or stage.owners or stage.claims or stage.fallback.sources or stage.escalate.sources:
                continue  # who they are is not known here
            known = _people(circle.users)
            all_of_them = [frozenset({folded(user)}) for user in circle.users]
            places += all_of_them if stage.need == "all" else [known] * stage.need
            people |= known
        spare = people - asking if len(asking) == 1 else people
        if places and filled(places, [frozenset({user}) for user in sorted(spare)]) < len(places):
            said = f"wants {len(places)} yeses of different people, and those whom its stages name are {len(spare)}"
            yield rule.place, f"rule '{rule.rule.name}': {said} ({', '.join(sorted(spare)[:5])}); nobody can get it"


def _people(users: Iterable[str]) -> frozenset[str]:
    """Names that are like each other are one person's."""
    return frozenset(map(folded, users))


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


def never_answered(policies: PolicySet) -> Found:
    """Conditions that nothing fits: of kinds and masks that the rule has not, or behind one that takes all of it."""
    for rule in policies.rules:
        for at, one in enumerate(rule.automatic):
            listed = frozenset().union(*map(expand, one.operations)) if one.operations else rule.kinds
            before = (other for other in rule.automatic[:at] if not other.shadow)
            why = ""
            if listed.isdisjoint(rule.kinds):
                why = f"the rule is about none of {', '.join(one.operations)}"
            elif one.masks and not set(one.masks) & set(rule.masks):
                why = f"the rule has no mask {' or '.join(one.masks)}"
            elif (first := next((other for other in before if _takes(other, one)), None)) is not None:
                why = f"'{first.name}' before it answers all of that"
            if why:
                yield rule.place, f"rule '{rule.rule.name}': the automatic answer '{one.name}' is never given: {why}"


def _takes(first: Automatic, later: Automatic) -> bool:
    """Whether the first fits whatever the later one fits, as far as their words tell."""
    if not all(getattr(first, name) in (None, (), getattr(later, name)) for name in ("hours", "when", "over")):
        return False
    if first.hours and first.answer != later.answer:  # all of the time is not any of it
        return False
    if first.masks and not (later.masks and set(later.masks) <= set(first.masks)):
        return False
    if first.operations and not (later.operations and _kinds(later) <= _kinds(first) and later.answer == "approve"):
        return False
    return first.up_to is None or (later.up_to is not None and _least(later.up_to, first.up_to))


def _kinds(one: Automatic) -> frozenset[str]:
    return frozenset().union(*map(expand, one.operations))


def _least(one: Amounts, other: Amounts) -> bool:
    pairs = ((getattr(one, name), getattr(other, name)) for name in ("lasting", "records", "opened"))
    return all(most is None or (mine is not None and mine <= most) for mine, most in pairs)


def chained(policies: PolicySet) -> Found:
    """Deputies who are away themselves: nobody stands in for a deputy."""
    for one in policies.deputies:
        for other in policies.deputies:
            if other.of == one.by and other.begins < one.ends and one.begins < other.ends:
                said = f"'{one.by}' answers for '{one.of}', and '{other.by}' for '{one.by}' at the same time"
                yield (
                    "deputies",
                    f"{said}; a deputy has no deputy, so nobody answers for '{one.of}' then",
                )


def own_group(policies: PolicySet) -> Found:
    """Approvers who are all of the group that asks."""
    for rule in policies.rules:
        asked, groups = rule.approvers, shape(rule).groups
        if asked and asked.needed > 1 and groups and set(asked.groups) <= groups and not asked.users:
            said = f"{asked.needed} others of the caller's own group must agree, as nobody approves their own call"
            yield rule.place, f"rule '{rule.rule.name}': {said}; name another group of approvers, or say 'count: 1'"


def words(policies: PolicySet) -> Found:
    """All of these that the rules alone tell."""
    for look in (nobody, too_few, own_group, emergencies, never_answered, chained):
        yield from look(policies)
