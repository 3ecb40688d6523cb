"""What does a call mean in Chroma (API v2)? Told from route and body; names are asked of the server."""

import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from typing import ClassVar, Final

import orjson

from vecgate import strict_json
from vecgate.dialects import (
    _asking,
    _bodies,
    _chroma_filters,
    _chroma_impact,
    _chroma_lists,
    _chroma_results,
    _chroma_stored,
    _chroma_surfaces,
    _paths,
)
from vecgate.dialects._base import HEADERS, Ask, Dialect, Listing, Match, May, Read, Route, may_ask
from vecgate.dialects._chroma_names import Names, Place, id_of, under, unknown
from vecgate.dialects._chroma_routes import QUERY_FORMS, ROUTES, without_tenant
from vecgate.errors import CallRefused
from vecgate.exchange import Raw
from vecgate.inlets import Each, Inlets
from vecgate.refusals import Refusal, Rendered, http_headers, refuse
from vecgate.surface import Surface
from vecgate.terms import Answer, Call, Decision, Impact, Json, Operation

_CHANGES_NAMES: Final = frozenset({"schema", "destroy", "admin"})
_COUNTED: Final = frozenset({"collection_get", "collection_delete", "collection_update", "collection_upsert"})

#: The names of `error` by which the official client picks its exception (chromadb 1.5.9, `errors.error_types`).
_ERRORS: Final[Mapping[int, str]] = {
    400: "InvalidArgumentError",
    401: "AuthorizationError",
    403: "AuthError",
    404: "NotFoundError",
    409: "UniqueConstraintError",
    413: "BatchSizeExceededError",
    421: "InvalidArgumentError",
    429: "RateLimitError",
}


