"""What does a call mean in Milvus (REST v2 and v1)? Told from route and body; names are asked of the server."""

from collections.abc import Container, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final

import orjson

from vecgate.dialects.base.answers import Marks
from vecgate.dialects.base.dialect import Ask, Dialect, Listing, May, Scope, may_ask
from vecgate.dialects.base.ports import Port
from vecgate.dialects.base.routing import Match, Route
from vecgate.dialects.milvus import (
    functions,
    headers,
    inward,
    lists,
    reach,
    results,
    sites,
    spoken,
    surfaces,
    things,
    written,
)
from vecgate.dialects.milvus.grpc import options, paging
from vecgate.dialects.milvus.grpc.protocol import MilvusGrpc
from vecgate.dialects.milvus.guards.guarded import MilvusGuards
from vecgate.dialects.milvus.meaning import NAME, body, database, housed, named, older, plain, refined, resolves
from vecgate.dialects.milvus.ports import PORTS, STATUS
from vecgate.dialects.milvus.routes import QUERY_FORMS, ROUTES
from vecgate.dialects.milvus.rows import kept
from vecgate.dialects.milvus.rows.ids import ids_of
from vecgate.dialects.milvus.scans import SCAN, pages
from vecgate.dialects.milvus.things import HOME, Described, Known, unknown
from vecgate.dialects.milvus.values import WINDOW
from vecgate.domain.approval import Impact
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.decision import Decision
from vecgate.domain.exchange import Raw
from vecgate.domain.inlets import Each, EachSite, Field, Inlets, Overwriting, Path
from vecgate.domain.lease import BASIC, BEARER, Way
from vecgate.domain.operation import Operation
from vecgate.domain.scoped import Scoped
from vecgate.domain.surface import Surface
from vecgate.parsing.strict_json import dump
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused
from vecgate.refusals.rendering import Rendered, http_headers, status_for

type Tree = dict[str, Json]

_CHANGES_NAMES: Final = frozenset({"schema", "destroy", "admin"})
#: The numbers that the server itself has for what a refusal says.
_CODES: Final[Mapping[int, int]] = {401: 1800, 404: 100, 400: 1801, 413: 1801, 422: 1801, 429: 8}
_OTHERWISE: Final = 65_535


