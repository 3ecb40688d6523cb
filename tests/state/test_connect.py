"""A connection to Valkey: its login, what its address may say, and that nothing is asked twice."""

import asyncio
import threading
import time
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError, TimeoutError

from support.servers.valkey import Valkey, running_valkey
from vecgate.refusals.errors import SettingsError
from vecgate.settings.state import State
from vecgate.state import connect


def client(url: str, password: str | None = None, **more: float | str) -> connect.Client:
    return connect.client(url, password, patience=20, opening=20, answer=more.pop("answer", 20), **more)


async def test_making_one_connects_to_nothing() -> None:
    made = client("unix:///nowhere")
    with pytest.raises(ConnectionError):
        await made.ping()
    await connect.close(made)


async def test_a_password_comes_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    with running_valkey() as server:
        settings = State(url=f"unix://keeper@{server.socket}", password_file=file)
        admin = Redis.from_url(server.url)
        await admin.acl_setuser("keeper", enabled=True, passwords=["+pw-of-a-test"], keys=["*"], categories=["+@all"])
        await admin.aclose()
        file.write_text("pw-of-a-test\n")
        made = client(settings.url, connect.password(settings))
        assert await made.ping()
        await connect.close(made)
        file.write_text("another")
        made = client(settings.url, connect.password(settings))
        with pytest.raises(ConnectionError, match="invalid username-password pair"):
            await made.ping()
        await connect.close(made)


def test_without_a_password_file_there_is_none() -> None:
    assert connect.password(State(url="unix:///nowhere")) is None


def test_a_password_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"state\.password_file"):
        connect.password(State(url="unix:///nowhere", password_file=tmp_path / "none"))


@pytest.mark.parametrize("named", ["state.url", "masking.shared_cache_url"])
def test_an_option_that_nobody_knows_is_a_mistake_in_the_settings_and_is_not_shown(named: str) -> None:
    with pytest.raises(SettingsError) as caught:
        client("redis://127.0.0.1:1?hunter2=1", named=named)
    assert caught.value.problems == [f"{named}: what follows its '?' is not known"]


async def test_what_is_not_answered_in_time_was_asked_once(valkey: Valkey) -> None:
    other, hasty = client(valkey.url), client(valkey.url, answer=0.2)
    await hasty.ping()
    valkey.pause()
    try:
        with pytest.raises(TimeoutError):
            await hasty.incr("asked")
    finally:
        valkey.resume()
    while (asked := await other.get("asked")) is None:
        pass
    assert asked == "1"
    for made in (other, hasty):
        await connect.close(made)


async def test_an_answer_that_came_while_the_loop_was_held_up_is_no_late_one(valkey: Valkey) -> None:
    hasty = client(valkey.url, answer=0.2)
    await hasty.ping()
    asking = asyncio.ensure_future(hasty.execute_command("EVAL", "return redis.call('INCR', 'late')", 0))
    for _ in range(3):
        await asyncio.sleep(0)  # it is sent by then
    valkey.pause()
    threading.Timer(0.1, valkey.resume).start()
    time.sleep(0.5)  # noqa: ASYNC251 - the loop is held up past the time of the answer, which lies there
    assert await asking == 1
    await connect.close(hasty)


async def test_bytes_stay_bytes_where_texts_are_not_asked_for(valkey: Valkey) -> None:
    made = client(valkey.url, decode_responses=False)
    await made.set("bytes", b"\xff")
    assert await made.get("bytes") == b"\xff"
    await connect.close(made)
