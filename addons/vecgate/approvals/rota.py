"""How do all workers know who is on call, where a webhook tells one of them? It lies in Valkey, signed, as it came.

Whoever writes there can forge nothing: each worker proves what it reads (consent/on_call.py). They can keep something
newer from a worker, until what it knows is too old; one that was started since has nothing to hold it against.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from vecgate.background import Tasks
from vecgate.consent.on_call import OnCall, Said
from vecgate.parsing.webhooks import Message, NotGenuine
from vecgate.refusals.errors import Unavailable
from vecgate.settings import approvals as settings
from vecgate.state.store import Script, Store

LOOK_SECONDS: Final = 0.5
#: KEYS: 1 by name, `at` in ms and the message. ARGV: 1 'all', or 2 a name, 3 its `at`, 4 the message.
_ROTA: Final = Script.of(
    """
    if ARGV[1] == 'all' then return redis.call('HGETALL', KEYS[1]) end
    local known = redis.call('HGET', KEYS[1], ARGV[2])
    if known and (tonumber(known:match('^%d+') or '') or 0) >= tonumber(ARGV[3]) then return 0 end
    redis.call('HSET', KEYS[1], ARGV[2], ARGV[3] .. ' ' .. ARGV[4])
    return 1
    """
)


class Rota:
    """This worker's view. `open` starts reading inside the running loop, where any webhook may tell something."""

    def __init__(self, store: Store, sources: Mapping[str, settings.OnCall], now: Callable[[], float]) -> None:
        """`now`: seconds since the epoch. Raises SettingsError."""
        self._store, self._on_call, self._now = store, OnCall(sources, now), now
        self._keys = [store.key("on-call")]
        self._newest: dict[str, tuple[Said, Message]] = {}
        self._tasks = Tasks()

    @classmethod
    def of(cls, store: Store, approvals: settings.Approvals) -> "Rota":
        """That of the settings. Raises SettingsError."""
        return cls(store, approvals.on_call, time.time)

    def open(self) -> None:
        if self._on_call.told:
            self._tasks.start(self._watch(), "approvals: who is on call")

    async def close(self) -> None:
        await self._tasks.close()

    def people(self, name: str) -> tuple[str, ...]:
        """Who is on call by that name; nobody where that cannot be told."""
        return self._on_call.people(name)

    def proven(self, name: str, message: Message) -> Said:
        """What a webhook says that has just come. Raises NotGenuine."""
        said = self._on_call.proven(name, message)
        if not message.is_of(self._now()):
            raise NotGenuine("its 'webhook-timestamp' is minutes off")
        if not self._on_call.is_fresh(name, said):
            raise NotGenuine("its 'at' is older than what counts")
        if self._knows(name, said):
            raise NotGenuine("it, or something newer, was told before")  # and is not written down once more
        return said

    def _knows(self, name: str, said: Said) -> bool:
        """Whether that, or something newer, was told before."""
        known = self._newest.get(name)
        return known is not None and known[0].at >= said.at

    async def tell(self, name: str, said: Said, message: Message) -> bool:
        """Have all workers know it; whether it is newer than what was told. Raises Unavailable('state')."""
        if self._knows(name, said) or not await self._keep(name, said, message):
            return False
        self._take(name, said, message)
        return True

    async def look(self) -> None:
        """Read what others were told. Raises Unavailable('state')."""
        flat = await self._store.run(_ROTA, self._keys, ["all"])
        found = dict(zip(flat[::2], flat[1::2], strict=True))
        for name in self._on_call.told:
            if (read := self._read(name, str(found.get(name, "")))) is not None:
                self._take(name, *read)
        for name, (said, message) in [*self._newest.items()]:  # a server that took over may lack it
            if not str(found.get(name, "")).startswith(f"{_ms(said)} "):
                await self._keep(name, said, message)

    async def _watch(self) -> None:
        while True:
            with suppress(Unavailable):
                await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    def _read(self, name: str, text: str) -> tuple[Said, Message] | None:
        """What stands there, if it is genuine."""
        with suppress(ValueError, TypeError, AttributeError, RecursionError):  # NotGenuine is a ValueError
            id, at, signatures, body = json.loads(text.partition(" ")[2])
            message = Message(id, at, signatures, body.encode())
            return self._on_call.proven(name, message), message
        return None

    def _take(self, name: str, said: Said, message: Message) -> None:
        if self._on_call.take(name, said):
            self._newest[name] = said, message

    async def _keep(self, name: str, said: Said, message: Message) -> bool:
        text = json.dumps([message.id, message.at, message.signatures, message.body.decode()])
        return bool(await self._store.run(_ROTA, self._keys, ["tell", name, _ms(said), text]))


def _ms(said: Said) -> int:
    return max(0, int(said.at * 1000))
