"""What should masking reach, and does it? Each aim with what this run measured."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

type Report = Mapping[str, Any]


class Aim(NamedTuple):
    """A figure that should be at least or at most so much. `measured` raises KeyError when the run has not got it."""

    name: str
    least: bool
    wanted: float
    measured: Callable[[Report], float]


def _gains(report: Report) -> list[float]:
    scored = [one for one in report["sets"].values() if "types" in one["ours"]]
    return [one["ours"]["core"]["f2"] - one["presidio"]["core"]["f2"] for one in scored]


def _mean_gain(report: Report) -> float:
    gains = _gains(report)
    return sum(gains) / len(gains)


def _least_gain(report: Report) -> float:
    return min(_gains(report))


def _names(report: Report) -> float:
    recall: float = report["sets"]["hits"]["ours"]["types"]["PERSON"]["characters"]["recall"]
    return recall


def _lost(report: Report) -> float:
    every = report["sets"]["hits_adv"]["ours"]["obfuscations"].values()
    return max(float(one["plain"]["f2"] - one["obfuscated"]["f2"]) for one in every)


def _over_masking(report: Report) -> float:
    both = [one for one in report["sets"].values() if "default" in one["ours"]]
    return max(float(one["ours"]["default"] / one["presidio"]["default"]) for one in both)


def _worker(report: Report) -> float:
    return float(report["speed"]["resident"]["worker"]) / 1e6


def _times(row: str, figure: str) -> Callable[[Report], float]:
    return lambda report: float(report["speed"]["times"][row][figure])


def _faster(report: Report) -> float:
    times = report["speed"]["times"]
    ratio: float = times["presidio"]["cpu_p50_ms"] / times["ours cold"]["cpu_p50_ms"]
    return ratio


def _lag(report: Report) -> float:
    return max(float(row["p99_ms"]) for name, row in report["lag"].items() if name.startswith("cold"))


def _grown(report: Report) -> float:
    """MB for a million words, from the second look on: the first tenth fills buffers that stay."""
    one = report["growth"]["ours"]
    per_word: float = (one["resident"][-1] - one["resident"][1]) / (0.9 * one["words"])
    return per_word


AIMS: Final = (
    Aim("mean F2 above Presidio's", True, 0.12, _mean_gain),
    Aim("F2 above Presidio's on every set, least", True, 0.0, _least_gain),
    Aim("recall of PERSON in hits", True, 0.90, _names),
    Aim("F2 lost by an obfuscation, most", False, 0.05, _lost),
    Aim("over-masking of clean text, share of Presidio's, most", False, 0.5, _over_masking),
    Aim("cold 10 x 500, CPU ms", False, 20, _times("ours cold", "cpu_p50_ms")),
    Aim("cold 10 x 500, times faster than Presidio", True, 10, _faster),
    Aim("warm 10 x 500, wall ms", False, 0.15, _times("ours warm", "wall_p50_ms")),
    Aim("resident memory of a worker, MB", False, 220, _worker),
    Aim("event-loop lag under cold load, p99 ms", False, 5, _lag),
    Aim("growth over a million unseen words, MB", False, 5, _grown),
)


def rows(report: Report) -> Iterator[tuple[str, str, str, str]]:
    """Aim, what is wanted, what was measured, and whether that is enough; aims that were not measured are left out."""
    for aim in AIMS:
        try:
            measured = aim.measured(report)
        except (KeyError, ZeroDivisionError, ValueError):
            continue
        enough = measured >= aim.wanted if aim.least else measured <= aim.wanted
        bound = f"{'at least' if aim.least else 'at most'} {aim.wanted:g}"
        yield aim.name, bound, f"{measured:.3f}", "yes" if enough else "no"
