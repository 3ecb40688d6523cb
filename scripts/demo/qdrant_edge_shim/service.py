"""What does the server say of itself? Health, version, telemetry, metrics, quotas and the cluster that it is not."""

import os
import time
from typing import Any, Final

from demo.qdrant_edge_shim.access import Access
from demo.qdrant_edge_shim.store import Collection, Store

VERSION: Final = "1.19.0"
COMMIT: Final = "74f3e85b9473c62560006c043e13737ce6b48412"
STARTED: Final = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
NAME: Final = {"title": "qdrant - vector search engine", "version": VERSION, "commit": COMMIT}
LOGGER: Final = {
    "log_level": "WARN", "span_events": None, "format": None, "color": None,
    "on_disk": {
        "enabled": None, "log_file": None, "log_level": None, "format": None, "span_events": None,
        "buffer_size_bytes": None,
    },
}  # fmt: skip
QUOTAS: Final = {
    "config": {"enabled": False, "release_margin_percent": 5},
    "usage": {"resident_memory_percent": 0, "disk_usage_percent": 0},
}


def telemetry(store: Store, access: Access) -> Any:
    """Counts of what the caller sees."""
    seen = sum(access.sees(one.name) for one in store)
    return {
        "id": f"edge-shim-{os.getpid()}",
        "app": {
            "name": "qdrant",
            "version": VERSION,
            "startup": STARTED,
        },
        "collections": {"number_of_collections": seen},
        "cluster": {"enabled": False, "resharding_enabled": False},
        "requests": {"rest": {"responses": {}}, "grpc": {"responses": {}}},
    }


_METRICS: Final = """# HELP app_info information about qdrant server
# TYPE app_info gauge
app_info{{name="qdrant",version="{version}"}} 1
# HELP app_status_recovery_mode features enabled in qdrant server
# TYPE app_status_recovery_mode gauge
app_status_recovery_mode 0
# HELP collections_total number of collections
# TYPE collections_total gauge
collections_total {count}
"""


def metrics(store: Store) -> str:
    """Names collections, and says how many points they hold."""
    rows = [f'collection_points{{id="{one.name}"}} {one.shard.info().points_count}\n' for one in store]
    return _METRICS.format(version=VERSION, count=len(rows)) + "".join(rows)


def of_cluster(store: Store, collection: Collection) -> Any:
    return {
        "peer_id": store.peer,
        "shard_count": 1,
        "local_shards": [{"shard_id": 0, "points_count": collection.shard.info().points_count, "state": "Active"}],
        "remote_shards": [],
        "shard_transfers": [],
    }


def optimizations(query: dict[str, str]) -> Any:
    found: dict[str, Any] = {
        "summary": {"queued_optimizations": 0, "queued_segments": 0, "queued_points": 0, "idle_segments": 2},
        "running": [],
    }
    asked = query.get("with", "").split(",")
    return found | {name: [] for name in ("queued", "completed", "idle_segments") if name in asked}


def memory(collection: Collection) -> Any:
    nothing = {"disk_bytes": 0, "ram_bytes": 0, "cached_bytes": 0, "expected_cache_bytes": 0}
    return {
        "total": nothing,
        "vectors": [{"name": name, "storage": nothing, "index": nothing} for name in collection.vectors],
        "sparse_vectors": [{"name": name, "storage": nothing, "index": nothing} for name in collection.sparse_vectors],
        "payload": nothing,
        "payload_index": [],
        "other": {"id_tracker": nothing},
    }
