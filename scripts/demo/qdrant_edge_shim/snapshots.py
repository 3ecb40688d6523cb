"""How does a whole collection leave and come back? Snapshots: made, listed, sent, taken in under any name."""

import hashlib
import io
import json
import os
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
_HOLE: Final = bytes(1 << 16)
_MALFORMED: Final = "Malformed tar archive, reached unknown entry: failed to read entire block"


def folder(store: Store, collection: Collection | None, shard: str = "") -> Path:
    path = store.snapshots / collection.name if collection else store.snapshots
    path = path / "shards" / shard if shard else path
    path.mkdir(parents=True, exist_ok=True)
    return path


def _shown(path: Path) -> dict[str, Any]:
    raw = path.read_bytes()
    at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(path.stat().st_mtime))
    return {"name": path.name, "creation_time": at, "size": len(raw), "checksum": hashlib.sha256(raw).hexdigest()}


def listed(store: Store, collection: Collection | None, shard: str = "") -> Any:
    return [_shown(path) for path in sorted(folder(store, collection, shard).glob("*.snapshot"))]


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
    """An archive of shards. The engine's files are mostly holes, and its log is not needed once all is flushed."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for one in collections:
            prefix = "" if len(collections) == 1 else f"{one.name}/"
            with one.lock:
                one.shard.flush()
                sizes = {path: _add(archive, prefix, one.folder, path) for path in _files(one.folder)}
            told = {"told": one.told, "indexes": one.indexes, "sizes": sizes}
            _add_bytes(archive, prefix + _TOLD, json.dumps(told).encode())
    return made.getvalue()


def _files(folder: Path) -> list[str]:
    found = (path for path in (folder / "shard").rglob("*") if path.is_file() and "wal" not in path.parts)
    return sorted(str(path.relative_to(folder)) for path in found)


def _add(archive: tarfile.TarFile, prefix: str, folder: Path, path: str) -> int:
    raw = (folder / path).read_bytes()
    end = len(raw)
    while end >= len(_HOLE) and raw.startswith(_HOLE, end - len(_HOLE)):  # byte by byte takes seconds
        end -= len(_HOLE)
    _add_bytes(archive, prefix + path, raw[:end].rstrip(b"\0"))
    return len(raw)


def _add_bytes(archive: tarfile.TarFile, name: str, raw: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(raw)
    archive.addfile(entry, io.BytesIO(raw))


def find(store: Store, collection: Collection | None, name: str, shard: str = "") -> Path:
    """A snapshot by its name, which is no path. Raises Fault."""
    path = folder(store, collection, shard) / name
    if "/" in name or not path.is_file():
        raise Fault.not_found(f'Snapshot "{path}" not found' if shard else f"Snapshot {name} not found")
    return path


def delete(store: Store, collection: Collection | None, name: str, shard: str = "") -> Any:
    find(store, collection, name, shard).unlink()
    return True


def recover(body: Any) -> tuple[str, str]:
    """Where from, and which checksum it must have."""
    found = members(body, "SnapshotRecover", ("location", "priority", "checksum", "api_key"))
    return reading.string(need(found, "location")), maybe(found, "checksum", reading.string) or ""


def located(store: Store, location: str, checksum: str, whose: Collection | None) -> bytes:
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
        raise Fault.not_found(f'Snapshot "{folder(store, whose, "0") / wanted}" not found')
    raw = found.read_bytes()
    has = hashlib.sha256(raw).hexdigest()
    if checksum and checksum != has:
        raise Fault.wrong_input(f"Snapshot checksum mismatch: expected {checksum}, got {has}")
    return raw


def check(raw: bytes, checksum: str) -> None:
    """Of a file that was sent. Raises Fault."""
    has = hashlib.sha256(raw).hexdigest()
    if checksum and checksum != has:
        raise Fault(400, f"Checksum mismatch: expected {has}, actual {checksum}")


def take_in(store: Store, name: str, raw: bytes) -> None:
    """Raises Fault for what is no snapshot of one collection."""
    with tempfile.TemporaryDirectory() as where:
        try:
            with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
                archive.extractall(where, filter="data")
            kept = json.loads((Path(where) / _TOLD).read_text("utf-8"))
            for path, size in kept["sizes"].items():
                os.truncate(Path(where) / path, size)
        except (tarfile.TarError, OSError, ValueError):
            raise Fault(
                500,
                f"Service internal error: File IO error: {_MALFORMED}",
            ) from None
        store.drop(name)
        made = store.create(name, kept["told"], Path(where) / "shard")
        made.indexes = kept["indexes"]
        made.save()
