"""Does a rule count just now? What it asks beside who, where and which operation: times, and `when`."""

from dataclasses import dataclass
from math import inf
from typing import Final

from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.policy.language.model import Except, Rule
from vecgate.policy.language.times import Hours, said
from vecgate.policy.language.values import OPENING, expand
from vecgate.policy.language.whens import Untold, When
from vecgate.policy.rules.circumstances import Circumstances
from vecgate.policy.rules.matching import COLLECTIONS, Check, criteria

#: Criteria of the names that a call touches.
NAMED: Final = frozenset({COLLECTIONS, "without_collection"})


@dataclass(frozen=True, slots=True)
class Exempted:
    """Calls that a rule is not about; without `kinds` of any kind."""

    said: str
    kinds: frozenset[str] | None
    checks: tuple[Check, ...]
    named: bool  # whether it turns on the names of collections

    def fits(self, principal: Principal, operation: Operation, upstream: str) -> bool:
        """Whether it is about a call."""
        return (self.kinds is None or operation.kind in self.kinds) and all(
            check.test(principal, operation, upstream) for check in self.checks
        )

    def may_fit(self, principal: Principal, operation: Operation, upstream: str) -> bool:
        """The same, whatever its collections are called."""
        tests = (check.test for check in self.checks if check.about not in NAMED)
        return (self.kinds is None or operation.kind in self.kinds) and all(
            test(principal, operation, upstream) for test in tests
        )


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a rule asks of the circumstances. `opens`: whether it gives something, so that in doubt it does not."""

    opens: bool
    begins: float = -inf
    ends: float = inf
    hours: tuple[Hours, ...] = ()
    when: When | None = None
    excepts: tuple[Exempted, ...] = ()

    @property
    def timed(self) -> bool:
        """Whether it turns on the time that it is there."""
        return bool(self.hours) or self.begins > -inf or self.ends < inf

    def counts(self, now: Circumstances) -> bool:
        """Whether the rule is there at all, as far as the time tells."""
        if now.at is None:
            return not (self.opens and self.timed)
        return self.begins <= now.at < self.ends and (not self.hours or any(one.hold(now.at) for one in self.hours))

    def turns(self, at: float) -> float:
        """The first moment after this one at which it may begin or cease to count."""
        edges = (self.begins, self.ends, *(one.turns(at) for one in self.hours))
        return min((edge for edge in edges if edge > at), default=inf)

    def misses(self, principal: Principal, operation: Operation, upstream: str, now: Circumstances) -> tuple[str, ...]:
        """Why it is not about a call, in words."""
        excepted = (one for one in self.excepts if one.fits(principal, operation, upstream))
        apart = (*self._apart(now), *(f"except: not about {one.said}" for one in excepted))
        return (*apart, *self._unmet(principal, operation, upstream, now))

    def _unmet(self, principal: Principal, operation: Operation, upstream: str, now: Circumstances) -> tuple[str, ...]:
        try:
            met = self.when is None or self.when.holds(now.about(principal, operation, upstream, self.when.names))
        except Untold as e:
            return (f"when: cannot be told, so the call is denied where all else fits ({e})",)
        return () if met or self.when is None else (f"when: wants {' '.join(self.when.text.split())}",)

    def _apart(self, now: Circumstances) -> tuple[str, ...]:
        if now.at is None or self.counts(now):
            return ()
        if now.at < self.begins:
            return (f"from: begins {said(self.begins)}",)
        if now.at >= self.ends:
            return (f"until: over since {said(self.ends)}",)
        return (f"hours: wants {' or '.join(map(str, self.hours))}",)

    def __str__(self) -> str:
        begins = f"from {said(self.begins)}" if self.begins > -inf else ""
        ends = f"until {said(self.ends)}" if self.ends < inf else ""
        when = f"when {' '.join(self.when.text.split())}" if self.when is not None else ""
        times = ", ".join(filter(None, (begins, ends, " or ".join(map(str, self.hours)), when)))
        excepts = f"except {'; '.join(one.said for one in self.excepts)}" if self.excepts else ""
        return " ".join(filter(None, (f"only {times}" if times else "", excepts)))

    @property
    def key(self) -> frozenset[object]:
        """What it asks, each by itself: who asks for a part of it asks for less."""
        spans = {("from", self.begins), ("until", self.ends)} - {("from", -inf), ("until", inf)}
        hours = (("hours", self.hours),) if self.hours else ()
        when = (("when", self.when),) if self.when is not None else ()
        return frozenset({*spans, *hours, *when, *(("except", one.said) for one in self.excepts)})


def conditions(rule: Rule) -> Conditions | None:
    """The conditions of a rule; None where it has none, as most."""
    if rule.begins is None and rule.until is None and not rule.hours and rule.when is None and not rule.excepts:
        return None
    begins, ends = -inf if rule.begins is None else rule.begins, inf if rule.until is None else rule.until
    excepts = tuple(_exception(one, rule.effect) for one in rule.excepts)
    return Conditions(rule.effect in OPENING, begins, ends, rule.hours, rule.when, excepts)


def _exception(one: Except, effect: str) -> Exempted:
    # Of what is allowed any collection excepts a call, of what is denied or held it takes all of them.
    found = criteria(one.who, one.where, "deny" if effect in OPENING else "allow")
    kinds = frozenset().union(*map(expand, one.operations)) if one.operations else None
    parts = [f"{check.about} {check.wants}" for check in found]
    parts += [f"operations {', '.join(one.operations)}"] if one.operations else []
    return Exempted(", ".join(parts), kinds, found, any(check.about in NAMED for check in found))
