"""What does a call mean in the toy database?"""

from dataclasses import replace
from typing import ClassVar

import orjson

from vecgate.dialects.base.dialect import HEADERS, Ask, Dialect, May, may_ask
from vecgate.dialects.base.ports import Port
from vecgate.dialects.base.routing import Route
from vecgate.domain.approval import Impact
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.decision import Decision
from vecgate.domain.operation import Operation
from vecgate.domain.surface import Surface
from vecgate.parsing.forms import Members, Shape
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused
from vecgate.refusals.rendering import Rendered, http_headers
from vecgate.settings.plugins import DATABASES
from vecgate.settings.upstreams import UpstreamSettings

PAGE = "https://toy.example/api"
_TEXT = Shape("a text", lambda value: isinstance(value, str), ("about the lamp",))


class Toy(Dialect):
    """Shelves of notes."""

    name: ClassVar[str] = "toy"
    status: ClassVar[str] = "Held against the toy server of the tests."
    token_headers: ClassVar[frozenset[str]] = frozenset({"x-toy"})
    ports: ClassVar[tuple[Port, ...]] = (Port(4711, "HTTP API of the toy", "/toy/alive", PAGE),)
    alive: ClassVar[Call | None] = Call("GET", "/toy/alive", headers=HEADERS)
    routes: ClassVar[tuple[Route, ...]] = (
        Route("GET", "/toy/alive", "alive", "health", 0, PAGE),
        Route("GET", "/toy/shelves/{shelf}", "read_shelf", "list_scan", 1, PAGE, query=("most",)),
        Route("POST", "/toy/shelves/{shelf}", "put_note", "upsert", 2, PAGE, body=Members({"note": _TEXT}, ("note",))),
        Route("DELETE", "/toy/shelves/{shelf}", "drop_shelf", "collection_drop", 4, PAGE, refused="shelves stay"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.longest = 0
        grpc = DATABASES.beside(self.name, "grpc")
        self.grpc = grpc.ToyGrpc(self) if grpc is not None else None

    def told(self, settings: UpstreamSettings) -> None:
        self.longest = int(settings.model_dump()["longest"])

    async def classify(self, call: Call, ask: Ask, *, anew: bool = False, may: May = may_ask) -> Operation:
        match = self.match(call)
        shelf = match.values.get("shelf")
        operation = Operation(self.name, match.route.name, match.route.kind, match.route.danger)
        if shelf is None:
            return operation
        most = dict(call.query).get("most", "")
        limit = int(most) if most.isdigit() else None
        return replace(operation, collections=(shelf,), things=(shelf,), limit=limit)

    def restrict(self, call: Call, operation: Operation, decision: Decision) -> Call:
        allowed = decision.max_results
        if allowed is None or operation.limit is None or operation.limit <= allowed:
            return call
        raise CallRefused(
            refuse("limit.results", asked=operation.limit, things="notes", allowed=allowed, rule=decision.rule)
        )

    async def impact(self, call: Call, operation: Operation, ask: Ask, most: int = 0) -> Impact | None:
        return None

    def surface(self, operation: Operation, answer: bool) -> Surface:
        return Surface()  # all of it is text

    def strip_vectors(self, operation: Operation, tree: Json, zeros: bool = False) -> Json:
        return tree

    def render(self, refusal: Refusal, agent: str = "") -> Rendered:
        return Rendered(
            refusal.status, http_headers(refusal), orjson.dumps({"oops": str(refusal), "code": refusal.code})
        )

    def forget(self, operation: Operation, answer: Answer | None) -> None:
        pass

    def forget_names(self) -> None:
        pass
