"""Ways to reach another tenant's records in Pinecone, and an index with two tenants in one namespace.

What goes out is judged by an evaluator of the recorded server's words: filters on lists and on what is missing, ids, whole
namespaces, and members that stand twice.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from support.leaks import MARK, OTHER, OWN, RECORDS, Ask, Said, Way
from support.pinecone.recorded import Project

NAME: Final = "shared"
PLACE: Final = f"/idx/{NAME}"
SPACE: Final = "ns"
OWN_IDS: Final = tuple(f"a{n}" for n in range(RECORDS))
FOREIGN_IDS: Final = tuple(f"g{n}" for n in range(RECORDS))
MINE, THEIRS, NOBODYS = "a3", "g3", "x3"
EARLIER: Final = {"x-pinecone-api-version": "2026-04"}
DOCUMENTS: Final = {"x-pinecone-api-version": "2026-07"}


def record(tenant: Any, n: int, id: str) -> dict[str, Any]:
    text = "acme" if tenant == OWN else MARK
    metadata = {"tenant": tenant, "n": n, "text": f"{text} note {n}", "city": f"{text}-{n % 20}"}
    return {"id": id, "values": [1.0 + n % 20, 1.0 + n // 20], "metadata": metadata}


@dataclass
class Pinecone:
    """The shared index, in the evaluator's memory."""

    project: Project

    def fill(self) -> None:
        index = self.project.indexes.get(NAME) or self.project.add(NAME, dimension=2)
        index.spaces.clear()
        for tenant, ids in ((OWN, OWN_IDS), (OTHER, FOREIGN_IDS)):
            index.space(SPACE).update({id: record(tenant, n, id) for n, id in enumerate(ids)})

    def _of(self, tenant: str) -> list[str]:
        index = self.project.indexes.get(NAME)
        spaces = index.spaces if index is not None else {}
        held = ((space, one) for space, records in spaces.items() for one in records.values())
        return sorted(json.dumps([space, one], sort_keys=True) for space, one in held
                      if tenant in json.dumps(one.get("metadata", {}).get("tenant")))  # fmt: skip

    def foreign(self) -> Any:
        return self._of(OTHER)

    def owned(self) -> str:
        return json.dumps(self._of(OWN))

    def bare(self, ask: Ask) -> Said:
        """One call to the evaluator as it is."""
        raw = ask.body if isinstance(ask.body, bytes) else b"" if ask.body is None else json.dumps(ask.body).encode()
        host = NAME if ask.path.startswith(f"{PLACE}/") else ""
        path = ask.path.removeprefix(PLACE) if host else ask.path
        status, tree = self.project.answer(host, ask.method, path, dict(ask.headers), raw)
        return Said(status, tree)


#: Filters of a caller who wants more.
FILTERS: Final[dict[str, Any]] = {
    "none": None, "an empty one": {}, "the other tenant": {"tenant": OTHER}, "not one's own": {"tenant": {"$ne": OWN}}, "either": {"$or": [{"tenant": OWN}, {"tenant": OTHER}]},
    "one of": {"tenant": {"$in": [OWN, OTHER]}}, "none of": {"tenant": {"$nin": [OWN]}}, "all that has one": {"tenant": {"$exists": True}}, "all without": {"nothing": {"$exists": False}},
    "a range": {"n": {"$gte": 0}}, "both, at odds": {"$and": [{"tenant": {"$ne": OWN}}, {"n": {"$lt": 500}}]}, "an empty or": {"$or": []}, "an operator nobody knows": {"$where": "true"},
    "nested": {"$or": [{"$and": [{"$or": [{"tenant": OTHER}]}]}]}, "two operators": {"tenant": {"$ne": OWN, "$in": [OTHER, OWN]}}, "in capitals": {"TENANT": {"$exists": False}},
}  # fmt: skip
_SHARPEST: Final = ("none", "the other tenant", "not one's own", "either", "all without")


def _p(path: str, headers: Mapping[str, str] = EARLIER, **body: Any) -> tuple[Ask, ...]:
    return (Ask("POST", f"{PLACE}{path}", body, headers),)


