"""What have other workers found in a text? A bounded shelf of sealed entries that expire; losing it costs time only.

Not for anything that must be kept: its connections are its own and give up soon, and it may lie on another server
than the state, one that forgets.
"""

from collections.abc import Sequence
from typing import Any, Final

from redis.exceptions import RedisError

from vecgate.refusals.errors import Part, Unavailable
from vecgate.settings.masking import Masking
from vecgate.settings.state import State
from vecgate.state import connect
from vecgate.state.store import Script, evaluate

#: Longest wait for one answer, in seconds: an analysis is waiting.
TIMEOUT: Final = 0.05
#: Opening a connection may take longer; with TLS it has several trips to make.
CONNECT: Final = 0.5
CONNECTIONS: Final = 4

_SPANS: Final = Script.load("vecgate.state", "spans.lua")


class Spans:
    """The shelf. Opening never fails; a server that is away is met at the first call."""

    def __init__(self, state: State, masking: Masking) -> None:
        own = masking.shared_cache_url
        self._url = own or state.url
        self._password = None if own else connect.password(state)
        self._named = "masking.shared_cache_url" if own else "state.url"
        self._state = None if own else state
        self._keys = [f"{state.prefix}:spans:{half}" for half in ("newer", "older")]
        self._bounds = [masking.shared_cache_bytes, int(masking.cache_ttl * 1000)]
        self._client: connect.Client | None = None

    async def open(self) -> None:
        """Make the client, inside the running loop. Connects to nothing yet."""
        self._client = connect.client(
            self._url,
            self._password,
            named=self._named,
            state=self._state,
            connections=CONNECTIONS,
            patience=TIMEOUT,
            opening=CONNECT,
            answer=TIMEOUT,
            decode_responses=False,
        )

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await connect.close(client)

    async def get(self, names: Sequence[bytes]) -> list[bytes | None]:
        """The value of each name, in order; None where there is none. Raises Unavailable('state')."""
        return await self._run("get", names) if names else []

    async def put(self, entries: Sequence[tuple[bytes, bytes]]) -> None:
        """Keep them, as long as there is room. Raises Unavailable('state')."""
        if entries:
            await self._run("put", [part for entry in entries for part in entry])

    async def _run(self, what: str, words: Sequence[bytes]) -> Any:
        if self._client is None:
            raise Unavailable(Part.STATE, "not open")
        try:
            return await evaluate(self._client, _SPANS, self._keys, [what, *self._bounds, *words])
        except (RedisError, OSError, TimeoutError) as e:
            raise Unavailable(Part.STATE, type(e).__name__) from e
