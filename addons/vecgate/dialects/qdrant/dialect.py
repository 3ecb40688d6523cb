"""What does a call mean in Qdrant (1.19)? Told from route and body; aliases are asked of the server."""

from collections.abc import Container, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final

import orjson

from vecgate.dialects.base.answers import Marks
from vecgate.dialects.base.dialect import HEADERS, Ask, Dialect, Listing, May, Read, Scope, may_ask
from vecgate.dialects.base.guarded import Laid
from vecgate.dialects.base.ports import Port
from vecgate.dialects.base.routing import Match, Route
from vecgate.dialects.base.scanned import Draw
from vecgate.dialects.qdrant import inward, lists, reach, results, sites, surfaces, written
from vecgate.dialects.qdrant.grpc.dialect import QdrantGrpc
from vecgate.dialects.qdrant.guards import brought
from vecgate.dialects.qdrant.guards.guarded import QdrantGuards
from vecgate.dialects.qdrant.guards.snapshots import QdrantSnapshots
from vecgate.dialects.qdrant.meaning import LOOKUP, NAME, body, others, plain, refined, resolves
from vecgate.dialects.qdrant.names import Aliases, thing
from vecgate.dialects.qdrant.paths import steps
from vecgate.dialects.qdrant.ports import PORTS, STATUS
from vecgate.dialects.qdrant.reach import impact
from vecgate.dialects.qdrant.routes import PATH_FORMS, QUERY_FORCED, QUERY_FORMS, ROUTES
from vecgate.dialects.qdrant.rows import kept as rows
from vecgate.domain.approval import Impact
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.decision import Decision
from vecgate.domain.inlets import Beside, Each, EachSite, Example, Field, Inlets, Overwriting, Path
from vecgate.domain.lease import API_KEY, BEARER, Way
from vecgate.domain.operation import Operation
from vecgate.domain.records import Metadata
from vecgate.domain.scoped import Scoped
from vecgate.domain.surface import Surface
from vecgate.parsing import paths, strict_json
from vecgate.parsing.forms import Spelled
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused
from vecgate.refusals.rendering import Rendered, http_headers, status_for

type Tree = dict[str, Json]

#: Kinds of which what they touch is told by a filter alone.
_BY_FILTER: Final = frozenset({"delete_filter", "update_filter"})
_MOST_PARTS: Final = 100
_CHANGES_NAMES: Final = frozenset({"schema", "destroy", "admin"})


