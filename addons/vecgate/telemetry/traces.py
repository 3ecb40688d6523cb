"""Where did one request spend its time? A span per exchange and one per step, sent over OTLP/HTTP in the background.

The event loop only puts a few words into a bounded queue. A thread makes spans of them and sends these; when
the collector is away or slow, traces are given up and counted, and no request waits.
"""

import asyncio
import logging
import threading
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from vecgate import __version__
from vecgate.telemetry.finished import Finished

log = logging.getLogger(__name__)

PATH: Final = "/v1/traces"
EVERY_SECONDS: Final = 0.5
BATCH: Final = 128
CLOSE_SECONDS: Final = 2.0
_FAILED_STATUS: Final = 500
_W3C: Final = TraceContextTextMapPropagator()


class _Collected(SpanProcessor):
    """Keeps the spans that were sampled until they are taken."""

    def __init__(self) -> None:
        self._spans: list[ReadableSpan] = []

    def on_end(self, span: ReadableSpan) -> None:
        self._spans.append(span)

    def take(self) -> list[ReadableSpan]:
        taken, self._spans = self._spans, []
        return taken


class Spans:
    """Makes the spans of an exchange. `ratio`: the part of all traces that is kept, unless the client's says."""

    def __init__(self, ratio: float) -> None:
        resource = Resource({"service.name": "vecgate", "service.version": __version__})
        sampler = ParentBased(TraceIdRatioBased(ratio))
        provider = TracerProvider(resource=resource, sampler=sampler, shutdown_on_exit=False)
        self._collected = _Collected()
        provider.add_span_processor(self._collected)
        self._tracer = provider.get_tracer("vecgate", __version__)

    def of(self, one: Finished) -> list[ReadableSpan]:
        """The spans of one exchange; none when it is not sampled."""
        attributes = {f"vecgate.{name}": value for name, value in one.labels._asdict().items()}
        attributes["vecgate.exchange"] = one.exchange
        whole = self._tracer.start_span(
            one.labels.operation,
            context=parent_of(one.parent),
            kind=trace.SpanKind.SERVER,
            attributes=attributes,
            start_time=one.at(one.began),
        )
        if not whole.is_recording():
            return []
        inside = trace.set_span_in_context(whole, Context())
        for name, start, end in one.steps:
            part = self._tracer.start_span(name, context=inside, attributes=attributes, start_time=one.at(start))
            part.end(one.at(end))
        if one.status >= _FAILED_STATUS:
            whole.set_status(trace.StatusCode.ERROR)
        whole.end(one.at(one.ended))
        return self._collected.take()


def parent_of(traceparent: str | None) -> Context:
    """The context a W3C `traceparent` stands for; an empty one when it is not well-formed (W3C Trace Context 3.2)."""
    return _W3C.extract({"traceparent": traceparent}, Context()) if traceparent else Context()


def exporter_to(endpoint: str, ca: Path | None, timeout: float) -> SpanExporter:
    """Sends to `endpoint` + /v1/traces. The exporter's own words are silenced: they quote what the collector says."""
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    return OTLPSpanExporter(
        endpoint.rstrip("/") + PATH, certificate_file=str(ca) if ca is not None else None, timeout=timeout
    )


class Traces:
    """The queue and its thread. `put` is for the event loop; the rest happens in the thread."""

    def __init__(self, exporter: SpanExporter, *, queue: int, ratio: float = 1.0) -> None:
        self._exporter = exporter
        self._limit = queue
        self._spans = Spans(ratio)
        self._queue: SimpleQueue[Finished] = SimpleQueue()
        self._closing = threading.Event()
        self._overflowed = self._unsent = 0  # each written by one thread only
        self._away = self._given_up = False
        self._thread = threading.Thread(target=self._run, name="vecgate traces", daemon=True)

    def open(self) -> None:
        """Start the thread."""
        self._thread.start()

    @property
    def queued(self) -> int:
        """How many wait to be sent."""
        return self._queue.qsize()

    @property
    def dropped(self) -> int:
        """How many were given up."""
        return self._overflowed + self._unsent

    def put(self, one: Finished) -> None:
        """Have it sent some time, or never if too many wait. Never blocks."""
        if self._queue.qsize() >= self._limit or self._closing.is_set():
            self._overflowed += 1
        else:
            self._queue.put(one)

    async def close(self) -> None:
        """Send what waits if that is quick, and give up the rest."""
        self._closing.set()
        await asyncio.to_thread(self._thread.join, CLOSE_SECONDS)
        self._given_up = True
        self._exporter.shutdown()

    def _run(self) -> None:
        closing = False
        while not closing:
            closing = self._closing.wait(EVERY_SECONDS)
            while (batch := self._next()) and not self._given_up:
                self._send(batch)

    def _next(self) -> list[Finished]:
        batch: list[Finished] = []
        try:
            while len(batch) < BATCH:
                batch.append(self._queue.get_nowait())
        except Empty:
            pass
        return batch

    def _send(self, batch: list[Finished]) -> None:
        spans = [span for one in batch for span in self._spans.of(one)]
        if not spans:
            return
        away = self._exporter.export(spans) is not SpanExportResult.SUCCESS
        if away:
            self._unsent += len(batch)
        if away != self._away:
            log.warning("traces are given up: the collector does not take them" if away else "traces are taken again")
        self._away = away
