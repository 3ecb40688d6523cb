"""An address that the settings lack is told to the operator, once, in words of the settings."""

import logging

import pytest

from vecgate.domain.upstream import Upstream
from vecgate.mitm.misses import Misses

DB = Upstream(
    "db", "chroma", frozenset({"db.test"}), frozenset({("10.0.0.5", 8000)}), "https://db.test", None, None, 30
)


@pytest.mark.parametrize(
    ("names", "destination", "told"),
    [
        (("db.test",), ("10.0.0.6", 8000), True),
        (("DB.test", None), ("10.0.0.5", 8001), True),
        (("other.test",), ("10.0.0.6", 8000), False),
        ((None,), ("10.0.0.6", 8000), False),
        (("db.test",), ("10.0.0.5", 8000), False),
        (("db.test",), ("db.vecgate.invalid", 443), False),
    ],
)
def test_only_names_of_the_settings_are_told(caplog, names, destination, told):
    made = Misses()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            made.note([DB], names, destination)
    assert caplog.text.count("its 'destinations' do not have that address") == int(told)


def test_a_scan_does_not_fill_the_log(caplog):
    made = Misses()
    for port in range(1, 1000):
        made.note([DB], ["db.test"], ("10.0.0.9", port))
    assert len(caplog.records) == 100
