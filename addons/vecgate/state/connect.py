"""How is a connection to Valkey/Redis made, so that no script runs twice?

redis-py retries ten times on time-outs by default, which runs a script again whose answer was late
(redis-py issue #3559); here nothing is retried, and the next call connects anew.

A time-out is the server's, not ours: when hundreds of calls come at once and the loop is late, an answer that lies
there is read before it counts as late.
"""

import asyncio
from pathlib import Path
from typing import Any, Final

from redis.asyncio import BlockingConnectionPool, Redis, SSLConnection
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import (
    Sentinel,
    SentinelConnectionPool,
    SentinelManagedConnection,
    SentinelManagedSSLConnection,
)
from redis.backoff import NoBackoff
from redis.exceptions import TimeoutError as Late

from vecgate.refusals.errors import SettingsError
from vecgate.settings.addresses import Sentinels
from vecgate.settings.state import State

#: A `redis.asyncio.Redis`: its annotations mix the sync and the async client, so they say nothing true here.
type Client = Any

#: So long, in seconds, the loop may read what has come when the time is over.
_GRACE: Final = 0.05


def _patient[C: type[Any]](kind: C) -> C:
    """A kind of connection that waits so for an answer."""

    class Patient(kind):  # type: ignore[misc, valid-type]
        async def read_response(self, *told: Any, **more: Any) -> Any:
            seconds = self.socket_timeout
            if seconds is None:
                return await super().read_response(*told, **more)
            loop = asyncio.get_running_loop()
            try:
                async with asyncio.timeout(None) as ends:
                    over = loop.call_later(seconds, lambda: ends.reschedule(loop.time() + _GRACE))
                    try:
                        return await super().read_response(*told, **{"timeout": 10 * seconds + _GRACE, **more})
                    finally:
                        over.cancel()
            except TimeoutError:
                raise Late("Timeout reading from socket") from None

    return Patient  # type: ignore[return-value]


def password(settings: State) -> str | None:
    """The password in the file that is named, if one is. A password in the URL counts first. Raises SettingsError."""
    return _read("password_file", settings.password_file)


def _read(named: str, file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as e:
        raise SettingsError([f"state.{named}: {file} cannot be read"]) from e


def _certified[C: type[Any]](kind: C, name: str | None) -> C:
    """A kind of connection that wants this name in the server's certificate, whatever its address."""

    class Certified(kind):  # type: ignore[misc, valid-type]
        def _connection_arguments(self) -> Any:
            return {**super()._connection_arguments(), "server_hostname": name}

    return Certified if name else kind  # type: ignore[return-value]


class _FollowingPool(SentinelConnectionPool, BlockingConnectionPool):
    """Connections to whoever is the primary, asked for at each new one."""


def client(
    url: str,
    password: str | None,
    *,
    named: str = "state.url",
    state: State | None = None,
    connections: int = 1,
    patience: float,
    opening: float,
    answer: float | None,
    decode_responses: bool = True,
) -> Client:
    """A client; it connects to nothing yet. Raises SettingsError.

    How long, in seconds, it waits for one of its connections to be free (`patience`), for a new one (`opening`), and
    for an `answer`. `state` tells what else is known of how it is reached, and of its sentinels.
    """
    told = {
        "password": password,
        "socket_timeout": answer,
        "socket_connect_timeout": opening,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,  # RESP3 changes the shape of XREAD's answer
        "decode_responses": decode_responses,
    }
    name = state.certificate_name if state else None
    try:  # an option in the URL that nobody knows is found out here, not with the first call
        if (sentinels := Sentinels.of(url)) is not None:
            pool = _following(sentinels, told, state, connections, patience, opening)
        else:
            pool = BlockingConnectionPool.from_url(url, **told, max_connections=connections, timeout=patience)
            if pool.connection_class is SSLConnection:
                pool.connection_class = _certified(SSLConnection, name)
            pool.connection_class = _patient(pool.connection_class)
        pool.connection_class(**pool.connection_kwargs)
    except (TypeError, ValueError) as e:
        raise SettingsError([f"{named}: what follows its '?' is not known"]) from e
    return Redis(connection_pool=pool)


def _following(
    sentinels: Sentinels, told: dict[str, Any], state: State | None, connections: int, patience: float, opening: float
) -> Any:
    scheme, login = "rediss" if sentinels.is_tls else "redis", f"{sentinels.login}@" if sentinels.login else ""
    options = told | dict(parse_url(f"{scheme}://{login}there?{sentinels.options}"))
    for one in ("host", "connection_class"):
        options.pop(one, None)
    secure = {name: value for name, value in options.items() if name.startswith("ssl_")}
    # One that is away must leave time to ask the next.
    each = opening / (len(sentinels.hosts) + 1)
    asking = secure | {
        "username": state.sentinel_user if state else None,
        "password": _read("sentinel_password_file", state.sentinel_password_file) if state else None,
        "ssl": sentinels.is_tls,
        "socket_timeout": each,
        "socket_connect_timeout": each,
        "retry": told["retry"],
        "protocol": 2,
        "decode_responses": True,
    }
    kind: Any = SentinelManagedConnection
    if sentinels.is_tls:
        kind = _certified(SentinelManagedSSLConnection, state.certificate_name if state else None)
    kind = _patient(kind)
    manager: Any = Sentinel(sentinels.hosts, sentinel_kwargs=asking)  # type: ignore[no-untyped-call]
    return _FollowingPool(  # type: ignore[no-untyped-call]
        sentinels.name,
        manager,
        connection_class=_patient(kind),
        max_connections=connections,
        timeout=patience,
        **options,
    )


async def close(client: Client) -> None:
    """Let go of all its connections."""
    await client.aclose()
    await client.connection_pool.disconnect()
    if isinstance(client.connection_pool, _FollowingPool):
        await client.connection_pool.sentinel_manager.aclose()
