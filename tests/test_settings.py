"""One file says how the gateway runs; every mistake is named at once."""

from pathlib import Path

import pytest
import yaml

from vecgate import settings
from vecgate.errors import SettingsError

SMALLEST = {
    "issuers": [{"issuer": "https://login.test", "audience": "vecgate"}],
    "upstreams": {
        "tickets-db": {
            "dialect": "chroma",
            "url": "https://10.0.0.5:8000",
            "hosts": ["tickets.test"],
            "credential": {"role": "vecgate-client", "gateway_role": "vecgate-gateway"},
        }
    },
    "policies": "policies",
    "vault": {
        "url": "https://vault.test:8200",
        "role_id_file": "role",
        "secret_id_file": "/run/secret",
        "vouch": {"key_file": "vouch.key"},
    },
    "state": {"url": "unix:///run/valkey.sock"},
    "recording": {"folder": "sessions"},
    "listen": {"certificate_folder": "certs"},
}


def write(folder: Path, tree: object) -> Path:
    file = folder / "settings.yaml"
    file.write_text(yaml.safe_dump(tree))
    return file


def test_an_empty_file_names_everything_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as e:
        settings.load(write(tmp_path, {}))
    named = {p.rsplit(": ", 2)[-2] for p in e.value.problems}
    assert named == {"issuers", "upstreams", "policies", "vault", "state", "recording", "listen"}


def test_the_smallest_file_loads_and_its_paths_are_relative_to_it(tmp_path: Path) -> None:
    found = settings.load(write(tmp_path, SMALLEST))
    assert found.policies == tmp_path / "policies"
    assert found.vault.role_id_file == tmp_path / "role"
    assert found.vault.secret_id_file == Path("/run/secret")


def test_mistakes_are_reported_together_with_their_place(tmp_path: Path) -> None:
    tree = yaml.safe_load(yaml.safe_dump(SMALLEST))
    tree["issuers"][0]["algorithms"] = ["none"]
    tree["hold"] = {"wiat": 3}
    tree["upstreams"]["tickets-db"]["url"] = "10.0.0.5"
    with pytest.raises(SettingsError) as e:
        settings.load(write(tmp_path, tree))
    text = str(e.value)
    assert "issuers.0.algorithms.0" in text
    assert "hold.wiat" in text
    assert "upstreams.tickets-db.url" in text


@pytest.mark.parametrize("content", ["{", "a: [", "\tx: 1"])
def test_what_is_not_yaml_is_said_so(tmp_path: Path, content: str) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(content)
    with pytest.raises(SettingsError, match="not YAML"):
        settings.load(file)


def test_a_missing_file_or_variable_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        settings.load(tmp_path / "nothing.yaml")
    monkeypatch.delenv(settings.ENVIRONMENT_NAME, raising=False)
    with pytest.raises(SettingsError, match="is not set"):
        settings.from_environment()


def test_only_asymmetric_algorithms_can_be_named(tmp_path: Path) -> None:
    for name in ("none", "HS256", "HS512"):
        tree = yaml.safe_load(yaml.safe_dump(SMALLEST))
        tree["issuers"][0]["algorithms"] = [name]
        with pytest.raises(SettingsError):
            settings.load(write(tmp_path, tree))


def test_nobody_watches_unless_the_file_says_so(tmp_path: Path) -> None:
    told = settings.load(write(tmp_path, SMALLEST)).telemetry
    assert (told.port, told.otlp_endpoint, told.json_logs) == (None, None, False)


@pytest.mark.parametrize(
    ("told", "fine"),
    [
        ({}, True),
        ({"port": 9464, "otlp_endpoint": "http://127.0.0.1:4318", "otlp_ca": "ca.pem", "json_logs": True}, True),
        ({"otlp_endpoint": "https://collector.test/prefix"}, True),
        ({"port": 0}, False),
        ({"otlp_endpoint": "collector.test:4317"}, False),
        ({"otlp_endpoint": "https://collector.test/?token=x"}, False),
        ({"otlp_ratio": 1.5}, False),
    ],
)
def test_what_can_be_told_of_telemetry(tmp_path: Path, told: dict[str, object], fine: bool) -> None:
    file = write(tmp_path, {**SMALLEST, "telemetry": told})
    if fine:
        assert settings.load(file).telemetry.otlp_ca in (None, tmp_path / "ca.pem")
    else:
        with pytest.raises(SettingsError, match="telemetry"):
            settings.load(file)
