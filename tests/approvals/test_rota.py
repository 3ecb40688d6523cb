"""All workers know who is on call, whichever of them is told; and whoever writes to the state can forge nothing."""

import base64
import json
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.servers.valkey import Valkey
from vecgate.approvals.rota import Rota
from vecgate.parsing.webhooks import TOLERANCE, Message, NotGenuine, Secret
from vecgate.settings.approvals import OnCall
from vecgate.settings.state import State
from vecgate.state.store import Script, Store

type Make = Callable[[], Awaitable[tuple[Rota, Store]]]
KEY = "whsec_" + base64.b64encode(b"k" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"o" * 32).decode()
WRITE = Script.of("return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])")
CLEAR = Script.of("return redis.call('DEL', KEYS[1])")


@pytest.fixture
async def make(valkey: Valkey, tmp_path: Path) -> AsyncIterator[Make]:
    prefix = secrets.token_hex(4)
    (tmp_path / "key").write_text(KEY)
    (tmp_path / "key").chmod(0o600)
    async with AsyncExitStack() as stack:

        async def made() -> tuple[Rota, Store]:
            store = Store(State(url=valkey.url, prefix=prefix, timeout=20))
            await store.open()
            stack.push_async_callback(store.close)
            sources = {name: OnCall(secret_file=tmp_path / "key", good_for=3600) for name in ("night", "day")}
            return Rota(store, sources, time.time), store

        yield made


def message(*people: str, ago: float = 0.0, key: str = KEY, sent: int = 0, name: str = "night") -> Message:
    at = datetime.fromtimestamp(time.time() - ago, UTC).isoformat()
    body = json.dumps({"name": name, "at": at, "people": people}).encode()
    sent = sent or int(time.time())
    return Message("msg_1", sent, Secret.of(key, "x").signature("msg_1", sent, body), body)


async def tell(rota: Rota, one: Message, name: str = "night") -> bool:
    try:
        return await rota.tell(name, rota.proven(name, one), one)
    except NotGenuine:
        return False


async def test_what_was_told_before_is_not_proven_once_more(make: Make) -> None:
    """Who kept a message may send it for minutes: each would be written into the record, and count for nothing."""
    here, _ = await make()
    one = message("dora")
    assert await tell(here, one)
    for again in (one, message("mallory", ago=60)):
        with pytest.raises(NotGenuine, match="told before"):
            here.proven("night", again)
    assert not await here.tell("night", here._on_call.proven("night", one), one)


async def test_what_one_worker_is_told_all_know(make: Make) -> None:
    (here, _), (there, _) = await make(), await make()
    one = message("dora")
    assert await tell(here, one)
    assert here.people("night") == ("dora",)
    await there.look()
    assert there.people("night") == ("dora",)
    assert there.people("day") == ()
    assert not await tell(here, one)
    assert not await tell(there, one)
    third, _ = await make()
    assert not await tell(third, one)  # it has read nothing yet: the state knows
    assert await tell(there, message("carl"))
    await here.look()
    assert here.people("night") == ("carl",)


async def test_an_older_one_is_not_taken_and_a_stored_one_is_not_proven(make: Make) -> None:
    here, _ = await make()
    assert await tell(here, message("dora"))
    assert not await tell(here, message("mallory", ago=60))
    with pytest.raises(NotGenuine, match="minutes off"):
        here.proven("night", message("carl", sent=int(time.time() - TOLERANCE - 2)))
    with pytest.raises(NotGenuine, match="older than what counts"):
        here.proven("night", message("carl", ago=3601))
    with pytest.raises(NotGenuine):
        here.proven("night", message("carl", key=OTHER))
    assert here.people("night") == ("dora",)


async def test_who_writes_to_the_state_names_nobody(make: Make) -> None:
    (here, _), (there, store) = await make(), await make()
    good = message("dora", ago=30)
    assert await tell(here, good)
    for forged in (message("mallory", key=OTHER), message("mallory", name="day"), good):
        body = forged.body.replace(b"dora", b"mallory")
        text = json.dumps([forged.id, forged.at, forged.signatures, body.decode()])
        await store.run(WRITE, [store.key("on-call")], ["night", f"99999999999999 {text}"])
        for one in (here, there):
            await one.look()
            assert "mallory" not in one.people("night")
    for rubbish in (
        "",
        "1",
        "1 ",
        "1 []",
        '1 ["a"]',
        "1 [1,2,3,4]",
        '1 ["a",1,"v1,x","\\ud800"]',
        "1 null",
        "1 NaN",
        f"1 {'[' * 99_999}",
    ):
        await store.run(WRITE, [store.key("on-call")], ["night", rubbish])
        await there.look()
        assert there.people("night") == ()
    assert here.people("night") == ("dora",)


async def test_an_old_one_that_is_put_back_is_taken_by_nobody_who_knows_a_newer(make: Make) -> None:
    (here, _), (there, store) = await make(), await make()
    old = message("mallory", ago=600)
    assert await tell(here, message("dora"))
    await there.look()
    text = json.dumps([old.id, old.at, old.signatures, old.body.decode()])
    await store.run(WRITE, [store.key("on-call")], ["night", f"1 {text}"])
    await there.look()
    assert there.people("night") == ("dora",)
    third, _ = await make()
    await third.look()
    assert third.people("night") == ("dora",)  # whoever knew it has put it back


async def test_a_state_that_lost_it_is_told_again(make: Make) -> None:
    (here, store), (there, _) = await make(), await make()
    assert await tell(here, message("dora"))
    await store.run(CLEAR, [store.key("on-call")], [])
    await here.look()
    await there.look()
    assert there.people("night") == ("dora",)
