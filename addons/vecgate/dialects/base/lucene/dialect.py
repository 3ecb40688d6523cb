"""What does a call mean in OpenSearch or Elasticsearch (REST)? Told from route and body; what a name means is asked of the server."""

from collections.abc import Container, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Final

import orjson

from vecgate.dialects.base.answers import Marks
from vecgate.dialects.base.dialect import HEADERS, JSON_HEADERS, Ask, Dialect, Listing, Read, Scope
from vecgate.dialects.base.lucene import (
    compared,
    inward,
    lists,
    names,
    reach,
    reading,
    results,
    surfaces,
    written,
)
from vecgate.dialects.base.lucene.classified import LuceneNames
from vecgate.dialects.base.lucene.cursors import LuceneCursors
from vecgate.dialects.base.lucene.forms import shaped
from vecgate.dialects.base.lucene.forms.advised import ADVICE
from vecgate.dialects.base.lucene.forms.served import PATH_FORMS
from vecgate.dialects.base.lucene.guards import searching
from vecgate.dialects.base.lucene.guards.guarded import LuceneGuards
from vecgate.dialects.base.lucene.meaning import body
from vecgate.dialects.base.lucene.rows import condition
from vecgate.dialects.base.lucene.rows import kept as rows
from vecgate.dialects.base.lucene.targets import to_targets
from vecgate.dialects.base.routing import Route
from vecgate.domain.approval import Impact
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.decision import Decision
from vecgate.domain.exchange import Raw
from vecgate.domain.inlets import AnyOf, Beside, Condition, Each, EachSite, Field, Inlets, Overwriting, Path
from vecgate.domain.operation import Operation
from vecgate.domain.profiles import UNSAFE_NOTHING
from vecgate.domain.scoped import Scoped
from vecgate.domain.surface import Surface
from vecgate.parsing import strict_json
from vecgate.parsing.forms import Spelled
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.rendering import Rendered, http_headers

type Tree = dict[str, Json]

_CHANGES_NAMES: Final = frozenset({"schema", "destroy", "admin"})


