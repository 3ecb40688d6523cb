"""Whoever remembers names drops them before they change, at every worker, and trusts none while the stream is away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from support.fakes.clock import Clock, until
from support.servers.valkey import Valkey
from vecgate.refusals.errors import Unavailable
from vecgate.state import changes
from vecgate.state.changes import GOOD_FOR, LONGEST_CHANGE, Changes
from vecgate.state.store import Store

pytestmark = pytest.mark.timeout(60)


class Worker:
    """One process' view, with a memory that counts how often it was dropped, and a clock of its own."""

    def __init__(self, store: Store) -> None:
        self.dropped = 0
        self.clock = Clock(1000.0)
        self.changes = Changes(store, now=self.clock)
        self.changes.tell("db", self._drop)

    def _drop(self) -> None:
        self.dropped += 1

    async def until_quiet(self, database: str = "db") -> None:
        await until(lambda: self.changes.quiet(database))


@asynccontextmanager
async def workers(store: Store, count: int) -> AsyncIterator[list[Worker]]:
    made = [Worker(store) for _ in range(count)]
    try:
        for worker in made:
            worker.changes.open()
        for worker in made:
            await worker.until_quiet()
        yield made
    finally:
        for worker in made:
            await worker.changes.close()


async def test_nobody_trusts_a_name_before_the_stream_was_read(store: Store) -> None:
    assert not Worker(store).changes.quiet("db")


async def test_when_a_change_is_told_everybody_has_dropped_names_and_remembers_none_until_it_is_over(
    store: Store,
) -> None:
    async with workers(store, 3) as everybody:
        change = await everybody[0].changes.begin("db")
        assert [worker.dropped for worker in everybody] == [1, 1, 1]
        assert not any(worker.changes.quiet("db") for worker in everybody)
        assert all(worker.changes.quiet("other") for worker in everybody)
        await everybody[0].changes.end("db", change)
        for worker in everybody:
            await worker.until_quiet()
        assert [worker.dropped for worker in everybody] == [2, 2, 2]


async def test_two_changes_at_once_are_over_when_both_are(store: Store) -> None:
    async with workers(store, 2) as (one, other):
        first, second = await asyncio.gather(one.changes.begin("db"), other.changes.begin("db"))
        await one.changes.end("db", first)
        third = await one.changes.begin("else")  # whoever has heard of this has heard of that end
        assert not other.changes.quiet("db")
        await other.changes.end("db", second)
        await other.until_quiet()
        await one.changes.end("else", third)


async def test_a_worker_that_starts_in_the_middle_of_a_change_knows_of_it(store: Store) -> None:
    async with workers(store, 1) as (one,):
        change = await one.changes.begin("db")
        late = Worker(store)
        late.changes.open()
        try:
            await late.until_quiet("other")
            assert not late.changes.quiet("db")
            await one.changes.end("db", change)
            await late.until_quiet()
        finally:
            await late.changes.close()


async def test_a_change_whose_end_is_never_told_is_over_in_a_while(store: Store) -> None:
    async with workers(store, 1) as (one,):
        await one.changes.begin("db")
        one.clock.at += LONGEST_CHANGE + 1
        await one.until_quiet("other")  # by its own clock it has not read for long
        assert one.changes.quiet("db")


async def test_who_hears_nothing_is_waited_for_only_while_it_may_trust_a_name(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "GOOD_FOR", 0.2)
    async with workers(store, 2) as (one, deaf):
        await deaf.changes._tasks.close()  # as if it hung: it is listed still
        await one.changes.begin("db")
        assert deaf.dropped == 0
    monkeypatch.undo()
    deaf.clock.at += GOOD_FOR
    assert not deaf.changes.quiet("db")


async def test_without_the_stream_no_name_is_trusted_and_none_is_changed(valkey: Valkey, store: Store) -> None:
    async with workers(store, 1) as (one,):
        valkey.stop()
        one.clock.at += GOOD_FOR
        assert not one.changes.quiet("db")
        with pytest.raises(Unavailable, match="state"):
            await one.changes.begin("db")
        valkey.start()
        await one.until_quiet()
