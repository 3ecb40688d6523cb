"""Does a table of cases that one test tries fail with every case that fails, by name, and is it no test without one?"""

from typing import Any

import pytest

from support.tools.every import every


def test_all_that_fail_are_told_by_name() -> None:
    @every(("a", "b"), [(1, 1), (1, 2), (3, 4)], ids=["one", "two", "three"])
    def tried(a: int, b: int) -> None:
        assert a == b

    with pytest.raises(ExceptionGroup, match="2 of 3") as told:
        tried()
    assert [note for e in told.value.exceptions for note in e.__notes__] == ["in the case two", "in the case three"]


async def test_so_it_is_where_the_test_waits_and_tables_are_multiplied() -> None:
    seen: list[Any] = []

    @every("a", [1, pytest.param(2, id="two")])
    @every("b", [3, 4])
    async def tried(a: int, b: int) -> None:
        seen.append((a, b))
        assert (a, b) != (2, 4)

    with pytest.raises(ExceptionGroup) as told:
        await tried()
    assert seen == [(1, 3), (1, 4), (2, 3), (2, 4)]
    assert told.value.exceptions[0].__notes__ == ["in the case two"]


def test_a_table_that_is_left_out_whole_is_skipped_and_an_empty_one_is_a_mistake() -> None:
    @every("a", [1, 2])
    def skipped(a: int) -> None:
        pytest.skip(f"not here: {a}")

    with pytest.raises(pytest.skip.Exception, match="not here: 1"):
        skipped()
    with pytest.raises(AssertionError, match="no case"):
        every("a", [])
