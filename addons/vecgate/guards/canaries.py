"""Is one of these records a canary? By its id, or by a mark in its metadata."""

from collections.abc import Mapping, Sequence

from vecgate.domain.guards import Canaries
from vecgate.domain.records import Metadata, Record


def found(records: Sequence[Record], canaries: Canaries) -> list[int]:
    """The places of the canaries among these records."""
    return [place for place, record in enumerate(records) if _is_one(record, canaries)]


def _is_one(record: Record, canaries: Canaries) -> bool:
    if record.id is not None and record.id in canaries.ids:
        return True
    metadata = record.metadata or {}
    return any(all(_has(metadata, key, value) for key, value in mark.items()) for mark in canaries.marks)


def _has(metadata: Metadata, name: str, value: object) -> bool:
    """Whether a field has that value: the one of that name, or the one that its dots lead to."""
    return _same(metadata.get(name), value) or _same(_within(metadata, name.split(".")), value)


def _within(node: object, path: Sequence[str]) -> object:
    for step in path:
        node = node.get(step) if isinstance(node, Mapping) else None
    return node


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other  # true is not 1
