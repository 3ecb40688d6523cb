"""Where plug-ins come from, and who may put them there."""

import shutil
from pathlib import Path

import pytest

from vecgate import dialects
from vecgate.credentials import kinds
from vecgate.refusals.errors import SettingsError
from vecgate.settings import plugins
from vecgate.settings.plugins import CREDENTIALS, DATABASES, ENVIRONMENT_NAME, IN_THE_CLEAR, are_there
from vecgate.settings.upstreams import Credential, UpstreamSettings

TOYS = Path(__file__).resolve().parents[1] / "support" / "plugins"


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = Path(shutil.copytree(TOYS, tmp_path / "plugins", ignore=shutil.ignore_patterns("__pycache__")))
    for path in (made, *made.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    monkeypatch.setenv(ENVIRONMENT_NAME, str(made))
    plugins.check.cache_clear()
    return made


def test_without_a_folder_there_are_those_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT_NAME, raising=False)
    assert "toy" not in DATABASES.names()
    assert "base" not in DATABASES.names()
    assert "vault_pki" in CREDENTIALS.names()
    assert "toy_key" not in CREDENTIALS.names()


def test_a_folder_outside_adds_to_them(outside: Path) -> None:
    assert {"chroma", "toy"} <= set(DATABASES.names())
    assert {"toy_key", "vault_pki"} <= set(CREDENTIALS.names())
    assert DATABASES.load("toy").Toy.name == "toy"
    assert "longest" in DATABASES.section(UpstreamSettings, "toy").model_fields


def test_nothing_of_the_package_can_be_replaced(outside: Path) -> None:
    (outside / "dialects" / "toy").rename(outside / "dialects" / "chroma")
    with pytest.raises(SettingsError, match="there is a dialect 'chroma' already"):
        DATABASES.names()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: folder.chmod(0o770), "others may write to"),
        (
            lambda folder: (folder / "dialects" / "toy" / "dialect.py").chmod(0o602),
            r"others may write to .*dialect\.py",
        ),
        (lambda folder: (folder / "dialects" / "x").symlink_to("/"), "is a link to elsewhere"),
        (lambda folder: folder.rename(folder.with_name("gone")), "is no folder, named from the root"),
    ],
)
def test_what_others_may_have_a_hand_in_is_not_run(outside: Path, spoil, said: str) -> None:
    spoil(outside)
    with pytest.raises(SettingsError, match=said):
        DATABASES.names()


def test_a_relative_folder_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_NAME, "plugins")
    with pytest.raises(SettingsError, match="named from the root"):
        CREDENTIALS.names()


@pytest.mark.parametrize("name", [None, 3, "", "none-of-these", "base", "../chroma", "chroma.routes"])
def test_what_is_no_name_of_one_has_the_usual_section(name: object) -> None:
    assert DATABASES.section(UpstreamSettings, name) is UpstreamSettings
    assert CREDENTIALS.section(Credential, name) is Credential


def test_options_of_another_kind_are_refused(outside: Path) -> None:
    other = outside / "credentials" / "odd"
    other.mkdir(mode=0o700)
    for name, text in (("__init__", ""), ("kind", ""), ("options", "class Options:\n    pass\n")):
        (other / f"{name}.py").write_text(text)
        (other / f"{name}.py").chmod(0o600)
    plugins.check.cache_clear()
    with pytest.raises(SettingsError, match="'odd': its Options must be a Credential"):
        CREDENTIALS.section(Credential, "odd")


def test_a_database_in_the_clear_stops_the_start() -> None:
    """A certificate would be shown to nobody, and calls would go to whatever answers there."""
    credential = {"role": "a", "gateway_role": "b"}
    told = {
        name: UpstreamSettings(
            dialect="chroma", url=f"{scheme}://db:8000", hosts=("db",), credential=Credential(**credential)
        )
        for name, scheme in (("shut", "https"), ("open", "http"))
    }
    with pytest.raises(SettingsError) as caught:
        are_there(told, dialects.kind, kinds.load)
    assert caught.value.problems == [f"upstreams.open.url: {IN_THE_CLEAR}"]
