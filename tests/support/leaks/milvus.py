"""Ways to reach another tenant's records in Milvus, and a Milvus with two tenants in one collection.

Most turn on what stands in one text or one body and is read in two ways: parentheses, blanks, ids that are pasted, names
that are folded, members that stand twice.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from support.leaks import MARK, OTHER, OWN, RECORDS, Ask, Said, Way

NAME: Final = "shared"
V2: Final = "/v2/vectordb"
V1: Final = "/v1/vector"
OWN_IDS: Final = tuple(range(1, RECORDS + 1))
FOREIGN_IDS: Final = tuple(range(1001, RECORDS + 1001))
MINE, THEIRS, NOBODYS = 3, 1003, 9003
TYPES: Final = {
    "id": "Int64", "tenant": "VarChar", "n": "Int64", "text": "VarChar", "meta": "JSON", "tags": "Array", "vec": "FloatVector",
}  # fmt: skip


def rows(tenant: str, ids: Sequence[int], text: str) -> list[dict[str, Any]]:
    return [
        {
            "id": id, "tenant": tenant, "n": n, "text": f"{text} note {n}", "meta": {"tenant": tenant, "city": text}, "tags": [text, "all"],
            "vec": [1.0 + n % 20, 1.0 + n // 20], "email": f"{text}-{n}@x.test",
        }
        for n, id in enumerate(ids)
    ]  # fmt: skip


@dataclass
class Milvus:
    """The shared collection. `ask` reaches the database as it is: (method, path, body) -> tree."""

    ask: Callable[[str, str, Any], Any]

    def fill(self) -> None:
        for name in (NAME, "copied", "other"):
            self.ask("POST", f"{V2}/collections/drop", {"collectionName": name})
        fields = [
            {
                "fieldName": name,
                "dataType": kind,
                "isPrimary": name == "id",
                "elementDataType": "VarChar" if kind == "Array" else "",
            }
            for name, kind in TYPES.items()
        ]
        schema = {"enableDynamicField": True, "fields": fields}
        self.ask("POST", f"{V2}/collections/create", {"collectionName": NAME, "schema": schema})
        for tenant, ids, text in ((OWN, OWN_IDS, "acme"), (OTHER, FOREIGN_IDS, MARK)):
            self.ask("POST", f"{V2}/entities/insert", {"collectionName": NAME, "data": rows(tenant, ids, text)})

    def of(self, text: str) -> Any:
        asked = {"collectionName": NAME, "filter": text, "outputFields": ["*"], "limit": 1000}
        return self.ask("POST", f"{V2}/entities/query", asked).get("data") or []

    def foreign(self) -> Any:
        return sorted(json.dumps(one, sort_keys=True) for one in self.of(f'tenant == "{OTHER}"'))

    def owned(self) -> str:
        return json.dumps(self.of(f'tenant == "{OWN}"'))


def heard(said: Said) -> Said:
    """An error comes with the status of success: it is told as one."""
    code = said.tree.get("code") if isinstance(said.tree, dict) else 0
    return said if code in (0, 200) else Said(max(said.status, 400), said.tree)


#: Filters that reach for foreign records: plainly, by saying nothing, and by what ends what stands around them.
FILTERS: Final = {
    "nothing": "", "a blank": " ", "a tab and an end of line": "\t\n", "all there is": "id >= 0", "the other tenant": f'tenant == "{OTHER}"',
    "not one's own": f'tenant != "{OWN}"', "not not theirs": f'not (not (tenant == "{OTHER}"))', "either": f'tenant in ["{OWN}", "{OTHER}"]',
    "out of a list": 'tenant not in ["nobody"]', "foreign ids": f"id in {[*FOREIGN_IDS[:50]]}", "theirs by a pattern": f'text like "{MARK}%"',
    "by the JSON's tenant": f'meta["tenant"] == "{OTHER}"', "in a list": f'array_contains(tags, "{MARK}")', "an or at its end": "id > 0 or id > 1000",
    "out of the parentheses": "id < 0) or (id > 0", "out and in again": "id < 0) or id > 0 or (id < 0", "closed and commented": "id > 0) #",
    "closed and in a list": f"id) in ([{THEIRS}", "a comparison across": 'tenant )!=(""', "parentheses in texts": 'text == ")" or id > 0 or text == "("',
    "a sample": "random_sample(0.99)", "a sample at the end": "id > 0 and random_sample(0.99)", "what nobody knows": "foo(id)", "a comment": "id > 0 // x",
    "tenant == tenant": "tenant == tenant", "in capitals": f'TENANT == "{OTHER}" or id > 0', "dynamic": f'$meta["tenant"] == "{OTHER}" or id > 0',
    "by a template": "id > {x}", "escaped": f'tenant == "{"".join(f"\\u{ord(c):04x}" for c in OTHER)}"', "a constant": "1 == 1", "true": "true or id > 0",
}  # fmt: skip
_SHARPEST: Final = (
    "the other tenant", "not one's own", "out of the parentheses", "out and in again", "a sample at the end", "an or at its end",
)  # fmt: skip


def _v2(path: str, **body: Any) -> Ask:
    return Ask("POST", f"{V2}/entities/{path}", {"collectionName": NAME, **body})


def _v1(path: str, **body: Any) -> Ask:
    return Ask("POST", f"{V1}/{path}", {"collectionName": NAME, **body})


def _raw(path: str, text: str) -> Ask:
    return Ask("POST", path, text.encode())


_ALL: Final = {"outputFields": ["*"], "limit": 1000}
_NEAR: Final = {"data": [[1.0, 1.0]], "annsField": "vec", "limit": 400}


def _sub(text: str | None, **more: Any) -> dict[str, Any]:
    return {**_NEAR, **({} if text is None else {"filter": text}), **more}


type Named = tuple[str, str, tuple[Ask, ...]]

_READS: Final[list[Named]] = [
    ("query without a filter", "filter", (_v2("query", **_ALL),)),
    *((f"query: {name}", "filter", (_v2("query", filter=text, exprParams={"x": 0}, **_ALL),)) for name, text in FILTERS.items()),
    *((f"query v1: {name}", "filter", (_v1("query", filter=text, **_ALL),)) for name, text in FILTERS.items()),
    *((f"search: {name}", "nearest", (_v2("search", filter=FILTERS[name], outputFields=["*"], **_NEAR),)) for name in (*_SHARPEST, "nothing")),
    *((f"search v1: {name}", "nearest", (_v1("search", filter=FILTERS[name], vector=[1.0, 1.0], outputFields=["*"], limit=400),)) for name in _SHARPEST),
    *((f"hybrid: {name}", "hybrid", (_v2("hybrid_search", search=[_sub(f'tenant == "{OWN}"'), _sub(FILTERS[name])], limit=400, outputFields=["*"]),)) for name in _SHARPEST),
    ("hybrid without filters", "hybrid", (_v2("hybrid_search", search=[_sub(None), _sub(None)], limit=400, outputFields=["text"]),)),
    ("hybrid, a filter at the top", "hybrid", (_v2("hybrid_search", search=[_sub(None)], filter=f'tenant == "{OWN}"', limit=400),)),
    ("hybrid by its other name", "hybrid", (_v2("advanced_search", search=[_sub(None)], limit=400, outputFields=["*"]),)),
    ("search without a filter", "nearest", (_v2("search", **_NEAR),)),
    ("searches in one call", "nearest", (_v2("search", data=[[1.0, 1.0], [2.0, 1.0]], limit=300),)),
    ("search for vectors", "nearest", (_v2("search", **_NEAR, outputFields=["vec"]),)),
    ("search without the tenant's field", "nearest", (_v2("search", **_NEAR, outputFields=["text"]),)),
    ("search in groups", "group", (_v2("search", **_NEAR, groupingField="tenant", outputFields=["tenant"]),)),
    ("search by options", "option", (_v2("search", **{**_NEAR, "limit": 1}, searchParams={"topk": 400}),)),
    ("search by a filter among options", "option", (_v2("search", **_NEAR, searchParams={"expr": "id > 0", "filter": "id > 0"}),)),
    ("search by a rank of others", "option", (_v2("search", **_NEAR, functionScore={"functions": [{"params": {"filter": f'tenant == "{OTHER}"'}}]}),)),
    ("search by a radius", "option", (_v2("search", **_NEAR, searchParams={"radius": -1}),)),
    ("query for dynamic fields", "filter", (_v2("query", outputFields=["$meta"], limit=1000),)),
    ("query for ids", "filter", (_v2("query", outputFields=["id"], limit=1000),)),
    ("query page by page", "page", (_v2("query", limit=100, offset=150), _v2("query", limit=150, offset=250))),
    ("query in a partition", "filter", (_v2("query", partitionNames=["_default"], **_ALL),)),
    ("query under a template that is ours", "filter", (_v2("query", filter="id > {x}", exprParams={"x": 0, "tenant": OTHER, "__pk_ids": [THEIRS]}, **_ALL),)),
    # by id
    ("a foreign record", "id", (_v2("get", id=THEIRS, outputFields=["*"]),)),
    ("a foreign record, v1", "id", (_v1("get", id=THEIRS, outputFields=["*"]),)),
    ("records of ids", "id", (_v2("get", id=[MINE, THEIRS, 1004]),)),
    ("a foreign record, as a text", "id", (_v2("get", id=str(THEIRS)),)),
    ("a foreign record, in hex", "id", (_v2("get", id=hex(THEIRS)),)),
    ("a foreign record, octal", "id", (_v1("get", id=f"0{THEIRS:o}"),)),
    ("an id that ends its list", "id", (_v2("get", id=f'x"] or tenant == "{OTHER}" or id in ["'),)),
    ("an id that ends its list, v1", "id", (_v1("get", id=f"1] or id in [{THEIRS}"),)),
    ("ids, and a filter that is not heard", "id", (_v2("get", id=THEIRS, filter=f'tenant == "{OWN}"'),)),
    ("ids in another case", "id", (_v2("get", id=MINE, ID=THEIRS),)),
    # one body, read in two ways
    ("a filter twice", "form", (_raw(f"{V2}/entities/query", f'{{"collectionName":"{NAME}","limit":1000,"filter":"id < 0","filter":"id > 0"}}'),)),
    ("a filter in another case", "form", (_raw(f"{V2}/entities/query", f'{{"collectionName":"{NAME}","limit":1000,"filter":"id < 0","FILTER":"id > 0"}}'),)),
    ("a filter with an escape", "form", (_raw(f"{V2}/entities/query", f'{{"collectionName":"{NAME}","limit":1000,"\\u0066ilter":"id > 0"}}'),)),
    ("fields with a long s", "form", (_raw(f"{V2}/entities/query", f'{{"collectionName":"{NAME}","limit":1000,"outputField\u017f":["text"]}}'),)),
    ("an id twice", "form", (_raw(f"{V2}/entities/get", f'{{"collectionName":"{NAME}","id":{THEIRS},"id":{MINE}}}'),)),
    ("searches twice", "form", (_raw(f"{V2}/entities/hybrid_search", f'{{"collectionName":"{NAME}","limit":400,"search":[{{"data":[[1,1]],"annsField":"vec","filter":"id < 0"}}],"search":[{{"data":[[1,1]],"annsField":"vec","limit":400,"filter":"id > 0"}}]}}'),)),
    ("a second document", "form", (_raw(f"{V2}/entities/query", f'{{"collectionName":"{NAME}","limit":1000}}{{"filter":"id > 0"}}'),)),
    ("a path with an escape", "form", (Ask("POST", f"{V2}/entities/%71uery", {"collectionName": NAME, **_ALL}),)),
    ("a path with an escaped slash", "form", (Ask("POST", "/v2%2fvectordb%2fentities%2fquery", {"collectionName": NAME, **_ALL}),)),
    ("the port beside it", "form", (Ask("POST", "/api/v1/query", {"collection_name": NAME, "expr": "id > 0"}),)),
    ("another database, by a header", "form", (Ask("POST", f"{V2}/entities/query", {"collectionName": NAME, **_ALL}, {"DB-Name": "default"}),)),
]  # fmt: skip
_COUNTS: Final[list[Named]] = [
    ("count", "count", (_v2("query", outputFields=["count(*)"]),)),
    ("count v1", "count", (_v1("query", filter="id > 0", outputFields=["count(*)"], limit=0),)),
    *((f"count: {name}", "count", (_v2("query", filter=FILTERS[name], outputFields=["count(*)"]),)) for name in (*_SHARPEST, "all there is")),
    ("statistics", "count", (Ask("POST", f"{V2}/collections/get_stats", {"collectionName": NAME}),)),
    ("statistics of a partition", "count", (Ask("POST", f"{V2}/partitions/get_stats", {"collectionName": NAME, "partitionName": "_default"}),)),
    ("the collection itself", "count", (Ask("POST", f"{V2}/collections/describe", {"collectionName": NAME}),)),
    ("partitions", "count", (Ask("POST", f"{V2}/partitions/list", {"collectionName": NAME}),)),
    ("segments", "count", (Ask("POST", f"{V2}/segments/describe", {"segmentIDs": [1]}),)),
]  # fmt: skip


def _row(id: Any, tenant: Any = OWN, **more: Any) -> dict[str, Any]:
    return {"id": id, "tenant": tenant, "n": 1, "text": "acme", "meta": {}, "tags": ["all"], "vec": [1.0, 1.0], **more}


_WRITES: Final[list[Named]] = [
    *((f"delete: {name}", "delete", (_v2("delete", filter=text),)) for name, text in FILTERS.items()),
    *((f"delete v1: {name}", "delete", (_v1("delete", filter=FILTERS[name]),)) for name in (*_SHARPEST, "a blank", "all there is", "foreign ids")),
    ("delete by a foreign id, v1", "delete", (_v1("delete", id=THEIRS),)),
    ("delete by an id that ends its list, v1", "delete", (_v1("delete", id=f"{MINE}] or id in [{THEIRS}"),)),
    ("delete what is in no list of nothing", "delete", (_v2("delete", filter="not (id in [])"),)),
    ("upsert over a foreign record", "write over", (_v2("upsert", data=[_row(THEIRS)]),)),
    ("upsert of one's own and a foreign one", "write over", (_v2("upsert", data=[_row(MINE), _row(THEIRS)]),)),
    ("upsert by a text of an id", "write over", (_v2("upsert", data=[_row(str(THEIRS))]),)),
    ("upsert by an id in hex", "write over", (_v2("upsert", data=[_row(hex(THEIRS))]),)),
    ("upsert of a part", "write over", (_v2("upsert", data=[{"id": THEIRS, "text": "gone"}], partialUpdate=True),)),
    ("upsert v1", "write over", (_v1("upsert", data=[_row(THEIRS)]),)),
    ("insert beside a foreign record", "write over", (_v2("insert", data=[_row(THEIRS)]),)),
    ("insert as the other tenant", "write as", (_v2("insert", data=[_row(NOBODYS, OTHER)]),)),
    ("insert as both", "write as", (_v2("insert", data=[_row(NOBODYS, [OWN, OTHER])]),)),
    ("insert as nobody", "write as", (_v2("insert", data=[_row(NOBODYS, None)]),)),
    ("insert in another case", "write as", (_v2("insert", data=[{**_row(NOBODYS), "TENANT": OTHER}]),)),
    ("insert under all dynamic fields", "write as", (_v2("insert", data=[{**_row(NOBODYS), "$meta": {"tenant": OTHER}}]),)),
    ("insert v1 as the other tenant", "write as", (_v1("insert", data=_row(NOBODYS, OTHER)),)),
    ("a tenant twice in a row", "form", (_raw(f"{V2}/entities/insert", f'{{"collectionName":"{NAME}","data":[{{"id":{NOBODYS},"tenant":"{OTHER}","tenant":"{OWN}","vec":[1,1]}}]}}'),)),
    ("rows twice", "form", (_raw(f"{V2}/entities/upsert", f'{{"collectionName":"{NAME}","data":[{{"id":{THEIRS},"tenant":"{OWN}","vec":[1,1]}}],"data":[{{"id":{MINE},"tenant":"{OWN}","vec":[1,1]}}]}}'),)),
    ("drop the collection", "whole", (Ask("POST", f"{V2}/collections/drop", {"collectionName": NAME}),)),
    ("rename it", "whole", (Ask("POST", f"{V2}/collections/rename", {"collectionName": NAME, "newCollectionName": "other"}),)),
    ("an alias for it", "whole", (Ask("POST", f"{V2}/aliases/create", {"collectionName": NAME, "aliasName": "staff"}),)),
]  # fmt: skip
_ALIKE: Final = [
    ("is that record there? by id", tuple(_v2("get", id=id) for id in (THEIRS, NOBODYS))),
    ("is that record there? by a filter", tuple(_v2("query", filter=f"id in [{id}]") for id in (THEIRS, NOBODYS))),
    (
        "is that record there? by a count",
        tuple(_v2("query", filter=f"id == {id}", outputFields=["count(*)"]) for id in (THEIRS, NOBODYS)),
    ),
    ("is that record there? by a delete", tuple(_v2("delete", filter=f"id in [{id}]") for id in (THEIRS, NOBODYS))),
    (
        "is that value there? by a pattern",
        tuple(_v2("query", filter=f'text like "{name}%"', outputFields=["count(*)"]) for name in (MARK, "NOBODY")),
    ),
]


def _counted(answers: Sequence[Said]) -> str:
    """Whether an answer counts more than one's own."""
    found = [_most(said.tree) for said in answers if said.status < 300]
    return "counted" if any(one > RECORDS for one in found) else ""