class Milvus(MilvusGuards, Dialect):
    """Milvus over REST and gRPC. Collections are addressed by name or alias, within a database."""

    scan, stored_at = SCAN, SCAN.stored_at
    name: ClassVar[str] = NAME
    routes: ClassVar[tuple[Route, ...]] = ROUTES
    status: ClassVar[str] = STATUS
    ports: ClassVar[tuple[Port, ...]] = PORTS
    ways: ClassVar[tuple[Way, ...]] = (BEARER, BASIC)
    query_forms = QUERY_FORMS
    uncounted: ClassVar[Mapping[str, str]] = reach.UNCOUNTED
    home: ClassVar[tuple[str, str]] = (HOME, HOME)
    alive: ClassVar[Call | None] = things.question("collections/has", {"collectionName": "_vecgate_alive"})
    #: The official client gives up after a minute.
    patience: ClassVar[float | None] = 55.0

    def __init__(self) -> None:
        super().__init__()
        self._known = Known(quiet=lambda: self.quiet())
        self.grpc = MilvusGrpc(self)
        self._asked: tuple[str, ...] = ()

    def read(self, raw: Raw) -> Call:
        """The call, with the database of a header in its body: the server looks at both, and where is no policy's business.

        Raises as every `read` does.
        """
        raw = replace(raw, headers=headers.read(raw.headers))
        call = super().read(raw)
        tree = housed(call, headers.database(raw.headers) if call.path.startswith("/v2/") else "")
        return call if tree is body(call) or call.tree is None else self.rebuilt(call, tree)

    def rebuilt(self, call: Call, tree: Tree) -> Call:
        return paging.around(super().rebuilt, call, tree)

    async def classify(self, call: Call, ask: Ask, *, anew: bool = False, may: May = may_ask) -> Operation:
        match = self.match(call)
        operation = plain(match, call)
        name = named(call)
        self._asked = (name,) if name else ()
        if match.route.name in ("aliases_drop", "aliases_alter", "aliases_describe"):
            return await self._alias(match, call, ask, may)
        if not resolves(match, call):
            return refined(operation, call, None)
        found = await self._known.of(
            ask, database(call), name, partial(_before, may, operation, call),
            older=older(match), anew=anew or operation.group != "read",
        )  # fmt: skip
        if found is None:
            raise unknown()
        return refined(operation, call, found)

    async def _alias(self, match: Match, call: Call, ask: Ask, may: May) -> Operation:
        """Under the names of the alias, of what it stands for now, and of what it is to stand for."""
        operation = refined(plain(match, call), call, None)
        await may(replace(operation, collections=(), things=operation.collections))
        await may(operation)  # a refusal tells what was said, and not what it stands for
        alias = str(body(call)["aliasName"])
        target = await things.meant(ask, database(call), alias)
        names = dict.fromkeys((*operation.collections, *(() if target is None else (target,))))
        return replace(operation, collections=(*names,))

    async def identity(self, ask: Ask, place: tuple[str, str], name: str, known: str = "") -> str:
        for older_ in (False, True):
            if (target := await things.meant(ask, place[1], name, older=older_)) is not None:
                found = await things.described(ask, place[1], target, older=older_)
                return found.thing if found else ""
        return ""

    async def located(self, call: Call, operation: Operation, ask: Ask) -> Operation:
        if operation.name == "databases_drop":
            names = await things.names_of(ask, str(operation.database))
            return replace(operation, things=tuple(sorted(names)))
        return operation

    def restrict(self, call: Call, operation: Operation, decision: Decision) -> Call:
        if operation.wants_vectors and decision.vectors is False:
            raise CallRefused(refuse("vectors.not_allowed", cause="milvus", rule=decision.rule))
        call = self._to_target(call, operation)
        if operation.name not in sites.READS or decision.max_results is None or call.tree is None:
            return call
        most = WINDOW if options.of(call, options.WHOLE) else results.DEFAULT
        return _with(call, results.bounded(operation.name, body(call), decision.max_results, decision.rule, most))

    def _to_target(self, call: Call, operation: Operation) -> Call:
        """The call under the name that was decided on: an alias may be pointed elsewhere meanwhile."""
        name = named(call)
        if not operation.things or name in ("", operation.collections[0]):
            return call
        if call.tree is None:
            query = tuple(
                (key, operation.collections[0] if key == "collectionName" else one) for key, one in call.query
            )
            return replace(call, query=query)
        return _with(call, {**body(call), "collectionName": operation.collections[0]})

    async def scoped(self, call: Call, decision: Decision, ask: Ask, *, shown: bool = True) -> Scoped:
        match = self.match(call)
        kept.refuse_whole(match, decision)
        if kept.scope_of(match.route) == "whole":
            return Scoped(call)
        found = await self._known.of(ask, database(call), named(call), _nothing, older=older(match), anew=False)
        if found is None:
            raise unknown()
        return kept.scoped(match, call, decision, found, shown)

    def scope_of(self, route: Route) -> Scope:
        return kept.scope_of(route)

    def writing(self, call: Call) -> tuple[str, ...]:
        if self.match(call).route.name not in sites.WRITES:
            return ()
        return tuple(dict.fromkeys(ids_of(self.described(call), sites.rows(body(call)))))

    def described(self, call: Call) -> Described:
        """How the collection of a call was made that was read before. Raises CallRefused where that is forgotten."""
        found = self._last(call)
        if found is None:
            raise unknown()
        return found

    async def impact(self, call: Call, operation: Operation, ask: Ask, most: int = 0) -> Impact | None:
        of_alias = operation.name in reach.ALIASES
        found = await reach.behind(ask, database(call), body(call)) if of_alias else self._last(call)
        if found is None or not (of_alias or operation.things):
            return None
        return await reach.impact(ask, database(call), found, operation, body(call), most)

    def bound(self, call: Call, operation: Operation, ids: Sequence[str]) -> tuple[Call, ...] | None:
        found = self._last(call)
        if operation.kind != "delete_filter" or operation.name not in sites.DELETES or found is None or not ids:
            return None
        return (_with(call, reach.bound(call, body(call), found, ids)),)

    async def selected(self, call: Call, operation: Operation, ask: Ask, among: Container[str], most: int) -> list[str]:
        db = str(operation.database)
        found = self._known.last(db, next(iter(operation.collections), ""))
        tree = body(call)
        text = None if found is None else reach.among_ids(found, tree) or reach.chosen(operation, tree, found)
        parts = reach.within(operation, tree)
        ids = [] if found is None or text is None else await reach.ids(ask, db, found, text, reach.MOST, parts)
        return [one for one in ids if one in among]

    def overwriting(self, call: Call, operation: Operation) -> Overwriting | None:
        found = self._last(call)
        return None if found is None else written.overwriting(operation, database(call), found, body(call))

    def _last(self, call: Call) -> Described | None:
        """How the collection of a call that was just read was made."""
        return self._known.last(database(call), named(call))

    def surface(self, operation: Operation, answer: bool) -> Surface:
        return surfaces.surface(operation.name, answer, self._key(operation))

    def marks(self, operation: Operation) -> Marks:
        return surfaces.marks(operation.name)

    def offline(self, call: Call, collection: str | None) -> Answer:
        return things.offline(call, self._asked)

    def inlets(self, operation: Operation) -> Inlets:
        return inward.inlets(operation.name, self._key(operation))

    def rewritten(self, operation: Operation, tree: Tree, each: Each) -> Tree:
        new = sites.rewritten(operation.name, tree, each, self._key(operation))
        return functions.worded(operation.name, new, self._words(operation), each)

    def unclean_vectors(self, operation: Operation, before: Tree, after: Tree) -> int:
        return inward.unclean_vectors(operation.name, before, after)

    def filters(self, operation: Operation, tree: Tree, each: EachSite) -> Tree:
        return sites.mapped(operation.name, tree, each)

    def fields(self, call: Call, operation: Operation) -> Iterator[Field]:
        yield from sites.fields(operation.name, body(call))
        yield from functions.fields(operation.name, body(call), self._words(operation))

    def shown_at(self, path: Path) -> tuple[tuple[str, ...], ...]:
        return (("data", *(step for step in path if isinstance(step, str))),)

    def ids(self, call: Call, operation: Operation) -> Iterator[tuple[str, Json]]:
        return sites.ids(operation.name, body(call), self._key(operation))

    def strip_vectors(self, operation: Operation, tree: Json, zeros: bool = False) -> Json:
        return results.stripped(operation.name, tree, zeros, self._known.vectors(operation.things))

    def cut(self, operation: Operation, tree: Json, most: int) -> Json:
        return results.cut(operation.name, tree, most)

    def listing(self, operation: Operation, tree: Json) -> Listing | None:
        return lists.listing(operation, tree)

    def entries(self, operation: Operation, tree: Json) -> list[Json]:
        return lists.entries(tree)

    def relisted(self, operation: Operation, tree: Json, items: list[Json]) -> Json:
        return lists.relisted(tree, items)

    def records(self, operation: Operation, tree: Json) -> int | None:
        return results.held(operation.name, tree)

    def pages(self, tenant: str, database: str, collection: str, size: int) -> Generator[Call, Json, None]:
        return pages(database, collection, size)

    def inventory(self, tenant: str) -> Generator[Call, Json, list[tuple[str, str]]]:
        return lists.inventory()

    def spoken(self, operation: Operation, answer: Answer) -> Answer:
        return spoken.spoken(operation.name, answer)

    def render(self, refusal: Refusal, agent: str = "") -> Rendered:
        """In the shape of the server's own no to somebody without a privilege, which has a status, too.

        Its other errors come with the status of success: programs that do not look at `code` would take a refusal for
        an empty answer.
        """
        status = status_for(refusal, agent) if refusal.status in (421, 429) else refusal.status
        said = {"code": _CODES.get(refusal.status, _OTHERWISE), "message": str(refusal)}
        return Rendered(status, http_headers(refusal), orjson.dumps(said))

    def forget(self, operation: Operation, answer: Answer | None) -> None:
        if operation.group in _CHANGES_NAMES:
            self._known.forget()

    def forget_names(self) -> None:
        self._known.forget()


async def _nothing() -> None:
    return None


async def _before(may: May, operation: Operation, call: Call) -> None:
    """Whether anybody may ask: by what does not depend on the name, which may be an alias."""
    operation = refined(operation, call, None)
    unnamed = tuple(replace(one, collections=(), things=one.collections) for one in operation.also)
    await may(replace(operation, collections=(), things=operation.collections or ("",), also=unnamed))


def _with(call: Call, tree: Tree) -> Call:
    return call if tree is call.tree else replace(call, body=dump(tree), tree=tree)
