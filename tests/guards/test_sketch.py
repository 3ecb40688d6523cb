"""Sketches of near vectors differ in few bits, those of others in many; about as many as the angle says."""

import random

import pytest

from vecgate.domain.call import Json
from vecgate.guards.sketch import BITS, bits, sketch


def apart(one: list[float], other: list[float]) -> int:
    a, b = sketch(one), sketch(other)
    return sum((x ^ y).bit_count() for x, y in zip(a.sides, b.sides, strict=True))


@pytest.mark.parametrize(
    "value",
    [
        [],
        [0.0, 0.0],
        [float("inf"), 1.0],
        [float("nan")],
        [True, 1.0],
        [[1.0], [2.0]],
        {"indices": [1]},
        "text",
        [1] * 65_537,
    ],
)
def test_what_has_no_direction_is_like_nothing_that_is_known(value: Json) -> None:
    drawn = sketch(value)
    assert (drawn.alike, len(drawn.sides) * 8) == (False, BITS)
    assert drawn == sketch(value)
    assert drawn.exact != sketch({"indices": [2]}).exact


def test_a_vector_is_like_itself_at_any_length_and_yet_told_from_it() -> None:
    one, longer = [0.3, -0.2, 0.9], [0.6, -0.4, 1.8]
    assert apart(one, longer) == 0
    assert sketch(one) == sketch([0.3, -0.2, 0.9])
    assert sketch(one) != sketch(longer)


@pytest.mark.parametrize(("distance", "wanted"), [(0.0, 0), (0.05, 26), (0.5, 85), (1.0, 128), (2.0, 256)])
def test_a_distance_is_so_many_bits(distance: float, wanted: int) -> None:
    assert bits(distance) == wanted


def test_near_and_far_are_told_apart() -> None:
    rng = random.Random(3)
    start = [rng.gauss(0, 1) for _ in range(384)]
    near = [value + rng.gauss(0, 0.1) for value in start]
    others = [[rng.gauss(0, 1) for _ in range(384)] for _ in range(20)]
    assert apart(start, near) <= bits(0.05)
    assert all(apart(start, other) > bits(0.05) for other in others)
    assert len(sketch(start).sides) * 8 == BITS
