"""Does the Valkey/Redis that workers share keep what it acknowledged, and keep others out?

A used approval that is forgotten can be used again: `appendonly yes`, `maxmemory-policy noeviction`.
https://valkey.io/topics/persistence/, https://valkey.io/topics/lru-cache/
"""

import asyncio
import ipaddress
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from redis.exceptions import AuthenticationError, NoPermissionError, RedisError

from vecgate.doctor import files
from vecgate.doctor.fetch import why
from vecgate.doctor.finding import Finding, ok, problem, warning
from vecgate.refusals.errors import SettingsError
from vecgate.settings.addresses import Sentinels
from vecgate.settings.state import State
from vecgate.state import connect, fitness

ABOUT: Final = "Valkey"
_SECONDS: Final = 3.0


async def check(settings: State) -> list[Finding]:
    """How it is reached, and what it says of itself (INFO)."""
    url, file = urlsplit(settings.url), settings.password_file
    if file is not None and not file.is_file():
        todo = "Put the password there, readable by the gateway's user only."
        return [problem(ABOUT, f"The password file {file} cannot be used.", todo)]
    findings = list(_door(url, has_login=_has_login(settings, url)))
    if file is not None:
        findings.append(files.secret(ABOUT, file, "The password file"))
    try:
        async with asyncio.timeout(max(settings.timeout, _SECONDS)):
            told = await _info(settings)
    except NoPermissionError:
        todo = "Let its user run INFO, WAIT and WAITAOF: until then nobody can be asked for a yes."
        return [*findings, problem(ABOUT, "It does not tell how it is set up.", todo)]
    except AuthenticationError:
        return [*findings, problem(ABOUT, "It refuses the gateway's login.", "Correct user and password in state.url.")]
    except SettingsError as e:
        return [*findings, *(problem(ABOUT, f"{what}.", "Correct it, or leave it out.") for what in e.problems)]
    except (RedisError, OSError) as e:
        todo = "Start it, or correct state.url; without it nothing is approved and no rate is counted."
        return [*findings, problem(ABOUT, f"{place(url)} does not answer: {_why(e)}.", todo)]
    return [*findings, ok(ABOUT, f"{place(url)} answers."), *_told(settings, told)]


def place(url: SplitResult) -> str:
    """Where it is, without user and password."""
    if (found := Sentinels.of(url.geturl())) is not None:
        return f"{found.name}, as told by {', '.join(f'{host}:{port}' for host, port in found.hosts)},"
    return url.path if url.scheme == "unix" else f"{url.hostname or 'localhost'}:{url.port or 6379}"


def _why(error: Exception) -> str:
    cause = error.__cause__ or error.__context__ or error
    return why(cause) if isinstance(cause, OSError) else type(error).__name__


async def _info(settings: State) -> Mapping[str, Any]:
    client = connect.client(
        settings.url, connect.password(settings), state=settings, patience=_SECONDS, opening=_SECONDS, answer=_SECONDS
    )
    try:
        told = {**await client.info(), fitness.KNOWS_WAITAOF: await fitness.can_wait(client)}
        return {**told, **await fitness.when_synced(client)}
    finally:
        await connect.close(client)


def _has_login(settings: State, url: SplitResult) -> bool:
    """A password, or a client certificate (redis-py takes `ssl_certfile` from the URL's query)."""
    return bool(url.password) or settings.password_file is not None or "ssl_certfile=" in url.query


def _door(url: SplitResult, *, has_login: bool) -> Iterator[Finding]:
    if url.scheme == "unix":
        yield from _socket(Path(url.path), has_login=has_login)
        return
    if not has_login:
        todo = "Set a password (ACL) there and in state.url, or use a unix socket: who writes there can approve."
        yield problem(ABOUT, f"{place(url)} is used without a password.", todo)
    found = Sentinels.of(url.geturl())
    hosts = [host for host, _ in found.hosts] if found else [url.hostname or "localhost"]
    if url.scheme in ("redis", "sentinel") and not all(map(_is_loopback, hosts)):
        todo = f"Use {'sentinels' if found else 'rediss'}:// with TLS: who can change what is on the way can approve."
        yield problem(ABOUT, f"{place(url)} is spoken to in the clear over the network.", todo)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _socket(path: Path, *, has_login: bool) -> Iterator[Finding]:
    try:
        bits = files.reachable(path)
    except OSError:
        return  # that it does not answer is said elsewhere
    if bits & 0o002 and not has_login:
        todo = "Set 'unixsocketperm 600' (or 660 with a group of its own): who writes there can approve."
        yield problem(ABOUT, f"Every user of this host can write to {path}, without a password.", todo)
    else:
        yield ok(ABOUT, f"Not every user of this host gets at {path}.")


def _told(settings: State, told: Mapping[str, Any]) -> Iterator[Finding]:
    if settings.sync and not told.get(fitness.KNOWS_WAITAOF):
        known = told.get("valkey_version") or told.get("redis_version")
        todo = "Use Valkey, or Redis 7.2 and later; or set state.sync to false: a killed server may then forget."
        yield problem(ABOUT, f"Its version {known} does not know WAITAOF, so nobody is asked for a yes.", todo)
    if told.get("cluster_enabled"):
        todo = "Let state.url name a server of its own, or the Sentinels of one."
        yield problem(ABOUT, "It is one of a cluster, where what belongs together lies on several servers.", todo)
    if told.get("aof_enabled") != 1:
        todo = "Set 'appendonly yes' there: an approval that is forgotten could be used again."
        yield problem(ABOUT, "It does not keep what it acknowledged (appendonly is off).", todo)
    elif told.get("aof_last_write_status", "ok") != "ok":
        yield problem(ABOUT, "It cannot write its append-only file.", "Look for a full disk there.")
    else:
        yield ok(ABOUT, "It writes its append-only file.")
        if settings.sync and told.get("appendfsync") == "no":
            todo = "Set 'appendfsync always' there: what waits for its disk (WAITAOF) waits in vain, so no yes counts."
            yield problem(ABOUT, "It leaves it to its system when its disk writes (appendfsync no).", todo)
        elif settings.sync and told.get("appendfsync", "always") != "always":
            todo = "Set 'appendfsync always' there, on a disk that takes a write in a few milliseconds."
            yield warning(ABOUT, "A yes waits up to a second for its disk, and so does its spending.", todo)
    policy = told.get("maxmemory_policy")
    if policy != "noeviction":
        todo = "Set 'maxmemory-policy noeviction': an approval that is thrown away could be used again."
        yield problem(ABOUT, f"It may throw keys away (maxmemory-policy {policy}).", todo)
    else:
        yield ok(ABOUT, "It throws no key away (maxmemory-policy noeviction).")
    yield from _replicas(settings, told)


def _replicas(settings: State, told: Mapping[str, Any]) -> Iterator[Finding]:
    role, connected = told.get("role"), int(told.get("connected_slaves", 0))
    if role != "master":
        yield problem(ABOUT, f"It is a {role}: it takes no writes.", "Let state.url name the primary.")
    elif connected < settings.replicas:
        said = f"{connected} replicas are connected, state.replicas asks for {settings.replicas}."
        yield problem(ABOUT, said, "Connect them, or ask for fewer: until then nothing is approved.")
