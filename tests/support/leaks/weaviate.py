"""Ways to reach another tenant's records in Weaviate, and a Weaviate with two tenants in one class.

Most turn on the document of GraphQL, on names that are folded, on members that stand twice, and on routes that take a class where
one does not look.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from support.leaks import MARK, OTHER, OWN, RECORDS, Ask, Said, Way

NAME: Final = "Shared"
OWN_IDS: Final = tuple(f"abc10000-0000-4000-8000-{n:012}" for n in range(RECORDS))
FOREIGN_IDS: Final = tuple(f"abc20000-0000-4000-8000-{n:012}" for n in range(RECORDS))
MINE, THEIRS, NOBODYS = OWN_IDS[3], FOREIGN_IDS[3], "abc30000-0000-4000-8000-000000000003"
PROPERTIES: Final = [
    {"name": "tenant", "dataType": ["text"], "tokenization": "field"}, {"name": "n", "dataType": ["int"]},
    {"name": "text", "dataType": ["text"], "tokenization": "word"}, {"name": "city", "dataType": ["text"], "tokenization": "field"},
    {"name": "knows", "dataType": [NAME]},
]  # fmt: skip
_PAGE: Final = 100


def stored(tenant: str, n: int, id: str) -> dict[str, Any]:
    text = "acme" if tenant == OWN else MARK
    properties = {"tenant": tenant, "n": n, "text": f"{text} note {n}", "city": f"{text}-{n % 20}"}
    return {"class": NAME, "id": id, "properties": properties, "vector": [1.0 + n % 20, 1.0 + n // 20]}


@dataclass
class Weaviate:
    """The shared class. `ask` reaches the database as it is: (method, path, body) -> tree."""

    ask: Callable[[str, str, Any], Any]

    def fill(self) -> None:
        self.ask("DELETE", f"/v1/schema/{NAME}", None)
        told = {"class": NAME, "properties": PROPERTIES, "vectorizer": "none", "invertedIndexConfig": {"indexNullState": True}}  # fmt: skip
        self.ask("POST", "/v1/schema", told)
        for tenant, ids in ((OWN, OWN_IDS), (OTHER, FOREIGN_IDS)):
            self.ask("POST", "/v1/batch/objects", {"objects": [stored(tenant, n, id) for n, id in enumerate(ids)]})

    def _of(self, tenant: str) -> Any:
        """Page by page, of all that there is."""
        found: list[Any] = []
        while True:
            path = f"/v1/objects?class={NAME}&limit={_PAGE}&offset={len(found)}"
            page = (self.ask("GET", path, None) or {}).get("objects") or []
            found += page
            if len(page) < _PAGE:
                break
        mine = (one for one in found if tenant in json.dumps((one.get("properties") or {}).get("tenant")))
        return sorted(json.dumps([one["id"], one.get("properties")], sort_keys=True) for one in mine)

    def foreign(self) -> Any:
        return self._of(OTHER)

    def owned(self) -> str:
        return json.dumps(self._of(OWN))


def heard(said: Said) -> Said:
    """An answer of success that holds errors and nothing else is one of failure."""
    tree = said.tree
    failed = isinstance(tree, dict) and tree.get("errors") and not any((tree.get("data") or {}).get("Get", {}).values())
    return Said(max(said.status, 400), tree) if failed else said


def leaf(operator: str, name: str, **value: Any) -> dict[str, Any]:
    return {"operator": operator, "path": [name], **value}


T: Final = leaf("Equal", "tenant", valueText=OWN)
T2: Final = leaf("Equal", "tenant", valueText=OTHER)
#: Filters of a caller who wants more.
FILTERS: Final[dict[str, Any]] = {
    "the other tenant": T2, "either": {"operator": "Or", "operands": [T, T2]}, "not one's own": {"operator": "Not", "operands": [T]}, "unequal": {**T, "operator": "NotEqual"},
    "a pattern": leaf("Like", "tenant", valueText="*"), "all that has one": leaf("IsNull", "tenant", valueBoolean=False), "a foreign id": leaf("Equal", "id", valueText=THEIRS),
    "a word": leaf("Like", "text", valueText=f"{MARK}*"), "a range": leaf("GreaterThan", "n", valueInt=-1), "not not theirs": {"operator": "And", "operands": [{"operator": "Not", "operands": [{"operator": "Not", "operands": [T2]}]}]},
    "one of several": leaf("ContainsAny", "tenant", valueText=[OWN, OTHER]), "a text that ends itself": leaf("Equal", "tenant", valueText='acme"}) {id} #'),
}  # fmt: skip
_SHARPEST: Final = ("the other tenant", "not one's own", "a pattern", "a foreign id")


def told(where: Any) -> str:
    """A filter as GraphQL."""
    if isinstance(where, dict):
        return "{" + ",".join(f"{key}:{value if key == 'operator' else told(value)}" for key, value in where.items()) + "}"  # fmt: skip
    return "[" + ",".join(map(told, where)) + "]" if isinstance(where, list) else json.dumps(where)


def _g(text: str, **more: Any) -> tuple[Ask, ...]:
    return (Ask("POST", "/v1/graphql", {"query": text, **more}),)


def _get(arguments: str = "", shown: str = "text city _additional{id}") -> tuple[Ask, ...]:
    return _g(f"{{Get{{{NAME}{f'({arguments})' if arguments else ''}{{{shown}}}}}}}")


def _rest(method: str, path: str, body: Any = None) -> tuple[Ask, ...]:
    return (Ask(method, f"/v1{path}", body),)


type Named = tuple[str, str, tuple[Ask, ...]]
_W: Final = {"Where": T2}

_READS: Final[list[Named]] = [
    ("all", "filter", _get("limit:400")),
    ("all, without saying how many", "filter", _get()),
    *((f"get: {name}", "filter", _get(f"where:{told(where)},limit:400")) for name, where in FILTERS.items()),
    *((f"nearest: {name}", "nearest", _get(f"nearVector:{{vector:[1,1]}},where:{told(FILTERS[name])},limit:400")) for name in _SHARPEST),
    ("nearest", "nearest", _get("nearVector:{vector:[1,1]},limit:400")),
    ("nearest to a foreign one", "nearest", _get(f'nearObject:{{id:"{THEIRS}"}},limit:400')),
    ("by words", "nearest", _get(f'bm25:{{query:"{MARK}"}},limit:400')),
    ("by both", "nearest", _get(f'hybrid:{{query:"{MARK}",vector:[1,1]}},limit:400')),
    ("sorted", "page", _get('sort:[{path:["n"],order:desc}],limit:400')),
    ("further on", "page", _get("offset:150,limit:250")),
    ("after an id", "page", _get(f'after:"{OWN_IDS[-1]}",limit:400')),
    ("in groups", "group", _get('groupBy:{path:["city"],groups:50,objectsPerGroup:50},nearVector:{vector:[1,1]}')),
    ("through a reference", "reference", _get("limit:400", f"knows{{...on {NAME}{{text}}}}")),
    ("three at once", "form", _g(f"{{Get{{a:{NAME}{{city}} b:{NAME}(limit:400){{text}} c:{NAME}(offset:200){{text}}}}}}")),
    ("in a fragment", "form", _g(f"query{{Get{{{NAME}(limit:400){{...F}}}}}} fragment F on {NAME}{{text}}")),
    ("by a variable", "form", _g(f"query($w:W){{Get{{{NAME}(where:$w,limit:400){{text}}}}}}", variables={"w": T2})),
    ("by a variable that is nothing", "form", _g(f"query($w:W){{Get{{{NAME}(where:$w,limit:400){{text}}}}}}", variables={"w": None})),
    ("a comment", "form", _g(f"{{Get{{{NAME}(limit:400 # where:\n){{text}}}}}}")),
    ("a block", "form", _g(f'{{Get{{{NAME}(limit:400,where:{{operator:Like,path:["tenant"],valueText:"""*"""}}){{text}}}}}}')),
    ("a document twice", "form", (Ask("POST", "/v1/graphql", f'{{"query":"{{Get{{{NAME}{{city}}}}}}","QUERY":"{{Get{{{NAME}(limit:400){{text}}}}}}"}}'.encode()),)),
    ("many documents", "form", _rest("POST", "/graphql/batch", [{"query": f"{{Get{{{NAME}(limit:400){{text}}}}}}"}])),
    ("in every class", "form", _g("{Explore(nearVector:{vector:[1,1]}){beacon}}")),
    ("listed", "filter", _rest("GET", "/objects?limit=400")),
    ("listed, of the class", "filter", _rest("GET", f"/objects?class={NAME}&limit=400")),
    ("listed, in another case", "filter", _rest("GET", f"/objects?Class={NAME}&limit=400")),
    ("a foreign record", "id", _rest("GET", f"/objects/{NAME}/{THEIRS}")),
    ("in capitals", "id", _rest("GET", f"/objects/{NAME.upper()}/{THEIRS.upper()}")),
    ("without its class", "id", _rest("GET", f"/objects/{THEIRS}")),
    *((f"search {verb}: {name}", "nearest", _rest("POST", f"/search/{NAME}/{verb}", {**said, "where": FILTERS[name], "limit": 400}))
      for verb, said in (("near-object", {"id": MINE}), ("bm25", {"query": "note"})) for name in _SHARPEST),
    ("search from a foreign one", "nearest", _rest("POST", f"/search/{NAME}/near-object", {"id": THEIRS, "limit": 400})),
    ("search, a filter in another case", "form", _rest("POST", f"/search/{NAME}/near-object", {"id": MINE, "where": T, "WHERE": T2, "limit": 400})),
]  # fmt: skip
_COUNTS: Final[list[Named]] = [
    ("count", "count", _g(f"{{Aggregate{{{NAME}{{meta{{count}}}}}}}}")),
    *((f"count: {name}", "count", _g(f"{{Aggregate{{{NAME}(where:{told(where)}){{meta{{count}} city{{topOccurrences{{value}}}}}}}}}}")) for name, where in FILTERS.items()),
    *((f"counted in groups: {name}", "count", _rest("POST", f"/aggregate/{NAME}", {"groupBy": "city", "where": FILTERS[name]})) for name in _SHARPEST),
    ("counted in groups", "count", _rest("POST", f"/aggregate/{NAME}", {"groupBy": "text"})),
    ("counted, a filter in another case", "form", _rest("POST", f"/aggregate/{NAME}", {"groupBy": "text", **_W})),
    ("counted, a filter twice", "form", (Ask("POST", f"/v1/aggregate/{NAME}", f'{{"groupBy":"text","where":{json.dumps(T)},"where":{{"valueText":"{OTHER}"}}}}'.encode()),)),
    ("what would be deleted", "count", _rest("DELETE", "/batch/objects", {"match": {"class": NAME, "where": T2}, "dryRun": True, "output": "verbose"})),
    ("nodes", "count", _rest("GET", f"/nodes/{NAME}?output=verbose")),
]  # fmt: skip


def _new(tenant: Any = OWN, id: str = NOBODYS, **more: Any) -> dict[str, Any]:
    return {"class": NAME, "id": id, "properties": {"tenant": tenant, "n": 1, "text": "acme", **more}, "vector": [1, 1]}


_WRITES: Final[list[Named]] = [
    *((f"delete: {name}", "delete", _rest("DELETE", "/batch/objects", {"match": {"class": NAME, "where": where}})) for name, where in FILTERS.items()),
    ("delete, a class in another case", "delete", _rest("DELETE", "/batch/objects", {"match": {"class": NAME.lower(), "Where": T2}})),
    ("delete a foreign record", "delete", _rest("DELETE", f"/objects/{NAME}/{THEIRS}")),
    ("delete it in capitals", "delete", _rest("DELETE", f"/objects/{NAME.upper()}/{THEIRS.upper()}")),
    ("delete it without its class", "delete", _rest("DELETE", f"/objects/{THEIRS}")),
    ("put over a foreign record", "write over", _rest("PUT", f"/objects/{NAME}/{THEIRS}", _new(id=THEIRS))),
    ("a part of a foreign record", "write over", _rest("PATCH", f"/objects/{NAME}/{THEIRS}", {"properties": {"n": 9}})),
    ("one's own, with another id inside", "write over", _rest("PATCH", f"/objects/{NAME}/{MINE}", {"id": THEIRS, "properties": {"n": 9}})),
    ("post over a foreign record", "write over", _rest("POST", "/objects", _new(id=THEIRS.upper()))),
    ("many over a foreign record", "write over", _rest("POST", "/batch/objects", {"objects": [_new(id=THEIRS)]})),
    ("many, one of them foreign", "write over", _rest("POST", "/batch/objects", {"objects": [_new(id=MINE), {**_new(id=THEIRS.upper()), "class": NAME.lower()}]})),
    ("write as the other", "write as", _rest("POST", "/objects", _new(OTHER))),
    ("write as both", "write as", _rest("POST", "/objects", _new([OWN, OTHER]))),
    ("write as the other in another case", "write as", _rest("POST", "/objects", {"class": NAME, "id": NOBODYS, "properties": {"Tenant": OTHER}})),
    ("many as the other", "write as", _rest("POST", "/batch/objects", {"objects": [_new(OTHER)]})),
    ("give one's own away", "write as", _rest("PATCH", f"/objects/{NAME}/{MINE}", {"properties": {"tenant": OTHER}})),
    ("give it away in another case", "write as", _rest("PATCH", f"/objects/{NAME}/{MINE}", {"properties": {"Tenant": OTHER}})),
    ("a tenant twice", "form", (Ask("POST", "/v1/objects", f'{{"class":"{NAME}","id":"{NOBODYS}","properties":{{"tenant":"{OWN}","tenant":"{OTHER}"}}}}'.encode()),)),
    ("objects twice", "form", (Ask("POST", "/v1/batch/objects", json.dumps({"objects": [], "OBJECTS": [_new(id=THEIRS)]}).encode()),)),
    ("a reference to a foreign record", "reference", _rest("POST", f"/objects/{NAME}/{MINE}/references/knows", {"beacon": f"weaviate://localhost/{NAME}/{THEIRS}"})),
    ("drop the class", "whole", _rest("DELETE", f"/schema/{NAME}")),
    ("drop it in capitals", "whole", _rest("DELETE", f"/schema/{NAME.upper()}")),
    ("classify all", "whole", _rest("POST", "/classifications", {"class": NAME, "type": "knn", "classifyProperties": ["city"], "basedOnProperties": ["text"]})),
]  # fmt: skip
_ALIKE: Final[list[tuple[str, tuple[Ask, ...]]]] = [
    ("is that record there? by id", tuple(Ask("GET", f"/v1/objects/{NAME}/{id}") for id in (THEIRS, NOBODYS))),
    ("is that record there? by its head", tuple(Ask("HEAD", f"/v1/objects/{NAME}/{id}") for id in (THEIRS, NOBODYS))),
    ("is that record there? by a change", tuple(Ask("PATCH", f"/v1/objects/{NAME}/{id}", {"properties": {"n": 3}}) for id in (THEIRS, NOBODYS))),
    ("is that record there? by a count", tuple(_g(f"{{Aggregate{{{NAME}(where:{told(leaf('Equal', 'id', valueText=id))}){{meta{{count}}}}}}}}")[0] for id in (THEIRS, NOBODYS))),
    ("is that word there?", tuple(_g(f"{{Aggregate{{{NAME}(where:{told(leaf('Like', 'text', valueText=word))}){{meta{{count}}}}}}}}")[0] for word in (f"{MARK}*", "NOBODY*"))),
]  # fmt: skip


def _counted(answers: Sequence[Said]) -> str:
    """Whether an answer counts more than one's own."""
    return "counted" if any(_most(said.tree) > RECORDS for said in answers if said.status < 300) else ""


