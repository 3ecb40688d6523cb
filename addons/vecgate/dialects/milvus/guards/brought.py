"""Which records does a Milvus write bring, and how is what the gateway wrote into them read?

What it writes are dynamic fields, or fields of the schema of these names. A collection that has neither drops them in
silence, so nothing can be written beside its records (`Record.placed`).
"""

from collections.abc import Sequence

from vecgate.dialects.milvus import sites
from vecgate.dialects.milvus.guards.showing import again, told
from vecgate.dialects.milvus.rows.ids import among
from vecgate.dialects.milvus.things import Described, question
from vecgate.dialects.milvus.values import list_of
from vecgate.domain.call import Call, Json
from vecgate.domain.guards import OWN
from vecgate.domain.records import Metadata, Record, Records

type Tree = dict[str, Json]


def carried(name: str, tree: Tree, found: Described) -> Records | None:
    """The rows of a write; None where it writes none. A part of a row keeps the rest: what was written into it is sent along."""
    if name not in sites.WRITES:
        return None
    rows, placed = sites.rows(tree), all(map(found.takes, OWN))
    listed = tuple(
        Record(
            str(row[found.key]) if found.key in row else None, metadata=told(row, found), whole=placed, placed=placed
        )
        for row in rows
    )

    def without(kept: Sequence[bool]) -> Json:
        return {**tree, "data": [row for row, stays in zip(list_of(tree["data"]), kept, strict=True) if stays]}

    def described(given: Sequence[Metadata | None]) -> Json:
        pairs = zip(rows, listed, given, strict=True)
        return {**tree, "data": [again(row, record.metadata, new) for row, record, new in pairs]}

    return Records(listed, without, described)


def recalling(database: str, found: Described, ids: Sequence[str]) -> Call | None:
    """The call that reads what the gateway wrote into these records, at this moment; None: there can be nothing."""
    shown: list[Json] = [field for field in OWN if found.takes(field)]
    if not shown:
        return None
    body: Tree = {
        "dbName": database, "collectionName": found.name, "filter": among(found, [*ids]), "outputFields": shown,
        "limit": max(1, len(ids)), "consistencyLevel": "Strong",
    }  # fmt: skip
    return question("entities/query", body)
