"""Which rules would allow what was seen, and nothing of another kind? Recorded calls -> the text of a policy file.

Who: groups all of whose people that were seen did it, else the people themselves. Where: collections by name, no
pattern. What destroys, changes collections or goes out is held, never allowed. What took a yes, to the call or to
access for a time, is no reason to allow it, and left out. Claims and tenants are not recorded: no rule turns on them.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from vecgate.domain.kinds import BY_NAME, EXACT, OPERATION_KINDS, SCAN
from vecgate.policy.asked.replay import Called

MASK: Final = "proposed"
#: Of these groups nothing is allowed, and of those that are allowed nothing of these kinds: it takes a person's yes.
_ALLOWED: Final = frozenset({"read", "write"})
_OWN: Final = BY_NAME - EXACT - {SCAN}
_DANGEROUS: Final = frozenset({"update_filter", "mixed_batch", "import", "scan"})
#: A name that can be named: no pattern, nothing that is masked in the record, nothing that is not shown.
_PLAIN: Final = re.compile(r"[^*?\[\]<>\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]+")
_BARE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_WORDS: Final = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})
_NAMED: Final = 6
#: What was had for a time is no standing rule.
_GRANTED: Final = "under access that was granted for a time, or taken in an emergency"
_AGREED: Final = "what somebody said yes to, one by one, and would be allowed"
#: Room above what was seen, so that the next busy minute is not refused; and the least that is proposed.
_ROOM, _LEAST_RATE = 2, 30


@dataclass(frozen=True, slots=True)
class Seen:
    """A call that was answered. `given`: how many records its answer held, where that is known.

    `granted`: it was under access that somebody had asked for, or broken the glass for; `agreed`: it took a yes itself.
    """

    call: Called
    given: int | None = None
    granted: bool = False
    agreed: bool = False


@dataclass(slots=True)
class _Use:
    """What some people did with some collections by one kind of operation."""

    users: dict[str, frozenset[str]] = field(default_factory=dict)
    calls: list[Seen] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The text of a policy file; and how many calls it does not speak of, each with why."""

    text: str
    rules: int
    left: Mapping[str, int]


type _Place = tuple[str, tuple[str, ...]]
type _Who = tuple[tuple[str, ...], tuple[str, ...]]


def dangerous(kind: str) -> bool:
    """Whether it is held rather than allowed."""
    return OPERATION_KINDS[kind] not in _ALLOWED or kind in _DANGEROUS


def propose(seen: Iterable[Seen], approvers: Sequence[str], mask: str = "") -> Proposal:
    """The rules. `mask`: a profile that is there already; left out: one of the proposal's own, which masks all."""
    uses, left, members = defaultdict[tuple[_Place, str], _Use](_Use), Counter[str](), defaultdict[str, set[str]](set)
    count = 0
    for one in seen:
        call = one.call
        for group in call.principal.groups:
            members[group].add(call.principal.user)
        if (why := _unasked(one) or _unspeakable(call)) is not None:
            left[why] += 1
            continue
        count += 1
        use = uses[(call.upstream, tuple(sorted(call.operation.collections))), call.operation.kind]
        use.users[call.principal.user] = use.users.get(call.principal.user, frozenset()) | call.principal.groups
        use.calls.append(one)
    rules = [*_rules(uses, members)]
    names = Counter[str]()
    written = [_written(rule, names, approvers, mask or MASK) for rule in rules]
    return Proposal("\n".join([*_head(count, left, rules, mask), *written]), len(written), left)


def _unasked(one: Seen) -> str | None:
    """Why it says nothing of what may be done without a yes."""
    if one.granted:
        return _GRANTED
    return _AGREED if one.agreed and not dangerous(one.call.operation.kind) else None


def _unspeakable(call: Called) -> str | None:
    named = [call.principal.user, call.upstream, *call.operation.collections, *call.principal.groups]
    if call.operation.kind in _OWN:
        return "what the gateway answers itself"
    if not all(name.strip() == name and _PLAIN.fullmatch(name) for name in named):
        return "names that are masked in the record, or that a rule cannot name"
    return None


@dataclass(frozen=True, slots=True)
class _Rule:
    who: _Who
    upstream: str
    collections: tuple[str, ...]
    kinds: tuple[str, ...]
    held: bool
    calls: tuple[Seen, ...]


def _who(use: _Use, members: Mapping[str, set[str]]) -> _Who:
    """Groups that only doers were seen of, the smallest first; and who is in none of them."""
    left, groups = set(use.users), list[str]()
    near = {group for found in use.users.values() for group in found if members[group] <= set(use.users)}
    for group in sorted(near, key=lambda one: (-len(members[one] & left), one)):
        if members[group] & left:
            groups.append(group)
            left -= members[group]
    return tuple(sorted(groups)), tuple(sorted(left))


