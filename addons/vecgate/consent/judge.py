"""May this person say yes or no, and which stage is asked next? One judge for held calls and for requests for access.

Pure: votes in the order they were given, and a time, make the standing. One person has one vote over all stages, under
whatever login; never one who asked, or who acts with who asked (`act`), nor one acting for them, nor the client that
either's token was issued to. Whoever acts for somebody gives no yes in their place: a yes is a person's own. A stage
is over when each of its seats has somebody; nobody is asked of a later one before. Where nobody has answered for long,
others are asked as well; a stage is never left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from vecgate.domain.approval import Approvers, Stage, Vote
from vecgate.domain.people import around, folded, meet
from vecgate.domain.principal import Principal

#: What the judge objects, but `twice`, which is a state of the one who says it twice.
OBJECTIONS: Final = frozenset({"self", "agent", "group", "later", "over", "filled", "reason", "unsigned"})


type Fits = tuple[str, ...]


class Objection(Exception):
    """It cannot be done. `why` is self, agent, group, later, filled, twice, reason, or what else the mover knows."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged: who is asked, since when, and who asks (`names`: all that stand behind them, folded).

    `at`: what time it is, for deputies.
    """

    approvers: Approvers
    names: frozenset[str]
    since: float = 0.0
    at: float = 0.0

    def is_own(self, principal: Principal) -> bool:
        """Whether this is who asked, or may be, or acts with them."""
        return meet(self.names, around(principal))


def seats(stage: Stage, *, escalated: bool) -> tuple[frozenset[str], ...]:
    """What has to be filled: a seat for each yes, with what one must be to sit there."""
    sources, more = stage.circle.sources, frozenset(stage.escalate.sources if escalated else ())
    if stage.need == "all":
        return tuple(more | {source} for source in sources)
    return (more.union(sources),) * stage.need


def filled(places: Sequence[frozenset[str]], sitting: Sequence[frozenset[str]]) -> int:
    """How many places these people can fill, nobody more than one: a matching, each in turn finding room."""
    taken: dict[int, int] = {}

    def sits(person: int, tried: set[int]) -> bool:
        for place, fits in enumerate(places):
            if place not in tried and fits & sitting[person]:
                tried.add(place)
                if place not in taken or sits(taken[place], tried):
                    taken[place] = person
                    return True
        return False

    return sum(sits(person, set()) for person in range(len(sitting)))


def _of(votes: Sequence[Vote], stage: int) -> list[frozenset[str]]:
    return [frozenset(vote.fits) for vote in votes if vote.stage == stage]


def waiting(approvers: Approvers, votes: Sequence[Vote]) -> int:
    """The stage whose people are asked now; as many as there are stages: all have said yes."""
    for at, stage in enumerate(approvers.stages):
        places = seats(stage, escalated=True)  # whoever was not asked yet has no vote
        if filled(places, _of(votes, at)) < len(places):
            return at
    return len(approvers.stages)


def _fits(stage: Stage, principal: Principal, *, escalated: bool = True) -> tuple[str, ...]:
    """What of a stage somebody is."""
    circles = (stage.circle, stage.escalate) if escalated else (stage.circle,)
    groups = (f"group:{name}" for one in circles for name in one.groups if name in principal.groups)
    # A like name is not enough here: it lets nobody in.
    users = (f"user:{name}" for one in circles for name in one.users if name in (principal.user, principal.key))
    return (*groups, *users)


def _places(case: Case, stage: Stage, principal: Principal, *, escalated: bool = True) -> Iterator[tuple[str, Fits]]:
    """In whose place somebody can sit at a stage, and what they are then: in their own (empty), or as a deputy.

    As a deputy only by name, and never for what was asked by whom they stand in for. A deputy has no deputy: who stands
    in for them has what is theirs by themselves.
    """
    if fits := _fits(stage, principal, escalated=escalated):
        yield "", fits
    circles = (stage.circle, stage.escalate) if escalated else (stage.circle,)
    for one in case.approvers.deputies:
        is_theirs = one.by in (principal.user, principal.key) and one.begins <= case.at < one.ends
        if is_theirs and folded(one.of) not in case.names:
            sources = {f"user:{one.of}", *(f"group:{name}" for name in one.groups)}
            if fits := tuple(source for circle in circles for source in circle.sources if source in sources):
                yield one.of, fits


def _escalated(case: Case, stage: int, votes: Sequence[Vote], now: float) -> bool:
    """Whether a stage has waited so long that others are asked as well."""
    after = case.approvers.stages[stage].after
    since = max([case.since, *(vote.at for vote in votes if vote.stage < stage)])
    return after > 0 and now >= since + after


def _elsewhere(case: Case, principal: Principal) -> bool:
    return bool(case.approvers.issuers) and principal.issuer not in case.approvers.issuers


def may_answer(case: Case, principal: Principal) -> str:
    """Why this person has no say in it, at any stage; empty: they have. Whoever has may say no at any time."""
    if case.is_own(principal):
        return "self"
    has = not _elsewhere(case, principal) and any(any(_places(case, s, principal)) for s in case.approvers.stages)
    return "" if has else "group"


def yes(case: Case, votes: Sequence[Vote], principal: Principal, now: float) -> Vote:
    """The vote that this person gives. Raises Objection."""
    case = replace(case, at=now)
    if why := may_answer(case, principal):
        raise Objection(why)
    if "act" in principal.claims:
        raise Objection("agent")
    names, at = around(principal), waiting(case.approvers, votes)
    if any(meet(names, {*vote.names}) for vote in votes):
        raise Objection("twice")
    if at == len(case.approvers.stages):
        raise Objection("over")
    stage = case.approvers.stages[at]
    escalated = _escalated(case, at, votes, now)
    fits = [*_places(case, stage, principal, escalated=escalated)]
    if not fits:
        later = any(any(_places(case, one, principal)) for one in case.approvers.stages[at:])
        raise Objection("later" if later else "over")
    places, sitting = seats(stage, escalated=escalated), _of(votes, at)
    said = {name for vote in votes for name in vote.names}
    for place, what in fits:
        if (not place or folded(place) not in said) and _seated(places, sitting, what):
            both = names | ({folded(place)} if place else set())
            return Vote(principal.user, now, principal.key, at, what, tuple(sorted(both)), place=place)
    raise Objection("filled")


def _seated(places: Sequence[frozenset[str]], sitting: Sequence[frozenset[str]], fits: Fits) -> bool:
    return filled(places, [*sitting, frozenset(fits)]) > filled(places, sitting)


def no(case: Case, principal: Principal, reason: str) -> None:
    """Whether this person may say no, in these words. Raises Objection."""
    if why := may_answer(case, principal):
        raise Objection(why)
    if "denying" in case.approvers.reasons and not reason:
        raise Objection("reason")


def is_over(case: Case, votes: Sequence[Vote]) -> bool:
    """Whether all stages have said yes."""
    return waiting(case.approvers, votes) == len(case.approvers.stages)
