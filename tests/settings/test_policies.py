"""The folder alone, or what else can be said of the policies."""

from pathlib import Path

import pytest

from settings.test_file import SMALLEST, write
from vecgate.refusals.errors import SettingsError
from vecgate.settings import file as settings


def load(folder: Path, **over: object) -> settings.Settings:
    return settings.load(write(folder, {**SMALLEST, **over}))


def test_the_folder_alone_is_enough_and_relative_to_the_file(tmp_path: Path) -> None:
    for said in ("rules", {"folder": "rules"}):
        found = load(tmp_path, policies=said).policies
        assert (found.folder, found.signed, found.signers) == (tmp_path / "rules", "off", ())


def test_off_is_a_word_however_yaml_reads_it(tmp_path: Path) -> None:
    file = write(tmp_path, SMALLEST)
    text = file.read_text().replace("policies: policies", "policies: {folder: policies, signed: off}")
    file.write_text(text)
    assert settings.load(file).policies.signed == "off"


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"policies": {"signed": "require"}}, "folder"),
        ({"policies": {"folder": "p", "signed": "yes"}}, "require"),
    ],
)
def test_what_cannot_be_meant_is_a_mistake(tmp_path: Path, over: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load(tmp_path, **over)
