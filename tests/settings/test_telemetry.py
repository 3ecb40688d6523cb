"""What operators may watch, and from where."""

import pytest
from pydantic import ValidationError

from vecgate.settings.telemetry import Telemetry


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "0.0.0.0", "::", "192.0.2.7"])
def test_telemetry_listens_on_an_address(host: str) -> None:
    assert Telemetry(host=host).host == host


@pytest.mark.parametrize(
    "host", ["", "localhost", "*", "127.0.0.1:9464", "999.0.0.1", "http://127.0.0.1", "fe80::1%eth0"]
)
def test_telemetry_listens_on_nothing_else(host: str) -> None:
    with pytest.raises(ValidationError, match="an IPv4 or IPv6 address"):
        Telemetry(host=host)


def test_nobody_else_can_look_unless_it_is_told_so() -> None:
    assert Telemetry().host == "127.0.0.1"