def _g(path: str, method: str = "GET", headers: Mapping[str, str] = EARLIER) -> tuple[Ask, ...]:
    return (Ask(method, f"{PLACE}{path}", None, headers),)


def _raw(path: str, text: str) -> tuple[Ask, ...]:
    return (Ask("POST", f"{PLACE}{path}", text.encode(), EARLIER),)


def _where(name: str) -> dict[str, Any]:
    return {} if FILTERS[name] is None else {"filter": FILTERS[name]}


_NEAR: Final[Any] = {"topK": 400, "vector": [1.0, 1.0], "includeMetadata": True, "namespace": SPACE}
_DOCS: Final = f"/namespaces/{SPACE}/documents"
_BY: Final = {"score_by": [{"type": "dense_vector", "field": "v", "values": [1.0, 1.0]}], "top_k": 100}
type Named = tuple[str, str, tuple[Ask, ...]]

_READS: Final[list[Named]] = [
    *((f"query: {name}", "nearest", _p("/query", **_NEAR, **_where(name))) for name in FILTERS),
    *((f"query without metadata: {name}", "nearest", _p("/query", **{**_NEAR, "includeMetadata": False}, **_where(name))) for name in _SHARPEST),
    ("query from a foreign record", "id", _p("/query", topK=400, id=THEIRS, namespace=SPACE, includeMetadata=True)),
    ("query from one's own", "nearest", _p("/query", topK=400, id=MINE, namespace=SPACE, includeMetadata=True)),
    ("query for vectors", "nearest", _p("/query", **_NEAR, includeValues=True)),
    ("query in no namespace", "nearest", _p("/query", **{**_NEAR, "namespace": ""})),
    *((f"by metadata: {name}", "filter", _p("/vectors/fetch_by_metadata", namespace=SPACE, limit=100, **_where(name))) for name in FILTERS),
    ("by metadata, further on", "page", _p("/vectors/fetch_by_metadata", namespace=SPACE, filter={"n": {"$gte": 0}}, paginationToken="200")),
    ("a foreign record", "id", _g(f"/vectors/fetch?ids={THEIRS}&namespace={SPACE}")),
    ("one's own and a foreign one", "id", _g(f"/vectors/fetch?ids={MINE}&ids={THEIRS}&namespace={SPACE}")),
    ("ids in one text", "id", _g(f"/vectors/fetch?ids={MINE},{THEIRS}&namespace={SPACE}")),
    ("all ids", "page", _g(f"/vectors/list?namespace={SPACE}")),
    ("ids that begin so", "page", _g(f"/vectors/list?namespace={SPACE}&prefix=g")),
    *((f"records: {name}", "nearest", _p(f"/records/namespaces/{SPACE}/search", query={"top_k": 400, "inputs": {"text": "note"}, **_where(name)})) for name in _SHARPEST),
    ("records from a foreign one", "id", _p(f"/records/namespaces/{SPACE}/search", query={"top_k": 400, "id": THEIRS})),
    ("records, named fields", "nearest", _p(f"/records/namespaces/{SPACE}/search", query={"top_k": 400, "inputs": {"text": "note"}}, fields=["text"])),
    ("documents by id", "id", _p(f"{_DOCS}/fetch", DOCUMENTS, ids=[THEIRS])),
    ("documents by nearness", "nearest", _p(f"{_DOCS}/search", DOCUMENTS, **_BY)),
    ("all documents", "page", _p(f"{_DOCS}/list", DOCUMENTS)),
    ("a filter twice", "form", _raw("/query", f'{{"topK":400,"vector":[1,1],"namespace":"{SPACE}","includeMetadata":true,"filter":{{"tenant":"{OWN}"}},"filter":{{}}}}')),
    ("a filter with an escape", "form", _raw("/query", f'{{"topK":400,"vector":[1,1],"namespace":"{SPACE}","includeMetadata":true,"\\u0066ilter":{{"tenant":"{OTHER}"}}}}')),
    ("a second document", "form", _raw("/query", f'{{"topK":400,"vector":[1,1],"namespace":"{SPACE}"}}{{}}')),
    ("a query as the protocol has it", "form", _raw("/query", f'{{"top_k":400,"vector":[1,1],"namespace":"{SPACE}","include_metadata":true}}')),
    ("a path with an escaped slash", "form", (Ask("POST", f"{PLACE}%2fquery", {**_NEAR}, EARLIER),)),
    ("another index, by dots", "form", (Ask("POST", f"/idx/private/../{NAME}/query", {**_NEAR}, EARLIER),)),
]  # fmt: skip
_COUNTS: Final[list[Named]] = [
    ("statistics", "count", _p("/describe_index_stats")),
    ("statistics by a filter", "count", _p("/describe_index_stats", filter={"tenant": OTHER})),
    ("namespaces", "count", _g("/namespaces")),
    ("one namespace", "count", _g(f"/namespaces/{SPACE}")),
    ("what an update would change", "count", _p("/vectors/update", namespace=SPACE, filter={"n": {"$gte": 0}}, setMetadata={"a": 1}, dryRun=True)),
]  # fmt: skip


