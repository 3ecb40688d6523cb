"""How is a connection to Valkey/Redis made, so that no script runs twice?

redis-py retries ten times on time-outs by default, which runs a script again whose answer was late
(redis-py issue #3559); here nothing is retried, and the next call connects anew.
"""

from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from vecgate.refusals.errors import SettingsError
from vecgate.settings.state import State

#: A `redis.asyncio.Redis`: its annotations mix the sync and the async client, so they say nothing true here.
type Client = Any


def password(settings: State) -> str | None:
    """The password in the file that is named, if one is. A password in the URL counts first. Raises SettingsError."""
    if settings.password_file is None:
        return None
    try:
        return settings.password_file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as e:
        raise SettingsError([f"state.password_file: {settings.password_file} cannot be read"]) from e


def client(
    url: str,
    password: str | None,
    *,
    named: str = "state.url",
    connections: int = 1,
    patience: float,
    opening: float,
    answer: float | None,
    decode_responses: bool = True,
) -> Client:
    """A client; it connects to nothing yet. Raises SettingsError.

    How long, in seconds, it waits for one of its connections to be free (`patience`), for a new one (`opening`), and
    for an `answer`.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        password=password,
        max_connections=connections,
        timeout=patience,
        socket_timeout=answer,
        socket_connect_timeout=opening,
        retry=Retry(NoBackoff(), 0),
        protocol=2,  # RESP3 changes the shape of XREAD's answer
        decode_responses=decode_responses,
    )
    try:  # an option in the URL that nobody knows is found out here, not with the first call
        pool.connection_class(**pool.connection_kwargs)
    except TypeError as e:
        raise SettingsError([f"{named}: what follows its '?' is not known"]) from e
    return Redis(connection_pool=pool)


async def close(client: Client) -> None:
    """Let go of all its connections."""
    await client.aclose()
    await client.connection_pool.disconnect()
