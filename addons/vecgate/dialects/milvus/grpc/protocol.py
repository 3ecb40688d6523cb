"""How are calls of `MilvusService` read into their twins, sent, answered and refused, so that official clients get along?

An error is an answer of success whose `Status` says so: clients show its text, where they try a gRPC status again up to 75
times, or keep its text to themselves.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final, Protocol

import orjson

from vecgate.dialects.base.grpc.messages import Message, Messages, printed
from vecgate.dialects.base.grpc.protocol import HEALTH, OK, UNIMPLEMENTED, Grpc, Heard, Method, Pairs, Reply, Sent
from vecgate.dialects.base.grpc.wire import Bounds, TooMany
from vecgate.dialects.milvus.grpc import bodies, found, options, writing
from vecgate.dialects.milvus.grpc.members import members, put_members
from vecgate.dialects.milvus.grpc.reading import Twin
from vecgate.dialects.milvus.grpc.table import LATER, REFUSED, ROWS, SERVICE, Row
from vecgate.dialects.milvus.grpc.telling import DONE, TELLINGS
from vecgate.dialects.milvus.things import Described, done
from vecgate.dialects.milvus.values import as_tree
from vecgate.domain.call import Answer, Call, Json
from vecgate.parsing import strict_json
from vecgate.parsing.forms import unreadable
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import AnswerTooLarge, CallRefused
from vecgate.refusals.rendering import Rendered

_CONNECT: Final = f"{SERVICE}/Connect"
_NO_STATUS: Final = 65_535
#: A code that clients take for a sign to try again.
_AGAIN: Final = 8
#: The older number, where clients look at it: that there is no such collection, or index, else `UnexpectedError`.
_OLDER: Final[Mapping[int, int]] = {100: 4, 700: 25}
_BAD: Final = 1
_BY_TWIN: Final[Mapping[str, Row]] = {row.twin: row for row in ROWS}
_BY_METHOD: Final[Mapping[str, tuple[Row, ...]]] = {
    f"{SERVICE}/{row.method}": tuple(other for other in ROWS if other.method == row.method) for row in ROWS
}
_RECORDS: Final = frozenset({"Query", "Search", "HybridSearch", "Insert", "Upsert", "Delete"})


@dataclass(frozen=True, slots=True)
class _Kept:
    """The server's own message, what was asked, and what it said beside records."""

    twin: str
    message: Any
    beside: found.Kept | None = None


class _Of(Protocol):
    """What is used of the dialect."""

    def rebuilt(self, call: Call, tree: dict[str, Json]) -> Call: ...

    def described(self, call: Call) -> Described: ...

    def render(self, refusal: Refusal, agent: str = "") -> Rendered: ...


