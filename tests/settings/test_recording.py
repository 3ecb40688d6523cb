"""Where sessions are written."""

from pathlib import Path

from vecgate.settings.recording import Recording


def test_paths_are_relative_to_the_file_where_one_is_known(tmp_path: Path) -> None:
    tree = {"folder": "sessions"}
    assert Recording.model_validate(tree).folder == Path("sessions")
    assert Recording.model_validate(tree, context={"base": tmp_path}).folder == tmp_path / "sessions"
