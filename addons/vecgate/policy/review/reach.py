"""Which rules can never decide, and which holds catch more than was meant? Each is held against few others only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final

from vecgate.domain.decision import Effect
from vecgate.domain.patterns import start_of
from vecgate.policy.language.values import expand
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.covers import Patterns, Shape, covered, may_be_one, shape, where, whom

#: A rule is held against so many others at the most, so that checking many rules takes as long as they are many.
MOST: Final = 128
#: A criterion with more different beginnings than this is found by the one that they share.
_MOST_STARTS: Final = 4
#: A rule about more groups and collections is looked at as a whole.
_MOST_PARTS: Final = 32
_WHERE: Final = ("collections", "tenants", "databases", "upstreams")

type Advice = tuple[CompiledRule, str]


@dataclass(slots=True)
class Held:
    """A rule and its shape."""

    rule: CompiledRule
    shape: Shape


@dataclass(slots=True)
class _Node:
    below: dict[Any, "_Node"] = field(default_factory=dict)
    rules: list[Held] = field(default_factory=list)


def _shared(starts: Iterable[str]) -> str:
    low, high = min(starts), max(starts)
    return next((low[:i] for i, letter in enumerate(low) if letter != high[i : i + 1]), low)


def _starts(patterns: Patterns) -> Iterable[Any]:
    if not patterns:
        return (None,)
    starts = {start_of(pattern) for pattern in patterns.all}
    return starts if len(starts) <= _MOST_STARTS else (_shared(starts),)


def _people(found: Shape) -> Iterable[Any]:
    if found.users:
        return [("user", name) for name in found.users]
    return [("group", name) for name in found.groups] or (None,)


def _claimed(found: Shape) -> Iterable[Any]:
    for name in sorted(found.claims)[:1]:
        return [(name, value) for value in found.claims[name]]
    return (None,)


def _places(found: Shape) -> Iterable[Iterable[Any]]:
    return [_starts(getattr(found, name)) for name in _WHERE]


class Index:
    """Rules by whom and what they are about: asked for one, it tells the few that could fit all that it fits."""

    def __init__(self, people: bool = True) -> None:
        self._people: Final = people
        self._root: Final = _Node()

    def add(self, known: Held) -> None:
        """Takes a rule in, under every key by which it could be asked for."""
        found, nodes = known.shape, [self._root]
        levels = [_people(found), _claimed(found)] if self._people else []
        for keys in (*levels, *_places(found)):
            nodes = [node.below.setdefault(key, _Node()) for node in nodes for key in keys]
        for node in nodes:
            node.rules.append(known)

    def candidates(self, found: Shape) -> Iterator[Held]:
        """Every rule that could cover this one, and few others; one may come more than once."""
        levels: list[list[Any]] = []
        if self._people:
            who = [("user", name) for name in found.users][:1] + [("group", name) for name in found.groups][:1]
            levels = [[None, *who], [None, *((name, v) for name, values in found.claims.items() for v in values)]]
        places = [getattr(found, name) for name in _WHERE]
        yield from islice(self._walk(self._root, levels, places, found), MOST)

    def _walk(self, node: _Node, levels: list[list[Any]], places: list[Patterns], found: Shape) -> Iterator[Held]:
        if levels:
            below = [node.below[key] for key in levels[0] if key in node.below]
            rest, left = levels[1:], places
        elif places:
            # What takes all collections at once is asked of rules about any of them.
            sweeping = bool(found.where.without_collection) and len(places) == len(_WHERE)
            below = [*node.below.values()] if sweeping else _ahead(node, places[0])
            rest, left = [], places[1:]
        else:
            yield from node.rules
            return
        for one in below:
            yield from self._walk(one, rest, left, found)


def _ahead(node: _Node, patterns: Patterns) -> list[_Node]:
    start = start_of(patterns.all[0]) if patterns else ""
    keys = (None, *(start[:n] for n in range(len(start) + 1)))
    return [node.below[key] for key in keys if key in node.below]


def _named(known: Iterable[CompiledRule]) -> str:
    names = [f"'{rule.rule.name}' ({rule.place})" for rule in known]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


_WHY: Final = {
    ("deny", "hold"): "denies every call that it fits, and deny beats hold",
    ("deny", "allow"): "denies every call that it fits, and deny beats allow",
    ("deny", "request"): "denies every call that it fits, and deny beats what is granted",
    ("hold", "allow"): "holds every call that it fits, and hold beats allow",
}
_SAME: Final = "stands before it and fits every call that it fits; move the narrower one up, or remove it"


def _never(one: Held, by: list[Held]) -> str:
    first = by[0]
    if len(by) == 1 and covered(one.shape, first.shape) >= first.shape.kinds and _effect(one) == _effect(first):
        return f"is never reached: it is about the same calls as {_named([first.rule])}; remove one of them"
    why = _WHY.get((_effect(first), _effect(one)), _SAME)
    also = f", together with {_named(k.rule for k in by[1:])}" if by[1:] else ""
    return f"is never reached: {_named([first.rule])} {why}{also}"


def _effect(known: Held) -> str:
    return known.rule.rule.effect


def unreachable(rules: Iterable[CompiledRule]) -> Iterator[Advice]:
    """Rules, and words among their operations, for which a stronger or earlier rule always decides."""
    index = Index()
    for rule in sorted(rules, key=lambda rule: rule.rank):
        one = Held(rule, shape(rule))
        left, by = _taken(index, one)
        if not left:
            yield rule, _never(one, by)
            continue
        if rule.effect is not Effect.REQUEST:  # what may be asked for keeps nothing from other rules
            index.add(one)
        for word in rule.rule.operations:
            if word != "*" and left.isdisjoint(expand(word)) and expand(word) <= rule.kinds:
                taking = [k for k in by if not k.shape.kinds.isdisjoint(expand(word))]
                why = _WHY.get((_effect(taking[0]), _effect(one)), _SAME)
                yield rule, f"'{word}' is never reached: {_named([taking[0].rule])} {why}"


def _taken(index: Index, one: Held) -> tuple[set[str], list[Held]]:
    """The kinds of operation that are left to a rule by those in the index, and which of them take the others."""
    left, by = set[str](), dict[str, Held]()
    for part in _parts(one.shape):
        rest, whole = set(one.shape.kinds), replace(part, where=one.shape.where)
        # A call may touch several collections: one that is denied is enough, but all must be allowed by one rule.
        near = [(k, covered(k.shape, whole if k.shape.allows else part)) for k in index.candidates(part)]
        if one.rule.effect is Effect.REQUEST:  # what is granted decides before what is allowed
            near = [(k, kinds) for k, kinds in near if k.rule.effect is Effect.DENY]
        for other, kinds in sorted(near, key=lambda found: -len(found[1])):
            if kinds & rest:
                rest -= kinds
                by[other.rule.rule.name] = other
        left |= rest
    return left, [*by.values()]


def _parts(found: Shape) -> list[Shape]:
    """One for each group or user, and each collection: a rule is reached if one of its parts is."""
    who, where_ = found.who, found.where
    people = [who.model_copy(update={"groups": (group,)}) for group in who.groups] or [who]
    single = [{"users": (user,), "user": None} for user in who.called]
    people = [one.model_copy(update=user) for one in people for user in single] or people
    places = [where_.model_copy(update={"collections": (name,)}) for name in where_.collections] or [where_]
    if len(people) * len(places) > _MOST_PARTS:
        return [found]
    return [replace(found, who=one, where=place) for one in people for place in places]


def overreaching(rules: Iterable[CompiledRule]) -> Iterator[Advice]:
    """Holds that catch all that another rule allows to whoever is meant by both: nobody expects that of a right."""
    index, known = Index(people=False), [Held(rule, shape(rule)) for rule in rules]
    for one in known:
        if _effect(one) == "hold":
            index.add(one)
    caught: dict[str, tuple[CompiledRule, dict[str, CompiledRule]]] = {}
    for one in known:
        if _effect(one) == "allow":
            for hold in _catching(index, one):
                caught.setdefault(hold.rule.name, (hold, {}))[1][one.rule.rule.name] = one.rule
    for hold, allows in caught.values():
        said = f"holds all that {_named(allows.values())} allows to whoever both are about, as hold beats allow"
        yield hold, f"{said}; ask for a claim or a group here that is there only when this rule is meant"


def _catching(index: Index, one: Held) -> Iterator[CompiledRule]:
    for pattern in one.shape.collections.all[:MOST] or (None,):
        patterns = Patterns([pattern] if pattern else [])
        narrow = one.shape.where.model_copy(update={"collections": patterns.all})
        asked = Shape(one.shape.who, narrow, one.shape.kinds, True)
        for hold in index.candidates(asked):
            if whom(hold.shape, one.shape) or not may_be_one(hold.shape, one.shape):
                continue  # the same people: then it is an exception, and meant
            kinds = frozenset(where(hold.shape, one.shape, patterns))
            words = (expand(word) & one.shape.kinds for word in one.rule.rule.operations if word != "*")
            if any(given and given <= kinds for given in words):
                yield hold.rule
