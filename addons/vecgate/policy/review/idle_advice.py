"""Which words of a rule do nothing? Conditions that are never true, exceptions that take all, limits of other kinds."""

import re
from collections.abc import Callable, Collection, Iterator
from typing import Final

from vecgate.domain.decision import Effect
from vecgate.domain.kinds import EVERYWHERE, OPERATION_KINDS, READS
from vecgate.policy.language.model import Where
from vecgate.policy.language.values import expand
from vecgate.policy.language.whens import Untold, When
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.covers import Patterns, covered, shape
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.policy.rules.matching import glob

type Found = Iterator[tuple[str, str]]

#: Of these one knows how many records they touch before they are done (`approvers.above`).
_COUNTED: Final = frozenset({"delete_filter", "delete_ids", "update", "upsert"})
#: What parts names elsewhere; and a set of characters behind a part of a name: team-[ab].
_SEVERAL: Final = re.compile(r"[,;]")
_SET: Final = re.compile(r"(?<=[\w-])\[[^\]\s]+\]")
_QUOTED: Final = r"(?:'[^'\\]*'|\"[^\"\\]*\")"
#: What is compared with texts as they stand.
_EXACTLY: Final = re.compile(
    rf"[\w.]+\s*(?:[!=]=\s*{_QUOTED}|in\s*\[[^\]]*\])|{_QUOTED}\s*(?:[!=]=\s*[\w.]+|in\s+[\w.]+)"
)
_WRITES = frozenset(kind for kind, group in OPERATION_KINDS.items() if group in ("write", "delete"))

#: Kinds that ask for no results; and those that are about no records, and no collection.
_GIVING_NONE: Final = frozenset(
    kind for kind, group in OPERATION_KINDS.items() if group in ("write", "delete", "schema", "destroy")
)
_APART: Final = EVERYWHERE | {"health", "auth_read", "auth_admin", "cluster_read", "cluster_admin"}
#: What no call of some kinds tells of itself.
_LACKING: Final[dict[str, tuple[frozenset[str], str]]] = {
    "operation.limit": (_GIVING_NONE | _APART, "is never known, and denies"),
    "operation.vectors": (_GIVING_NONE | _APART, "is never true"),
    "impact.records": (_APART, "is never known, and denies"),
    "collections": (_APART, "is always empty"),
    "fields": (_APART, "is always empty"),
}


def whens(rule: CompiledRule) -> Iterator[tuple[When, str]]:
    """Its conditions, each with what is meant in a sentence about the rule."""
    if rule.rule.when is not None:
        yield rule.rule.when, "its 'when'"
    for one in rule.automatic:
        if one.when is not None:
            yield one.when, f"the 'when' of its automatic answer '{one.name}'"


def conditions(policies: PolicySet, upstreams: Collection[str]) -> Found:
    """Conditions that come to the same, whoever calls: for every kind of operation and database of their rule."""
    for rule in policies.rules:
        for when, called in whens(rule):
            found = comes_to(rule, when, upstreams)
            idle = "so that it never decides" if when is rule.rule.when else "so that it is never given"
            if found is False:
                yield _of(rule, f"{called} is true of none of its operations and databases, {idle}")
            elif found is True:
                yield _of(rule, f"{called} is always true; leave it out")


def compared(policies: PolicySet) -> Found:
    """Patterns and networks that a condition compares as they stand."""
    for rule in policies.rules:
        for when, called in whens(rule):
            for found in _EXACTLY.finditer(when.text):
                for text in (one[1:-1] for one in re.findall(_QUOTED, found[0])):
                    if {"*", "?"} & set(text):
                        how = f"glob(..., '{text}') tells what fits it"
                        yield _of(rule, f"{called} compares exactly with '{text}'; {how}")
                    elif "source.address" in found[0] and "/" in text:
                        how = f"in_network(source.address, '{text}') tells what is in it"
                        yield _of(rule, f"{called} compares exactly with '{text}'; {how}")


