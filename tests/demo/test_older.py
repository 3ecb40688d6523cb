"""A folder of an earlier version is put aside with all that only its keys open; nothing of it is thrown away."""

from pathlib import Path

from demo import older


def test_what_an_earlier_version_set_up_is_put_aside_with_what_only_its_keys_open(tmp_path: Path) -> None:
    def files() -> dict[str, str]:
        return {str(p.relative_to(tmp_path)): p.read_text() for p in tmp_path.rglob("*") if p.is_file()}

    for place in ("bao/raft", "secrets", "recordings", "chroma"):
        (tmp_path / place).mkdir(parents=True)
    (tmp_path / "secrets" / "passwords.json").write_text("old")
    (tmp_path / "recordings" / "one").write_text("sealed")
    (tmp_path / "chroma" / "data").write_text("tickets")
    assert older.put_aside(tmp_path) is None  # a set-up that broke off is begun anew, by bao.py
    (tmp_path / "bao" / "set-up-2").touch()
    assert older.put_aside(tmp_path) == tmp_path / "before-1"
    assert files() == {
        "before-1/bao/set-up-2": "", "before-1/recordings/one": "sealed", "before-1/secrets/passwords.json": "old",
        "secrets/passwords.json": "old", "chroma/data": "tickets",
    }  # fmt: skip
    assert older.put_aside(tmp_path) is None
    (tmp_path / "bao").mkdir()
    (tmp_path / "bao" / older.SET_UP).touch()
    assert older.put_aside(tmp_path) is None
    (tmp_path / "bao" / older.SET_UP).rename(tmp_path / "bao" / "set-up-1")
    assert older.put_aside(tmp_path) == tmp_path / "before-2"
