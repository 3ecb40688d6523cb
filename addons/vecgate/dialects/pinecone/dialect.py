"""What does a call mean in Pinecone? Told from version, route and body; where an index is, its control plane says."""

from collections.abc import Container, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final

from vecgate.dialects.base import asking, reading
from vecgate.dialects.base.answers import Marks
from vecgate.dialects.base.dialect import Ask, Dialect, Listing, May, Read, Scope, may_ask
from vecgate.dialects.base.ports import Port
from vecgate.dialects.base.routing import Match, Route, Router
from vecgate.dialects.pinecone import (  # fmt: skip
    control,
    impact,
    indexes,
    inward,
    lists,
    queries,
    results,
    rows,
    said,
    surfaces,
    written,
)
from vecgate.dialects.pinecone.bodies import UPSERT_RECORDS
from vecgate.dialects.pinecone.grpc.dialect import PineconeGrpc
from vecgate.dialects.pinecone.guarded import PineconeGuards
from vecgate.dialects.pinecone.meaning import NAME, asked_ids, body, members_of, of_backup, plain, refined, unnamed
from vecgate.dialects.pinecone.routes import OF_INDEX, PATH_FORMS, QUERY_FORMS, ROUTES, VERSION_HEADER
from vecgate.dialects.pinecone.scans import SCAN
from vecgate.dialects.pinecone.values import NAME as INDEX
from vecgate.domain.approval import Impact
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.decision import Decision
from vecgate.domain.exchange import Raw
from vecgate.domain.inlets import Each, EachSite, Example, Field, Inlets, Overwriting, Path
from vecgate.domain.lease import API_KEY, Way
from vecgate.domain.operation import Operation
from vecgate.domain.scoped import Scoped
from vecgate.domain.surface import Surface
from vecgate.parsing import lines, paths, strict_json
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused
from vecgate.refusals.rendering import Rendered
from vecgate.settings.upstreams import UpstreamSettings

type Tree = dict[str, Json]

#: What is told by an id: where its server is asked, and which member of the answer names the index.
_TOLD: Final = {"backup_id": ("backups", "source_index_name"), "job_id": ("restore-jobs", "target_index_name")}
_CHANGES_NAMES: Final = frozenset({"schema", "destroy", "admin"})


