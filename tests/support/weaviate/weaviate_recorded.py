"""How would a real Weaviate answer this very call? A stand-in with the recorded people, which reads calls as loosely as it does.

It folds the names of members, lets the last of two count and merges objects, takes a tenant in its one place and overlooks
it elsewhere, lists all classes where none is named, and deletes all tenants' data for an empty list: what gets past the
gateway in one of these ways shows.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    ValueNode,
    parse,
    value_from_ast_untyped,
)

from support.tools.served import Quiet, served
from support.weaviate.asked import CLASSES, described, prop

#: Members that are folded, in whatever spelling they come.
_MEMBERS: Final = (
    "class", "tenant", "id", "where", "operator", "path", "operands", "query", "limit", "properties", "match", "objects",
    "dryRun", "output", "returnProperties", "groupBy", "valueText", "valueInt", "valueTextArray", "valueBoolean", "valueNumber",
)  # fmt: skip
_POINTERS: Final = frozenset({"where", "dryRun", "limit"})
_BLOCKS: Final = re.compile(r'"""|#')


RECORDED: Final = Path(__file__).parents[2] / "recorded" / "weaviate.jsonl"


@cache
def fixture() -> tuple[dict[str, Any], ...]:
    """The objects that the real server was given first: six people of two tenants, and notes of two tenants of its own."""
    found: list[dict[str, Any]] = []
    for line in RECORDED.read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["source"].startswith("script:fixture ") and row["path"] == "/v1/batch/objects":
            found += row["request"]["json"]["objects"]
    return tuple(found)


def folded(key: str) -> str:
    return key.replace("\u017f", "s").replace("\u212a", "k").casefold()


_KNOWN: Final = {folded(name): name for name in _MEMBERS}


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Members as Go reads them: folded, the last counts, objects under a pointer are merged, null takes one away."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        name = _KNOWN.get(folded(key), key)
        if isinstance(found.get(name), dict) and isinstance(value, dict) and name in ("where", "match"):
            found[name] = {**found[name], **value}
        elif value is None and name not in _POINTERS:
            continue
        else:
            found[name] = value
    return found


def read(body: bytes) -> Any:
    """The first document of a body."""
    return json.JSONDecoder(object_pairs_hook=_pairs).raw_decode(body.decode("utf-8", "replace"))[0] if body else {}


#: What clients ask before they begin.
_OF_ITSELF: Final = {
    "meta": {"hostname": "http://[::]:8080", "version": "1.40.0", "modules": {}, "grpcMaxMessageSize": 104_858_000},
    "nodes": {"nodes": [{"name": "node1", "status": "HEALTHY", "version": "1.40.0"}]},
}


#: What a real server says of every class beside its properties; clients read it before they write.
_BESIDE: Final = RECORDED.with_name("weaviate_class.json")
_OF_EACH: Final = {"indexFilterable": True, "indexRangeFilters": False, "indexSearchable": True}


def _whole(found: dict[str, Any]) -> dict[str, Any]:
    properties = [{**_OF_EACH, **one} for one in found["properties"]]
    modules = {"moduleConfig": {found["vectorizer"]: {}}}
    return {**modules, **json.loads(_BESIDE.read_text("utf-8")), **found, "properties": properties}


