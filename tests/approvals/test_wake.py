"""Bells: every waiter of a call hears of its change, in any process; an outage only delays."""

import asyncio
import secrets

from support.servers.valkey import running_valkey
from vecgate.approvals.wake import Bells
from vecgate.settings.state import State
from vecgate.state.store import Script, Store

ADD = Script.of("return redis.call('XADD', KEYS[1], '*', 'id', ARGV[1])")
PATIENCE = 60


async def test_nobody_waits_and_a_ring_is_nothing():
    bells = Bells(Store(State(url="unix:///nowhere")), "s")
    bells.ring("x")
    with bells.bell("x") as bell:
        assert not bell.is_set()


async def test_every_waiter_of_a_call_hears_it_and_no_other():
    bells = Bells(Store(State(url="unix:///nowhere")), "s")
    with bells.bell("x") as one, bells.bell("x") as two, bells.bell("y") as other:
        bells.ring("x")
        assert (one.is_set(), two.is_set(), other.is_set()) == (True, True, False)


async def test_a_waiter_that_left_is_forgotten():
    bells = Bells(Store(State(url="unix:///nowhere")), "s")
    with bells.bell("x"), bells.bell("x"), bells.bell("y"):
        assert bells.waiting == 3
    assert bells.waiting == 0
    assert not bells._waiting


async def heard(bell: asyncio.Event, store: Store, stream: str) -> None:
    """Say it until it is heard: what is said before the reader's first look is not for it."""
    async with asyncio.timeout(PATIENCE):
        while not bell.is_set():
            await store.run(ADD, [stream], ["x"])
            await asyncio.wait([asyncio.ensure_future(bell.wait())], timeout=0.05)


async def test_what_is_said_in_the_stream_is_heard_also_after_the_server_was_killed():
    with running_valkey() as server:
        store = Store(State(url=server.url, timeout=20))
        await store.open()
        stream = secrets.token_hex(4)
        bells = Bells(store, stream)
        bells.open()
        try:
            with bells.bell("x") as bell:
                await heard(bell, store, stream)
                bell.clear()
                await asyncio.to_thread(server.restart)
                await heard(bell, store, stream)
        finally:
            await bells.close()
            await store.close()


async def test_after_a_gap_all_are_told_to_look_whatever_was_said_meanwhile():
    with running_valkey() as server:
        store = Store(State(url=server.url, timeout=20))
        await store.open()
        bells = Bells(store, "s")
        bells.open()
        try:
            with bells.bell("x") as one, bells.bell("y") as other:
                await heard(one, store, "s")
                other.clear()
                await asyncio.to_thread(server.restart)
                await asyncio.wait_for(other.wait(), PATIENCE)
        finally:
            await bells.close()
            await store.close()


async def test_it_is_looked_for_whom_waiting_is_over_and_nobody_else_is_told():
    bells, left = Bells(Store(State(url="unix:///nowhere")), "s"), set[str]()
    bells.open()
    try:
        with bells.bell("x", lambda: "x" in left) as one, bells.bell("x") as other:
            left.add("x")
            await asyncio.wait_for(one.wait(), PATIENCE)
            assert not other.is_set()
    finally:
        await bells.close()


async def test_listening_begins_while_the_server_is_away(tmp_path):
    bells = Bells(Store(State(url=f"unix://{tmp_path}/none")), "s")
    bells.open()
    await asyncio.sleep(0)
    await bells.close()


async def test_what_was_heard_once_is_not_read_again():
    places: list[str] = []

    class Reader(Store):
        async def stream_read(self, stream: str, after: str, seconds: float) -> list[tuple[str, dict[str, str]]]:
            places.append(after)
            return await super().stream_read(stream, after, seconds)

    with running_valkey() as server:
        store = Reader(State(url=server.url, timeout=20))
        await store.open()
        bells = Bells(store, "s")
        bells.open()
        try:
            for _ in range(5):  # the first may be rung as the reader begins
                with bells.bell("x") as bell:
                    await heard(bell, store, "s")
        finally:
            await bells.close()
            await store.close()
    assert len(places) == len(set(places)) > 3
