"""How times are told on a page."""

import pytest

from vecgate.console import visit


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.0, "under a minute"), (61.0, "1 min"), (7260.0, "2 h 1 min"), (7200.0, "2 h")]
)
def test_how_long(seconds: float, words: str) -> None:
    assert visit.lasting(seconds) == words


def test_when() -> None:
    assert (visit.clock(None), visit.clock(0.0), visit.clock(60.0)) == ("", "", "1970-01-01 00:01 UTC")


@pytest.mark.parametrize(
    ("seconds", "words"), [(7200.0, "2h"), (5400.0, "90min"), (86400.0, "1d"), (61.0, "61s"), (0.0, "0s")]
)
def test_how_long_exactly(seconds: float, words: str) -> None:
    assert visit.spoken(seconds) == words


@pytest.mark.parametrize(
    ("text", "value"), [("12", 12), ("-1", "-1"), ("1e3", "1e3"), ("٣", "٣"), ("1" * 12, "1" * 12)]
)
def test_a_number_is_one_or_is_handed_on(text: str, value: object) -> None:
    assert visit.number(text) == value


def test_lists_and_places() -> None:
    assert visit.listed(" a,, b  c ,") == ["a", "b c"]
    assert visit.placed("anywhere") == "anywhere"
    assert (
        visit.placed({"collections": ["a", "b"], "without_collection": True}) == "collections a, b; without collection "
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-11-23T14:15:01.000Z", "2026-11-23 14:15:01 UTC"),
        ("2026-11-23T15:15:01+01:00", "2026-11-23 14:15:01 UTC"),
        ("", ""),
        ("odd", "odd"),
    ],
)
def test_a_time_of_a_journal(text: str, words: str) -> None:
    assert visit.moment(text) == words
