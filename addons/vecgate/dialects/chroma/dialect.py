"""What does a call mean in Chroma (API v2)? Told from route and body; names are asked of the server."""

import re
from collections.abc import Container, Generator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final

import orjson

from vecgate.dialects.base.answers import Marks
from vecgate.dialects.base.dialect import HEADERS, Ask, Dialect, Listing, May, Read, Room, Scope, may_ask
from vecgate.dialects.base.ports import Port
from vecgate.dialects.base.routing import Match, Route
from vecgate.dialects.base.scanned import Draw
from vecgate.dialects.chroma import (
    batches,
    filters,
    impact,
    lists,
    names,
    results,
    rows,
    stored,
    surfaces,
    texts,
    written,
)
from vecgate.dialects.chroma.guarded import ChromaGuards
from vecgate.dialects.chroma.meaning import NAME, asked, body_of, place_of, plain, refined
from vecgate.dialects.chroma.names import Names, TenantDatabase, id_of, under, unknown
from vecgate.dialects.chroma.routes import QUERY_FORMS, ROUTES, without_tenant
from vecgate.domain.approval import Impact
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.decision import Decision
from vecgate.domain.exchange import Raw
from vecgate.domain.inlets import Each, EachSite, Field, Inlets, Overwriting, Path
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.domain.lease import BASIC, BEARER, Way
from vecgate.domain.operation import Operation
from vecgate.domain.scoped import Scoped
from vecgate.domain.surface import Surface
from vecgate.parsing import paths, strict_json
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused
from vecgate.refusals.rendering import Rendered, http_headers, status_for

_CHANGES_NAMES: Final = frozenset({"schema", "destroy", "admin"})
#: Into how many calls one may be taken apart: a filter of very many values leaves room for few ids beside it.
_MOST_PARTS: Final = 100
#: Kinds of which what they touch is told by a filter alone.
_BY_FILTER: Final = frozenset({"delete_filter", "list_scan"})

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


