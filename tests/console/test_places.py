"""Where the console and its gateway may be, and where one may be sent back to after logging in."""

from dataclasses import replace

import pytest

from support.tools.every import every
from vecgate.console.places import Places, checked
from vecgate.refusals.errors import SettingsError

FINE = Places("https://console.example", "https://gw.example:8443", "https://login.example/realms/staff", "c")


def test_what_is_fine() -> None:
    assert checked(FINE).back == "https://console.example/login/back"
    assert checked(replace(FINE, url="http://localhost:8470")).is_tls is False


@every("name", ["url", "gateway", "issuer"])
@every(
    "url",
    [
        "",
        "x",
        "http://console.example",
        "https://u:p@console.example",
        "https://x/?a",
        "https://x/#a",
        "https://x:y",
        "ftp://x",
    ],
)
def test_what_is_no_place(name: str, url: str) -> None:
    with pytest.raises(SettingsError):
        checked(replace(FINE, **{name: url}))


@pytest.mark.parametrize("url", ["https://console.example/", "https://console.example/x", "https://Console.example"])
def test_the_console_is_at_a_host_of_its_own(url: str) -> None:
    with pytest.raises(SettingsError):
        checked(replace(FINE, url=url))
