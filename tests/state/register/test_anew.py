"""A file of lines is written anew while others add to it: nothing is lost, nothing is there twice, one of two is first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from vecgate.state.register import anew
from vecgate.state.register.anew import Anew


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'["head"]\n["old"]\n["forgotten"]\n')
    return path


def of(path: Path) -> Anew | None:
    with path.open("rb") as file:
        return Anew.read(file.fileno())


def test_what_others_add_meanwhile_is_behind_what_is_remembered(file: Path) -> None:
    before = file.stat().st_size

    def lines() -> Iterator[list[str]]:
        yield ["old"]
        with file.open("ab") as other:
            other.write(b'["new"]\n["hal')  # somebody is in the middle of a line

    assert anew.write(file, ("", before), "m", ["head"], lines()) == len(b'["old"]\n')
    first, second, *rest = file.read_bytes().split(b"\n")
    assert (first, rest) == (b'["head"]', [b'["old"]', b'["new"]', b'["hal'])
    found = of(file)
    assert found == Anew("m", "", before, 8, len(first) + len(second) + 2)
    assert [*file.parent.iterdir()] == [file]


@pytest.mark.parametrize(
    ("mark", "place", "goes_on"),
    [("a", 100, 58), ("a", 130, 88), ("a", 99, None), ("b", 100, None), ("", 100, None)],
)
def test_who_had_read_as_far_goes_on_behind_and_others_read_all(mark: str, place: int, goes_on: int | None) -> None:
    assert Anew("b", "a", place=100, said=20, begins=38).behind(mark, place) == goes_on


@pytest.mark.parametrize("second", [b"", b'["until", "a", 1.0, 2.0]', b'["anew", "a", "b", "c", 1]', b"["])
def test_a_first_file_says_nothing_of_itself(file: Path, second: bytes) -> None:
    file.write_bytes(b'["head"]\n' + second)
    assert of(file) is None


def test_of_two_who_write_it_anew_one_is_first(file: Path) -> None:
    size = file.stat().st_size
    assert anew.write(file, ("", size), "first", ["head"], [["old"]])
    assert anew.write(file, ("", size), "second", ["head"], [["old"]]) == 0
    found = of(file)
    assert found is not None
    assert (found.mark, [*file.parent.iterdir()]) == ("first", [file])


def test_where_it_cannot_be_written_all_is_as_it_was(file: Path) -> None:
    before = file.read_bytes()

    def lines() -> Iterator[list[str]]:
        yield ["old"]
        raise OSError(28, "no room")

    with pytest.raises(OSError, match="no room"):
        anew.write(file, ("", len(before)), "m", ["head"], lines())
    assert (file.read_bytes(), [*file.parent.iterdir()]) == (before, [file])
