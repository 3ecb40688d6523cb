"""Can this server keep an approval? It is asked before anything depends on it: a yes must not be spent for nothing.

What is asked: whether it takes writes, is no cluster's, throws keys away, writes its file, can wait for its disk
(WAITAOF: Valkey, or Redis 7.2 and later), has the replicas that the settings ask for, and lets its user run scripts.
What it does not tell counts as a no.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from redis.exceptions import NoPermissionError, ResponseError

from vecgate.settings.state import State
from vecgate.state.connect import Client

#: Beside what INFO says.
KNOWS_WAITAOF: Final = "knows_waitaof"


@dataclass(frozen=True, slots=True)
class Lack:
    """What a server cannot do, and what helps."""

    what: str
    todo: str

    def __str__(self) -> str:
        return f"{self.what} ({self.todo})"


async def lacking(client: Client, settings: State) -> Lack | None:
    """The first thing that the server cannot do and the settings need. Raises what the client raises."""
    try:
        told = dict(await client.info())
        if settings.sync:
            told[KNOWS_WAITAOF] = await can_wait(client)
            told |= await when_synced(client)
    except NoPermissionError:
        return Lack("its user may not run INFO and WAITAOF", "let it: +info +wait +waitaof")
    lack = next(lacks(settings, told), None)
    return lack if lack is not None else await _scriptless(client, settings)


async def _scriptless(client: Client, settings: State) -> Lack | None:
    try:
        await client.eval("return 0", 1, f"{settings.prefix}:fit")
    except NoPermissionError:
        what = f"its user may not run scripts on keys that begin with '{settings.prefix}:'"
        return Lack(what, f"let it: +eval +evalsha ~{settings.prefix}:*")
    return None


async def can_wait(client: Client) -> bool:
    """Whether it knows WAITAOF; asked for nothing, it answers at once. Raises what the client raises."""
    try:
        await client.execute_command("WAITAOF", 0, 0, 0)
    except NoPermissionError:
        raise
    except ResponseError as e:  # a replica knows it, too, and says that it is none's to ask
        return "unknown command" not in str(e).lower()
    return True


async def when_synced(client: Client) -> Mapping[str, Any]:
    """When it has its disk write (`appendfsync`); nothing where it need not tell. Raises what the client raises."""
    try:
        told: Mapping[str, Any] = await client.config_get("appendfsync")
    except ResponseError:  # its user may not ask, or it is somebody's service that shows no settings
        return {}
    return told


def lacks(settings: State, told: Mapping[str, Any]) -> Iterator[Lack]:
    """Everything it lacks, by what INFO says."""
    role, connected = told.get("role"), int(told.get("connected_slaves", 0))
    if role != "master":
        yield Lack(
            f"it is a {role or 'server of an unknown role'}: it takes no writes", "let state.url name the primary"
        )
    if told.get("cluster_enabled"):
        what = "it is one of a cluster, where what belongs together lies on several servers"
        yield Lack(what, "let state.url name a server of its own, or the Sentinels of one")
    policy = told.get("maxmemory_policy")
    if policy != "noeviction":
        yield Lack(f"it may throw keys away (maxmemory-policy {policy})", "set 'maxmemory-policy noeviction' there")
    if settings.sync:
        yield from _of_its_disk(told)
    if role == "master" and connected < settings.replicas:
        what = f"{connected} replicas are connected, state.replicas asks for {settings.replicas}"
        yield Lack(what, "connect them, or ask for fewer")


def _of_its_disk(told: Mapping[str, Any]) -> Iterator[Lack]:
    """What it lacks where each step of an approval waits until it is on disk."""
    if not told.get(KNOWS_WAITAOF):
        known = told.get("valkey_version") or told.get("redis_version") or "unknown"
        todo = "use Valkey, or Redis 7.2 and later; or set state.sync to false, and a killed server may forget"
        yield Lack(f"its version {known} does not know WAITAOF", todo)
    if told.get("aof_enabled") != 1:
        todo = "set 'appendonly yes' there; or state.sync to false, and a killed server may forget"
        yield Lack("it does not keep what it acknowledged (appendonly is off)", todo)
    if told.get("appendfsync") == "no":
        what = "it leaves it to its system when its disk writes (appendfsync no), so that WAITAOF waits in vain"
        yield Lack(what, "set 'appendfsync always' there")
    if told.get("aof_last_write_status", "ok") != "ok":
        yield Lack("it cannot write its append-only file", "look for a full disk there")