class Chroma(ChromaGuards, Dialect):
    """Chroma 1.x. Collections are addressed by UUID in data routes, and by name where they are read or dropped."""

    name: ClassVar[str] = NAME
    routes: ClassVar[tuple[Route, ...]] = ROUTES
    status: ClassVar[str] = (
        "Held against a real Chroma 1.5.9 by the tests, and by its official clients; not against Chroma Cloud."
    )
    token_headers: ClassVar[frozenset[str]] = frozenset({"x-chroma-token"})
    ways: ClassVar[tuple[Way, ...]] = (BEARER, BASIC, Way("x_chroma_token", "x-chroma-token"))
    ports: ClassVar[tuple[Port, ...]] = (
        Port(8000, "HTTP API, without any login", "/api/v2/heartbeat", "https://docs.trychroma.com/cli/run"),
    )
    home: ClassVar[tuple[str, str]] = impact.HOME
    uncounted: ClassVar[Mapping[str, str]] = impact.UNCOUNTED
    keeps_none: ClassVar[str] = ": Chroma forks on its cloud alone, and a fork is one more collection to be read"
    lists_at = "/api/v2/tenants/{tenant}/databases/{database}/collections?limit={limit}&offset={offset}"
    query_forms: ClassVar[Mapping[str, re.Pattern[str]]] = QUERY_FORMS
    alive: ClassVar[Call | None] = Call("GET", "/api/v2/heartbeat", headers=HEADERS)
    successes: ClassVar[frozenset[int]] = frozenset({200, 201})

    def __init__(self) -> None:
        super().__init__()
        self._names = Names(quiet=lambda: self.quiet())

    def read(self, raw: Raw) -> Call:
        return super().read(without_tenant(raw))

    async def classify(self, call: Call, ask: Ask, *, anew: bool = False, may: May = may_ask) -> Operation:
        match, tree = self.match(call), body_of(call)
        if (uuid := match.values.get("collection_id")) is None:
            operation = plain(match)
        else:
            anew = anew or OPERATION_KINDS[match.route.kind] != "read"
            before = partial(_before, may, match, uuid, tree)
            name = await self._names.of(ask, place_of(match), uuid, anew=anew, before=before)
            operation = plain(match, (name,), (uuid,))
        if operation.name in lists.LISTS:
            return replace(operation, page=lists.page(call))
        return await asked(refined(operation, tree), match, tree, ask, may)

    async def identity(self, ask: Ask, place: TenantDatabase, name: str, known: str = "") -> str:
        return known or await id_of(ask, place, name) or ""

    async def located(self, call: Call, operation: Operation, ask: Ask) -> Operation:
        place = place_of(self.match(call))
        if operation.kind == "collection_drop" and operation.collections:
            known = operation.things or [""] * len(operation.collections)
            named = zip(operation.collections, known, strict=True)
            return replace(operation, things=tuple([thing or await _id(ask, place, name) for name, thing in named]))
        if operation.name == "delete_database":
            return replace(operation, things=tuple(sorted(await impact.all_of(ask, place))))
        return operation

    def restrict(self, call: Call, operation: Operation, decision: Decision) -> Call:
        if operation.name == "create_collection" and operation.kind == "collection_read":
            # Decided on as a read, so sent as one: should the collection vanish meanwhile, it must not come back.
            place = (str(operation.tenant), str(operation.database))
            path = paths.join(under(place, "collections", *operation.collections))
            return Call("GET", path, headers=HEADERS)
        if operation.name in lists.LISTS:
            return lists.whole(call, operation)
        if operation.wants_vectors and decision.vectors is False:
            raise CallRefused(refuse("vectors.not_allowed", cause="chroma", rule=decision.rule))
        if operation.name not in results.READS or decision.max_results is None:
            return call
        tree = body_of(call)
        within = results.bounded(operation.name, tree, decision.max_results, decision.rule)
        return call if within is tree else replace(call, body=strict_json.dump(within), tree=within)

    async def scoped(self, call: Call, decision: Decision, ask: Ask, *, shown: bool = True) -> Scoped:
        return rows.scoped(self.match(call), call, decision, shown)

    def scope_of(self, route: Route) -> Scope:
        return rows.scope_of(route)

    def writing(self, call: Call) -> tuple[str, ...]:
        return rows.writing(self.match(call), call)

    async def impact(self, call: Call, operation: Operation, ask: Ask, most: int = 0) -> Impact | None:
        if operation.kind == "collection_drop" and operation.name != "reset" and not all(operation.things or [""]):
            operation = await self.located(call, operation, ask)
        match = self.match(call)
        uuid = match.values.get("collection_id", "")
        return await impact.counted(ask, place_of(match), uuid, operation, body_of(call), most)

    def said(self, call: Call, tree: Json) -> Json:
        return impact.heeded(self.match(call), tree) if isinstance(tree, dict) else tree

    def bound(self, call: Call, operation: Operation, ids: Sequence[str]) -> tuple[Call, ...] | None:
        if operation.kind not in _BY_FILTER:
            return None
        parts = impact.exactly(call, body_of(call), ids)
        return parts if len(parts) <= (_MOST_PARTS if operation.name == "collection_delete" else 1) else None

    async def selected(self, call: Call, operation: Operation, ask: Ask, among: Container[str], most: int) -> list[str]:
        match, found = self.match(call), list[str]()
        tree = {**body_of(call), "limit": None, "offset": None}
        async for page in impact.pages(ask, place_of(match), match.values["collection_id"], tree):
            found += [id for id in page if id in among]
            if len(found) >= most:
                break
        return found

    def joined(self, operation: Operation, answers: Sequence[Answer]) -> Answer:
        if len(answers) == 1:
            return answers[0]
        said = [strict_json.answered(answer.body) for answer in answers]
        counts = [tree.get("deleted") if isinstance(tree, dict) else None for tree in said]
        deleted = sum(count for count in counts if type(count) is int)
        return replace(answers[0], body=strict_json.dump({"deleted": deleted}))

    def surface(self, operation: Operation, answer: bool) -> Surface:
        return surfaces.surface(operation.name, answer)

    def marks(self, operation: Operation) -> Marks:
        return surfaces.marks(operation.name)

    def offline(self, call: Call, collection: str | None) -> Answer:
        return names.offline(call, collection)

    def filters(self, operation: Operation, tree: dict[str, Json], each: EachSite) -> dict[str, Json]:
        return filters.mapped(operation.name, tree, each)

    def fields(self, call: Call, operation: Operation) -> list[Field]:
        return filters.fields(operation.name, body_of(call))

    def shown_at(self, path: Path) -> tuple[tuple[str, ...], ...]:
        return filters.shown_at(path)

    def ids(self, call: Call, operation: Operation) -> list[tuple[str, Json]]:
        ids = body_of(call).get("ids")
        return [(f"/ids/{i}", one) for i, one in enumerate(ids)] if isinstance(ids, list) else []

    def inlets(self, operation: Operation) -> Inlets:
        return filters.inlets(operation.name)

    def rewritten(self, operation: Operation, tree: dict[str, Json], each: Each) -> dict[str, Json]:
        return filters.rewritten(operation.name, tree, each)

    def unclean_vectors(self, operation: Operation, before: dict[str, Json], after: dict[str, Json]) -> int:
        return filters.unclean_vectors(operation.name, before, after)

    def recalled(self, call: Call, operation: Operation, ids: Sequence[str]) -> tuple[Call, Operation] | None:
        over = self.overwriting(call, operation)
        return None if over is None else (over.reading([*ids]), over.read)

    def overwriting(self, call: Call, operation: Operation) -> Overwriting | None:
        return written.overwriting(operation, place_of(self.match(call)), body_of(call))

    def written(
        self, operation: Operation, records: Sequence[Mapping[str, Json]]
    ) -> tuple[Operation, dict[str, Json]] | None:
        return texts.written(operation, records)

    def texts(self, tree: dict[str, Json], records: Sequence[Mapping[str, Json]]) -> list[Json]:
        return texts.texts(tree, records)

    def strip_vectors(self, operation: Operation, tree: Json, zeros: bool = False) -> Json:
        return results.stripped(operation.name, tree, zeros)

    def cut(self, operation: Operation, tree: Json, most: int) -> Json:
        return results.cut(operation.name, tree, most)

    async def found(self, call: Call, operation: Operation, ask: Ask) -> int | None:
        if operation.name != "collection_get":
            return None
        match = self.match(call)
        return await impact.found(ask, place_of(match), match.values["collection_id"], body_of(call))

    def promised(self, operation: Operation, tree: Json, room: Room) -> Json:
        return batches.promised(tree, room) if operation.name == "pre_flight_checks" else tree

    def listing(self, operation: Operation, tree: Json) -> Listing | None:
        return lists.listing(operation, tree)

    def entries(self, operation: Operation, tree: Json) -> list[Json]:
        return lists.entries(tree)

    def relisted(self, operation: Operation, tree: Json, items: list[Json]) -> Json:
        return lists.relisted(operation, tree, items)

    def records(self, operation: Operation, tree: Json) -> int | None:
        return results.held(tree) if operation.name in results.READS else None

    def stored(self, operation: Operation, tree: dict[str, Json]) -> Read | None:
        return stored.stored(operation, tree)

    def pages(self, tenant: str, database: str, collection: str, size: int) -> Generator[Call, Json, None]:
        return stored.pages((tenant, database), collection, size)

    def sample(self, tenant: str, database: str, collection: str, most: int, draw: Draw) -> Generator[Call, Json, int]:
        return stored.sample((tenant, database), collection, most, draw)

    def samples(self, call: Call) -> bool:
        return stored.samples(self.match(call).route.name, body_of(call))

    def singly(self, operation: Operation, tree: Json) -> list[Json] | None:
        return stored.singly(operation.name, tree)

    def inventory(self, tenant: str) -> Generator[Call, Json, list[tuple[str, str]]]:
        return lists.inventory(tenant)

    def render(self, refusal: Refusal, agent: str = "") -> Rendered:
        body = {
            "error": _ERRORS.get(refusal.status, "InternalError"),
            "message": str(refusal),
            "code": refusal.code,
            "request_id": refusal.request_id,
        }
        return Rendered(status_for(refusal, agent), http_headers(refusal), orjson.dumps(body))

    def forget(self, operation: Operation, answer: Answer | None) -> None:
        # Even a failed answer may have changed names, and asking anew costs little: when in doubt, drop them.
        if operation.group in _CHANGES_NAMES:
            self._names.forget()

    def forget_names(self) -> None:
        self._names.forget()


async def _before(may: May, match: Match, uuid: str, tree: dict[str, Json]) -> None:
    await may(refined(plain(match, things=(uuid,)), tree))


async def _id(ask: Ask, place: TenantDatabase, name: str) -> str:
    found = await id_of(ask, place, name)
    if found is None:
        raise unknown()
    return found
