"""Ways to reach another tenant's records in Chroma, and a Chroma with two tenants in one collection."""

import gzip
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from support.leaks import MARK, OTHER, OWN, RECORDS, Ask, Way, counts_over

NAME: Final = "shared"
OWN_IDS: Final = tuple(f"a{n}" for n in range(RECORDS))
FOREIGN_IDS: Final = tuple(f"g{n}" for n in range(RECORDS))
_ALL: Final = ["documents", "metadatas", "embeddings", "uris"]


def vector(n: int) -> list[float]:
    """Of both tenants' records alike: beside every own one there is a foreign one at the very same place."""
    return [1.0 + n % 20, 1.0 + n // 20]


def records(tenant: str, ids: tuple[str, ...], text: str) -> dict[str, Any]:
    numbers = range(len(ids))
    return {
        "ids": list(ids),
        "embeddings": [vector(n) for n in numbers],
        "documents": [f"{text} note {n}" for n in numbers],
        "metadatas": [{"tenant": tenant, "n": n, "even": n % 2 == 0, "email": f"{text}-{n}@x.test"} for n in numbers],
    }


@dataclass
class Chroma:
    """The shared collection. `ask` reaches the database as it is: (method, path, body) -> tree."""

    ask: Callable[[str, str, Any], Any]
    root: str = "/api/v2/tenants/default_tenant/databases/default_database"
    uuid: str = ""

    def fill(self) -> None:
        with suppress(RuntimeError):  # which is there already, unless a way led to its end
            self.ask("POST", self.root.rpartition("/")[0], {"name": self.root.rpartition("/")[2]})
        with suppress(RuntimeError):
            self.ask("DELETE", f"{self.root}/collections/{NAME}", None)
        self.uuid = self.ask("POST", f"{self.root}/collections", {"name": NAME})["id"]
        for tenant, ids, text in ((OWN, OWN_IDS, "acme"), (OTHER, FOREIGN_IDS, MARK)):
            self.ask("POST", f"{self.path}/upsert", records(tenant, ids, text))

    @property
    def path(self) -> str:
        return f"{self.root}/collections/{self.uuid}"

    def where(self, tenant: str) -> Any:
        try:
            return self.ask("POST", f"{self.path}/get", {"where": {"tenant": tenant}, "include": _ALL})
        except RuntimeError:
            return {"ids": []}

    def foreign(self) -> Any:
        got = self.where(OTHER)
        rows = zip(got["ids"], *(got[name] or got["ids"] for name in _ALL), strict=True) if got["ids"] else ()
        return sorted(json.dumps(row, sort_keys=True) for row in rows)

    def owned(self) -> str:
        return json.dumps(self.where(OWN))


def _post(verb: str, body: Any, at: str = "{C}", **headers: str) -> Ask:
    return Ask("POST", f"{at}/{verb}", body, headers)


def _get(**body: Any) -> tuple[Ask, ...]:
    return (_post("get", body),)


def _query(**body: Any) -> tuple[Ask, ...]:
    return (_post("query", {"query_embeddings": [vector(0)], **body}),)


def _delete(**body: Any) -> tuple[Ask, ...]:
    return (_post("delete", body),)


def _raw(verb: str, text: str, **headers: str) -> tuple[Ask, ...]:
    return (_post(verb, text.encode(), **headers),)


def _alike(verb: str, **body: Any) -> tuple[Ask, ...]:
    """The same call about a foreign id, and about one that nobody has."""
    return tuple(_post(verb, {**body, "ids": [id]}) for id in ("g3", "z3"))


_T, _O = {"tenant": OWN}, {"tenant": OTHER}
_V: Final = {"embeddings": [vector(3)]}
_PATH: Final = "/api/v2/tenants/{}/databases/{}/collections/{{U}}"

WAYS: Final = tuple(
    Way(name, kind, calls, judge=counts_over(RECORDS))
    for name, kind, calls in (
        # read by a filter, or by none
        ("get without a filter", "filter", _get()),
        ("get, every column", "filter", _get(include=_ALL)),
        ("get, ids alone", "filter", _get(include=[])),
        ("get, documents without metadata", "filter", _get(include=["documents"])),
        ("get the other tenant", "filter", _get(where=_O)),
        ("get one tenant or the other", "filter", _get(where={"$or": [_T, _O]})),
        ("get what is not one's own", "filter", _get(where={"tenant": {"$ne": OWN}})),
        ("get what is in a list of tenants", "filter", _get(where={"tenant": {"$in": [OWN, OTHER]}})),
        ("get what is in no list", "filter", _get(where={"tenant": {"$nin": ["nobody"]}})),
        ("get by an empty and", "filter", _get(where={"$and": []})),
        ("get by an empty or inside of an or", "filter", _get(where={"$or": [{"$and": []}, _T]})),
        ("get by another field", "filter", _get(where={"n": {"$gte": 0}})),
        ("get by a field that nobody has", "filter", _get(where={"nothing": {"$ne": 1}})),
        ("get by a text in the document", "filter", _get(where_document={"$contains": MARK})),
        ("get by an expression", "filter", _get(where_document={"$regex": "(?i)globex"})),
        ("get by a text that is not there", "filter", _get(where_document={"$not_contains": "acme"})),
        ("get by the document's other name", "filter", _get(where={"chroma:document": f"{MARK} note 3"})),
        ("get by #document", "filter", _get(where={"#document": {"$contains": MARK}})),
        ("get by metadata and document at once", "filter", _get(where={"n": 3}, where_document={"$contains": "note"})),
        ("get a page behind one's own", "page", _get(limit=RECORDS, offset=RECORDS)),
        ("get a very long page", "page", _get(limit=4_000_000_000)),
        ("get with a body in gzip", "form", _raw("get", "", **{"content-encoding": "gzip"})),
        # by id
        ("get a foreign id", "id", _get(ids=["g3"])),
        ("get foreign ids among one's own", "id", _get(ids=["a1", "g1", "a2", "g2"])),
        ("get a foreign id, and a filter of one's own beside it", "id", _get(ids=["g3"], where={"n": 3})),
        ("query among foreign ids", "id", _query(ids=["g3", "g4"], n_results=5)),
        # nearest
        ("query without a filter", "nearest", _query(n_results=RECORDS * 2)),
        ("query right beside a foreign record", "nearest", _query(n_results=2)),
        ("query with several vectors", "nearest", _query(query_embeddings=[vector(1), vector(2)], n_results=300)),
        ("query the other tenant", "nearest", _query(where=_O, n_results=9)),
        ("query one tenant or the other", "nearest", _query(where={"$or": [_T, _O]}, n_results=300)),
        ("query by a text in the document", "nearest", _query(where_document={"$contains": MARK}, n_results=9)),
        ("query for ids alone", "nearest", _query(include=[], n_results=RECORDS * 2)),
        ("query for distances alone", "nearest", _query(include=["distances"], n_results=RECORDS * 2)),
        ("query for vectors", "nearest", _query(include=["embeddings"], n_results=RECORDS * 2)),
        ("search", "nearest", (_post("search", {"searches": [{"filter": _O, "limit": {"limit": 9}}]}),)),
        ("search without a filter", "nearest", (_post("search", {"searches": [{"limit": {"limit": 400}}]}),)),
        # counted
        ("count", "count", (Ask("GET", "{C}/count"),)),
        ("count, of the index", "count", (Ask("GET", "{C}/count?read_level=index_and_wal"),)),
        ("what is indexed", "count", (Ask("GET", "{C}/indexing_status"),)),
        ("the collection itself", "count", (Ask("GET", f"{{R}}/collections/{NAME}"),)),
        # one call, read in two ways
        ("a filter twice", "form", _raw("get", '{"where":{"tenant":"acme"},"where":{"tenant":"globex"}}')),
        ("a field twice", "form", _raw("get", '{"where":{"tenant":"acme","tenant":"globex"}}')),
        ("an operator twice", "form", _raw("get", '{"where":{"tenant":{"$eq":"acme","$eq":"globex"}}}')),
        ("a member in another case", "form", _raw("get", '{"Where":{"tenant":"acme"}}')),
        ("a member with an escape", "form", _raw("get", '{"wh\\u0065re":{"t\\u0065nant":"globex"}}')),
        ("an array in place of the body", "form", _raw("upsert", '[["g3"],[[1,2]],["x"],null,[{"tenant":"acme"}]]')),
        ("a second document behind the first", "form", _raw("get", '{"where":{"tenant":"acme"}} {}')),
        ("another name for the filter", "form", _get(filter=_T)),
        ("a page in the query string", "form", (Ask("POST", "{C}/query?limit=400", {"query_embeddings": [vector(0)]}),)),
        ("a body that says text", "form", _raw("get", '{"where":{"tenant":"globex"}}', **{"content-type": "text/plain"})),
        ("by way of another tenant", "place", (_post("get", {}, _PATH.format("nobody", "default_database")),)),
        ("by way of another database", "place", (_post("get", {}, _PATH.format("default_tenant", "nothing")),)),
        ("by an id in capitals", "place", (_post("get", {}, "{R}/collections/{U!u}"),)),
        # written over
        ("upsert over a foreign record as one's own", "take over", (_post("upsert", {"ids": ["g3"], **_V, "metadatas": [_T]}),)),
        ("upsert over a foreign record", "write over", (_post("upsert", {"ids": ["g3"], **_V, "documents": ["gone"]}),)),
        ("upsert over a foreign record, metadata null", "write over", (_post("upsert", {"ids": ["g3"], **_V, "metadatas": [None]}),)),
        ("upsert of one's own and a foreign one", "write over", (_post("upsert", {"ids": ["a3", "g3"], "embeddings": [vector(3)] * 2, "metadatas": [_T, _T]}),)),
        ("add over a foreign record", "write over", (_post("add", {"ids": ["g3"], **_V, "metadatas": [_T]}), *_get(ids=["g3"]))),
        ("update a foreign record", "write over", (_post("update", {"ids": ["g3"], "documents": ["gone"]}),)),
        ("update a foreign record to one's own", "take over", (_post("update", {"ids": ["g3"], "metadatas": [_T]}), *_get(ids=["g3"]))),
        ("update a foreign vector", "write over", (_post("update", {"ids": ["g3"], "embeddings": [[9, 9]]}),)),
        ("update one's own and a foreign one", "write over", (_post("update", {"ids": ["a3", "g3"], "documents": ["x", "y"]}),)),
        ("update by an array", "write over", _raw("update", '[["g3"],null,["gone"],null,[{"tenant":"acme"}]]')),
        # moved, or planted
        ("write one's own record to the other tenant", "plant", (_post("upsert", {"ids": ["a3"], **_V, "metadatas": [_O]}),)),
        ("update one's own record to the other tenant", "plant", (_post("update", {"ids": ["a3"], "metadatas": [_O]}),)),
        ("add a record to the other tenant", "plant", (_post("add", {"ids": ["new"], **_V, "metadatas": [_O]}),)),
        ("write to both tenants", "plant", (_post("upsert", {"ids": ["new2"], **_V, "metadatas": [{"tenant": [OWN, OTHER]}]}),)),
        ("forget whose it is", "plant", (_post("update", {"ids": ["a4"], "metadatas": [{"tenant": None}]}),)),
        ("write the field twice", "plant", _raw("upsert", '{"ids":["new3"],"embeddings":[[1,2]],"metadatas":[{"tenant":"acme","tenant":"globex"}]}')),
        ("write the field with an escape", "plant", _raw("upsert", '{"ids":["new4"],"embeddings":[[1,2]],"metadatas":[{"t\\u0065nant":"globex"}]}')),
        ("a record twice in one write", "plant", (_post("upsert", {"ids": ["n5", "n5"], "embeddings": [vector(1)] * 2, "metadatas": [_T, _O]}),)),
        # deleted
        ("delete a foreign id", "delete", _delete(ids=["g3"])),
        ("delete foreign ids among one's own", "delete", _delete(ids=["a190", "g3", "g4"])),
        ("delete a foreign id, and a filter beside it", "delete", _delete(ids=["g3"], where={"n": 3})),
        ("delete the other tenant", "delete", _delete(where=_O)),
        ("delete what is not one's own", "delete", _delete(where={"tenant": {"$ne": OWN}})),
        ("delete by an empty and", "delete", _delete(where={"$and": [{"$and": []}, {"n": {"$gte": 190}}]})),
        ("delete by another field", "delete", _delete(where={"n": {"$gte": 195}})),
        ("delete by a text in the document", "delete", _delete(where_document={"$contains": MARK})),
        ("delete some of what a filter finds", "delete", _delete(where={"n": 3}, limit=1)),
        ("delete by a filter in another case", "delete", _raw("delete", '{"ids":["g3"],"Where":{"tenant":"acme"}}')),
        # the collection as a whole
        ("a fork of the collection", "whole", (_post("fork", {"new_name": "copied"}), Ask("GET", "{R}/collections/copied"))),
        ("a function on the collection", "whole", (_post("functions/attach", {"name": "f", "function_id": "record_counter", "output_collection": "counted"}),)),
        ("drop the collection", "whole", (Ask("DELETE", f"{{R}}/collections/{NAME}"),)),
        ("drop the database", "whole", (Ask("DELETE", "{R}"),)),
        ("reset", "whole", (Ask("POST", "/api/v2/reset"),)),
    )
) + tuple(
    Way(name, "existence", calls, alike=True)
    for name, calls in (
        ("is that id there? by get", _alike("get")),
        ("is that id there? by query", _alike("query", query_embeddings=[vector(0)])),
        ("is that id there? by update", _alike("update", documents=["x"])),
        ("is that id there? by update of the vector", _alike("update", embeddings=[[1, 2]])),
        ("is that id there? by delete", _alike("delete")),
        ("is that id there? by delete with a filter", _alike("delete", where={"n": 3})),
    )
)  # fmt: skip


def prepared(place: Chroma, ask: Ask) -> Ask:
    """A call at this collection."""
    path = ask.path.replace("{C}", place.path).replace("{R}", place.root)
    path = path.replace("{U!u}", place.uuid.upper()).replace("{U}", place.uuid)
    if ask.headers.get("content-encoding") == "gzip":
        return Ask(ask.method, path, gzip.compress(json.dumps({"where": _O}).encode()), ask.headers)
    return Ask(ask.method, path, ask.body, ask.headers)


def kept_by_a_library(ask: Ask) -> Ask:
    """What a careful program does that knows its tenant: its filter in every read and delete, its field in every write."""
    if not isinstance(ask.body, dict):
        return ask
    verb, body = ask.path.rpartition("/")[2], dict(ask.body)
    if verb in ("get", "query", "delete"):
        body["where"] = {"$and": [body["where"], _T]} if body.get("where") else _T
    if verb in ("upsert", "add") and isinstance(body.get("ids"), list):
        given = body.get("metadatas") or [None] * len(body["ids"])
        body["metadatas"] = [{**(one or {}), **_T} for one in given]
    return Ask(ask.method, ask.path, body, ask.headers)
