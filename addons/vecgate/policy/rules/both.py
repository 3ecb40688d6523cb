"""What do two decisions on one call come to? As much as both say yes to; a hold in either holds it."""

from dataclasses import replace
from typing import Final

from vecgate.domain.decision import Decision, Effect, Vectors
from vecgate.domain.guards import least
from vecgate.domain.row import Row

#: Two rules decide one call, and ask different people, or mask its records in two ways.
APART: Final = "policy.apart"
#: What answers may carry of vectors, from the least on.
_GIVEN: Final[tuple[Vectors, ...]] = (False, "zero", True)


def together(one: tuple[Row, ...], other: tuple[Row, ...]) -> tuple[Row, ...]:
    """What fits both. Two filters of one field stay two: a record must fit each."""
    return (*one, *(row for row in other if row not in one))


def both(one: Decision, other: Decision, *, reads: bool, mask: bool = False) -> Decision:
    """What two decisions on one call come to. Masks are those of the first; of all else it is as strict as either.

    `reads`: the second is on records that its answer holds besides; `mask`: and these are masked as those of the first.
    """
    if other.effect is Effect.DENY or one.effect is Effect.DENY:
        return one if one.effect is Effect.DENY else other
    # one mask, and the yes of one, must not do for the other
    asked_apart = one.effect is other.effect is Effect.HOLD and one.approvers != other.approvers
    if asked_apart or (mask and one.mask != other.mask):
        return replace(other, effect=Effect.DENY, reason=APART, rule=f"{one.rule}' and '{other.rule}")
    one = replace(
        one,
        rows=together(one.rows, other.rows),
        inputs=one.inputs.beside(other.inputs),
        guards=one.guards.beside(other.guards, shown=reads),
        max_records=least(one.max_records, other.max_records),
        max_results=least(one.max_results, other.max_results) if reads else one.max_results,
        vectors=min(one.vectors, other.vectors, key=_GIVEN.index) if reads else one.vectors,
        grant=one.grant or other.grant,
        snapshot_first=one.snapshot_first or other.snapshot_first,
    )
    if other.effect is not Effect.HOLD or one.effect is Effect.HOLD:
        return one
    held = replace(one, effect=Effect.HOLD, rule=other.rule, reason=other.reason)
    return replace(held, approvers=other.approvers, wait_seconds=other.wait_seconds)
