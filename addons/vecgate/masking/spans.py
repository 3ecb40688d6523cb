"""Findings overlap; which entity does each character belong to? Nothing that was found is ever left uncovered."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Final

from vecgate.terms import Finding

#: The entity that says more, or is proved better, keeps the common characters.
PRIORITY: Final = (
    "SECRET", "EMAIL", "IBAN", "CREDIT_CARD", "SSN", "CRYPTO", "MAC", "IP", "ID", "ADDRESS", "DATE", "PHONE", "URL",
    "PERSON", "HANDLE", "LOCATION", "ORG",
)  # fmt: skip
_RANK: Final = {entity: rank for rank, entity in enumerate(PRIORITY)}


_start: Final = attrgetter("start")


def _order(finding: Finding) -> tuple[int, int, int]:
    return _RANK.get(finding.entity, len(_RANK)), finding.start - finding.end, finding.start


def _rest(finding: Finding, taken: Iterable[Finding]) -> list[Finding]:
    """The parts of a finding that no taken one covers."""
    parts, at = [], finding.start
    for other in sorted(taken, key=lambda t: t.start):
        if other.end <= at or other.start >= finding.end:
            continue
        if other.start > at:
            parts.append(Finding(at, other.start, finding.entity, finding.source))
        at = max(at, other.end)
    if at < finding.end:
        parts.append(Finding(at, finding.end, finding.entity, finding.source))
    return parts


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


def around(text: str, findings: Sequence[Finding], kept: Sequence[tuple[int, int]]) -> Sequence[Finding]:
    """What is left of findings once the stretches that are kept are taken out of them."""
    if not kept:
        return findings
    taken = [Finding(start, end, "") for start, end in kept]
    left: list[Finding] = []
    for finding in findings:
        overlaps = any(finding.start < t.end and t.start < finding.end for t in taken)
        if not overlaps or finding.end > len(text):  # which `merge` refuses
            left.append(finding)
            continue
        left += [t for part in _rest(finding, taken) if (t := _tidy(text, part)) is not None]
    return left


def merge(text: str, findings: Sequence[Finding], entities: Collection[str]) -> list[Finding]:
    """Findings of the wanted entities, without overlaps, in order.

    Every letter and digit of a wanted finding is in some span of the result. A finding that overlaps a
    stronger one keeps what is left of it. Raises ValueError for offsets outside the text.
    """
    wanted = sorted((f for f in findings if f.entity in entities), key=_start)
    if any(not 0 <= f.start < f.end <= len(text) for f in wanted):
        raise ValueError("a finding lies outside its text")
    if all(left.end <= right.start for left, right in pairwise(wanted)):
        return wanted  # nothing overlaps, as mostly
    taken: list[Finding] = []
    for finding in sorted(_united(wanted), key=_order):
        parts = _rest(finding, taken)
        # Only a cut edge is tidied: a whole finding may begin with a bracket or a plus that belongs to it.
        whole = len(parts) == 1 and parts[0] == finding
        taken += parts if whole else [t for part in parts if (t := _tidy(text, part)) is not None]
    return sorted(taken, key=_start)
