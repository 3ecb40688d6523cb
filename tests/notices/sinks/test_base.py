"""Whose certificates are believed stands in a file that can be read."""

from pathlib import Path

import pytest

from vecgate.notices.sinks._base import trust
from vecgate.refusals.errors import SettingsError


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        trust(tmp_path / "none", "x")
