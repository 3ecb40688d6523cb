"""Which words about who is asked, and how much for, do nothing? Bounds that nothing reaches, people never asked."""

from collections.abc import Iterator
from typing import Final

from vecgate.domain.approval import Circle, Stage
from vecgate.domain.kinds import OPERATION_KINDS, UNMASK
from vecgate.domain.patterns import told_apart
from vecgate.domain.people import folded
from vecgate.parsing.words import did_you_mean
from vecgate.policy.language.automatic_words import Amounts, Automatic
from vecgate.policy.language.values import expand, lasting
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.covers import covered, shape
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.policy.rules.matching import glob

_AMOUNTS: Final = ("lasting", "records", "opened")
_READING: Final = frozenset(kind for kind, group in OPERATION_KINDS.items() if group in ("read", "reveal"))

type Found = Iterator[tuple[str, str]]


def found(policies: PolicySet) -> Found:
    """All of these."""
    for rule in policies.rules:
        for look in (_bounds, _stages, _times, _grants):
            yield from ((rule.place, f"rule '{rule.rule.name}': {said}") for said in look(rule))
        yield from ((rule.place, f"rule '{rule.rule.name}': {said}") for said in _owners(policies, rule))
    yield from _after(policies)
    yield from _deputies(policies)


def _after(policies: PolicySet) -> Found:
    """Requests that an earlier rule answers, as it lets the same people ask for as much."""
    asking = [*policies.asking.values()]
    for at, rule in enumerate(asking):
        mine = shape(rule)
        for other in (one for one in asking[:at] if one.glass == rule.glass):
            if covered(shape(other), mine) >= mine.kinds and _as_much(other, rule):
                said = f"nobody asks by it: '{other.rule.name}' ({other.place}) before it lets them ask for as much"
                yield rule.place, f"rule '{rule.rule.name}': {said}"
                break


def _as_much(one: CompiledRule, other: CompiledRule) -> bool:
    """Whether as much can be asked for by a rule as by the other one, and under the same mask."""
    bounds = ((getattr(_most(one), name), getattr(_most(other), name)) for name in _AMOUNTS)
    enough = all(top is None or (wanted is not None and wanted <= top) for top, wanted in bounds)
    return one.rule.mask == other.rule.mask and {*other.masks} <= {*one.masks} and enough


def _most(rule: CompiledRule) -> Amounts:
    """The most that can be asked for; of a held call nobody can say."""
    grant = rule.rule.grant
    if grant is None:
        return Amounts.model_construct(lasting=None, records=None, opened=None)
    return Amounts.model_construct(lasting=grant.longest, records=grant.records, opened=grant.opened)


def _bounds(rule: CompiledRule) -> Iterator[str]:
    most = _most(rule)
    for one in rule.automatic:
        head = f"the automatic answer '{one.name}'"
        beyond = _beyond(one.over, most)
        if one.over is not None and len(beyond) == len(one.over.model_fields_set):
            yield f"{head} is never given: nothing over {' or '.join(beyond)} can be asked for"
        elif beyond:
            yield f"{head}: nothing over {' or '.join(beyond)} can be asked for; leave that out of its 'over'"
        if one.answer == "approve" and not one.shadow and _all_of_it(rule, one, most):
            yield f"{head} approves all that can be asked for, so nobody is ever asked; say less, or 'effect: allow'"
        above = rule.rule.approvers.above if rule.rule.approvers else None
        if above and one.answer == "approve" and one.up_to and (one.up_to.records or above + 1) <= above:
            yield f"{head} is never given: up to {above} records pass by 'above' as it is"


def _beyond(over: Amounts | None, most: Amounts) -> list[str]:
    """Bounds that nothing goes over."""
    if over is None:
        return []
    bounds = ((name, getattr(over, name), getattr(most, name)) for name in _AMOUNTS)
    idle = ((name, bound) for name, bound, top in bounds if bound is not None and top is not None and bound >= top)
    return [f"'for: {lasting(bound)}'" if name == "lasting" else f"'{name}: {bound}'" for name, bound in idle]


def _all_of_it(rule: CompiledRule, one: Automatic, most: Amounts) -> bool:
    """Whether none of its conditions leaves anything out."""
    if one.hours or one.when is not None or rule.rule.grant is None:
        return False
    kinds = frozenset().union(*map(expand, one.operations)) if one.operations else rule.kinds
    bounds = () if one.up_to is None else ("lasting", "records", "opened")
    within = all(
        (bound := getattr(one.up_to, name)) is None or ((top := getattr(most, name)) is not None and top <= bound)
        for name in bounds
    )
    return rule.kinds <= kinds and (not one.masks or {*rule.masks} <= {*one.masks}) and within


