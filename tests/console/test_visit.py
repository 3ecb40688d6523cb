"""How times are told on a page."""

import pytest

from vecgate.console import visit


@pytest.mark.parametrize(("seconds", "words"), [(0.0, "under a minute"), (61.0, "1 min"), (7260.0, "2 h 1 min")])
def test_how_long(seconds: float, words: str) -> None:
    assert visit.lasting(seconds) == words


def test_when() -> None:
    assert (visit.clock(None), visit.clock(0.0), visit.clock(60.0)) == ("", "", "1970-01-01 00:01 UTC")
