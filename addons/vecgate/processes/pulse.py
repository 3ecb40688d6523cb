"""How is this worker? It says so every two seconds in the shared state, for `vecgate status`."""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping
from typing import Any

from vecgate.background import Tasks
from vecgate.gate import Gate
from vecgate.refusals.errors import Unavailable
from vecgate.state.roster import BEAT_SECONDS, Roster
from vecgate.state.worker_number import here
from vecgate.telemetry.readings import observing


class Pulse:
    """Beats from `open` to `close`. `observed` gives what only the process knows: connections, in_flight, draining."""

    def __init__(
        self,
        gate: Gate,
        mode: str,
        ports: list[int],
        observed: Callable[[], Mapping[str, Any]],
        now: Callable[[], float],
    ) -> None:
        self._gate, self._mode, self._ports = gate, mode, ports
        self._observed, self._now = observed, now
        self._started = now()
        self._host = socket.gethostname()
        self._name = f"{self._host}:{os.getpid()}"
        self._roster = Roster(gate.store)
        self._tasks = Tasks()

    def open(self) -> None:
        """Begin, inside the running loop; the gate is open."""
        self._tasks.start(self._beat_forever(), "pulse")

    async def leave(self) -> None:
        """Stop, and leave the list while the state can still be reached; otherwise the list forgets by itself."""
        await self.close()
        await _tried(self._roster.gone(self._name))

    async def close(self) -> None:
        """Stop."""
        await self._tasks.close()

    def words(self) -> dict[str, Any]:
        """What is said: facts and numbers, nothing about anybody."""
        gate, place = self._gate, here()
        policies = gate.policies.loaded
        return {
            "host": self._host,
            "pid": os.getpid(),
            "worker": place.index,
            "workers": place.count,
            "restarts": place.restarts,
            "mode": self._mode,
            "ports": self._ports,
            "started": self._started,
            "seen": self._now(),
            "held": gate.board.waiting,
            "masker": gate.masking.workers.ready,
            "policy": policies.version if policies else "",
            "observing": observing(gate.settings, self._now()),
            "parts": gate.standing.words(),
            "disk_free": gate.recorder.free(),
            "upstreams": gate.standing.upstreams,
            "notices": gate.notices.standing,
            **self._observed(),
        }

    async def _beat_forever(self) -> None:
        while True:
            await _tried(self._roster.here(self._name, self.words()))
            await asyncio.sleep(BEAT_SECONDS)


async def _tried(work: Any) -> None:
    try:
        await work
    except Unavailable:
        return  # nobody can be told; the next beat comes
