"""So many a minute; the rest is counted, told once, and then a new minute begins."""

from vecgate.recording.tally import MINUTE, Tally


def test_what_is_over_the_bound_is_counted_until_it_is_told() -> None:
    tally = Tally(2)
    assert [tally.takes(1000.0, "s1") for _ in range(3)] == [True, True, False]
    tally.counts["policy.denied"] += 1
    later = 1000.0 + MINUTE
    assert tally.is_over(later)
    assert not tally.takes(later, "s1")  # what was counted is told first
    assert tally.told() == {"refused": {"policy.denied": 1}}
    assert [tally.takes(later, "s2") for _ in range(3)] == [True, True, False]
    assert tally.session == "s2"


def test_a_clock_that_goes_back_begins_a_new_minute() -> None:
    tally = Tally(1)
    assert tally.takes(1000.0, "s1")
    assert tally.takes(10.0, "s1")
