"""How is a script run in Valkey/Redis, once, and when is what it wrote kept?

Every failure is `Unavailable("state")`, and the next call connects anew (state/connect.py): there is nothing to
reset when the server is back.

The server must keep what it acknowledged: `appendonly yes`, `maxmemory-policy noeviction`. That alone is not
enough: with `appendfsync everysec` a killed server has lost writes it had answered (they wait in its memory while
an fsync runs), and a replica that takes over may not have them. So a durable step waits for both (WAITAOF, WAIT).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha1
from importlib.resources import files
from typing import Any, Final, Self

from redis.exceptions import NoScriptError, RedisError

from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, NotKept, Part, Unavailable
from vecgate.settings.state import State
from vecgate.state import connect
from vecgate.state.connect import Client
from vecgate.state.fitness import Lack, lacking

CONNECTIONS: Final = 32
#: So long a call waits for one of them to be free, in seconds: when hundreds come at once, that is no outage.
LINE_SECONDS: Final = 5.0
#: How long a durable step may take to be kept, in seconds. A busy disk holds up an fsync.
DURABLE_SECONDS: Final = 5.0
#: A replica says each second how far it is; one that was not heard for longer, in seconds, follows nobody.
LAG: Final = 2


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
        raise Unavailable(Part.STATE, type(e).__name__) from e


class Store:
    """The connections of one process. Opening never fails: a server that is away is met at the first call."""

    def __init__(self, settings: State) -> None:
        self._settings = settings
        self._client: Client | None = None
        self._patient: Client | None = None
        self._was_fit = False

    async def open(self) -> None:
        """Make the clients, inside the running loop. Connects to nothing yet."""
        self._client = self._connect(self._settings.timeout)
        # XREAD and WAITAOF are silent for longer than other calls may be; who uses them bounds them.
        self._patient = self._connect(None)

    def _connect(self, answer: float | None) -> Client:
        timeout, secret = self._settings.timeout, connect.password(self._settings)
        return connect.client(
            self._settings.url, secret, state=self._settings, connections=CONNECTIONS,
            patience=max(timeout, LINE_SECONDS), opening=timeout, answer=answer,
        )  # fmt: skip

    async def close(self) -> None:
        clients = [c for c in (self._client, self._patient) if c is not None]
        self._client = self._patient = None
        for client in clients:
            await connect.close(client)

    def key(self, *parts: str) -> str:
        """A key of ours: `prefix:part:part`."""
        return ":".join((self._settings.prefix, *parts))

    def fence(self, tag: str) -> list[str]:
        """One more key for scripts that are not to believe what another server has left, where one may take over."""
        return [self.key(tag, "server")] if self._settings.sentinels is not None else []

    async def led(self) -> str:
        """Which server leads, by its replication id; empty where none can take over.

        One that is cut off goes on as if it led, until it sees that no replica answers: what is read there is not to
        be trusted for longer. Sentinels let another one lead some seconds later. Raises Unavailable.
        """
        if self._settings.sentinels is None:
            return ""
        async with _unavailable():
            told = await self._ready(self._client).info("replication")
        follow = [one for name, one in told.items() if name.startswith("slave") and isinstance(one, dict)]
        close = sum(one.get("state") == "online" and int(one.get("lag", LAG + 1)) <= LAG for one in follow)
        if told.get("role") != "master" or close < self._settings.replicas:
            raise Unavailable(Part.STATE, "no replica follows it")
        return str(told["master_replid"])

    async def ping(self) -> None:
        """Does it answer? Raises Unavailable."""
        async with _unavailable():
            await self._ready(self._client).execute_command("PING")

    async def lacking(self) -> Lack | None:
        """What the server cannot do, and an approval needs. Raises Unavailable."""
        async with _unavailable():
            return await lacking(self._ready(self._client), self._settings)

    async def fit(self) -> None:
        """Go on only where it could keep what must be kept now. Raises CallRefused (`state.unfit`), Unavailable."""
        if (lack := await self.lacking()) is not None:
            raise CallRefused(refuse("state.unfit", detail=lack.what, todo=lack.todo))

    async def check(self) -> None:
        """Does it answer, and could it once keep an approval? Raises Unavailable, with what it cannot do.

        Once is enough: what can be read need not wait for a replica that comes back.
        """
        await self.ping()
        if self._was_fit:
            return
        lack = await self.lacking()
        if lack is not None:
            raise Unavailable(Part.STATE, str(lack))
        self._was_fit = True

    async def run(
        self,
        script: Script,
        keys: Sequence[str],
        args: Sequence[str | int | float],
        *,
        durable: bool = False,
        wrote: Callable[[Any], bool] = lambda _: True,
    ) -> Any:
        """Run a script once and return its answer. Raises Unavailable; it may then have run or not.

        `durable`: the answer counts only when what the script wrote is where `State.sync` and `State.replicas`
        want it; else NotKept is raised. With `appendfsync everysec` that takes up to a second. `wrote` tells by the
        answer whether there is anything to wait for.
        """
        async with _unavailable():
            if not durable:
                return await evaluate(self._ready(self._client), script, keys, args)
            # Both ways of waiting speak of the writes of their own connection.
            # Not `async with client()`: cancelled at the wrong moment, that keeps its connection.
            async with aclosing(self._ready(self._patient).client()) as one:
                async with asyncio.timeout(self._settings.timeout):
                    answer = await evaluate(one, script, keys, args)
                try:
                    async with asyncio.timeout(self._settings.timeout + DURABLE_SECONDS):
                        is_kept = not wrote(answer) or await self._kept(one)
                except (RedisError, OSError, TimeoutError) as e:
                    raise NotKept(answer) from e
                if not is_kept:
                    raise NotKept(answer)
                return answer

    async def _kept(self, client: Client) -> bool:
        replicas, patience = self._settings.replicas, int(DURABLE_SECONDS * 1000)
        if self._settings.sync and (await client.execute_command("WAITAOF", 1, 0, patience))[0] < 1:
            return False
        # Not WAITAOF for both: replicas tell what is on their own disks only once a second.
        return not replicas or bool(await client.execute_command("WAIT", replicas, patience) >= replicas)

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
                found = await self._ready(self._patient).xread({stream: after}, block=max(1, int(seconds * 1000)))
        return [(entry, fields) for _, entries in found or () for entry, fields in entries]

    @staticmethod
    def _ready(client: Client | None) -> Client:
        if client is None:
            raise Unavailable(Part.STATE, "not open")
        return client


async def evaluate(
    client: Client, script: Script, keys: Sequence[str], args: Sequence[str | bytes | int | float]
) -> Any:
    """Run a script once, by the name the server may know it under. Raises what the client raises."""
    try:
        return await client.execute_command("EVALSHA", script.sha, len(keys), *keys, *args)
    except NoScriptError:  # a restarted server: the script has surely not run
        return await client.execute_command("EVAL", script.text, len(keys), *keys, *args)
