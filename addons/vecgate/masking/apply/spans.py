"""Findings overlap; which entity does each character belong to? Nothing that was found is ever left uncovered."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import pairwise
from operator import attrgetter
from typing import Final

from vecgate.domain.finding import Finding

#: The entity that says more, or is proved better, keeps the common characters.
PRIORITY: Final = (
    "SECRET", "EMAIL", "IBAN", "CREDIT_CARD", "SSN", "CRYPTO", "MAC", "IP", "ID", "ADDRESS", "DATE_OF_BIRTH", "DATE",
    "PHONE", "URL", "PERSON", "HANDLE", "LOCATION", "ORG",
)  # fmt: skip
_RANK: Final = {entity: rank for rank, entity in enumerate(PRIORITY)}


_start: Final = attrgetter("start")


def _order(finding: Finding) -> tuple[int, int, int]:
    return _RANK.get(finding.entity, len(_RANK)), finding.start - finding.end, finding.start


def _tidy(text: str, finding: Finding) -> Finding | None:
    """Without the spaces and commas at its edges; None if nothing readable is left."""
    start, end = finding.start, finding.end
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return Finding(start, end, finding.entity, finding.source) if end > start else None


def _united(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings of one entity that overlap are one, and its longest part's source is the whole's. In: by start."""
    open_: dict[str, tuple[Finding, int]] = {}
    for finding in findings:
        size = finding.end - finding.start
        whole, longest = open_.get(finding.entity, (None, 0))
        if whole is None or whole.end <= finding.start:
            if whole is not None:
                yield whole
            open_[finding.entity] = finding, size
            continue
        source = finding.source if size > longest else whole.source
        end = max(whole.end, finding.end)
        open_[finding.entity] = Finding(whole.start, end, finding.entity, source), max(size, longest)
    yield from (whole for whole, _ in open_.values())


def _disjoint(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same characters, in order, as stretches that do not touch."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        elif start < end:
            joined.append((start, end))
    return joined


def inside(spans: Iterable[tuple[int, int]], findings: Iterable[Finding]) -> Iterator[bool]:
    """Of each finding, whether it lies within one of the stretches."""
    ordered = sorted(spans)
    starts, farthest = [start for start, _ in ordered], [0]
    for _, end in ordered:
        farthest.append(max(farthest[-1], end))
    for finding in findings:
        yield finding.end <= farthest[bisect_right(starts, finding.start)]


def around(text: str, findings: Sequence[Finding], kept: Sequence[tuple[int, int]]) -> Sequence[Finding]:
    """What is left of findings once the stretches that are kept are taken out of them.

    Findings of one entity that overlap are one first, so that each stretch is taken out but once for each entity.
    """
    if not kept:
        return findings
    taken = _disjoint(kept)
    ends = [end for _, end in taken]
    left: list[Finding] = []
    touched: list[Finding] = []
    for finding in findings:
        at = bisect_right(ends, finding.start)
        overlaps = at < len(taken) and taken[at][0] < finding.end
        # One outside of its text is for `merge` to refuse.
        (touched if overlaps and finding.end <= len(text) else left).append(finding)
    for finding in _united(sorted(touched, key=_start)):
        start = finding.start
        for at in range(bisect_right(ends, start), len(taken)):
            if taken[at][0] >= finding.end:
                break
            left += _part(text, finding, start, taken[at][0])
            start = taken[at][1]
        left += _part(text, finding, start, finding.end)
    return left


def _part(text: str, finding: Finding, start: int, end: int) -> Iterator[Finding]:
    """A part of a finding. Only a cut edge is tidied: a whole one may begin with a bracket or a plus of its own."""
    if (start, end) == (finding.start, finding.end):
        yield finding
    elif start < end and (tidy := _tidy(text, Finding(start, end, finding.entity, finding.source))) is not None:
        yield tidy


def _owned(findings: Sequence[Finding]) -> Iterator[tuple[Finding, int, int]]:
    """Who has which stretch, from left to right: of those that cover a character, the strongest. In: by start."""
    borders = sorted({border for finding in findings for border in (finding.start, finding.end)})
    open_: list[tuple[tuple[int, int, int], int]] = []  # the strongest first
    coming, owner, since = 0, -1, 0
    for border in borders:
        while coming < len(findings) and findings[coming].start == border:
            heappush(open_, (_order(findings[coming]), coming))
            coming += 1
        while open_ and findings[open_[0][1]].end <= border:
            heappop(open_)
        now = open_[0][1] if open_ else -1
        if now != owner:
            if owner >= 0:
                yield findings[owner], since, border
            owner, since = now, border


def merge(text: str, findings: Sequence[Finding], entities: Collection[str]) -> list[Finding]:
    """Findings of the wanted entities, without overlaps, in order.

    Every letter and digit of a wanted finding is in some span of the result. A finding that overlaps a
    stronger one keeps what is left of it. Takes n log n. Raises ValueError for offsets outside the text.
    """
    wanted = sorted((f for f in findings if f.entity in entities), key=_start)
    if any(not 0 <= f.start < f.end <= len(text) for f in wanted):
        raise ValueError("a finding lies outside its text")
    if all(left.end <= right.start for left, right in pairwise(wanted)):
        return wanted  # nothing overlaps, as mostly
    united = sorted(_united(wanted), key=_start)
    return [part for owner, start, end in _owned(united) for part in _part(text, owner, start, end)]
