"""Does the dialect say that it tells guards what they ask for?"""

from vecgate import dialects


def test_guards_are_told() -> None:
    assert dialects.load("opensearch").tells
