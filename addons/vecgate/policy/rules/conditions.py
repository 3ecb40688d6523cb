"""Does a rule count just now? What it asks beside who, where and which operation: `from`, `until` and `hours`."""

from dataclasses import dataclass
from math import inf

from vecgate.policy.language.model import Rule
from vecgate.policy.language.times import Hours, said
from vecgate.policy.language.values import OPENING
from vecgate.policy.rules.circumstances import Circumstances


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a rule asks of the circumstances. `opens`: whether it gives something, so that in doubt it does not."""

    opens: bool
    begins: float = -inf
    ends: float = inf
    hours: tuple[Hours, ...] = ()

    def counts(self, now: Circumstances) -> bool:
        """Whether the rule is there at all, as far as the time tells."""
        if now.at is None:
            return not self.opens
        return self.begins <= now.at < self.ends and (not self.hours or any(one.hold(now.at) for one in self.hours))

    def misses(self, now: Circumstances) -> tuple[str, ...]:
        """Why it is not, in words."""
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
        return ", ".join(filter(None, (begins, ends, " or ".join(map(str, self.hours)))))

    @property
    def key(self) -> frozenset[object]:
        """What it asks, each by itself: who asks for a part of it asks for less."""
        spans = {("from", self.begins), ("until", self.ends)} - {("from", -inf), ("until", inf)}
        return frozenset({*spans, *((("hours", self.hours),) if self.hours else ())})


def conditions(rule: Rule) -> Conditions | None:
    """The conditions of a rule; None where it has none, as most."""
    if rule.begins is None and rule.until is None and not rule.hours:
        return None
    begins = -inf if rule.begins is None else rule.begins
    return Conditions(rule.effect in OPENING, begins, inf if rule.until is None else rule.until, rule.hours)
