"""Who is asked about this? Owners of what it touches, and those whom claims name, are people once it is asked.

Nobody is left out in silence: where a stage comes to nobody, its fallback is asked, and without one nothing can be.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from vecgate.consent.judge import filled, seats
from vecgate.domain.approval import NOBODY, Approvers, Circle, Stage
from vecgate.domain.claims import claim
from vecgate.domain.patterns import within
from vecgate.domain.people import behind, folded
from vecgate.domain.principal import Principal
from vecgate.policy.rules.evaluate import PolicySet

#: Who is on call by a name; nobody where that cannot be told.
type OnCall = Callable[[str], tuple[str, ...]]


class Nobody(LookupError):
    """A stage asks nobody. The text says which, and why."""


def asked(
    approvers: Approvers,
    policies: PolicySet,
    principal: Principal,
    collections: Iterable[str],
    records: int | None,
    on_call: OnCall = lambda _name: (),
) -> Approvers:
    """Who is asked about these collections (or patterns), and so many records (None: nobody can say). Raises Nobody."""
    names = tuple(dict.fromkeys(collections))
    stages = (one for stage in approvers.stages for one in _known(stage, policies, principal, names, records, on_call))
    approvers = replace(approvers, stages=tuple(stages))
    theirs = tuple(
        one for one in policies.deputies if one.of in approvers.users or set(one.groups) & {*approvers.groups}
    )
    return replace(approvers, deputies=theirs) if theirs else approvers


def _known(
    stage: Stage,
    policies: PolicySet,
    principal: Principal,
    names: tuple[str, ...],
    records: int | None,
    on_call: OnCall,
) -> Iterator[Stage]:
    """A stage of people; several, one after the other, where what is touched has different owners."""
    if stage.up_to is not None and (records is None or records > stage.up_to):
        others = stage.escalate if stage.escalate.sources else stage.fallback
        yield _of(stage, others, "so many records", principal)
        return
    called = (one for name in stage.on_call for one in on_call(name) if folded(one) not in behind(principal))
    circle = _with(stage.circle, Circle((), (*_named(stage, principal), *called)))
    if not stage.owners:
        yield _of(stage, circle, "nobody else is on call" if stage.on_call else "the claim names nobody", principal)
        return
    for owners in dict.fromkeys(_owners(policies, name) for name in names or ("",)):
        # Where one of them has no owners, those who are asked besides do not speak for it.
        people = _with(circle, owners) if owners.sources else NOBODY
        yield _of(stage, people, "a collection has no owners", principal)


def _of(stage: Stage, circle: Circle, why: str, principal: Principal) -> Stage:
    for known in (circle, stage.fallback):
        found = replace(stage, circle=known, owners=False, claims=(), on_call=(), fallback=NOBODY, up_to=None)
        if known.sources and _answerable(found, principal):
            return found
    said = "too few are left who did not ask" if circle.sources else why
    raise Nobody(f"{stage.name or stage.people}: {said}")


def _answerable(stage: Stage, principal: Principal) -> bool:
    """Whether others than who asks could give every yes, be it later. Of groups nobody knows who is in them."""
    own = {folded(principal.key), folded(principal.user)}
    places = seats(stage, escalated=True)
    named = {source for place in places for source in place}
    groups = [frozenset({one}) for one in named if one.startswith("group:") for _ in places]
    users = {folded(one.removeprefix("user:")): frozenset({one}) for one in sorted(named) if one.startswith("user:")}
    return filled(places, [*groups, *(fits for name, fits in users.items() if name not in own)]) == len(places)


def _with(one: Circle, other: Circle) -> Circle:
    return Circle(tuple(dict.fromkeys((*one.groups, *other.groups))), tuple(dict.fromkeys((*one.users, *other.users))))


def _named(stage: Stage, principal: Principal) -> tuple[str, ...]:
    """The users whom claims of the requester name; what is no text names nobody."""
    found = list[str]()
    for name in stage.claims:
        value = claim(principal.claims, name)
        found += [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str) and one]
    return tuple(dict.fromkeys(found))


def _owners(policies: PolicySet, name: str) -> Circle:
    """The owners of a collection, or of all that a pattern stands for: of the first set that has it."""
    for found in policies.sets.values():
        if name and within(name, found.patterns) and found.owners is not None:
            return Circle(found.owners.groups, found.owners.users)
    return NOBODY
