"""A tiny real OTLP collector: takes traces over HTTP, decodes the protobuf, and can be told to refuse or to hang."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from support.forked.loops import ended


@dataclass(slots=True)
class Collector:
    """What has arrived. `status` is what it answers; while `hold` is set it does not answer at all."""

    url: str = ""
    status: int = 200
    bodies: list[bytes] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    resources: list[dict[str, str]] = field(default_factory=list)
    release: asyncio.Event | None = None

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.paths.append(request.path)
        if self.release is not None:
            await self.release.wait()
        if self.status == 200:
            self.bodies.append(body)
            self._decode(body)
        return web.Response(status=self.status)

    def _decode(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.resources.append({pair.key: pair.value.string_value for pair in resource.resource.attributes})
            for scope in resource.scope_spans:
                self.spans.extend(scope.spans)


def attributes(span: Span) -> dict[str, str]:
    return {pair.key: pair.value.string_value for pair in span.attributes}


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """A collector in the running loop."""
    collector = Collector()
    app = web.Application()
    app.router.add_post("/{path:.*}", collector.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        await web.SockSite(runner, listener).start()
        collector.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            yield collector
        finally:
            await runner.cleanup()


@contextmanager
def collecting_beside() -> Iterator[Collector]:
    """A collector in a thread of its own, for tests that have no loop."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    found: list[Collector] = []
    stop = asyncio.Event()

    async def serve() -> None:
        async with collecting() as collector:
            found.append(collector)
            ready.set()
            await stop.wait()
        await ended()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    try:
        assert ready.wait(10)
        yield found[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
