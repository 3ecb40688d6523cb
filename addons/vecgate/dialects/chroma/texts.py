"""How do texts and their metadata stand in a Chroma write, and how are they read back from it?"""

from collections.abc import Mapping, Sequence
from typing import Final

from vecgate.dialects.chroma.meaning import NAME
from vecgate.domain.call import Json
from vecgate.domain.operation import Operation

type Tree = dict[str, Json]

_COLUMNS: Final = {"text": "documents", "metadata": "metadatas"}


def written(operation: Operation, records: Sequence[Mapping[str, Json]]) -> tuple[Operation, Tree]:
    """What such a write is, and the part of its body that people read."""
    writing = Operation(
        NAME, "collection_upsert", "upsert", 3, operation.tenant, operation.database, operation.collections,
        records=len(records),
    )  # fmt: skip
    tree: Tree = {}
    for part, column in _COLUMNS.items():
        if any(part in record for record in records):
            tree[column] = [record.get(part) for record in records]
    return writing, tree


def texts(tree: Tree, records: Sequence[Mapping[str, Json]]) -> list[Json]:
    """The records with what stands in the body for them now."""
    columns = {part: values for part, column in _COLUMNS.items() if isinstance(values := tree.get(column), list)}
    return [{part: columns[part][i] for part in record} for i, record in enumerate(records)]
