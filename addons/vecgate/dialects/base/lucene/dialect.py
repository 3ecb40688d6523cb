"""What does a call mean in OpenSearch or Elasticsearch (REST)? Told from route and body; what a name means is asked of the server."""

from collections.abc import Container, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final

import orjson

from vecgate.dialects.base.answers import Marks
from vecgate.dialects.base.dialect import HEADERS, JSON_HEADERS, Ask, Dialect, Listing, May, Read, Scope, may_ask
from vecgate.dialects.base.lucene import (
    compared,
    cursors,
    inward,
    lists,
    meaning,
    names,
    reach,
    reading,
    results,
    surfaces,
    vectors,
    written,
)
from vecgate.dialects.base.lucene.cursors import LuceneCursors
from vecgate.dialects.base.lucene.forms.served import PATH_FORMS
from vecgate.dialects.base.lucene.guards import searching
from vecgate.dialects.base.lucene.guards.guarded import LuceneGuards
from vecgate.dialects.base.lucene.meaning import MAKING, NAMING, OF_ALL, SINGLE, body, named, plain, refined
from vecgate.dialects.base.lucene.rows import condition
from vecgate.dialects.base.lucene.rows import kept as rows
from vecgate.dialects.base.lucene.targets import to_targets
from vecgate.dialects.base.lucene.values import is_name
from vecgate.dialects.base.routing import Match, Route
from vecgate.domain.approval import Impact
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.decision import Decision
from vecgate.domain.exchange import Raw
from vecgate.domain.inlets import Beside, Each, EachSite, Field, Inlets, Overwriting, Path
from vecgate.domain.operation import Operation
from vecgate.domain.profiles import UNSAFE_NOTHING
from vecgate.domain.scoped import Scoped
from vecgate.domain.surface import Surface
from vecgate.parsing import strict_json
from vecgate.parsing.forms import Spelled, unreadable
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.rendering import Rendered, http_headers

type Tree = dict[str, Json]

_CHANGES_NAMES: Final = frozenset({"schema", "destroy", "admin"})


