"""What is a rule once it is ready to match, and how is it found? Patterns compiled, kinds spelled out, an index."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from vecgate.domain.approval import Approvers
from vecgate.domain.decision import Effect, Inputs
from vecgate.domain.guards import NO_GUARDS, Budget, Canaries, Guards
from vecgate.domain.kinds import BY_NAME, UNMASK
from vecgate.domain.operation import Operation
from vecgate.domain.patterns import start_of
from vecgate.domain.principal import Principal
from vecgate.policy.language.automatic_words import Automatic
from vecgate.policy.language.model import Rule, Who
from vecgate.policy.language.values import OPENING, expand
from vecgate.policy.language.whens import LATE, Untold
from vecgate.policy.rules import claimed
from vecgate.policy.rules.circumstances import UNKNOWN, Circumstances
from vecgate.policy.rules.conditions import Conditions, conditions
from vecgate.policy.rules.matching import CLAIMED, COLLECTIONS, UPSTREAMS, Check, checks, every, sweeps

_STRENGTH: Final = {Effect.DENY: 0, Effect.HOLD: 1, Effect.ALLOW: 2, Effect.REQUEST: 3}
#: Whom no test of a place looks at.
_NOBODY: Final = Principal("", "", "", frozenset(), 0.0)


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
    approvers: Approvers | None = None
    conditions: Conditions | None = None
    untold: bool = False  # it fits, but for a condition of which nobody can tell

    @property
    def masks(self) -> tuple[str, ...]:
        """The mask profiles that somebody may get by it."""
        own, grant = self.rule.mask, self.rule.grant
        return (*((own,) if own else ()), *(grant.masks if grant else ()))

    @property
    def automatic(self) -> tuple[Automatic, ...]:
        """What it answers without a person."""
        return self.rule.approvers.automatic if self.rule.approvers is not None else ()

    @property
    def glass(self) -> bool:
        """Whether it is for emergencies: nobody is asked before."""
        return self.rule.grant is not None and self.rule.grant.break_glass is not None

    @property
    def covers_holds(self) -> bool:
        """Whether what is granted by it passes where a hold rule holds."""
        return self.glass or (self.rule.grant is not None and self.rule.grant.covers_holds)

    def opens(self, operation: Operation) -> bool:
        """Whether it is about every collection of a call, which is what an allow and a yes to a hold open."""
        places = () if isinstance(self.rule.where, str) else self.rule.where.collections
        return not places or every(places)(operation)

    def counts(self, now: Circumstances) -> bool:
        """Whether it is there at this time."""
        return self.conditions is None or self.conditions.counts(now)

    def over(self, at: float) -> bool:
        """Whether its time is over for good."""
        return self.conditions is not None and self.conditions.ends <= at

    def if_it(self, fits: Callable[..., bool], *asked: Any) -> "CompiledRule | None":
        """The rule if it fits, `untold` if nobody can tell."""
        try:
            return self if fits(*asked) else None
        except Untold:
            return replace(self, untold=True)

    def may_match(
        self, principal: Principal, operation: Operation, upstream: str, now: Circumstances = UNKNOWN
    ) -> bool:
        """Whether it could fit a call on a collection of unknown name; a deny rule: whether it fits for any name."""
        if not isinstance(where := self.rule.where, str):
            named = where.collections and "*" not in where.collections
            if where.without_collection or (named and self.effect is Effect.DENY):
                return False
        fits = (check for check in self.checks if check.about != COLLECTIONS)
        if not all(check.test(principal, operation, upstream) for check in fits):
            return False
        if self.conditions is None:
            return True
        excepted = [one for one in self.conditions.excepts if one.may_fit(principal, operation, upstream)]
        late = self.rule.when is not None and not self.rule.when.needs.isdisjoint(LATE)
        if late or any(one.named for one in excepted):  # it may turn on the name
            return self.effect is not Effect.DENY and self.counts(now) and all(one.named for one in excepted)
        return not excepted and self._holds(principal, operation, upstream, now)

    def reaches(self, operation: Operation, upstream: str) -> bool:
        """Whether it is about one of these collections there, whoever asks and for whatever; of none, nobody knows."""
        each = [replace(operation, collections=(name,)) for name in operation.collections]
        tests = [check.test for check in self.checks if check.about in (UPSTREAMS, COLLECTIONS)]
        return not each or any(all(test(_NOBODY, one, upstream) for test in tests) for one in each)

    def matches(
        self,
        principal: Principal,
        operation: Operation,
        upstream: str,
        now: Circumstances = UNKNOWN,
        lacking: bool = False,
    ) -> bool:
        """Whether every criterion but the kind of operation fits; `lacking`: or would, with the claims of its rows.

        Raises Untold where all fits but a condition, of which nobody can tell.
        """
        return all(
            check.test(principal, operation, upstream) or (lacking and check.about == CLAIMED) for check in self.checks
        ) and (self.conditions is None or self._holds(principal, operation, upstream, now))

    def _holds(self, principal: Principal, operation: Operation, upstream: str, now: Circumstances) -> bool:
        if self.conditions is None or not self.conditions.counts(now):
            return self.conditions is None
        if any(one.fits(principal, operation, upstream) for one in self.conditions.excepts):
            return False
        when = self.conditions.when
        return when is None or when.holds(now.about(principal, operation, upstream, when.names))


def compile_rule(rule: Rule, place: str, order: int) -> CompiledRule:
    """The rule with its patterns compiled."""
    effect = Effect(rule.effect)
    inputs, claims = Inputs(**rule.inputs.model_dump()), claimed.claims_of(rule)
    rank, guards = (_STRENGTH[effect], order), guards_of(rule)
    asked = rule.approvers.approvers() if rule.approvers is not None else None
    made = kinds_of(rule), checks(rule), effect, inputs, claims, guards, asked, conditions(rule)
    return CompiledRule(rule, place, rank, *made)


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
    return kinds if names_it or (rule.effect not in OPENING and not places) else kinds - {UNMASK}


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


@dataclass(slots=True)
class _Bucket:
    """Rules for one person or group: those about collections, by what a pattern starts with, and the rest."""

    starts: dict[str, list[CompiledRule]] = field(default_factory=dict)
    lengths: set[int] = field(default_factory=set)
    rest: list[CompiledRule] = field(default_factory=list)

    def add(self, rule: CompiledRule) -> None:
        where = rule.rule.where
        patterns = () if isinstance(where, str) else where.collections
        if not patterns:
            self.rest.append(rule)
        for start in set(map(start_of, patterns)):
            self.starts.setdefault(start, []).append(rule)
            self.lengths.add(len(start))

    def candidates(self, operation: Operation) -> Iterator[CompiledRule]:
        """Every rule that could match, and few others; a rule may come more than once."""
        yield from self.rest
        for start in self.starts if sweeps(operation) else self._starts_of(operation.collections or ("",)):
            yield from self.starts.get(start, ())

    def _starts_of(self, names: Iterable[str]) -> set[str]:
        return {name[:length] for name in names for length in self.lengths}


@dataclass(slots=True)
class ByKind:
    """Rules for one kind of operation, by whom they are about."""

    groups: dict[str, _Bucket] = field(default_factory=dict)
    users: dict[str, _Bucket] = field(default_factory=dict)
    others: _Bucket = field(default_factory=_Bucket)

    def add(self, rule: CompiledRule) -> None:
        who = rule.rule.who if isinstance(rule.rule.who, Who) else None
        table, names = (self.users, who.called) if who and who.called else (self.groups, who.groups if who else ())
        for name in set(names):
            table.setdefault(name, _Bucket()).add(rule)
        if not names:
            self.others.add(rule)

    def buckets(self, principal: Principal) -> Iterator[_Bucket]:
        yield self.others
        if principal.user in self.users:
            yield self.users[principal.user]
        for group in principal.groups:
            if group in self.groups:
                yield self.groups[group]