def _rules(uses: Mapping[tuple[_Place, str], _Use], members: Mapping[str, set[str]]) -> Iterator[_Rule]:
    """Kinds of one place and the same people together, then places where the same people do the same."""
    kinds = defaultdict[tuple[_Who, _Place, str], dict[str, _Use]](dict)
    for (place, kind), use in uses.items():
        class_ = "hold" if dangerous(kind) else OPERATION_KINDS[kind]
        groups, users = _who(use, members)
        for who in filter(any, ((groups, ()), ((), users))):
            kinds[who, place, class_][kind] = use
    merged = defaultdict[tuple[_Who, str, str, tuple[str, ...], tuple[str, ...]], list[tuple[_Place, dict[str, _Use]]]](
        list
    )
    for (who, place, class_), found in kinds.items():
        # What touches several collections at once must fit one rule whole, and no wider one.
        together = place[1] if len(place[1]) > 1 else ("one",) if place[1] else ()
        merged[who, place[0], class_, tuple(sorted(found)), together].append((place, found))
    for (who, upstream, class_, names, _), places in sorted(merged.items()):
        collections = sorted({name for place, _ in places for name in place[1]})
        calls = [one for _, found in places for use in found.values() for one in use.calls if _is(who, one)]
        yield _Rule(who, upstream, tuple(collections), names, class_ == "hold", tuple(calls))


def _is(who: _Who, one: Seen) -> bool:
    return one.call.principal.user in who[1] or not one.call.principal.groups.isdisjoint(who[0])


# how it is written


def _head(count: int, left: Mapping[str, int], rules: Sequence[_Rule], mask: str) -> list[str]:
    people = {one.call.principal.user for rule in rules for one in rule.calls}
    lines = [
        f"# Proposed by 'vecgate policy propose' from {count} recorded calls of {len(people)} people. Read it first:",
        "# it allows what was seen, by name, and holds what destroys or changes collections. Nobody has said yet",
        "# that what was seen was right.",
        "# Claims and tenants are not recorded, so no rule here turns on them.",
        *(f"# Left out: {number} calls: {why}." for why, number in sorted(left.items())),
        "version: 1",
        "",
    ]
    own = [
        "mask_profiles:",
        f"  {MASK}: {{default: replace}}  # whatever is personal; loosen it where it is needed",
        "",
    ]
    return [*lines, *([] if mask else own), "rules:"]


def _written(rule: _Rule, names: Counter[str], approvers: Sequence[str], mask: str) -> str:
    where = f"upstreams: {_list([rule.upstream])}"
    where += f", collections: {_list(rule.collections)}" if rule.collections else ", without_collection: true"
    who = ", ".join(f"{word}: {_list(of)}" for word, of in zip(("groups", "users"), rule.who, strict=True) if of)
    lines = [
        *(f"  # {line}" for line in _rests_on(rule)),
        f"  - name: {_name(rule, names)}",
        f"    who: {{{who}}}",
        f"    where: {{{where}}}",
        f"    operations: {_list(rule.kinds)}",
        f"    effect: {'hold' if rule.held else 'allow'}",
        f"    mask: {_scalar(mask)}",
    ]
    if rule.held:
        return "\n".join([*lines, f"    approvers: {{groups: {_list(approvers)}}}", ""])
    return "\n".join([*lines, f"    limits: {{{', '.join(_limits(rule))}}}", ""])


def _rests_on(rule: _Rule) -> Iterator[str]:
    kinds = Counter(one.call.operation.kind for one in rule.calls)
    people = Counter(one.call.principal.user for one in rule.calls)
    first, last = min(one.call.at for one in rule.calls), max(one.call.at for one in rule.calls)
    shown = ", ".join(f"{_scalar(user)} {n}" for user, n in people.most_common(_NAMED))
    more = f" and {len(people) - _NAMED} more" if len(people) > _NAMED else ""
    yield f"rests on {len(rule.calls)} calls ({shown}{more}), {first[:10]} to {last[:10]}"
    did = ", ".join(f"{kind} {n}" for kind, n in sorted(kinds.items()))
    yield f"{did}; at most {_busiest(rule)} a minute of one person"


def _limits(rule: _Rule) -> Iterator[str]:
    asked = [n for one in rule.calls for n in (one.call.operation.limit, one.given) if n is not None]
    if OPERATION_KINDS[rule.kinds[0]] == "read" and any(asked):
        yield f"max_results: {max(asked)}"
    named = [one.call.operation.records for one in rule.calls if one.call.operation.records]
    if OPERATION_KINDS[rule.kinds[0]] == "write" and named:
        yield f"max_records: {max(named)}"
    yield f"rate: {max(_LEAST_RATE, _ROOM * _busiest(rule))}/min"


def _busiest(rule: _Rule) -> int:
    minutes = Counter((one.call.principal.user, one.call.at[:16]) for one in rule.calls)
    return max(minutes.values())


def _name(rule: _Rule, names: Counter[str]) -> str:
    does = "asks" if rule.held else "reads" if OPERATION_KINDS[rule.kinds[0]] == "read" else "writes"
    words = [*(rule.who[0] or rule.who[1])[:1], does, *rule.collections[:1]]
    stem = re.sub(r"[^a-z0-9]+", "-", "-".join(words).lower()).strip("-")[:48] or "rule"
    stem = stem if stem[0].isalpha() else f"r-{stem}"
    names[stem] += 1
    return stem if names[stem] == 1 else f"{stem}-{names[stem]}"


def _scalar(text: str) -> str:
    plain = _BARE.fullmatch(text) and text.lower() not in _WORDS
    return text if plain else json.dumps(text, ensure_ascii=False)


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_scalar, texts))}]"
