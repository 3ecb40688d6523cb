"""How much, how fast, how often? Numbers of one process in the Prometheus text format.

No number says which worker it is of: each worker is scraped on its own port. Numbers may be summed, but for those of
what all workers share or see alike: `vecgate_build_info`, `*_up`, and times, ages and bytes left (https://prometheus.io/docs/practices/instrumentation/).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from vecgate import __version__
from vecgate.domain.profiles import ENTITIES
from vecgate.refusals.catalogue import CATALOGUE
from vecgate.telemetry.labels import OTHER, Labels
from vecgate.telemetry.spread import Spread

#: Upper bounds in seconds: from one step's half a millisecond to a long hold.
BUCKETS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
CONTENT_TYPE: Final = prometheus_client.CONTENT_TYPE_LATEST

_OWN_FAILURES: Final = frozenset(kind.code for kind in CATALOGUE.values() if kind.status >= 500)
_ENTITIES: Final = frozenset({*ENTITIES, "FIELD"})
_STATES: Final = frozenset({"pending", "approved", "denied", "expired", "withdrawn", "spent", "used"})


@dataclass(frozen=True, slots=True)
class Readings:
    """What is so at this moment; read when somebody scrapes. `policy` is the version of the set in use."""

    policy: str = ""
    connections: int = 0
    connections_refused: int = 0
    in_flight: int = 0
    held: int = 0
    grants: int = 0
    locks: int = 0
    observing: int = 0
    leases: int = 0
    sessions: int = 0
    masker_queue: int = 0
    masker_workers: int = 0
    masker_restarts: int = 0
    texts_remembered: int = 0
    texts_shared: int = 0
    texts_analysed: int = 0
    writes_passed_over: int = 0
    worker_restarts: int = 0
    traces_queue: int = 0
    traces_dropped: int = 0
    oldest_hold_seconds: float = 0
    policies_stale_seconds: float = 0
    recording_free_bytes: int = 0
    parts: Mapping[str, bool] = field(default_factory=dict)
    upstreams: Mapping[str, bool] = field(default_factory=dict)
    sinks: Mapping[str, bool] = field(default_factory=dict)
    certificates: Mapping[str, float] = field(default_factory=dict)


_READ: Final[Mapping[str, tuple[type[GaugeMetricFamily | CounterMetricFamily], str]]] = {
    "connections": (GaugeMetricFamily, "Client connections that are open."),
    "connections_refused": (CounterMetricFamily, "Client connections closed unheard: there were too many."),
    "in_flight": (GaugeMetricFamily, "Requests that have begun and not ended, held ones included."),
    "held": (GaugeMetricFamily, "Requests that wait for an approval on this worker."),
    "grants": (GaugeMetricFamily, "Grants that are live; each worker tells all of them."),
    "locks": (GaugeMetricFamily, "Locks on people, groups, collections and everything; each worker tells all of them."),
    "observing": (
        GaugeMetricFamily,
        "Whether refusals by policy are only noted (1), as 'mode: observe' says, or enforced (0).",
    ),
    "leases": (GaugeMetricFamily, "Short-lived credentials in use."),
    "sessions": (GaugeMetricFamily, "Journals that are open."),
    "masker_queue": (GaugeMetricFamily, "Analyses that wait for a masking worker."),
    "masker_workers": (GaugeMetricFamily, "Masking workers that are ready."),
    "masker_restarts": (CounterMetricFamily, "Masking workers that ended and were started anew."),
    "texts_remembered": (CounterMetricFamily, "Texts whose findings this worker remembered."),
    "texts_shared": (CounterMetricFamily, "Texts whose findings another worker, or an earlier run, had shared."),
    "texts_analysed": (CounterMetricFamily, "Texts that were analysed, for an answer or ahead of one."),
    "writes_passed_over": (CounterMetricFamily, "Writes that were not analysed ahead of their first read."),
    "worker_restarts": (CounterMetricFamily, "How often the supervisor has started this worker anew."),
    "traces_queue": (GaugeMetricFamily, "Traces that wait to be sent."),
    "traces_dropped": (CounterMetricFamily, "Traces that were given up: the queue was full or nobody took them."),
    "oldest_hold_seconds": (GaugeMetricFamily, "How long ago the oldest request came that waits for an approval here."),
    "policies_stale_seconds": (
        GaugeMetricFamily,
        "For how long there has been a newer set of policies that cannot be used; 0: the set in use is the newest.",
    ),
    "recording_free_bytes": (GaugeMetricFamily, "Bytes left on the disk of the recordings."),
}
_ACCESS: Final = frozenset(
    {"asked", "decided", "ended", "expired", "acknowledged", "broke_glass", "reviewed", "unreviewed"}
)
#: Readings of several things: the metric, its label, and in words.
_EACH: Final[Mapping[str, tuple[str, str, str]]] = {
    "parts": ("part_up", "part", "Whether a part the gateway needs was there at the last look (1) or not (0)."),
    "upstreams": (
        "upstream_up",
        "upstream",
        "Whether a database answered at the last look (1) or not (0).",
    ),
    "sinks": ("notice_sink_up", "sink", "Whether a sink took the last notice that this worker sent (1) or not (0)."),
    "certificates": (
        "certificate_end_timestamp_seconds",
        "certificate",
        "When a certificate ends, in seconds since the epoch: the CA that clients trust, and each database's.",
    ),
}


class _Now(Collector):
    """Asks for the readings at every scrape."""

    def __init__(self, read: Callable[[], Readings]) -> None:
        self._read = read

    def describe(self) -> Iterator[Metric]:
        yield from ()  # else the registry would collect once at registration, before there is anything to read

    def collect(self) -> Iterator[Metric]:
        now = self._read()
        yield InfoMetricFamily(
            "vecgate_build",
            "Version of the gateway and of its policies.",
            {"version": __version__, "policy": now.policy},
        )
        for name, (family, words) in _READ.items():
            yield family(f"vecgate_{name}", words, value=getattr(now, name))
        for field_name, (name, label, words) in _EACH.items():
            each = GaugeMetricFamily(f"vecgate_{name}", words, labels=[label])
            for key, value in getattr(now, field_name).items():
                each.add_metric([key], float(value))
            yield each


class Metrics:
    """The numbers of this process, in a registry of their own. Used from the event loop only."""

    def __init__(self, read: Callable[[], Readings]) -> None:
        # A second series per number, and one that nobody can sum.
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self._requests = self._counter("requests", "Requests that have ended, 'ok' or refused.", *Labels._fields)
        self._failures = self._counter("own_failures", "Requests refused with a 5xx code of the gateway's own.", "code")
        for code in _OWN_FAILURES:  # from the start: the first one of a kind must be seen to be a rise
            self._failures(code)
        self._seconds = self._spread("request_seconds", "A request's whole time here.", "upstream")
        self._steps = self._spread("step_seconds", "The time each step of the path took of it.", "step")
        self._masked = self._counter("masked_entities", "What was masked in answers.", "entity")
        self._approvals = self._counter(
            "approvals", "Held requests that have ended, by their approval's state.", "state"
        )
        self._access = self._counter("access", "What was done with requests for access.", "what")
        self._notices = self._counter("notices", "Notices: sent, failed, dropped.", "sink", "outcome")
        self._observed = self._counter("observed", "Refusals that 'mode: observe' only noted, by their code.", "code")
        self._dropped = self._counter(
            "rows_dropped",
            "Records that a database gave though they are not the caller's; each is an alarm.",
            "upstream",
        )
        self._canaries = self._counter(
            "canaries", "Canaries that were in answers; each is an alarm, and locks whoever asked.", "upstream"
        )
        self._poisoned = self._counter(
            "poisoned_records", "Records whose text carries instructions to a model.", "upstream", "way"
        )
        ProcessCollector(registry=self.registry)
        self.registry.register(_Now(read))

    # `labels` takes a lock and turns everything into text each time: what it gives is kept, as labels are few.

    def _counter(self, name: str, words: str, *labels: str) -> Callable[..., Counter]:
        return cache(Counter(f"vecgate_{name}", words, labels, registry=self.registry).labels)

    def _spread(self, name: str, words: str, label: str) -> Spread:
        made = Spread(f"vecgate_{name}", words, label, BUCKETS)
        self.registry.register(made)
        return made

    def ended(self, labels: Labels, seconds: float, timings: Mapping[str, float]) -> None:
        """Count one request. `timings`: milliseconds by step."""
        self._requests(*labels).inc()
        if labels.outcome in _OWN_FAILURES:
            self._failures(labels.outcome).inc()
        self._seconds.note(labels.upstream, seconds)
        for step, spent in timings.items():
            self._steps.note(step, spent / 1000)

    def masked(self, counts: Mapping[str, int]) -> None:
        """Count what was masked in one answer, by entity."""
        for entity, count in counts.items():
            self._masked(entity if entity in _ENTITIES else OTHER).inc(count)

    def dropped(self, upstream: str, records: int) -> None:
        """Count records of an answer that were not the caller's."""
        self._dropped(upstream).inc(records)

    def canaries(self, upstream: str, records: int) -> None:
        """Count canaries that an answer held."""
        self._canaries(upstream).inc(records)

    def poisoned(self, upstream: str, way: str, records: int) -> None:
        """Count records that carry instructions, on their way `in` or `out`."""
        self._poisoned(upstream, way).inc(records)

    def observed(self, code: str) -> None:
        """Count a refusal that nothing came of."""
        self._observed(code if code in CATALOGUE else OTHER).inc()

    def access(self, event: str) -> None:
        """Count that access was asked for, decided on or ended, or what came of it acknowledged."""
        what = event.removeprefix("access.")
        self._access(what if what in _ACCESS else OTHER).inc()

    def notice(self, sink: str, outcome: str) -> None:
        """Count what became of a notice: sent, failed or dropped."""
        self._notices(sink, outcome).inc()

    def approval(self, state: str) -> None:
        """Count how the approval of one held request stood when it ended."""
        self._approvals(state if state in _STATES else OTHER).inc()

    def text(self) -> bytes:
        """Everything, for a scrape."""
        return prometheus_client.generate_latest(self.registry)
