"""What do databases do alike whose messages are trees of REST: how is one read, and printed, and which twin is meant?"""

from collections.abc import Callable, Mapping
from typing import ClassVar, Protocol

from vecgate.dialects.base.grpc.messages import Message, printed
from vecgate.dialects.base.grpc.protocol import Grpc, Reply
from vecgate.dialects.base.grpc.trees import Tree, Trees, Unsayable
from vecgate.dialects.base.routing import Match, Route
from vecgate.domain.call import Call, Json
from vecgate.parsing.saying import unreadable
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused


class Twin(Protocol):
    """A method, its REST route, and its messages, by full names."""

    @property
    def path(self) -> str: ...

    @property
    def route(self) -> Route: ...

    @property
    def takes(self) -> str: ...

    @property
    def gives(self) -> str: ...


class TreeGrpc[T: Twin](Grpc):
    """One database over gRPC whose messages are said as trees by tables."""

    trees: ClassVar[Trees]
    #: Who knows a call over REST alone, as a refusal says it.
    owner: ClassVar[str] = "this server"

    def __init__(self, by_route: Mapping[str, T], match: Callable[[Call], Match]) -> None:
        self._by_route, self._match = by_route, match

    def _meant(self, call: Call) -> tuple[Match, T]:
        """The route of a call, and the method that is its twin. Raises CallRefused (`route.refused`)."""
        match = self._match(call)
        twin = self._by_route.get(match.route.name)
        if twin is None:
            raise CallRefused(refuse("route.refused", why=f"{self.owner} knows it over REST only"))
        return match, twin

    def _said(self, message: Message) -> Tree:
        """What a client's message says. Raises CallRefused (`body.unreadable`)."""
        try:
            tree = self.trees.said(message)
        except Unsayable as e:
            unreadable(f"a message in it cannot be said in one way: {e}")
        return tree if isinstance(tree, dict) else {}

    def _put(self, twin: T, tree: Tree) -> bytes:
        """The message of a call that says so. Raises CallRefused (`body.unreadable`)."""
        message = self.messages.new(twin.takes)
        try:
            self.trees.put(tree, message)
        except Unsayable as e:
            unreadable(f"it cannot be said over gRPC: {e}")
        return printed(message)

    def _heard(self, twin: T, reply: Reply) -> Json:
        """What the server's message says. Raises ValueError."""
        return self.trees.said(self.messages.heard(twin.gives, reply.message or b""))

    def _given(self, twin: T, tree: Json) -> Reply:
        """The message of an answer that says so. Raises ValueError."""
        message = self.messages.new(twin.gives)
        self.trees.put(tree, message)
        return Reply(printed(message))