class MilvusGrpc(Grpc):
    """Milvus over gRPC."""

    messages: ClassVar[Messages] = Messages(Path(__file__).parent)
    without: ClassVar[str] = "pymilvus and all that is built on it can do nothing, as they speak gRPC alone"
    methods: ClassVar[Mapping[str, Method]] = {
        **{path: Method(f"milvus.{rows[0].takes}", f"milvus.{rows[0].gives}") for path, rows in _BY_METHOD.items()},
        _CONNECT: Method("milvus.ConnectRequest", "milvus.ConnectResponse"),
        **{f"{SERVICE}/{name}": Method(refused=why) for name, why in REFUSED.items()},
    }
    metadata: ClassVar[frozenset[str]] = frozenset({"dbname"})
    #: Servers of 2.3 have what the newer routes do over gRPC alone.
    asks: ClassVar[bool] = True
    #: None that clients try again.
    statuses: ClassVar[Mapping[int, int]] = {400: 3, 401: 16, 413: 3, 422: 3, 429: 8}

    def __init__(self, dialect: _Of) -> None:
        self._dialect = dialect

    # what comes in

    def twin(self, path: str, message: Message, metadata: Pairs) -> Call:
        if path == _CONNECT:
            unreadable("a connection is answered at its start")
        row = _row(path, message)
        read = bodies.READ.get(row.method)
        made = Twin(_named(row, message), {}) if read is None else read(self.messages, message)
        tree = made.tree
        if (name := _database(metadata)) and "dbName" not in tree and _has_database(row):
            tree = {"dbName": name, **tree}
        call = Call("POST", row.twin, headers=options.headers(made.beside))
        call = self._dialect.rebuilt(call, tree)
        try:
            strict_json.check(call.body, strict_json.Bounds())
        except strict_json.NotStrict as e:
            unreadable(str(e))
        return call

    # what goes out

    def message(self, call: Call) -> Sent:
        row = _BY_TWIN.get(call.path)
        if row is None:
            raise CallRefused(refuse("route.refused", why="it cannot be said over gRPC"))
        message, tree = self.messages.new(f"milvus.{row.takes}"), as_tree(call.tree)
        put = bodies.PUT.get(row.method)
        if put is not None:
            put(self.messages, message, call, tree, self._dialect.described)
        else:
            put_members(message, row.said, tree)
            for name, value in row.only.items():
                setattr(message, name, value)
        return Sent(f"{SERVICE}/{row.method}", printed(message))

    # what comes back

    def answer(self, call: Call, reply: Reply) -> Heard:
        if reply.status != OK or reply.message is None:
            # Clients go on without a method that a server does not have, where its status says so.
            return Heard(_failed(_NO_STATUS, reply.text), reply.status if reply.status == UNIMPLEMENTED else None)
        row = _BY_TWIN[call.path]
        try:
            message = self.messages.read(f"milvus.{row.gives}", reply.message)
        except TooMany as e:
            raise AnswerTooLarge("more values than a message may hold", f"{Bounds().values} values") from e
        except CallRefused as e:
            raise ValueError("an answer that is not known in full") from e
        status = message if row.gives == "Status" else message.status
        if status.code or status.error_code:
            return Heard(_failed(status.code or _NO_STATUS, status.reason or status.detail))
        tree, beside = self._data(row, call, message)
        return Heard(Answer(200, body=strict_json.dump(tree)), _Kept(row.twin, message, beside))

    def _data(self, row: Row, call: Call, message: Message) -> tuple[dict[str, Json], found.Kept | None]:
        if row.method == "Query":
            return found.records(call, message)
        if row.method in ("Search", "HybridSearch"):
            return found.hits(call, message, self._key(call))
        name = row.twin.removeprefix("/v2/vectordb/").replace("/", "_")
        told = writing.told(name, message) if row.method in _RECORDS else TELLINGS.get(row.twin, DONE).data(message)
        return {"code": 0, "data": told}, None

    def _key(self, call: Call) -> str:
        """What ids are called in the collection of a call that was just read."""
        return self._dialect.described(call).key

    def given(self, call: Call, answer: Answer, kept: object = None) -> Reply:
        row, tree = _BY_TWIN[call.path], as_tree(orjson.loads(answer.body))
        code = tree.get("code")
        if answer.status != 200 or not done(tree):
            if kept == UNIMPLEMENTED:
                return Reply(None, UNIMPLEMENTED, str(tree.get("message", "")))
            return self._told(row, code if type(code) is int else _NO_STATUS, str(tree.get("message", "")))
        if isinstance(kept, _Kept) and kept.twin != row.twin:  # what is kept to rows was asked in another way
            kept = _Kept(row.twin, self.messages.new(f"milvus.{row.gives}")) if row.method not in _RECORDS else None
        if not isinstance(kept, _Kept):
            if TELLINGS.get(row.twin) is None and row.method not in _RECORDS:
                return Reply(printed(self.messages.new(f"milvus.{row.gives}")))
            raise ValueError("an answer of which nobody knows the types")
        return Reply(printed(self._put_data(row, call, tree, kept)))

    def _put_data(self, row: Row, call: Call, tree: dict[str, Json], kept: _Kept) -> Message:
        message = self.messages.new(f"milvus.{row.gives}")
        if kept.beside is not None:
            message.status.SetInParent()
            if row.method == "Query":
                found.put_records(message, tree, kept.beside, self._key(call) if options.of(call, options.KEY) else "")
            else:
                found.put_hits(message, tree, kept.beside)
            return message
        message.CopyFrom(kept.message)
        status = message if row.gives == "Status" else message.status
        status.Clear()
        if row.gives != "Status":
            message.status.SetInParent()
        data = tree.get("data")
        if row.method in _RECORDS:
            writing.put_told(row.twin.removeprefix("/v2/vectordb/").replace("/", "_"), message, data)
        else:
            TELLINGS.get(row.twin, DONE).put(message, data)
        return message

    def says(self, question: Call) -> bool:
        return question.path in _BY_TWIN

    # what is refused

    def refused(self, path: str, refusal: Refusal, agent: str = "") -> Reply:
        rows = _BY_METHOD.get(path)
        if rows is None and path != _CONNECT:
            # Of what is newer, clients then try the older way: a field is added by either.
            later = refusal.code == "route.refused" and REFUSED.get(path.rpartition("/")[2]) == LATER
            lacks = later or refusal.code == "route.unknown"
            status = UNIMPLEMENTED if lacks else self.statuses.get(refusal.status, 7)
            return Reply(None, status, str(refusal))
        code = as_tree(strict_json.parse(self._dialect.render(refusal, agent).body)).get("code")
        return self._told(rows[0] if rows else None, code if type(code) is int else _NO_STATUS, str(refusal))

    def _told(self, row: Row | None, code: int, text: str) -> Reply:
        gives = row.gives if row is not None else "ConnectResponse"
        message = self.messages.new(f"milvus.{gives}")
        status = message if gives == "Status" else message.status
        status.error_code, status.reason = _OLDER.get(code, _BAD), text
        status.code = _NO_STATUS if code in (0, _AGAIN) else code
        return Reply(printed(message))

    # how clients start, and log in

    def opened(self, path: str, message: bytes = b"") -> Reply | None:
        if path == HEALTH:
            return super().opened(path, message)
        if path != _CONNECT:
            return None
        self.messages.read("milvus.ConnectRequest", message)
        said = self.messages.new("milvus.ConnectResponse")
        said.status.SetInParent()
        said.server_info.build_tags, said.server_info.deploy_mode, said.identifier = "vecgate", "GATEWAY", 1
        return Reply(printed(said))

    def login(self, metadata: Pairs) -> Pairs:
        """Clients put their token, or name and password, in base64, without a word before it."""
        return tuple((name, _opened(value) if name.lower() == "authorization" else value) for name, value in metadata)

    def key(self, headers: Pairs) -> Pairs:
        """The server takes `name:password` in base64, and nothing before it."""
        return tuple((name, _closed(value) if name.lower() == "authorization" else value) for name, value in headers)


