"""Each refusal has a usual cause, in one line."""

from vecgate.refusals.catalogue import CATALOGUE
from vecgate.refusals.causes import CAUSES


def test_there_is_one_line_for_each_refusal_and_no_other() -> None:
    assert set(CAUSES) == set(CATALOGUE)
    assert all(line.endswith(".") and "\n" not in line for line in CAUSES.values())