class Lucene(LuceneGuards, LuceneCursors, LuceneNames, Dialect):
    """Indices are addressed by names, lists, patterns and aliases; there are no tenants."""

    #: What its server says of itself.
    info: ClassVar[Surface]
    by_name: ClassVar[bool] = True
    path_forms: ClassVar[Mapping[str, Spelled]] = PATH_FORMS
    same_paths: ClassVar[Mapping[str, str]] = reading.SAME_PATHS
    query_advice: ClassVar[Mapping[str, str]] = ADVICE
    alive: ClassVar[Call | None] = Call("GET", "/", headers=HEADERS)
    #: The Python client gives up after 10 seconds.
    patience: ClassVar[float | None] = 8.0
    uncounted: ClassVar[Mapping[str, str]] = reach.UNCOUNTED
    keeps_none: ClassVar[str] = ": a snapshot goes to a repository that must be set up at the server"
    successes: ClassVar[frozenset[int]] = frozenset({200, 201})
    lists_at, lists_under = "/_resolve/index/*", ("indices",)

    def __init__(self) -> None:
        super().__init__()
        self._names = names.Names(quiet=lambda: self.quiet())

    def read(self, raw: Raw) -> Call:
        reading.refuse_pages(raw)
        bare, members = reading.moved(reading.settled(raw))
        if not members:
            return super().read(reading.one_form(bare))
        call = super().read(reading.one_form(replace(bare, method="POST")))
        return self.rebuilt(call, reading.joined(body(call), members))

    def restrict(self, call: Call, operation: Operation, decision: Decision) -> Call:
        call = to_targets(self.match(call), reading.as_actions(call, self.match), operation)
        if decision.mask != UNSAFE_NOTHING.name and operation.name in ("update", "bulk"):
            call = _with(call, written.plainly(operation.name, body(call)))
        if operation.name not in results.RECORDS or decision.max_results is None:
            return call
        more = 0 if self.keeps(call) is not None else 1  # what a page of a scroll leaves out does not come again
        tree = results.bounded(operation.name, body(call), decision.max_results, decision.rule, more)
        return _with(call, tree)

    async def scoped(self, call: Call, decision: Decision, ask: Ask, *, shown: bool = True) -> Scoped:
        async def describe(expression: str) -> list[names.Index]:
            found = await self._names.of(ask, expression, _nothing)
            known = all(condition.is_kept(one, decision.rows) for one in found)
            return found if known else await self._names.of(ask, expression, _nothing, anew=True)

        return await rows.scoped(self.match(call), call, decision, describe, shown)

    def scope_of(self, route: Route) -> Scope:
        return rows.scope_of(route)

    def writing(self, call: Call) -> tuple[str, ...]:
        return rows.writing(self.match(call), call)

    async def impact(self, call: Call, operation: Operation, ask: Ask, most: int = 0) -> Impact | None:
        return await reach.counted(call, operation, ask, most)

    def bound(self, call: Call, operation: Operation, ids: Sequence[str]) -> tuple[Call, ...] | None:
        return reach.exactly(call, operation, ids)

    async def selected(self, call: Call, operation: Operation, ask: Ask, among: Container[str], most: int) -> list[str]:
        return await reach.selected(call, operation, ask, among, most)

    def surface(self, operation: Operation, answer: bool) -> Surface:
        return self.info if answer and operation.name == "info" else surfaces.surface(operation.name, answer)

    def marks(self, operation: Operation) -> Marks:
        return surfaces.marks(operation.name)

    def offline(self, call: Call, collection: str | None) -> Answer:
        if call.method != "GET" or call.path.count("/") != 1:
            return Answer(404)
        match = self.match(call)
        return Answer(200, body=strict_json.dump(names.offline(match.values["index"])))

    def inlets(self, operation: Operation) -> Inlets:
        return inward.inlets(operation.name)

    def rewritten(self, operation: Operation, tree: Tree, each: Each) -> Tree:
        names = operation.collections

        def at_home(one: Condition) -> Json | AnyOf:
            return each(compared.at_home(one, self._names.own(names, one.path), self._names.found(names, one.path)))

        return compared.rewritten(operation.name, tree, at_home)

    def unclean_vectors(self, operation: Operation, before: Tree, after: Tree) -> int:
        return inward.unclean_vectors(operation.name, before, after)

    def filters(self, operation: Operation, tree: Tree, each: EachSite) -> Tree:
        return inward.filters(operation.name, tree, each)

    def fields(self, call: Call, operation: Operation) -> Iterator[Field]:
        names, said = operation.collections, inward.fields(operation.name, body(call))
        return self._names.owned(names, (inward.by_words(one, self._names.found(names, one.path)) for one in said))

    def shown_at(self, path: Path) -> tuple[tuple[str, ...], ...]:
        return surfaces.shown_at(path)

    def beside(self, call: Call, operation: Operation) -> Iterator[Beside]:
        return self._names.owned(operation.collections, inward.beside(operation.name, body(call)))

    def ids(self, call: Call, operation: Operation) -> Iterator[tuple[str, Json]]:
        return inward.ids(operation.name, self.match(call).values, body(call))

    def overwriting(self, call: Call, operation: Operation) -> Overwriting | None:
        return written.overwriting(call, operation, self._names.remembered) if operation.collections else None

    def written(self, operation: Operation, records: Sequence[Mapping[str, Json]]) -> tuple[Operation, Tree] | None:
        return written.written(operation, records)

    def texts(self, tree: Tree, records: Sequence[Mapping[str, Json]]) -> list[Json]:
        return written.texts(tree, records)

    def stored(self, operation: Operation, tree: Tree) -> Read | None:
        return written.stored(operation, tree)

    def pages(self, tenant: str, database: str, collection: str, size: int) -> Generator[Call, Json, None]:
        return written.pages(collection, size)

    def inventory(self, tenant: str) -> Generator[Call, Json, list[tuple[str, str]]]:
        return lists.inventory()

    def listing(self, operation: Operation, tree: Json) -> Listing | None:
        return lists.listing(operation, tree)

    def entries(self, operation: Operation, tree: Json) -> list[Json]:
        return lists.entries(tree)

    def relisted(self, operation: Operation, tree: Json, items: list[Json]) -> Json:
        return lists.relisted(operation, tree, items)

    def unwithheld(self, call: Call, operation: Operation) -> Call | None:
        known = [self._names.remembered(name) for name in operation.collections]
        tree = searching.unwithheld(operation.name, body(call), known)
        return None if tree is None else _with(call, tree)

    def strip_vectors(self, operation: Operation, tree: Json, zeros: bool = False) -> Json:
        return results.stripped(operation.name, tree, zeros)

    def cut(self, operation: Operation, tree: Json, most: int) -> Json:
        return results.cut(operation.name, tree, most)

    def shaped(self, asked: Call, operation: Operation, tree: Json) -> Json:
        return shaped.shown(asked, tree) if operation.name in ("get", "get_source") else tree

    def records(self, operation: Operation, tree: Json) -> int | None:
        return results.held(operation.name, tree)

    def spoken(self, operation: Operation, answer: Answer) -> Answer:
        """Some errors are plain text here, or have no body at all."""
        text = answer.body.lstrip()
        if not text or text[:1] in (b"{", b"["):
            return answer
        said: Tree = {"error": answer.body.decode("utf-8", "replace"), "status": answer.status}
        return replace(answer, body=strict_json.dump(said))

    def render(self, refusal: Refusal, agent: str = "") -> Rendered:
        cause: Tree = {"type": refusal.code, "reason": str(refusal)}
        error: Tree = {"root_cause": [cause], **cause, "request_id": refusal.request_id}
        told = orjson.dumps({"error": error, "status": refusal.status})
        return Rendered(refusal.status, http_headers(refusal), told)

    def forget(self, operation: Operation, answer: Answer | None) -> None:
        makes = any(one.kind == "collection_create" for one in operation.also)
        if operation.group in _CHANGES_NAMES or makes:
            self._names.forget()

    def forget_names(self) -> None:
        self._names.forget()


async def _nothing() -> None:
    """Whether it may be asked was asked before."""


def _with(call: Call, tree: Tree) -> Call:
    if tree == call.tree or (not tree and call.tree is None):
        return call
    return replace(call, method="POST", headers=JSON_HEADERS, body=strict_json.dump(tree), tree=tree)
