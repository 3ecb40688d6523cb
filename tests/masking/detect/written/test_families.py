"""Families by their name in the plural."""

import pytest

from vecgate.masking.detect.written.families import FAMILY, families


def _ordinary(word: str) -> bool | None:
    return True if word == "baker" else None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("the Okonkwos' garden wall", ["Okonkwos"]),
        ("the Fitzgeralds\u2019 dog", ["Fitzgeralds"]),
        ("The Hendersons have moved", ["Hendersons"]),
        ("the Alvarezes' trust", ["Alvarezes"]),
        ("the Germans have won", []),
        ("the Bakers' union", []),
        ("the Hendersons Group", []),
        ("the Zzyxqs' wall", []),
    ],
)
def test_families(text: str, names: list[str]) -> None:
    found = [*families(text, _ordinary)]
    assert [text[f.start : f.end] for f in found] == names
    assert {(f.entity, f.source) for f in found} <= {("PERSON", FAMILY)}
