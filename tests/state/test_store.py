"""The shared store: one run per call, every failure is Unavailable, and it recovers by itself."""

import asyncio

import pytest

from support.forked.ports import free_port
from support.servers.valkey import Valkey, running_valkey
from vecgate.refusals.errors import Part, Unavailable
from vecgate.settings.state import State
from vecgate.state import store as store_module
from vecgate.state.store import Script, Store

ECHO = Script.of("return {KEYS[1], ARGV[1]}")
COUNT = Script.of("return redis.call('INCR', KEYS[1])")
ADD = Script.of("return redis.call('XADD', KEYS[1], '*', 'n', ARGV[1])")
BROKEN = Script.of("return redis.call('NO-SUCH-COMMAND')")
SLOW_COUNT = Script.of("""
local till = os.clock() + tonumber(ARGV[1]) -- TIME stands still inside a script
while os.clock() < till do end
return redis.call('INCR', KEYS[1])
""")


async def opened(url: str, **settings: object) -> Store:
    store = Store(State.model_validate({"url": url, "timeout": 20, **settings}))
    await store.open()
    return store


# degenerate


async def test_a_store_that_was_not_opened_is_unavailable():
    with pytest.raises(Unavailable, match="state"):
        await Store(State(url="unix:///nowhere")).ping()


async def test_opening_does_not_fail_while_the_server_is_away(tmp_path):
    store = await opened(f"unix://{tmp_path}/none")
    try:
        for call in (
            store.ping(),
            store.run(COUNT, ["k"], []),
            store.stream_read("s", "0-0", 0.01),
            store.stream_end("s"),
        ):
            with pytest.raises(Unavailable) as caught:
                await call
            assert caught.value.part == Part.STATE
    finally:
        await store.close()


async def test_closing_twice_is_closing_once(valkey: Valkey):
    store = await opened(valkey.url)
    await store.close()
    await store.close()
    with pytest.raises(Unavailable):
        await store.ping()


def test_a_script_does_not_print_its_text():
    assert "redis.call" not in repr(COUNT)


# scripts


async def test_a_script_runs_with_its_keys_and_arguments(store: Store):
    assert await store.run(ECHO, ["key"], ["größe"]) == ["key", "größe"]


async def test_keys_carry_the_prefix(valkey: Valkey):
    assert Store(State(url=valkey.url, prefix="p")).key("a", "b") == "p:a:b"


async def test_a_script_that_fails_is_unavailable(store: Store):
    with pytest.raises(Unavailable):
        await store.run(BROKEN, [], [])


async def test_a_late_answer_is_unavailable_and_the_script_ran_once(valkey: Valkey, store: Store):
    """A retry would run it a second time; nothing here retries."""
    hasty = await opened(valkey.url, timeout=0.1)
    key = store.key("n")
    try:
        await store.run(SLOW_COUNT, [store.key("warm")], [0])
        with pytest.raises(Unavailable):
            await hasty.run(SLOW_COUNT, [key], [0.4])
        assert await store.run(COUNT, [key], []) == 2
    finally:
        await hasty.close()


async def test_after_a_cancelled_call_nobody_gets_its_answer(store: Store, valkey: Valkey):
    await store.ping()
    valkey.pause()
    slow = asyncio.ensure_future(store.run(COUNT, [store.key("n")], []))
    await asyncio.sleep(0.05)
    slow.cancel()
    valkey.resume()
    with pytest.raises(asyncio.CancelledError):
        await slow
    assert await store.run(ECHO, ["mine"], ["1"]) == ["mine", "1"]


async def test_more_calls_than_connections_wait_for_one(store: Store):
    answers = await asyncio.gather(*[store.run(COUNT, [store.key("n")], []) for _ in range(100)])
    assert sorted(answers) == list(range(1, 101))


async def test_who_waits_in_line_is_not_late(monkeypatch: pytest.MonkeyPatch, valkey: Valkey):
    """When hundreds come at once, the time for an answer begins when a connection is free."""
    monkeypatch.setattr(store_module, "CONNECTIONS", 1)
    hasty = await opened(valkey.url, timeout=0.2)
    try:
        answers = await asyncio.gather(*[hasty.run(SLOW_COUNT, [hasty.key("n")], [0.05]) for _ in range(10)])
        assert sorted(answers) == list(range(1, 11))
    finally:
        await hasty.close()


# streams


