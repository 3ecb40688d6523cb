"""What of a caller's token stands in a rule? `{claims.NAME}` in its `tenants` and `rows`, filled in or missing.

A claim is filled in whole and with its type, or the rule is not for that caller: nothing is ever left out of a filter.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from vecgate.domain.claims import claim
from vecgate.domain.principal import Principal
from vecgate.domain.row import Row, Scalar
from vecgate.policy.language.model import RowFilter, Rule
from vecgate.policy.language.values import CLAIM

#: More values than this are no list of what one person may see.
MOST_VALUES: Final = 256
_LONGEST: Final = 512
_WHOLE: Final = range(-(2**63), 2**63)  # what every database keeps as it is


def claim_in(value: object) -> str | None:
    """The name of the claim that a value stands for; None where it stands for itself."""
    found = CLAIM.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else None


def claims_of(rule: Rule) -> tuple[str, ...]:
    """Every claim that a rule fills in."""
    tenants = () if isinstance(rule.where, str) else rule.where.tenants
    values = (*tenants, *(value for row in rule.rows for value in row.wanted))
    return tuple(dict.fromkeys(name for name in map(claim_in, values) if name))


def tenants(patterns: Iterable[str], principal: Principal) -> frozenset[str] | None:
    """The tenants that claims among the patterns name; None where one names none."""
    found = set[str]()
    for name in filter(None, map(claim_in, patterns)):
        values = [*_values(claim(principal.claims, name), many=True)]
        if not values or not all(isinstance(value, str) for value in values):
            return None
        found |= {value for value in values if isinstance(value, str)}
    return frozenset(found)


def rows(filters: Iterable[RowFilter], principal: Principal) -> tuple[Row, ...] | None:
    """What records must have, for this caller; None where a claim is missing or of another type."""
    found = list[Row]()
    for row in filters:
        values = list[Scalar]()
        for value in row.wanted:
            name = claim_in(value)
            got = [value] if name is None else [*_values(claim(principal.claims, name), many=row.any_of is not None)]
            if not got:
                return None
            values += got
        once = {(type(value), value): value for value in values}  # True is not 1
        if len(once) > MOST_VALUES:
            return None
        found.append(Row(row.field, tuple(once.values())))
    return tuple(found)


def lacks(rule: Rule, principal: Principal) -> bool:
    """Whether a rule is about tenants of claims that the caller does not have."""
    return not isinstance(rule.where, str) and tenants(rule.where.tenants, principal) is None


def _values(value: Any, *, many: bool) -> Iterator[Scalar]:
    """The values of a claim, all of them or none."""
    values = value if many and isinstance(value, list | tuple) else (value,)
    if all(map(_usable, values)):
        yield from values


def _usable(value: Any) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= _LONGEST
    return isinstance(value, bool) or (type(value) is int and value in _WHOLE)


def unproven(rule: Rule, principal: Principal) -> bool:
    """Whether a rule takes a proof of the token's key that its sender has not given."""
    wanted = rule.require_proof
    return wanted is not None and principal.proof not in (("dpop", "mtls") if wanted == "any" else (wanted,))
