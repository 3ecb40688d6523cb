"""When does a worker begin to serve, and when does it stop? Once its parts are open; and when it is told to."""

import asyncio
import logging
import time
from typing import Any, Final

from vecgate.background import Tasks
from vecgate.gate import Gate
from vecgate.mitm.door import DOORKEEPER
from vecgate.processes.drain import Drain
from vecgate.processes.jobs import greet
from vecgate.processes.leash import Leash
from vecgate.processes.pages import gather
from vecgate.processes.pulse import Pulse
from vecgate.settings.file import Settings
from vecgate.state.worker_number import here

log = logging.getLogger(__name__)

_LOOK_SECONDS: Final = 0.05


class Service:
    """Behind the path in the list. `failed`: it could not listen."""

    def __init__(self, master: Any, drain: Drain, mode: str, settings: Settings, leash: Leash | None) -> None:
        self._master, self._drain, self._mode, self._settings = master, drain, mode, settings
        self._leash = leash
        self._tasks = Tasks()
        self._pulse: Pulse | None = None
        self.failed = False

    def running(self) -> None:
        """mitmproxy is there: begin to serve as soon as the gate is open."""
        self._tasks.start(self._begin(), "begin to serve")
        if self._leash is not None:
            self._tasks.start(self._end_with(self._leash), "end with the supervisor")

    def stop(self) -> None:
        """Drain; the second time, stop at once."""
        self._drain.begin(self._master, self._release, self._leave)

    async def closed(self) -> None:
        """Stop what runs beside the path."""
        await self._tasks.close()
        if self._pulse is not None:
            await self._pulse.close()

    async def _leave(self) -> None:
        if self._pulse is not None:
            await self._pulse.leave()

    def _release(self) -> None:
        if DOORKEEPER.gate is not None:
            DOORKEEPER.gate.draining = True

    async def _end_with(self, leash: Leash) -> None:
        await leash.ended()
        log.warning("the supervisor is gone")
        self.stop()

    async def _begin(self) -> None:
        gate = await self._open_gate()
        gather()  # by now most of what it will ever hold is there
        if self._leash is not None and not await self._listen():
            self.failed = True
            self._master.shutdown()
            return
        if self._drain.draining:
            return  # told to stop before it began: nobody is told of it
        ports = sorted({port for _, port, *_ in self._proxyserver.listen_addrs()})  # IPv4 and IPv6 are two
        self._pulse = Pulse(gate, self._mode, ports, self._observed, time.time)
        self._pulse.open()
        if self._leash is None:
            greet(self._mode, self._settings, here().count)
        if self._leash is not None:
            self._leash.ready()
            log.info("worker %d of %d serves", here().index, here().count)

    async def _open_gate(self) -> Gate:
        while (gate := DOORKEEPER.gate) is None or not gate.is_open:  # noqa: ASYNC110 - the door opens it
            await asyncio.sleep(_LOOK_SECONDS)
        return gate

    async def _listen(self) -> bool:
        if self._drain.draining:
            return True
        self._master.options.update(server=True)
        while True:  # mitmproxy begins to listen in a task of its own
            found = list(self._proxyserver.servers)
            if any(one.last_exception is not None for one in found):
                return False
            if found and all(one.is_running for one in found):
                return True
            await asyncio.sleep(_LOOK_SECONDS)

    @property
    def _proxyserver(self) -> Any:
        return self._master.addons.get("proxyserver")

    def _observed(self) -> dict[str, Any]:
        connections = len(self._proxyserver.connections)
        return {"connections": connections, "in_flight": self._drain.in_flight, "draining": self._drain.draining}
