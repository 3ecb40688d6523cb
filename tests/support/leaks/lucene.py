"""Ways to reach another tenant's records in OpenSearch and Elasticsearch, and one of these with two tenants in one index.

Most turn on what a query beside the tenant's does not reach: neighbours of a vector, facets, suggesters, lookups, ids, and what
stands in the path, the query string or on a second line.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from support.leaks import MARK, OTHER, OWN, RECORDS, Ask, Said, Way

NAME: Final = "shared"
OWN_IDS: Final = tuple(f"a{n}" for n in range(RECORDS))
FOREIGN_IDS: Final = tuple(f"g{n}" for n in range(RECORDS))
MINE, THEIRS, NOBODYS = "a3", "g3", "x3"
ALL: Final[Any] = {"match_all": {}}
YOURS: Final[Any] = {"term": {"tenant": OWN}}
GLOBEX: Final[Any] = {"term": {"tenant": OTHER}}
_FLAT: Final[Any] = {
    "tenant": {"type": "keyword"}, "n": {"type": "integer"}, "text": {"type": "text", "fields": {"raw": {"type": "keyword"}}},
    "city": {"type": "keyword"}, "boxes": {"type": "nested", "properties": {"kind": {"type": "keyword"}}}
}  # fmt: skip
#: How each of the two keeps vectors.
VECTORS: Final[dict[str, Any]] = {
    "opensearch": {
        "type": "knn_vector",
        "dimension": 2,
        "method": {"name": "hnsw", "space_type": "l2", "engine": "lucene"},
    },
    "elasticsearch": {"type": "dense_vector", "dims": 2, "index": True, "similarity": "l2_norm"},
}


def record(tenant: str, n: int) -> dict[str, Any]:
    text = "acme" if tenant == OWN else MARK
    return {"tenant": tenant, "n": n, "text": f"{text} note {n}", "city": f"{text}-{n % 20}", "boxes": [{"kind": text}],
            "vec": [1.0 + n % 20, 1.0 + n // 20]}  # fmt: skip


@dataclass
class Lucene:
    """The shared index. `ask` reaches the database as it is: (method, path, body) -> tree."""

    ask: Callable[[str, str, Any], Any]
    database: str = "opensearch"

    def fill(self) -> None:
        gone = "ignore_unavailable=true&allow_no_indices=true"
        for name in (NAME, "other"):
            self.ask("DELETE", f"/{name}?{gone}", None)
        settings = {"number_of_shards": 1, "number_of_replicas": 0} | (
            {"knn": True} if self.database == "opensearch" else {}
        )
        mapped = {"properties": {**_FLAT, "vec": VECTORS[self.database]}}
        self.ask("PUT", f"/{NAME}", {"settings": {"index": settings}, "mappings": mapped})
        lines: list[Any] = []
        for tenant, ids in ((OWN, OWN_IDS), (OTHER, FOREIGN_IDS)):
            for n, id in enumerate(ids):
                lines += [{"index": {"_id": id}}, record(tenant, n)]
        told = self.ask("POST", f"/{NAME}/_bulk?refresh=true", _lines(*lines))
        assert told["errors"] is False

    def _of(self, tenant: str) -> Any:
        gone = "ignore_unavailable=true&allow_no_indices=true"
        self.ask("POST", f"/{NAME},other/_refresh?{gone}", None)
        asked = {"query": {"term": {"tenant": tenant}}, "size": 1000, "version": True, "sort": ["_doc"]}
        hits = self.ask("POST", f"/{NAME},other/_search?{gone}", asked)["hits"]["hits"]
        return sorted((one["_index"], one["_id"], one["_version"], json.dumps(one["_source"])) for one in hits)

    def foreign(self) -> Any:
        return self._of(OTHER)

    def owned(self) -> str:
        return json.dumps([one[3] for one in self._of(OWN)])


def _lines(*trees: Any) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in trees)


def _ask(method: str, path: str, body: Any = None) -> Ask:
    kind = "application/x-ndjson" if isinstance(body, bytes) and path.partition("?")[0].endswith(("_bulk", "_msearch")) else "application/json"  # fmt: skip
    return Ask(method, path, body, {"content-type": kind} if body is not None else {})


def _s(said: Any, path: str = f"/{NAME}/_search") -> tuple[Ask, ...]:
    return (_ask("POST", path, said),)


def _agg(one: Any, **more: Any) -> tuple[Ask, ...]:
    return _s({"size": 0, "aggs": {"t": one}, **more})


#: Queries that reach for foreign records: plainly, by saying nothing, by turning things round.
QUERIES: Final[dict[str, Any]] = {
    "all": ALL, "the other tenant": GLOBEX, "not one's own": {"bool": {"must_not": [YOURS]}}, "either": {"terms": {"tenant": [OWN, OTHER]}},
    "a should that need not": {"bool": {"should": [GLOBEX], "minimum_should_match": 0}}, "foreign ids": {"ids": {"values": [*FOREIGN_IDS[:50]]}},
    "foreign ids by a term": {"terms": {"_id": [*FOREIGN_IDS[:50]]}}, "a pattern": {"wildcard": {"tenant": "g*"}}, "an expression": {"regexp": {"tenant": ".*"}},
    "a prefix": {"prefix": {"city": MARK}}, "a range": {"range": {"n": {"gte": 0}}}, "words": {"match": {"text": MARK}}, "all that has one": {"exists": {"field": "tenant"}},
    "the best of": {"dis_max": {"queries": [ALL, GLOBEX]}}, "one's own, less": {"boosting": {"positive": ALL, "negative": YOURS, "negative_boost": 0.1}},
    "nested": {"nested": {"path": "boxes", "query": {"term": {"boxes.kind": MARK}}}}, "scores of one": {"constant_score": {"filter": GLOBEX}},
    "a fuzzy one": {"fuzzy": {"tenant": "globax"}}, "a text that is parsed": {"query_string": {"query": f"tenant:{OTHER}"}},
    "a simple text": {"simple_query_string": {"query": MARK, "fields": ["text"]}}, "packed": {"wrapper": {"query": "eyJtYXRjaF9hbGwiOnt9fQ=="}},
    "several fields": {"multi_match": {"query": MARK, "fields": ["text", "c*"]}}, "more like a foreign one": {"more_like_this": {"like": [{"_index": NAME, "_id": THEIRS}], "min_term_freq": 1, "min_doc_freq": 1}},
    "a lookup": {"terms": {"city": {"index": NAME, "id": THEIRS, "path": "city"}}}, "a feature of both": {"bool": {"filter": [{"bool": {"should": [YOURS, GLOBEX]}}]}},
    "an empty one": {"bool": {}}, "scored by a function": {"function_score": {"query": ALL, "boost": 5}},
}  # fmt: skip
#: A few of them, for places where a query stands as well.
_SHARPEST: Final = ("all", "the other tenant", "not one's own", "foreign ids", "a should that need not")


def _near(database: str, k: int = 400, **more: Any) -> Any:
    if database == "opensearch":
        return {"knn": {"vec": {"vector": [1.0, 1.0], "k": k, **more}}}
    return {"knn": {"field": "vec", "query_vector": [1.0, 1.0], "k": k, "num_candidates": 400, **more}}


type Named = tuple[str, str, tuple[Ask, ...]]

_READS: Final[list[Named]] = [
    ("search without a body", "filter", (_ask("GET", f"/{NAME}/_search?size=400"),)),
    ("search everywhere", "filter", (_ask("GET", "/_search?size=400"),)),
    ("search by a pattern", "filter", (_ask("GET", "/sh*/_search?size=400"),)),
    ("search all but", "filter", (_ask("GET", "/_all,-private/_search?size=400"),)),
    *((f"search: {name}", "filter", _s({"query": query, "size": 400})) for name, query in QUERIES.items()),
    *((f"search after: {name}", "filter", _s({"post_filter": QUERIES[name], "size": 400})) for name in _SHARPEST),
    ("sorted", "page", _s({"sort": [{"tenant": "desc"}, {"n": "desc"}], "size": 400})),
    ("page by page", "page", _s({"sort": ["n"], "search_after": [50], "size": 400})),
    ("from further on", "page", _s({"from": 150, "size": 250})),
    ("without records", "filter", _s({"_source": False, "size": 400})),
    ("fields beside", "fields", _s({"fields": ["text"], "_source": False, "size": 400})),
    ("stored fields", "fields", _s({"docvalue_fields": ["tenant", "city"], "_source": False, "size": 400})),
    ("highlighted", "fields", _s({"query": {"match": {"text": "note"}}, "highlight": {"fields": {"text": {}}}, "size": 400})),
    ("inner hits", "fields", _s({"query": {"nested": {"path": "boxes", "query": ALL, "inner_hits": {}}}, "size": 400})),
    ("collapsed", "fields", _s({"collapse": {"field": "tenant"}})),
    ("a slice", "page", _s({"slice": {"id": 0, "max": 2}, "size": 400})),
    ("several at once", "msearch", (_ask("POST", f"/{NAME}/_msearch", _lines({}, {"size": 400}, {"index": NAME}, {"query": GLOBEX})),)),
    ("several at once, everywhere", "msearch", (_ask("POST", "/_msearch", _lines({"index": ["sh*"]}, {"size": 400})),)),
    # facets
    *((f"facets: {name}", "facets", _agg(one)) for name, one in {
        "tenants": {"terms": {"field": "tenant"}}, "none left out": {"terms": {"field": "city", "min_doc_count": 0, "size": 400}}, "all documents": {"global": {}, "aggs": {"c": {"terms": {"field": "city"}}}},
        "of the other": {"filter": GLOBEX, "aggs": {"c": {"terms": {"field": "city"}}}}, "by filters": {"filters": {"filters": {"x": GLOBEX}}, "aggs": {"c": {"terms": {"field": "city"}}}},
        "composed": {"composite": {"size": 400, "sources": [{"c": {"terms": {"field": "city"}}}]}}, "the best of each": {"terms": {"field": "tenant"}, "aggs": {"h": {"top_hits": {"size": 50}}}},
        "nested": {"nested": {"path": "boxes"}, "aggs": {"k": {"terms": {"field": "boxes.kind"}}}}, "missing": {"missing": {"field": "nothing"}, "aggs": {"c": {"terms": {"field": "city"}}}},
        "the odd ones": {"significant_terms": {"field": "city"}}, "rare": {"rare_terms": {"field": "city", "max_doc_count": 50}}, "a matrix": {"adjacency_matrix": {"filters": {"o": GLOBEX}}},
        "distinct": {"cardinality": {"field": "text.raw"}}}.items()),
    ("facets, with a filter after", "facets", _agg({"terms": {"field": "city"}}, post_filter=YOURS)),
    ("suggested terms", "suggest", _s({"size": 0, "suggest": {"s": {"text": "globax", "term": {"field": "tenant"}}}})),
    ("suggested phrases", "suggest", _s({"size": 0, "suggest": {"s": {"text": "GLOBEXX", "phrase": {"field": "text"}}}})),
    # other forms of one body or path
    ("a query beside the body", "form", (_ask("POST", f"/{NAME}/_search?q=tenant:{OTHER}&size=400", {"query": YOURS}),)),
    ("a body in the path", "form", (_ask("GET", f"/{NAME}/_search?source=%7B%22size%22%3A400%7D&source_content_type=application/json"),)),
    ("an index in the query", "form", (_ask("GET", f"/_search?index={NAME}&size=400"),)),
    ("a semicolon", "form", (_ask("GET", f"/{NAME}/_search?a=b;q=tenant:{OTHER}"),)),
    ("a query twice", "form", (_ask("POST", f"/{NAME}/_search", b'{"size":400,"query":{"term":{"tenant":"acme"}},"query":{"match_all":{}}}'),)),
    ("in UTF-16", "form", (_ask("POST", f"/{NAME}/_search", '{"size":400}'.encode("utf-16")),)),
    ("with a comment", "form", (_ask("POST", f"/{NAME}/_search", b'{"size":400 /* x */}'),)),
    ("as YAML", "form", (Ask("POST", f"/{NAME}/_search", b"size: 400\n", {"content-type": "application/yaml"}),)),
    ("in a date", "form", (_ask("GET", "/%3Cshared%3E/_search?size=400"),)),
    ("fields computed", "form", _s({"size": 400, "runtime_mappings": {"tenant": {"type": "keyword"}}})),
    ("explained", "form", _s({"size": 400, "explain": True})),
    ("profiled", "form", _s({"size": 0, "profile": True, "query": GLOBEX})),
    # by id
    ("a foreign record", "id", (_ask("GET", f"/{NAME}/_doc/{THEIRS}"),)),
    ("its source", "id", (_ask("GET", f"/{NAME}/_source/{THEIRS}"),)),
    ("records of ids", "id", (_ask("POST", f"/{NAME}/_mget", {"ids": [MINE, THEIRS]}),)),
    ("records of another index", "id", (_ask("POST", "/private/_mget", {"docs": [{"_index": NAME, "_id": THEIRS}]}),)),
    ("its terms", "id", (_ask("GET", f"/{NAME}/_termvectors/{THEIRS}?fields=text"),)),
    ("why it matches", "id", (_ask("POST", f"/{NAME}/_explain/{THEIRS}?_source=true", {"query": ALL}),)),
    ("a change that shows it", "id", (_ask("POST", f"/{NAME}/_update/{THEIRS}?_source=true", {"doc": {"n": 3}}),)),
    ("terms that begin so", "suggest", (_ask("POST", f"/{NAME}/_terms_enum", {"field": "tenant", "string": "g"}),)),
    ("a query that is judged", "form", (_ask("POST", f"/{NAME}/_validate/query?explain=true&rewrite=true", {"query": {"wildcard": {"tenant": "g*"}}}),)),
    ("scrolled", "page", (_ask("POST", f"/{NAME}/_search?scroll=1m&size=100", {"query": ALL}),)),
    ("a point in time", "page", (_ask("POST", f"/{NAME}/_pit?keep_alive=1m"),)),
    ("in SQL", "form", (_ask("POST", "/_plugins/_sql", {"query": f"SELECT * FROM {NAME}"}), _ask("POST", "/_sql", {"query": f"SELECT * FROM {NAME}"}))),
    ("listed", "count", (_ask("GET", f"/_cat/count/{NAME}?format=json"), _ask("GET", f"/_cat/indices/{NAME}?format=json"))),
]  # fmt: skip


def _nearest(database: str) -> list[Named]:
    """Searches by vectors, in each place where one of the two takes them."""
    near = _near(database)
    found: list[Named] = [
        ("nearest", "nearest", _s({"query": near, "size": 400})),
        ("nearest of few", "nearest", _s({"query": _near(database, 3)})),
        ("nearest inside", "nearest", _s({"query": {"bool": {"must": [near], "should": [ALL]}}, "size": 400})),
        ("nearest with a filter around", "nearest", _s({"query": {"bool": {"must": [near], "filter": [ALL]}}, "size": 400})),
        ("nearest, not", "nearest", _s({"query": {"bool": {"must_not": [_near(database, 3)]}}, "size": 400})),
        ("nearest after", "nearest", _s({"post_filter": near, "size": 400})),
        ("facets of the nearest", "facets", _agg({"filters": {"filters": {"x": near}}, "aggs": {"c": {"terms": {"field": "city"}}}})),
        *((f"nearest: {name}", "nearest", _s({"query": _near(database, filter=QUERIES[name]), "size": 400})) for name in _SHARPEST),
    ]  # fmt: skip
    if database == "elasticsearch":
        top = near["knn"]
        found += [
            ("nearest at the top", "nearest", _s({"knn": top, "size": 400})),
            ("nearest beside a query", "nearest", _s({"knn": top, "query": YOURS, "size": 400})),
            ("two nearest", "nearest", _s({"knn": [{**top, "filter": YOURS}, top], "size": 400})),
            ("nearest at the top, filtered after", "facets", _s({"knn": top, "post_filter": YOURS, "aggs": {"t": {"terms": {"field": "city"}}}})),
            *((f"nearest at the top: {name}", "nearest", _s({"knn": {**top, "filter": QUERIES[name]}, "size": 400})) for name in _SHARPEST),
            ("retrieved", "retriever", _s({"retriever": {"standard": {}}, "size": 400})),
            *((f"retrieved: {name}", "retriever", _s({"retriever": {"standard": {"query": QUERIES[name]}}, "size": 400})) for name in _SHARPEST),
            ("retrieved by nearness", "retriever", _s({"retriever": {"knn": top}, "size": 400})),
            ("retrieved by both", "retriever", _s({"retriever": {"rrf": {"retrievers": [{"knn": top}, {"standard": {"query": ALL}}]}}, "size": 400})),
            ("pinned", "retriever", _s({"retriever": {"pinned": {"ids": [THEIRS], "retriever": {"standard": {}}}}})),
        ]  # fmt: skip
    else:
        exact = {
            "source": "knn_score",
            "lang": "knn",
            "params": {"field": "vec", "query_value": [1.0, 1.0], "space_type": "l2"},
        }
        found += [
            ("nearest, exactly", "nearest", _s({"query": {"script_score": {"query": ALL, "script": exact}}, "size": 400})),
            ("nearest within", "nearest", _s({"query": {"knn": {"vec": {"vector": [1.0, 1.0], "min_score": 0.0001}}}, "size": 400})),
            ("hybrid", "hybrid", _s({"query": {"hybrid": {"queries": [near, {"match": {"text": MARK}}]}}, "size": 400})),
            ("deleted by nearness", "delete", (_ask("POST", f"/{NAME}/_delete_by_query?refresh=true", {"query": near}),)),
        ]  # fmt: skip
    return found


_COUNTS: Final[list[Named]] = [
    ("count", "count", (_ask("GET", f"/{NAME}/_count"),)),
    *((f"count: {name}", "count", (_ask("POST", f"/{NAME}/_count", {"query": QUERIES[name]}),)) for name in (*_SHARPEST, "words", "nested")),
    ("count by a text", "count", (_ask("GET", f"/{NAME}/_count?q=tenant:{OTHER}"),)),
    ("statistics", "count", (_ask("GET", f"/{NAME}/_stats"),)),
]  # fmt: skip


def _doc(tenant: Any = OWN, **more: Any) -> dict[str, Any]:
    return {"tenant": tenant, "n": 1, "text": "acme", "vec": [1.0, 1.0], **more}


def _bulk(*lines: Any) -> tuple[Ask, ...]:
    return (_ask("POST", f"/{NAME}/_bulk?refresh=true", _lines(*lines)),)


_WRITES: Final[list[Named]] = [
    *((f"{method} over a foreign record: {verb}", "write over", (_ask(method, f"/{NAME}/{verb}/{THEIRS}", _doc()),)) for method, verb in (("PUT", "_doc"), ("POST", "_doc"), ("PUT", "_create"))),
    ("a part of a foreign record", "write over", (_ask("POST", f"/{NAME}/_update/{THEIRS}", {"doc": {"n": 9}}),)),
    ("a foreign record made one's own", "write over", (_ask("POST", f"/{NAME}/_update/{THEIRS}", {"doc": {"tenant": OWN}}),)),
    ("a foreign record, if it were missing", "write over", (_ask("POST", f"/{NAME}/_update/{THEIRS}", {"doc": {"n": 9}, "doc_as_upsert": True}),)),
    ("a foreign record by a script", "write over", (_ask("POST", f"/{NAME}/_update/{THEIRS}", {"script": {"source": "ctx._source.n = 9"}}),)),
    ("delete a foreign record", "delete", (_ask("DELETE", f"/{NAME}/_doc/{THEIRS}"),)),
    ("write as the other", "write as", (_ask("PUT", f"/{NAME}/_doc/{NOBODYS}", _doc(OTHER)),)),
    ("write as both", "write as", (_ask("PUT", f"/{NAME}/_doc/{NOBODYS}", _doc([OWN, OTHER])),)),
    ("give one's own away", "write as", (_ask("POST", f"/{NAME}/_update/{MINE}", {"doc": {"tenant": OTHER}}),)),
    ("write without an id as the other", "write as", (_ask("POST", f"/{NAME}/_doc", _doc(OTHER)),)),
    ("a tenant twice", "form", (_ask("PUT", f"/{NAME}/_doc/{NOBODYS}", b'{"tenant":"acme","n":1,"tenant":"globex"}'),)),
    ("a tenant by a path", "form", (_ask("PUT", f"/{NAME}/_doc/{NOBODYS}", {"n": 1, "text": "x", "tenant.x": 1}),)),
    ("bulk over a foreign record", "bulk", _bulk({"index": {"_id": THEIRS}}, _doc())),
    ("bulk of one's own and a foreign one", "bulk", _bulk({"delete": {"_id": MINE}}, {"delete": {"_id": THEIRS}})),
    ("bulk changes a foreign record", "bulk", _bulk({"update": {"_id": THEIRS}}, {"doc": {"n": 9}})),
    ("bulk as the other", "bulk", _bulk({"create": {"_id": NOBODYS}}, _doc(OTHER))),
    ("bulk in another index", "bulk", (_ask("POST", "/private/_bulk?refresh=true", _lines({"index": {"_index": NAME, "_id": THEIRS}}, _doc())),)),
    ("two on a line of bulk", "form", (_ask("POST", f"/{NAME}/_bulk", json.dumps({"index": {"_id": NOBODYS}}).encode() + b" " + json.dumps({"index": {"_id": THEIRS}}).encode() + b"\n" + _lines(_doc())),)),
    *((f"delete by query: {name}", "delete", (_ask("POST", f"/{NAME}/_delete_by_query?refresh=true", {"query": QUERIES[name]}),)) for name in (*_SHARPEST, "words", "an empty one")),
    ("delete by a text", "delete", (_ask("POST", f"/{NAME}/_delete_by_query?q=tenant:{OTHER}&refresh=true", {"query": YOURS}),)),
    ("update by query", "write over", (_ask("POST", f"/{NAME}/_update_by_query?refresh=true", {"query": GLOBEX}),)),
    ("copied elsewhere", "whole", (_ask("POST", "/_reindex?refresh=true", {"source": {"index": NAME, "query": GLOBEX}, "dest": {"index": "other"}}),)),
    ("drop the index", "whole", (_ask("DELETE", f"/{NAME}"),)),
    ("drop it by the query", "whole", (_ask("DELETE", f"/?index={NAME}"),)),
    ("drop it by a pattern", "whole", (_ask("DELETE", "/share*"),)),
    ("close it", "whole", (_ask("POST", f"/{NAME}/_close"), _ask("POST", f"/{NAME}/_open"))),
]  # fmt: skip
_ALIKE: Final[list[tuple[str, tuple[Ask, ...]]]] = [
    ("is that record there? by id", tuple(_ask("GET", f"/{NAME}/_doc/{id}") for id in (THEIRS, NOBODYS))),
    ("is that record there? by its head", tuple(_ask("HEAD", f"/{NAME}/_doc/{id}") for id in (THEIRS, NOBODYS))),
    ("is that record there? by ids", tuple(_ask("POST", f"/{NAME}/_count", {"query": {"ids": {"values": [id]}}}) for id in (THEIRS, NOBODYS))),
    ("is that record there? by a delete", tuple(_ask("DELETE", f"/{NAME}/_doc/{id}") for id in (THEIRS, NOBODYS))),
    ("is that record there? by a change", tuple(_ask("POST", f"/{NAME}/_update/{id}", {"doc": {"n": 3}}) for id in (THEIRS, NOBODYS))),
    ("is that word there?", tuple(_ask("POST", f"/{NAME}/_count", {"query": {"match": {"text": word}}}) for word in (MARK, "NOBODY"))),
]  # fmt: skip


def _judged(answers: Sequence[Said]) -> str:
    """Whether an answer counts more than one's own, names the other tenant, or ranks by what is not one's own."""
    for said in answers:
        if said.status < 300 and _most(said.tree) > RECORDS:
            return "counted"
        if said.status < 300 and _named(said.tree):
            return "read"
    return ""


def _most(node: Any) -> int:
    if isinstance(node, dict):
        keys = ("count", "doc_count", "deleted", "docs.count", "bg_count")
        counts = [int(v) for k, v in node.items() if k in keys and isinstance(v, int | str) and str(v).isdigit()]
        total = node.get("total")
        counts += [total["value"]] if isinstance(total, dict) and type(total.get("value")) is int else []
        return max((*counts, *map(_most, node.values())), default=0)
    return max(map(_most, node), default=0) if isinstance(node, list) else 0


def _named(node: Any) -> bool:
    """A bucket, a term or a suggestion that is the other tenant."""
    if isinstance(node, dict):
        mine = any(node.get(key) == OTHER for key in ("key", "text", "tenant"))
        return mine or OTHER in map(str, node.get("terms") or ()) or any(map(_named, node.values()))
    return isinstance(node, list) and any(map(_named, node))


def ways(database: str) -> tuple[Way, ...]:
    """All there are in that one of the two."""
    plain = (*_READS, *_nearest(database), *_COUNTS, *_WRITES)
    return (
        *(Way(name, kind, calls, judge=_judged) for name, kind, calls in plain),
        *(Way(name, "existence", calls, alike=True) for name, calls in _ALIKE),
    )


def heard(said: Said) -> Said:
    """An answer without what tells from one call to the next that time went by, and without the id that was asked for."""
    tree = said.tree
    if isinstance(tree, dict):
        tree = {k: v for k, v in tree.items() if k not in ("took", "_id", "_seq_no", "_version", "_shards")}
    return Said(said.status, tree)


def kept_by_a_library(ask: Ask) -> Ask:
    """What a careful program does that knows its tenant: its condition around every query, its field in every record."""
    if not isinstance(ask.body, Mapping):
        return ask
    body: dict[str, Any] = dict(ask.body)
    verb = next((part for part in ask.path.partition("?")[0].split("/")[2:] if part.startswith("_")), "")
    if verb in ("_search", "_count", "_delete_by_query", "_update_by_query"):
        body["query"] = {"bool": {"must": [body.get("query", ALL)], "filter": [YOURS]}}
    if verb in ("_doc", "_create"):
        body["tenant"] = OWN
    return Ask(ask.method, ask.path, body, ask.headers)
