"""Codes: how people type them, whose they are, and what many at once get."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from support.servers.valkey import Valkey, running_valkey
from vecgate.idp.devices import LIFE, Asking, Devices
from vecgate.idp.kept import Kept
from vecgate.settings.state import State
from vecgate.state.store import Store

NOW = 1000.0


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    with running_valkey() as made:
        yield made


@pytest.fixture
async def devices(valkey: Valkey) -> AsyncIterator[Devices]:
    store = Store(State(url=valkey.url, timeout=30))
    await store.open()
    yield Devices(Kept(store), lambda: NOW)
    await store.close()


async def test_a_code_is_typed_as_people_type(devices: Devices) -> None:
    _, code = await devices.begin("cli", "read", "192.0.2.1", "desk")
    wanted = Asking("cli", "read", "192.0.2.1", "desk", NOW)
    for typed in (code, code.lower(), code.replace("-", ""), f" {code} ", code.replace("-", " ")):
        assert await devices.asking(typed) == wanted
    for typed in ("", code[:-1], f"{code}B", "AAAA-AAAA"):
        assert await devices.asking(typed) is None


async def test_of_many_at_once_one_gets_the_login(devices: Devices) -> None:
    device, code = await devices.begin("cli", "read", "", "")
    assert await devices.answer(code, "sid-1")
    found = await asyncio.gather(*(devices.poll(device, "cli") for _ in range(8)))
    assert sorted(how for how, _ in found) == ["expired_token"] * 7 + ["granted"]
    assert [granted["sid"] for how, granted in found if how == "granted"] == ["sid-1"]


async def test_of_many_answers_one_counts(devices: Devices) -> None:
    device, code = await devices.begin("cli", "read", "", "")
    assert sorted(await asyncio.gather(*(devices.answer(code, one) for one in ("a", "", "b")))) == [False, False, True]
    assert (await devices.poll(device, "cli"))[0] in ("granted", "access_denied")


async def test_a_code_is_its_programs(devices: Devices) -> None:
    device, code = await devices.begin("cli", "read", "", "")
    await devices.answer(code, "sid-1")
    assert (await devices.poll(device, "other"))[0] == "invalid_grant"
    assert (await devices.poll(device, "cli"))[0] == "granted"


async def test_codes_end_in_the_store_and_stand_there_as_digests(devices: Devices, valkey: Valkey) -> None:
    from redis import Redis

    device, code = await devices.begin("cli", "read", "", "")
    with Redis(unix_socket_path=str(valkey.socket), decode_responses=True) as client:
        names = client.keys("*")
        assert all(0 < client.ttl(name) <= LIFE for name in names)
        whole = " ".join([*names, *(client.get(name) for name in names)])
    assert device not in whole
    assert code.replace("-", "") not in whole
