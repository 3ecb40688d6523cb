"""Who can do this? The rules about a kind of operation at a place, each with whom it lets, and what that depends on.

A line tells of its rule what else it takes: the time (and whether it counts just now), the place, rows, whose yes and
who stands in for them, the mask, and in `mode: observe` that its no is only noted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from vecgate.domain.approval import Deputy
from vecgate.domain.decision import Effect
from vecgate.domain.kinds import BY_NAME, UNMASK
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.policy.language.model import RowFilter, Where, Who
from vecgate.policy.language.times import said as moment
from vecgate.policy.language.values import lasting
from vecgate.policy.rules.circumstances import Circumstances
from vecgate.policy.rules.claimed import claim_in
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.covers import may_be_one, shape, whom
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.policy.rules.matching import Check

_NOBODY: Final = Principal("", "", "", frozenset(), 0)


@dataclass(frozen=True, slots=True)
class Around:
    """What else answers turn on: what time it is (None: any), who stands in for whom, and what is only observed.

    `observed`: how long refusals by policy are only noted, in words; empty: they are enforced.
    """

    at: float | None = None
    deputies: tuple[Deputy, ...] = ()
    observed: str = ""

    @classmethod
    def of(cls, policies: PolicySet, at: float, observed: str = "") -> "Around":
        """That of a set, at this moment: deputies of the past are none."""
        return cls(at, tuple(one for one in policies.deputies if at < one.ends), observed)


ANY_TIME: Final = Around()


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule that is about the call. `outranked` names the rule that always decides in its place."""

    rule: CompiledRule
    outranked: str = ""
    unless: tuple[str, ...] = ()
    around: Around = ANY_TIME

    @property
    def lets(self) -> bool:
        """Whether anybody can do it by this rule, now or at another time: not where it is over for good."""
        if self.rule.effect is Effect.DENY:
            return self._is_noted
        return not self.outranked and not (self.around.at is not None and self.rule.over(self.around.at))

    @property
    def _is_noted(self) -> bool:
        """Whether a no by it is only observed; never for what only its own name opens."""
        says_no = self.rule.effect in (Effect.DENY, Effect.HOLD)
        return bool(self.around.observed) and says_no and not self.rule.kinds <= BY_NAME | {UNMASK}

    def __str__(self) -> str:
        rule = self.rule.rule
        line = f"{rule.effect:5} {people(rule.who)}, by '{rule.name}' ({self.rule.place})"
        return "; ".join([line, *self.notes()])

    def notes(self) -> list[str]:
        """Where, of which rows, how long, after whose yes, when, how masked, and what decides in its place."""
        rule = self.rule.rule
        notes = [f"in {self._place()}"] if self._place() else []
        if rule.rows:
            notes.append(f"of rows with {', '.join(map(_row, rule.rows))}")
        if rule.grant:
            notes.append(f"for {lasting(rule.grant.longest)} at most")
        notes += [*self._asked(), *self._deputies()]
        if self.rule.conditions is not None:
            notes.append(str(self.rule.conditions) + self._now())
        if masks := self.rule.masks:
            more = ", as was asked for" if len(masks) > 1 else ""
            notes.append(f"shown with {' or '.join(map(repr, masks))}{more}")
        if self._is_noted:
            notes.append(f"only observed: that is noted, and passes ({self.around.observed})")
        return notes + self._others()

    def _asked(self) -> Iterator[str]:
        """Whose yes it takes."""
        if self.rule.glass:
            yield f"by breaking the glass: nobody is asked, and {self.rule.approvers} review it"
        elif self.rule.approvers:
            yield f"once {self.rule.approvers} agree"

    def _others(self) -> list[str]:
        """Which other rules decide."""
        if self.outranked:
            return [f"but '{self.outranked}' decides"]
        return [f"unless {', '.join(repr(name) for name in self.unless)} decides"] if self.unless else []

    def _now(self) -> str:
        """Whether it counts just now, where time tells."""
        found, at = self.rule.conditions, self.around.at
        if found is None or at is None or not found.timed:
            return ""
        if found.ends <= at:
            return " (over)"
        return " (now)" if found.counts(Circumstances(at, None, None, None)) else " (not now)"

    def _deputies(self) -> Iterator[str]:
        """Who may answer in somebody's place."""
        if (asked := self.rule.approvers) is None:
            return
        for one in self.around.deputies:
            whose = [f"user {one.of}"] if one.of in asked.users else []
            whose += [name for name in one.groups if name in asked.groups]
            if whose:
                yield f"{one.by} as a deputy of {one.of} ({', '.join(whose)}) {span(one)}"

    def _place(self) -> str:
        wanted = {check.about: check.wants for check in self.rule.checks}
        named = ((key, wanted[key]) for key in ("upstreams", "tenants", "databases", "collections") if key in wanted)
        return ", ".join(f"{key} {wants}" for key, wants in named)


