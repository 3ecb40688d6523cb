"""Which calls is one yes to a plan for, in which order, and whose yes does it take?

A plan is a held call whose steps are held calls: each is counted and shown as it would be alone. What one step is good
for is good for its place in this plan only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from vecgate.approvals.held import Held, digest
from vecgate.domain.approval import Approval, Approvers, Stage

#: So many calls have one yes, at the most: a person is to read them all.
MOST: Final = 20
METHOD: Final = "POST"
PATH: Final = "/.vecgate/v1/plans"


class Apart(ValueError):
    """Nobody can answer for all of it: its calls are decided on by people who log in at different places."""


def plan_of(steps: Sequence[Held], approvers: Approvers, why: str, policy: str) -> Held:
    """The plan of these calls, in this order. `why` is masked, and cut."""
    first = steps[0]
    return Held(
        requester=first.requester,
        user=first.user,
        upstream=_said(step.upstream for step in steps),
        rule=_said(step.rule for step in steps),
        operation="plan",
        target=_said(step.target for step in steps),
        method=METHOD,
        path=PATH,
        binding=digest("plan", first.requester, *(step.index for step in steps)),
        approvers=approvers,
        names=first.names,
        told=all(step.told for step in steps),
        why=why,
        policy=policy,
        steps=tuple(steps),
    )


def _said(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))


def good_for(plan: str, step: int, binding: str) -> str:
    """The digest of what a nonce is for: this call at this place of this plan."""
    return digest("step", plan, str(step), binding)


def spends(approval: Approval, binding: str) -> str:
    """For what the nonce of a yes is spent: the call, or the call at its place."""
    turn = approval.turn
    return binding if turn is None else good_for(turn.plan, turn.step, binding)


def strictest(each: Iterable[Approvers], pending: float = 0.0) -> Approvers:
    """Whose yes is one for all of these: the stages of each, unless those of another ask as much. Raises Apart.

    It waits as long as the most impatient of them, `pending` where one does not say.
    """
    known = list(dict.fromkeys(each))
    kept = list[Approvers]()
    for at, one in enumerate(known):
        others = [*kept, *known[at + 1 :]]
        if not any(_covers(other.stages, one.stages) for other in others):
            kept.append(one)
    places = [set(one.issuers) for one in known if one.issuers]
    issuers = set.intersection(*places) if places else set[str]()
    if places and not issuers:
        raise Apart
    reasons = dict.fromkeys(reason for one in known for reason in one.reasons)
    stages = tuple(stage for one in kept for stage in one.stages)
    waits = min(one.expires or pending for one in known) if any(one.expires for one in known) else 0.0
    return Approvers(
        stages,
        tuple(sorted(issuers)),
        reasons=tuple(reasons),
        expires=waits,
        deputies=tuple(dict.fromkeys(one for some in known for one in some.deputies)),
    )


def _covers(more: Sequence[Stage], less: Sequence[Stage]) -> bool:
    """Whether who has said yes at each of `more` has done so at each of `less`: of the same people, as many."""
    rest = iter(more)
    return all(any(_asks_as_much(one, stage) for one in rest) for stage in less)


def _asks_as_much(one: Stage, other: Stage) -> bool:
    as_many = one.need == "all" or (other.need != "all" and one.need >= other.need)
    return as_many and one.count >= other.count and replace(one, need=other.need, name=other.name) == other
