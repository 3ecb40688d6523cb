"""What is told of an exchange: moments of one clock, as a collector wants them."""

from vecgate.telemetry.finished import Finished
from vecgate.telemetry.labels import Labels

ONE = Finished("x1", Labels("a", "search", "ok"), 0, None, 1_700_000_000.0, 50.0, 51.0, ())


def test_moments_are_nanoseconds_since_the_epoch_counted_from_the_start() -> None:
    assert ONE.at(50.0) == 1_700_000_000_000_000_000
    assert ONE.at(50.5) - ONE.at(50.0) == 500_000_000