class Qdrant(QdrantGuards, QdrantSnapshots, Dialect):
    """Qdrant 1.x. Collections are addressed by name or alias; it has no tenants of its own."""

    name: ClassVar[str] = NAME
    routes: ClassVar[tuple[Route, ...]] = ROUTES
    status: ClassVar[str] = STATUS
    by_name: ClassVar[bool] = True
    token_headers: ClassVar[frozenset[str]] = frozenset({"api-key"})
    ways: ClassVar[tuple[Way, ...]] = (API_KEY, BEARER)
    ports: ClassVar[tuple[Port, ...]] = PORTS
    query_forms = QUERY_FORMS
    query_forced = QUERY_FORCED
    path_forms: ClassVar[Mapping[str, Spelled]] = PATH_FORMS
    alive: ClassVar[Call | None] = Call("GET", "/readyz", headers=HEADERS)
    #: Official clients give up after 5 seconds.
    patience: ClassVar[float | None] = 4.0
    uncounted: ClassVar[Mapping[str, str]] = reach.UNCOUNTED
    lists_at, lists_under = "/collections", ("result", "collections")
    stored_at: ClassVar[tuple[str, ...]] = ("result", "points")

    def __init__(self) -> None:
        super().__init__()
        self.grpc = QdrantGrpc(self._said, self.match)
        self._aliases = Aliases(quiet=lambda: self.quiet())

    async def classify(self, call: Call, ask: Ask, *, anew: bool = False, may: May = may_ask) -> Operation:
        match = self.match(call)
        operation = plain(match)
        named = [*others(match.route.name, call), *(operation.collections if resolves(match) else ())]
        if not named:
            return refined(operation, call, {})
        anew = anew or operation.group != "read"
        known = await self._aliases.known(ask, partial(_before, may, operation, call), named, anew=anew)
        if resolves(match):
            asked = operation.collections[0]
            if (meant := known.get(asked, asked)) != asked:
                operation = replace(operation, collections=(meant,), things=(f"alias {asked}",))
        return refined(operation, call, known)

    async def identity(self, ask: Ask, place: tuple[str, str], name: str, known: str = "") -> str:
        return await thing(ask, name)  # what a call has told is an alias

    async def located(self, call: Call, operation: Operation, ask: Ask) -> Operation:
        found = [await thing(ask, name) for name in operation.collections]
        return replace(operation, things=tuple(found)) if any(found) else replace(operation, things=())

    def restrict(self, call: Call, operation: Operation, decision: Decision) -> Call:
        match = self.match(call)
        if match.route.raw:
            raise CallRefused(refuse("answer.raw", operation=operation.kind))
        if operation.wants_vectors and decision.vectors is False:
            raise CallRefused(refuse("vectors.not_allowed", cause="qdrant", rule=decision.rule))
        call = self._to_targets(call, match, operation)
        if operation.name not in results.READS or decision.max_results is None or call.tree is None:
            return call
        return _with(call, results.bounded(operation.name, body(call), decision.max_results, decision.rule))

    def _to_targets(self, call: Call, match: Match, operation: Operation) -> Call:
        """The call under the names that were decided on: an alias may be pointed elsewhere meanwhile."""
        if resolves(match) and match.values["collection"] != operation.collections[0]:
            parts = [operation.collections[0] if part == "{collection}" else match.values[part[1:-1]] if part[0] == "{"
                     else part for part in match.route.path[1:].split("/")]  # fmt: skip
            call = replace(call, path=paths.join(parts))
        tree = body(call)
        known = {str(one.things[0]): one.collections[0] for one in operation.also if one.name == LOOKUP and one.things}
        return _with(call, sites.renamed(operation.name, tree, lambda name: known.get(name, name))) if known else call

    async def scoped(self, call: Call, decision: Decision, ask: Ask, *, shown: bool = True) -> Scoped:
        return await rows.scoped(self.match(call), call, decision, ask, shown)

    def scope_of(self, route: Route) -> Scope:
        return rows.scope_of(route)

    def writing(self, call: Call) -> tuple[str, ...]:
        return rows.writing(self.match(call), call)

    async def impact(self, call: Call, operation: Operation, ask: Ask, most: int = 0) -> Impact | None:
        return await reach.counted(self.match(call), call, operation, ask, most)

    def said(self, call: Call, tree: Json) -> Json:
        """Ids in one order, each once, where a write names them: they are a set to the server."""
        if not isinstance(tree, dict) or self.match(call).route.name not in sites.CHOSEN or "points" not in tree:
            return tree
        once = {(str(type(one)), str(one)): one for one in sites.list_of(tree["points"])}
        return {**tree, "points": [once[key] for key in sorted(once)]}

    def bound(self, call: Call, operation: Operation, ids: Sequence[str]) -> tuple[Call, ...] | None:
        tree = body(call)
        if operation.kind not in _BY_FILTER or operation.name not in sites.CHOSEN or "filter" not in tree:
            return None
        parts = impact.exactly(call, tree, ids)
        return parts if len(parts) <= _MOST_PARTS else None

    async def selected(self, call: Call, operation: Operation, ask: Ask, among: Container[str], most: int) -> list[str]:
        tree, found = body(call), list[str]()
        chosen = impact.selection(operation.name, tree)
        if "ids" in tree and chosen is None:
            chosen = impact.of_ids(impact.as_id(str(one)) for one in sites.list_of(tree["ids"]))
        async for page in impact.pages(ask, operation.collections[0], chosen or {}, tree.get("shard_key")):
            found += [id for id in page if id in among]
            if len(found) >= most:
                break
        return found

    def joined(self, operation: Operation, answers: Sequence[Answer]) -> Answer:
        return answers[-1]

    def surface(self, operation: Operation, answer: bool) -> Surface:
        return surfaces.surface(operation.name, answer)

    def marks(self, operation: Operation) -> Marks:
        return surfaces.marks(operation.name)

    def offline(self, call: Call, collection: str | None) -> Answer:
        return Answer(200, body=b'{"result":{"aliases":[]}}') if call.path == "/aliases" else Answer(404)

    def inlets(self, operation: Operation) -> Inlets:
        return inward.inlets(operation.name)

    def rewritten(self, operation: Operation, tree: Tree, each: Each) -> Tree:
        return inward.rewritten(operation.name, tree, each)

    def unclean_vectors(self, operation: Operation, before: Tree, after: Tree) -> int:
        return inward.unclean_vectors(operation.name, before, after)

    def filters(self, operation: Operation, tree: Tree, each: EachSite) -> Tree:
        return sites.mapped(operation.name, tree, each)

    def fields(self, call: Call, operation: Operation) -> Iterator[Field]:
        path = self.match(call).values.get("field")
        if path is not None:
            yield Field("path:field", steps(path), "index", "")
        yield from sites.fields(operation.name, body(call))
        yield from inward.sought(operation.name, body(call))

    def shown_at(self, path: Path) -> tuple[tuple[str, ...], ...]:
        return surfaces.shown_at(path)

    def beside(self, call: Call, operation: Operation) -> Iterator[Beside]:
        return results.beside(operation.name, body(call))

    def examples(self, call: Call, operation: Operation) -> Iterator[Example]:
        return sites.examples(operation.name, body(call))

    def ids(self, call: Call, operation: Operation) -> Iterator[tuple[str, Json]]:
        path = self.match(call).values.get("id")
        if path is not None:
            yield "path:id", impact.as_id(path)
        yield from sites.named(operation.name, body(call))

    def overwriting(self, call: Call, operation: Operation) -> Overwriting | None:
        return written.overwriting(operation, operation.collections[0], body(call)) if operation.collections else None

    def laid(self, call: Call, made: Metadata) -> Laid | None:
        return brought.laid(self.match(call), call, made)

    def written(self, operation: Operation, records: Sequence[Mapping[str, Json]]) -> tuple[Operation, Tree] | None:
        return written.written(operation, records)

    def texts(self, tree: Tree, records: Sequence[Mapping[str, Json]]) -> list[Json]:
        return written.texts(tree, records)

    def strip_vectors(self, operation: Operation, tree: Json, zeros: bool = False) -> Json:
        return results.stripped(operation.name, tree, zeros)

    def cut(self, operation: Operation, tree: Json, most: int) -> Json:
        return results.cut(operation.name, tree, most)

    async def found(self, call: Call, operation: Operation, ask: Ask) -> int | None:
        if operation.name != "scroll_points":
            return None
        tree = body(call)
        return await impact.count(
            ask, operation.collections[0], sites.tree_of(tree.get("filter")), tree.get("shard_key")
        )

    def listing(self, operation: Operation, tree: Json) -> Listing | None:
        return lists.listing(operation, tree)

    def entries(self, operation: Operation, tree: Json) -> list[Json]:
        return lists.entries(operation, tree)

    def relisted(self, operation: Operation, tree: Json, items: list[Json]) -> Json:
        return lists.relisted(operation, tree, items)

    def records(self, operation: Operation, tree: Json) -> int | None:
        return results.held(operation.name, tree)

    def stored(self, operation: Operation, tree: Tree) -> Read | None:
        return written.stored(operation, tree)

    def pages(self, tenant: str, database: str, collection: str, size: int) -> Generator[Call, Json, None]:
        return written.pages(collection, size)

    def sample(self, tenant: str, database: str, collection: str, most: int, draw: Draw) -> Generator[Call, Json, int]:
        return written.sample(collection, most)

    def samples(self, call: Call) -> bool:
        return written.samples(self.match(call).route.name, body(call))

    def singly(self, operation: Operation, tree: Json) -> list[Json] | None:
        return written.singly(operation.name, tree)

    def inventory(self, tenant: str) -> Generator[Call, Json, list[tuple[str, str]]]:
        return lists.inventory()

    def spoken(self, operation: Operation, answer: Answer) -> Answer:
        """Probes, and errors that come before anything is read, are plain text here."""
        text = answer.body.lstrip()
        if not text or text[:1] in (b"{", b"[", b'"'):
            return answer
        said: Json = answer.body.decode("utf-8", "replace")
        if answer.status >= 400:
            said = {"status": {"error": said}, "time": 0.0}
        return replace(answer, body=strict_json.dump(said))

    def render(self, refusal: Refusal, agent: str = "") -> Rendered:
        status = status_for(refusal, agent) if refusal.status in (421, 429) else refusal.status
        return Rendered(status, http_headers(refusal), orjson.dumps({"status": {"error": str(refusal)}, "time": 0.0}))

    def forget(self, operation: Operation, answer: Answer | None) -> None:
        if operation.group in _CHANGES_NAMES:
            self._aliases.forget()

    def forget_names(self) -> None:
        self._aliases.forget()


async def _before(may: May, operation: Operation, call: Call) -> None:
    """Whether anybody may ask: by what does not depend on the names, which may be aliases."""
    operation = refined(operation, call, {})
    unnamed = tuple(replace(one, collections=(), things=one.collections) for one in operation.also)
    await may(replace(operation, collections=(), things=operation.collections or ("",), also=unnamed))


def _with(call: Call, tree: Tree) -> Call:
    return call if tree is call.tree else replace(call, body=strict_json.dump(tree), tree=tree)
