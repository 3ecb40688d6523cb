"""How is Qdrant spoken to over gRPC? Each method as its REST twin, and the twin's answer as the method's."""

from collections.abc import Callable, Mapping
from typing import ClassVar, Final

import orjson

from vecgate.dialects.base import reading
from vecgate.dialects.base.grpc.messages import Message, Messages, printed
from vecgate.dialects.base.grpc.protocol import BACK, OK, Grpc, Heard, Method, Pairs, Reply, Sent
from vecgate.dialects.base.grpc.trees import Tree, Unsayable
from vecgate.dialects.base.routing import Match
from vecgate.dialects.qdrant.grpc.messages import MESSAGES, TREES
from vecgate.dialects.qdrant.grpc.methods import BATCHES, BY_PATH, BY_ROUTE, METHODS, REFUSED, Twin
from vecgate.dialects.qdrant.sites import list_of, tree_of
from vecgate.domain.call import Answer, Call, Json
from vecgate.parsing import strict_json
from vecgate.parsing.saying import unreadable
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

#: What stands in a path over REST, and what in a query, by the members that say it here.
_IN_PATH: Final = {
    "collection": "collection_name", "snapshot": "snapshot_name", "field": "field_name", "vector": "vector_name",
}  # fmt: skip
_IN_QUERY: Final = {"wait": "wait", "timeout": "timeout", "ordering": "ordering", "consistency": "read_consistency"}

_BESIDE: Final = ("time", "usage")


class QdrantGrpc(Grpc):
    """Qdrant 1.19: Points, Collections and Snapshots, and the health of the server."""

    messages: ClassVar[Messages] = MESSAGES
    without: ClassVar[str] = (
        "clients with `prefer_grpc`, and those for Go, Java, .NET and Rust, which speak gRPC alone, can do nothing"
    )
    methods: ClassVar[Mapping[str, Method]] = METHODS

    def __init__(self, said: reading.Said, match: Callable[[Call], Match]) -> None:
        self._said, self._match = said, match

    def method(self, path: str) -> Method:
        service = path[1:].rpartition("/")[0]
        if service in REFUSED:
            raise CallRefused(refuse("route.refused", why=REFUSED[service]))
        return super().method(path)

    def twin(self, path: str, message: Message, metadata: Pairs) -> Call:
        twin = BY_PATH[path]
        try:
            tree = tree_of(TREES.said(message))
        except Unsayable as e:
            unreadable(f"a message in it cannot be said in one way: {e}")
        if twin.route.name in BATCHES:
            _alike(tree)
        values = {key: str(tree.pop(name, "")) for key, name in _IN_PATH.items() if f"{{{key}}}" in twin.route.path}
        query = tuple((key, _text(tree.pop(key))) for key in _IN_QUERY if key in tree)
        call = reading.made(Match(twin.route, values), query, tree, self._said)
        if self._match(call).route is not twin.route:
            unreadable("a name in it is a word of the server's own")
        return call

    def message(self, call: Call) -> Sent:
        match = self._match(call)
        twin = BY_ROUTE.get(match.route.name)
        if twin is None:
            raise CallRefused(refuse("route.refused", why="this server knows it over REST only"))
        message = MESSAGES.new(twin.takes)
        known = message.DESCRIPTOR.fields_by_name
        tree = {**tree_of(call.tree), **{_IN_PATH[key]: value for key, value in match.values.items()}}
        # A snapshot is there when it is told of, and what is not waited for is said elsewhere: it has no such member.
        tree |= {key: _said(value) for key, value in call.query if key != "wait" or key in known}
        if twin.route.name in BATCHES:
            name = match.values["collection"]
            tree["searches"] = [{**tree_of(one), "collection_name": name} for one in list_of(tree.get("searches"))]
        try:
            TREES.put(tree, message)
        except Unsayable as e:
            unreadable(f"it cannot be said over gRPC: {e}")
        return Sent(twin.path, printed(message))

    def answer(self, call: Call, reply: Reply) -> Heard:
        if reply.status != OK:
            said: Json = {"status": {"error": reply.text}, "time": 0.0}
            return Heard(Answer(BACK.get(reply.status, 500), (), strict_json.dump(said)), reply.status)
        twin = self._twin(call)
        tree = tree_of(TREES.said(MESSAGES.heard(twin.gives, reply.message or b"")))
        return Heard(Answer(200, (), strict_json.dump(tree if twin.plain else _enveloped(twin, tree))))

    def given(self, call: Call, answer: Answer, kept: object = None) -> Reply:
        tree = tree_of(orjson.loads(answer.body))
        if answer.status >= 400:
            error = tree_of(tree.get("status")).get("error")
            return self.failed(answer, kept, str(error) if error is not None else "")
        twin = self._twin(call)
        message = MESSAGES.new(twin.gives)
        if not twin.plain:
            tree = {**twin.shown.members(tree.get("result")), **_beside(tree)}
        TREES.put(tree, message)
        return Reply(printed(message))

    def _twin(self, call: Call) -> Twin:
        return BY_ROUTE[self._match(call).route.name]


def _enveloped(twin: Twin, tree: Tree) -> Tree:
    return {"result": twin.shown.result(tree), "status": "ok", **_beside(tree)}


def _beside(tree: Tree) -> Tree:
    return {key: tree[key] for key in _BESIDE if key in tree}


def _alike(tree: Tree) -> None:
    """The searches of a batch say for themselves what the server takes from the batch: that must be the same.

    Raises CallRefused.
    """
    for one in list_of(tree.get("searches")):
        search = tree_of(one)
        if search.pop("collection_name", "") not in ("", tree.get("collection_name")):
            unreadable("a search of the batch names another collection than the batch, which the server overlooks")
        if "timeout" in search or "consistency" in search:
            unreadable("a search of the batch has a time-out or a consistency of its own, which the server overlooks")


def _text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _said(value: str) -> Json:
    return value == "true" if value in ("true", "false") else int(value) if value.isdecimal() else value