def _vector(id: str, tenant: Any = OWN, **more: Any) -> dict[str, Any]:
    return {"id": id, "values": [1.0, 1.0], "metadata": {"tenant": tenant, "n": 1, "text": "acme", **more}}


def _up(*vectors: Any) -> tuple[Ask, ...]:
    return _p("/vectors/upsert", vectors=[*vectors], namespace=SPACE)


def _nd(*records: Any) -> tuple[Ask, ...]:
    lines = b"\n".join(json.dumps(one).encode() for one in records)
    return (Ask("POST", f"{PLACE}/records/namespaces/{SPACE}/upsert", lines, {**EARLIER, "content-type": "application/x-ndjson"}),)  # fmt: skip


_WRITES: Final[list[Named]] = [
    *((f"delete: {name}", "delete", _p("/vectors/delete", namespace=SPACE, **_where(name))) for name in FILTERS),
    ("delete all", "delete", _p("/vectors/delete", namespace=SPACE, deleteAll=True)),
    ("delete all by a filter too", "delete", _p("/vectors/delete", namespace=SPACE, deleteAll=True, filter={"tenant": OWN})),
    ("delete a foreign record", "delete", _p("/vectors/delete", namespace=SPACE, ids=[THEIRS])),
    ("delete one's own and a foreign one", "delete", _p("/vectors/delete", namespace=SPACE, ids=[MINE, THEIRS])),
    ("delete by ids and a filter", "delete", _p("/vectors/delete", namespace=SPACE, ids=[THEIRS], filter={"tenant": OWN})),
    ("delete the namespace", "whole", _g(f"/namespaces/{SPACE}", "DELETE")),
    ("upsert over a foreign record", "write over", _up(_vector(THEIRS))),
    ("upsert of one's own and a foreign one", "write over", _up(_vector(MINE), _vector(THEIRS))),
    ("upsert as the other", "write as", _up(_vector(NOBODYS, OTHER))),
    ("upsert as both", "write as", _up(_vector(NOBODYS, [OWN, OTHER]))),
    ("upsert over one's own as the other", "write as", _up(_vector(MINE, OTHER))),
    ("change a foreign record", "write over", _p("/vectors/update", namespace=SPACE, id=THEIRS, values=[9.0, 9.0])),
    ("change its metadata", "write over", _p("/vectors/update", namespace=SPACE, id=THEIRS, setMetadata={"tenant": OWN})),
    ("give one's own away", "write as", _p("/vectors/update", namespace=SPACE, id=MINE, setMetadata={"tenant": OTHER})),
    *((f"change all: {name}", "write over", _p("/vectors/update", namespace=SPACE, setMetadata={"n": 999}, filter=FILTERS[name])) for name in _SHARPEST if FILTERS[name] is not None),
    ("give all away", "write as", _p("/vectors/update", namespace=SPACE, setMetadata={"tenant": OTHER}, filter={"tenant": OWN})),
    ("a record over a foreign one", "write over", _nd({"_id": THEIRS, "text": "x"})),
    ("a record over a foreign one, by its other name", "write over", _nd({"id": THEIRS, "text": "x"})),
    ("a record as the other", "write as", _nd({"_id": NOBODYS, "text": "x", "tenant": OTHER})),
    ("two records on a line", "form", (Ask("POST", f"{PLACE}/records/namespaces/{SPACE}/upsert", f'{{"_id":"{NOBODYS}","text":"x"}}{{"_id":"{THEIRS}","text":"x"}}'.encode(), {**EARLIER, "content-type": "application/x-ndjson"}),)),
    ("a line that ends elsewhere", "form", (Ask("POST", f"{PLACE}/records/namespaces/{SPACE}/upsert", f'{{"_id":"{NOBODYS}","text":"x"}}\r{{"_id":"{THEIRS}","text":"x"}}'.encode(), {**EARLIER, "content-type": "application/x-ndjson"}),)),
    ("a tenant twice", "form", _raw("/vectors/upsert", f'{{"namespace":"{SPACE}","vectors":[{{"id":"{NOBODYS}","values":[1,1],"metadata":{{"tenant":"{OWN}","tenant":"{OTHER}"}}}}]}}')),
    ("documents over foreign ones", "write over", _p(f"{_DOCS}/upsert", DOCUMENTS, documents=[{"_id": THEIRS, "text": "x"}])),
    ("delete all documents", "delete", _p(f"{_DOCS}/delete", DOCUMENTS, delete_all=True)),
    ("import", "whole", _p("/bulk/imports", uri="s3://bucket/x")),
    ("drop the index", "whole", (Ask("DELETE", f"/indexes/{NAME}", None, EARLIER),)),
]  # fmt: skip
_ALIKE: Final[list[tuple[str, tuple[Ask, ...]]]] = [
    ("is that record there? by id", tuple(_g(f"/vectors/fetch?ids={id}&namespace={SPACE}")[0] for id in (THEIRS, NOBODYS))),
    ("is that record there? by its vector", tuple(_p("/query", topK=1, id=id, namespace=SPACE)[0] for id in (THEIRS, NOBODYS))),
    ("is that record there? by a delete", tuple(_p("/vectors/delete", namespace=SPACE, ids=[id])[0] for id in (THEIRS, NOBODYS))),
    ("is that record there? by a change", tuple(_p("/vectors/update", namespace=SPACE, id=id, setMetadata={"n": 3})[0] for id in (THEIRS, NOBODYS))),
    ("is that city there?", tuple(_p("/vectors/update", namespace=SPACE, filter={"city": city}, setMetadata={"a": 1}, dryRun=True)[0] for city in (f"{MARK}-3", "NOBODY-3"))),
]  # fmt: skip


