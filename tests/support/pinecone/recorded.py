"""pinecone_recorded: a project with indexes in memory, in the shapes of the recorded answers, for requests as they come.

It reads calls as loosely as the vendor's words allow: the last of two members of one name counts, unknown members are
ignored, no namespace and the empty one are the default one, no filter and `{}` select everything. So what gets past the
gateway in another spelling shows. No server of Pinecone was ever at hand: its own oddities are not known.
"""

import json
import math
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from support.pinecone.filters import NoFilter, fits

DEFAULT = "__default__"
RECORDED: Final = Path(__file__).parents[2] / "recorded" / "pinecone.jsonl"
type Said = tuple[int, Any]


def no(status: int, code: str, message: str) -> Said:
    """A refusal of the control plane."""
    return status, {"status": status, "error": {"code": code, "message": message}}


@cache
def _recordings() -> dict[tuple[str, str, bool], Said]:
    """The first answer to each kind of call that was no error."""
    found: dict[tuple[str, str, bool], Said] = {}
    for line in RECORDED.read_text("utf-8").split("\n"):
        row = json.loads(line) if line else {"status": 999}
        if row["status"] < 300:
            new = row["headers_shown"].get("x-pinecone-api-version", "") >= "2026-07"
            found.setdefault((row["method"], row["path"], new), (row["status"], (row["answer"] or {}).get("json")))
    return found


def recorded(method: str, path: str, new: bool) -> Said | None:
    """What such a call was answered with."""
    return _recordings().get((method, path, new)) or _recordings().get((method, path, not new))


@dataclass
class Index:
    """One index: how it was set up, and its records by namespace and id."""

    name: str
    host: str
    set_up: dict[str, Any]
    spaces: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def described(self, new: bool) -> dict[str, Any]:
        told = {"name": self.name, "status": {"ready": True, "state": "Ready"}, "host": self.host}
        place = {"cloud": "aws", "region": "us-east-1"}
        vector = {"type": "dense_vector", "dimension": self.dimension, "metric": "cosine"}
        if new:
            where = {"deployment_type": "managed", **place, "environment": "us-east-1-aws"}
            own: dict[str, Any] = {"schema": {"fields": {"_values": vector}}, "deployment": where}
            own |= {"read_capacity": {"mode": "OnDemand", "status": {"state": "Ready"}}}
        else:
            own = {
                "dimension": self.dimension,
                "metric": "cosine",
                "vector_type": "dense",
                "spec": {"serverless": place},
            }
        own |= {
            key: self.set_up[key]
            for key in (("schema", "deployment") if new else ("spec", "embed"))
            if key in self.set_up
        }
        protection = self.set_up.get("deletion_protection", "disabled")
        return told | own | {"deletion_protection": protection, "tags": self.set_up.get("tags") or {}}

    @property
    def dimension(self) -> int:
        fields = self.set_up.get("schema", {}).get("fields", {})
        return int(self.set_up.get("dimension") or fields.get("_values", {}).get("dimension") or 4)

    def space(self, name: str | None) -> dict[str, dict[str, Any]]:
        return self.spaces.setdefault(name or DEFAULT, {})


