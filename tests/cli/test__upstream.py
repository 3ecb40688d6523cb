"""Which gateway a command reads a database through: at a name and at the port that mean that very database."""

import argparse
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.fakes.gates import SETTINGS
from vecgate.cli import _upstream
from vecgate.cli._gateway import GatewayFailed


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two databases of one host: contracts-db is first, by name."""
    for name in ("VECGATE_GATEWAY", "VECGATE_CA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VECGATE_TOKEN", "token-of-bob")
    monkeypatch.setenv("VECGATE_SETTINGS", "")
    tree: Any = SETTINGS.model_dump(mode="json")
    one = tree["upstreams"]["tickets-db"] | {"hosts": ["gate.test"]}
    tree["upstreams"] = {"tickets-db": one, "contracts-db": one | {"url": "https://other.test", "hosts": ["gate.test"]}}
    file = tmp_path / "settings.yaml"
    file.write_text(yaml.safe_dump(tree))
    return file


def reached(settings: Path, name: str, *words: str) -> int:
    parser = argparse.ArgumentParser()
    _upstream.options(parser)
    given = parser.parse_args(["--upstream", name, "--settings", str(settings), *words])
    return _upstream.reach(given).gateway.port - SETTINGS.listen.port


def url(port: int) -> str:
    return f"https://gate.test:{SETTINGS.listen.port + port}"


@pytest.mark.parametrize(("name", "port"), [("contracts-db", 0), ("tickets-db", 1)])
def test_a_database_is_looked_for_at_its_own_port(
    settings: Path, name: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reached(settings, name) == port
    monkeypatch.setenv("VECGATE_GATEWAY", url(0))
    assert reached(settings, name) == port
    monkeypatch.setenv("VECGATE_GATEWAY", url(7))  # in front of the gateway is something else: it knows better
    assert reached(settings, name) == 7


def test_a_place_that_is_named_and_means_another_database_is_refused(settings: Path) -> None:
    assert reached(settings, "tickets-db", "--gateway", url(1)) == 1
    with pytest.raises(GatewayFailed, match="is another database; its port is"):
        reached(settings, "tickets-db", "--gateway", url(0))


def test_tenant_and_database_are_the_dialects_own_unless_named(settings: Path) -> None:
    parser = argparse.ArgumentParser()
    _upstream.options(parser)
    words = ["--upstream", "tickets-db", "--settings", str(settings)]
    assert _upstream.reach(parser.parse_args(words))[2:] == ("default_tenant", "default_database")
    assert _upstream.reach(parser.parse_args([*words, "--tenant", "t", "--database", "d"]))[2:] == ("t", "d")
