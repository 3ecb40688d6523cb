"""Clocks are compared by what a server says in its Date header."""

from email.utils import formatdate

import pytest

from vecgate.doctor import Level, clock

NOW = 1_800_000_000.0
LEEWAY = 30.0


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 32 Jan 2026 00:00:00 GMT"])
def test_a_server_that_does_not_tell_its_time_is_a_warning(date: str) -> None:
    assert clock.check("OpenBao", date, NOW, LEEWAY).level is Level.WARNING


@pytest.mark.parametrize(
    ("off", "leeway", "level"),
    [
        # a Date is cut to seconds
        (0.0, 0.0, Level.OK),
        (0.9, 0.0, Level.OK),
        # half of what tokens tolerate is used up
        (14.0, LEEWAY, Level.OK),
        (17.0, LEEWAY, Level.WARNING),
        (-17.0, LEEWAY, Level.WARNING),
        # more than they tolerate
        (32.0, LEEWAY, Level.PROBLEM),
        (-32.0, LEEWAY, Level.PROBLEM),
        (3.0, 0.0, Level.PROBLEM),
    ],
)
def test_a_difference_is_measured_against_what_tokens_tolerate(off: float, leeway: float, level: Level) -> None:
    assert clock.check("OpenBao", formatdate(NOW, usegmt=True), NOW + off, leeway).level is level


def test_it_says_which_way_the_clock_is_off() -> None:
    date = formatdate(NOW, usegmt=True)
    assert "ahead of that of OpenBao" in clock.check("OpenBao", date, NOW + 600, LEEWAY).found
    assert "behind that of OpenBao" in clock.check("OpenBao", date, NOW - 600, LEEWAY).found
