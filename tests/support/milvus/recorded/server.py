"""A stand-in for Milvus that answers as recorded ones did ("milvus_recorded"): REST v2 and v1, over HTTP or called.

It reads calls with their oddities (`decoded.py`), so that a way around a condition shows. What it does not do itself it
answers as it was recorded, or with nothing done.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from support.milvus.recorded.decoded import Unmarshal, decode
from support.milvus.recorded.engine import Collection, Failed, near, shown
from support.tools.served import Quiet, served

V2: Final = "/v2/vectordb/"
V1: Final = "/v1/vector/"
_RAW: Final = {"topk": "limit", "offset": "offset", "anns_field": "annsField"}


class Recorded:
    """One server."""

    def __init__(self) -> None:
        self.collections: dict[str, Collection] = {}
        self.aliases: dict[str, str] = {}

    def make(self, name: str, types: Mapping[str, str], key: str = "id") -> Collection:
        self.collections[name] = Collection(100 + len(self.collections), dict(types), key)
        return self.collections[name]

    def answer(self, method: str, target: str, headers: Mapping[str, str], raw: bytes) -> tuple[int, Any]:
        """Status and body: a tree, or a text where nothing is routed."""
        path, _, query = unquote(target.partition("?")[0]), "", target.partition("?")[2]
        older = path.startswith(V1)
        what = path.removeprefix(V2).removeprefix(V1)
        handler = getattr(self, f"_{what.replace('/', '_')}", None)
        if not path.startswith((V1, V2)) or handler is None or (method != "POST" and not older):
            return 404, "404 page not found"
        texts = headers.get("accept-type-allow-int64", "false" if older else "true") == "false"
        try:
            said, again = decode(raw) if method == "POST" else (dict(parse_qsl(query)), {})
            data = handler(said, again, older, texts)
        except Unmarshal as e:
            return 200, {"code": 1801, "message": f"can only accept json format request, error: {e}"}
        except Failed as e:
            return 200, {"code": e.code, "message": str(e)}
        return 200, {"code": 200 if older else 0, **data}

    def _of(self, said: dict[str, Any], *needed: str) -> Collection:
        name = said.get("collectionName")
        missing = [one for one in ("collectionName", *needed) if said.get(one) in (None, "", [])]
        if missing:
            raise Failed(1802, f"missing required parameters, required parameters: [{' '.join(missing)}]")
        made = self.collections.get(self.aliases.get(str(name), str(name)))
        if made is None:
            raise Failed(100, f"can't find collection[database=default][collection={name}]")
        return made

    # collections

    def _collections_list(self, *_: Any) -> Any:
        return {"data": [*self.collections]}

    _collections = _collections_list

    def _collections_has(self, said: dict[str, Any], *_: Any) -> Any:
        return {"data": {"has": said.get("collectionName") in {*self.collections, *self.aliases}}}

    def _collections_describe(self, said: dict[str, Any], _: Any, older: bool, __: Any) -> Any:
        made = self._of(said)
        fields = [
            {
                "name": name,
                "type": f"{kind}(64)" if older and kind == "VarChar" else kind,
                "primaryKey": name == made.key,
                "description": "",
                **({"elementType": "VarChar"} if kind == "Array" and not older else {}),
            }
            for name, kind in made.types.items()
        ]
        more = {} if older else {"collectionID": made.number, "aliases": []}
        return {
            "data": {"collectionName": said["collectionName"], "fields": fields, "enableDynamicField": True, **more}
        }

    def _collections_get_stats(self, said: dict[str, Any], *_: Any) -> Any:
        return {"data": {"rowCount": len(self._of(said).rows)}}

    def _partitions_list(self, *_: Any) -> Any:
        return {"data": ["_default"]}

    def _partitions_get_stats(self, said: dict[str, Any], *_: Any) -> Any:
        return self._collections_get_stats(said)

    def _collections_create(self, said: dict[str, Any], *_: Any) -> Any:
        fields = (said.get("schema") or {}).get("fields") or []
        types = {one["fieldName"]: one["dataType"] for one in fields} or {"id": "Int64", "vector": "FloatVector"}
        self.make(
            str(said["collectionName"]), types, next((one["fieldName"] for one in fields if one.get("isPrimary")), "id")
        )
        return {"data": {}}

    def _collections_drop(self, said: dict[str, Any], *_: Any) -> Any:
        self.collections.pop(str(said.get("collectionName")), None)
        return {"data": {}}

    def _aliases_describe(self, said: dict[str, Any], *_: Any) -> Any:
        name = str(said.get("aliasName"))
        if name not in self.aliases:
            raise Failed(1600, f"alias not found[database=default][alias={name}]")
        return {"data": {"aliasName": name, "collectionName": self.aliases[name], "dbName": "default"}}

    def _aliases_list(self, *_: Any) -> Any:
        return {"data": [*self.aliases]}

    # records

    def _entities_query(self, said: dict[str, Any], _: Any, older: bool, texts: bool) -> Any:
        made = self._of(said, *(("filter",) if older else ()))
        rows, wanted = made.chosen(_filled(said)), said.get("outputFields") or ["*"]
        if [one.replace(" ", "").lower() for one in wanted] == ["count(*)"]:
            return {"data": [{"count(*)": len({row[made.key] for row in rows})}]}
        limit, offset = said.get("limit", 100), max(0, said.get("offset", 0))
        cut = rows[offset:] if limit <= 0 else rows[offset : offset + limit]
        return {
            "data": [shown(row, wanted, made, older=older, texts=texts) for row in cut],
            **({} if older else {"cost": 0}),
        }

    _query = _entities_query

    def _entities_get(self, said: dict[str, Any], again: dict[str, Any], older: bool, texts: bool) -> Any:
        made = self._of(said, "id")
        if "id" not in again:
            return {"data": []}
        asked = {**said, "filter": made.ids_text(again["id"], older=older), "limit": 0, "exprParams": {}}
        return self._entities_query(asked, again, older, texts)

    _get = _entities_get

    def _entities_search(self, said: dict[str, Any], again: dict[str, Any], older: bool, texts: bool) -> Any:
        made = self._of(said, "vector" if older else "data")
        vectors = [said["vector"]] if older else again.get("data") or [[]]
        raw = said.get("searchParams") or {}
        own = {**said, **{name: raw[key] for key, name in _RAW.items() if key in raw}}  # raw options come first
        if int(own.get("limit", 100)) < 1:
            raise Failed(65535, "topk should be in range [1, 16384]")
        hits = [_nearest(made, own, vector) for vector in vectors]
        wanted = said.get("outputFields") or []
        data = [
            {**shown(row, wanted, made, older=older, texts=texts), "distance": score}
            for some in hits
            for score, row in some
        ]
        return {"data": data} if older else {"data": data, "cost": 0, "topks": [len(some) for some in hits]}

    _search = _entities_search

    def _entities_hybrid_search(self, said: dict[str, Any], again: dict[str, Any], older: bool, texts: bool) -> Any:
        """Vectors of the first `search`, filters of the last; a filter beside them is not looked at."""
        made = self._of(said, "search")
        ranks: dict[int, float] = {}
        first = again.get("search") or []
        for i, sub in enumerate(said["search"]):
            vectors = (first[i] if i < len(first) else {}).get("data") or [[]]
            for rank, (_, row) in enumerate(_nearest(made, {"limit": 3, **sub}, vectors[0])):
                ranks[id(row)] = ranks.get(id(row), 0.0) + 1 / (60 + rank + 1)
        best = sorted((row for row in made.rows if id(row) in ranks), key=lambda row: -ranks[id(row)])[
            : said.get("limit", 100)
        ]
        data = [
            {**shown(row, said.get("outputFields") or [], made, older=older, texts=texts), "distance": ranks[id(row)]}
            for row in best
        ]
        return {"data": data, "cost": 0, "topks": [len(data)]}

    _entities_advanced_search = _entities_hybrid_search

    def _entities_delete(self, said: dict[str, Any], again: dict[str, Any], older: bool, _: Any) -> Any:
        made = self._of(said, *(() if older else ("filter",)))
        text = _filled(said) or (made.ids_text(again["id"], older=True) if older and "id" in again else "")
        if not text:
            raise Failed(1802, "missing required parameters, required parameters: [collectionName, id/filter]")
        gone = {id(row) for row in made.chosen(text)}
        made.rows = [row for row in made.rows if id(row) not in gone]
        return {"data": {} if older else {"deleteCount": len(gone)}}

    _delete = _entities_delete

    def _write(self, said: dict[str, Any], again: dict[str, Any], texts: bool, *, over: bool) -> Any:
        made = self._of(said, "data")
        if "data" not in again:
            raise Failed(1801, "can only accept json format request, error: data must be a list")
        rows = again["data"] if isinstance(again["data"], list) else [again["data"]]
        word = "upsert" if over else "insert"
        ids = made.put(rows, over=over)
        return {"data": {f"{word}Count": len(ids), f"{word}Ids": [str(one) if texts else one for one in ids]}}

    def _entities_insert(self, said: dict[str, Any], again: dict[str, Any], older: bool, texts: bool) -> Any:
        return self._write(said, again, texts, over=False)

    def _entities_upsert(self, said: dict[str, Any], again: dict[str, Any], older: bool, texts: bool) -> Any:
        return self._write(said, again, texts, over=True)

    _insert, _upsert = _entities_insert, _entities_upsert


def _nearest(made: Collection, said: dict[str, Any], vector: Any) -> list[tuple[float, dict[str, Any]]]:
    rows, name = made.chosen(_filled(said)), str(said.get("annsField") or made.vector)
    size = len(next((row[name] for row in made.rows if name in row), []))
    if not isinstance(vector, list) or len(vector) != size:
        raise Failed(65535, "vector dimension mismatch")
    start = int(said.get("offset") or 0)
    return near(rows, name, vector)[start : start + int(said.get("limit", 100))]


def _filled(said: Mapping[str, Any]) -> str:
    """A filter with what its templates stand for."""
    text = str(said.get("filter") or "")
    for name, value in (said.get("exprParams") or {}).items():
        text = text.replace(f"{{{name}}}", json.dumps(value))
    return text


@contextmanager
def running_milvus(folder: Path | None = None, made: Recorded | None = None) -> Iterator[str]:
    """Its URL; it is gone when the block ends."""
    server = made or Recorded()

    class Handler(Quiet):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            status, said = server.answer(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, raw)
            body = said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header(
                "content-type", "text/plain" if isinstance(said, str) else "application/json; charset=utf-8"
            )
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_DELETE = do_PATCH = do_POST

    with served(Handler) as url:
        yield url