def _counted(answers: Sequence[Said]) -> str:
    """Whether an answer counts more than one's own."""
    return "counted" if any(_most(said.tree) > RECORDS for said in answers if said.status < 300) else ""


def _most(node: Any) -> int:
    if isinstance(node, dict):
        named = ("vectorCount", "totalVectorCount", "record_count", "matchedRecords")
        counts = (v for k, v in node.items() if k in named and type(v) is int)
        return max((*counts, *map(_most, node.values()), len(node) if "a0" in node else 0), default=0)
    return max(map(_most, node), default=0) if isinstance(node, list) else 0


WAYS: Final = (
    *(Way(name, kind, calls, judge=_counted) for name, kind, calls in (*_READS, *_COUNTS, *_WRITES)),
    *(Way(name, "existence", calls, alike=True) for name, calls in _ALIKE),
)


def kept_by_a_library(ask: Ask) -> Ask:
    """What a careful program does that knows its tenant: its condition beside every filter, its field in every record."""
    if not isinstance(ask.body, Mapping):
        return ask
    body: dict[str, Any] = dict(ask.body)
    mine = {"tenant": {"$eq": OWN}}

    def beside(where: Any) -> Any:
        return {"$and": [where, mine]} if where else mine

    if ask.path.endswith(("/query", "/fetch_by_metadata")) or (ask.path.endswith(("/delete", "/update")) and "filter" in body):  # fmt: skip
        body["filter"] = beside(body.get("filter"))
    if ask.path.endswith("/search") and "query" in body:
        body["query"] = {**body["query"], "filter": beside(body["query"].get("filter"))}
    if ask.path.endswith("/vectors/upsert"):
        body["vectors"] = [{**one, "metadata": {**one["metadata"], "tenant": OWN}} for one in body["vectors"]]
    return Ask(ask.method, ask.path, body, ask.headers)