def _row(path: str, message: Message) -> Row:
    for row in _BY_METHOD[path]:
        fits = all(getattr(message, name) == value for name, value in row.only.items())
        if fits and (not row.needs or getattr(message, row.needs)):
            return row
    unreadable(f"a '{message.DESCRIPTOR.name}' says something that is not spoken here")


def _named(row: Row, message: Message) -> dict[str, Json]:
    tree = members(message, {**row.said, **dict.fromkeys(row.only, "")})
    if getattr(message, "replica_number", 1) not in (0, 1):
        unreadable("'replica_number' may be 1 alone")
    if row.method == "Flush":
        names = tree.get("collectionName")
        if not isinstance(names, list) or len(names) != 1:
            unreadable("collections are flushed one at a time here")
        tree["collectionName"] = names[0]
    return tree


def _has_database(row: Row) -> bool:
    return row.method in bodies.READ or "dbName" in row.said.values()


def _database(metadata: Pairs) -> str:
    """The database that metadata says: of two the server takes the first, so there may be one."""
    told = [value for name, value in metadata if name == "dbname"]
    if len(told) > 1:
        unreadable("'dbname' stands twice in the metadata")
    return told[0] if told else ""


def _failed(code: int, text: str) -> Answer:
    return Answer(200, body=strict_json.dump({"code": code, "message": text}))


def _opened(value: str) -> str:
    """A key as REST has it; what is none is left as it is."""
    try:
        return f"Bearer {base64.b64decode(value, validate=True).decode('ascii')}"
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return value


def _closed(value: str) -> str:
    scheme, _, rest = value.partition(" ")
    if scheme.lower() == "basic":
        return rest
    return base64.b64encode((rest if scheme.lower() == "bearer" else value).encode()).decode()
