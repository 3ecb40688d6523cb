"""What does a write store, what does it go over, and how is an index read whole? Records as reads answer."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final
from urllib.parse import unquote

from vecgate.dialects.base.dialect import JSON_HEADERS, Read
from vecgate.dialects.base.lucene import inward, lines
from vecgate.dialects.base.lucene.cursors import SCROLL
from vecgate.dialects.base.lucene.embeddings import merged, staying
from vecgate.dialects.base.lucene.meaning import body, targets
from vecgate.dialects.base.lucene.names import Index
from vecgate.dialects.base.lucene.values import Tree, list_of, members_of
from vecgate.dialects.base.lucene.vectors import fields
from vecgate.domain.call import Call, Json
from vecgate.domain.inlets import Kept, Overwriting
from vecgate.domain.operation import Operation
from vecgate.parsing import paths
from vecgate.parsing.strict_json import dump
from vecgate.refusals.errors import Part, Unavailable

#: Records in one tree, so that going through it does not hold up the others.
_AT_ONCE: Final = 32
#: For how long a scroll is kept between two pages.
_KEPT: Final = "5m"
#: Between an index and an id within it: no index has one in its name.
_IN: Final = "/"


def stored(operation: Operation, tree: Tree) -> Read | None:
    """What a write stores, as a search answers with it."""
    if operation.name not in inward.WRITES:
        return None
    read = replace(operation, name="search", kind="search", danger=2, records=None, also=())
    return Read(read, _some([one for one in inward.documents(operation.name, tree) if one]))


def _some(found: list[Tree]) -> Iterator[Json]:
    for at in range(0, len(found), _AT_ONCE):
        yield {"hits": {"hits": [{"_source": one} for one in found[at : at + _AT_ONCE]]}}


def pages(index: str, size: int) -> Generator[Call, Json, None]:
    """The calls that scroll through a whole index, and end that; each is answered with what came back. Raises ValueError.

    By ids an Elasticsearch sorts nothing unless it is told so (`indices.id_field_data.enabled`), and some are masked.
    """
    tree: Tree = {"size": size, "sort": ["_doc"]}
    page = yield Call("POST", paths.join((index, "_search")), (("scroll", _KEPT),), JSON_HEADERS, dump(tree), tree)
    while list_of(_hits(page)):
        page = yield _on("POST", {"scroll_id": members_of(page).get("_scroll_id"), "scroll": _KEPT})
    yield _on("DELETE", {"scroll_id": members_of(page).get("_scroll_id")})


def _on(method: str, tree: Tree) -> Call:
    return Call(method, SCROLL, headers=JSON_HEADERS, body=dump(tree), tree=tree)


def _hits(page: Json) -> Json:
    hits = members_of(members_of(page).get("hits")).get("hits")
    if not isinstance(hits, list):
        raise ValueError("an answer without records")  # noqa: TRY004 - it is the database's value, not our type
    return hits


# what a write goes over


def overwriting(call: Call, operation: Operation, known: Callable[[str], Index | None]) -> Overwriting | None:
    """What a write changes of what is stored; None where it goes over nothing that has a name. `known`: how an index was made."""
    index, tree, name = operation.collections[0], body(call), operation.name
    several = targets(operation) if len(operation.collections) > 1 else None
    found = dict(enumerate(_brought(name, call, tree, index, several)))
    sent = {number: Kept(id, {"doc": doc}) for number, (id, _, doc) in found.items() if id and doc}
    if not sent:
        return None
    embedded = [field for one in operation.collections if (made := known(one)) for field in fields(made.mappings)]

    def reading(names: list[str]) -> Call:
        places = [_placed(one, several is not None) for one in names]
        # A server may show vectors to those alone who ask for them by name.
        again: list[Json] = [{**one, "_source": [*embedded]} for one in places if embedded]
        asked: Tree = {"docs": [*places, *again]}
        path = paths.join(("_mget",) if several is not None else (index, "_mget"))
        return Call("POST", path, headers=JSON_HEADERS, body=dump(asked), tree=asked)

    def put(changed: Mapping[int, Kept]) -> Tree:
        new = tree
        for number, record in changed.items():
            new = _put(new, found[number][1], record.fields["doc"])
        return new

    def within(number: int, was: Tree, now: Tree, stored: Tree) -> Tree:
        id, place, _ = found[number]
        of = known(index if several is None else id.partition(_IN)[0])
        stays = staying(of, _is_whole(name, place), f"doc[{number}]")
        return {"doc": stays.put(*(members_of(one["doc"]) for one in (was, now, stored)))}

    read = replace(operation, name="mget", kind="read_ids", danger=1, records=None, also=())
    records = partial(_records, several=several is not None)
    return Overwriting(sent, read, reading, records, put, within=within)


def _placed(name: str, several: bool) -> Tree:
    index, _, id = name.partition(_IN) if several else ("", "", name)
    return {"_index": index, "_id": id} if several else {"_id": id}


type _Place = tuple[str | int, ...]


def _brought(
    name: str, call: Call, tree: Tree, index: str, several: Mapping[str, str] | None
) -> Iterator[tuple[str, _Place, Tree]]:
    """Every record of a write: its id (empty: it has none yet), where it stands, and what is said of it.

    In `several` indices an id is one within its index; `several`: what names in the body mean.
    """
    if name == "bulk":
        for i, (action, meta, doc) in enumerate(lines.actions(tree)):
            id, said = str(meta.get("_id", "")), str(meta.get("_index", index))
            if id and several is not None:
                id = f"{several.get(said, said)}{_IN}{id}"
            for place, one in _parts(action, doc):
                yield id, ("items", i, "doc", *place), one
    elif name in inward.WRITES:
        parts = call.path[1:].split("/")
        for place, one in _parts(name, tree):
            yield unquote(parts[2]) if len(parts) == 3 else "", place, one


def _parts(action: str, doc: Tree) -> Iterator[tuple[_Place, Tree]]:
    if action == "update":
        yield from (((key,), members_of(doc[key])) for key in ("doc", "upsert") if key in doc)
    elif action != "delete":
        yield (), doc


def _is_whole(name: str, place: _Place) -> bool:
    """Whether a record is replaced by one that stands there; of an update only what it says is."""
    return len(place) == (3 if name == "bulk" else 0)


def _put(node: Json, place: _Place, value: Json) -> Tree:
    """A body with a record in another form."""
    if not place:
        return members_of(value)
    step, rest = place[0], place[1:]
    tree = members_of(node)
    inner = tree[str(step)]
    if isinstance(inner, list):
        at = int(rest[0])
        return {**tree, str(step): [*inner[:at], _put(inner[at], rest[1:], value), *inner[at + 1 :]]}
    return {**tree, str(step): _put(inner, rest, value)}


def _records(answer: Json, *, several: bool) -> Sequence[Kept]:
    """The records of an answer. Raises Unavailable."""
    if answer is None:
        return []
    docs = members_of(answer).get("docs")
    if not isinstance(docs, list):
        raise Unavailable(Part.UPSTREAM, "an answer without records")
    found = dict[str, Json]()
    for one in (one for one in map(members_of, docs) if one.get("found") is True):
        name, source = (
            f"{one.get('_index')}{_IN}{one.get('_id')}" if several else str(one.get("_id")),
            one.get("_source"),
        )
        found[name] = merged(found[name], source) if name in found else source
    return [Kept(name, {"doc": members_of(source)}) for name, source in found.items()]


def plainly(name: str, tree: Tree) -> Tree:
    """The body whose updates are written though they change nothing: `noop` would say that a guess was right."""
    if name == "update":
        return {**tree, "detect_noop": False}
    items: list[Json] = [
        {**one, "doc": {**members_of(one["doc"]), "detect_noop": False}} if "update" in one else one
        for one in map(members_of, list_of(tree.get("items")))
    ]
    return {**tree, "items": items}


# texts that are to be written, before they are


def written(operation: Operation, records: Sequence[Mapping[str, Json]]) -> tuple[Operation, Tree]:
    """What a write of texts and metadata is, and the part of its body that people read."""
    writing = Operation(operation.dialect, "bulk", "upsert", 3, collections=operation.collections, records=len(records))
    items: list[Json] = [{"index": {}, "doc": {**one}} for one in records]
    return writing, {"items": items}


def texts(tree: Tree, records: Sequence[Mapping[str, Json]]) -> list[Json]:
    """The records with what stands in the body for them now."""
    docs = [members_of(members_of(one).get("doc")) for one in list_of(tree.get("items"))]
    return [{part: docs[i][part] for part in record} for i, record in enumerate(records)]
