"""Does a rule fit a call? One list of checks per rule, used to decide and to explain alike."""

import fnmatch
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from vecgate.domain.claims import claim
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.domain.operation import Operation
from vecgate.domain.people import acts_now, agents, folded
from vecgate.domain.principal import Principal
from vecgate.policy.language.model import RowFilter, Rule, Where, Who
from vecgate.policy.language.values import OPENING
from vecgate.policy.rules import claimed

#: What the criterion of a collection's name is about, and that of the claims which tell the caller's rows.
COLLECTIONS: Final = "collections"
UPSTREAMS: Final = "upstreams"
CLAIMED: Final = "claims of 'rows'"

type Test = Callable[[Principal, Operation, str], bool]
type Fits = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Check:
    """One criterion: what it is about, what it wants, and whether a call has it."""

    about: str
    wants: str
    test: Test


def glob(patterns: Iterable[str]) -> Fits:
    """A full, case-sensitive match of any pattern; `*` is any text, `?` one character."""
    found = re.compile("|".join(fnmatch.translate(pattern) for pattern in patterns)).match
    return lambda text: found(text) is not None


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def _has_claim(name: str, accepted: tuple[str | int | bool, ...]) -> Test:
    wanted = {(type(value), value) for value in accepted}  # True is not 1

    def test(principal: Principal, _operation: Operation, _upstream: str) -> bool:
        value = claim(principal.claims, name)
        values = value if isinstance(value, list | tuple) else [value]
        return any((type(v), v) in wanted for v in values if isinstance(v, str | int | bool))

    return test


def _used_by(names: tuple[str, ...]) -> Test:
    """Whether somebody else uses the caller's token, or one of these does; however the name is written."""
    known, anybody = {folded(name) for name in names}, "*" in names

    def test(principal: Principal, _operation: Operation, _upstream: str) -> bool:
        return (anybody and "act" in principal.claims) or not known.isdisjoint(agents(principal))

    return test


def _acts_now(name: str) -> Test:
    """Whether this one acts for the caller, with nobody between them and this call; however the name is written."""
    known = folded(name)

    def test(principal: Principal, _operation: Operation, _upstream: str) -> bool:
        return "act" in principal.claims and (name == "*" or known in acts_now(principal))

    return test


def _who(who: Who) -> Iterable[Check]:
    groups, users, barred = frozenset(who.groups), frozenset(who.called), frozenset(who.except_groups)
    if groups:
        yield Check("groups", _listed(who.groups), lambda p, o, u: not groups.isdisjoint(p.groups))
    if users:
        yield Check("users", _listed(who.called), lambda p, o, u: p.user in users)
    for name, accepted in who.claims.items():
        yield Check(f"claim {name}", _listed(map(str, accepted)), _has_claim(name, accepted))
    if who.agents:
        yield Check("agents", _listed(who.agents), _used_by(who.agents))
    if who.agent:
        yield Check("agent", who.agent, _acts_now(who.agent))
    if barred:
        wants = f"none of {_listed(who.except_groups)}"
        yield Check("except_groups", wants, lambda p, o, u: barred.isdisjoint(p.groups))


def _named(patterns: tuple[str, ...], of: Callable[[Operation], str | None]) -> Test:
    fits, everything = glob(patterns), "*" in patterns

    def test(_principal: Principal, operation: Operation, _upstream: str) -> bool:
        name = of(operation)
        return everything if name is None else fits(name)

    return test


def _tenants(patterns: tuple[str, ...], effect: str) -> Test:
    literal = tuple(pattern for pattern in patterns if claimed.claim_in(pattern) is None)
    if literal == patterns:
        return _named(patterns, lambda o: o.tenant)
    fits = _named(literal, lambda o: o.tenant)

    def test(principal: Principal, operation: Operation, upstream: str) -> bool:
        own = claimed.tenants(patterns, principal)
        if own is None:
            return effect not in OPENING  # who lacks a claim is not let off: their call is denied then
        return operation.tenant in own or (bool(literal) and fits(principal, operation, upstream))

    return test


def _rows(rows: tuple[RowFilter, ...]) -> Check:
    """Whether the caller has the claims that say which rows are theirs."""
    named = [name for row in rows for name in map(claimed.claim_in, row.wanted) if name]
    wants = f"{_listed(dict.fromkeys(named))} as a text, whole number or true/false; in 'any_of' also a list"
    return Check(CLAIMED, wants, lambda p, o, u: claimed.rows(rows, p) is not None)


def sweeps(operation: Operation) -> bool:
    """Whether a call that names no collection touches them all: wiping them does, listing them does not."""
    return not operation.collections and OPERATION_KINDS.get(operation.kind) not in ("read", "admin")


def every(patterns: tuple[str, ...]) -> Callable[[Operation], bool]:
    """Whether patterns fit all collections of a call; one that names none is of all of them."""
    fits, everything = glob(patterns), "*" in patterns
    return lambda o: all(map(fits, o.collections)) if o.collections else everything


def _collections(patterns: tuple[str, ...], effect: str) -> Test:
    # One collection that may not be read is enough to deny, and one that may be read is not enough to allow.
    fits, fit_all = glob(patterns), every(patterns)
    if effect in OPENING:
        return lambda p, o, u: fit_all(o)
    return lambda p, o, u: any(map(fits, o.collections)) if o.collections else fit_all(o) or sweeps(o)


def _is_of_none(_principal: Principal, operation: Operation, _upstream: str) -> bool:
    return not operation.collections


def _where(where: Where, effect: str) -> Iterable[Check]:
    if where.upstreams:
        fits = glob(where.upstreams)
        yield Check(UPSTREAMS, _listed(where.upstreams), lambda p, o, u: fits(u))
    if where.tenants:
        yield Check("tenants", _listed(where.tenants), _tenants(where.tenants, effect))
    if where.databases:
        yield Check("databases", _listed(where.databases), _named(where.databases, lambda o: o.database))
    if where.collections:
        wants = f"{'all' if effect in OPENING else 'any'} in {_listed(where.collections)}"
        yield Check(COLLECTIONS, wants, _collections(where.collections, effect))
    if where.without_collection:
        yield Check("without_collection", "a call that names no collection", _is_of_none)


def criteria(who: Who | str | None, where: Where | str | None, effect: str) -> tuple[Check, ...]:
    """Every criterion of who and where; none for a word like `anyone`."""
    asked = _who(who) if isinstance(who, Who) else ()
    return (*asked, *(_where(where, effect) if isinstance(where, Where) else ()))


def is_about(rule: Rule, principal: Principal) -> bool:
    """Whether a rule is about this person, wherever and whatever they do."""
    nothing = Operation("", "", "", 0)
    return isinstance(rule.who, str) or all(check.test(principal, nothing, "") for check in _who(rule.who))


def checks(rule: Rule) -> tuple[Check, ...]:
    """Every criterion of who and where; none for a word like `anyone`. Operations are not among them."""
    claims = any(claimed.claim_in(value) for row in rule.rows for value in row.wanted)
    return (
        *criteria(rule.who, rule.where, rule.effect),
        *((_rows(rule.rows),) if claims and rule.effect in OPENING else ()),
    )
