"""Does a rule count just now? What it asks beside who, where and which operation: times, and `when`."""

from dataclasses import dataclass
from math import inf

from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.policy.language.model import Rule
from vecgate.policy.language.times import Hours, said
from vecgate.policy.language.values import OPENING
from vecgate.policy.language.whens import Untold, When
from vecgate.policy.rules.circumstances import Circumstances


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a rule asks of the circumstances. `opens`: whether it gives something, so that in doubt it does not."""

    opens: bool
    begins: float = -inf
    ends: float = inf
    hours: tuple[Hours, ...] = ()
    when: When | None = None

    @property
    def timed(self) -> bool:
        """Whether it turns on the time that it is there."""
        return bool(self.hours) or self.begins > -inf or self.ends < inf

    def counts(self, now: Circumstances) -> bool:
        """Whether the rule is there at all, as far as the time tells."""
        if now.at is None:
            return not (self.opens and self.timed)
        return self.begins <= now.at < self.ends and (not self.hours or any(one.hold(now.at) for one in self.hours))

    def misses(self, principal: Principal, operation: Operation, upstream: str, now: Circumstances) -> tuple[str, ...]:
        """Why it is not about a call, in words."""
        return (*self._apart(now), *self._unmet(principal, operation, upstream, now))

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
        return ", ".join(filter(None, (begins, ends, " or ".join(map(str, self.hours)), when)))

    @property
    def key(self) -> frozenset[object]:
        """What it asks, each by itself: who asks for a part of it asks for less."""
        spans = {("from", self.begins), ("until", self.ends)} - {("from", -inf), ("until", inf)}
        hours = (("hours", self.hours),) if self.hours else ()
        return frozenset({*spans, *hours, *((("when", self.when),) if self.when is not None else ())})


def conditions(rule: Rule) -> Conditions | None:
    """The conditions of a rule; None where it has none, as most."""
    if rule.begins is None and rule.until is None and not rule.hours and rule.when is None:
        return None
    begins, ends = -inf if rule.begins is None else rule.begins, inf if rule.until is None else rule.until
    return Conditions(rule.effect in OPENING, begins, ends, rule.hours, rule.when)
