"""A finding is where and what; what found it is beside the point."""

from vecgate.domain.finding import Finding


def test_two_that_found_the_same_found_the_same() -> None:
    assert Finding(0, 4, "PERSON", "model:en") == Finding(0, 4, "PERSON", "pattern:person/label")
    assert Finding(0, 4, "PERSON") != Finding(0, 5, "PERSON")