class WeaviateRecorded:
    """People of two tenants by a property, and notes of two tenants of the server's own."""

    def __init__(self) -> None:
        self.classes: dict[str, dict[str, Any]] = {
            name: {**one, "properties": [*one["properties"]]} for name, one in CLASSES.items()
        }
        self.stored: dict[tuple[str, str, str], dict[str, Any]] = {}
        self.vectors: dict[tuple[str, str, str], dict[str, Any]] = {}
        for one in fixture():
            self.stored[one["class"], one.get("tenant", ""), one["id"]] = {**one["properties"]}

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, Any]:
        url = urlsplit(target)
        query, parts = dict(parse_qsl(url.query, keep_blank_values=True)), url.path.split("/")[2:]
        tree = read(body)
        match method, parts:
            case "GET", [("meta" | "nodes") as what]:
                return 200, _OF_ITSELF[what]
            case "GET", ["schema", name]:
                found = self.classes.get(name[:1].upper() + name[1:])
                return (200, _whole(found)) if found else (404, None)
            case _, ["schema", *name] if len(name) < 2:
                return self._schema(method, "".join(name), tree)
            case "POST", ["graphql"]:
                return 200, self._graphql(str(tree["query"]))
            case "POST", ["search", name, _]:
                return self._search(name, tree)
            case "POST", ["aggregate", name]:
                return self._aggregate(name, tree)
            case "GET", ["objects"]:
                first, most = int(query.get("offset", 0)), int(query.get("limit", 10))
                return 200, {"objects": [self._shown(*one) for one in self._list(query)][first : first + most]}
        return self._change(method, parts, query.get("tenant", ""), tree)

    def _schema(self, method: str, name: str, tree: Any) -> tuple[int, Any]:
        """What classes there are; one is shown by its name, and dropped under any case of it."""
        if method == "POST":
            self.classes[tree["class"]] = described(tree["class"], *tree.get("properties", []))
            return 200, tree
        if method == "DELETE":
            there = self._any_case(name)
            self.classes.pop(there, None)
            self.stored = {key: one for key, one in self.stored.items() if key[0] != there}
            return 200, None
        if not name:
            return 200, {"classes": [*map(_whole, self.classes.values())]}
        found = self.classes.get(name[:1].upper() + name[1:])
        return (200, _whole(found)) if found else (404, None)

    def _change(self, method: str, parts: list[str], tenant: str, tree: Any) -> tuple[int, Any]:
        match method, parts:
            case "DELETE", ["batch", "objects"]:
                return self._delete(tree, tenant)
            case "DELETE", ["schema", name, "tenants"]:
                gone = {str(one) for one in tree}
                self.stored = {
                    key: one for key, one in self.stored.items() if key[0] != name or (gone and key[1] not in gone)
                }
                return 200, None
            case (("POST" | "PUT" | "PATCH"), ["batch", "objects"] | ["objects", *_]):
                return self._write(method, parts, tree)
            case "HEAD", ["schema", name, "tenants", named]:
                return (200 if any(key[:2] == (name, named) for key in self.stored) else 404), None
            case _, ["objects", name, id]:
                return self._one(method, self._any_case(name), tenant, id)
        return 404, None

    def _any_case(self, name: str) -> str:
        return next((one for one in self.classes if one.casefold() == name.casefold()), name)

    def _list(self, query: dict[str, str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Without a class all of them; the tenant in every class that has tenants."""
        for (name, tenant, id), one in self.stored.items():
            if query.get("class", "") in ("", name) and (tenant == query.get("tenant", "")):
                yield name, id, one

    def _shown(self, name: str, id: str, one: dict[str, Any]) -> dict[str, Any]:
        return {"class": name, "id": id, "properties": one}

    def _one(self, method: str, name: str, tenant: str, id: str) -> tuple[int, Any]:
        key = (name, tenant, id.lower())
        if method == "DELETE":
            self.stored.pop(key, None)
            return 204, None
        if method == "HEAD":
            return (204 if key in self.stored else 404), None
        return (200, self._shown(name, id, self.stored[key])) if key in self.stored else (404, None)

    def _write(self, method: str, parts: list[str], tree: Any) -> tuple[int, Any]:
        for one in tree["objects"] if parts[0] == "batch" else [tree]:
            name = parts[1] if len(parts) == 3 else one["class"][:1].upper() + one["class"][1:]
            key = (name, one.get("tenant", ""), (parts[2] if len(parts) == 3 else one.get("id", "new")).lower())
            given = {key_[:1].lower() + key_[1:]: value for key_, value in one.get("properties", {}).items()}
            self._learn(name, given)
            if method == "POST" and parts[0] == "objects" and key in self.stored:
                return 422, {"error": [{"message": "id already exists"}]}
            if method != "POST" and key not in self.stored:
                return 404, None
            self.stored[key] = {**self.stored[key], **given} if method == "PATCH" else given
            brought = {name: one[name] for name in ("vector", "vectors") if one.get(name)}
            self.vectors[key] = {**self.vectors.get(key, {}), **brought} if method == "PATCH" else brought
        return (204, None) if method == "PATCH" else (200, tree)

    def _learn(self, name: str, given: dict[str, Any]) -> None:
        """A property that a class does not have yet is one from then on."""
        known = {one["name"] for one in self.classes[name]["properties"]}
        self.classes[name]["properties"] += [
            prop(key, _TYPES.get(type(value), "text")) for key, value in given.items() if key not in known
        ]

    def found(self, name: str, tenant: str, where: Any) -> list[tuple[str, dict[str, Any]]]:
        fits = condition(where) if where else lambda id, one: True
        return [(key[2], one) for key, one in self.stored.items() if key[:2] == (name, tenant) and fits(key[2], one)]

    def _search(self, name: str, tree: Any) -> tuple[int, Any]:
        found = self.found(name, tree.get("tenant", ""), tree.get("where"))[: tree.get("limit", 10)]
        shown = tree.get("returnProperties")
        results = [
            {"id": id, "properties": {k: v for k, v in one.items() if shown is None or k in shown}} for id, one in found
        ]
        return 200, {"results": results}

    def _aggregate(self, name: str, tree: Any) -> tuple[int, Any]:
        found = self.found(name, tree.get("tenant", ""), tree.get("where"))
        if "groupBy" not in tree:
            return 200, {"count": len(found)}
        values = sorted({str(one.get(tree["groupBy"])) for _, one in found})
        return 200, {"groups": [{"count": 1, "groupedBy": {"path": [tree["groupBy"]], "value": one}} for one in values]}

    def _delete(self, tree: Any, tenant: str) -> tuple[int, Any]:
        name = tree["match"]["class"]
        found = self.found(name, tenant, tree["match"].get("where"))
        if not tree.get("dryRun"):
            for id, _ in found:
                del self.stored[name, tenant, id]
        return 200, {"results": {"matches": len(found), "objects": [{"id": id} for id, _ in found]}}

    def _graphql(self, text: str) -> Any:
        assert not _BLOCKS.search(re.sub(r'"(?:[^"\\]|\\.)*"', "", text)), (
            "comments and blocks are read differently there"
        )
        tree, data = parse(text), dict[str, Any]()
        assert isinstance(tree, DocumentNode)
        (operation,) = tree.definitions
        assert isinstance(operation, OperationDefinitionNode)
        errors = list[Any]()
        for root in fields(operation):
            data[root.name.value] = {}
            for one in fields(root):
                key, odd = (one.alias or one.name).value, self._unknown(root.name.value, one)
                data[root.name.value][key] = None if odd else self._run(root.name.value, one)
                errors += [{"message": f'Cannot query field "{odd}" on type "{one.name.value}".'}] if odd else []
        return {"data": data, "errors": errors} if errors else {"data": data}

    def _unknown(self, root: str, node: FieldNode) -> str:
        """A property that is asked for and that the class does not have."""
        known = {one["name"] for one in self.classes[node.name.value]["properties"]} | {"_additional"}
        return next((one.name.value for one in fields(node) if root == "Get" and one.name.value not in known), "")

    def _run(self, root: str, node: FieldNode) -> Any:
        told: dict[str, Any] = {one.name.value: plain(one.value) for one in node.arguments or ()}
        name, tenant = node.name.value, told.get("tenant", "")
        found = self.found(name, tenant, told.get("where"))
        if root == "Get":
            return [
                {
                    one.name.value: _field(one, id, record, place, self.vectors.get((name, tenant, id), {}))
                    for one in fields(node)
                }
                for place, (id, record) in enumerate(found[: told.get("limit", 100)])
            ]
        counted = {"meta": {"count": len(found)}}
        for one in fields(node):
            if one.name.value != "meta":
                values = [{"value": record.get(one.name.value), "occurs": 1} for _, record in found]
                counted[one.name.value] = {"topOccurrences": values}  # type: ignore[dict-item]
        return [counted]


def fields(node: Any) -> list[FieldNode]:
    return [one for one in node.selection_set.selections if isinstance(one, FieldNode)] if node.selection_set else []


def plain(node: ValueNode) -> Any:
    return value_from_ast_untyped(node)


def _field(node: FieldNode, id: str, record: dict[str, Any], place: int, vectors: dict[str, Any]) -> Any:
    """The further down an object is, the further away it is."""
    if node.name.value != "_additional":
        return record.get(node.name.value)
    told = {"id": id, "distance": 0.125 + place / 4, "certainty": 0.5, "vector": [], **vectors}
    return {one.name.value: told.get(one.name.value) for one in fields(node)}


_TYPES: Final[dict[type, str]] = {bool: "boolean", int: "int", float: "number"}


_ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "GreaterThan": lambda a, b: a > b, "GreaterThanEqual": lambda a, b: a >= b, "LessThan": lambda a, b: a < b,
    "LessThanEqual": lambda a, b: a <= b,
}  # fmt: skip


def condition(where: Any) -> Callable[[str, dict[str, Any]], bool]:
    """Whether a record passes, as the real one decided for every form that was recorded."""
    operator = where["operator"]
    if operator in ("And", "Or", "Not"):
        parts = [condition(one) for one in where["operands"]]
        assert parts
        if operator == "Not":
            return lambda id, one: not parts[0](id, one)
        return lambda id, one: (all if operator == "And" else any)(part(id, one) for part in parts)
    (name,) = where["path"] if isinstance(where["path"], list) else [where["path"]]
    (value,) = (one for key, one in where.items() if key.startswith("value"))
    return lambda id, one: _passes(operator, id if name == "id" else one.get(name), value)


def _passes(operator: str, held: Any, value: Any) -> bool:
    if operator == "IsNull":
        return (held is None) == value
    if held is None:
        return operator in ("NotEqual", "ContainsNone")
    several = held if isinstance(held, list) else [held]
    match operator:
        case "Equal" | "NotEqual":
            return (held == value) == (operator == "Equal")
        case "Like":
            return fnmatchcase(str(held).casefold(), str(value).casefold())
        case "ContainsAny" | "ContainsNone":
            return any(one in value for one in several) == (operator == "ContainsAny")
        case "ContainsAll":
            return all(one in several for one in value)
    return _ORDERS[operator](held, value)


@contextmanager
def running_weaviate(folder: Path | None = None, server: WeaviateRecorded | None = None) -> Iterator[str]:
    """Its URL; it is gone when the block ends. `server`: one that is there already."""
    server = server or WeaviateRecorded()

    class Handler(Quiet):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            try:
                status, said = server.answer(self.command, self.path, raw)
            except (AssertionError, AttributeError, GraphQLError, KeyError, TypeError, ValueError):
                status, said = 422, {"error": [{"message": "this is not understood"}]}
            body = b"" if said is None else json.dumps(said).encode()
            self.send_response(status)
            if status != 204:
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_HEAD = do_PUT = do_DELETE = do_PATCH = do_POST

    with served(Handler) as url:
        yield url
