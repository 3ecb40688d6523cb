"""It says what prometheus_client's own histogram says of the same amounts."""

import random

from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics, generate_latest

from vecgate.telemetry.spread import Spread

BUCKETS = (0.001, 0.01, 0.1, 1.0, 10.0)


def test_it_tells_what_a_histogram_tells() -> None:
    disable_created_metrics()  # type: ignore[no-untyped-call]
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    spread = Spread("step_seconds", "Time.", "step", BUCKETS)
    ours.register(spread)
    known = Histogram("step_seconds", "Time.", ("step",), registry=theirs, buckets=BUCKETS)
    assert generate_latest(ours) == generate_latest(theirs)
    dice = random.Random(5)
    for amount in (0.0, *BUCKETS, 11.0, float(10**9), *(dice.expovariate(3) for _ in range(500))):
        step = dice.choice(["mask", "send"])
        spread.note(step, amount)
        known.labels(step).observe(amount)
    assert generate_latest(ours) == generate_latest(theirs)
    assert b'step_seconds_bucket{le="+Inf",step="mask"}' in generate_latest(ours)