class Project:
    """The whole of it. `hosts` gives each new index its host; `seen` is every call: host, method, target, body."""

    def __init__(self, hosts: Any = lambda name: f"https://{name}-a1b2c3d.svc.aped-0000-0000.pinecone.io") -> None:
        self.hosts = hosts
        self.indexes: dict[str, Index] = {}
        self.seen: list[tuple[str, str, str, bytes]] = []

    def add(self, name: str, **set_up: Any) -> Index:
        index = Index(name, self.hosts(name), set_up)
        self.indexes[name] = index
        return index

    def answer(self, host: str, method: str, target: str, headers: dict[str, str], raw: bytes) -> Said:
        """Status and body. `host`: the name of an index, or empty for the control plane."""
        self.seen.append((host, method, target, raw))
        path, _, query = target.partition("?")
        try:
            if host:
                if host not in self.indexes:
                    return no(404, "NOT_FOUND", "Not found")
                return self._of_index(self.indexes[host], method, path, parse_qsl(query, keep_blank_values=True), raw)
            return self._of_project(method, path, json.loads(raw or b"{}"), headers)
        except (NoFilter, ValueError, TypeError, AttributeError, KeyError) as e:
            return 400, {"code": 3, "message": f"bad request: {e}", "details": []}

    # the control plane

    def _of_project(self, method: str, path: str, tree: Any, headers: dict[str, str]) -> Said:
        new = headers.get("x-pinecone-api-version", "") >= "2026-07"
        parts = [unquote(part) for part in path.strip("/").split("/")]
        if parts == ["indexes"]:
            return self._indexes(method, tree, new)
        if parts == ["indexes", "create-for-model"]:
            return 201, self.add(tree.pop("name"), **tree).described(new)
        if parts[0] == "indexes" and len(parts) == 2:
            return self._index(method, parts[1], tree, new)
        return recorded(method, path, new) or no(404, "NOT_FOUND", "Not found")

    def _indexes(self, method: str, tree: Any, new: bool) -> Said:
        if method == "GET":
            return 200, {"indexes": [one.described(new) for one in self.indexes.values()]}
        if tree["name"] in self.indexes:
            return no(409, "ALREADY_EXISTS", "Resource  already exists")
        return 201, self.add(tree.pop("name"), **tree).described(new)

    def _index(self, method: str, name: str, tree: Any, new: bool) -> Said:
        index = self.indexes.get(name)
        if index is None:
            return no(404, "NOT_FOUND", f"Resource {name} not found")
        if method == "PATCH":
            index.set_up |= tree
            return 202, index.described(new)
        if method == "DELETE":
            if index.set_up.get("deletion_protection") == "enabled":
                return no(
                    403,
                    "FORBIDDEN",
                    "Deletion protection is enabled for this index. Disable deletion protection before retrying.",
                )
            del self.indexes[name]
            return 202, None
        return 200, index.described(new)

    # an index

    def _of_index(self, index: Index, method: str, path: str, query: list[tuple[str, str]], raw: bytes) -> Said:
        said = dict(query)
        if path.endswith("/upsert") and path.startswith("/records/"):
            return self._records(index, unquote(path.split("/")[3]), raw)
        tree = json.loads(raw or b"{}")
        if path.endswith("/search") and path.startswith("/records/"):
            return self._search(index, unquote(path.split("/")[3]), tree)
        calls = {
            ("POST", "/query"): self._query,
            ("POST", "/vectors/upsert"): self._upsert,
            ("POST", "/vectors/update"): self._update,
            ("POST", "/vectors/delete"): self._delete,
            ("POST", "/vectors/fetch_by_metadata"): self._by_metadata,
            ("POST", "/describe_index_stats"): self._stats,
        }
        if (method, path) in calls:
            return calls[method, path](index, tree)
        if (method, path) == ("GET", "/vectors/fetch"):
            space = index.space(said.get("namespace"))
            ids = [value for key, value in query if key == "ids"]
            return 200, {
                "vectors": {id: space[id] for id in ids if id in space},
                "namespace": said.get("namespace", ""),
                "usage": {"readUnits": 1},
            }
        if (method, path) == ("GET", "/vectors/list"):
            return self._list(index, said)
        if path == "/namespaces" or path.startswith("/namespaces/"):
            return self._spaces(index, method, path, tree)
        return recorded(method, path, True) or no(404, "NOT_FOUND", "Not found")

    def _query(self, index: Index, tree: Any) -> Said:
        space = index.space(tree.get("namespace"))
        vector = space[tree["id"]]["values"] if tree.get("id") in space else tree.get("vector")
        if vector is not None and len(vector) != index.dimension:
            return 400, {
                "code": 3,
                "message": f"Vector dimension {len(vector)} does not match the dimension of the index {index.dimension}",
                "details": [],
            }
        found = [one for one in space.values() if fits(one.get("metadata", {}), tree.get("filter"))]
        scored = sorted(
            ((_cosine(vector or [], one.get("values") or []), one) for one in found), key=lambda pair: -pair[0]
        )
        matches = []
        for score, one in scored[: tree["topK"]]:
            match = {
                "id": one["id"],
                "score": round(score, 6),
                "values": one.get("values", []) if tree.get("includeValues") else [],
            }
            if tree.get("includeMetadata") and "metadata" in one:
                match["metadata"] = one["metadata"]
            matches.append(match)
        return 200, {
            "results": [],
            "matches": matches,
            "namespace": tree.get("namespace", ""),
            "usage": {"readUnits": 5},
        }

    def _upsert(self, index: Index, tree: Any) -> Said:
        wrong = next(
            (one for one in tree["vectors"] if one.get("values") and len(one["values"]) != index.dimension), None
        )
        if wrong is not None:
            return 400, {
                "code": 3,
                "message": f"Vector dimension {len(wrong['values'])} does not match the dimension of the index {index.dimension}",
                "details": [],
            }
        index.space(tree.get("namespace")).update({one["id"]: one for one in tree["vectors"]})
        return 200, {"upsertedCount": len(tree["vectors"])}

    def _update(self, index: Index, tree: Any) -> Said:
        space = index.space(tree.get("namespace"))
        ids = (
            [tree["id"]]
            if "id" in tree
            else [one["id"] for one in space.values() if fits(one.get("metadata", {}), tree.get("filter"))]
        )
        for id in ids:
            if id in space and not tree.get("dryRun"):
                changed = {key: tree[key] for key in ("values", "sparseValues") if key in tree}
                metadata = space[id].get("metadata", {}) | (tree.get("setMetadata") or {})
                space[id] = space[id] | changed | ({"metadata": metadata} if metadata else {})
        return 200, {"matchedRecords": len(ids)} if "filter" in tree else {}

    def _delete(self, index: Index, tree: Any) -> Said:
        space = index.space(tree.get("namespace"))
        if tree.get("deleteAll"):
            space.clear()
        elif tree.get("ids"):
            for id in tree["ids"]:
                space.pop(id, None)
        else:
            for id in [id for id, one in space.items() if fits(one.get("metadata", {}), tree.get("filter"))]:
                del space[id]
        return 200, {}

    def _by_metadata(self, index: Index, tree: Any) -> Said:
        space = index.space(tree.get("namespace"))
        found = [one for one in space.values() if fits(one.get("metadata", {}), tree.get("filter"))]
        start, size = int(tree.get("paginationToken") or 0), int(tree.get("limit") or 100)
        more = {"next": str(start + size)} if len(found) > start + size else None
        vectors = {one["id"]: one for one in found[start : start + size]}
        return 200, {
            "vectors": vectors,
            "namespace": tree.get("namespace", ""),
            "usage": {"readUnits": 1},
            "pagination": more,
        }

    def _list(self, index: Index, said: dict[str, str]) -> Said:
        ids = [id for id in index.space(said.get("namespace")) if id.startswith(said.get("prefix", ""))]
        start, size = int(said.get("paginationToken") or 0), int(said.get("limit") or 100)
        told: dict[str, Any] = {
            "vectors": [{"id": id} for id in ids[start : start + size]],
            "namespace": said.get("namespace", ""),
            "usage": {"readUnits": 1},
        }
        return 200, told | ({"pagination": {"next": str(start + size)}} if len(ids) > start + size else {})

    def _stats(self, index: Index, tree: Any) -> Said:
        spaces = {"" if name == DEFAULT else name: {"vectorCount": sum(fits(one.get("metadata", {}), tree.get("filter")) for one in held.values())}
                  for name, held in index.spaces.items()}  # fmt: skip
        total = sum(one["vectorCount"] for one in spaces.values())
        return 200, {
            "namespaces": spaces,
            "dimension": index.dimension,
            "indexFullness": 0,
            "totalVectorCount": total,
            "metric": "cosine",
            "vectorType": "dense",
        }

    def _spaces(self, index: Index, method: str, path: str, tree: Any) -> Said:
        parts = path.strip("/").split("/")
        if len(parts) == 1 and method == "GET":
            listed = [{"name": name, "record_count": len(held)} for name, held in index.spaces.items()]
            return 200, {"namespaces": listed, "pagination": None, "total_count": len(listed)}
        if len(parts) == 1:
            index.space(tree["name"])
            return 200, {"name": tree["name"], "record_count": 0}
        name = unquote(parts[1])
        if len(parts) > 2:
            return recorded(method, path, True) or no(404, "NOT_FOUND", "Not found")
        if method == "GET" and name not in index.spaces:
            return no(404, "NOT_FOUND", "Not found")
        if method == "DELETE":
            index.spaces.pop(name, None)
            return 200, {}
        return 200, {"name": name, "record_count": len(index.spaces[name])}

    def _search(self, index: Index, space: str, tree: Any) -> Said:
        """All that pass the filter, in no order that means anything: no model is here."""
        query, fields = tree["query"], tree.get("fields")
        found = [one for one in index.space(space).values() if fits(one.get("metadata", {}), query.get("filter"))]
        hits = [
            {
                "_id": one["id"],
                "_score": 0.5,
                "fields": {k: v for k, v in one.get("metadata", {}).items() if fields is None or k in fields},
            }
            for one in found[: query["top_k"]]
        ]
        return 200, {"result": {"hits": hits}, "usage": {"read_units": 6, "embed_total_tokens": 3}}

    def _records(self, index: Index, space: str, raw: bytes) -> Said:
        """A line ends with LF, and with nothing else."""
        for line in raw.split(b"\n"):
            if line.strip():
                record = json.loads(line)
                id = record.pop("_id", None) or record.pop("id")
                index.space(space)[id] = {"id": id, "values": [], "metadata": record}
        return 201, None


def _cosine(one: list[float], other: list[float]) -> float:
    lengths = math.sqrt(sum(a * a for a in one)) * math.sqrt(sum(b * b for b in other))
    return sum(a * b for a, b in zip(one, other, strict=False)) / lengths if lengths else 0.0