class Chroma(Dialect):
    """Chroma 1.x. Collections are addressed by UUID in data routes, and by name where they are read or dropped."""

    name: ClassVar[str] = "chroma"
    routes: ClassVar[tuple[Route, ...]] = ROUTES
    home: ClassVar[tuple[str, str]] = ("default_tenant", "default_database")
    query_forms: ClassVar[Mapping[str, re.Pattern[str]]] = QUERY_FORMS
    alive: ClassVar[Call | None] = Call("GET", "/api/v2/heartbeat", headers=HEADERS)

    def __init__(self) -> None:
        super().__init__()
        self._names = Names(quiet=lambda: self.quiet())

    def read(self, raw: Raw) -> Call:
        return super().read(without_tenant(raw))

    async def classify(self, call: Call, ask: Ask, *, anew: bool = False, may: May = may_ask) -> Operation:
        match, tree = self.match(call), _tree(call)
        operation = _plain_operation(match)
        refine = _REFINE.get(operation.name, _as_it_is)
        if "collection_id" in match.values:
            uuid = match.values["collection_id"]
            unnamed = refine(replace(operation, things=(uuid,)), tree)
            anew = anew or operation.group != "read"
            name = await self._names.of(ask, _place(match), uuid, anew=anew, before=lambda: may(unnamed))
            operation = replace(operation, collections=(name,), things=(uuid,))
        operation = refine(operation, tree)
        if operation.name == "create_collection":
            return await _creation(operation, _place(match), tree, ask, may)
        if operation.name == "detach_function":
            return await _detachment(operation, match, ask, may)
        if operation.name in _chroma_lists.LISTS:
            return replace(operation, page=_chroma_lists.page(call))
        return operation

    async def located(self, call: Call, operation: Operation, ask: Ask) -> Operation:
        place = _place(self.match(call))
        if operation.kind == "collection_drop" and operation.collections:
            known = operation.things or [""] * len(operation.collections)
            named = zip(operation.collections, known, strict=True)
            return replace(operation, things=tuple([thing or await _id(ask, place, name) for name, thing in named]))
        if operation.name == "delete_database":
            return replace(operation, things=tuple(sorted(await _chroma_impact.all_of(ask, place))))
        return operation

    def restrict(self, call: Call, operation: Operation, decision: Decision) -> Call:
        if operation.name == "create_collection" and operation.kind == "collection_read":
            # Decided on as a read, so sent as one: should the collection vanish meanwhile, it must not come back.
            place = (str(operation.tenant), str(operation.database))
            path = _paths.join(under(place, "collections", *operation.collections))
            return Call("GET", path, headers=HEADERS)
        if operation.name in _chroma_lists.LISTS:
            return _chroma_lists.whole(call, operation)
        if operation.wants_vectors and decision.vectors is False:
            raise CallRefused(refuse("vectors.not_allowed", rule=decision.rule))
        if operation.name not in _chroma_results.READS or decision.max_results is None:
            return call
        tree = _tree(call)
        within = _chroma_results.bounded(operation.name, tree, decision.max_results, decision.rule)
        return call if within is tree else replace(call, body=strict_json.dump(within), tree=within)

    async def impact(self, call: Call, operation: Operation, ask: Ask) -> Impact | None:
        match = self.match(call)
        if operation.name in ("delete_collection", "delete_database") and not operation.things:
            operation = await self.located(call, operation, ask)
        if operation.name == "delete_collection":
            return await _chroma_impact.of_drop(ask, _place(match), operation)
        if operation.name == "delete_database":
            return await _chroma_impact.of_database(ask, _place(match), operation.things)
        uuid, place = match.values.get("collection_id", ""), _place(match)
        if operation.name == "collection_add":  # ids that are there already are left as they are
            return Impact(0, await _chroma_impact.total(ask, place, uuid), operation.collections[0])
        if operation.name not in _COUNTED:
            return None
        return await _chroma_impact.of_records(ask, place, uuid, _tree(call), operation.collections[0])

    def surface(self, operation: Operation, answer: bool) -> Surface:
        return _chroma_surfaces.surface(operation.name, answer)

    def inlets(self, operation: Operation) -> Inlets:
        return _chroma_filters.inlets(operation.name)

    def rewritten(self, operation: Operation, tree: dict[str, Json], each: Each) -> dict[str, Json]:
        return _chroma_filters.rewritten(operation.name, tree, each)

    def unclean_vectors(self, operation: Operation, before: dict[str, Json], after: dict[str, Json]) -> int:
        return _chroma_filters.unclean_vectors(operation.name, before, after)

    def strip_vectors(self, operation: Operation, tree: Json, zeros: bool = False) -> Json:
        return _chroma_results.stripped(operation.name, tree, zeros)

    def cut(self, operation: Operation, tree: Json, most: int) -> Json:
        return _chroma_results.cut(operation.name, tree, most)

    async def found(self, call: Call, operation: Operation, ask: Ask) -> int | None:
        if operation.name != "collection_get":
            return None
        match = self.match(call)
        return await _chroma_impact.found(ask, _place(match), match.values["collection_id"], _tree(call))

    def listing(self, operation: Operation, tree: Json) -> Listing | None:
        return _chroma_lists.listing(operation, tree)

    def entries(self, operation: Operation, tree: Json) -> list[Json]:
        return _chroma_lists.entries(tree)

    def relisted(self, operation: Operation, tree: Json, items: list[Json]) -> Json:
        return _chroma_lists.relisted(operation, tree, items)

    def records(self, operation: Operation, tree: Json) -> int | None:
        return _chroma_results.held(tree) if operation.name in _chroma_results.READS else None

    def stored(self, operation: Operation, tree: dict[str, Json]) -> Read | None:
        return _chroma_stored.stored(operation, tree)

    def pages(self, tenant: str, database: str, collection: str, size: int) -> Generator[Call, Json, None]:
        return _chroma_stored.pages((tenant, database), collection, size)

    def render(self, refusal: Refusal) -> Rendered:
        body = {
            "error": _ERRORS.get(refusal.status, "InternalError"),
            "message": str(refusal),
            "code": refusal.code,
            "request_id": refusal.request_id,
        }
        return Rendered(refusal.status, http_headers(refusal), orjson.dumps(body))

    def forget(self, operation: Operation, answer: Answer | None) -> None:
        # Even a failed answer may have changed names, and asking anew costs little: when in doubt, drop them.
        if operation.group in _CHANGES_NAMES:
            self._names.forget()

    def forget_names(self) -> None:
        self._names.forget()


async def _id(ask: Ask, place: Place, name: str) -> str:
    found = await id_of(ask, place, name)
    if found is None:
        raise unknown()
    return found


def _tree(call: Call) -> dict[str, Json]:
    tree = call.tree if call.tree is not None or not call.body else strict_json.parse(call.body)
    return tree if isinstance(tree, dict) else {}


def _place(match: Match) -> Place:
    return match.values.get("tenant", ""), match.values.get("database", "")


def _plain_operation(match: Match) -> Operation:
    route, values = match.route, match.values
    return Operation(
        dialect=Chroma.name,
        name=route.name,
        kind=route.kind,
        danger=route.danger,
        tenant=values.get("tenant"),
        database=values.get("database"),
        collections=(values["collection_name"],) if "collection_name" in values else (),
    )