def _most(node: Any) -> int:
    if isinstance(node, dict):
        counts = (v for k, v in node.items() if k in ("count", "matches", "objectCount") and type(v) is int)
        return max((*counts, *map(_most, node.values())), default=0)
    return max(map(_most, node), default=0) if isinstance(node, list) else 0


WAYS: Final = (
    *(Way(name, kind, calls, judge=_counted) for name, kind, calls in (*_READS, *_COUNTS, *_WRITES)),
    *(Way(name, "existence", calls, alike=True) for name, calls in _ALIKE),
)


def kept_by_a_library(ask: Ask) -> Ask:
    """What a careful program does that knows its tenant: its condition beside every filter, its property in every object."""
    if not isinstance(ask.body, Mapping):
        return ask
    body: dict[str, Any] = dict(ask.body)

    def beside(where: Any) -> Any:
        return {"operator": "And", "operands": [where, T]} if where else T

    if "/search/" in ask.path or "/aggregate/" in ask.path:
        body["where"] = beside(body.get("where"))
    elif "match" in body:
        body["match"] = {**body["match"], "where": beside(body["match"].get("where"))}
    elif "objects" in body:
        body["objects"] = [{**one, "properties": {**one["properties"], "tenant": OWN}} for one in body["objects"]]
    elif "properties" in body:
        body["properties"] = {**body["properties"], "tenant": OWN}
    elif "query" in body:
        body["query"] = _document(body["query"], told(T))
    return Ask(ask.method, ask.path, body, ask.headers)


def _document(text: str, condition: str) -> str:
    """As programs do that write documents from parts: the filter that was given, and theirs."""
    opened = f"{NAME}("
    if "where:{" in text:
        at = text.index("where:{") + 6
        end, depth = at, 0
        for end in range(at, len(text)):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            if depth == 0:
                break
        return f"{text[:at]}{{operator:And,operands:[{text[at : end + 1]},{condition}]}}{text[end + 1 :]}"
    if "where:" in text or opened not in text:
        return text.replace(f"{NAME}{{", f"{NAME}(where:{condition}){{", 1)
    return text.replace(opened, f"{opened}where:{condition},", 1)
