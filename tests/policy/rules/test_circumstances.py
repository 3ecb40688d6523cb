"""Nothing is known unless it is said."""

from vecgate.policy.rules.circumstances import UNKNOWN, Circumstances


def test_of_unknown_circumstances_nothing_is_known():
    assert Circumstances() == UNKNOWN
    assert UNKNOWN.at is None
