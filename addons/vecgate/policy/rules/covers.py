"""Does one rule fit every call that another one fits? A yes is proven; in doubt it is a no."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.domain.patterns import start_of
from vecgate.domain.patterns import within as fits_within
from vecgate.policy.language.model import Where, Who
from vecgate.policy.language.times import within
from vecgate.policy.language.values import OPENING
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.matching import Fits, glob

_ANY: Final = "*"


class Patterns:
    """The patterns of one criterion, by what they start with."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self.all: Final = tuple(dict.fromkeys(patterns))
        self._known: Final = frozenset(self.all)
        self._starts: Final[dict[str, list[str]]] = {}
        for pattern in self.all:
            self._starts.setdefault(start_of(pattern), []).append(pattern)
        self._lengths: Final = sorted({len(start) for start in self._starts})

    def __bool__(self) -> bool:
        return bool(self.all)

    @property
    def takes_none(self) -> bool:
        """Whether a call that names nothing fits, as `*` says."""
        return _ANY in self._known

    def cover(self, pattern: str) -> bool:
        """Whether whatever the pattern fits is fitted here."""
        if pattern in self._known or self.takes_none:
            return True
        # Most pairs differ in what any one text shows: that is cheaper than a proof.
        if not self._fits(pattern.replace("*", "\0").replace("?", "\0")):
            return False
        start = start_of(pattern)
        near = [other for n in self._lengths if n <= len(start) for other in self._starts.get(start[:n], ())]
        return fits_within(pattern, tuple(near))

    @cached_property
    def _fits(self) -> Fits:
        return glob(self.all)

    def cover_all(self, others: "Patterns") -> bool:
        """The same of several patterns, or of a criterion that is left out."""
        if not self:
            return True
        return self.takes_none or (bool(others) and not others.takes_none and all(map(self.cover, others.all)))


@dataclass(frozen=True, eq=False)
class Shape:
    """What a rule asks of a call, ready to be compared."""

    who: Who
    where: Where
    kinds: frozenset[str]
    allows: bool
    #: Claims without which it is not about a call, whoever makes it.
    claims_of_rows: frozenset[str] = frozenset()
    #: What it asks of the circumstances, each by itself.
    conditions: frozenset[object] = frozenset()

    @cached_property
    def groups(self) -> frozenset[str]:
        return frozenset(self.who.groups)

    @cached_property
    def users(self) -> frozenset[str]:
        return frozenset(self.who.called)

    @cached_property
    def claims(self) -> dict[str, frozenset[tuple[type, object]]]:
        return {name: frozenset((type(v), v) for v in values) for name, values in self.who.claims.items()}

    @cached_property
    def upstreams(self) -> Patterns:
        return Patterns(self.where.upstreams)

    @cached_property
    def tenants(self) -> Patterns:
        return Patterns(self.where.tenants)

    @cached_property
    def databases(self) -> Patterns:
        return Patterns(self.where.databases)

    @cached_property
    def collections(self) -> Patterns:
        return Patterns(self.where.collections)


def shape(rule: CompiledRule) -> Shape:
    """The shape of a rule. `anyone` and `anywhere` ask nothing."""
    who, where = rule.rule.who, rule.rule.where
    return Shape(
        Who() if isinstance(who, str) else who,
        Where() if isinstance(where, str) else where,
        rule.kinds,
        rule.rule.effect in OPENING,
        frozenset(rule.claims) if rule.rule.effect in OPENING else frozenset(),
        rule.conditions.key if rule.conditions is not None else frozenset(),
    )


def whom(a: Shape, b: Shape) -> bool:
    """Whether everybody whom `b` is about, whenever it counts, is somebody whom `a` is about then."""
    return (
        (not a.groups or (bool(b.groups) and b.groups <= a.groups))
        and (not a.users or (bool(b.users) and b.users <= a.users))
        and all(name in b.claims and b.claims[name] <= values for name, values in a.claims.items())
        and (not a.who.agents or (bool(b.who.agents) and set(b.who.agents) <= set(a.who.agents)))
        and (a.who.agent in (None, b.who.agent) or (a.who.agent == "*" and b.who.agent is not None))
        and set(a.who.except_groups) <= set(b.who.except_groups)
        and a.claims_of_rows <= b.claims_of_rows
        and all(one in b.conditions or _follows(one, b.conditions) for one in a.conditions)
    )


def _follows(asked: object, known: frozenset[object]) -> bool:
    """Whether one condition holds whenever others do: times may be wider."""
    match asked:
        case ("from", float(begins)):
            return any(isinstance(one, tuple) and one[0] == "from" and one[1] >= begins for one in known)
        case ("until", float(ends)):
            return any(isinstance(one, tuple) and one[0] == "until" and one[1] <= ends for one in known)
        case ("hours", tuple(hours)):
            return any(isinstance(one, tuple) and one[0] == "hours" and within(one[1], hours) for one in known)
    return False


def may_be_one(a: Shape, b: Shape) -> bool:
    """Whether one person can be somebody whom both are about, as far as the rules tell."""
    if a.users and b.users and a.users.isdisjoint(b.users):
        return False
    if any(name in b.claims and values.isdisjoint(b.claims[name]) for name, values in a.claims.items()):
        return False
    barred = ((a.who.except_groups, b.groups), (b.who.except_groups, a.groups))
    return not any(groups and groups <= set(barring) for barring, groups in barred)


def where(a: Shape, b: Shape, collections: Patterns | None = None) -> Iterator[str]:
    """The kinds of operation for which `a` is about every place that `b` is about (or only these collections of it)."""
    for ours, theirs in ((a.upstreams, b.upstreams), (a.tenants, b.tenants), (a.databases, b.databases)):
        if not ours.cover_all(theirs):
            return
    kinds = a.kinds & b.kinds
    if a.where.without_collection:
        yield from kinds if b.where.without_collection else ()
    elif b.where.without_collection and a.collections and not a.collections.takes_none:
        # A call that takes all collections at once fits what is denied or held of any of them.
        yield from () if a.allows else (kind for kind in kinds if OPERATION_KINDS[kind] not in ("read", "admin"))
    elif b.where.without_collection or a.collections.cover_all(b.collections if collections is None else collections):
        yield from kinds


def covered(a: Shape, b: Shape) -> frozenset[str]:
    """The kinds of operation for which `a` fits every call that `b` fits."""
    return frozenset(where(a, b)) if whom(a, b) else frozenset()
