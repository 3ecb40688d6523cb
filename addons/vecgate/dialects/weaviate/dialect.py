"""What does a call mean in Weaviate (REST and GraphQL)? Told from route and body; classes are asked of the server."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final

import orjson

from vecgate.dialects.base.answers import Marks
from vecgate.dialects.base.dialect import HEADERS, Ask, Dialect, Listing, May, Scope, may_ask
from vecgate.dialects.base.ports import Port
from vecgate.dialects.base.routing import Match, Route
from vecgate.dialects.weaviate import (
    inward,
    lists,
    reach,
    renamed,
    results,
    rows,
    said,
    sites,
    surfaces,
    things,
    written,
)
from vecgate.dialects.weaviate.grpc import whole
from vecgate.dialects.weaviate.grpc.spoken import WeaviateGrpc
from vecgate.dialects.weaviate.guards.brought import PARTLY, named
from vecgate.dialects.weaviate.guards.guarded import WeaviateGuards
from vecgate.dialects.weaviate.meaning import NAME, Found, body, folded, places, plain, refined
from vecgate.dialects.weaviate.options import Options
from vecgate.dialects.weaviate.routes import PATH_FORMS, QUERY_FORMS, ROUTES
from vecgate.dialects.weaviate.scans import SCAN
from vecgate.dialects.weaviate.server import PORTS, STATUS
from vecgate.dialects.weaviate.sites import GRAPHQL
from vecgate.dialects.weaviate.things import Known, unknown
from vecgate.dialects.weaviate.values import Tree
from vecgate.domain.approval import Impact
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.decision import Decision
from vecgate.domain.exchange import Raw
from vecgate.domain.inlets import Beside, Each, EachSite, Example, Field, Inlets, Overwriting, Path
from vecgate.domain.lease import BEARER, Way
from vecgate.domain.operation import Operation
from vecgate.domain.scoped import Scoped
from vecgate.domain.surface import Surface
from vecgate.parsing.forms import Spelled, unreadable
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused
from vecgate.refusals.rendering import Rendered, http_headers, status_for
from vecgate.settings.upstreams import UpstreamSettings

_NAMED_TWICE: Final = frozenset({"objects_replace", "objects_patch", "schema_alter"})
_WANTS_A_CLASS: Final = frozenset({"objects_list", "sharding_state"})
_ALIASES: Final = frozenset({"alias_get", "alias_alter", "alias_drop"})

#: A header that clients send which read over gRPC, and no other.
_OF_GRPC: Final = "x-weaviate-client"


class Weaviate(WeaviateGuards, Dialect):
    """Weaviate over REST and gRPC. Classes are addressed by name or alias; some have tenants of their own."""

    scan, stored_at = SCAN, SCAN.stored_at
    name: ClassVar[str] = NAME
    routes: ClassVar[tuple[Route, ...]] = ROUTES
    status: ClassVar[str] = STATUS
    ports: ClassVar[tuple[Port, ...]] = PORTS
    ways: ClassVar[tuple[Way, ...]] = (BEARER,)
    query_forms, same_paths = QUERY_FORMS, said.SAME_PATHS
    path_forms: ClassVar[Mapping[str, Spelled]] = PATH_FORMS
    alive: ClassVar[Call | None] = Call("GET", "/v1/.well-known/ready", headers=HEADERS)
    #: Official clients give up on reads after 30 seconds.
    patience: ClassVar[float | None] = 25.0
    successes: ClassVar[frozenset[int]] = frozenset({200, 201, 202, 204})
    grpc = WeaviateGrpc()

    def __init__(self) -> None:
        super().__init__()
        self._refuses_grpc = True
        self._known = Known(quiet=lambda: self.quiet())
        self._tenants = False

    def told(self, settings: UpstreamSettings) -> None:
        start = settings.grpc or (isinstance(settings, Options) and settings.grpc_clients == "start")
        self._refuses_grpc = not start

    def read(self, raw: Raw) -> Call:
        """The call; what its path says of an object, its body must not say otherwise. Raises as every `read` does."""
        call = super().read(said.without_slash(raw))
        match = self.match(call)
        if match.route.name == "meta" and self._refuses_grpc and any(name == _OF_GRPC for name, _ in raw.headers):
            raise CallRefused(refuse("protocol.grpc"))
        for key in {"class", "id"} & {*match.values} if match.route.name in _NAMED_TWICE else ():
            if body(call).get(key, match.values[key]) != match.values[key]:
                unreadable(f"'{key}' is another than in the path, and the server looks at one of them only")
        return named(call, match.values) if match.route.name in ("objects_replace", PARTLY) else call

    async def classify(self, call: Call, ask: Ask, *, anew: bool = False, may: May = may_ask) -> Operation:
        match = self.match(call)
        at = places(match, call)
        if match.route.name in _WANTS_A_CLASS and not at:
            unreadable(
                "it names no class (with '?class=' or '?collection='), and the server would show what all of them hold"
            )
        self._tenants = any(one.tenant is not None for one in at)
        operation = plain(match, at)
        if match.route.name in _ALIASES:
            return await self._alias(match, call, ask, may)
        found, anew = dict[str, things.Described](), anew or operation.group != "read"
        for name in dict.fromkeys(one.name for one in at if one.there):
            one = await self._known.of(ask, name, partial(_before, may, operation, match, call), anew=anew)
            if one is None and (match.route.name != "schema_drop" or await things.resembles(ask, name)):
                raise unknown()
            found |= {} if one is None else {name: one}
        return refined(match, call, at, found)

    async def _alias(self, match: Match, call: Call, ask: Ask, may: May) -> Operation:
        """Under the names of the alias, of what it stands for now, and of what it is to stand for."""
        alias, at = match.values["alias"], places(match, call)
        operation = refined(match, call, at, {})
        operation = replace(operation, collections=(*operation.collections, alias))
        await may(replace(operation, collections=(), things=operation.collections))
        target = await things.target(ask, alias)
        names = [one for one in (*operation.collections, target) if one]
        for one in at:
            found = await things.described(ask, one.name)
            if found is None:
                raise unknown()
            names.append(found.name)
        return replace(operation, collections=(*dict.fromkeys(names),))

    async def identity(self, ask: Ask, place: tuple[str, str], name: str, known: str = "") -> str:
        found = await things.described(ask, folded(name))
        return found.thing if found else ""

    async def located(self, call: Call, operation: Operation, ask: Ask) -> Operation:
        if operation.group in ("snapshot", "destroy") and not operation.collections:
            return replace(operation, things=tuple(sorted(await things.classes(ask))))
        return operation

    def restrict(self, call: Call, operation: Operation, decision: Decision) -> Call:
        wanted = any(one.wants_vectors for one in (operation, *operation.also))
        if wanted and decision.vectors is False:
            raise CallRefused(refuse("vectors.not_allowed", cause="weaviate", rule=decision.rule))
        match = self.match(call)
        call = renamed.to_targets(match, call, lambda name: self._own(name, operation))
        call = whole.spelled(call, self._known.recalled, sites.of(body(call))) if match.route.name == GRAPHQL else call
        if decision.max_results is None:
            return call
        if match.route.name == "objects_list":
            return replace(call, query=results.limited(call.query, decision.max_results, decision.rule))
        if match.route.name not in sites.LISTED:
            results.within(operation.limit, decision.max_results, decision.rule)
            return call
        return renamed.put(call, results.bounded(match.route.name, body(call), decision.max_results, decision.rule))

    def _own(self, name: str, operation: Operation) -> str:
        """A class by its own name, which was decided on: an alias may be pointed elsewhere meanwhile."""
        found = self._known.recalled(name)
        names = {one for each in (operation, *operation.also) for one in each.collections}
        own = found.name if found is not None and found.name in names else name
        if own in names:
            return own
        if len(names) == 1:
            return next(iter(names))
        raise unknown()

    async def scoped(self, call: Call, decision: Decision, ask: Ask, *, shown: bool = True) -> Scoped:
        match = self.match(call)
        found: dict[str, things.Described] = {}
        for one in places(match, call) if rows.scope_of(match.route) == "kept" else ():
            known = await things.described(ask, one.name)
            if known is None:
                raise unknown()
            found[one.name] = known
        return rows.scoped(match, call, decision, found, shown)

    def scope_of(self, route: Route) -> Scope:
        return rows.scope_of(route)

    def writing(self, call: Call) -> tuple[str, ...]:
        match = self.match(call)
        if match.route.name not in sites.WRITES:
            return ()
        named = [
            str(one.get("id", match.values.get("id", ""))) for _, one in sites.objects(match.route.name, body(call))
        ]
        return tuple(sorted({one for one in named if one}))

    async def impact(self, call: Call, operation: Operation, ask: Ask, most: int = 0) -> Impact | None:
        return await reach.counted(call, operation, ask, most)

    def overwriting(self, call: Call, operation: Operation) -> Overwriting | None:
        return written.overwriting(operation, body(call), self._known.recalled)

    def surface(self, operation: Operation, answer: bool) -> Surface:
        return surfaces.surface(operation.name, answer)

    def marks(self, operation: Operation) -> Marks:
        return surfaces.marks(operation.name)

    def offline(self, call: Call, collection: str | None) -> Answer:
        return things.offline(call, self._tenants)

    def inlets(self, operation: Operation) -> Inlets:
        return inward.inlets(operation.name)

    def rewritten(self, operation: Operation, tree: Tree, each: Each) -> Tree:
        names = operation.collections
        new = sites.rewritten(operation.name, tree, each, self._whole(names))
        return sites.worded(operation.name, new, lambda cls: self._known.texts(*([cls] if cls else names)), each)

    def _whole(self, names: Sequence[str]) -> sites.Whole:
        return lambda one, field: self._known.whole([one.asked.name] if one.asked else names, field)

    def rebuilt(self, call: Call, tree: Tree) -> Call:
        return super().rebuilt(call, whole.known(tree) if self.match(call).route.name == GRAPHQL else tree)

    def unclean_vectors(self, operation: Operation, before: Tree, after: Tree) -> int:
        return inward.unclean_vectors(operation.name, before, after)

    def filters(self, operation: Operation, tree: Tree, each: EachSite) -> Tree:
        return sites.mapped(operation.name, tree, each)

    def fields(self, call: Call, operation: Operation) -> Iterator[Field]:
        values = self.match(call).values
        if "property" in values:
            yield Field("path:property", (values["property"],), "write", "")
        yield from sites.fields(operation.name, body(call), self._whole(operation.collections))
        for one in sites.wordless(operation.name, body(call)):
            named = self._known.texts(one.asked.name if one.asked else values["class"])
            yield from (Field(f"{one.at}/query", (name,), "text", "text") for name in named)

    def shown_at(self, path: Path) -> tuple[tuple[str, ...], ...]:
        steps = tuple(step for step in path if isinstance(step, str))
        return ("properties", *steps), steps

    def beside(self, call: Call, operation: Operation) -> Iterator[Beside]:
        return reach.beside(operation.name, body(call))

    def examples(self, call: Call, operation: Operation) -> Iterator[Example]:
        return sites.examples(operation.name, body(call))

    def ids(self, call: Call, operation: Operation) -> Iterator[tuple[str, Json]]:
        query, values = dict(call.query), self.match(call).values
        if "id" in values:
            yield "path:id", values["id"]
        if "after" in query:
            yield "query:after", query["after"]
        yield from sites.ids(operation.name, call.tree)

    def strip_vectors(self, operation: Operation, tree: Json, zeros: bool = False) -> Json:
        return results.stripped(operation.name, tree, zeros)

    def cut(self, operation: Operation, tree: Json, most: int) -> Json:
        return results.cut(operation.name, tree, most)

    def listing(self, operation: Operation, tree: Json) -> Listing | None:
        return lists.listing(operation, tree)

    def entries(self, operation: Operation, tree: Json) -> list[Json]:
        return lists.entries(operation, tree)

    def relisted(self, operation: Operation, tree: Json, items: list[Json]) -> Json:
        return lists.relisted(operation, tree, items)

    def records(self, operation: Operation, tree: Json) -> int | None:
        return results.held(operation.name, tree)

    def pages(self, tenant: str, database: str, collection: str, size: int) -> Generator[Call, Json, None]:
        return lists.pages(tenant, collection, size)

    def inventory(self, tenant: str) -> Generator[Call, Json, list[tuple[str, str]]]:
        return lists.inventory()

    def spoken(self, operation: Operation, answer: Answer) -> Answer:
        return said.spoken(operation.name, answer, self.largest)

    def render(self, refusal: Refusal, agent: str = "") -> Rendered:
        status = status_for(refusal, agent) if refusal.status in (421, 429) else refusal.status
        return Rendered(status, http_headers(refusal), orjson.dumps(said.error(str(refusal))))

    def forget(self, operation: Operation, answer: Answer | None) -> None:
        self._known.after(operation)

    def forget_names(self) -> None:
        self._known.forget()


async def _before(may: May, operation: Operation, match: Match, call: Call) -> None:
    """Whether anybody may ask: by what does not depend on the names, which may be aliases, nor on whether a class has a model."""
    operation = refined(match, call, places(match, call), _NOTHING)
    sure = (one for one in operation.also if one.kind != "inference")
    unnamed = tuple(replace(one, collections=(), things=one.collections) for one in sure)
    await may(replace(operation, collections=(), things=operation.collections or ("",), also=unnamed))


_NOTHING: Final[Found] = {}
