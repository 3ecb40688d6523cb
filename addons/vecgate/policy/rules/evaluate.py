"""May they, within what? No clock: handling, explain, testing and cli/_policy pass the circumstances.

Deny wins over hold, hold over allow. Among matching rules of the winning effect the first one decides,
in the order of file names and then of the file; it becomes the Decision (mask, limits, rows, approvers). Rules about
what may be requested decide nothing; what was granted by one (passed in) decides before what is allowed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from types import MappingProxyType
from typing import Final

from vecgate.domain.approval import Deputy
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.grant import Grant
from vecgate.domain.kinds import LOCK, READS
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.domain.profiles import UNSAFE_NOTHING, MaskProfile
from vecgate.policy.language.model import CollectionSet
from vecgate.policy.rules import claimed
from vecgate.policy.rules.both import both, together
from vecgate.policy.rules.circumstances import UNKNOWN, Circumstances
from vecgate.policy.rules.compiled import ByKind, CompiledRule
from vecgate.policy.rules.offers import may_stand, stands
from vecgate.refusals.errors import MaskFailed

NO_RULE: Final = "policy.no_rule"
#: A copy would be shown less masked than what it is made of.
BARE: Final = "policy.copy"
#: A hold is about rows or a tenant that only a claim tells, which the caller does not have.
UNCLAIMED: Final = "policy.claim"
#: A rule would be about the call, if what its condition asks could be told.
UNTOLD: Final = "policy.condition"
UNPROVEN: Final = "policy.unproven"  # who sends a token is to prove that they hold its key
REASONS: Final = MappingProxyType(
    {
        Effect.ALLOW: "policy.allowed",
        Effect.HOLD: "policy.held",
        Effect.DENY: "policy.denied",
        Effect.REQUEST: "policy.granted",
    }
)
_NO_KEY: Final = "set masking.key, or after a restart what is stored is found by nobody"


class PolicySet:
    """All rules and mask profiles of one folder, at one version; never changes."""

    def __init__(
        self,
        version: str,
        rules: Iterable[CompiledRule],
        profiles: Mapping[str, MaskProfile],
        profile_places: Mapping[str, str] = MappingProxyType({}),
        keeping: frozenset[str] = frozenset(),
        sets: Mapping[str, CollectionSet] = MappingProxyType({}),
        deputies: tuple[Deputy, ...] = (),
    ) -> None:
        self.version: Final = version
        self._no_rule: Final = Decision(Effect.DENY, rule="", reason=NO_RULE, policy_version=version)
        self.profile_places: Final = profile_places  # `file:line` of each
        self.sets: Final = sets  # of collections, with their owners
        self.deputies: Final = deputies  # of approvers
        self.keeping: Final = keeping  # those whose default is to keep
        self.rules: Final = tuple(rules)
        self.profiles: Final = MappingProxyType({**profiles, UNSAFE_NOTHING.name: UNSAFE_NOTHING})
        #: Whether anybody's writes are stamped or marked: then what the gateway writes is nobody else's to write.
        self.reserves: Final = any(rule.rule.stamp or rule.rule.quarantine for rule in self.rules)
        #: Whether anything can come to be locked: then nothing passes while nobody knows what is.
        self.may_lock: Final = any(
            r.rule.canaries or r.glass or (LOCK in r.kinds and r.effect is not Effect.DENY) for r in self.rules
        )
        self.rowed: Final = tuple(rule for rule in self.rules if rule.rule.rows)
        self.conditional: Final = any(rule.conditions is not None for rule in self.rules)
        #: Whether any rule asks for circumstances, and what that is dear to find out.
        self.needs: Final = frozenset().union(*(r.rule.when.needs for r in self.rules if r.rule.when is not None))
        self._kinds: Final[dict[str, ByKind]] = {}
        self.asking: Final = {r.rule.name: r for r in self.rules if r.effect is Effect.REQUEST}
        self.automatic: Final = {r.rule.name: r.automatic for r in self.rules if r.automatic}
        self.emergencies: Final = tuple(r for r in self.asking.values() if r.glass)
        for rule in (r for r in self.rules if r.effect is not Effect.REQUEST):
            for kind in rule.kinds:
                self._kinds.setdefault(kind, ByKind()).add(rule)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is allowed but deserves a look: rules that mask nothing."""
        unsafe = (r for r in self.rules if UNSAFE_NOTHING.name in r.masks)
        return tuple(f"{r.place}: rule '{r.rule.name}' masks nothing ('{UNSAFE_NOTHING.name}')" for r in unsafe)

    @property
    def stored_marks(self) -> tuple[str, ...]:
        """Rules that store hashes, pseudonyms, tokens or shifted dates: without a key that is kept they are orphans."""
        storing = (r for r in self.rules if r.inputs.payload == "mask" and r.inputs.profile in self.profiles)
        keyed = [r for r in storing if self.profiles[str(r.inputs.profile)].keyed]
        return tuple(f"{r.place}: rule '{r.rule.name}' stores marks of '{r.inputs.profile}'; {_NO_KEY}" for r in keyed)

    def profile(self, name: str) -> MaskProfile:
        """The mask profile of that name. Raises MaskFailed: without a profile nothing may leave."""
        try:
            return self.profiles[name]
        except KeyError as e:
            raise MaskFailed(f"no mask profile '{name}'") from e

    def winner(
        self,
        principal: Principal,
        operation: Operation,
        upstream: str,
        now: Circumstances = UNKNOWN,
        effect: Effect | None = None,
        lacking: bool = False,
    ) -> CompiledRule | None:
        """The rule that decides, or would among those of one effect. Of an unknown kind there are none, ever."""
        best: CompiledRule | None = None
        if kind := self._kinds.get(operation.kind):
            for bucket in kind.buckets(principal):
                for rule in bucket.candidates(operation):
                    if effect not in (None, rule.effect) or (best is not None and rule.rank >= best.rank):
                        continue
                    best = rule.if_it(rule.matches, principal, operation, upstream, now, lacking) or best
        return best

    def at_best(
        self,
        principal: Principal,
        operation: Operation,
        upstream: str,
        grants: tuple[Grant, ...] = (),
        now: Circumstances = UNKNOWN,
    ) -> Decision:
        """The decision as far as it can be made before the names are known: a no holds whatever they are."""
        for one in (operation, *operation.also):
            about = self._about(principal, one.kind)
            rules = [found for r in about if (found := r.if_it(r.may_match, principal, one, upstream, now))]
            for grant in grants:
                asking = self.asking.get(grant.rule)
                if asking is not None and may_stand(asking, grant, principal, one, upstream, now):
                    rules.append(asking)
            decision = self._by(min(rules, key=lambda rule: rule.rank, default=None), principal)
            if decision.effect is Effect.DENY:
                break
        return decision

    def _about(self, principal: Principal, kind: str) -> Iterator[CompiledRule]:
        """Every rule for a kind that may be about somebody, whichever collections it is about."""
        if known := self._kinds.get(kind):
            for bucket in known.buckets(principal):
                yield from bucket.rest
                for rules in bucket.starts.values():
                    yield from rules

    def evaluate(
        self,
        principal: Principal,
        operation: Operation,
        upstream: str,
        grants: tuple[Grant, ...] = (),
        now: Circumstances = UNKNOWN,
    ) -> Decision:
        """The decision, with the rule that made it (`rule` is empty and the effect deny when none did).

        What a call does besides must be allowed as well: a no to any of it is a no to all, and a hold holds all.
        `grants` are those of the caller that are live; a call is under one of them at the most. What is not known of
        the circumstances (`now`) opens nothing.
        """
        decision = self._decided(principal, operation, upstream, grants, now)
        for other in operation.also:
            mine = grants if decision.grant is None else (decision.grant,)
            decision = both(decision, self._decided(principal, other, upstream, mine, now), reads=other.kind in READS)
            if decision.effect is not Effect.DENY and other.kind in READS:
                bare = self._bares(principal, operation, other, upstream, mine, now)
                decision = replace(decision, effect=Effect.DENY, reason=BARE, rule=bare) if bare else decision
        return decision

    def _decided(
        self, principal: Principal, operation: Operation, upstream: str, grants: tuple[Grant, ...], now: Circumstances
    ) -> Decision:
        """The decision on one kind alone. A yes to a hold opens no rows that the rule which allows the call has not."""
        found, given = self.winner(principal, operation, upstream, now), None
        decision = self._by(found, principal)
        if grants and (found is None or decision.effect is not Effect.DENY):
            given = self._granted(principal, operation, upstream, grants, now)
            if given is not None and (decision.effect is not Effect.HOLD or self.asking[given.rule].covers_holds):
                return given
        if decision.effect is not Effect.HOLD or found is None:
            return decision
        if not found.opens(operation):
            return self._opened(decision, principal, operation, upstream, grants, now)
        if given is not None:  # it is held all the same, and without the grant it would not have come so far
            return replace(decision, rows=together(decision.rows, given.rows), grant=given.grant)
        if not self.rowed:
            return decision
        about = principal, operation, upstream, now, Effect.ALLOW
        allowing = self._by(self.winner(*about) or self.winner(*about, lacking=True), principal)
        if allowing.reason in (UNCLAIMED, UNPROVEN, UNTOLD):
            return allowing
        return replace(decision, rows=together(decision.rows, allowing.rows))

    def _opened(
        self,
        held: Decision,
        principal: Principal,
        operation: Operation,
        upstream: str,
        grants: tuple[Grant, ...],
        now: Circumstances,
    ) -> Decision:
        """What a hold about some collections of a call comes to: it opens those, and the others want a rule too."""
        reads = operation.kind in READS
        for name in operation.collections:
            mine = grants if held.grant is None else (held.grant,)
            part = replace(operation, collections=(name,), things=())
            held = both(held, self._decided(principal, part, upstream, mine, now), reads=reads, mask=reads)
        if operation.collections:
            return held
        about = (
            r for r in self._about(principal, operation.kind) if r.effect is not Effect.DENY and r.opens(operation)
        )
        rules = [found for r in about if (found := r.if_it(r.matches, principal, operation, upstream, now))]
        return both(held, self._by(min(rules, key=lambda rule: rule.rank, default=None), principal), reads=reads)

    def _granted(
        self, principal: Principal, operation: Operation, upstream: str, grants: tuple[Grant, ...], now: Circumstances
    ) -> Decision | None:
        """What the first grant that covers a call makes of it; nothing, where its rule is gone or is another by now."""
        for grant in grants:
            rule = self.asking.get(grant.rule)
            if rule is not None and stands(rule, grant, principal, operation, upstream, now):
                decision = self._by(rule, principal, grant)
                if decision.effect is Effect.ALLOW and grant.terms.mask in self.profiles:
                    return decision
        return None

    def _bares(
        self,
        principal: Principal,
        copying: Operation,
        read: Operation,
        upstream: str,
        grants: tuple[Grant, ...],
        now: Circumstances,
    ) -> str:
        """The rule by which somebody would see in a copy what is masked for them in its source; or nothing."""
        shown = {read.kind: self._decided(principal, read, upstream, grants, now).mask}
        for kind in READS:
            decision = self._decided(principal, replace(read, kind=kind), upstream, grants, now)
            if decision.effect is Effect.ALLOW:
                shown[kind] = decision.mask
        if any(map(self._masks_nothing, shown.values())):
            return ""
        copies = [name for name in copying.collections if name not in read.collections]
        for name, kind in product(copies, READS):
            copy = replace(read, kind=kind, collections=(name,), things=())
            decision = self._decided(principal, copy, upstream, grants, now)
            if decision.effect is not Effect.DENY and decision.mask not in shown.values():
                return decision.rule
        return ""

    def _masks_nothing(self, mask: str | None) -> bool:
        return mask is not None and mask in self.profiles and self.profiles[mask].masks_nothing

    def _by(self, found: CompiledRule | None, principal: Principal, grant: Grant | None = None) -> Decision:
        if found is None:
            return self._no_rule
        rule = found.rule
        barred = UNTOLD if found.untold else UNPROVEN if claimed.unproven(rule, principal) else ""
        rows = claimed.rows(rule.rows, principal) if rule.rows else ()
        if barred or rows is None or (found.claims and claimed.lacks(rule, principal)):
            return Decision(Effect.DENY, rule=rule.name, reason=barred or UNCLAIMED, policy_version=self.version)
        return Decision(
            effect=Effect.ALLOW if found.effect is Effect.REQUEST else found.effect,
            rule=rule.name,
            reason=REASONS[found.effect],
            policy_version=self.version,
            mask=rule.mask if grant is None else grant.terms.mask,
            vectors=rule.vectors,
            max_results=rule.limits.max_results,
            max_records=rule.limits.max_records,
            when_over=rule.limits.when_over,
            rate=rule.limits.rate,
            approvers=found.approvers if grant is None else None,
            wait_seconds=rule.wait,
            snapshot_first=rule.snapshot_first,
            inputs=found.inputs,
            rows=rows,
            guards=found.guards,
            grant=grant,
        )
