"""Which collections are there? A shard of the engine each, settings, aliases, and what is kept of them on disk."""

import json
import re
import shutil
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import qdrant_edge as q

from demo.qdrant_edge_shim.faults import Fault, of_engine

_NONE: Final = "-"
_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*\x00\x1f]')
_DISTANCES: Final = {name: getattr(q.Distance, name) for name in ("Cosine", "Euclid", "Dot", "Manhattan")}
_DATATYPES: Final = {
    "float32": q.VectorStorageDatatype.Float32,
    "float16": q.VectorStorageDatatype.Float16,
    "uint8": q.VectorStorageDatatype.Uint8,
}


def check_name(name: str) -> None:
    """Raises Fault for a name that no collection can have."""
    if not 1 <= len(name) <= 255:
        raise Fault.invalid(
            "collection_name", f'value "{name}" invalid, must be from 1 to 255 characters', "path parameters"
        )
    if found := _FORBIDDEN.search(name):
        raise Fault.invalid("collection_name", f'collection name cannot contain "{found[0]}" char', "path parameters")


def dense(told: dict[str, Any]) -> q.EdgeVectorParams:
    several = told.get("multivector_config")
    return q.EdgeVectorParams(
        size=told["size"],
        distance=_DISTANCES[told["distance"]],
        multivector_config=q.MultiVectorConfig(q.MultiVectorComparator.MaxSim) if several else None,
        datatype=_DATATYPES.get(told.get("datatype") or ""),
    )


def sparse(told: dict[str, Any] | None) -> q.EdgeSparseVectorParams:
    return q.EdgeSparseVectorParams(modifier=q.Modifier.Idf if (told or {}).get("modifier") == "idf" else None)


@dataclass(slots=True)
class Collection:
    """One collection. `told` is what its maker said, as one reads it back; `indexes` its payload indexes."""

    name: str
    folder: Path
    told: dict[str, Any]
    indexes: dict[str, Any] = field(default_factory=dict)
    operations: int = 0
    durable: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    shard: q.EdgeShard = field(init=False, repr=False)

    def open(self) -> None:
        """Open its shard, new or as it was left."""
        data = self.folder / "shard"
        if data.exists():
            self.shard = q.EdgeShard.load(str(data), None)
            return
        data.mkdir(parents=True)
        config = q.EdgeConfig(
            vectors={name: dense(one) for name, one in self.vectors.items()},
            # The engine wants a vector at least by name; the server does not.
            sparse_vectors={name: sparse(one) for name, one in (self.sparse_vectors or {_NONE: {}}).items()},
        )
        self.shard = q.EdgeShard.create(str(data), config)
        self.save()

    @property
    def vectors(self) -> dict[str, Any]:
        """Its dense vectors by name."""
        found = self.told.get("vectors") or {}
        return {"": found} if "size" in found else found

    @property
    def sparse_vectors(self) -> dict[str, Any]:
        return self.told.get("sparse_vectors") or {}

    def update(self, operation: q.UpdateOperation) -> int:
        """Apply it. Returns its number. Raises Fault."""
        with self.lock:
            self.operations += 1
            try:
                self.shard.update(operation)
                if self.durable:
                    self.shard.flush()
            except Exception as e:  # noqa: BLE001 - the engine raises no other kind
                raise of_engine(e) from None
            return self.operations

    def save(self) -> None:
        kept = {"name": self.name, "told": self.told, "indexes": self.indexes, "operations": self.operations}
        (self.folder / "collection.json").write_text(json.dumps(kept), "utf-8")

    def close(self) -> None:
        self.save()
        self.shard.close()


class Store:
    """All collections under one folder. `durable`: each write outlives a crash, and takes some fifty milliseconds."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder, self.durable = folder, durable
        self.snapshots = folder / "snapshots"
        self.snapshots.mkdir(parents=True, exist_ok=True)
        self.peer = uuid.uuid4().int >> 75
        self.aliases: dict[str, str] = {}
        self._by_name: dict[str, Collection] = {}
        self._changing = threading.Lock()
        self._take_up()

    def _take_up(self) -> None:
        for told in sorted(self.folder.glob("collections/*/collection.json")):
            kept = json.loads(told.read_text("utf-8"))
            self._open(Collection(kept["name"], told.parent, kept["told"], kept["indexes"], kept["operations"]))
        aliases = self.folder / "aliases.json"
        if aliases.exists():
            self.aliases = json.loads(aliases.read_text("utf-8"))

    def _open(self, collection: Collection) -> Collection:
        collection.durable = self.durable
        collection.open()
        self._by_name[collection.name] = collection
        return collection

    def __iter__(self) -> Iterator[Collection]:
        return iter([self._by_name[name] for name in sorted(self._by_name)])

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def get(self, name: str) -> Collection:
        """By its name or an alias. Raises Fault."""
        found = self._by_name.get(self.aliases.get(name, name))
        if found is None:
            raise Fault.not_found(f"Collection `{name}` doesn't exist!")
        return found

    def find(self, name: str) -> Collection | None:
        return self._by_name.get(self.aliases.get(name, name))

    def create(self, name: str, told: dict[str, Any], shard: Path | None = None) -> Collection:
        """A new collection, empty, or over a copy of another's files. Raises Fault."""
        with self._changing:
            if name in self._by_name:
                raise Fault(409, f"Wrong input: Collection `{name}` already exists!")
            if name in self.aliases:
                raise Fault.wrong_input(
                    f"Can't create collection with name {name}. Alias with the same name already exists"
                )
            folder = self.folder / "collections" / uuid.uuid4().hex
            if shard is not None:
                shutil.copytree(shard, folder / "shard")
            try:
                return self._open(Collection(name, folder, told))
            except Exception as e:  # noqa: BLE001 - the engine raises no other kind
                shutil.rmtree(folder, ignore_errors=True)
                raise of_engine(e) from None

    def drop(self, name: str) -> bool:
        """By its own name only: an alias is no collection."""
        with self._changing:
            found = self._by_name.pop(name, None)
            if found is None:
                return False
            self.aliases = {alias: target for alias, target in self.aliases.items() if target != name}
            self._save_aliases()
            with found.lock:
                found.shard.close()
            shutil.rmtree(found.folder, ignore_errors=True)
            return True

    def rename_aliases(self, actions: list[tuple[str, str, str]]) -> None:
        """Carry out actions in order: (create, alias, collection), (delete, alias, ''), (rename, new, old)."""
        with self._changing:
            for what, alias, other in actions:
                self._act(what, alias, other)
            self._save_aliases()

    def _act(self, what: str, alias: str, other: str) -> None:
        if what == "delete":
            self.aliases.pop(alias, None)
            return
        if what == "rename" and other not in self.aliases:
            raise Fault.not_found(f"Alias {other} does not exists!")
        if what == "create" and other not in self._by_name:
            raise Fault.not_found(f"Collection `{other}` doesn't exist!")
        if alias in self._by_name:
            raise Fault(409, f"Wrong input: Collection `{alias}` already exists!")
        self.aliases[alias] = self.aliases.pop(other) if what == "rename" else other

    def _save_aliases(self) -> None:
        (self.folder / "aliases.json").write_text(json.dumps(self.aliases), "utf-8")

    def close(self) -> None:
        for collection in self:
            collection.close()
