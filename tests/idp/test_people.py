"""Who is in the file, who has which password; and files that are not used."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.tools.every import every
from vecgate.idp import people
from vecgate.idp.people import People
from vecgate.refusals.errors import SettingsError

HASH = people.hashed("long enough here")


def written(file: Path, tree: Any, mode: int = 0o600) -> Path:
    file.write_text(tree if isinstance(tree, str) else json.dumps(tree))
    file.chmod(mode)
    return file


async def test_only_the_right_password_is(tmp_path: Path) -> None:
    known = People(written(tmp_path / "people.json", {"alice": {"password": HASH, "groups": ["a", "b"]}}))
    found = await known.check("alice", "long enough here")
    assert found
    assert found.groups == ("a", "b")
    for name, word in (
        ("alice", "long enough"),
        ("alice", ""),
        ("bob", "long enough here"),
        ("", ""),
        ("ALICE", "long enough here"),
    ):
        assert await known.check(name, word) is None


async def test_a_changed_file_counts_at_once(tmp_path: Path) -> None:
    file = written(tmp_path / "people.json", {})
    known = People(file)
    assert await known.check("alice", "long enough here") is None
    written(tmp_path / "new.json", {"alice": {"password": HASH}}).replace(file)
    assert await known.check("alice", "long enough here") is not None
    file.unlink()
    with pytest.raises(SettingsError):
        await known.check("alice", "long enough here")


def test_a_hash_is_argon2id_and_never_shown() -> None:
    assert HASH.startswith("$argon2id$")
    assert people.hashed("long enough here") != HASH
    assert HASH not in repr(people.Local(password=HASH))


@every(
    "tree",
    [
        "",
        "[]",
        '{"alice": {}}',
        '{"alice": {"password": "plain"}}',
        '{"a": {"password": "$argon2id$"}, "a": {}}',
        '{"A B": {"password": "$argon2id$x"}}',
        '{"alice": {"password": "$argon2id$x", "more": 1}}',
    ],
)
def test_a_file_that_is_not_understood_is_not_used(tmp_path: Path, tree: str) -> None:
    with pytest.raises(SettingsError) as e:
        People(written(tmp_path / "people.json", tree))
    assert "argon2" not in str(e.value)


@every("mode", [0o644, 0o660, 0o606])
def test_a_file_that_others_may_use_is_not_used(tmp_path: Path, mode: int) -> None:
    with pytest.raises(SettingsError, match="chmod 600"):
        People(written(tmp_path / "people.json", {}, mode))


@every("word", ["", "short", "x" * 257])
def test_a_bad_password_is_not_kept(word: str) -> None:
    with pytest.raises(SettingsError):
        people.hashed(word)
