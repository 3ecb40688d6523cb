"""Where does a notice wait until it is told? A bounded queue in Valkey for each sink, which all workers serve.

A job is put once, however many workers see what it is about, and given to one of them at a time; one that does not come
back in time is given to another. So it is told once, and twice only where a worker died between sending and saying so:
then under the same name (`Job.name`).
"""

from typing import Any, Final

from vecgate.notices.notice import Job
from vecgate.state.store import Script, Store

_OUTBOX: Final = Script.load("vecgate.notices", "outbox.lua")

#: For how long it is known that a job was put, in seconds after it was due.
KNOWN: Final = 7 * 86400.0


class Outbox:
    """The queues. Every method raises Unavailable('state') while the server is away."""

    def __init__(self, store: Store, most: int) -> None:
        self._store, self._most = store, most

    async def put(self, sink: str, job: Job, at: float = 0.0) -> str:
        """`ok`, `seen` (somebody has put it), or `full`: it will not be told."""
        answer = await self._run(sink, "put", str(job), _ms(at), self._most, _ms(KNOWN))
        return str(answer)

    async def take(self, sink: str, seconds: float) -> tuple[str, int] | None:
        """A job that is due, in its text, and the how-manieth time it is given out; for so long it is the caller's."""
        found = await self._run(sink, "take", _ms(seconds))
        return (str(found[0]), int(found[1])) if found else None

    async def done(self, sink: str, job: str) -> None:
        """It was told, or never will be."""
        await self._run(sink, "done", job)

    async def retry(self, sink: str, job: str, seconds: float) -> None:
        """Have it given out again."""
        await self._run(sink, "retry", job, _ms(seconds))

    async def wait(self, sink: str, job: str, at: float) -> None:
        """Have it given out at a time; it was not tried."""
        await self._run(sink, "wait", job, _ms(at))

    async def place(self, stream: str) -> str:
        """Up to where a stream of changes was read; its end, where nobody has read it."""
        return str(await self._run("", "place", stream, await self._store.stream_end(stream)))

    async def reached(self, stream: str, place: str) -> None:
        """All before it is put."""
        await self._run("", "reached", stream, place)

    async def _run(self, sink: str, *words: str | int) -> Any:
        names = (f"due:{sink}", f"tries:{sink}", f"seen:{sink}", "places")
        return await self._store.run(_OUTBOX, [self._store.key("{notices}", name) for name in names], words)


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
