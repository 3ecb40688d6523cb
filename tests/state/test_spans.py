"""A real server keeps what it can, forgets the least used, and is waited for only for a moment."""

import secrets
import time
from collections.abc import AsyncIterator

import pytest

from support.servers.valkey import Valkey, running_valkey
from vecgate.refusals.errors import SettingsError, Unavailable
from vecgate.settings.masking import Masking
from vecgate.settings.state import State
from vecgate.state import spans
from vecgate.state.spans import Spans

VALUE = bytes(range(48))


def made(valkey: Valkey, **masking: object) -> Spans:
    return Spans(State(url=valkey.url, prefix=secrets.token_hex(4)), Masking.model_validate(masking))


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no fault of the server's."""
    monkeypatch.setattr(spans, "TIMEOUT", 20)


@pytest.fixture
async def shelf(valkey: Valkey) -> AsyncIterator[Spans]:
    shelf = made(valkey)
    await shelf.open()
    yield shelf
    await shelf.close()


def names(number: int, mark: bytes = b"n") -> list[bytes]:
    return [mark + i.to_bytes(15) for i in range(number)]


async def test_before_it_is_open_it_is_away(valkey: Valkey) -> None:
    with pytest.raises(Unavailable, match="state"):
        await made(valkey).get([b"x"])
    await made(valkey).close()


async def test_nothing_is_asked_and_nothing_kept(shelf: Spans) -> None:
    assert await shelf.get([]) == []
    await shelf.put([])


async def test_what_was_put_is_there_in_the_order_asked_for(shelf: Spans) -> None:
    assert await shelf.get([b"a", b"b"]) == [None, None]
    await shelf.put([(b"a", b"1"), (b"b", bytes(range(256))), (b"\xff\0\r\n", b"")])
    assert await shelf.get([b"b", b"?", b"a", b"\xff\0\r\n", b"a"]) == [bytes(range(256)), None, b"1", b"", b"1"]


async def test_hundreds_at_a_time(shelf: Spans) -> None:
    many = names(1000)
    await shelf.put([(name, VALUE) for name in many])
    assert await shelf.get(many) == [VALUE] * 1000


async def test_it_takes_up_no_more_than_it_may(valkey: Valkey) -> None:
    """Measured by the server; and what is asked for stays, while what is not goes."""
    size = 1_000_000
    shelf = made(valkey, shared_cache_bytes=size)
    await shelf.open()
    try:
        await shelf.put([(b"used", VALUE)])
        used = []
        for turn in range(40):
            await shelf.put([(name, VALUE) for name in names(500, bytes([turn]))])
            assert await shelf.get([b"used"]) == [VALUE]
            taken = [await shelf._client.memory_usage(key, samples=0) for key in shelf._keys]
            used.append(sum(one or 0 for one in taken))
        assert max(used) <= size * 1.1
        assert max(used) >= size * 0.5
        assert await shelf.get(names(1, b"\0")) == [None]
        assert await shelf.get(names(1, bytes([39]))) == [VALUE]
    finally:
        await shelf.close()


async def test_what_nobody_asks_for_expires(valkey: Valkey) -> None:
    shelf = made(valkey, cache_ttl=1000)
    await shelf.open()
    try:
        await shelf.put([(b"a", VALUE)])
        newer, older = shelf._keys
        assert 990_000 < await shelf._client.pttl(newer) <= 1_000_000
        await shelf._client.pexpire(newer, 400_000)  # six of ten minutes later
        await shelf.put([(b"b", VALUE)])
        assert 390_000 < await shelf._client.pttl(older) <= 400_000
        assert 990_000 < await shelf._client.pttl(newer) <= 1_000_000
        await shelf._client.pexpire(older, 0)
        assert await shelf.get([b"a", b"b"]) == [None, VALUE]
    finally:
        await shelf.close()


async def test_a_server_that_lost_everything_is_an_empty_one(valkey: Valkey, shelf: Spans) -> None:
    await shelf.put([(b"a", VALUE)])
    await shelf._client.flushall()
    await shelf._client.script_flush()
    assert await shelf.get([b"a"]) == [None]


async def test_one_that_hangs_is_given_up_soon_and_its_late_answer_is_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_valkey() as server:
        shelf = made(server)
        monkeypatch.setattr(spans, "TIMEOUT", 0.2)
        await shelf.open()
        await shelf.put([(b"a", b"1"), (b"b", b"2")])
        server.pause()
        began = time.monotonic()
        for _ in range(3):
            with pytest.raises(Unavailable, match="state"):
                await shelf.get([b"a"])
        assert time.monotonic() - began < 20
        server.resume()
        assert await shelf.get([b"b"]) == [b"2"]
        server.kill()
        with pytest.raises(Unavailable, match="state"):
            await shelf.get([b"b"])
        server.start()
        assert await shelf.get([b"b"]) == [b"2"]
        await shelf.close()


async def test_it_may_be_another_server_than_the_states(valkey: Valkey) -> None:
    with running_valkey("--appendonly", "no") as other:
        shelf = made(valkey, shared_cache_url=other.url)
        await shelf.open()
        await shelf.put([(b"a", VALUE)])
        assert await shelf._client.info("persistence")
        assert (await shelf._client.info("persistence"))["aof_enabled"] == 0
        await shelf.close()


async def test_an_option_that_nobody_knows_is_a_mistake_in_the_settings(valkey: Valkey) -> None:
    with pytest.raises(SettingsError, match=r"masking\.shared_cache_url: what follows its '\?' is not known"):
        await made(valkey, shared_cache_url="redis://127.0.0.1:1?hunter2=1").open()
