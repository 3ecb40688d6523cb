"""What a server lacks, by what it says of itself."""

from typing import Any

import pytest
from redis.asyncio import Redis

from support.servers.valkey import Valkey, running_redis, running_valkey
from vecgate.settings.state import State
from vecgate.state.fitness import KNOWS_WAITAOF, can_wait, lacking, lacks

GOOD = {"role": "master", "maxmemory_policy": "noeviction", "aof_enabled": 1, KNOWS_WAITAOF: True}


@pytest.mark.parametrize(
    ("told", "settings", "said"),
    [
        # nothing is told
        ({"role": None, "maxmemory_policy": None, "aof_enabled": None, KNOWS_WAITAOF: None}, {}, 4),
        # all is well
        ({}, {}, 0),
        ({"connected_slaves": 2}, {"replicas": 2}, 0),
        # one thing is not
        ({"role": "slave"}, {}, "takes no writes"),
        ({"maxmemory_policy": "allkeys-lru"}, {}, "throw keys away"),
        ({KNOWS_WAITAOF: False, "redis_version": "7.0.15"}, {}, "its version 7.0.15 does not know WAITAOF"),
        ({"aof_enabled": 0}, {}, "appendonly is off"),
        ({"cluster_enabled": 1}, {}, "it is one of a cluster"),
        ({"aof_last_write_status": "err"}, {}, "cannot write its append-only file"),
        ({"appendfsync": "no"}, {}, "WAITAOF waits in vain"),
        ({"appendfsync": "everysec"}, {}, 0),
        ({"connected_slaves": 1}, {"replicas": 2}, "1 replicas are connected, state.replicas asks for 2"),
        # what is not waited for is not needed
        ({KNOWS_WAITAOF: False, "aof_enabled": 0, "appendfsync": "no"}, {"sync": False}, 0),
    ],
)
def test_what_a_server_lacks(told: dict[str, Any], settings: dict[str, Any], said: str | int) -> None:
    found = [str(lack) for lack in lacks(State(url="unix:///s", **settings), {**GOOD, **told})]
    if isinstance(said, int):
        assert len(found) == said
    else:
        assert [said in one for one in found] == [True]


async def test_a_server_is_asked(valkey: Valkey) -> None:
    client = Redis(unix_socket_path=str(valkey.socket))
    assert await lacking(client, State(url=valkey.url)) is None
    was = await client.config_get("appendfsync")
    await client.config_set("appendfsync", "no")
    assert "appendfsync no" in str(await lacking(client, State(url=valkey.url)))
    await client.config_set("appendfsync", was["appendfsync"])
    await client.acl_setuser("shy", enabled=True, nopass=True, commands=["+@all", "-config"], keys=["vecgate:*"])
    shy = Redis(unix_socket_path=str(valkey.socket), username="shy", password="any")
    assert await lacking(shy, State(url=valkey.url)) is None
    await shy.aclose()
    for name, rights in (("plain", ["-@scripting"]), ("elsewhere", [])):
        keys = ["other:*"] if name == "elsewhere" else ["*"]
        await client.acl_setuser(name, enabled=True, nopass=True, commands=["+@all", *rights], keys=keys)
        weak = Redis(unix_socket_path=str(valkey.socket), username=name, password="any")
        assert "may not run scripts on keys" in str(await lacking(weak, State(url=valkey.url)))
        await weak.aclose()
    await client.acl_setuser("mute", enabled=True, nopass=True, commands=["+ping"])
    mute = Redis(unix_socket_path=str(valkey.socket), username="mute", password="any")
    assert "may not run INFO" in str(await lacking(mute, State(url=valkey.url)))
    await mute.aclose()
    await client.aclose()


async def test_an_old_one_cannot_wait_for_its_disk() -> None:
    with running_redis() as old:
        client = Redis(unix_socket_path=str(old.socket))
        assert not await can_wait(client)
        await client.aclose()


async def test_one_of_a_cluster_is_none() -> None:
    with running_valkey("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf") as one:
        client = Redis(unix_socket_path=str(one.socket))
        assert "one of a cluster" in str(await lacking(client, State(url=one.url)))
        await client.aclose()