async def test_an_empty_stream_has_no_entries(store: Store):
    assert await store.stream_end(store.key("s")) == "0-0"
    assert await store.stream_read(store.key("s"), "0-0", 0.01) == []


async def test_a_reader_gets_what_came_after_its_place(store: Store):
    stream = store.key("s")
    first = await store.run(ADD, [stream], ["1"])
    second = await store.run(ADD, [stream], ["2"])
    assert await store.stream_read(stream, first, 5) == [(second, {"n": "2"})]
    assert await store.stream_end(stream) == second


async def test_a_waiting_reader_outlives_the_answer_time(valkey: Valkey):
    """Blocking for longer than `timeout` is not a failure."""
    store = await opened(valkey.url, timeout=0.2)
    try:
        assert await store.stream_read("quiet", "0-0", 0.5) == []
    finally:
        await store.close()


# outages


async def test_a_server_that_was_killed_is_unavailable_and_serves_again_when_back():
    with running_valkey() as server:
        store = await opened(server.url)
        try:
            assert await store.run(COUNT, ["n"], []) == 1
            await asyncio.to_thread(server.kill)
            for call in (store.run(COUNT, ["n"], []), store.ping(), store.stream_read("s", "0-0", 0.01)):
                with pytest.raises(Unavailable):
                    await call
            await asyncio.to_thread(server.start)
            await store.ping()
            assert await store.run(COUNT, ["n"], []) == 2, "the count survived, and no failed call ran"
        finally:
            await store.close()


async def test_a_server_that_hangs_is_unavailable_and_serves_again():
    with running_valkey() as server:
        store = await opened(server.url, timeout=0.3)
        try:
            server.pause()
            with pytest.raises(Unavailable):
                await store.ping()
            with pytest.raises(Unavailable):
                await store.stream_read("s", "0-0", 0.1)
            server.resume()
            while True:
                try:
                    await store.ping()
                    break
                except Unavailable:
                    continue
        finally:
            await store.close()


# durable


async def test_a_durable_script_counts_when_it_is_on_disk(store: Store):
    assert await store.run(COUNT, [store.key("n")], [], durable=True) == 1


async def test_what_a_durable_script_wrote_survives_a_kill():
    """With `everysec` an answered write may still be in the memory of the server; that is waited for."""
    with running_valkey("--appendfsync", "everysec") as server:
        store = await opened(server.url)
        try:
            for n in range(1, 4):
                assert await store.run(COUNT, ["n"], [], durable=True) == n
                await asyncio.to_thread(server.restart)
        finally:
            await store.close()


async def test_without_a_file_nothing_is_durable():
    with running_valkey("--appendonly", "no") as server:
        store = await opened(server.url)
        try:
            with pytest.raises(Unavailable):
                await store.run(COUNT, ["n"], [], durable=True)
        finally:
            await store.close()


@pytest.mark.parametrize("sync", [True, False])
async def test_without_its_replica_a_durable_script_does_not_count(
    valkey: Valkey, store: Store, monkeypatch: pytest.MonkeyPatch, sync: bool
):
    monkeypatch.setattr("vecgate.state.store.DURABLE_SECONDS", 0.2)
    alone = await opened(valkey.url, replicas=1, sync=sync)
    try:
        assert await alone.run(COUNT, [store.key("n")], []) == 1
        with pytest.raises(Unavailable, match="not kept"):
            await alone.run(COUNT, [store.key("n")], [], durable=True)
    finally:
        await alone.close()


@pytest.mark.parametrize("sync", [True, False])
async def test_with_its_replica_a_durable_script_counts(monkeypatch: pytest.MonkeyPatch, sync: bool):
    monkeypatch.setattr("vecgate.state.store.DURABLE_SECONDS", 60)
    # Replication needs a port: unix sockets do not replicate.
    port = str(free_port())
    with (
        running_valkey("--port", port, "--bind", "127.0.0.1", "--repl-diskless-sync-delay", "0") as primary,
        running_valkey("--replicaof", f"127.0.0.1 {port}"),
    ):
        store = await opened(primary.url, replicas=1, sync=sync)
        try:
            assert await store.run(COUNT, ["n"], [], durable=True) == 1
        finally:
            await store.close()


async def test_when_nothing_is_to_be_waited_for_a_durable_script_just_runs():
    with running_valkey("--appendonly", "no") as server:
        store = await opened(server.url, sync=False)
        try:
            assert await store.run(COUNT, ["n"], [], durable=True) == 1
        finally:
            await store.close()