def never_told(policies: PolicySet) -> Found:
    """What a condition asks for, and no operation of its rule has."""
    for rule in policies.rules:
        for name in rule.rule.when.names if rule.rule.when is not None else ():
            lacking, comes = _LACKING.get(name, (frozenset(), ""))
            if rule.kinds <= lacking:
                said = f"which none of its operations ({_some(rule)}) has: it {comes}"
                yield _of(rule, f"its 'when' asks for '{name}', {said}")


def comes_to(rule: CompiledRule, when: When, upstreams: Collection[str]) -> bool | None:
    """What a condition is for every kind of operation and database of its rule; None: it depends."""
    found = {_comes_to(when, kind, name) for kind in rule.kinds for name in _databases(rule, upstreams)}
    return found.pop() if len(found) == 1 else None


def _databases(rule: CompiledRule, upstreams: Collection[str]) -> list[str | None]:
    where = rule.rule.where
    patterns = where.upstreams if isinstance(where, Where) else ()
    fitting: list[str | None] = [name for name in upstreams if not patterns or glob(patterns)(name)]
    plain: list[str | None] = [name for name in patterns if not {"*", "?"} & set(name)]
    return fitting or plain or [None]


def _comes_to(when: When, kind: str, upstream: str | None) -> bool | None:
    known = {"operation.kind": kind, "operation.group": OPERATION_KINDS[kind]}
    try:
        return when.holds(known | ({} if upstream is None else {"upstream": upstream}))
    except Untold:
        return None


def exceptions(policies: PolicySet) -> Found:
    """Exceptions that take every call of their rule, or none."""
    for rule in policies.rules:
        mine, where = shape(rule).collections, rule.rule.where
        for one in rule.rule.excepts:
            kinds = frozenset().union(*map(expand, one.operations)) if one.operations else rule.kinds
            if not kinds & rule.kinds:
                yield _of(rule, "an exception is about operations that it is not about; it excepts nothing")
                continue
            theirs = one.where.collections if isinstance(one.where, Where) else ()
            alone = not one.who and (not isinstance(one.where, Where) or not _elsewhere(one.where))
            if alone and rule.kinds <= kinds and (not theirs or (mine and Patterns(theirs).cover_all(mine))):
                yield _of(rule, "an exception takes every call that it is about, so that it never decides")
            elif theirs and mine and isinstance(where, Where) and not any(_meet(p, mine.all) for p in theirs):
                yield _of(rule, f"an exception is about collections that it is not about: {', '.join(theirs[:3])}")


def _elsewhere(where: Where) -> bool:
    return bool(where.upstreams or where.tenants or where.databases or where.without_collection)


def _meet(one: str, others: Collection[str]) -> bool:
    """Whether a name may fit both; in doubt it may."""
    plain = [name for name in (one, *others) if not {"*", "?"} & set(name)]
    if one in plain:
        return glob(others)(one)
    return len(plain) < len(others) or any(glob([one])(name) for name in plain)


def limits(policies: PolicySet) -> Found:
    """Limits and guards that are about other operations than the rule's."""
    for rule in policies.rules:
        told, groups = rule.rule, {OPERATION_KINDS[kind] for kind in rule.kinds}
        idle = {
            "limits.max_results": told.limits.max_results is not None and not groups & {"read", "reveal"},
            "limits.depth": told.limits.depth is not None and not rule.kinds & {*READS},
            "limits.max_records": told.limits.max_records is not None and not rule.kinds & _WRITES,
            "vectors": bool(told.vectors) and not rule.kinds & {*READS, *_WRITES},
            "approvers.above": (
                told.approvers is not None and told.approvers.above is not None and not rule.kinds & _COUNTED
            ),
            "stamp": told.stamp and "write" not in groups,
            "inputs.payload": told.inputs.payload != "keep" and not groups & {"write", "reveal"},
            "scores": told.scores != "keep" and "search" not in rule.kinds,
            "canaries": told.canaries is not None and not rule.kinds & {*READS},
        }
        for word in (word for word, does_nothing in idle.items() if does_nothing):
            yield _of(rule, f"'{word}' does nothing here: none of its operations ({_some(rule)}) is of that kind")


