"""Why? Every rule, with what fits a call and what does not, and the decision they come to."""

from dataclasses import dataclass, replace

from vecgate.domain.decision import Decision, Effect
from vecgate.domain.grant import Grant
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.policy.rules.circumstances import UNKNOWN, Circumstances
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.evaluate import PolicySet


@dataclass(frozen=True, slots=True)
class Trace:
    """One rule held against one call; `misses` is empty when it matches."""

    rule: str
    effect: str
    place: str
    decides: bool
    misses: tuple[str, ...]

    @property
    def matches(self) -> bool:
        return not self.misses

    def __str__(self) -> str:
        sign = "->" if self.decides else "ok" if self.matches else "  "
        if self.effect == "request" and self.matches:
            return f"{'->' if self.decides else '  '} {self.effect:5} {self.rule} ({self.place}): {self._of_request}"
        if self.decides and self.misses:  # it fits, but for what nobody can tell
            return f"-> deny  {self.rule} ({self.place}): {'; '.join(self.misses)}"
        why = "decides" if self.decides else "matches, but is outranked" if self.matches else "; ".join(self.misses)
        return f"{sign} {self.effect:5} {self.rule} ({self.place}): {why}"

    @property
    def _of_request(self) -> str:
        return "decides, as it was granted" if self.decides else "may be asked for, with 'vecgate access request'"


@dataclass(frozen=True, slots=True)
class Explanation:
    """The decision and the trace of every rule, in the order of files."""

    decision: Decision
    traces: tuple[Trace, ...]


def _misses(
    rule: CompiledRule, principal: Principal, operation: Operation, upstream: str, now: Circumstances
) -> tuple[str, ...]:
    kind = () if operation.kind in rule.kinds else (f"operations: wants {', '.join(rule.rule.operations)}",)
    missed = (c for c in rule.checks if not c.test(principal, operation, upstream))
    unmet = () if rule.conditions is None else rule.conditions.misses(principal, operation, upstream, now)
    return (*kind, *(f"{check.about}: wants {check.wants}" for check in missed), *unmet)


def explain(
    policies: PolicySet,
    principal: Principal,
    operation: Operation,
    upstream: str,
    grants: tuple[Grant, ...] = (),
    now: Circumstances = UNKNOWN,
) -> Explanation:
    """Holds every rule against the call. Uses the same checks as `evaluate`, without its index."""
    decision = policies.evaluate(principal, operation, upstream, grants, now)
    winner = policies.winner(principal, operation, upstream, now)
    if decision.grant is not None and decision.effect is Effect.ALLOW:
        winner = policies.asking.get(decision.rule) or winner
    alone = (
        decision
        if not operation.also
        else policies.evaluate(principal, replace(operation, also=()), upstream, grants, now)
    )
    about, best = (principal, operation, upstream, now), winner.rule if winner is not None and alone.rule else None
    traces = (Trace(r.rule.name, r.effect.value, r.place, r.rule is best, _misses(r, *about)) for r in policies.rules)
    return Explanation(decision, tuple(traces))
