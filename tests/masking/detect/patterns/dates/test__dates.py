"""How dates are written: a month has a number up to twelve, a day one up to thirty-one."""

import re

import pytest

from vecgate.masking.detect.patterns.dates._dates import DATE, DAY, MONTH, YEAR


@pytest.mark.parametrize("word", ["May", "septembre", "März".replace("ä", "a"), "wrzesnia", "Agustos", "Dec"])
def test_months_of_the_served_languages(word: str) -> None:
    assert re.fullmatch(MONTH, word, re.IGNORECASE)


@pytest.mark.parametrize(("form", "good", "bad"), [(DAY, "31", "32"), (DAY, "07", "00"), (YEAR, "1683", "1483"), (DATE, "3 May 1980", "3 Moy 1980")])  # fmt: skip
def test_forms(form: str, good: str, bad: str) -> None:
    assert re.fullmatch(form, good)
    assert not re.fullmatch(form, bad)
