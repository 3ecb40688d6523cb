"""Is one field of a payload one path, however it is written? Fact Q-25."""

from typing import Any

import pytest

from support.tools.every import every
from vecgate.dialects.qdrant.paths import FIELD, Path, one, steps, written

STEPS: list[tuple[str, Path]] = [
    ("tenant", ("tenant",)),
    ('"tenant"', ("tenant",)),
    ("a.b", ("a", "b")),
    ('a."b"', ("a", "b")),
    ('"a.b"', ("a.b",)),
    ("a[]", ("a", None)),
    ("a[0]", ("a", 0)),
    ("a[][1].b", ("a", None, 1, "b")),
    ("a-b_c1", ("a-b_c1",)),
    ("größe", ("größe",)),
]


@pytest.mark.parametrize(("text", "path"), STEPS)
def test_a_path_has_steps(text: str, path: Path) -> None:
    assert steps(text) == path
    assert steps(written(path)) == path


@pytest.mark.parametrize(("spelled", "known"), FIELD.same, ids=str)
def test_a_path_is_written_in_one_way(spelled: Any, known: Any) -> None:
    assert one(spelled) == known
    assert one(known) is known


@every(
    "text", ["", ".", "a.", ".a", "a..b", "a b", " a", "a ", '"a', 'a"', '""', "[0]", "a[", "a[x]", "a[-1]", "a.[0]", "a[0]b", 'a"b"', "a" * 1100, "a\x00"]
)  # fmt: skip
def test_what_the_server_takes_for_no_path_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"no path|without a dot|too long"):
        steps(text)
