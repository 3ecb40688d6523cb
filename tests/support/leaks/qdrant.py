"""Ways to reach another tenant's records in Qdrant, and a Qdrant with two tenants in one collection.

Some turn on how the server joins what stands side by side in a filter; an index on the tenant's field is what they need.
"""

import json
import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from support.leaks import MARK, OTHER, OWN, RECORDS, Ask, Said, Way, counts_over

NAME: Final = "shared"
C: Final = f"/collections/{NAME}"
P: Final = f"{C}/points"
OWN_IDS: Final = tuple(range(1, RECORDS + 1))
FOREIGN_IDS: Final = tuple(range(1001, RECORDS + 1001))
#: Of each: an own and a foreign one, at the very same place.
MINE, THEIRS, NOBODYS = 3, 1003, 9003


def vectors(n: int, tenant: str) -> dict[str, Any]:
    """A dense vector, alike for both tenants, and words: each tenant's rare word is frequent with the other."""
    rare = n % 20 == 0 if tenant == OWN else True
    words = [0, 1] if rare else [0, 2]
    return {"d": [1.0 + n % 20, 1.0 + n // 20], "s": {"indices": words, "values": [1.0, 1.0]}}


def points(tenant: str, ids: Sequence[int], text: str) -> list[dict[str, Any]]:
    return [
        {
            "id": id,
            "vector": vectors(n, tenant),
            "payload": {
                "tenant": tenant,
                "n": n,
                "text": f"{text} note {n}",
                "email": f"{text}-{n}@x.test",
                "ref": 1000 + n if tenant == OWN else n,
                "place": {"city": text},
                "tags": [text, "all"],
            },
        }
        for n, id in enumerate(ids)
    ]


@dataclass
class Qdrant:
    """The shared collection. `ask` reaches the database as it is: (method, path, body) -> tree."""

    ask: Callable[[str, str, Any], Any]

    def fill(self) -> None:
        for name in (NAME, "copied", "other"):
            with suppress(RuntimeError):
                self.ask("DELETE", f"/collections/{name}", None)
        dense, sparse = {"d": {"size": 2, "distance": "Dot"}}, {"s": {"modifier": "idf"}}
        self.ask("PUT", C, {"vectors": dense, "sparse_vectors": sparse})
        for field, kind in (
            ("tenant", "keyword"),
            ("n", "integer"),
            ("ref", "integer"),
            ("text", "text"),
            ("email", "keyword"),
        ):
            self.ask("PUT", f"{C}/index?wait=true", {"field_name": field, "field_schema": kind})
        for tenant, ids, text in ((OWN, OWN_IDS, "acme"), (OTHER, FOREIGN_IDS, MARK)):
            self.ask("PUT", f"{P}?wait=true", {"points": points(tenant, ids, text)})

    def of(self, tenant: str) -> Any:
        try:
            got = self.ask(
                "POST",
                f"{P}/scroll",
                {"filter": {"must": [_is(tenant)]}, "limit": 1000, "with_payload": True, "with_vector": True},
            )
        except RuntimeError:
            return []
        return got["result"]["points"]

    def foreign(self) -> Any:
        return sorted(json.dumps(one, sort_keys=True) for one in self.of(OTHER))

    def owned(self) -> str:
        return json.dumps(self.of(OWN))


def _is(tenant: str, key: str = "tenant") -> dict[str, Any]:
    return {"key": key, "match": {"value": tenant}}


T, G = _is(OWN), _is(OTHER)
BY_ID: Final = {"has_id": [*FOREIGN_IDS[:50]]}
DENSE: Final = {"query": [1.0, 1.0], "using": "d"}
_WAIT: Final = "?wait=true"


def two_of(*conditions: Any, least: int = 2) -> dict[str, Any]:
    return {"min_should": {"conditions": [*conditions], "min_count": least}}


#: Filters that reach for foreign points: plainly, by saying nothing, and by what stands beside what.
FILTERS: Final[dict[str, Any]] = {
    "nothing": {},
    "an empty must": {"must": []},
    "a condition that says nothing": {"must": [{}]},
    "the other tenant": {"must": [G]},
    "one tenant or the other": {"should": [T, G]},
    "not one's own": {"must_not": [T]},
    "any of a list": {"must": [{"key": "tenant", "match": {"any": [OWN, OTHER]}}]},
    "all but a list": {"must": [{"key": "tenant", "match": {"except": ["nobody"]}}]},
    "a text of theirs": {"must": [{"key": "text", "match": {"text": MARK}}]},
    "an address of theirs": {"must": [_is(f"{MARK}-3@x.test", "email")]},
    "foreign ids": {"must": [BY_ID]},
    "the field in quotes": {"must": [_is(OTHER, '"tenant"')]},
    "two of three": two_of(T, T, G),
    "two of three, by ids": two_of(T, T, BY_ID),
    "one of two": two_of(T, G, least=1),
    "excluded and wished for": {"must_not": [G], "should": [G]},
    "excluded and demanded": {"must_not": [G], "must": [G]},
    "demanded, and two of three": {"must": [T], **two_of(T, T, G)},
    "a filter in a filter": {"must": [{"should": [T, {"must": [G]}]}]},
}
_SHARPEST: Final = (
    "the other tenant",
    "not one's own",
    "two of three",
    "two of three, by ids",
    "excluded and wished for",
)


def _at(path: str) -> str:
    """Below the points; one that is a query only is of the points themselves."""
    return f"{P}/{path}" if path and not path.startswith("?") else f"{P}{path}"


def _post(path: str, **body: Any) -> Ask:
    return Ask("POST", _at(path), body)


def _put(path: str, **body: Any) -> Ask:
    return Ask("PUT", _at(path), body)


def _each(
    op: str, kind: str, names: Sequence[str], make: Callable[[Any], Ask]
) -> list[tuple[str, str, tuple[Ask, ...]]]:
    return [(f"{op}: {name}", kind, (make(FILTERS[name]),)) for name in names]


def _point(id: int, tenant: Any = OWN, **payload: Any) -> dict[str, Any]:
    return {"id": id, "vector": vectors(3, OWN), "payload": {"tenant": tenant, **payload}}


def _rrf(inner: Any, outer: Any = None, **more: Any) -> Ask:
    root = {"filter": outer} if outer is not None else {}
    return _post(
        "query", prefetch={**DENSE, "limit": 300, "filter": inner}, query={"fusion": "rrf"}, limit=300, **root, **more
    )


_READS: Final = [
    ("scroll without a filter", "filter", (_post("scroll", limit=1000),)),
    *_each("scroll", "filter", tuple(FILTERS), lambda f: _post("scroll", filter=f, limit=1000, with_payload=True)),
    *_each("count", "count", (*_SHARPEST, "nothing"), lambda f: _post("count", filter=f)),
    ("count without a filter", "count", (_post("count"),)),
    ("count by guess", "count", (_post("count", exact=False, filter={"must": [BY_ID]}),)),
    *_each("query", "nearest", (*_SHARPEST, "nothing"), lambda f: _post("query", **DENSE, filter=f, limit=300, with_payload=True)),
    *_each("query of a prefetch", "prefetch", (*_SHARPEST, "one of two"), lambda f: _rrf(f)),
    *_each("query of a prefetch, its own filter beside", "prefetch", ("two of three", "one of two", "excluded and wished for"), lambda f: _rrf(f, {"must": [T]})),
    ("query of a prefetch in a prefetch", "prefetch", (_post("query", prefetch={"prefetch": {**DENSE, "filter": two_of(T, T, G), "limit": 300}, **DENSE, "limit": 300}, **DENSE, limit=300, with_payload=True),)),
    ("query by a formula", "prefetch", (_post("query", prefetch={**DENSE, "filter": two_of(T, T, G), "limit": 300}, query={"formula": {"sum": ["$score", G]}}, limit=300, with_payload=True),)),
    ("query at random", "nearest", (_post("query", query={"sample": "random"}, limit=300, with_payload=True),)),
    ("query in the order of a field", "nearest", (_post("query", query={"order_by": "n"}, limit=300, with_payload=True),)),
    ("query with diversity", "nearest", (_post("query", query={"nearest": [1.0, 1.0], "mmr": {"diversity": 0.5, "candidates_limit": 300}}, using="d", limit=300),)),
    ("queries in a batch", "batch", (_post("query/batch", searches=[{**DENSE, "filter": {"must": [T]}, "limit": 1}, {**DENSE, "filter": two_of(T, T, G), "limit": 300}]),)),
    ("query in groups", "group", (_post("query/groups", **DENSE, group_by="tenant", limit=10, group_size=100),)),
    ("query in groups of addresses", "group", (_post("query/groups", **DENSE, group_by="email", limit=400, filter=two_of(T, T, G)),)),
    ("query for vectors alone", "nearest", (_post("query", **DENSE, limit=400, with_vector=True, with_payload=False),)),
    ("query without the tenant's field", "nearest", (_post("query", **DENSE, limit=400, with_payload={"exclude": ["tenant"]}),)),
    ("query for one field", "nearest", (_post("query", **DENSE, limit=400, with_payload=["email"]),)),
    ("search, as it was", "nearest", (_post("search", vector={"name": "d", "vector": [1.0, 1.0]}, limit=400, filter=two_of(T, T, G), with_payload=True),)),
    ("searches in a batch, as they were", "batch", (_post("search/batch", searches=[{"vector": {"name": "d", "vector": [1.0, 1.0]}, "limit": 400, "filter": two_of(T, T, G)}]),)),
    ("search in groups, as it was", "group", (_post("search/groups", vector={"name": "d", "vector": [1.0, 1.0]}, group_by="email", limit=400, group_size=1),)),
    ("pairs of a matrix", "group", (_post("search/matrix/pairs", using="d", sample=400, limit=3, filter=two_of(T, T, G)),)),
    ("offsets of a matrix", "group", (_post("search/matrix/offsets", using="d", sample=400, limit=3),)),
    ("facet of the tenants", "facet", (Ask("POST", f"{C}/facet", {"key": "tenant"}),)),
    ("facet of addresses", "facet", (Ask("POST", f"{C}/facet", {"key": "email", "limit": 1000}),)),
    ("facet of addresses, two of three", "facet", (Ask("POST", f"{C}/facet", {"key": "email", "limit": 1000, "exact": True, "filter": two_of(T, T, G)}),)),
    ("scroll from a foreign id", "page", (_post("scroll", offset=THEIRS, limit=100),)),
    ("scroll page by page", "page", (_post("scroll", offset=150, limit=60),)),
    ("scroll in the order of a field", "page", (_post("scroll", order_by={"key": "n", "start_from": 100}, limit=300),)),
    ("scroll one shard", "shard", (Ask("POST", f"{C}/shards/0/points/scroll", {"limit": 1000}),)),
    ("points of one shard", "shard", (Ask("POST", f"{C}/shards/0/points", {"ids": [THEIRS]}),)),
    ("count one shard", "shard", (Ask("POST", f"{C}/shards/0/points/count", {}),)),
    # by id
    ("a foreign point", "id", (Ask("GET", f"{P}/{THEIRS}"),)),
    ("a foreign point, by another spelling", "id", (Ask("GET", f"{P}/00{THEIRS}"),)),
    ("points of ids", "id", (_post("", ids=[MINE, THEIRS, 1004], with_payload=True, with_vector=True),)),
    ("points of ids, and a filter that is not heard", "id", (_post("", ids=[THEIRS], filter={"must": [T]}),)),
    ("query near a foreign point", "example", (_post("query", query=THEIRS, using="d", filter={"must": [T]}, limit=3),)),
    ("query near a foreign point, in a prefetch", "example", (_post("query", prefetch={"query": THEIRS, "using": "d", "limit": 3}, query={"fusion": "rrf"}, limit=3),)),
    ("recommend by a foreign point", "example", (_post("query", query={"recommend": {"positive": [MINE], "negative": [THEIRS]}}, using="d", limit=3),)),
    ("discover by a foreign point", "example", (_post("query", query={"discover": {"target": [1.0, 1.0], "context": [{"positive": THEIRS, "negative": MINE}]}}, using="d", limit=3),)),
    ("recommend by a foreign point, as it was", "example", (_post("recommend", positive=[THEIRS], using="d", limit=3),)),
    ("a lookup of the vector", "lookup", (_post("query", query=THEIRS, using="d", lookup_from={"collection": NAME, "vector": "d"}, limit=3),)),
    ("a lookup in a prefetch", "lookup", (_post("query", prefetch={"query": THEIRS, "using": "d", "lookup_from": {"collection": NAME, "vector": "d"}, "limit": 3}, query={"fusion": "rrf"}, limit=3),)),
    ("a lookup of groups", "lookup", (_post("query/groups", **DENSE, group_by="ref", filter={"must": [T]}, limit=10, with_lookup=NAME),)),
    # numbers of everybody's
    ("the collection itself", "count", (Ask("GET", C),)),
    ("its optimizations", "count", (Ask("GET", f"{C}/optimizations"),)),
    ("its cluster", "count", (Ask("GET", f"{C}/cluster"),)),
    ("telemetry", "count", (Ask("GET", "/telemetry?details_level=10"),)),
    ("metrics", "count", (Ask("GET", "/metrics"),)),
    # one call, read in two ways
    ("a condition with a key twice", "form", (Ask("POST", f"{P}/scroll", b'{"limit":300,"filter":{"must":[{"key":"tenant","match":{"value":"acme"},"match":{"value":"globex"}}]}}'),)),
    ("a nested clause twice", "form", (Ask("POST", f"{P}/scroll", b'{"limit":300,"filter":{"must":[{"must":[{"key":"tenant","match":{"value":"acme"}}],"must":[]}]}}'),)),
    ("a member in another case", "form", (Ask("POST", f"{P}/scroll", b'{"limit":300,"Filter":{"must":[]}}'),)),
    ("a member with an escape", "form", (Ask("POST", f"{P}/scroll", b'{"limit":300,"f\\u0069lter":{"must_not":[{"key":"t\\u0065nant","match":{"value":"acme"}}]}}'),)),
    ("an array in place of a filter", "form", (Ask("POST", f"{P}/delete{_WAIT}", b'[[1003]]'),)),
    ("a condition of two kinds", "form", (_post("scroll", limit=300, filter={"must": [{"key": "n", "range": {"gte": 0}, "has_id": [MINE]}]}),)),
]  # fmt: skip
_WRITES: Final = [
    # over a foreign point
    ("upsert over a foreign point", "write over", (_put(_WAIT, points=[_point(THEIRS)]),)),
    ("upsert in columns", "write over", (_put(_WAIT, batch={"ids": [THEIRS], "vectors": {"d": [[9, 9]]}, "payloads": [{"tenant": OWN}]}),)),
    ("upsert of one's own and a foreign one", "write over", (_put(_WAIT, points=[_point(MINE), _point(THEIRS)]),)),
    ("upsert under a condition of one's own", "write over", (_put(_WAIT, points=[_point(THEIRS)], update_filter={"must": [G]}),)),
    ("upsert only what is there", "write over", (_put(_WAIT, points=[_point(THEIRS)], update_mode="update_only"),)),
    ("update a foreign vector", "write over", (_put(f"vectors{_WAIT}", points=[{"id": THEIRS, "vector": {"d": [9, 9]}}]),)),
    ("set a foreign payload", "write over", (_post(f"payload{_WAIT}", points=[THEIRS], payload={"text": "gone"}),)),
    ("set a payload, a filter beside the ids", "write over", (_post(f"payload{_WAIT}", points=[THEIRS], filter={"must": [T]}, payload={"text": "gone"}),)),
    ("overwrite a foreign payload", "take over", (_put(f"payload{_WAIT}", points=[THEIRS], payload={"tenant": OWN}),)),
    ("set whose a foreign point is", "take over", (_post(f"payload{_WAIT}", points=[THEIRS], payload={"tenant": OWN}),)),
    ("clear a foreign payload", "write over", (_post(f"payload/clear{_WAIT}", points=[THEIRS]),)),
    ("delete fields of a foreign payload", "write over", (_post(f"payload/delete{_WAIT}", points=[THEIRS], keys=["text"]),)),
    ("delete a foreign vector", "write over", (_post(f"vectors/delete{_WAIT}", points=[THEIRS], vector=["d"]),)),
    ("a batch of all that", "batch", (_post(f"batch{_WAIT}", operations=[{"upsert": {"points": [_point(THEIRS)]}}, {"delete": {"points": [1004]}}, {"set_payload": {"points": [1005], "payload": {"text": "gone"}}}]),)),
    ("a batch by filters", "batch", (_post(f"batch{_WAIT}", operations=[{"delete": {"filter": two_of(T, T, G)}}, {"clear_payload": {"filter": {"must": [G]}}}]),)),
    ("a batch with two kinds in one member", "batch", (_post(f"batch{_WAIT}", operations=[{"upsert": {"points": [_point(MINE)]}, "delete": {"points": [THEIRS]}}]),)),
    *_each("set a payload", "write over", (*_SHARPEST, "nothing"), lambda f: _post(f"payload{_WAIT}", filter=f, payload={"text": "changed"})),
    *_each("overwrite a payload", "write over", ("two of three", "nothing"), lambda f: _put(f"payload{_WAIT}", filter=f, payload={"text": "changed"})),
    *_each("clear a payload", "write over", ("two of three", "the other tenant"), lambda f: _post(f"payload/clear{_WAIT}", filter=f)),
    # deleted
    ("delete a foreign point", "delete", (_post(f"delete{_WAIT}", points=[THEIRS]),)),
    ("delete a foreign point, a filter beside the id", "delete", (_post(f"delete{_WAIT}", points=[THEIRS], filter={"must": [T]}),)),
    *_each("delete", "delete", (*_SHARPEST, "nothing", "an empty must", "excluded and demanded"), lambda f: _post(f"delete{_WAIT}", filter=f)),
    # moved, or planted
    ("write a point to the other tenant", "plant", (_put(_WAIT, points=[_point(MINE, OTHER)]),)),
    ("write a new point to the other tenant", "plant", (_put(_WAIT, points=[_point(5001, OTHER)]),)),
    ("write a point to both tenants", "plant", (_put(_WAIT, points=[_point(5002, [OWN, OTHER])]),)),
    ("set whose it is", "plant", (_post(f"payload{_WAIT}", points=[MINE], payload={"tenant": OTHER}),)),
    ("set whose it is, by the field's path", "plant", (_post(f"payload{_WAIT}", points=[MINE], key="tenant", payload={"x": OTHER}),)),
    ("set whose it is, in quotes", "plant", (_post(f"payload{_WAIT}", points=[MINE], key='"tenant"', payload={"x": OTHER}),)),
    ("set whose it is, as an item", "plant", (_post(f"payload{_WAIT}", points=[MINE], key="tenant[]", payload={"x": OTHER}),)),
    ("overwrite whose it is", "plant", (_put(f"payload{_WAIT}", points=[MINE], payload={"tenant": OTHER}),)),
    ("in a batch", "plant", (_post(f"batch{_WAIT}", operations=[{"set_payload": {"filter": {"must": [T]}, "payload": {"tenant": OTHER}}}]),)),
    ("a payload with the field twice", "plant", (Ask("PUT", f"{P}{_WAIT}", b'{"points":[{"id":5003,"vector":{"d":[1,1]},"payload":{"tenant":"acme","tenant":"globex"}}]}'),)),
    # the collection as a whole
    ("an alias, and a read through it", "whole", (Ask("POST", "/collections/aliases", {"actions": [{"create_alias": {"collection_name": NAME, "alias_name": "copied"}}]}), Ask("POST", "/collections/copied/points/scroll", {"limit": 1000}))),
    ("a snapshot", "whole", (Ask("POST", f"{C}/snapshots", None), Ask("GET", f"{C}/snapshots"))),
    ("drop the collection", "whole", (Ask("DELETE", C),)),
    ("drop a vector", "whole", (Ask("DELETE", f"{C}/vectors/d?wait=true"),)),
]  # fmt: skip


def _numbered(answers: Sequence[Said]) -> str:
    """Whether an answer tells how many writes everybody has made."""
    text = [said.text for said in answers if said.status < 300]
    return "counted" if any('"version": ' in one.replace('"version": 0', "") for one in text) else ""


def _by_rarity(answers: Sequence[Said]) -> str:
    """Whether a word's weight is that of one's own corpus: 10 of 200 have it; of all, 210 of 400."""
    said = answers[-1]
    if said.status >= 300:
        return ""
    own = math.log((RECORDS - 10 + 0.5) / (10 + 0.5) + 1)
    scores = [one["score"] for one in said.tree["result"]["points"]]
    return "" if scores and all(abs(score - own) < 1e-3 for score in scores) else "ranked"


RARE: Final = {"query": {"indices": [1], "values": [1.0]}, "using": "s", "filter": {"must": [T]}, "limit": 5}
_RANKED: Final = [
    ("a rare word", (_post("query", **RARE),)),
    ("a rare word, of all there is", (_post("query", **RARE, params={"idf": "global"}),)),
    ("a rare word, in a batch", (_post("query", **RARE),)),
]
_ALIKE: Final = [
    ("is that point there? by id", tuple(Ask("GET", f"{P}/{id}") for id in (THEIRS, NOBODYS))),
    ("is that point there? by ids", tuple(_post("", ids=[id]) for id in (THEIRS, NOBODYS))),
    ("is that point there? near it", tuple(_post("query", query=id, using="d", limit=1) for id in (THEIRS, NOBODYS))),
    ("is that point there? by recommendation", tuple(_post("recommend", positive=[id], using="d", limit=1) for id in (THEIRS, NOBODYS))),
    ("is that point there? by its vector", tuple(_put(f"vectors{_WAIT}", points=[{"id": id, "vector": {"d": [1, 1]}}]) for id in (THEIRS, NOBODYS))),
    ("is that point there? by a payload", tuple(_post(f"payload{_WAIT}", points=[id], payload={"a": 1}) for id in (THEIRS, NOBODYS))),
    ("is that point there? by a delete", tuple(_post(f"delete{_WAIT}", points=[id]) for id in (THEIRS, NOBODYS))),
    ("is that value there? by a guess", tuple(_post("count", exact=False, filter={"must": [_is(f"{name}-3@x.test", "email")]}) for name in (MARK, "NOBODY"))),
    ("is that value there? by what words are weighed with", tuple(_post("query", **RARE, params={"idf": {"corpus": {"must": [_is(f"{name}-3@x.test", "email")]}}}) for name in (MARK, "NOBODY"))),
]  # fmt: skip

WAYS: Final = (
    *(Way(name, kind, calls, judge=counts_over(RECORDS)) for name, kind, calls in (*_READS, *_WRITES)),
    *(Way(name, "rank", calls, judge=_by_rarity) for name, calls in _RANKED),
    Way("what number has a point's last write?", "count", (_post("query", **DENSE, limit=3),), judge=_numbered),
    *(Way(name, "existence", calls, alike=True) for name, calls in _ALIKE),
)


def kept_by_a_library(ask: Ask) -> Ask:
    """What a careful program does that knows its tenant: its condition in every root filter, its field in every payload."""
    if not isinstance(ask.body, dict):
        return ask
    body = dict(ask.body)
    verb = ask.path.partition("?")[0].rpartition("/points")[2]
    if (
        verb
        in (
            "/scroll",
            "/count",
            "/query",
            "/query/groups",
            "/search",
            "/recommend",
            "/delete",
            "/payload",
            "/payload/clear",
            "/payload/delete",
        )
        and "points" not in body
    ):
        given = body.get("filter") or {}
        body["filter"] = {**given, "must": [*given.get("must", []), T]}
    if verb == "" and ask.method == "PUT":
        body["points"] = [{**one, "payload": {**one["payload"], "tenant": OWN}} for one in body.get("points", [])]
    return Ask(ask.method, ask.path, body, ask.headers)