class Pinecone(PineconeGuards, Dialect):
    """Pinecone over REST. An index is a collection, a namespace a tenant; an index's own routes stand below `/idx/NAME`."""

    scan, stored_at = SCAN, SCAN.stored_at
    name: ClassVar[str] = NAME
    routes: ClassVar[tuple[Route, ...]] = ROUTES
    status: ClassVar[str] = said.STATUS
    by_name: ClassVar[bool] = True
    token_headers: ClassVar[frozenset[str]] = frozenset({"api-key"})
    ways: ClassVar[tuple[Way, ...]] = (API_KEY,)
    ports: ClassVar[tuple[Port, ...]] = ()
    #: Official clients give up after 30 seconds and send it again: they are told at once.
    patience: ClassVar[float | None] = 0.0
    #: Whether it is there is told by a question about an index that nobody has.
    alive: ClassVar[Call | None] = Call("GET", "/indexes/vecgate-alive", headers=indexes.OWN_HEADERS)
    uncounted: ClassVar[Mapping[str, str]] = impact.UNCOUNTED
    lists_at, lists_under = "/indexes", ("indexes",)
    query_forms = QUERY_FORMS
    path_forms = PATH_FORMS
    successes: ClassVar[frozenset[int]] = frozenset({200, 201, 202})

    def __init__(self) -> None:
        super().__init__()
        self._below = Router(OF_INDEX)
        self._indexes = indexes.Indexes(quiet=lambda: self.quiet())
        self._hosts = indexes.Hosts((".pinecone.io",))
        self._clients_at = ""
        self.grpc = PineconeGrpc(self.read, self.match, lambda: self._clients_at, self._indexes.origin)

    def told(self, settings: UpstreamSettings) -> None:
        own = settings.model_dump()
        self._hosts = indexes.Hosts(own["index_hosts"])
        self._clients_at = own["clients_at"] or f"https://{settings.hosts[0]}"

    def read(self, raw: Raw) -> Call:
        path, _, query = raw.target.partition("?")
        segments, _ = paths.split(path)
        match = self._row(raw.method, segments)
        asked = queries.read(query, match.route.query)
        call = replace(reading.read(queries.as_lines(match.route.name, raw), match, (), self._said), query=asked)
        if "index" in match.values:
            call = replace(call, path=paths.join((indexes.BELOW, match.values["index"])) + call.path)
        return self._said_plainly(match, call)

    def _said_plainly(self, match: Match, call: Call) -> Call:
        """The call without the filter that says nothing, and with the version that it is for."""
        told = [value for key, value in call.headers if key == VERSION_HEADER]
        if len(told) > 1:
            raise CallRefused(refuse("protocol.invalid", detail=f"more than one '{VERSION_HEADER}' header"))
        version = control.version_of(match.route.name, body(call), told[0] if told else None)
        rest = tuple(pair for pair in call.headers if pair[0] != VERSION_HEADER)
        call = replace(call, headers=(*rest, (VERSION_HEADER, version)))
        tree = inward.mapped(match.route.name, body(call), lambda site: site.filter or None)
        return call if call.tree is None or tree == call.tree else _with(call, tree)

    def _row(self, method: str, segments: tuple[str, ...]) -> Match:
        """The row of a path; an index's own stand below `/idx/NAME` as well."""
        if segments[:1] != (indexes.BELOW,) or len(segments) < 3:
            return super()._row(method, segments)
        name = segments[1]
        found = self._below.find(method, segments[2:]) if INDEX.fits(name) else None
        if found is None:
            raise CallRefused(refuse("route.unknown"))
        if found.route.refused:
            raise CallRefused(refuse("route.refused", why=found.route.refused))
        return Match(found.route, {**found.values, "index": name})

    async def classify(self, call: Call, ask: Ask, *, anew: bool = False, may: May = may_ask) -> Operation:
        match = self.match(call)
        operation = refined(plain(match, call), call)
        if told := next((one for one in _TOLD if one in match.values), ""):
            return await self._of_copy(told, operation, match, call, ask, may)
        if match.route not in OF_INDEX:
            return operation
        name = match.values.get("index")
        if name is None:
            await may(unnamed(operation))
            name = await indexes.only(ask)
        also = tuple(replace(one, collections=(name,)) for one in operation.also)
        operation = replace(operation, collections=(name,), also=also)
        anew = anew or operation.group != "read"
        if not await self._indexes.known(ask, self._hosts, name, partial(may, operation), anew=anew):
            raise CallRefused(refuse("collection.unknown"))
        return operation

    async def _of_copy(
        self, told: str, operation: Operation, match: Match, call: Call, ask: Ask, may: May
    ) -> Operation:
        """A backup, or a job that restores one, is told by its id; of which index it is, its server says."""
        await may(unnamed(operation))
        where, member = _TOLD[told]
        about = Call("GET", paths.join((where, match.values[told])), headers=indexes.OWN_HEADERS)
        index = members_of(await asking.get_as(ask, about)).get(member)
        if not isinstance(index, str):
            raise CallRefused(refuse("collection.unknown"))
        return of_backup(operation, index, body(call))

    async def identity(self, ask: Ask, place: tuple[str, str], name: str, known: str = "") -> str:
        return await indexes.thing(ask, name)

    async def located(self, call: Call, operation: Operation, ask: Ask) -> Operation:
        found = [await indexes.thing(ask, name) for name in operation.collections]
        return replace(operation, things=tuple(found) if any(found) else ())

    def outgoing(self, call: Call) -> Call:
        """To the index's own server, by its own path; records one a line."""
        if call.tree is not None and self.match(call).route.name == "upsert_records":
            headers = tuple((name, queries.LINES if name == "content-type" else value) for name, value in call.headers)
            call = replace(call, headers=headers, body=lines.written(UPSERT_RECORDS.parted(body(call))))
        below = f"/{indexes.BELOW}/"
        if not call.path.startswith(below):
            return call
        index, _, rest = call.path.removeprefix(below).partition("/")
        return replace(call, path=f"/{rest}", origin=self._indexes.origin(index))

    def restrict(self, call: Call, operation: Operation, decision: Decision) -> Call:
        if operation.wants_vectors and decision.vectors is False:
            raise CallRefused(refuse("vectors.not_allowed", cause="pinecone", rule=decision.rule))
        match = self.match(call)
        if match.route in OF_INDEX and "index" not in match.values:
            call = replace(call, path=paths.join((indexes.BELOW, operation.collections[0])) + call.path)
        if operation.name in results.READS and decision.max_results is not None:
            call = results.bounded(call, operation.name, decision.max_results, decision.rule)
        return call

    async def scoped(self, call: Call, decision: Decision, ask: Ask, *, shown: bool = True) -> Scoped:
        return rows.scoped(self.match(call), call, decision, shown)

    def scope_of(self, route: Route) -> Scope:
        return rows.scope_of(route)

    def writing(self, call: Call) -> tuple[str, ...]:
        return rows.writing(self.match(call), call)

    async def impact(self, call: Call, operation: Operation, ask: Ask, most: int = 0) -> Impact | None:
        if operation.name in impact.OF_ALL:  # where it is was not asked for: the control plane is
            known = await self._indexes.known(ask, self._hosts, operation.collections[0], _told_already, anew=True)
            if not known:
                raise CallRefused(refuse("collection.unknown"))
        return await impact.counted(self.match(call), call, operation, ask)

    def bound(self, call: Call, operation: Operation, ids: Sequence[str]) -> tuple[Call, ...] | None:
        if operation.name != "delete" or operation.kind != "delete_filter" or "filter" not in body(call):
            return None
        return impact.exactly(call, ids)

    async def selected(self, call: Call, operation: Operation, ask: Ask, among: Container[str], most: int) -> list[str]:
        found = list[str]()
        async for page in impact.pages(ask, operation.collections[0], body(call)):
            found += [id for id in page if id in among]
            if len(found) >= most:
                break
        return found

    def offline(self, call: Call, collection: str | None) -> Answer:
        """An index of that name is there, and it is the only one; so is a backup of it."""
        return said.offline(call, collection or "index")

    # what stands where

    def surface(self, operation: Operation, answer: bool) -> Surface:
        return surfaces.surface(operation.name, answer)

    def marks(self, operation: Operation) -> Marks:
        return surfaces.marks(operation.name)

    def inlets(self, operation: Operation) -> Inlets:
        return inward.inlets(operation.name)

    def rewritten(self, operation: Operation, tree: Tree, each: Each) -> Tree:
        return inward.rewritten(operation.name, tree, each, self._indexes.words(*operation.collections))

    def filters(self, operation: Operation, tree: Tree, each: EachSite) -> Tree:
        return inward.mapped(operation.name, tree, each)

    def fields(self, call: Call, operation: Operation) -> Iterator[Field]:
        return inward.fields(operation.name, body(call), self._indexes.words(*operation.collections))

    def examples(self, call: Call, operation: Operation) -> Iterator[Example]:
        return inward.examples(operation, body(call))

    def ids(self, call: Call, operation: Operation) -> Iterator[tuple[str, Json]]:
        yield from (("query:ids", one) for one in asked_ids(call))
        yield from inward.ids(operation.name, body(call))

    def shown_at(self, path: Path) -> tuple[tuple[str, ...], ...]:
        keys = tuple([step for step in path if isinstance(step, str)])
        return ((*("matches", "metadata"), *keys), (*("vectors", "metadata"), *keys), (*("result", "hits", "fields"), *keys),
                (*("matches",), *keys), (*("documents",), *keys))  # fmt: skip

    def overwriting(self, call: Call, operation: Operation) -> Overwriting | None:
        return written.overwriting(self, call, operation)

    def unclean_vectors(self, operation: Operation, before: Tree, after: Tree) -> int:
        return inward.unclean_vectors(operation.name, before, after)

    # answers

    def strip_vectors(self, operation: Operation, tree: Json, zeros: bool = False) -> Json:
        return results.stripped(operation.name, tree, zeros)

    def cut(self, operation: Operation, tree: Json, most: int) -> Json:
        return results.cut(operation.name, tree, most)

    def records(self, operation: Operation, tree: Json) -> int | None:
        return results.held(operation.name, tree) if operation.name in results.READS else None

    def listing(self, operation: Operation, tree: Json) -> Listing | None:
        return lists.listing(operation, tree)

    def entries(self, operation: Operation, tree: Json) -> list[Json]:
        return lists.entries(operation, tree)

    def relisted(self, operation: Operation, tree: Json, items: list[Json]) -> Json:
        return lists.relisted(operation, tree, items)

    def stored(self, operation: Operation, tree: Tree) -> Read | None:
        return results.stored(operation, tree)

    def inventory(self, tenant: str) -> Generator[Call, Json, list[tuple[str, str]]]:
        return lists.inventory()

    def pages(self, tenant: str, database: str, collection: str, size: int) -> Generator[Call, Json, None]:
        return lists.pages(tenant, collection, size)

    def spoken(self, operation: Operation, answer: Answer) -> Answer:
        return said.spoken(operation.name, answer, self._clients_at, self._hosts)

    def render(self, refusal: Refusal, agent: str = "") -> Rendered:
        return said.rendered(refusal, agent)

    def forget(self, operation: Operation, answer: Answer | None) -> None:
        if operation.group in _CHANGES_NAMES:
            self._indexes.forget()

    def forget_names(self) -> None:
        self._indexes.forget()


async def _told_already() -> None:
    """It was decided on before it is counted."""


def _with(call: Call, tree: Tree) -> Call:
    return replace(call, body=strict_json.dump(tree), tree=tree)
