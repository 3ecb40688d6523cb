"""What do workers share? One Valkey/Redis, reached so that a script never runs twice by accident.

redis-py retries ten times on time-outs by default, which runs a script again whose answer was late
(redis-py issue #3559); here nothing is retried. Every failure is `Unavailable("state")`, and the next
call connects anew: there is nothing to reset when the server is back.

The server must keep what it acknowledged: `appendonly yes`, `maxmemory-policy noeviction`, and with
replicas `State.replicas` here (WAIT) or `min-replicas-to-write 1` there; without either a failover
can forget that an approval was used.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha1
from importlib.resources import files
from typing import Any, Final, Self

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError

from vecgate.errors import Unavailable
from vecgate.settings import State

CONNECTIONS: Final = 32

#: A `redis.asyncio.Redis`: its annotations mix the sync and the async client, so they say nothing true here.
type _Client = Any


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script and the name the server caches it under (its SHA-1, see EVALSHA)."""

    text: str = field(repr=False)
    sha: str

    @classmethod
    def of(cls, text: str) -> Self:
        return cls(text, sha1(text.encode(), usedforsecurity=False).hexdigest())

    @classmethod
    def load(cls, package: str, name: str) -> Self:
        """The script `name` that lies beside the modules of `package`."""
        return cls.of((files(package) / name).read_text("utf-8"))


@asynccontextmanager
async def _unavailable() -> AsyncIterator[None]:
    try:
        yield
    except (RedisError, OSError, TimeoutError) as e:
        raise Unavailable("state", type(e).__name__) from e


class Store:
    """The connections of one process. Opening never fails: a server that is away is met at the first call."""

    def __init__(self, settings: State) -> None:
        self._settings = settings
        self._client: _Client | None = None
        self._reader: _Client | None = None

    async def open(self) -> None:
        """Make the clients, inside the running loop. Connects to nothing yet."""
        self._client = self._connect(CONNECTIONS, self._settings.timeout)
        # A blocked XREAD is silent for longer than any call may be; stream_read bounds it instead.
        self._reader = self._connect(2, None)

    def _connect(self, connections: int, timeout: float | None) -> _Client:
        pool = BlockingConnectionPool.from_url(
            self._settings.url,
            max_connections=connections,
            timeout=self._settings.timeout,
            socket_timeout=timeout,
            socket_connect_timeout=self._settings.timeout,
            retry=Retry(NoBackoff(), 0),
            protocol=2,  # RESP3 changes the shape of XREAD's answer
            decode_responses=True,
        )
        return Redis(connection_pool=pool)

    async def close(self) -> None:
        clients = [c for c in (self._client, self._reader) if c is not None]
        self._client = self._reader = None
        for client in clients:
            await client.aclose()
            await client.connection_pool.disconnect()

    def key(self, *parts: str) -> str:
        """A key of ours: `prefix:part:part`."""
        return ":".join((self._settings.prefix, *parts))

    async def ping(self) -> None:
        """Does it answer? Raises Unavailable."""
        async with _unavailable():
            await self._ready(self._client).execute_command("PING")

    async def run(
        self, script: Script, keys: Sequence[str], args: Sequence[str | int | float], *, durable: bool = False
    ) -> Any:
        """Run a script once and return its answer. Raises Unavailable; it may then have run or not.

        `durable`: the answer counts only when `State.replicas` replicas have what the script wrote.
        """
        async with _unavailable():
            client = self._ready(self._client)
            if not (durable and self._settings.replicas):
                return await _evaluate(client, script, keys, args)
            # WAIT speaks of the writes of its own connection.
            async with client.client() as one:
                answer = await _evaluate(one, script, keys, args)
                await self._replicated(one)
                return answer

    async def _replicated(self, client: _Client) -> None:
        patience = max(1, int(self._settings.timeout * 500))
        if await client.execute_command("WAIT", self._settings.replicas, patience) < self._settings.replicas:
            raise Unavailable("state", "not replicated")

    async def stream_end(self, stream: str) -> str:
        """The id of the stream's last entry, `0-0` for an empty one. Raises Unavailable."""
        async with _unavailable():
            last = await self._ready(self._client).xrevrange(stream, count=1)
        return str(last[0][0]) if last else "0-0"

    async def stream_read(self, stream: str, after: str, seconds: float) -> list[tuple[str, dict[str, str]]]:
        """Entries (id, fields) after an id, as soon as there are any; none after `seconds`. Raises Unavailable."""
        async with _unavailable():
            # The server answers in time or it hangs: then the connection is dropped with the time-out.
            async with asyncio.timeout(seconds + self._settings.timeout):
                found = await self._ready(self._reader).xread({stream: after}, block=max(1, int(seconds * 1000)))
        return [(entry, fields) for _, entries in found or () for entry, fields in entries]

    @staticmethod
    def _ready(client: _Client | None) -> _Client:
        if client is None:
            raise Unavailable("state", "not open")
        return client


async def _evaluate(client: _Client, script: Script, keys: Sequence[str], args: Sequence[str | int | float]) -> Any:
    try:
        return await client.execute_command("EVALSHA", script.sha, len(keys), *keys, *args)
    except NoScriptError:  # a restarted server: the script has surely not run
        return await client.execute_command("EVAL", script.text, len(keys), *keys, *args)
