"""What does Pinecone tell guards on answers and writes? Its records, scores, searches and pages."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import ClassVar, Final

from vecgate.dialects.base.guarded import Guarded, Laid
from vecgate.dialects.base.shapes import Ask
from vecgate.dialects.pinecone import results
from vecgate.dialects.pinecone.control import NEW_SHAPE
from vecgate.dialects.pinecone.indexes import BELOW, OWN_HEADERS
from vecgate.dialects.pinecone.inward import examples
from vecgate.dialects.pinecone.meaning import DEFAULT, body, items_of, members_of
from vecgate.dialects.pinecone.routes import VERSION_HEADER
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.domain.records import Metadata, Record, Records
from vecgate.parsing import paths, strict_json
from vecgate.parsing.forms import unreadable

type Tree = dict[str, Json]

#: Reads whose answers tell of records what they hold; the lists of ids do not.
_TOLD: Final = frozenset(
    {"query", "fetch", "fetch_by_metadata", "search_records", "search_documents", "fetch_documents"}
)
#: Under which member a record has its fields; the empty text: beside its id.
_UNDER: Final = {"query": "metadata", "fetch": "metadata", "fetch_by_metadata": "metadata", "search_records": "fields"}
#: So many ids fit into the line of one question.
MOST_RECALLED: Final = 100
_OWN: Final = frozenset({"_id", "_score"})
#: Writes that can hold what the gateway writes: names in records and documents begin with no '_'.
CARRIES: Final = frozenset({"upsert", "update"})
#: Under which key a write has its records, and under which of theirs these have their fields; the empty text: beside the id.
WRITES: Final = {
    "upsert": ("vectors", "metadata"),
    "upsert_records": ("records", ""),
    "upsert_documents": ("documents", ""),
    "update_documents": ("documents", ""),
}


def fields_of(record: Tree, under: str) -> Metadata | None:
    """What people read of a record."""
    if under:
        inner = record.get(under)
        return inner if isinstance(inner, dict) else None
    return {key: value for key, value in record.items() if key not in _OWN and key != "id"}


def _record(record: Tree, under: str, *, write: bool) -> Record:
    id = record.get("id", record.get("_id"))
    return Record(id if isinstance(id, str) else None, metadata=fields_of(record, under), whole=write)


def with_fields(record: Tree, under: str, given: Metadata | None) -> Json:
    """A record with others in their place."""
    if given is None:
        return record
    if under:
        return {**record, under: dict(given)}
    own = {key: value for key, value in record.items() if key in _OWN or key == "id"}
    return {**own, **given}


def _of(found: dict[str, Json] | list[Json], under: str, put: Callable[[Json], Json], *, write: bool) -> Records:
    keys = [*found] if isinstance(found, dict) else None
    trees = [members_of(one) for one in (found.values() if isinstance(found, dict) else found)]

    def again(new: list[Json], kept: Sequence[bool]) -> Json:
        if keys is None:
            return put([one for one, is_kept in zip(new, kept, strict=True) if is_kept])
        return put({key: one for key, one, is_kept in zip(keys, new, kept, strict=True) if is_kept})

    def without(kept: Sequence[bool]) -> Json:
        return again([*trees], kept)

    def described(given: Sequence[Metadata | None]) -> Json:
        new = [with_fields(one, under, told) for one, told in zip(trees, given, strict=True)]
        return again(new, [True] * len(new))

    return Records(tuple(_record(one, under, write=write) for one in trees), without, described)


def _by_ids(ids: Sequence[str]) -> Tree:
    return {"ids": [*ids]}


def changing(name: str, tree: Tree) -> str:
    """Under which key a write says which fields change, of one record or of all that a filter selects; empty: it does not."""
    if name == "update":
        return "setMetadata"
    return "set_fields" if name == "update_documents" and "set_fields" in tree else ""


def _changing(tree: Tree, key: str) -> Records:
    """One record, or all that a filter selects, of which some fields are written, and all others stay."""
    id, given = tree.get("id"), tree.get(key)
    record = Record(id if isinstance(id, str) else None, metadata=given if isinstance(given, dict) else None)

    def described(new: Sequence[Metadata | None]) -> Json:
        return tree if new[0] is None else {**tree, key: dict(new[0])}

    return Records((record,), lambda kept: tree, described)


class PineconeGuards(Guarded):
    """A part of `Pinecone`."""

    tells: ClassVar[bool] = True
    carries: ClassVar[frozenset[str]] = CARRIES

    def lists(self, operation: Operation) -> bool:
        return operation.name in _TOLD

    def answered(self, operation: Operation, tree: Json) -> Records | None:
        if operation.name not in results.READS:
            return None
        found = results.records(operation.name, tree)
        if found is None or members_of(tree).get("results"):
            raise ValueError("an answer that lists no records")
        put = lambda new: results.put(operation.name, tree, new)  # noqa: E731
        return _of(found, _UNDER.get(operation.name, ""), put, write=False)

    def carried(self, operation: Operation, tree: Tree) -> Records | None:
        if operation.name == "update":
            return _changing(tree, "setMetadata")
        if operation.name not in self.carries:
            return None
        key, under = WRITES[operation.name]
        return _of(items_of(tree.get(key)), under, lambda new: {**tree, key: new}, write=True)

    def recalled(self, call: Call, operation: Operation, ids: Sequence[str]) -> tuple[Call, Operation] | None:
        """By ids, in the namespace of the write. Raises CallRefused where they are too many for one question."""
        if len(ids) > MOST_RECALLED:
            unreadable(f"more than {MOST_RECALLED} records are written at once, of which some may hold what is to stay")
        index, space = operation.collections[0], operation.tenant
        if operation.name.endswith("_documents"):
            path, tree = paths.join((BELOW, index, "namespaces", str(space), "documents", "fetch")), _by_ids(ids)
            headers = (*OWN_HEADERS[:-1], (VERSION_HEADER, NEW_SHAPE), ("content-type", "application/json"))
            name, question = (
                "fetch_documents",
                Call("POST", path, headers=headers, body=strict_json.dump(tree), tree=tree),
            )
        else:
            own = () if space in (None, DEFAULT) else (("namespace", str(space)),)
            named = tuple(("ids", id) for id in ids)
            name, path = "fetch", paths.join((BELOW, index, "vectors", "fetch"))
            question = Call("GET", path, query=(*named, *own), headers=OWN_HEADERS)
        return question, replace(operation, name=name, kind="read_ids", danger=1, records=None, also=())

    def starting(self, call: Call, operation: Operation, fields: Sequence[str]) -> Iterable[tuple[Call, Operation]]:
        """A search starts from one record at the most, in its own namespace; all of its fields are read."""
        question = [self.recalled(call, operation, [str(one.id)]) for one in examples(operation, body(call))]
        return [one for one in question if one is not None]

    def telling(self, call: Call, operation: Operation, fields: Sequence[str]) -> Laid:
        tree = body(call)
        if operation.name == "query" and tree.get("includeMetadata") is not True:
            new: Tree = {**tree, "includeMetadata": True}
            bare = lambda answer: results.each("query", answer, _without_metadata)  # noqa: E731
            return replace(call, body=strict_json.dump(new), tree=new), bare
        shown = {"search_records": "fields", "search_documents": "include_fields", "fetch_documents": "include_fields"}
        key = shown.get(operation.name, "")
        asked = tree.get(key)
        more: list[Json] = [one for one in fields if isinstance(asked, list) and one not in asked]
        if not isinstance(asked, list) or not more:
            return call, lambda answer: answer
        tree = {**tree, key: [*asked, *more]}
        under = _UNDER.get(operation.name, "")
        return replace(call, body=strict_json.dump(tree), tree=tree), lambda answer: results.each(
            operation.name, answer, lambda record: _without(record, under, more)
        )

    def scored(self, operation: Operation, tree: Json, places: int | None) -> Json:
        return results.each(operation.name, tree, lambda record: _scored(record, places))

    def vectors(self, operation: Operation, tree: Json) -> list[Json]:
        told = members_of(tree)
        if operation.name == "query":
            return [one for one in (told.get("vector"), told.get("sparseVector")) if one is not None]
        if operation.name == "search_records":
            inner = members_of(members_of(told.get("query")).get("vector"))
            return [inner["values"]] if "values" in inner else [inner] if inner else []
        if operation.name == "search_documents":
            return [
                one
                for score in items_of(told.get("score_by"))
                for key, one in members_of(score).items()
                if "values" in key
            ]
        return []

    async def reach(self, call: Call, operation: Operation, ask: Ask, most: int) -> int | None:
        """A token of a page tells nobody how far it goes."""
        if "paginationToken" in dict(call.query) or body(call).keys() & {"paginationToken", "pagination_token"}:
            return None
        if operation.name in results.PAGED:
            return operation.limit or results.PAGE
        return (operation.limit or 0) if operation.name in results.FOUND else 0


def _without_metadata(record: Tree) -> Tree:
    return {key: value for key, value in record.items() if key != "metadata"}


def _without(record: Tree, under: str, fields: Sequence[Json]) -> Tree:
    if under:
        return {**record, under: _without(members_of(record.get(under)), "", fields)}
    return {key: value for key, value in record.items() if key not in fields}


def _scored(record: Tree, places: int | None) -> Tree:
    told = {key: record[key] for key in ("score", "_score") if key in record}
    if not told:
        return record
    if places is None:
        return {key: value for key, value in record.items() if key not in told}
    return {**record, **{key: round(one, places) if isinstance(one, float) else one for key, one in told.items()}}
