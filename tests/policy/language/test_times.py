"""Moments and hours as they are written: with an offset, or with a zone; never two moments, never none."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from vecgate.policy.language.times import Hours, parse_moment, said

VIENNA = ZoneInfo("Europe/Vienna")


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("2026-12-31T18:00:00+01:00", "2026-12-31 17:00:00Z", "2026-12-31 17:00:00Z"),
        ("2026-12-31T18:00Z", "2026-12-31 18:00:00Z", "2026-12-31 18:00:00Z"),
        ("2026-12-31 18:00 Europe/Vienna", "2026-12-31 17:00:00Z", "2026-12-31 17:00:00Z"),
        ("2026-07-01 18:00:30 Europe/Vienna", "2026-07-01 16:00:30Z", "2026-07-01 16:00:30Z"),
        ("2026-12-31 Europe/Vienna", "2026-12-30 23:00:00Z", "2026-12-31 23:00:00Z"),
        ("2026-12-31 UTC", "2026-12-31 00:00:00Z", "2027-01-01 00:00:00Z"),
        ("2026-03-29 Europe/Vienna", "2026-03-28 23:00:00Z", "2026-03-29 22:00:00Z"),  # a day of 23 hours
        ("2026-10-25 Europe/Vienna", "2026-10-24 22:00:00Z", "2026-10-25 23:00:00Z"),  # and one of 25
        ("2028-02-29 Asia/Kathmandu", "2028-02-28 18:15:00Z", "2028-02-29 18:15:00Z"),
    ],
)
def test_a_moment_has_an_offset_or_a_zone_and_a_date_is_its_whole_day(text, begins, ends):
    assert (said(parse_moment(text, end=False)), said(parse_moment(text, end=True))) == (begins, ends)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-12-31", "It lacks its time zone"),
        ("2026-12-31 18:00", "It lacks its time zone"),
        ("2026-12-31T18:00:00", "It lacks its time zone"),
        ("tomorrow", "is no moment"),
        ("", "is no moment"),
        (20261231, "is no moment"),
        (None, "is no moment"),
        ("2026-02-30 UTC", "is in no calendar"),
        ("2026-02-30T10:00:00Z", "is in no calendar"),
        ("2026-01-01 25:00 UTC", "is in no calendar"),
        ("9999-12-31 UTC", "is in no calendar"),
        ("2026-12-31 Mars/Olympus", "is no time zone"),
        ("2026-12-31 Europe", "is no time zone"),
        ("2026-12-31 ../../etc/passwd", "is no moment"),
        ("2026-12-31 vienna", "is no time zone"),
        ("2026-03-29 02:30 Europe/Vienna", "not one moment"),  # skipped
        ("2026-10-25 02:30 Europe/Vienna", "not one moment"),  # shown twice
        ("2026-10-25 02:00:00+01:00 Europe/Vienna", "is no moment"),
    ],
)
def test_what_could_be_several_moments_or_none_is_a_mistake(text, why):
    with pytest.raises(ValueError, match=why):
        parse_moment(text, end=True)


def hours(days=("mon-fri",), begins="09:00", to="17:00", zone="Europe/Vienna"):
    return Hours.model_validate({"days": days, "from": begins, "to": to, "zone": zone})


def at(text, zone=VIENNA, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp()


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("2026-11-27 08:59:59", False),
        ("2026-11-27 09:00", True),
        ("2026-11-27 16:59:59", True),
        ("2026-11-27 17:00", False),
        ("2026-11-28 12:00", False),  # a Saturday
        ("2026-07-03 09:00", True),  # summer: another offset, the same clocks
        ("2026-07-03 17:00", False),
    ],
)
def test_office_hours_go_by_the_clocks_of_their_place(when, holds):
    assert hours().hold(at(when)) is holds


def test_the_same_moment_is_within_them_in_one_place_and_not_in_another():
    moment = at("2026-11-27 09:30")
    assert hours().hold(moment)
    assert not hours(zone="America/New_York").hold(moment)


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("2026-11-27 21:59", False),
        ("2026-11-27 22:00", True),  # Friday
        ("2026-11-28 05:59", True),  # Saturday, but it began on Friday
        ("2026-11-28 06:00", False),
        ("2026-11-28 22:30", False),
        ("2026-11-30 01:00", False),  # Monday, but it would have begun on Sunday
    ],
)
def test_a_time_that_goes_over_midnight_belongs_to_the_day_on_which_it_begins(when, holds):
    assert hours(begins="22:00", to="06:00").hold(at(when)) is holds


def test_where_clocks_go_back_both_hours_are_within_and_where_they_go_forward_none_is_missing():
    night = hours(("sun",), "02:00", "03:00")
    assert night.hold(at("2026-10-25 02:30"))
    assert night.hold(at("2026-10-25 02:30", fold=1))
    skipped = [minute for minute in range(24 * 60) if night.hold(at("2026-03-29 00:00") + 60 * minute)]
    assert skipped == []  # that Sunday has no such hour


@pytest.mark.parametrize(
    ("days", "wanted"),
    [
        (("mon-fri",), {0, 1, 2, 3, 4}),
        (("sat", "sun"), {5, 6}),
        (("fri-mon",), {4, 5, 6, 0}),
        ("wed", {2}),
        (("mon-sun",), set(range(7))),
    ],
)
def test_days_are_named_by_themselves_or_as_a_span(days, wanted):
    assert hours(days).days == wanted


def test_without_days_it_is_every_day():
    made = Hours.model_validate({"from": "00:00", "to": "24:00", "zone": "UTC"})
    assert all(made.hold(1_800_000_000 + 3600 * hour) for hour in range(24 * 8))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"days": ("Monday",)}, "is no day"),
        ({"days": ("mon-",)}, "is no day"),
        ({"days": ()}, "no day is named"),
        ({"days": 1}, "is no day"),
        ({"from": "9:00"}, "is no time of day"),
        ({"from": 540}, "in quotes"),
        ({"from": "24:00"}, "two times of day"),
        ({"to": "24:30"}, "is no time of day"),
        ({"to": "09:00"}, "two times of day"),
        ({"zone": "CEST+1"}, "is no time zone"),
        ({"zone": 1}, "is no time zone"),
    ],
)
def test_hours_that_are_none_are_mistakes(changes, why):
    with pytest.raises(ValidationError, match=why):
        Hours.model_validate({"days": ("mon-fri",), "from": "09:00", "to": "17:00", "zone": "UTC"} | changes)
