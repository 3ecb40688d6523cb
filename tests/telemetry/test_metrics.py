"""Numbers of one process: right, with few series, and of a kind that can be summed over workers."""

from prometheus_client.parser import text_string_to_metric_families

from vecgate import __version__
from vecgate.domain.profiles import ENTITIES
from vecgate.refusals.catalogue import CATALOGUE
from vecgate.telemetry.labels import Labels
from vecgate.telemetry.metrics import BUCKETS, Metrics, Readings

SEARCH = Labels("tickets-db", "search", "ok")


def values(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Every sample of ours: (name, label values in the order of the labels' names...) -> value."""
    families = text_string_to_metric_families(metrics.text().decode())
    samples = [sample for family in families for sample in family.samples if family.name.startswith("vecgate")]
    return {(sample.name, *sample.labels.values()): sample.value for sample in samples}


def test_before_the_first_request_there_are_only_readings() -> None:
    found = values(Metrics(Readings))
    assert {name for name, *_ in found} == {
        "vecgate_build_info",
        "vecgate_connections",
        "vecgate_connections_refused_total",
        "vecgate_in_flight",
        "vecgate_held",
        "vecgate_grants",
        "vecgate_locks",
        "vecgate_observing",
        "vecgate_leases",
        "vecgate_sessions",
        "vecgate_masker_queue",
        "vecgate_masker_workers",
        "vecgate_masker_restarts_total",
        "vecgate_texts_remembered_total",
        "vecgate_texts_shared_total",
        "vecgate_texts_analysed_total",
        "vecgate_writes_passed_over_total",
        "vecgate_worker_restarts_total",
        "vecgate_traces_queue",
        "vecgate_traces_dropped_total",
        "vecgate_oldest_hold_seconds",
        "vecgate_policies_stale_seconds",
        "vecgate_recording_free_bytes",
        "vecgate_own_failures_total",
    }


def test_the_first_failure_of_a_kind_is_seen_as_a_rise() -> None:
    metrics = Metrics(Readings)
    own = {code for code, kind in CATALOGUE.items() if kind.status >= 500}
    assert {key[1]: value for key, value in values(metrics).items() if key[0] == "vecgate_own_failures_total"} == (
        dict.fromkeys(own, 0)
    )
    assert {"upstream.unreachable", "record.unavailable", "lease.unavailable", "mask.key"} <= own
    metrics.ended(SEARCH._replace(outcome="record.unavailable"), 0.1, {})
    metrics.ended(SEARCH._replace(outcome="policy.no_rule"), 0.1, {})
    assert values(metrics)["vecgate_own_failures_total", "record.unavailable"] == 1
    assert ("vecgate_own_failures_total", "policy.no_rule") not in values(metrics)


def test_each_part_and_each_database_has_its_number() -> None:
    seen = Readings(parts={"vault": False, "state": True}, upstreams={"t": True}, certificates={"gateway_ca": 5.0})
    found = values(Metrics(lambda: seen))
    assert (found["vecgate_part_up", "vault"], found["vecgate_part_up", "state"]) == (0, 1)
    assert found["vecgate_upstream_up", "t"] == 1
    assert found["vecgate_certificate_end_timestamp_seconds", "gateway_ca"] == 5


def test_requests_are_counted_by_upstream_operation_and_outcome() -> None:
    metrics = Metrics(Readings)
    for labels in (SEARCH, SEARCH, SEARCH._replace(outcome="policy.no_rule")):
        metrics.ended(labels, 0.1, {})
    found = values(metrics)
    assert found["vecgate_requests_total", "search", "ok", "tickets-db"] == 2
    assert found["vecgate_requests_total", "search", "policy.no_rule", "tickets-db"] == 1
    assert found["vecgate_request_seconds_count", "tickets-db"] == 3


def test_a_steps_milliseconds_become_seconds_in_buckets() -> None:
    metrics = Metrics(Readings)
    metrics.ended(SEARCH, 20.0, {"decide": 0.4, "hold": 20_000.0})
    metrics.ended(SEARCH, 0.1, {"decide": 0.6})
    found = values(metrics)
    assert found["vecgate_step_seconds_bucket", "0.0005", "decide"] == 1
    assert found["vecgate_step_seconds_bucket", "0.001", "decide"] == 2
    assert found["vecgate_step_seconds_bucket", "10.0", "hold"] == 0
    assert found["vecgate_step_seconds_bucket", "30.0", "hold"] == 1
    assert found["vecgate_step_seconds_sum", "decide"] == 0.001
    assert (BUCKETS[0], BUCKETS[-1]) == (0.0005, 30)


def test_what_was_masked_is_counted_by_entity_and_nothing_else() -> None:
    metrics = Metrics(Readings)
    metrics.masked({"PERSON": 3, "FIELD": 1, "jane@example.com": 2})
    metrics.masked({"PERSON": 1})
    found = values(metrics)
    assert found["vecgate_masked_entities_total", "PERSON"] == 4
    assert found["vecgate_masked_entities_total", "FIELD"] == 1
    assert found["vecgate_masked_entities_total", "other"] == 2
    metrics.masked(dict.fromkeys(ENTITIES, 1))
    assert {one[1] for one in values(metrics) if one[0] == "vecgate_masked_entities_total"} == {
        *ENTITIES,
        "FIELD",
        "other",
    }


def test_held_requests_are_counted_by_how_they_ended() -> None:
    metrics = Metrics(Readings)
    for state in ("pending", "denied", "used", "used", "whatever"):
        metrics.approval(state)
    found = {one[1]: value for one, value in values(metrics).items() if one[0] == "vecgate_approvals_total"}
    assert found == {"pending": 1, "denied": 1, "used": 2, "other": 1}


def test_readings_are_taken_when_somebody_looks() -> None:
    now = [Readings()]
    metrics = Metrics(lambda: now[0])
    assert values(metrics)["vecgate_held",] == 0
    now[0] = Readings(
        policy="v7",
        in_flight=1,
        held=2,
        leases=3,
        sessions=4,
        masker_queue=5,
        masker_workers=6,
        masker_restarts=7,
        traces_queue=8,
        traces_dropped=9,
        connections=10,
        connections_refused=11,
        worker_restarts=12,
        texts_remembered=13,
        texts_shared=14,
        texts_analysed=15,
        writes_passed_over=16,
    )
    found = values(metrics)
    assert found["vecgate_build_info", "v7", __version__] == 1
    names = (
        "in_flight",
        "held",
        "leases",
        "sessions",
        "masker_queue",
        "masker_workers",
        "masker_restarts_total",
        "traces_queue",
        "traces_dropped_total",
        "connections",
        "connections_refused_total",
        "worker_restarts_total",
        "texts_remembered_total",
        "texts_shared_total",
        "texts_analysed_total",
        "writes_passed_over_total",
    )
    assert [found[f"vecgate_{name}",] for name in names] == list(range(1, 17))


def test_registries_do_not_mix_and_no_series_resists_a_sum() -> None:
    one, other = Metrics(Readings), Metrics(Readings)
    one.ended(SEARCH, 0.1, {"decide": 1.0})
    assert "search" not in other.text().decode()
    assert "_created" not in one.text().decode()
    assert "worker=" not in one.text().decode()
    assert "process_resident_memory_bytes" in one.text().decode()
