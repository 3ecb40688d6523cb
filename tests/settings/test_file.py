"""One file says how the gateway runs; every mistake is named at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import yaml
from pydantic import BaseModel

from vecgate.refusals.errors import SettingsError
from vecgate.settings import file as settings
from vecgate.settings.file import Settings

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
    assert found.policies.folder == tmp_path / "policies"
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
        with pytest.raises(SettingsError, match=rf"issuers\.0\.algorithms\.0: unknown algorithms '{name}'"):
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


MISTAKES = [
    ("listen", {"prot": 1}, "unknown key 'prot'. Known: host, port"),
    ("listen", {"prot": 1}, "Did you mean 'port'?"),
    ("listen", {"http3": True}, "leave out what only a newer one knows"),
    ("listen", {"port": "8443"}, "listen.port: 'port' must be a whole number; this is a text"),
    ("listen", {"port": True}, "listen.port: 'port' must be a whole number; this is true/false"),
    ("listen", {"port": 8443.0}, "listen.port: 'port' must be a whole number; this is a number with a point"),
    ("listen", {"plaintext": "yes"}, "listen.plaintext: 'plaintext' must be true or false; this is a text"),
    ("recording", {"sync": 1}, "recording.sync: 'sync' must be true or false; this is a whole number"),
    ("state", {"replicas": True}, "state.replicas: 'replicas' must be a whole number; this is true/false"),
    ("state", {"timeout": "1"}, "state.timeout: 'timeout' must be a number; this is a text"),
    ("state", {"url": "sentinel://a"}, "state.url: its sentinels cannot be read; write"),
    ("state", {"url": "redis://a,b"}, "state.url: it names several hosts"),
    ("vault", {"url": "vault:8200"}, "vault.url: 'url' does not have the form that it must have. Its address"),
]


@pytest.mark.parametrize(("section", "told", "said"), MISTAKES)
def test_a_mistake_is_told_in_plain_words_with_its_line(tmp_path: Path, section: str, told: dict, said: str) -> None:
    tree = yaml.safe_load(yaml.safe_dump(SMALLEST))
    tree[section] |= told
    file = write(tmp_path, tree)
    (name,) = told
    line = next(n for n, text in enumerate(file.read_text().splitlines(), 1) if text.strip().startswith(f"{name}: "))
    if name == "url":
        line = next(
            n for n, text in enumerate(file.read_text().splitlines(), 1) if "url: " in text and told[name] in text
        )
    with pytest.raises(SettingsError) as e:
        settings.load(file)
    assert any(p.startswith(f"{file}:{line}: ") and said in p for p in e.value.problems), e.value.problems


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff", "not UTF-8"),
        (b"", ":1: settings are a mapping"),
        (b"- a\n", ":1: settings are a mapping, such as {listen: ...}; this is a list"),
        (b"listen:\n  port: 1\n  port: 2\n", ":3: duplicate key 'port', first in line 2"),
        (b"<<<<<<< HEAD\nlisten: {}\n", ":1: an unfinished merge"),
        (b"listen:\n\tport: 1\n", "a tab at the start of the line"),
    ],
)
def test_a_file_that_is_no_settings_is_a_mistake_and_no_traceback(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "s.yaml").write_bytes(content)
    with pytest.raises(SettingsError) as e:
        settings.load(tmp_path / "s.yaml")
    assert any(said in p for p in e.value.problems), e.value.problems


def test_one_object_may_stand_in_two_places(tmp_path: Path) -> None:
    text = yaml.safe_dump({**SMALLEST, "upstreams": dict.fromkeys(("a", "b"), SMALLEST["upstreams"]["tickets-db"])})
    assert "&id001" in text
    (tmp_path / "s.yaml").write_text(text)
    assert [*settings.load(tmp_path / "s.yaml").upstreams] == ["a", "b"]


def _sections(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        for one in _within(field.annotation):
            yield from _sections(one)


def _within(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [one for arg in get_args(annotation) for one in _within(arg)]


def test_every_setting_is_described() -> None:
    found = set(_sections(Settings))
    assert len(found) == 26
    for section in found - {Settings}:
        undescribed = [name for name, field in section.model_fields.items() if not field.description]
        assert undescribed == [n for n in undescribed if n in ("credential", "vouch", "passkeys")], section


@pytest.mark.parametrize("name", ["hold", "limits", "masking", "telemetry"])
def test_what_may_be_left_out_as_a_whole_has_a_default_for_everything(name: str) -> None:
    Settings.model_fields[name].annotation()  # type: ignore[misc]


def test_a_section_lies_in_the_file_of_its_name() -> None:
    for name, field in Settings.model_fields.items():
        for one in _within(field.annotation):
            assert one.__module__ == f"vecgate.settings.{name}"
