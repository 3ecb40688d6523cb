"""What do rows, claims and guards of rules come to that was probably not meant? A part of `vecgate policy check`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from vecgate.domain.kinds import NO_RECORDS
from vecgate.policy.review.nearby import slips
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.covers import covered, shape
from vecgate.policy.rules.evaluate import PolicySet

type Found = Iterator[tuple[str, str]]

_SHOWN: Final = 6


def _listed(names: Iterable[str]) -> str:
    known = sorted(names)
    return ", ".join(known[:_SHOWN]) + (f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else "")


def claim_names(policies: PolicySet, known: Iterable[str]) -> Found:
    """Claims to fill in that are one slip away from one that is known."""
    meant = dict(slips([name for rule in policies.rules for name in rule.claims], known))
    for rule in policies.rules:
        for name in rule.claims:
            if name in meant:
                yield rule.place, f"rule '{rule.rule.name}': claim '{name}': Did you mean '{meant[name]}'?"


def beside(policies: PolicySet) -> Found:
    """Rules of rows where another one lets the same people, without the claim, to all of them."""
    whole = [rule for rule in policies.rules if rule.rule.effect == "allow" and not rule.rule.rows]
    for rule in policies.rules:
        if rule.rule.effect != "allow" or not rule.rule.rows or not rule.claims:
            continue
        for other in whole:
            if rule.rank < other.rank and _touches_records(covered(shape(other), shape(rule))):
                said = f"whoever lacks {_named(rule)} reaches all rows, by '{other.rule.name}' ({other.place})"
                yield rule.place, f"rule '{rule.rule.name}': {said}; narrow that rule, or give it rows, too"


def _touches_records(kinds: frozenset[str]) -> bool:
    return bool(kinds - NO_RECORDS)


def _named(rule: CompiledRule) -> str:
    return f"the claim{'s' if rule.claims[1:] else ''} {_listed(rule.claims)}"


def unscopable(policies: PolicySet, databases: Mapping[str, tuple[str, frozenset[str]]]) -> Found:
    """Kinds of operation that a rule of rows names, and that its database cannot keep to rows."""
    for rule in policies.rules:
        if not rule.rule.rows:
            continue
        where, refused = shape(rule).upstreams, dict[str, set[str]]()
        for name, (dialect, kinds) in databases.items():
            if not where or where.cover(name):
                refused.setdefault(dialect, set[str]()).update(kinds & rule.kinds)
        for dialect, those in refused.items():
            if those:
                said = f"cannot be kept to rows in {dialect}, and are refused (rows.unscopable): {_listed(those)}"
                yield rule.place, f"rule '{rule.rule.name}': some of its operations {said}"


def unguarded(policies: PolicySet, databases: Mapping[str, tuple[str, Mapping[str, frozenset[str]]]]) -> Found:
    """Kinds of operation that a rule names together with a guard, and that its database refuses under it."""
    for rule in policies.rules:
        where, refused = shape(rule).upstreams, dict[tuple[str, str], set[str]]()
        for name, (dialect, guards) in databases.items() if rule.rule.effect != "deny" else ():
            if not where or where.cover(name):
                for guard in rule.guards.asked:
                    refused.setdefault((dialect, guard), set[str]()).update(guards.get(guard, frozenset()) & rule.kinds)
        for (dialect, guard), those in refused.items():
            if those:
                said = f"cannot be told apart for '{guard}' in {dialect}, and are refused (guards.untold):"
                yield rule.place, f"rule '{rule.rule.name}': some of its operations {said} {_listed(those)}"
