"""What can this person do, and what are they asked about? The rules about somebody, the strongest first, and those
that wait for a yes of theirs: their own, or as a deputy.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from vecgate.domain.approval import Stage
from vecgate.domain.decision import Effect
from vecgate.policy.asked.who import ANY_TIME, Around, Entry, span
from vecgate.policy.language.model import Where, Who
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.covers import may_be_one, shape
from vecgate.policy.rules.evaluate import PolicySet

_GLOB: Final = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class What:
    """One rule about somebody; with the claims that it takes besides."""

    entry: Entry

    def __str__(self) -> str:
        rule = self.entry.rule.rule
        who = rule.who if isinstance(rule.who, Who) else Who()
        claims = [f"claim {name} {', '.join(map(str, values))}" for name, values in who.claims.items()]
        claims += [f"agents {', '.join(who.acting)}"] if who.acting else []
        notes = [f"with {' and '.join(claims)}"] if claims else []
        line = f"{rule.effect:7} {', '.join(rule.operations)}; by '{rule.name}' ({self.entry.rule.place})"
        return "; ".join([line, *notes, *self.entry.notes()])


@dataclass(frozen=True, slots=True)
class Answers:
    """A rule whose requests they may answer: at these stages, as whom, and how that comes."""

    rule: CompiledRule
    stages: tuple[int, ...]
    how: str

    def __str__(self) -> str:
        rule, stages = self.rule.rule, ", ".join(map(str, self.stages))
        verb = "reviews" if self.rule.glass else "answers"
        line = f"{verb} {', '.join(rule.operations)}; of '{rule.name}' ({self.rule.place})"
        return f"{line}, stage{'s' if len(self.stages) > 1 else ''} {stages}; {self.how}"


def what(policies: PolicySet, user: str, groups: frozenset[str], around: Around = ANY_TIME) -> Iterator[What]:
    """The rules about a person of these groups, whatever else their token says."""
    before = list[CompiledRule]()
    for rule in sorted(policies.rules, key=lambda rule: rule.rank):
        who = rule.rule.who
        if isinstance(who, str) or _is_meant(who, user, groups):
            stronger = (one.rule.name for one in before if _may_decide(one, rule))
            yield What(Entry(rule, "", tuple(stronger), around))
            if around.at is None or not rule.over(around.at):
                before.append(rule)


def answers(policies: PolicySet, user: str, groups: frozenset[str], around: Around = ANY_TIME) -> Iterator[Answers]:
    """What they may be asked about, by name and group. Owners, claims and who is on call are known once it is asked."""
    for rule in policies.rules:
        asked = rule.approvers
        if asked is None or (around.at is not None and rule.over(around.at)):
            continue
        if found := _at(asked.stages, {user}, groups):
            yield Answers(rule, found, "but never what they ask for themselves")
        for one in around.deputies:
            if one.by == user and (found := _at(asked.stages, {one.of}, frozenset(one.groups))):
                yield Answers(rule, found, f"as a deputy of {one.of}, {span(one)}; never what {one.of} asks for")


def _at(stages: tuple[Stage, ...], users: set[str], groups: frozenset[str]) -> tuple[int, ...]:
    """The stages, from 1, at which somebody of these may answer, be it as a fallback."""
    return tuple(
        number
        for number, stage in enumerate(stages, 1)
        if any(
            not users.isdisjoint(one.users) or not groups.isdisjoint(one.groups)
            for one in (stage.circle, stage.fallback, stage.escalate)
        )
    )


def _may_decide(one: CompiledRule, rule: CompiledRule) -> bool:
    """Whether a stronger rule may decide some call in the place of this one."""
    if one.effect is rule.effect or one.kinds.isdisjoint(rule.kinds):
        return False
    if rule.effect is Effect.REQUEST and one.effect is not Effect.DENY:  # what is granted decides before
        return False
    return may_be_one(shape(one), shape(rule)) and not _apart(one, rule)


def _apart(one: CompiledRule, other: CompiledRule) -> bool:
    """Whether both name their places one by one, and no place of one is the other's."""
    a, b = (found.rule.where if isinstance(found.rule.where, Where) else Where() for found in (one, other))
    pairs = (
        (a.upstreams, b.upstreams),
        (a.tenants, b.tenants),
        (a.databases, b.databases),
        (a.collections, b.collections),
    )
    return any(
        ours
        and theirs
        and {*ours}.isdisjoint(theirs)
        and not any(_GLOB & {*name} or "{" in name for name in (*ours, *theirs))
        for ours, theirs in pairs
    )


def _is_meant(who: Who, user: str, groups: frozenset[str]) -> bool:
    return (
        (not who.called or user in who.called)
        and (not who.groups or not groups.isdisjoint(who.groups))
        and groups.isdisjoint(who.except_groups)
    )
