"""Is one of these records a canary? By its id, or by a mark in its metadata."""

from collections.abc import Sequence

from vecgate.domain.guards import Canaries
from vecgate.domain.records import Record


def found(records: Sequence[Record], canaries: Canaries) -> list[int]:
    """The places of the canaries among these records."""
    return [place for place, record in enumerate(records) if _is_one(record, canaries)]


def _is_one(record: Record, canaries: Canaries) -> bool:
    if record.id is not None and record.id in canaries.ids:
        return True
    metadata = record.metadata or {}
    return bool(canaries.mark) and all(_same(metadata.get(key), value) for key, value in canaries.mark.items())


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other  # true is not 1
