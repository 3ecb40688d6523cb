"""Who can do this? The rules about a kind of operation at a place, each with whom it lets, and who is left out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from vecgate.domain.decision import Effect
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.policy.language.model import RowFilter, Where, Who
from vecgate.policy.language.values import lasting
from vecgate.policy.rules.claimed import claim_in
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.covers import may_be_one, shape, whom
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.policy.rules.matching import Check

_NOBODY: Final = Principal("", "", "", frozenset(), 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule that is about the call. `outranked` names the rule that always decides in its place."""

    rule: CompiledRule
    outranked: str = ""
    unless: tuple[str, ...] = ()

    def __str__(self) -> str:
        rule = self.rule.rule
        line = f"{rule.effect:5} {people(rule.who)}, by '{rule.name}' ({self.rule.place})"
        return "; ".join([line, *self.notes()])

    def notes(self) -> list[str]:
        """Where, of which rows, how long, after whose yes, under which conditions, and what decides in its place."""
        rule = self.rule.rule
        notes = [f"in {self._place()}"] if self._place() else []
        if rule.rows:
            notes.append(f"of rows with {', '.join(map(_row, rule.rows))}")
        if rule.grant:
            notes.append(f"for {lasting(rule.grant.longest)} at most")
        if self.rule.glass:
            notes.append(f"by breaking the glass: nobody is asked, and {self.rule.approvers} review it")
        elif self.rule.approvers:
            notes.append(f"once {self.rule.approvers} agree")
        if self.rule.conditions is not None:
            notes.append(str(self.rule.conditions))
        if self.outranked:
            notes.append(f"but '{self.outranked}' decides")
        elif self.unless:
            notes.append(f"unless {', '.join(repr(name) for name in self.unless)} decides")
        return notes

    def _place(self) -> str:
        wanted = {check.about: check.wants for check in self.rule.checks}
        named = ((key, wanted[key]) for key in ("upstreams", "tenants", "databases", "collections") if key in wanted)
        return ", ".join(f"{key} {wants}" for key, wants in named)


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


def who(policies: PolicySet, operation: Operation, upstream: str) -> Iterator[Entry]:
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
        yield Entry(rule, outranked, tuple(r.rule.name for r in stronger))
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