def _most(node: Any) -> int:
    if isinstance(node, dict):
        named = (
            value
            for key, value in node.items()
            if key in ("count(*)", "rowCount", "deleteCount") and type(value) is int
        )
        return max((*named, *map(_most, node.values())), default=0)
    return max(map(_most, node), default=0) if isinstance(node, list) else 0


WAYS: Final = (
    *(Way(name, kind, calls, judge=_counted) for name, kind, calls in (*_READS, *_COUNTS, *_WRITES)),
    *(Way(name, "existence", calls, alike=True) for name, calls in _ALIKE),
)


def kept_by_a_library(ask: Ask) -> Ask:
    """What a careful program does that knows its tenant: its condition beside every filter, its field in every row."""
    if not isinstance(ask.body, Mapping):
        return ask
    body: dict[str, Any] = dict(ask.body)
    condition = f'tenant == "{OWN}"'
    if "/query" in ask.path or ask.path.endswith(("/search", "/delete", "/hybrid_search", "/advanced_search")):
        given = body.get("filter")
        body["filter"] = f"({given}) and ({condition})" if given else condition
    if ask.path.endswith(("/insert", "/upsert")):
        data = body.get("data")
        body["data"] = [{**one, "tenant": OWN} for one in (data if isinstance(data, list) else [data])]
    return Ask(ask.method, ask.path, body, ask.headers)