def span(one: Deputy) -> str:
    """From when until when somebody stands in."""
    return f"from {moment(one.begins)} until {moment(one.ends)}"


def _row(row: RowFilter) -> str:
    return f"{row.field} = {' or '.join(map(str, row.wanted))}"


def people(who: Who | str) -> str:
    """Whom a rule is about, for people."""
    if isinstance(who, str):
        return "anyone"
    parts = [f"{key} {', '.join(names)}" for key, names in (("groups", who.groups), ("users", who.called)) if names]
    parts += [f"claim {name} {', '.join(map(str, values))}" for name, values in who.claims.items()]
    parts += [f"agents {', '.join(who.acting)}"] if who.acting else []
    parts += [f"all but groups {', '.join(who.except_groups)}"] if who.except_groups else []
    return " with ".join(parts)


def who(policies: PolicySet, operation: Operation, upstream: str, around: Around = ANY_TIME) -> Iterator[Entry]:
    """The rules about an operation, the strongest first. What is not said of a place (`""`, None) may be any."""
    said = {
        "upstreams": bool(upstream),
        "tenants": operation.tenant is not None,
        "databases": operation.database is not None,
        "collections": bool(operation.collections),
        "without_collection": bool(operation.collections),
    }
    about = [r for r in policies.rules if operation.kind in r.kinds and _fits(r, operation, upstream, said)]
    before: list[CompiledRule] = []
    for rule in sorted(about, key=lambda rule: rule.rank):
        one = shape(rule)
        # A rule about a part of the place alone says nothing of the rest of it.
        whole = [other for other in before if not _narrow(other, said)]
        if rule.effect is Effect.REQUEST:  # what is granted decides before what is allowed
            whole = [other for other in whole if other.effect is Effect.DENY]
        outranked = next((other.rule.name for other in whole if whom(shape(other), one)), "")
        over = (Effect.DENY,) if rule.effect is Effect.REQUEST else (Effect.DENY, Effect.HOLD, Effect.ALLOW)
        stronger = (r for r in before if r.effect is not rule.effect and r.effect in over and may_be_one(shape(r), one))
        yield Entry(rule, outranked, tuple(r.rule.name for r in stronger), around)
        if around.at is None or not rule.over(around.at):  # what is over decides nothing any more
            before.append(rule)


def _fits(rule: CompiledRule, operation: Operation, upstream: str, said: dict[str, bool]) -> bool:
    named = (check for check in rule.checks if said.get(check.about) and not _is_claimed(rule, check))
    return all(check.test(_NOBODY, operation, upstream) for check in named)


def _is_claimed(rule: CompiledRule, check: Check) -> bool:
    """Whether it is the caller who says where: of nobody's claims it is not known whether it fits."""
    where = rule.rule.where
    return check.about == "tenants" and isinstance(where, Where) and any(map(claim_in, where.tenants))


def _narrow(rule: CompiledRule, said: dict[str, bool]) -> bool:
    return any(not said[one.about] or _is_claimed(rule, one) for one in rule.checks if one.about in said)