def _stages(rule: CompiledRule) -> Iterator[str]:
    for number, stage in enumerate(rule.approvers.stages if rule.approvers else (), 1):
        head = f"stage {number}"
        if stage.circle.groups and stage.fallback.sources and not stage.owners and not _elsewhere(stage):
            yield f"{head}: its 'fallback' is never asked, as its groups always are; 'escalate' asks others as well"
        if stage.escalate.sources and _within(stage.escalate, stage.circle):
            yield f"{head}: 'escalate' asks nobody whom it does not ask from the start"
        records = rule.rule.grant.records if rule.rule.grant else None
        if stage.up_to is not None and records is not None and records <= stage.up_to:
            yield f"{head}: no more than {records} records can be asked for, so 'up_to: {stage.up_to}' does nothing"


def _elsewhere(stage: Stage) -> bool:
    """Whether more records than it may agree to are for its fallback."""
    return stage.up_to is not None and not stage.escalate.sources


def _within(one: Circle, other: Circle) -> bool:
    return {*one.groups} <= {*other.groups} and {*map(folded, one.users)} <= {*map(folded, other.users)}


def _times(rule: CompiledRule) -> Iterator[str]:
    approvers, grant = rule.approvers, rule.rule.grant
    ends, word = (grant.pending, "pending") if grant else (approvers.expires if approvers else 0.0, "expires")
    for number, stage in enumerate(approvers.stages if approvers and ends and not rule.glass else (), 1):
        if stage.after >= ends:
            said = f"'escalate' comes after {lasting(stage.after)}, and what waits is over after {lasting(ends)}"
            yield f"stage {number}: {said} ('{word}')"
    if grant is None and approvers and approvers.expires and (rule.rule.wait or 0.0) > approvers.expires:
        yield f"a call waits for longer ('wait') than it can be answered ('expires': {lasting(approvers.expires)})"


def _grants(rule: CompiledRule) -> Iterator[str]:
    grant = rule.rule.grant
    if grant is not None and grant.opened is not None and UNMASK not in rule.kinds:
        yield "'opened' in its 'grant' does nothing here: it is not about 'unmask'"
    if rule.rule.snapshot_first and rule.kinds <= _READING:
        yield "takes a snapshot before calls that change nothing ('snapshot_first')"


def _owners(policies: PolicySet, rule: CompiledRule) -> Iterator[str]:
    """Owners of collections that have none."""
    names = shape(rule).collections
    owned = [one for one in policies.sets.values() if one.owners is not None]
    for number, stage in enumerate(rule.approvers.stages if rule.approvers else (), 1):
        if stage.owners and owned and names and not stage.fallback.sources:
            without = [name for name in names.all if not any(_touch(name, one.patterns) for one in owned)]
            if without:
                said = f"asks owners, and 'collections' names none of {', '.join(without[:3])}; it has no 'fallback'"
                yield f"stage {number} {said}, so such calls are refused"


def _touch(one: str, others: tuple[str, ...]) -> bool:
    """Whether a name may fit both; in doubt it may."""
    texts = told_apart((one, *others))
    return texts is None or any(map(glob([one]), filter(glob(others), (*texts, one, *others))))


def _deputies(policies: PolicySet) -> Found:
    """Deputies in whose place nobody is asked, and groups of theirs that no rule asks."""
    stages = [stage for rule in policies.rules for stage in (rule.approvers.stages if rule.approvers else ())]
    owners = [one.owners for one in policies.sets.values() if one.owners is not None]
    circles = [circle for stage in stages for circle in stage.everybody]
    circles += [Circle(one.groups, one.users) for one in owners]
    groups = {name for one in circles for name in one.groups}
    users = {name for one in circles for name in one.users}
    by_name = any(stage.claims or stage.on_call for stage in stages)
    for one in policies.deputies:
        head = f"'{one.by}' answers for '{one.of}'"
        for group in (name for name in one.groups if name not in groups):
            yield "deputies", f"{head} and for group '{group}', which no rule asks.{did_you_mean(group, groups)}"
        if not by_name and one.of not in users and not groups & {*one.groups}:
            yield "deputies", f"{head}, whom no rule asks by name; say in 'groups' for which of their groups"
