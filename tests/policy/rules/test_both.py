"""What do two decisions on one call come to?"""

import itertools
from dataclasses import replace

import pytest

from vecgate.domain.approval import Approvers, Circle, Stage
from vecgate.domain.decision import Decision, Effect
from vecgate.policy.rules.both import APART, both, together

DECIDED = (Effect.ALLOW, Effect.HOLD, Effect.DENY)


def made(effect: Effect, rule: str = "r", **more: object) -> Decision:
    return replace(Decision(effect, rule=rule, reason="", policy_version="v", mask="m"), **more)


@pytest.mark.parametrize(("one", "other"), itertools.product(DECIDED, repeat=2))
def test_the_stricter_effect_of_the_two_counts(one: Effect, other: Effect) -> None:
    strictest = max((one, other), key=DECIDED.index)
    assert both(made(one), made(other), reads=True).effect is strictest


def test_of_two_bounds_the_lower_one_counts() -> None:
    one, other = made(Effect.ALLOW, max_results=9, vectors=True), made(Effect.ALLOW, max_results=5, max_records=3)
    got = both(one, other, reads=True)
    assert (got.max_results, got.max_records, got.vectors) == (5, 3, False)
    got = both(one, other, reads=False)
    assert (got.max_results, got.max_records, got.vectors) == (9, 3, True)


@pytest.mark.parametrize(("mask", "effect"), [(False, Effect.ALLOW), (True, Effect.DENY)])
def test_where_one_mask_is_to_do_for_both_two_are_refused(mask: bool, effect: Effect) -> None:
    got = both(made(Effect.ALLOW), made(Effect.ALLOW, "s", mask="n"), reads=True, mask=mask)
    assert (got.effect, got.mask if got.effect is Effect.ALLOW else got.reason) == (effect, APART if mask else "m")


def test_two_holds_that_ask_different_people_are_refused_and_of_the_same_people_are_one() -> None:
    leads, owners = (Approvers((Stage(Circle((name,))),)) for name in ("leads", "owners"))
    held = made(Effect.HOLD, "a", approvers=leads)
    assert both(held, made(Effect.HOLD, "b", approvers=leads), reads=False) == held
    got = both(held, made(Effect.HOLD, "b", approvers=owners), reads=False)
    assert (got.effect, got.reason, got.rule) == (Effect.DENY, APART, "a' and 'b")


def test_rows_of_both_must_fit() -> None:
    assert together((1, 2), (2, 3)) == (1, 2, 3)  # type: ignore[arg-type, comparison-overlap]
