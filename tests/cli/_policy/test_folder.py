"""The folder and the dialect that are meant, where nothing is said."""

from pathlib import Path

import pytest

from vecgate.cli._policy.folder import dialect, folder, read
from vecgate.refusals.errors import VecgateError
from vecgate.settings.file import ENVIRONMENT_NAME


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    monkeypatch.delenv(ENVIRONMENT_NAME, raising=False)


def test_without_settings_it_is_the_folder_here_and_chroma():
    assert (folder(None), dialect(None, None)) == (Path("policies"), "chroma")


def test_what_is_said_counts(tmp_path):
    assert (folder(tmp_path), dialect("qdrant", None)) == (tmp_path, "qdrant")


def test_a_file_that_is_not_there_is_told_by_name(tmp_path):
    with pytest.raises(VecgateError, match=r"none\.json"):
        read(tmp_path / "none.json")
