"""One call at the end of an exchange: counted once, and traced if somebody takes traces."""

import time

import aiohttp
import pytest

from support.fakes.gates import APPROVED, exchange
from support.forked.ports import free_port
from support.servers.collector import attributes, collecting
from vecgate.domain.exchange import Exchange, Raw
from vecgate.refusals.catalogue import refuse
from vecgate.settings.telemetry import Telemetry as Told
from vecgate.telemetry.metrics import Readings
from vecgate.telemetry.observer import Telemetry

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def telemetry(**told: object) -> Telemetry:
    return Telemetry(Told.model_validate(told), lambda: Readings(held=2), dict)


def value(made: Telemetry, name: str, **labels: str) -> float | None:
    return made.metrics.registry.get_sample_value(f"vecgate_{name}", labels)


def with_headers(*headers: tuple[str, str]) -> Exchange:
    return exchange(raw=Raw("POST", "/x", headers))


def test_nothing_has_happened() -> None:
    assert value(telemetry(), "in_flight") == 0
    assert value(telemetry(), "held") == 2


def test_an_exchange_is_in_flight_until_it_ends_and_counted_once() -> None:
    made, found = telemetry(), exchange(masked_counts={"PERSON": 2}, timings={"decide": 1.0})
    made.begin(found)
    assert value(made, "in_flight") == 1
    for gone in (False, True):
        made.end(found, gone=gone)
    assert value(made, "in_flight") == 0
    assert value(made, "requests_total", upstream="tickets-db", operation="delete_filter", outcome="ok") == 1
    assert value(made, "requests_total", upstream="tickets-db", operation="delete_filter", outcome="unfinished") is None
    assert value(made, "masked_entities_total", entity="PERSON") == 2
    assert value(made, "step_seconds_count", step="decide") == 1


def test_an_exchange_that_never_began_here_is_not_counted() -> None:
    made = telemetry()
    made.end(exchange(), gone=False)
    assert value(made, "request_seconds_count", upstream="tickets-db") is None


def test_a_held_one_is_counted_by_the_state_of_its_approval() -> None:
    made, found = telemetry(), exchange(approval=APPROVED, refusal=refuse("wire.refused"))
    made.begin(found)
    made.end(found, gone=False)
    assert value(made, "approvals_total", state="approved") == 1


async def test_by_default_nobody_is_told() -> None:
    made = telemetry()
    await made.open()
    await made.close()
    assert made._server is made._traces is None


async def test_each_worker_has_its_own_port() -> None:
    port = free_port()
    made = Telemetry(Told(port=port), Readings, dict, worker=2)
    await made.open()
    await made.close()
    await made.open()  # as a gate does that could not open at first
    try:
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port + 2}/metrics") as answer:
            assert "vecgate_in_flight 0.0" in await answer.text()
    finally:
        await made.close()


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ((), False),
        ((("traceparent", TRACE),), True),
        ((("traceparent", TRACE), ("traceparent", TRACE)), False),
        ((("traceparent", TRACE.replace("00-", "01-") + "-" + "x" * 128),), False),
        ((("tracestate", TRACE),), False),
    ],
)
async def test_a_trace_is_sent_and_joins_the_clients_if_it_named_exactly_one(
    headers: tuple[tuple[str, str], ...], taken: bool
) -> None:
    async with collecting() as collector:
        made = telemetry(otlp_endpoint=collector.url)
        await made.open()
        found = with_headers(*headers)
        made.begin(found)
        found.started, began = 1_700_000_000.0, time.perf_counter()
        found.steps.append(("decide", began, began + 1))
        made.end(found, gone=False)
        await made.close()
    assert [span.name for span in collector.spans] == ["decide", "delete_filter"]
    assert (collector.spans[0].trace_id.hex() in TRACE) is taken
    assert attributes(collector.spans[0])["vecgate.exchange"] == "x1"
    assert value(made, "traces_dropped_total") == 0


def test_a_trace_holds_on_to_nothing_of_the_request() -> None:
    class Kept:
        queued = dropped = 0

        def put(self, one: object) -> None:
            self.one = one

    made, found, kept = telemetry(), with_headers(("x-secret", "hunter2")), Kept()
    made._traces = kept  # type: ignore[assignment]
    made.begin(found)
    made.end(found, gone=False)
    assert "hunter2" not in repr(kept.one)
    assert "alice" not in repr(kept.one)
    assert found not in tuple(kept.one)  # type: ignore[arg-type]
