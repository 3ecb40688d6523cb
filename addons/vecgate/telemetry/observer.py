"""What is told of an exchange once it has ended? One call, to the metrics and, if there are any, to the traces."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from vecgate.domain.exchange import Exchange
from vecgate.settings.telemetry import Telemetry as Told
from vecgate.telemetry.finished import Finished
from vecgate.telemetry.labels import Labels, labels_of
from vecgate.telemetry.metrics import Metrics, Readings
from vecgate.telemetry.server import Probe, Server

if TYPE_CHECKING:
    from vecgate.telemetry.traces import Traces

_LONGEST_PARENT: Final = 128


def _traceparent(exchange: Exchange) -> str | None:
    """The client's, if it sent exactly one of a sane length (W3C Trace Context section 3.2)."""
    found = [value for name, value in exchange.raw.headers if name == "traceparent"]
    return found[0] if len(found) == 1 and len(found[0]) <= _LONGEST_PARENT else None


class Telemetry:
    """Everything an operator can watch of one process. It counts from the start; `open` lets others look.

    `read`, `probes` and `told` are asked whenever somebody looks. `worker` is added to the port.
    """

    def __init__(
        self,
        settings: Told,
        read: Callable[[], Readings],
        probes: Callable[[], Mapping[str, Probe]],
        told: Callable[[], Mapping[str, object]] = dict,
        *,
        worker: int = 0,
    ) -> None:
        self._settings = settings
        self._read = read
        self._begun: dict[str, float] = {}
        self.metrics = Metrics(self._readings)
        self._traces: Traces | None = None
        self._server: Server | None = None
        if settings.port is not None:
            self._server = Server(settings.host, settings.port + worker, self.metrics.text, probes, told)

    def _readings(self) -> Readings:
        queued, dropped = (self._traces.queued, self._traces.dropped) if self._traces else (0, 0)
        return replace(self._read(), in_flight=len(self._begun), traces_queue=queued, traces_dropped=dropped)

    async def open(self) -> None:
        """Listen, and send traces, as far as the settings say so."""
        told = self._settings
        if told.otlp_endpoint is not None:
            # Imported only here: it takes a quarter of a second and some megabytes of every worker.
            from vecgate.telemetry import traces

            exporter = traces.exporter_to(told.otlp_endpoint, told.otlp_ca, told.otlp_timeout)
            self._traces = traces.Traces(exporter, queue=told.otlp_queue, ratio=told.otlp_ratio)
            self._traces.open()
        if self._server is not None:
            await self._server.open()

    async def close(self) -> None:
        """Stop listening; send the traces that wait, if that is quick."""
        if self._server is not None:
            await self._server.close()
        if self._traces is not None:
            await self._traces.close()

    def begin(self, exchange: Exchange) -> None:
        """A request has come in."""
        self._begun[exchange.id] = time.perf_counter()

    def end(self, exchange: Exchange, *, gone: bool) -> None:
        """It has ended: answered, refused, or `gone`. Whoever says so first is heard; it is counted once."""
        began = self._begun.pop(exchange.id, None)
        if began is None:
            return
        ended = time.perf_counter()
        labels = labels_of(exchange, gone=gone)
        self.metrics.ended(labels, ended - began, exchange.timings)
        if exchange.masked_counts:
            self.metrics.masked(exchange.masked_counts)
        self._guarded(exchange, labels.upstream)
        if exchange.dropped:
            self.metrics.dropped(labels.upstream, exchange.dropped)
        if exchange.approval is not None:
            self.metrics.approval(exchange.approval.state)
        if self._traces is not None:
            self._trace(self._traces, exchange, labels, began, ended)

    def _guarded(self, exchange: Exchange, upstream: str) -> None:
        for code in exchange.observed:
            self.metrics.observed(code)
        for event in exchange.access:
            self.metrics.access(event)
        if exchange.canaries:
            self.metrics.canaries(upstream, exchange.canaries)
        for way, verdicts in (("in", exchange.verdicts_in), ("out", exchange.verdicts)):
            if verdicts:
                self.metrics.poisoned(upstream, way, len(verdicts))

    def _trace(self, traces: "Traces", exchange: Exchange, labels: Labels, began: float, ended: float) -> None:
        status = exchange.refusal.status if exchange.refusal else 0
        parent = _traceparent(exchange)
        traces.put(Finished(exchange.id, labels, status, parent, exchange.started, began, ended, exchange.steps))
