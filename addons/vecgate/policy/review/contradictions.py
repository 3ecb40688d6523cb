"""Can a rule be about any call at all? Conditions that contradict themselves, or the rule, and times that never come.

A condition is held against every case that it tells apart, where these can be listed: comparisons with what is written
there, lists, networks, patterns, how texts begin and end, and times, joined by and, or and not. Of any other nothing is
said.
"""

import ipaddress
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from math import prod
from typing import Any, Final

from vecgate.domain.decision import Effect
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.domain.patterns import told_apart
from vecgate.policy.language.model import Where
from vecgate.policy.language.whens import Untold, When
from vecgate.policy.review import idle_advice
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.covers import shape
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.policy.rules.matching import glob

type Found = Iterator[tuple[str, str]]

_MOST: Final = 4_000
#: Monday of a week in which no clocks are changed anywhere.
_WEEK: Final = datetime(2026, 6, 15, tzinfo=UTC)
#: Names whose values are listed in their own way.
_OWN: Final = frozenset({"principal.claims", "time"})
_DAY: Final = 86_400.0
_TEXT: Final = re.compile(r"'([^'\\]*)'|\"([^\"\\]*)\"")
_NUMBER: Final = re.compile(r"(?<![\w.])-?\d+(?![\w.])")
_CLAIM: Final = re.compile(r"principal\.claims((?:\.[A-Za-z_]\w*)+)")
#: All that a condition may be made of, once texts, numbers and names are taken out of it.
_PLAIN: Final = re.compile(
    r"(?:&&|\|\||==|!=|<=|>=|[<>!()\[\],\s]|\bin\b|\btrue\b|\bfalse\b|\bhas\b|\bin_network\b|\bglob\b|\btimestamp\b"
    r")*"
)
#: What a text begins or ends with, or has in it: a pattern in other words.
_PART: Final = re.compile(r"\.(startsWith|endsWith|contains)\(\s*(?:'([^'\\]*)'|\"([^\"\\]*)\")\s*\)")
_PARTS: Final = {"startsWith": "{}*", "endsWith": "*{}", "contains": "*{}*"}
#: Texts that are compared by their order.
_ORDERED: Final = re.compile(r"[<>]=?\s*['\"]|['\"]\s*[<>]")
_CALLED: Final = re.compile(r"(?:(?<![\w.])time\.get(?:Hours|DayOfWeek)|\.(?:startsWith|endsWith|contains))\(\s*\)")
_CLOCK: Final = re.compile(r"(?<![\w.])time\.get(?:Hours|DayOfWeek)\(\s*\)")
#: A name that nobody has written there.
_OTHER: Final = "\x01other"
_LISTS: Final = frozenset({"principal.groups", "collections", "fields"})
_COUNTS: Final = frozenset({"operation.limit", "impact.records"})


def conditions(policies: PolicySet, upstreams: Collection[str]) -> Found:
    """Conditions that come to the same for every call, and those that none can meet."""
    yield from idle_advice.conditions(policies, upstreams)
    yield from never(policies, upstreams)


def never(policies: PolicySet, upstreams: Collection[str] | None = None) -> Found:
    """Rules and automatic answers that are about no call, whoever makes it and whenever.

    With `upstreams` (the databases there are) nothing of what is the same for every call, which is told elsewhere.
    """
    for rule in policies.rules:
        head = f"rule '{rule.rule.name}'"
        for when, called in idle_advice.whens(rule):
            told = upstreams is not None and idle_advice.comes_to(rule, when, upstreams) is not None
            if not told and _contradicts(rule, when):
                what = "request" if rule.effect is Effect.REQUEST and when is not rule.rule.when else "call"
                yield rule.place, f"{head}: no {what} that it is about can meet {called}"
        if _never_comes(rule):
            yield rule.place, f"{head}: none of its 'hours' lies between 'from' and 'until', so that it never decides"


def _never_comes(rule: CompiledRule) -> bool:
    """Whether its hours and its days do not meet; in a week every hour comes."""
    found = rule.conditions
    if found is None or not found.hours or found.ends - found.begins > 8 * _DAY:
        return False
    at = found.begins
    while at < found.ends:
        if any(one.hold(at) for one in found.hours):
            return False
        at = min(one.turns(at) for one in found.hours)
    return True


def _contradicts(rule: CompiledRule, when: When) -> bool:
    """Whether it is false in each case that it tells apart; where those cannot be listed, or nobody can tell, no."""
    texts, numbers = _written(when.text)
    bare = _CALLED.sub(" ", _NUMBER.sub(" ", _CLAIM.sub(" ", _TEXT.sub(" ", when.text))))
    for name in sorted(when.names, key=len, reverse=True):
        bare = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w.(])", " ", bare)
    if not _PLAIN.fullmatch(bare) or (_ORDERED.search(when.text) and "time" not in when.names):
        return False
    if (times := _times_of(when)) is None or (apart := _told_apart(when.text, texts)) is None:
        return False
    claims = {found[1][1:] for found in _CLAIM.finditer(when.text)}
    if any(one != other and other.startswith(f"{one}.") for one in claims for other in claims):
        return False
    values = {name: _values(name, rule, apart, numbers) for name in when.names if name not in _OWN}
    if "time" in when.names:
        values["time"] = times or [None]
    values |= {f"claim {name}": _claimed(name, rule, texts, numbers) for name in claims}
    if prod(map(len, values.values())) > _MOST or not values:
        return False
    return all(_false_of(when, dict(zip(values, case, strict=True))) for case in product(*values.values()))