def _and(operation: Operation, name: Json) -> Operation:
    if not isinstance(name, str) or name in operation.collections:
        return operation
    things = (*operation.things, "") if operation.things else ()
    return replace(operation, collections=(*operation.collections, name), things=things)


def _altering(operation: Operation, tree: dict[str, Json]) -> Operation:
    """A new name is decided on as a rename, under both names; whatever else is changed, as a change of the old one."""
    if tree.get("new_name") is None:
        return operation
    renaming = replace(_and(operation, tree["new_name"]), kind="collection_rename")
    changes = any(tree.get(key) is not None for key in ("new_metadata", "new_configuration"))
    return replace(renaming, also=(operation,)) if changes else renaming


def _copying(operation: Operation, target: Json) -> Operation:
    """What is copied can be read under the name of the copy, so whoever copies must be allowed to read all of it."""
    return replace(_and(operation, target), also=(replace(operation, kind="list_scan", danger=2),))


def _reading(operation: Operation, tree: dict[str, Json]) -> Operation:
    by_ids = operation.name == "collection_get" and _only_ids(tree)
    return replace(
        operation,
        kind="read_ids" if by_ids else operation.kind,
        limit=_chroma_results.asked(operation.name, tree),
        wants_vectors=_chroma_results.wants_vectors(tree),
    )


def _only_ids(tree: dict[str, Json]) -> bool:
    return bool(tree.get("ids")) and tree.get("where") is None and tree.get("where_document") is None


def _deleting(operation: Operation, tree: dict[str, Json]) -> Operation:
    if not any(tree.get(key) for key in ("ids", "where", "where_document")):
        # Server 1.5.9 deletes nothing then; no reader of a recording could tell that from "everything".
        _bodies.unreadable("a delete must name ids, 'where' or 'where_document'")
    return _naming(replace(operation, kind="delete_ids"), tree) if _only_ids(tree) else operation


def _naming(operation: Operation, tree: dict[str, Json]) -> Operation:
    """With the number of records that are named by their ids."""
    ids = tree.get("ids")
    return replace(operation, records=len(ids) if isinstance(ids, list) else 0)


def _as_it_is(operation: Operation, _tree: dict[str, Json]) -> Operation:
    return operation


#: What the body adds to what the route says.
_REFINE: Final[Mapping[str, Callable[[Operation, dict[str, Json]], Operation]]] = {
    "create_tenant": lambda operation, tree: replace(operation, tenant=str(tree["name"])),
    "create_database": lambda operation, tree: replace(operation, database=str(tree["name"])),
    "create_collection": lambda operation, tree: _and(operation, tree["name"]),
    "update_collection": _altering,
    "detach_function": lambda operation, tree: _detaching(operation, tree),
    "fork_collection": lambda operation, tree: _copying(operation, tree["new_name"]),
    "attach_function": lambda operation, tree: _copying(operation, tree["output_collection"]),
    **dict.fromkeys(("collection_add", "collection_upsert", "collection_update"), lambda o, t: _naming(o, t)),
    "collection_get": _reading,
    "collection_query": _reading,
    "collection_search": _reading,
    "collection_delete": _deleting,
}


async def _creation(operation: Operation, place: Place, tree: dict[str, Json], ask: Ask, may: May) -> Operation:
    # Official clients send get_or_create at each start: on a collection that is there it is a read (danger 1).
    if tree.get("get_or_create") is not True:
        return operation
    reading = replace(operation, kind="collection_read", danger=1)
    await may(operation, reading)
    return operation if await id_of(ask, place, str(tree["name"])) is None else reading


async def _detachment(operation: Operation, match: Match, ask: Ask, may: May) -> Operation:
    if operation.kind != "collection_drop":
        return operation
    await may(operation)
    where = under(_place(match), "collections", match.values["collection_id"], "functions", match.values["function"])
    found = await _asking.get(ask, *where)
    attached = found.get("attached_function") if isinstance(found, dict) else None
    output = attached.get("output_collection") if isinstance(attached, dict) else None
    if not isinstance(output, str):
        raise unknown()
    return _and(operation, output)


def _detaching(operation: Operation, tree: dict[str, Json]) -> Operation:
    return replace(operation, kind="collection_drop", danger=4) if tree.get("delete_output") is True else operation
