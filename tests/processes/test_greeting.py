"""Who starts the gateway is told what clients need, and what would not work."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from settings.test_file import SMALLEST
from vecgate import __version__
from vecgate.processes.greeting import lines, on_loopback, placed, trusted, warnings
from vecgate.settings import file as settings


def told(folder: Path, listen: dict[str, Any], destinations: tuple[str, ...] = ()) -> settings.Settings:
    tree = copy.deepcopy(SMALLEST)
    tree["listen"] |= listen
    tree["upstreams"]["tickets-db"]["destinations"] = [*destinations]
    (folder / "s.yaml").write_text(yaml.safe_dump(tree))
    return settings.load(folder / "s.yaml")


@pytest.mark.parametrize(
    ("mode", "listen", "host", "warned"),
    [
        ("reverse", {}, "127.0.0.1", False),
        ("regular", {}, "127.0.0.1", False),
        ("transparent", {}, "", False),
        ("transparent", {"host": "0.0.0.0"}, "0.0.0.0", False),
        ("transparent", {"host": "10.0.0.1"}, "10.0.0.1", False),
        ("transparent", {"host": "127.0.0.1"}, "127.0.0.1", True),
        ("transparent", {"host": "::1"}, "::1", True),
        ("reverse", {"host": "127.0.0.1"}, "127.0.0.1", False),
    ],
)
def test_transparent_mode_listens_where_connections_are_sent(
    tmp_path: Path, mode: str, listen: dict[str, Any], host: str, warned: bool
) -> None:
    found = placed(mode, told(tmp_path, listen))
    assert found.listen.host == host
    assert bool([*warnings(mode, found)]) is warned


@pytest.mark.parametrize(
    ("host", "here"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("", False), ("a.b", False)]
)
def test_loopback_is_known(host: str, here: bool) -> None:
    assert on_loopback(host) is here


def test_the_start_tells_version_mode_addresses_and_what_clients_trust(tmp_path: Path) -> None:
    assert [*lines("reverse", told(tmp_path, {"host": "::1", "port": 9000}), 2)] == [
        f"vecgate {__version__}, reverse mode, 2 workers",
        "tickets-db: [::1]:9000, for clients that ask for tickets.test",
        f"clients trust the certificate in {tmp_path}/certs/mitmproxy-ca-cert.pem",
    ]
    assert [*lines("transparent", placed("transparent", told(tmp_path, {}, ("10.0.0.5:8000",))), 3)][:2] == [
        f"vecgate {__version__}, transparent mode, 3 workers",
        "listens on *:8443 to 8445",
    ]
    said = [*lines("regular", told(tmp_path, {}), 1)]
    assert said[0] == f"vecgate {__version__}, regular mode, 1 worker"
    assert said[1] == "listens on 127.0.0.1:8443"
    assert said[3] == "tickets-db: no client reaches it in regular mode, as it has no 'destinations' in the settings"


def test_with_a_ca_that_was_given_clients_trust_what_is_in_it(tmp_path: Path) -> None:
    assert trusted(tmp_path).name == "mitmproxy-ca-cert.pem"
    (tmp_path / "mitmproxy-ca.pem").touch()
    assert trusted(tmp_path).name == "mitmproxy-ca.pem"
    (tmp_path / "mitmproxy-ca-cert.pem").touch()
    assert trusted(tmp_path).name == "mitmproxy-ca-cert.pem"
