"""Spans as a real collector gets them; and when there is none, requests do not notice."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from support.servers.collector import Collector, attributes, collecting
from support.tools.soon import soon
from vecgate import __version__
from vecgate.telemetry import traces
from vecgate.telemetry.finished import Finished
from vecgate.telemetry.labels import Labels
from vecgate.telemetry.traces import Spans, Traces, exporter_to

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
STEPS = (("identify", 10.0, 10.001), ("send", 10.1, 10.4), ("record", 10.4, 10.45))
ONE = Finished("x1", Labels("tickets-db", "search", "ok"), 0, None, 1_700_000_000.0, 10.0, 10.5, STEPS)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "EVERY_SECONDS", 0.02)


async def sent(*given: Finished, ratio: float = 1.0) -> Collector:
    """What a collector has after these were put and the queue was closed."""
    async with collecting() as collector:
        made = Traces(exporter_to(collector.url, None, 5), queue=100, ratio=ratio)
        made.open()
        for one in given:
            made.put(one)
        await made.close()
        assert made.dropped == 0
        return collector


async def test_without_exchanges_nothing_is_sent() -> None:
    assert (await sent()).paths == []


async def test_an_exchange_is_a_span_with_one_below_it_per_step() -> None:
    collector = await sent(ONE)
    whole = next(span for span in collector.spans if not span.parent_span_id)
    parts = [span for span in collector.spans if span is not whole]
    assert collector.paths == ["/v1/traces"]
    assert (whole.name, whole.kind) == ("search", Span.SPAN_KIND_SERVER)
    assert [part.name for part in parts] == ["identify", "send", "record"]
    assert {part.parent_span_id for part in parts} == {whole.span_id}
    assert {span.trace_id for span in collector.spans} == {whole.trace_id}
    assert collector.resources == [{"service.name": "vecgate", "service.version": __version__}]


async def test_spans_have_the_labels_and_the_exchange_and_no_other_attribute() -> None:
    for span in (await sent(ONE)).spans:
        assert attributes(span) == {
            "vecgate.upstream": "tickets-db",
            "vecgate.operation": "search",
            "vecgate.outcome": "ok",
            "vecgate.exchange": "x1",
        }


async def test_spans_begin_and_end_when_their_steps_did() -> None:
    spans = {span.name: span for span in (await sent(ONE)).spans}
    first = 1_700_000_000_000_000_000
    assert (spans["search"].start_time_unix_nano, spans["search"].end_time_unix_nano) == (first, first + 500_000_000)
    taken = spans["send"].end_time_unix_nano - spans["send"].start_time_unix_nano
    assert abs(taken - 300_000_000) < 1000


@pytest.mark.parametrize(
    ("status", "code"),
    [(0, Status.STATUS_CODE_UNSET), (403, Status.STATUS_CODE_UNSET), (503, Status.STATUS_CODE_ERROR)],
)
async def test_a_failure_of_the_gateway_is_marked_and_a_plain_no_is_not(status: int, code: Any) -> None:
    spans = {span.name: span for span in (await sent(ONE._replace(status=status))).spans}
    assert spans["search"].status.code == code
    assert spans["search"].status.message == ""


@pytest.mark.parametrize(
    ("traceparent", "taken"),
    [
        # none
        (None, False),
        ("", False),
        # well-formed
        (f"00-{TRACE}-{PARENT}-01", True),
        (f"01-{TRACE}-{PARENT}-01-what-comes-later", True),
        # not well-formed
        (f"ff-{TRACE}-{PARENT}-01", False),
        (f"00-{TRACE}-{PARENT}", False),
        (f"00-{TRACE}-{PARENT}-01-more", False),
        (f"00-{TRACE.upper()}-{PARENT}-01", False),
        (f"00-{'0' * 32}-{PARENT}-01", False),
        (f"00-{TRACE}-{'0' * 16}-01", False),
        (f"00-{TRACE[:-1]}-{PARENT}-01", False),
        ("jane.doe@example.com", False),
    ],
)
async def test_the_clients_trace_is_taken_up_if_it_is_well_formed(traceparent: str | None, taken: bool) -> None:
    whole = next(s for s in (await sent(ONE._replace(parent=traceparent))).spans if s.name == "search")
    assert (whole.trace_id.hex() == TRACE) is taken
    assert whole.parent_span_id.hex() == (PARENT if taken else "")


async def test_a_client_that_does_not_sample_and_a_ratio_of_nothing_send_nothing() -> None:
    assert (await sent(ONE._replace(parent=f"00-{TRACE}-{PARENT}-00"))).spans == []
    assert (await sent(ONE, ratio=0.0)).spans == []
    assert len(Spans(1.0).of(ONE)) == 4


# nobody is there


def dropped(made: Traces, count: int) -> bool:
    return made.dropped == count


async def test_a_collector_that_refuses_costs_the_traces_and_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    async with collecting() as collector:
        collector.status = 400
        made = Traces(exporter_to(collector.url, None, 5), queue=100)
        made.open()
        for count in (1, 2):
            made.put(ONE)
            await soon(partial(dropped, made, count))
        collector.status = 200
        made.put(ONE)
        await soon(lambda: collector.spans)
        await made.close()
    assert made.dropped == 2
    said = [r.message for r in caplog.records if r.name.startswith(("vecgate", "opentelemetry"))]
    assert said == ["traces are given up: the collector does not take them", "traces are taken again"]


async def test_no_collector_at_all() -> None:
    made = Traces(exporter_to("http://127.0.0.1:9", None, 0.2), queue=100)
    made.open()
    made.put(ONE)
    await soon(lambda: made.dropped == 1)
    await made.close()


async def test_a_collector_that_hangs_fills_the_queue_and_the_rest_is_dropped_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(traces, "CLOSE_SECONDS", 0.1)
    async with collecting() as collector:
        collector.release = asyncio.Event()
        made = Traces(exporter_to(collector.url, None, 0.5), queue=3)
        made.open()
        made.put(ONE)
        await soon(lambda: collector.paths)
        for _ in range(5):
            made.put(ONE)
        assert (made.queued, made.dropped) == (3, 2)
        await made.close()
        collector.release.set()
    made.put(ONE)
    assert made.dropped >= 3


class Whole(SpanExporter):
    """Takes everything, and counts how much at once."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.batches.append(len(spans))
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        self.batches.append(0)


async def test_what_waits_when_it_closes_is_sent_in_batches() -> None:
    exporter = Whole()
    made = Traces(exporter, queue=1000)
    for _ in range(traces.BATCH + 1):
        made.put(ONE)
    made.open()
    await made.close()
    assert exporter.batches == [4 * traces.BATCH, 4, 0]
    assert (made.queued, made.dropped) == (0, 0)
