"""What is a rule once it is ready to match? Its patterns compiled, its kinds of operation spelled out, its rank."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from vecgate.domain.decision import Effect, Inputs
from vecgate.domain.guards import NO_GUARDS, Budget, Canaries, Guards
from vecgate.domain.kinds import BY_NAME, UNMASK
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.policy import claimed
from vecgate.policy.matching import CLAIMED, COLLECTIONS, Check, checks
from vecgate.policy.model import Rule
from vecgate.policy.values import expand

_STRENGTH: Final = {Effect.DENY: 0, Effect.HOLD: 1, Effect.ALLOW: 2}


@dataclass(frozen=True, slots=True, eq=False)
class CompiledRule:
    """A rule ready to match. A lower `rank` wins; `place` is `file:line`; `claims` are those that it fills in."""

    rule: Rule
    place: str
    rank: tuple[int, int]
    kinds: frozenset[str]
    checks: tuple[Check, ...]
    effect: Effect
    inputs: Inputs
    claims: tuple[str, ...] = ()
    guards: Guards = NO_GUARDS

    def may_match(self, principal: Principal, operation: Operation, upstream: str) -> bool:
        """Whether it could fit a call on a collection of unknown name; a deny rule: whether it fits for any name."""
        if not isinstance(where := self.rule.where, str):
            named = where.collections and "*" not in where.collections
            if where.without_collection or (named and self.effect is Effect.DENY):
                return False
        fits = (check for check in self.checks if check.about != COLLECTIONS)
        return all(check.test(principal, operation, upstream) for check in fits)

    def matches(self, principal: Principal, operation: Operation, upstream: str, lacking: bool = False) -> bool:
        """Whether every criterion but the kind of operation fits; `lacking`: or would, with the claims of its rows."""
        return all(
            check.test(principal, operation, upstream) or (lacking and check.about == CLAIMED) for check in self.checks
        )


def compile_rule(rule: Rule, place: str, order: int) -> CompiledRule:
    """The rule with its patterns compiled."""
    effect = Effect(rule.effect)
    inputs, claims = Inputs(**rule.inputs.model_dump()), claimed.claims_of(rule)
    rank, guards = (_STRENGTH[effect], order), guards_of(rule)
    return CompiledRule(rule, place, rank, kinds_of(rule), checks(rule), effect, inputs, claims, guards)


def kinds_of(rule: Rule) -> frozenset[str]:
    """The kinds of operation a rule is about. `*` forbids `unmask` everywhere, but never allows it.

    A token tells no collection: where a rule names collections, its `*` is about those. Raw storage, ways out of
    the house, and scans are allowed and held by their own name alone.
    """
    kinds = frozenset().union(*(expand(operation) for operation in rule.operations))
    if rule.effect != "deny":
        kinds -= BY_NAME.difference(rule.operations)
    names_it = any(UNMASK in expand(operation) for operation in rule.operations if operation != "*")
    places = () if isinstance(rule.where, str) else rule.where.collections
    return kinds if names_it or (rule.effect != "allow" and not places) else kinds - {UNMASK}


def _spelled(ids: Iterable[str]) -> frozenset[str]:
    """Ids as a policy says them, and of UUIDs the spelling that databases answer with."""
    found = {*ids}
    for one in ids:
        with suppress(ValueError):
            found.add(str(UUID(one)))
    return frozenset(found)


def guards_of(rule: Rule) -> Guards:
    """The guards of a rule, ready to use."""
    budget, canaries = rule.budget, rule.canaries
    made = Guards(
        scores=rule.scores,
        depth=rule.limits.depth,
        budget=Budget(**dict(budget)) if budget is not None else None,
        canaries=Canaries(_spelled(canaries.ids), (dict(canaries.mark),) if canaries.mark else ())
        if canaries is not None
        else None,
        quarantine=rule.quarantine,
        stamp=rule.stamp,
        show_stamp=rule.show_stamp,
        exempt=frozenset(rule.oracles.allow) if rule.oracles is not None else frozenset(),
    )
    return NO_GUARDS if made == NO_GUARDS else made
