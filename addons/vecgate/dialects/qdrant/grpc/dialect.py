"""How is Qdrant spoken to over gRPC? Each method as its REST twin, and the twin's answer as the method's."""

from collections.abc import Callable, Mapping
from typing import ClassVar, Final

import orjson

from vecgate.dialects.base import reading
from vecgate.dialects.base.grpc.messages import Message, Messages
from vecgate.dialects.base.grpc.protocol import BACK, OK, Heard, Method, Pairs, Reply, Sent
from vecgate.dialects.base.grpc.treed import TreeGrpc
from vecgate.dialects.base.grpc.trees import Tree, Trees
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


class QdrantGrpc(TreeGrpc[Twin]):
    """Qdrant 1.19: Points, Collections and Snapshots, and the health of the server."""

    messages: ClassVar[Messages] = MESSAGES
    without: ClassVar[str] = (
        "clients with `prefer_grpc`, and those for Go, Java, .NET and Rust, which speak gRPC alone, can do nothing"
    )
    methods: ClassVar[Mapping[str, Method]] = METHODS
    trees: ClassVar[Trees] = TREES

    def __init__(self, forms: reading.Said, match: Callable[[Call], Match]) -> None:
        super().__init__(BY_ROUTE, match)
        self._forms = forms

    def method(self, path: str) -> Method:
        service = path[1:].rpartition("/")[0]
        if service in REFUSED:
            raise CallRefused(refuse("route.refused", why=REFUSED[service]))
        return super().method(path)

    def twin(self, path: str, message: Message, metadata: Pairs) -> Call:
        twin, tree = BY_PATH[path], self._said(message)
        if twin.route.name in BATCHES:
            _alike(tree)
        values = {key: str(tree.pop(name, "")) for key, name in _IN_PATH.items() if f"{{{key}}}" in twin.route.path}
        query = tuple((key, _text(tree.pop(key))) for key in _IN_QUERY if key in tree)
        call = reading.made(Match(twin.route, values), query, tree, self._forms)
        if self._match(call).route is not twin.route:
            unreadable("a name in it is a word of the server's own")
        return call

    def message(self, call: Call) -> Sent:
        match, twin = self._meant(call)
        known = MESSAGES.new(twin.takes).DESCRIPTOR.fields_by_name
        tree = {**tree_of(call.tree), **{_IN_PATH[key]: value for key, value in match.values.items()}}
        # A snapshot is there when it is told of, and what is not waited for is said elsewhere: it has no such member.
        tree |= {key: _said(value) for key, value in call.query if key != "wait" or key in known}
        if twin.route.name in BATCHES:
            name = match.values["collection"]
            tree["searches"] = [{**tree_of(one), "collection_name": name} for one in list_of(tree.get("searches"))]
        return Sent(twin.path, self._put(twin, tree))

    def answer(self, call: Call, reply: Reply) -> Heard:
        if reply.status != OK:
            said: Json = {"status": {"error": reply.text}, "time": 0.0}
            return Heard(Answer(BACK.get(reply.status, 500), (), strict_json.dump(said)), reply.status)
        _, twin = self._meant(call)
        tree = tree_of(self._heard(twin, reply))
        return Heard(Answer(200, (), strict_json.dump(tree if twin.plain else _enveloped(twin, tree))))

    def given(self, call: Call, answer: Answer, kept: object = None) -> Reply:
        tree = tree_of(orjson.loads(answer.body))
        if answer.status >= 400:
            error = tree_of(tree.get("status")).get("error")
            return self.failed(answer, kept, str(error) if error is not None else "")
        _, twin = self._meant(call)
        if not twin.plain:
            tree = {**twin.shown.members(tree.get("result")), **_beside(tree)}
        return self._given(twin, tree)


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
