"""A secret is read from a file that nobody else may read."""

from pathlib import Path

import pytest

from vecgate.refusals.errors import SettingsError
from vecgate.settings.private import secret


@pytest.mark.parametrize(
    ("mode", "is_fine"), [(0o600, True), (0o400, True), (0o640, False), (0o644, False), (0o602, False)]
)
def test_who_else_may_read_it(tmp_path: Path, mode: int, is_fine: bool) -> None:
    path = tmp_path / "s"
    path.write_text("word\n")
    path.chmod(mode)
    if is_fine:
        assert secret(path, "x") == "word"
    else:
        with pytest.raises(SettingsError, match="chmod 600"):
            secret(path, "x")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        secret(tmp_path / "none", "x")
