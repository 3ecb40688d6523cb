"""What is written is known before it is read; a full queue, or workers that are away, change nothing but that."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from vecgate.domain.profiles import MaskProfile
from vecgate.domain.surface import Surface
from vecgate.masking.detect.texts import Text
from vecgate.masking.inputs import ingest
from vecgate.masking.inputs.ingest import Ingest, Written
from vecgate.masking.pool.pool import Learnt
from vecgate.refusals.errors import MaskFailed, MaskRefused, Part, Unavailable

STANDARD, CLOSE = MaskProfile("standard"), MaskProfile("close", sensitivity="high")


class Masker:
    """Finds the strings of a flat tree."""

    async def texts(self, tree: Any, _surface: Surface, profile: MaskProfile) -> list[Text]:
        if tree == ["unreadable"]:
            raise MaskFailed("no")
        return [Text(value, level=profile.sensitivity) for value in tree]


class Workers:
    """Writes down what it is to learn, and fails as it is told."""

    def __init__(self) -> None:
        self.given: list[list[Text]] = []
        self.fault: Exception | None = None
        self.go = asyncio.Event()
        self.go.set()

    async def learn(self, texts: list[Text]) -> Learnt:
        self.given.append(texts)
        await self.go.wait()
        if self.fault:
            fault, self.fault = self.fault, None
            raise fault
        return Learnt(len(texts), len(texts))


@pytest.fixture
def workers() -> Workers:
    return Workers()


def made(workers: Any, room: int = 100) -> Ingest:
    masker: Any = Masker()
    return Ingest(masker, workers, room)


def written(*trees: list[str], weight: int = 10, profiles: tuple[MaskProfile, ...] = (STANDARD,)) -> Written:
    return Written(iter(trees), Surface(), profiles, weight)


async def done(one: Ingest) -> None:
    async with asyncio.timeout(20):
        while one._works:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_nothing_is_nothing(workers: Workers) -> None:
    one = made(workers)
    assert one.put(written(weight=0))
    await done(one)
    assert workers.given == []
    assert await one.now([], Surface(), []) == Learnt(0, 0)


async def test_a_write_is_learnt_tree_by_tree_for_everyone_who_may_read_it(workers: Workers) -> None:
    one = made(workers)
    one.put(written(["Anna", "Anna"], ["Bert"], profiles=(STANDARD, CLOSE, STANDARD)))
    await done(one)
    both = [[Text(name, level=level) for level in ("normal", "high")] for name in ("Anna", "Bert")]
    assert workers.given == both
    assert (one.learnt, one.dropped, one.weight) == (4, 0, 0)


async def test_it_takes_in_no_more_than_there_is_room_for_and_waits_for_nobody(workers: Workers) -> None:
    workers.go.clear()
    one = made(workers, room=25)
    assert [one.put(written([name])) for name in ("a", "b", "c")] == [True, True, False]
    assert (one.dropped, one.weight) == (1, 20)
    workers.go.set()
    await done(one)
    assert one.put(written(["d"]))
    await done(one)
    assert workers.given == [[Text(name)] for name in ("a", "b", "d")]


async def test_without_room_it_is_off(workers: Workers) -> None:
    one = made(workers, room=0)
    assert not one.put(written(["a"]))
    assert (one.dropped, workers.given) == (0, [])


@pytest.mark.parametrize("fault", [MaskFailed("no"), Unavailable(Part.MASKER), MaskRefused("mask.blocked")])
async def test_what_fails_is_dropped_and_the_next_is_not(
    workers: Workers, fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "_PAUSE", 0)
    one = made(workers)
    workers.fault = fault
    one.put(written(["a"], ["not tried"]))
    one.put(written(["unreadable"]))
    one.put(written(["b"]))
    await done(one)
    assert workers.given == [[Text("a")], [Text("b")]]
    assert (one.dropped, one.learnt, one.weight) == (2, 1, 0)


async def test_closing_waits_for_nothing(workers: Workers) -> None:
    workers.go.clear()
    one = made(workers)
    one.put(written(["a"]))
    one.put(written(["b"]))
    await asyncio.sleep(0)
    await one.close()
    assert (one.weight, one._works, len(one._waiting)) == (0, False, 0)


async def test_records_are_made_only_when_it_is_their_turn(workers: Workers) -> None:
    """A large write is not gone through at once."""
    workers.go.clear()
    taken: list[int] = []

    def records() -> Iterator[Any]:
        for number in range(3):
            taken.append(number)
            yield [str(number)]

    one = made(workers)
    one.put(Written(records(), Surface(), (STANDARD,), 1))
    for _ in range(10):
        await asyncio.sleep(0)
    assert taken == [0]
    workers.go.set()
    await done(one)
    assert taken == [0, 1, 2]
