"""What must a database's dialect be able to do, and what do all of them do alike?"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Container, Generator, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Final

from vecgate.dialects.base import reading
from vecgate.dialects.base.answers import Marks
from vecgate.dialects.base.classified import Classified
from vecgate.dialects.base.guarded import Guarded
from vecgate.dialects.base.particulars import Particulars
from vecgate.dialects.base.reading import HEADERS as HEADERS
from vecgate.dialects.base.reading import JSON_HEADERS as JSON_HEADERS
from vecgate.dialects.base.routing import Match, Route, router
from vecgate.dialects.base.scanned import Scanned
from vecgate.dialects.base.shapes import Ask as Ask
from vecgate.dialects.base.shapes import Listing as Listing
from vecgate.dialects.base.shapes import May as May
from vecgate.dialects.base.shapes import Read as Read
from vecgate.dialects.base.shapes import Room as Room
from vecgate.dialects.base.shapes import Scope as Scope
from vecgate.dialects.base.shapes import may_ask as may_ask
from vecgate.dialects.base.snapshots import Snapshots
from vecgate.domain.approval import Impact
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.decision import Decision
from vecgate.domain.exchange import Raw
from vecgate.domain.inlets import NO_INLETS, Each, EachSite, Example, Field, Inlets, Overwriting
from vecgate.domain.kinds import NO_RECORDS
from vecgate.domain.operation import Operation
from vecgate.domain.scoped import Scoped, unscopable
from vecgate.domain.surface import Surface
from vecgate.parsing import paths, strict_json
from vecgate.parsing.forms import Spelled
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused
from vecgate.refusals.rendering import Rendered

#: After these, a name may stand for another thing, or a thing have another name.
_RENAMES: Final = frozenset({"collection_rename", "collection_drop", "alias", "tenant_admin", "snapshot_restore"})


class Dialect(Classified, Particulars, Guarded, Scanned, Snapshots, ABC):
    """What calls mean in one database. Holds what it has learnt of one server, so: one per upstream."""

    name: ClassVar[str]
    routes: ClassVar[tuple[Route, ...]]
    #: What the value of a query key may be; one that is not here may be anything.
    query_forms: ClassVar[Mapping[str, re.Pattern[str]]] = {}
    #: What a query key says, whatever a client says, on each route that has it.
    query_forced: ClassVar[Mapping[str, str]] = {}
    #: What may stand at a placeholder of a path, in its one form; one that is not here may be anything.
    path_forms: ClassVar[Mapping[str, Spelled]] = {}
    #: What a query key does that a route does not take, and what to say instead: a half sentence about it.
    query_advice: ClassVar[Mapping[str, str]] = {}

    def __init__(self) -> None:
        #: Whether what is remembered of names may be told, and more be remembered, at this moment.
        self.quiet: Callable[[], bool] = lambda: True
        self._router = router(type(self))
        self._said = reading.Said(self.query_forms, self.query_forced, self.path_forms, self.query_advice)

    def read(self, raw: Raw) -> Call:
        """The call in canonical form: path, query, headers and body each written in one way.

        Raises CallRefused (`path.odd`, `route.*`, `protocol.invalid`, `body.unreadable`).
        """
        try:
            segments, query = paths.split(raw.target)
        except CallRefused:  # of a call that is never let through it does not matter how it is written
            self._row(raw.method, paths.split(raw.target.partition("?")[0])[0])
            raise
        return reading.read(raw, self._row(raw.method, segments), query, self._said)

    def match(self, call: Call) -> Match:
        """The row of a canonical call. Raises CallRefused (`route.unknown`, `route.refused`)."""
        return self._row(call.method, paths.split(call.path)[0])

    def _row(self, method: str, segments: tuple[str, ...]) -> Match:
        found = self._router.find(method, segments)
        if found is None:
            raise CallRefused(refuse("route.unknown"))
        if found.route.refused:
            raise CallRefused(refuse("route.refused", why=found.route.refused))
        return found

    @abstractmethod
    def restrict(self, call: Call, operation: Operation, decision: Decision) -> Call:
        """The call within the decision's limits. Raises CallRefused (`limit.results`, `vectors.not_allowed`).

        A read that names no number asks for one more than is allowed, so that its answer tells whether there are more.
        """

    async def scoped(self, call: Call, decision: Decision, ask: Ask, *, shown: bool = True) -> Scoped:
        """The call kept to the rows of a decision. `shown`: each record of its answer is to be held against them again.

        Raises CallRefused (`rows.field`, `rows.unscopable`), Unavailable.
        """
        match = self.match(call)
        if self.scope_of(match.route) != "whole":
            unscopable(match.route.kind, decision, "nobody has tried that with this database")
        return Scoped(call)

    def scope_of(self, route: Route) -> Scope:
        """Whether a route is `kept` to rows, shows none and may pass `whole`, or is `refused` where there are rows."""
        return "whole" if route.kind in NO_RECORDS and not route.refused else "refused"

    def writing(self, call: Call) -> tuple[str, ...]:
        """The ids of records that a write may make somebody's, where the server has no condition for that."""
        return ()

    @abstractmethod
    async def impact(self, call: Call, operation: Operation, ask: Ask, most: int = 0) -> Impact | None:
        """How many records the call would touch, and which, if at most so many; None where that cannot be counted.

        Raises as `classify` does.
        """

    def canonical(self, call: Call) -> Call:
        """The one form of all spellings of a call: members in order, and without those that say nothing here."""
        if call.tree is None:
            return call
        tree = strict_json.ordered(self.said(call, call.tree))
        return replace(call, body=strict_json.dump(tree), tree=tree)

    def offline(self, call: Call, collection: str | None) -> Answer:
        """What a server would say to a question of this dialect's own, if it had a collection of that name."""
        return Answer(404)

    def said(self, call: Call, tree: Json) -> Json:
        """What of a body this server heeds. By itself nothing is known to say nothing."""
        return tree

    def bound(self, call: Call, operation: Operation, ids: Sequence[str]) -> tuple[Call, ...] | None:
        """The calls that do to these records, where the call still selects them, what it does to all it selects.

        Together they are answered as the call would be (`joined`). None: it names its records itself, or that cannot
        be said in this database.
        """
        return None

    async def selected(self, call: Call, operation: Operation, ask: Ask, among: Container[str], most: int) -> list[str]:
        """The records that a call which can be bound selects now, of those `among`; no more than `most` are looked for.

        Raises as `classify` does.
        """
        return []

    def joined(self, operation: Operation, answers: Sequence[Answer]) -> Answer:
        """One answer of the answers to the calls that a call was bound to, all of them successes."""
        return answers[0]

    @abstractmethod
    def surface(self, operation: Operation, answer: bool) -> Surface:
        """What stands where in the body of the answer, or (`answer` False) of the request."""

    def marks(self, operation: Operation) -> Marks:
        """Where vectors, scores and errors stand in the body of the answer."""
        return Marks()

    @abstractmethod
    def strip_vectors(self, operation: Operation, tree: Json, zeros: bool = False) -> Json:
        """The answer without embeddings (`zeros`: with as many zeros), in the same shape.

        Leaves the given tree as it is, and gives back that very tree where it has none.
        """

    def cut(self, operation: Operation, tree: Json, most: int) -> Json:
        """The answer with its first `most` records."""
        return tree

    def shaped(self, asked: Call, operation: Operation, tree: Json) -> Json:
        """The answer with as much of its records as was asked for, where the call that goes out asks for all of them."""
        return tree

    async def found(self, call: Call, operation: Operation, ask: Ask) -> int | None:
        """How many records a read that names no number would give; None where that is not to be counted cheaply."""
        return None

    def promised(self, operation: Operation, tree: Json, room: Room) -> Json:
        """The answer with what it promises clients may send no wider than what the gateway takes."""
        return tree

    def spoken(self, operation: Operation, answer: Answer) -> Answer:
        """The answer as JSON, where this server answers in another form."""
        return answer

    def listing(self, operation: Operation, tree: Json) -> Listing | None:
        """What an answer lists; None where it is no list. Raises ValueError for an answer that is none of these."""
        return None

    def entries(self, operation: Operation, tree: Json) -> list[Json]:
        """The entries of a list's answer, whatever they are."""
        return []

    def relisted(self, operation: Operation, tree: Json, items: list[Json]) -> Json:
        """The answer with these entries, and no others."""
        return tree

    def inlets(self, operation: Operation) -> Inlets:
        """Where in the request's body data goes in: what is stored, names of records, texts to search for."""
        return NO_INLETS

    def rewritten(self, operation: Operation, tree: dict[str, Json], each: Each) -> dict[str, Json]:
        """The request's body with every value of its filters put through `each`. Leaves the given tree as it is.

        Raises CallRefused (`body.unreadable`) for a filter that is not known in full.
        """
        return tree

    def filters(self, operation: Operation, tree: dict[str, Json], each: EachSite) -> dict[str, Json]:
        """The request's body with every filter put through `each`, also where one could stand and none does.

        Leaves the given tree as it is.
        """
        return tree

    def fields(self, call: Call, operation: Operation) -> Iterable[Field]:
        """Every field of what is stored that a call names, and what for."""
        return ()

    def examples(self, call: Call, operation: Operation) -> Iterable[Example]:
        """Every stored record that a search starts from."""
        return ()

    def ids(self, call: Call, operation: Operation) -> Iterable[tuple[str, Json]]:
        """Every id of a record that a call names, and where: a pointer, or `path:NAME`."""
        return ()

    def unclean_vectors(self, operation: Operation, before: dict[str, Json], after: dict[str, Json]) -> int:
        """How many records bring a vector of their own that was made of a text which differs in the second body."""
        return 0

    def overwriting(self, call: Call, operation: Operation) -> Overwriting | None:
        """Which stored records a write may replace, or a part of them; None where it replaces none."""
        return None

    def written(
        self, operation: Operation, records: Sequence[Mapping[str, Json]]
    ) -> tuple[Operation, dict[str, Json]] | None:
        """What a write of texts and metadata to the operation's place is, and what people read of its body.

        A record has `text`, `metadata` or both. None: writes of this database are not told before they are made.
        """
        return None

    def texts(self, tree: dict[str, Json], records: Sequence[Mapping[str, Json]]) -> list[Json]:
        """The same records with what stands for them in such a body now."""
        return []

    def rebuilt(self, call: Call, tree: dict[str, Json]) -> Call:
        """The call with another body, read as it would have been had it come in so. Raises CallRefused."""
        if tree == call.tree:
            return call
        body = self.match(call).route.body
        checked = tree if body is None else body.read(tree, "")
        return replace(call, body=strict_json.dump(checked), tree=checked)

    def records(self, operation: Operation, tree: Json) -> int | None:
        """How many records an answer holds; None where that is not what it holds."""
        return None

    def stored(self, operation: Operation, tree: dict[str, Json]) -> Read | None:
        """What a write stores, as a later read answers with it; None where it stores nothing.

        `tree` is the body that was sent. The texts, and the names of their fields, are those of every read.
        """
        return None

    def pages(self, tenant: str, database: str, collection: str, size: int) -> Generator[Call, Json, None] | None:
        """The calls that read a whole collection, so many records at a time; each wants its answer sent back.

        None where that cannot be done. Sending raises ValueError for an answer that is none of the database's.
        """
        return None

    def inventory(self, tenant: str) -> Generator[Call, Json, list[tuple[str, str]]] | None:
        """The calls that list all collections of a tenant; gives the database and the name of each. As `pages`."""
        return None

    def renames(self, operation: Operation) -> bool:
        """Whether a call may make untrue what anybody remembers of names."""
        return operation.kind in _RENAMES or any(map(self.renames, operation.also))

    @abstractmethod
    def render(self, refusal: Refusal, agent: str = "") -> Rendered:
        """A refusal in the database's own error shape, so that official clients raise the right exception.

        `agent` is what the client calls itself: some show the reason only under another status.
        """

    @abstractmethod
    def forget(self, operation: Operation, answer: Answer | None) -> None:
        """Drop what a call may have made untrue. `answer` None: its outcome is unknown."""

    @abstractmethod
    def forget_names(self) -> None:
        """Drop all that is remembered of names."""
