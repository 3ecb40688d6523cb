"""How does a whole collection leave and come back? Snapshots: made, listed, sent, taken in under any name."""

import hashlib
import io
import json
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from demo.qdrant_edge_shim import reading
from demo.qdrant_edge_shim.faults import Fault
from demo.qdrant_edge_shim.reading import maybe, members, need
from demo.qdrant_edge_shim.store import Collection, Store

_TOLD: Final = "told.json"


def folder(store: Store, collection: Collection | None, shard: str = "") -> Path:
    name = collection.folder.name if collection else "full"
    path = store.snapshots / (f"{name}-shard" if shard else name)
    path.mkdir(parents=True, exist_ok=True)
    return path


def _shown(path: Path) -> dict[str, Any]:
    raw = path.read_bytes()
    at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(path.stat().st_mtime))
    return {"name": path.name, "creation_time": at, "size": len(raw), "checksum": hashlib.sha256(raw).hexdigest()}


def listed(store: Store, collection: Collection | None, shard: str = "") -> Any:
    return [_shown(path) for path in sorted(folder(store, collection, shard).iterdir())]


def create(store: Store, collection: Collection, shard: str = "") -> Any:
    at = time.strftime("%Y-%m-%d-%H-%M-%S", time.gmtime())
    middle = f"shard-{shard}" if shard else str(store.peer)
    path = folder(store, collection, shard) / f"{collection.name}-{middle}-{at}.snapshot"
    path.write_bytes(_packed([collection]))
    return _shown(path)


def create_full(store: Store) -> Any:
    path = folder(store, None) / f"full-snapshot-{time.strftime('%Y-%m-%d-%H-%M-%S', time.gmtime())}.snapshot"
    path.write_bytes(_packed([*store]))
    return _shown(path)


def _packed(collections: list[Collection]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for one in collections:
            with one.lock:
                one.shard.flush()
                archive.add(one.folder / "shard", "shard" if len(collections) == 1 else f"{one.name}/shard")
            told = json.dumps({"told": one.told, "indexes": one.indexes}).encode()
            entry = tarfile.TarInfo(_TOLD if len(collections) == 1 else f"{one.name}/{_TOLD}")
            entry.size = len(told)
            archive.addfile(entry, io.BytesIO(told))
    return made.getvalue()


def find(store: Store, collection: Collection | None, name: str, shard: str = "") -> Path:
    """A snapshot by its name, which is no path. Raises Fault."""
    path = folder(store, collection, shard) / name
    if "/" in name or not path.is_file():
        raise Fault.not_found(f"Snapshot {name} not found")
    return path


def delete(store: Store, collection: Collection | None, name: str, shard: str = "") -> Any:
    find(store, collection, name, shard).unlink()
    return True


def recover(body: Any) -> tuple[str, str]:
    """Where from, and which checksum it must have."""
    found = members(body, "SnapshotRecover", ("location", "priority", "checksum", "api_key"))
    return reading.string(need(found, "location")), maybe(found, "checksum", reading.string) or ""


def located(store: Store, location: str, checksum: str) -> bytes:
    """A snapshot of ours, as a file or as this very server would send it: it asks nobody else. Raises Fault."""
    parts = urlsplit(location)
    if parts.scheme and parts.scheme not in ("file", "http", "https"):
        raise Fault.bad_request(f"URL {location} with scheme {parts.scheme} is not supported")
    wanted = unquote(parts.path).rpartition("/")[2]
    found = next((path for path in store.snapshots.rglob("*.snapshot") if path.name == wanted), None)
    if found is None and parts.scheme == "file":
        raise Fault.forbidden(f'Snapshot file path must be inside the snapshots directory "{store.snapshots}"')
    if found is None and parts.scheme:
        raise Fault(500, f"Service internal error: Http request error: error sending request for url ({location})")
    if found is None:
        raise Fault.not_found(f'Snapshot "{store.snapshots / wanted}" not found')
    raw = found.read_bytes()
    has = hashlib.sha256(raw).hexdigest()
    if checksum and checksum != has:
        raise Fault.wrong_input(f"Snapshot checksum mismatch: expected {checksum}, got {has}")
    return raw


def take_in(store: Store, name: str, raw: bytes) -> None:
    """Raises Fault for what is no snapshot of one collection."""
    with tempfile.TemporaryDirectory() as where:
        try:
            with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
                archive.extractall(where, filter="data")
            kept = json.loads((Path(where) / _TOLD).read_text("utf-8"))
        except (tarfile.TarError, OSError, ValueError):
            raise Fault(500, "Service internal error: File IO error: Malformed tar archive") from None
        store.drop(name)
        made = store.create(name, kept["told"], Path(where) / "shard")
        made.indexes = kept["indexes"]
        made.save()
