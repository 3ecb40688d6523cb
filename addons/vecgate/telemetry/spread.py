"""How are times spread? A histogram that counts each where it falls, and sums up only when somebody looks."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString


class Spread(Collector):
    """As prometheus_client's Histogram, which takes a lock and adds for every bucket that an amount has passed.

    `buckets`: their upper ends, rising. Used from the event loop only.
    """

    def __init__(self, name: str, words: str, label: str, buckets: Sequence[float]) -> None:
        self._name, self._words, self._label = name, words, label
        self._ends: Final = tuple(buckets)
        self._counts: dict[str, list[int]] = {}
        self._sums: dict[str, float] = {}

    def note(self, value: str, amount: float) -> None:
        """One more, under this value of the label."""
        counts = self._counts.get(value)
        if counts is None:
            counts = self._counts[value] = [0] * (len(self._ends) + 1)
            self._sums[value] = 0.0
        counts[bisect_left(self._ends, amount)] += 1
        self._sums[value] += amount

    def describe(self) -> Iterator[Metric]:
        """What is there before anything was counted."""
        yield HistogramMetricFamily(self._name, self._words, labels=[self._label])

    def collect(self) -> Iterator[Metric]:
        """What a scrape gets."""
        found = HistogramMetricFamily(self._name, self._words, labels=[self._label])
        names = [floatToGoString(end) for end in (*self._ends, float("inf"))]  # type: ignore[no-untyped-call]
        for value, counts in self._counts.items():
            found.add_metric([value], list(zip(names, accumulate(counts), strict=True)), self._sums[value])
        yield found