def _some(rule: CompiledRule) -> str:
    return ", ".join(rule.rule.operations[:3])


def repeated(policies: PolicySet) -> Found:
    """Words and patterns that another one beside them covers."""
    grouped = {pattern for one in policies.sets.values() for pattern in one.patterns}
    for rule in policies.rules:
        for word in _covered(rule.rule.operations, lambda one, other: expand(one) <= expand(other)):
            yield _of(rule, f"'{word}' stands among its operations beside what covers it; leave one of them out")
        for name in ("collections", "tenants", "databases", "upstreams"):
            patterns = [one for one in getattr(rule.rule.where, name, ()) if one not in grouped]
            for pattern in _covered(patterns, lambda one, other: Patterns([other]).cover(one)):
                yield _of(rule, f"'{pattern}' stands among its {name} beside what covers it; leave one of them out")


def _covered(words: Collection[str], covers: Callable[[str, str], bool]) -> list[str]:
    """Those that another one covers; of two that are the same, the second."""
    listed = [*words]
    pairs = ((one, at, other, there) for at, one in enumerate(listed) for there, other in enumerate(listed))
    found = (
        one for one, at, other, there in pairs if at != there and covers(one, other) and (one != other or there < at)
    )
    return [*dict.fromkeys(found)]


def moot(policies: PolicySet) -> Found:
    """What may be asked for, and is allowed to the same people anyway, under the same mask."""
    allows = [(rule, shape(rule)) for rule in policies.rules if rule.effect is Effect.ALLOW]
    for rule in policies.asking.values():
        mine = shape(rule)
        masks = {*rule.masks}
        for other, theirs in allows:
            if masks == {*other.masks} and covered(theirs, mine) >= mine.kinds:
                yield _of(
                    rule, f"what may be asked for by it is allowed anyway, by '{other.rule.name}' ({other.place})"
                )
                break


def held_anyway(policies: PolicySet) -> Found:
    """What may be asked for, and waits for a yes to each call all the same, as it would without."""
    holds = [(rule, shape(rule)) for rule in policies.rules if rule.effect is Effect.HOLD]
    for rule in (one for one in policies.asking.values() if not one.covers_holds):
        mine = shape(rule)
        for other, theirs in holds:
            if covered(theirs, mine) >= mine.kinds:
                said = f"each call under it is held by '{other.rule.name}' ({other.place}), as it is without it"
                yield _of(rule, f"{said}; 'covers_holds' in its 'grant' lets them pass")
                break


def odd(policies: PolicySet) -> Found:
    """Names that look like several, or like another language's pattern: as they stand they fit hardly anything."""
    for rule in policies.rules:
        where, who = rule.rule.where, rule.rule.who
        for name in (*where.collections, *where.tenants, *where.databases) if isinstance(where, Where) else ():
            if mark := _SEVERAL.search(name):
                yield _of(rule, f"'{name}' is one name, with '{mark[0]}' in it; write a list if several are meant")
            elif "%" in name:
                yield _of(rule, f"'{name}' is a name with '%' in it; '*' stands for any text")
        for name in () if isinstance(who, str) else (*who.groups, *who.users, *who.except_groups):
            if _SET.search(name):
                yield _of(rule, f"'{name}' is compared exactly, with its brackets; name each one if a set is meant")


def words(policies: PolicySet) -> Found:
    """All of these but conditions."""
    for look in (exceptions, limits, never_told, repeated, moot, held_anyway, odd, compared):
        yield from look(policies)


def _of(rule: CompiledRule, said: str) -> tuple[str, str]:
    return rule.place, f"rule '{rule.rule.name}': {said}"
