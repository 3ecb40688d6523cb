"""A rate in words."""

import pytest

from vecgate.domain.rate import Rate


@pytest.mark.parametrize(
    ("rate", "said"),
    [(Rate(5, 1), "5/s"), (Rate(60, 60), "60/min"), (Rate(9, 86400), "9/day"), (Rate(2, 90), "2 in 90 s")],
)
def test_a_rate_is_told_as_it_is_written(rate: Rate, said: str) -> None:
    assert str(rate) == said
