"""Is it alive, is it ready, how much has it done? HTTP; what /readyz says beside: readings.py (`told`).

GET /metrics    Prometheus text
GET /healthz    200 {"alive": true}: the process is there and its event loop turns
GET /readyz     200 {"ready": true, "away": [], ...}, or 503 {"ready": false, "away": ["state", ...], ...},
                with how each part stands and since when
"""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiohttp import web

from vecgate.background import Tasks
from vecgate.refusals.errors import Unavailable
from vecgate.telemetry.metrics import CONTENT_TYPE

log = logging.getLogger(__name__)

PROBE_SECONDS: Final = 2.0
RETRY_SECONDS: Final = 1.0
_NEVER_KEPT: Final = {"Cache-Control": "no-store"}

#: Returns while its part is there, raises Unavailable while it is away.
type Probe = Callable[[], Awaitable[object] | object]


async def _is_away(probe: Probe) -> bool:
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            answer = probe()
            if inspect.isawaitable(answer):
                await answer
    except (Unavailable, TimeoutError):
        return True
    return False


class Server:
    """Serves in the running loop. `probes` gives the parts to ask, by name, each time; `told` what else is said."""

    def __init__(
        self,
        host: str,
        port: int,
        text: Callable[[], bytes],
        probes: Callable[[], Mapping[str, Probe]],
        told: Callable[[], Mapping[str, object]] = dict,
    ) -> None:
        self._host, self._port, self._text, self._probes, self._told = host, port, text, probes, told
        self._tasks = Tasks()
        self._runner: web.AppRunner | None = None

    async def open(self) -> None:
        """Listen. A port that is taken is tried again in the background: no request waits for its telemetry."""
        app = web.Application()
        app.router.add_get("/metrics", self._metrics)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        if not await self._listens(self._runner):
            log.warning("telemetry: cannot listen on port %d; trying again", self._port)
            self._tasks.start(self._listen(self._runner), "telemetry: listen")

    async def close(self) -> None:
        """Stop listening."""
        await self._tasks.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _listen(self, runner: web.AppRunner) -> None:
        while True:
            await asyncio.sleep(RETRY_SECONDS)
            if await self._listens(runner):
                log.info("telemetry: listening on port %d", self._port)
                return

    async def _listens(self, runner: web.AppRunner) -> bool:
        site = web.TCPSite(runner, self._host, self._port)
        try:
            await site.start()
        except OSError:
            await site.stop()
            return False
        return True

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._text(), headers={"Content-Type": CONTENT_TYPE, **_NEVER_KEPT})

    async def _healthz(self, _request: web.Request) -> web.Response:
        return web.json_response({"alive": True}, headers=_NEVER_KEPT)

    async def _readyz(self, _request: web.Request) -> web.Response:
        probes = self._probes()
        found = await asyncio.gather(*map(_is_away, probes.values()))
        away = [name for name, gone in zip(probes, found, strict=True) if gone]
        body = {"ready": not away, "away": away, **self._told()}
        return web.json_response(body, status=503 if away else 200, headers=_NEVER_KEPT)
