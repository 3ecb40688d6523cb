"""A shelf is a help and never a need: slow, away, lying or full, it costs a moment, and nothing is unmasked."""

import asyncio
from collections.abc import Sequence
from itertools import count

import pytest

from vecgate.domain.finding import Finding
from vecgate.masking.pool import shared
from vecgate.masking.pool.sealed import Seal
from vecgate.masking.pool.shared import BATCH, Shared
from vecgate.refusals.errors import Part, Unavailable

KEY = bytes(range(32))
FOUND = (Finding(0, 3, "PERSON", "model"),)


class Memory:
    """A shelf that lies in this process, and fails as it is told."""

    def __init__(self) -> None:
        self.kept: dict[bytes, bytes] = {}
        self.fault: Exception | None = None
        self.delay = 0.0
        self.asked = count()

    async def _answer(self) -> None:
        next(self.asked)
        await asyncio.sleep(self.delay)
        if self.fault:
            raise self.fault

    async def get(self, names: Sequence[bytes]) -> list[bytes | None]:
        await self._answer()
        return [self.kept.get(name) for name in names]

    async def put(self, entries: Sequence[tuple[bytes, bytes]]) -> None:
        await self._answer()
        self.kept.update(entries)


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Memory:
    monkeypatch.setattr(shared, "PATIENCE", 20)  # a busy machine is no fault of the shelf's
    return Memory()


def digests(number: int) -> list[bytes]:
    return [i.to_bytes(16) for i in range(number)]


async def written(one: Shared) -> None:
    async with asyncio.timeout(20):
        while one._writing:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_an_empty_shelf_knows_nothing(shelf: Memory) -> None:
    assert await Shared(shelf, KEY).find({b"x" * 16: 3}) == {}
    assert await Shared(shelf, KEY).find({}) == {}


async def test_what_one_has_found_another_knows(shelf: Memory) -> None:
    names = digests(3 * BATCH + 1)
    one, other = Shared(shelf, KEY), Shared(shelf, KEY)
    one.keep(dict.fromkeys(names, FOUND))
    one.keep({b"n" * 16: ()})
    await written(one)
    assert await other.find(dict.fromkeys(names, 3)) == dict.fromkeys(names, FOUND)
    assert await other.find({b"n" * 16: 3}) == {b"n" * 16: ()}
    assert await Shared(shelf, b"another key of 32 bytes or so...").find(dict.fromkeys(names, 3)) == {}


async def test_many_are_asked_for_together(shelf: Memory) -> None:
    await Shared(shelf, KEY).find(dict.fromkeys(digests(2 * BATCH), 3))
    assert next(shelf.asked) == 2


async def test_what_was_not_sealed_here_is_not_known(shelf: Memory) -> None:
    right = Seal(KEY).shut(b"a" * 16, FOUND)
    assert right is not None
    shelf.kept = {b"a" * 16: right, b"b" * 16: right, b"c" * 16: b"", b"d" * 16: b"[]"}
    assert await Shared(shelf, KEY).find(dict.fromkeys(shelf.kept, 3)) == {b"a" * 16: FOUND}


async def test_a_shelf_that_answers_too_little_is_not_believed_too_much(shelf: Memory) -> None:
    async def few(names: Sequence[bytes]) -> list[bytes | None]:
        return []

    shelf.get = few  # type: ignore[method-assign]
    assert await Shared(shelf, KEY).find({b"a" * 16: 3}) == {}


@pytest.mark.parametrize("slow", [False, True])
async def test_one_that_fails_or_is_slow_is_left_alone_for_a_while(
    shelf: Memory, slow: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Shared(shelf, KEY)
    if slow:
        monkeypatch.setattr(shared, "PATIENCE", 0.05)
        shelf.delay = 60
    else:
        shelf.fault = Unavailable(Part.STATE)
    assert await one.find({b"a" * 16: 3}) == {}
    assert not one.usable
    asked = next(shelf.asked)
    assert await one.find({b"a" * 16: 3}) == {}
    one.keep({b"a" * 16: FOUND})
    await written(one)
    assert next(shelf.asked) == asked + 1
    shelf.fault, shelf.delay = None, 0
    monkeypatch.setattr(shared, "PATIENCE", 20)
    one._closed_until = 0.0  # the while is over
    one.keep({b"a" * 16: FOUND})
    await written(one)
    assert await one.find({b"a" * 16: 3}) == {b"a" * 16: FOUND}
    assert one.failures == 1


async def test_a_shelf_that_fails_while_it_is_written_to_is_left_alone_too(shelf: Memory) -> None:
    one = Shared(shelf, KEY)
    shelf.fault = Unavailable(Part.STATE)
    one.keep(dict.fromkeys(digests(10), FOUND))
    await written(one)
    assert (one.usable, one.failures, one._waiting) == (False, 1, {})


async def test_only_so_many_wait_to_be_written(shelf: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "WAITING", 5)
    one = Shared(shelf, KEY)
    one.keep(dict.fromkeys(digests(10), FOUND))
    one.keep({b"late" * 4: FOUND})
    assert len(one._waiting) == 5
    await written(one)
    assert len(shelf.kept) == 5


async def test_closing_waits_for_nothing(shelf: Memory) -> None:
    shelf.delay = 60
    one = Shared(shelf, KEY)
    one.keep({b"a" * 16: FOUND})
    await one.close()
    assert shelf.kept == {}
