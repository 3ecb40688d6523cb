"""How does the viewer learn of an exchange? Over its socket, after the fact; nobody ever waits for it.

What goes there is what went into the journal: masked, without credentials. When the viewer is away or slow, the newest
exchanges are kept for it, within a bound, and the oldest are dropped. A frame is 4 bytes of length, then JSON:
`{session, exchange, code, began, ended, body}`; times are seconds since the epoch.
"""

import asyncio
import contextlib
from collections import deque
from pathlib import Path
from typing import Final

import orjson

from vecgate.background import Tasks
from vecgate.domain.call import Json

KEPT_BYTES: Final = 16 * 1024 * 1024
LONGEST: Final = 256 * 1024
RETRY_SECONDS: Final = 0.3
CLOSE_SECONDS: Final = 0.5
HEAD: Final = 4
_TOO_LONG: Final = "(too long to be shown here; the session has it: vecgate sessions show)"


class Feed:
    """This process's end. `path` None: there is no viewer, and `put` costs nothing. `dropped`: exchanges not shown."""

    def __init__(self, path: Path | None, kept_bytes: int = KEPT_BYTES) -> None:
        self._path, self._kept_bytes = path, kept_bytes
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._more = asyncio.Event()
        self._idle = asyncio.Event()
        self._tasks = Tasks()
        self.dropped = 0

    @property
    def is_wanted(self) -> bool:
        """Whether there is a viewer to tell."""
        return self._path is not None

    def open(self) -> None:
        """Begin to send, inside the running loop."""
        if self._path is not None:
            self._tasks.start(self._send_forever(self._path), "feed the viewer")

    async def close(self) -> None:
        """Send what waits, if that is quick."""
        if self._waiting:
            self._idle.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._idle.wait()
        await self._tasks.close()

    def put(self, session: str, exchange: str, code: str, began: float, ended: float, body: dict[str, Json]) -> None:
        """Tell of one exchange; returns at once."""
        item = {"session": session, "exchange": exchange, "code": code, "began": began, "ended": ended}
        raw = orjson.dumps({**item, "body": body})
        if len(raw) > LONGEST:
            raw = orjson.dumps({**item, "body": _short(body)})
        self._waiting.append(len(raw).to_bytes(HEAD, "big") + raw)
        self._size += HEAD + len(raw)
        while self._size > self._kept_bytes:
            self._size -= len(self._waiting.popleft())
            self.dropped += 1
        self._more.set()

    async def _send_forever(self, path: Path) -> None:
        while True:
            try:
                reader, writer = await asyncio.open_unix_connection(path)
                try:
                    async with asyncio.TaskGroup() as group:
                        group.create_task(self._send(writer))
                        group.create_task(_until_gone(reader))
                finally:
                    writer.close()
            except* OSError:  # not there yet, or gone
                await asyncio.sleep(RETRY_SECONDS)

    async def _send(self, writer: asyncio.StreamWriter) -> None:
        while True:
            self._more.clear()
            while self._waiting:
                frame = self._waiting.popleft()
                self._size -= len(frame)
                writer.write(frame)
                await writer.drain()
            self._idle.set()
            await self._more.wait()


async def _until_gone(reader: asyncio.StreamReader) -> None:
    # A viewer never says anything. Without this, its end would be noticed by losing what is sent next.
    await reader.read(1)
    raise ConnectionResetError


def _short(body: dict[str, Json]) -> dict[str, Json]:
    """The same without what can be long: the bodies."""
    call = body.get("call")
    shown = {**call, "body": _TOO_LONG} if isinstance(call, dict) else None
    return {**body, "call": shown, "answer": _TOO_LONG}
