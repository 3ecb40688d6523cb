"""How is Pinecone spoken to over gRPC? Each method of an index as its REST twin. The index is told by the name that is called.

A channel has no path, so an index has a name of its own below the gateway's: `people.pinecone.example` is the index
`people` of whom REST clients know as `pinecone.example`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final
from urllib.parse import quote, urlencode, urlsplit

import orjson

from vecgate.dialects.base.grpc.messages import Message, Messages
from vecgate.dialects.base.grpc.protocol import BACK, OK, Heard, Method, Pairs, Reply, Sent
from vecgate.dialects.base.grpc.treed import TreeGrpc
from vecgate.dialects.base.grpc.trees import Tree, Trees
from vecgate.dialects.base.routing import Match, Route
from vecgate.dialects.pinecone.grpc.messages import MESSAGES, TREES
from vecgate.dialects.pinecone.indexes import BELOW
from vecgate.dialects.pinecone.meaning import members_of
from vecgate.dialects.pinecone.routes import OF_INDEX, SEVERAL, VERSION_HEADER
from vecgate.dialects.pinecone.values import NAME as INDEX
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.exchange import Raw
from vecgate.parsing import strict_json
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

#: The name that is called, as the door knows it.
_CALLED: Final = "host"
_JSON: Final = (("content-type", "application/json"),)
_BY_NAME: Final[Mapping[str, Route]] = {route.name: route for route in OF_INDEX}


@dataclass(frozen=True, slots=True)
class Twin:
    """A method, its REST route, and its messages."""

    path: str
    route: Route
    takes: str
    gives: str


def _twin(method: str, route: str, takes: str = "", gives: str = "") -> Twin:
    return Twin(f"/VectorService/{method}", _BY_NAME[route], f"pinecone.{takes or method}Request",
                f"pinecone.{gives or method + 'Response'}")  # fmt: skip


TWINS: Final = (
    _twin("Query", "query"),
    _twin("Upsert", "upsert"),
    _twin("Update", "update"),
    _twin("Delete", "delete"),
    _twin("Fetch", "fetch"),
    _twin("FetchByMetadata", "fetch_by_metadata"),
    _twin("List", "list"),
    _twin("DescribeIndexStats", "stats"),
    _twin("ListNamespaces", "list_namespaces"),
    _twin("CreateNamespace", "create_namespace", gives="NamespaceDescription"),
    _twin("DescribeNamespace", "describe_namespace", gives="NamespaceDescription"),
    _twin("DeleteNamespace", "delete_namespace", gives="DeleteResponse"),
)
_BY_PATH: Final[Mapping[str, Twin]] = {one.path: one for one in TWINS}
_BY_ROUTE: Final[Mapping[str, Twin]] = {one.route.name: one for one in TWINS}


class PineconeGrpc(TreeGrpc[Twin]):
    """An index of Pinecone: vectors and namespaces."""

    messages: ClassVar[Messages] = MESSAGES
    without: ClassVar[str] = (
        "`PineconeGRPC` and the clients for Go and Java reach no index's records, which they ask for over gRPC"
    )
    methods: ClassVar[Mapping[str, Method]] = {one.path: Method(one.takes, one.gives) for one in TWINS}
    metadata: ClassVar[frozenset[str]] = frozenset({_CALLED, VERSION_HEADER})
    trees: ClassVar[Trees] = TREES
    owner: ClassVar[str] = "an index"

    def __init__(
        self,
        read: Callable[[Raw], Call],
        match: Callable[[Call], Match],
        home: Callable[[], str],
        origin: Callable[[str], str],
    ) -> None:
        #: `home`: how clients reach the gateway over REST, as a URL; `origin`: where an index is.
        super().__init__(_BY_ROUTE, match)
        self._read, self._home, self._origin = read, home, origin

    def twin(self, path: str, message: Message, metadata: Pairs) -> Call:
        twin, tree = _BY_PATH[path], self._said(message)
        at = twin.route.path
        if "{namespace}" in at:
            at = at.replace("{namespace}", quote(str(tree.pop("namespace")), safe=""))
        versions = tuple(pair for pair in metadata if pair[0] == VERSION_HEADER)
        target = self._below(metadata) + at
        if twin.route.method == "POST":
            return self._read(Raw("POST", target, (*_JSON, *versions), strict_json.dump(tree)))
        pairs = [(key, value) for key, value in tree.items() if value is not None]
        query = urlencode(pairs, doseq=True, quote_via=quote)
        return self._read(Raw(twin.route.method, f"{target}?{query}" if query else target, versions))

    def _below(self, metadata: Pairs) -> str:
        """Where the routes of the index stand that is called by a name of its own. Raises CallRefused."""
        called = [value.lower().rpartition(":")[0] or value.lower() for key, value in metadata if key == _CALLED]
        home = urlsplit(self._home()).hostname
        if not called or called[0] == home:
            return ""
        name = called[0].removesuffix(f".{home}")
        if name == called[0] or not INDEX.fits(name):
            raise CallRefused(refuse("collection.unknown"))
        return f"/{BELOW}/{name}"

    def message(self, call: Call) -> Sent:
        match, twin = self._meant(call)
        tree: Tree = {**members_of(call.tree), **_asked(call)}
        if "namespace" in match.values:
            tree["namespace"] = match.values["namespace"]
        version = tuple(pair for pair in call.headers if pair[0] == VERSION_HEADER)
        origin = self._origin(match.values["index"]) if "index" in match.values else ""
        return Sent(twin.path, self._put(twin, tree), version, origin)

    def answer(self, call: Call, reply: Reply) -> Heard:
        if reply.status != OK:
            said: Json = {"code": reply.status, "message": reply.text, "details": []}
            return Heard(Answer(BACK.get(reply.status, 500), (), strict_json.dump(said)), reply.status)
        return Heard(Answer(200, (), strict_json.dump(self._heard(self._meant(call)[1], reply))))

    def given(self, call: Call, answer: Answer, kept: object = None) -> Reply:
        tree = orjson.loads(answer.body)
        if answer.status >= 400:
            return self.failed(answer, kept, str(members_of(tree).get("message", "")))
        return self._given(self._meant(call)[1], tree)


def _asked(call: Call) -> Tree:
    """What is asked behind the `?`, as the members that say it in a message."""
    tree: Tree = {}
    for key, value in call.query:
        if key in SEVERAL:
            found = tree.setdefault(key, [])
            assert isinstance(found, list)
            found.append(value)
        else:
            tree[key] = int(value) if key == "limit" else value
    return tree
