"""Who listens on loopback is not found by other hosts' connections."""

import copy

import pytest
import yaml

from settings.test_file import SMALLEST
from vecgate.doctor.checks.listening import check
from vecgate.doctor.finding import Level
from vecgate.settings import file as settings


@pytest.mark.parametrize(
    ("host", "destinations", "level"),
    [
        (None, [], Level.OK),
        (None, ["10.0.0.5:8000"], Level.OK),
        ("127.0.0.1", [], Level.OK),
        ("127.0.0.1", ["10.0.0.5:8000"], Level.WARNING),
        ("::1", ["10.0.0.5:8000"], Level.WARNING),
        ("0.0.0.0", ["10.0.0.5:8000"], Level.OK),
        ("", ["10.0.0.5:8000"], Level.OK),
    ],
)
def test_loopback_is_warned_of_where_destinations_are_named(tmp_path, host, destinations, level):
    tree = copy.deepcopy(SMALLEST)
    tree["upstreams"]["tickets-db"]["destinations"] = destinations
    if host is not None:
        tree["listen"]["host"] = host
    (tmp_path / "s.yaml").write_text(yaml.safe_dump(tree))
    (found,) = check(settings.load(tmp_path / "s.yaml"))
    assert found.level is level