def _told_apart(text: str, texts: list[str]) -> list[str] | None:
    """The texts, and such as patterns and parts of texts tell apart; None: nobody can list them."""
    parts = [(found[1], found[2] or found[3] or "") for found in _PART.finditer(text)]
    if any({"*", "?"} & {*part} for _, part in parts) or re.search(_CLAIM.pattern + r"\s*\(", text):
        return None
    patterns = dict.fromkeys((*texts, *(_PARTS[how].format(part) for how, part in parts)))
    if all(not {"*", "?"} & {*one} for one in patterns):
        return texts
    found = told_apart(tuple(patterns))
    return None if found is None else [*dict.fromkeys((*texts, *found))]


def _times_of(when: When) -> list[Any] | None:
    """Moments that it tells apart: around those written there, or quarters of a week's hours; None: nobody can."""
    bare = _TEXT.sub(" ", when.text)
    written = re.findall(r"timestamp\(\s*(?:'([^']*)'|\"([^\"]*)\")", when.text)
    if not _CLOCK.search(bare):
        try:
            around = [datetime.fromisoformat(a or b) + timedelta(seconds=n) for a, b in written for n in (-1, 0, 1)]
        except (ValueError, OverflowError):
            return None
        return sorted(dict.fromkeys(around))
    # Of hours and moments together each could be told by the other alone.
    return (
        None
        if written or "time" in _CLOCK.sub(" ", bare)
        else [_WEEK + timedelta(minutes=15 * n) for n in range(7 * 96)]
    )


def _written(text: str) -> tuple[list[str], list[int]]:
    """The texts and numbers in a condition."""
    texts = dict.fromkeys(found[1] or found[2] or "" for found in _TEXT.finditer(text))
    return [*texts], [*dict.fromkeys(int(found[0]) for found in _NUMBER.finditer(_TEXT.sub(" ", text)))]


def _false_of(when: When, case: Mapping[str, Any]) -> bool:
    claims: dict[str, Any] = {}
    known = {name: value for name, value in case.items() if not name.startswith("claim ") and value is not None}
    for name, value in case.items():
        *inner, last = name.removeprefix("claim ").split(".") if name.startswith("claim ") else [""]
        at = claims
        for part in inner:
            at = at.setdefault(part, {})
        if last and value is not None:
            at[last] = value
    kind = known.get("operation.kind")
    if "operation.group" in known and kind is not None and OPERATION_KINDS[kind] != known["operation.group"]:
        return True  # there is no such call
    try:
        return not when.holds({**known, "principal.claims": claims})
    except Untold:
        return True


def _values(name: str, rule: CompiledRule, texts: list[str], numbers: list[int]) -> list[Any]:
    """What a name may stand for, as far as the condition tells it apart."""
    one, where = shape(rule), rule.rule.where
    if name in _COUNTS:
        most = rule.rule.grant.records if name == "impact.records" and rule.rule.grant else None
        return sorted({max(n + d, 0) for n in (*numbers, 0) for d in (-1, 0, 1) if most is None or n + d <= most})
    if name in _LISTS:
        return _lists(texts, one.groups if name == "principal.groups" else ())
    made = [*texts, _OTHER, *_instances(texts)]
    known: dict[str, list[Any]] = {
        "operation.kind": sorted(rule.kinds),
        "operation.group": sorted({OPERATION_KINDS[kind] for kind in rule.kinds}),
        "operation.vectors": [True, False],
        "source.address": [*_addresses(texts)],
        "principal.user": sorted(one.users) or made,
    }
    if name == "upstream" and isinstance(where, Where) and where.upstreams:
        near = {*made, *_instances(where.upstreams), *(text for text in where.upstreams if not {"*", "?"} & set(text))}
        return sorted(filter(glob(where.upstreams), near))
    return known.get(name, made)


def _lists(texts: list[str], must: Iterable[str]) -> list[Any]:
    """Lists with each choice of what is written there, and one of those that must be in it."""
    some = [found for n in range(len(texts) + 1) for found in combinations(texts, n)] if len(texts) < 8 else [texts]
    return [[*found, *more] for found in some for more in ([[one] for one in must] or [[], [_OTHER]])]


def _claimed(name: str, rule: CompiledRule, texts: list[str], numbers: list[int]) -> list[Any]:
    accepted = shape(rule).who.claims.get(name)
    if accepted is not None and len(accepted) == 1:
        only = accepted[0]
        return [only, [only], *([only, text] for text in texts)]
    counts = [n + d for n in numbers for d in (-1, 0, 1)]
    some = [[*found] for n in range(min(len(texts), 4) + 1) for found in combinations(texts, n)]
    return [None, *texts, _OTHER, True, False, *counts, *some]


def _instances(patterns: Iterable[str]) -> list[str]:
    """Texts that fit patterns."""
    return [
        one.replace("?", "x").replace("*", star) for one in patterns if {"*", "?"} & set(one) for star in ("", "xx")
    ]


def _addresses(texts: list[str]) -> Iterator[str]:
    """Addresses inside of each network that is named, at its edges and beside it; and one elsewhere."""
    yield "203.0.113.77"
    yield "2001:db8:ffff::77"
    for text in texts:
        try:
            network = ipaddress.ip_network(text)
        except ValueError:
            yield text
            continue
        for edge, step in ((network.network_address, -1), (network.broadcast_address, 1)):
            yield str(edge)
            if 0 <= int(edge) + step < 2**network.max_prefixlen:
                yield str(edge + step)
