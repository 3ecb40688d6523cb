"""What is allowed, but probably not meant? Warnings of `vecgate policy check`; a mistake is told by `load`."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from vecgate.domain.kinds import EXACT, OPERATION_KINDS
from vecgate.domain.people import CLIENTS
from vecgate.domain.profiles import UNSAFE_NOTHING
from vecgate.parsing.words import did_you_mean
from vecgate.policy.language.model import Where, Who
from vecgate.policy.language.values import expand
from vecgate.policy.review import (
    approver_advice,
    asking_advice,
    contradictions,
    danger_advice,
    idle_advice,
    inventory_advice,
    oracle_advice,
    row_advice,
    time_advice,
)
from vecgate.policy.review.nearby import slips
from vecgate.policy.review.reach import Held, Index, overreaching, unreachable
from vecgate.policy.review.surroundings import Surroundings as Surroundings
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.covers import Shape, covered, shape
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.policy.rules.matching import glob

#: What official clients ask for when they start, before they do anything.
STARTING: Final = ("auth_read", "tenant_read")
#: What says nothing of the records: anybody may be let to it.
_HARMLESS: Final = frozenset({"health", "auth_read", "tenant_read", "collection_read"})
#: Claims that every issuer knows, with the type of their value where there is one.
_STANDARD: Final[dict[str, type | None]] = {
    **dict.fromkeys(("iss", "sub", *CLIENTS, "email", "preferred_username", "acr", "tid", "sid"), str),
    **dict.fromkeys(("email_verified", "phone_number_verified"), bool),
    **dict.fromkeys(("aud", "amr", "groups", "roles", "scope", "scp", "permissions", "tenant", "department")),
}
#: Fields that stand right at the top of an answer.
_TOP: Final = frozenset({"documents", "metadatas", "metadata", "uris", "ids", "id", "name", "document", "text"})
_DOTTED: Final = re.compile(r"\.[A-Za-z0-9_-]")
_ONE_OF_MANY: Final = re.compile(r"(^|[:./])\*")

type Found = Iterator[tuple[str, str]]


def _groups(rule: CompiledRule) -> tuple[str, ...]:
    who, asked = rule.rule.who, rule.rule.approvers
    mine = () if isinstance(who, str) else (*who.groups, *who.except_groups)
    return (*mine, *(asked.groups if asked else ()))


def _claims(rule: CompiledRule) -> dict[str, tuple[Any, ...]]:
    return {} if isinstance(rule.rule.who, str) else rule.rule.who.claims


def _wide_open(policies: PolicySet, _around: Surroundings) -> Found:
    for rule in policies.rules:
        one = shape(rule)
        everywhere = all(not p or p.cover("*") for p in (one.collections, one.tenants, one.databases, one.upstreams))
        if not one.allows or one.where.without_collection or not everywhere or one.who != Who():
            continue
        if more := sorted({OPERATION_KINDS[kind] for kind in one.kinds - _HARMLESS}):
            said = f"lets everybody with a valid token do this anywhere: {', '.join(more)}"
            yield rule.place, f"rule '{rule.rule.name}' {said}; name groups in 'who', or collections in 'where'"


def _masks_nothing(policies: PolicySet, _around: Surroundings) -> Found:
    for rule in policies.rules:
        if UNSAFE_NOTHING.name in rule.masks:
            yield rule.place, f"rule '{rule.rule.name}' masks nothing ('{UNSAFE_NOTHING.name}')"


def _raw(policies: PolicySet, _around: Surroundings) -> Found:
    """Kinds that must be named: groups which cover none of what they seem to, and rules that do name one."""
    for rule in policies.rules:
        if rule.rule.effect == "deny":
            continue
        for word in rule.rule.operations:
            if word not in EXACT and (left := (expand(word) & EXACT) - rule.kinds):
                said = f"'{word}' does not cover {', '.join(sorted(left))} here"
                yield rule.place, f"rule '{rule.rule.name}': {said}; to allow or hold one, name it"
        if raw := sorted(EXACT.intersection(rule.kinds)):
            said = f"lets out {', '.join(raw)}: nothing of that is masked, counted or kept to rows"
            yield rule.place, f"rule '{rule.rule.name}' {said}"


def _profiles(policies: PolicySet, _around: Surroundings) -> Found:
    used = {name for r in policies.rules for name in (*r.masks, r.rule.inputs.profile) if name}
    for name, place in policies.profile_places.items():
        profile = policies.profiles[name]
        if name not in used:
            yield place, f"mask profile '{name}' is used by no rule; name it in a rule's 'mask', or remove it"
        if profile.masks_nothing:
            yield place, f"mask profile '{name}' masks nothing: everything in it is 'keep'"
        elif name in policies.keeping:
            said = f"mask profile '{name}' has 'default: keep', so it masks only what it lists"
            yield place, f"{said}; say 'default: replace', and 'keep' for what may be seen"
        for field, _ in profile.fields.items():
            if not set(field) & set("*?.") and field.casefold() not in _TOP:
                said = f"'{field}' in the fields of mask profile '{name}' is only a field at the top of an answer"
                yield place, f"{said}; write '*.{field}' for one that is called so anywhere"


def _upstreams(policies: PolicySet, around: Surroundings) -> Found:
    for rule in policies.rules if around.upstreams else ():
        for pattern in shape(rule).where.upstreams:
            if not any(map(glob([pattern]), around.upstreams)):
                known = f"the settings know {', '.join(around.upstreams)}.{did_you_mean(pattern, around.upstreams)}"
                yield rule.place, f"rule '{rule.rule.name}': no database is called '{pattern}'; {known}"


def _snapshots(policies: PolicySet, around: Surroundings) -> Found:
    for rule in policies.rules:
        where = shape(rule).upstreams
        over = [name for name in around.keepless if rule.rule.snapshot_first and (not where or where.cover(name))]
        if over:
            said = f"wants a snapshot first, and {', '.join(over)} takes none: its calls there are refused"
            yield rule.place, f"rule '{rule.rule.name}' {said}; name other 'upstreams'"


def _dots(policies: PolicySet, _around: Surroundings) -> Found:
    """`tick.*`, where nothing else has a dot in its name: whoever wrote it thought of a regular expression."""
    named = [(r, p) for r in policies.rules for p in (*shape(r).where.collections, *shape(r).where.tenants)]
    if any(_DOTTED.search(pattern) for _, pattern in named):
        return
    for rule, pattern in named:
        if ".*" in pattern:
            said = f"'{pattern}' wants a dot in the name; write '{pattern.replace('.*', '*')}' if none is meant"
            yield rule.place, f"rule '{rule.rule.name}': {said}"


def _group_names(policies: PolicySet, around: Surroundings) -> Found:
    names = [name for rule in policies.rules for name in dict.fromkeys(_groups(rule))]
    meant = dict(slips(names, around.groups))
    often = Counter(names)
    for rule in policies.rules if meant else ():
        for name in dict.fromkeys(_groups(rule)):
            if name in meant:
                said = f"group '{name}' is named {often[name]} time(s), '{meant[name]}' elsewhere"
                yield rule.place, f"rule '{rule.rule.name}': {said}. Did you mean '{meant[name]}'?"


def _lonely_denies(policies: PolicySet, around: Surroundings) -> Found:
    """Groups that only one deny rule knows: nobody would notice that it is misspelt."""
    naming: dict[str, set[str]] = {}
    for rule in policies.rules:
        for name in _groups(rule):
            naming.setdefault(name, set()).add(rule.rule.name)
    for rule in policies.rules:
        if rule.rule.effect == "deny" and not isinstance(rule.rule.who, str):
            who = rule.rule.who
            for name in (*who.groups, *who.except_groups):
                if len(naming[name]) == 1 and name not in around.groups:
                    said = f"group '{name}' is named by no other rule and in no test"
                    yield (
                        rule.place,
                        f"rule '{rule.rule.name}': {said}; if it is misspelt, nobody is denied who should be",
                    )


def _claim_names(policies: PolicySet, around: Surroundings) -> Found:
    known = {*around.claims, *_STANDARD}
    meant = dict(slips([name for rule in policies.rules for name in _claims(rule)], known))
    for rule in policies.rules:
        for name, values in _claims(rule).items():
            head = f"rule '{rule.rule.name}': claim '{name}'"
            if name in meant:
                yield rule.place, f"{head}: Did you mean '{meant[name]}'?"
            wanted = _STANDARD.get(name)
            if wanted and any(type(v) is not wanted for v in values):
                kind = "true or false" if wanted is bool else "a text"
                yield rule.place, f"{head} is {kind} in a token, and is compared with its type; write it so"
            if name == "scope" and len(values) == 1 and " " not in str(values[0]):
                said = "is one text with all scopes in it, and is compared as a whole"
                yield rule.place, f"{head} {said}; ask for a claim that is a list"
            if any(isinstance(v, str) and _ONE_OF_MANY.search(v) for v in values):
                yield rule.place, f"{head} is compared exactly; the '*' in its value stands for itself"


def _claim_values(policies: PolicySet, around: Surroundings) -> Found:
    lists = {"iss": ("issuer", around.issuers), "aud": ("audience", around.audiences)}
    for rule in policies.rules:
        for name, values in _claims(rule).items():
            what, known = lists.get(name, ("", ()))
            for value in values if known else ():
                if value not in known:
                    said = f"no {what} of the settings is '{value}'; they have {', '.join(known)}"
                    yield rule.place, f"rule '{rule.rule.name}': {said}.{did_you_mean(value, known)}"


def _approvers(policies: PolicySet, around: Surroundings) -> Found:
    yield from approver_advice.elsewhere(policies, around.issuers)
    yield from approver_advice.not_on_call(policies, around.on_call)
    yield from approver_advice.words(policies)
    yield from asking_advice.found(policies)


def _starting(policies: PolicySet, around: Surroundings) -> Found:
    """Rules whose people cannot even start their client."""
    index = Index()
    for rule in policies.rules:
        if rule.rule.effect == "allow" and not rule.kinds.isdisjoint(STARTING):
            index.add(Held(rule, shape(rule)))
    stuck: dict[tuple[str, ...], list[CompiledRule]] = {}
    for rule in policies.rules if around.starts else ():
        if rule.rule.effect != "deny" and rule.kinds - _HARMLESS - {"unmask"}:
            missing = tuple(kind for kind in STARTING if not _may(index, shape(rule), kind))
            if missing:
                stuck.setdefault(missing, []).append(rule)
    for missing, rules in stuck.items():
        names = ", ".join(f"'{r.rule.name}'" for r in rules[:3]) + (f" and {len(rules) - 3} more" if rules[3:] else "")
        said = f"clients of those whom {names} is about cannot start: nothing allows them {' and '.join(missing)}"
        yield rules[0].place, f"{said} without a collection; see 'everyone-handshake' in the shipped policies"


def _may(index: Index, one: Shape, kind: str) -> bool:
    tenants = () if kind == "auth_read" else one.where.tenants
    where = Where.model_construct(upstreams=one.where.upstreams, tenants=tenants, without_collection=True)
    people = [one.who.model_copy(update={"groups": (group,)}) for group in one.who.groups] or [one.who]
    asked = (Shape(who, where, frozenset({kind}), True) for who in people)
    return all(any(covered(held.shape, call) for held in index.candidates(call)) for call in asked)


def _reach(policies: PolicySet, _around: Surroundings) -> Found:
    for rule, said in (*unreachable(policies.rules), *overreaching(policies.rules)):
        yield rule.place, f"rule '{rule.rule.name}' {said}"


def _times_and_places(policies: PolicySet, around: Surroundings) -> Found:
    yield from time_advice.apart(policies, around.at)
    yield from inventory_advice.idle(policies, around.collections)
    yield from inventory_advice.idle_in(policies, around.there, around.upstreams)


def _rows(policies: PolicySet, around: Surroundings) -> Found:
    yield from row_advice.claim_names(policies, {*around.claims, *_STANDARD})
    yield from row_advice.beside(policies)
    yield from (*row_advice.unscopable(policies, around.rowless), *row_advice.unguarded(policies, around.unguarded))


def _oracles(policies: PolicySet, _around: Surroundings) -> Found:
    yield from oracle_advice.useless(policies)


def _idle(policies: PolicySet, around: Surroundings) -> Found:
    yield from contradictions.conditions(policies, around.upstreams)
    yield from idle_advice.words(policies)


def _dangers(policies: PolicySet, _around: Surroundings) -> Found:
    yield from danger_advice.found(policies)


_ALL: Final[tuple[Callable[[PolicySet, Surroundings], Found], ...]] = (
    _wide_open,
    _masks_nothing,
    _raw,
    _profiles,
    _upstreams,
    _snapshots,
    _dots,
    _group_names,
    _lonely_denies,
    _claim_names,
    _claim_values,
    _approvers,
    _starting,
    _reach,
    _times_and_places,
    _rows,
    _oracles,
    _idle,
    _dangers,
)


def _by_line(found: tuple[str, str]) -> tuple[str, int]:
    label, _, line = found[0].rpartition(":")
    return label, int(line) if line.isdigit() else 0


_ALONE: Final = Surroundings()


def advice(policies: PolicySet, around: Surroundings = _ALONE, unread: Iterable[Path] = ()) -> list[str]:
    """Every warning as `file:line: what`, in the order of files. `unread`: policy files in folders below."""
    aside = (
        (f"{file}:1", "this file is in a folder of the policies, and is not read; move it up, or out")
        for file in unread
    )
    found = [*aside, *(one for look in _ALL for one in look(policies, around))]
    return [f"{place}: {said}" for place, said in sorted(dict.fromkeys(found), key=_by_line)]
