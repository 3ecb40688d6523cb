"""What one gateway remembers by itself: for all its workers, through restarts, damage and a file that is written anew."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from vecgate.refusals.errors import Unavailable
from vecgate.state import register
from vecgate.state.budgets import Used
from vecgate.state.register import Register, anew

LATER = 4e9


@pytest.fixture
def made(tmp_path: Path) -> Callable[[], Register]:
    """Another worker of one gateway."""
    return lambda: Register(tmp_path / "ca" / register.FILE)


async def test_what_was_granted_counts_until_then_and_what_has_ended_never_again(made: Callable[[], Register]) -> None:
    one, other = made(), made()
    assert one.key
    assert one.key == other.key
    assert "not granted at this gateway" in one.doubt("a", 100.0)
    await one.note("a", 100.0, LATER)
    assert (one.doubt("a", 100.0), other.news(), other.doubt("a", 100.0)) == ("", {"a"}, "")
    assert "longer than was granted" in other.doubt("a", 101.0)
    await other.note("a", 50.0, LATER)  # it began, and ends earlier than it might have
    await other.note("a", 90.0, LATER)
    assert "longer than was granted" in made().doubt("a", 51.0)
    await one.end("a", LATER)
    await one.note("a", 100.0, LATER)
    assert [each.doubt("a", 10.0) for each in (one, made())] == ["it has ended before"] * 2
    assert other.is_ended("a")
    assert (other.news(), other.news()) == ({"a"}, set())


async def test_records_and_tokens_are_counted_for_all_workers(made: Callable[[], Register]) -> None:
    one, other = made(), made()
    assert one.meet("a", ["x", "y", "x"], 3) == Used(True, 2, 1)
    assert other.meet("a", ["y", "z"], 3) == Used(True, 3, 1)
    assert one.meet("a", ["x", "new"], 3) == Used(False, 3, 1)
    assert one.meet("a", [], 3) == Used(True, 3, 1)
    assert made().meet("b", ["new"], 1).passes
    assert one.take("a", 2, 3) == Used(True, 2, 1)
    assert other.take("a", 2, 3) == Used(False, 2, 1)
    assert made().take("a", 1, 3) == Used(True, 3, 1)


async def test_locks_stay_until_they_are_lifted_here(made: Callable[[], Register]) -> None:
    one, other = made(), made()
    await one.lock("user eve", "{}")
    other.look()
    assert other.locks == made().locks == {"user eve": "{}"}
    assert await made().unlock("user eve")
    assert not await one.unlock("user eve")
    assert made().locks == {}


async def test_a_line_that_was_cut_is_left_out_and_what_comes_after_it_is_not(
    made: Callable[[], Register], tmp_path: Path
) -> None:
    one, file = made(), tmp_path / "ca" / register.FILE
    await one.note("a", 100.0, LATER)
    with file.open("ab") as raw:
        raw.write(b'["until","b",')
    await one.end("a", LATER)
    await one.note("c", 100.0, LATER)
    assert [made().doubt(id, 100.0)[:19] for id in "abc"] == ["it has ended before", "it was not granted ", ""]


async def test_without_its_file_nothing_counts(made: Callable[[], Register], tmp_path: Path) -> None:
    one, file = made(), tmp_path / "ca" / register.FILE
    await one.note("a", 100.0, LATER)
    kept = file.read_bytes()
    file.unlink()
    one.look()
    assert register.FILE in one.doubt("a", 100.0)
    for what in (one.note("b", 1.0, LATER), one.end("b", LATER), one.lock("b", "")):
        with pytest.raises(Unavailable):
            await what
    assert one.is_ended("b")  # here, at least
    with pytest.raises(Unavailable):
        one.meet("a", ["x"], 5)
    file.write_bytes(kept)
    one.look()
    assert one.doubt("a", 100.0) == ""
    file.unlink()
    another = made()
    assert another.key != one.key
    assert "not granted at this gateway" in another.doubt("a", 100.0)
    file.write_bytes(b"\n")
    assert "not there" in made().doubt("a", 100.0)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_told_and_nothing_counts(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "cannot be read or written" in Register(tmp_path / register.FILE).doubt("a", 1.0)


async def test_a_large_file_is_written_anew_and_no_worker_misses_anything(
    made: Callable[[], Register], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(register, "LARGE", 5_000)
    one, other = made(), made()
    await one.lock("user eve", "{}")
    for number in range(300):
        await one.note(f"old-{number}", 100.0, 200.0)
    await one.end("a", LATER)
    await one.note("b", 100.0, LATER)
    one.meet("b", ["x", "y"], 5)
    one.meet("old-1", ["x", "y"], 5)
    before = (tmp_path / "ca" / register.FILE).stat().st_size
    await one.tidy()
    assert (tmp_path / "ca" / register.FILE).stat().st_size < min(before, 1000)
    await other.end("b", LATER)  # who has the old file open writes to the new one
    for each in (one, other, made()):
        each.look()
        assert (each.is_ended("a"), each.is_ended("b"), each.locks) == (True, True, {"user eve": "{}"})
        assert (each.key, each.meet("b", [], 5).used, each.meet("old-1", [], 5).used) == (one.key, 2, 0)
    assert [*(tmp_path / "ca").iterdir()] == [tmp_path / "ca" / register.FILE]
    assert (tmp_path / "ca" / register.FILE).stat().st_mode & 0o777 == 0o600


async def test_what_another_looked_at_is_news_still(made: Callable[[], Register]) -> None:
    one, other = made(), made()
    await one.note("a", 100.0, LATER)
    assert not other.is_ended("b")
    assert (other.news(), one.news()) == ({"a"}, {"a"})


async def test_where_the_state_is_believed_nothing_is_remembered() -> None:
    none = Register()
    await none.end("a", LATER)
    await none.lock("user eve", "{}")
    assert (none.doubt("a", 1.0), none.news(), none.locks, none.counts, none.keeps(5)) == ("", set(), {}, False, False)


async def test_what_is_noted_while_a_file_is_written_anew_is_in_it_once(
    made: Callable[[], Register], tmp_path: Path
) -> None:
    one, other, late = made(), made(), made()
    await one.note("b", 100.0, LATER)
    late.look()
    one.take("b", 3, 9)
    other.look()

    def lines() -> Iterator[list[Any]]:
        yield from one._remembered()
        other._keep(["until", "a", 0.0, LATER])  # after the last that is remembered
        other.take("b", 2, 9)

    mark, place = "m", (one._mark, one._place)
    assert anew.write(tmp_path / "ca" / register.FILE, place, mark, [register._HEAD, one.key.hex()], lines())
    for each in (one, other, late, made()):  # who had read it all, more of it, less of it, nothing
        each.look()
        assert (each._mark, each.is_ended("a"), each.take("b", 0, 9).used) == (mark, True, 5)


async def test_who_has_read_a_file_reads_nothing_of_it_again(
    made: Callable[[], Register], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "LARGE", 5_000)
    one, other = made(), made()
    for number in range(300):
        await one.note(f"a-{number}", 100.0, LATER)
    other.look()
    read = list[bytes]()
    monkeypatch.setattr(Register, "_line", lambda _self, line: read.append(line))
    await one.tidy()
    other.look()
    assert (read, one._mark) == ([], other._mark)
    assert other.doubt("a-7", 100.0) == ""
    await one.tidy()  # it is all needed
    assert one._mark == other._mark
