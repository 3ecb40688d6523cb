"""Until when does a decision stand? Rules begin and end (`from`, `until`, `hours`): then it is made anew, or over."""

from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import Final
from weakref import WeakKeyDictionary

from vecgate.domain.decision import Decision, Effect
from vecgate.policy.rules.circumstances import Circumstances
from vecgate.policy.rules.evaluate import PolicySet

#: Told a time, until when a decision surely stands; a moment that is not after it: it does not any more.
type Stands = Callable[[float], float]

#: For each set the time of a look at all its rules, and until when that look is good.
_LOOKS: Final[WeakKeyDictionary[PolicySet, tuple[float, float]]] = WeakKeyDictionary()


def turns(policies: PolicySet, at: float) -> float:
    """The first moment after this one at which a rule of the set may begin or end."""
    looked, until = _LOOKS.get(policies, (inf, -inf))
    if not looked <= at < until:
        timed = (rule.conditions for rule in policies.rules if rule.conditions is not None and rule.conditions.timed)
        until = min((one.turns(at) for one in timed), default=inf)
        _LOOKS[policies] = at, until
    return until


def stands(
    policies: PolicySet, decide: Callable[[Circumstances], Decision], now: Circumstances, made: Decision
) -> Stands | None:
    """How a decision that was just made is held against time; None: no time ends it, or it is a no."""
    if now.at is None or made.effect is Effect.DENY or turns(policies, now.at) == inf:
        return None
    until = turns(policies, now.at)

    def still(at: float) -> float:
        nonlocal until
        if -inf < until <= at:  # once it is over it does not come back
            until = turns(policies, at) if _alike(decide(replace(now, at=at)), made) else -inf
        return until

    return still


def _alike(one: Decision, other: Decision) -> bool:
    """Whether they come to the same: by another rule, or under another mask, it would be another answer."""
    return (one.effect, one.rule, one.mask, one.rows) == (other.effect, other.rule, other.mask, other.rows)