class Lucene(LuceneGuards, LuceneCursors, Dialect):
    """Indices are addressed by names, lists, patterns and aliases; there are no tenants."""

    #: What its server says of itself.
    info: ClassVar[Surface]
    by_name: ClassVar[bool] = True
    path_forms: ClassVar[Mapping[str, Spelled]] = PATH_FORMS
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
        self._making = next(route for route in self.routes if route.name == "indices_create")

    def read(self, raw: Raw) -> Call:
        reading.refuse_pages(raw)
        bare, members = reading.moved(reading.settled(raw))
        if not members:
            return super().read(reading.one_form(bare))
        call = super().read(reading.one_form(replace(bare, method="POST")))
        return self.rebuilt(call, reading.joined(body(call), members))

    async def classify(self, call: Call, ask: Ask, *, anew: bool = False, may: May = may_ask) -> Operation:
        call = reading.as_actions(call, self.match)
        match, tree = self.match(call), body(call)
        route = match.route
        cursors.known(route.name, call)
        path = cursors.closed(call) or match.values.get("index", "_all" if route.name in OF_ALL else "")
        if not path and route.name not in NAMING:
            return refined(plain(self.name, match), call)
        anew = anew or plain(self.name, match).group != "read"
        said = list(named(route.name, tree)) if route.name in NAMING else []
        wanted = dict.fromkeys(one for one in said if one is not None)
        if route.name == "indices_create":
            if not is_name(path):
                unreadable("an index that is made must have one name")
            return plain(self.name, match, (path,))
        whole = path if path and (not said or None in said) else ""
        if None in said and not path:
            unreadable("a part of it names no index, and the path none either")
        before = partial(self._before, may, match, call, (*wanted, *([whole] if whole else ())))
        found = [*await self._names.of(ask, whole, before, anew=anew)] if whole else []
        found = names.under_own_names(found, whole) if route.name == "indices_delete" else found
        if whole and (route.name in SINGLE or route.name in NAMING) and len(found) != 1:
            unreadable("each part of it is about one index; its expression means several")
        meant = {name: await self._names.of(ask, name, before, anew=anew) for name in wanted}
        return self._named(match, call, found, meant)

    def _named(
        self, match: Match, call: Call, found: list[names.Index], meant: Mapping[str, list[names.Index]]
    ) -> Operation:
        """The operation with its indices, and what names in its body mean."""
        aliasing = match.route.name == "indices_update_aliases"
        _no_shadows(match.route.name, body(call), [*found, *(one for some in meant.values() for one in some)])
        every = {one.name: one for one in found} | {one.name: one for some in meant.values() for one in some}
        near = vectors.asked(match.route.name, body(call), [*every.values()])
        if aliasing:  # under every name it takes, gives or lets go, and every index that is behind one now
            every |= {name: names.Index(name, "", {}, {}, {}) for name in meant if name not in every}
        # What a call names itself it is told of by that name; behind an alias or a pattern is what it may not know.
        said = {*meant, *match.values.get("index", "").split(",")}
        things = () if {*every} <= said else tuple(one.uuid for one in every.values())
        operation = refined(plain(self.name, match, tuple(every), things if any(things) else ()), call)
        also = list(operation.also)
        for name, some in meant.items() if not aliasing else ():
            if len(some) != 1:
                unreadable("a name in it is an alias of several indices")
            if some[0].name != name:
                also.append(meaning.target(name, operation, some[0].name, some[0].uuid))
        made = tuple(one.name for one in every.values() if not one.uuid) if match.route.name in MAKING else ()
        if made:
            also.append(plain(self.name, replace(match, route=self._making), made))
        same = len(also) == len(operation.also) and near is operation.wants_vectors
        return operation if same else replace(operation, also=tuple(also), wants_vectors=near)

    async def _before(self, may: May, match: Match, call: Call, asked: Sequence[str]) -> None:
        """Whether anybody may ask: by what does not depend on the names, which may be aliases."""
        operation = refined(plain(self.name, match), call)
        also = tuple(replace(one, things=(*asked,)) for one in operation.also)
        await may(replace(operation, things=(*asked,), also=also))

    async def identity(self, ask: Ask, place: tuple[str, str], name: str, known: str = "") -> str:
        return known or await names.thing(ask, name)

    async def located(self, call: Call, operation: Operation, ask: Ask) -> Operation:
        found = [await names.thing(ask, name) for name in operation.collections]
        return replace(operation, things=tuple(found) if any(found) else ())

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
        own = partial(self._names.own, operation.collections)
        return compared.rewritten(operation.name, tree, lambda one: each(compared.at_home(one, own(one.path))))

    def unclean_vectors(self, operation: Operation, before: Tree, after: Tree) -> int:
        return inward.unclean_vectors(operation.name, before, after)

    def filters(self, operation: Operation, tree: Tree, each: EachSite) -> Tree:
        return inward.filters(operation.name, tree, each)

    def fields(self, call: Call, operation: Operation) -> Iterator[Field]:
        return self._names.owned(operation.collections, inward.fields(operation.name, body(call)))

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


def _no_shadows(name: str, tree: Tree, indices: Sequence[names.Index]) -> None:
    """Refuse a search by a field that stands for another one, which may be masked under its own name."""
    shadows = frozenset[str]().union(*(one.shadows for one in indices))
    for one in inward.fields(name, tree) if shadows else ():
        field = ".".join(map(str, one.path))
        if one.how not in ("show", "write") and any(
            field == other or field.startswith(f"{other}.") for other in shadows
        ):
            unreadable(f"'{one.at}' names a field in which the index keeps or shows what others hold; name those")


async def _nothing() -> None:
    """Whether it may be asked was asked before."""


def _with(call: Call, tree: Tree) -> Call:
    if tree == call.tree or (not tree and call.tree is None):
        return call
    return replace(call, method="POST", headers=JSON_HEADERS, body=strict_json.dump(tree), tree=tree)
