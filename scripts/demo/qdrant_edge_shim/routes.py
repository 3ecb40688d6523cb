"""Which calls does the server know, which right does each need, and who answers it: the engine, or the shim?

`python -m demo.qdrant_edge_shim --routes` prints this table as JSON.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from demo.qdrant_edge_shim import collections, grouping, indexes, points, reads, searching, service, snapshots
from demo.qdrant_edge_shim import handlers as h
from demo.qdrant_edge_shim.access import Right
from demo.qdrant_edge_shim.call import Call, Plain

#: 'engine': what is found, changed, counted and ranked is the engine's own word. 'shim': something is made here.
By = Literal["engine", "shim"]


@dataclass(frozen=True, slots=True)
class Route:
    """One row. `{c}` is a collection or an alias of one; `right` None needs no more than a key."""

    method: str
    path: str
    right: Right | None
    answered_by: By
    handle: Callable[[Call], Any]
    #: 'json' looks at no content type; 'typed' insists on it, takes 2 MB, and errs in plain text; 'file' is unread.
    body: Literal["json", "typed", "file", "none"] = "none"
    #: It sends a file, and says no in plain text.
    file: bool = False


_C: Final = "/collections/{c}"
_P: Final = f"{_C}/points"
_S: Final = f"{_C}/shards/{{s}}"
_RETRIEVE: Final = partial(reads.retrieve, positional=True)
_RECOMMENDS: Final = searching.many(searching.recommend)
_DISCOVERS: Final = searching.many(searching.discover)
_NO_SHARD: Final = "Shard {} not found not found"

ROUTES: Final = (
    # reads of points
    Route("GET", f"{_P}/{{id}}", "read", "engine", lambda c: reads.one_point(c.collection(), c.params["id"])),
    Route("POST", _P, "read", "engine", h.read(reads.retrieve), "json"),
    Route("POST", f"{_P}/scroll", "read", "engine", h.read(reads.scroll), "json"),
    Route("POST", f"{_P}/count", "read", "engine", h.read(reads.count), "json"),
    Route("POST", f"{_C}/facet", "read", "engine", h.read(reads.facet), "json"),
    Route("POST", f"{_P}/query", "read", "engine", h.search(searching.read, h.as_points), "json"),
    Route("POST", f"{_P}/query/batch", "read", "engine", h.batch(searching.read_batch, h.as_points), "json"),
    Route("POST", f"{_P}/query/groups", "read", "shim", h.groups(grouping.read), "json"),
    Route("POST", f"{_P}/search", "read", "engine", h.search(searching.search, h.as_list), "json"),
    Route("POST", f"{_P}/search/batch", "read", "engine", h.batch(searching.many(searching.search), h.as_list), "json"),
    Route("POST", f"{_P}/search/groups", "read", "shim", h.older(searching.search), "json"),
    Route("POST", f"{_P}/recommend", "read", "engine", h.search(searching.recommend, h.as_list), "json"),
    Route(
        "POST",
        f"{_P}/recommend/batch",
        "read",
        "engine",
        h.batch(_RECOMMENDS, h.as_list),
        "json",
    ),
    Route("POST", f"{_P}/recommend/groups", "read", "shim", h.older(searching.recommend), "json"),
    Route("POST", f"{_P}/discover", "read", "engine", h.search(searching.discover, h.as_list), "json"),
    Route("POST", f"{_P}/discover/batch", "read", "engine", h.batch(_DISCOVERS, h.as_list), "json"),
    Route("POST", f"{_P}/search/matrix/pairs", "read", "shim", h.pairs, "json"),
    Route("POST", f"{_P}/search/matrix/offsets", "read", "shim", h.offsets, "json"),
    Route("POST", f"{_S}/points", "read", "engine", h.shard(h.read(_RETRIEVE)), "typed"),
    Route("POST", f"{_S}/points/scroll", "read", "engine", h.shard(h.read(reads.scroll)), "typed"),
    Route("POST", f"{_S}/points/count", "read", "engine", h.shard(h.read(reads.count)), "typed"),
    # writes of points
    Route("PUT", _P, "write", "engine", h.write(points.upsert), "json"),
    Route("POST", f"{_P}/delete", "write", "engine", h.write(points.delete), "json"),
    Route("PUT", f"{_P}/vectors", "write", "engine", h.write(points.update_vectors), "json"),
    Route("POST", f"{_P}/vectors/delete", "write", "engine", h.write(points.delete_vectors), "json"),
    Route("POST", f"{_P}/payload", "write", "engine", h.write(points.set_payload), "json"),
    Route("PUT", f"{_P}/payload", "write", "engine", h.write(points.overwrite_payload), "json"),
    Route("POST", f"{_P}/payload/delete", "write", "engine", h.write(points.delete_payload), "json"),
    Route("POST", f"{_P}/payload/clear", "write", "engine", h.write(points.clear_payload), "json"),
    Route("POST", f"{_P}/batch", "write", "engine", h.writes, "json"),
    Route("POST", f"{_S}/cleanup", "write", "shim", h.shard(lambda c: {"status": points.status(c.wait)}, _NO_SHARD)),
    # collections
    Route("GET", "/collections", None, "shim", h.listed),
    Route("GET", _C, "read", "shim", h.of(collections.described)),
    Route("GET", f"{_C}/exists", "read", "shim", h.exists),
    Route("PUT", _C, "manage", "shim", h.create, "json"),
    Route("PATCH", _C, "manage", "shim", h.changes(collections.change), "json"),
    Route("DELETE", _C, "manage", "shim", lambda c: c.store.drop(c.name)),
    Route("PUT", f"{_C}/index", "schema", "engine", h.changes(indexes.index), "json"),
    Route("DELETE", f"{_C}/index/{{f}}", "schema", "engine", h.drop_index),
    Route("PUT", f"{_C}/vectors/{{v}}", "schema", "engine", h.changes(collections.add_vector, "v"), "json"),
    Route("DELETE", f"{_C}/vectors/{{v}}", "schema", "engine", h.drop_vector),
    Route("POST", "/collections/aliases", "manage", "shim", h.change_aliases, "json"),
    Route("GET", "/aliases", None, "shim", h.aliases),
    Route("GET", f"{_C}/aliases", "read", "shim", h.aliases),
    Route("GET", f"{_C}/cluster", "describe", "shim", lambda c: service.of_cluster(c.store, c.collection())),
    Route("POST", f"{_C}/cluster", "schema", "shim", h.not_here, "json"),
    Route("GET", f"{_C}/shards", "read", "shim", h.of(lambda _: {})),
    Route("PUT", f"{_C}/shards", "manage", "shim", h.standalone, "json"),
    Route("POST", f"{_C}/shards/delete", "manage", "shim", h.standalone, "json"),
    Route("GET", f"{_C}/optimizations", "read", "shim", h.optimizations),
    Route("GET", f"{_C}/memory", "read", "shim", h.of(service.memory)),
    Route("POST", f"{_C}/truncate_unapplied_wal", "manage", "shim", h.of(lambda _: 0)),
    # whole collections as files
    Route("GET", f"{_C}/snapshots", "describe", "shim", h.list_snapshots),
    Route("POST", f"{_C}/snapshots", "schema", "shim", h.snapshot),
    Route("GET", f"{_C}/snapshots/{{n}}", "describe", "shim", h.download, file=True),
    Route("DELETE", f"{_C}/snapshots/{{n}}", "schema", "shim", h.remove),
    Route("PUT", f"{_C}/snapshots/recover", "manage", "shim", h.recover, "json"),
    Route("POST", f"{_C}/snapshots/upload", "manage", "shim", h.upload, "file"),
    Route("GET", f"{_S}/snapshots", "describe", "shim", h.shard(h.list_snapshots)),
    Route("POST", f"{_S}/snapshots", "schema", "shim", h.shard(h.snapshot)),
    Route("GET", f"{_S}/snapshots/{{n}}", "describe", "shim", h.shard(h.download), file=True),
    Route("DELETE", f"{_S}/snapshots/{{n}}", "schema", "shim", h.shard(h.remove)),
    Route("PUT", f"{_S}/snapshots/recover", "manage", "shim", h.shard(h.recover), "json"),
    Route("POST", f"{_S}/snapshots/upload", "manage", "shim", h.shard(h.upload), "file"),
    Route("GET", f"{_S}/snapshot", "manage", "shim", h.shard(h.streamed), file=True),
    Route("GET", f"{_S}/snapshot/partial/manifest", "global", "shim", h.shard(h.always({}))),
    Route("POST", f"{_S}/snapshot/partial/create", "schema", "shim", h.shard(h.streamed), "json", file=True),
    Route("POST", f"{_S}/snapshot/partial/recover", "manage", "shim", h.shard(h.upload), "file"),
    Route("POST", f"{_S}/snapshot/partial/recover_from", "manage", "shim", h.shard(h.recover_from), "json"),
    Route("GET", "/snapshots", "global", "shim", h.list_snapshots),
    Route("POST", "/snapshots", "manage", "shim", lambda c: snapshots.create_full(c.store)),
    Route("GET", "/snapshots/{n}", "global", "shim", h.download, file=True),
    Route("DELETE", "/snapshots/{n}", "manage", "shim", h.remove),
    # the server
    Route("GET", "/", None, "shim", h.always(Plain(service.NAME))),
    Route("GET", "/healthz", None, "shim", h.always(Plain("healthz check passed"))),
    Route("GET", "/livez", None, "shim", h.always(Plain("healthz check passed"))),
    Route("GET", "/readyz", None, "shim", h.always(Plain("all shards are ready"))),
    Route("GET", "/telemetry", None, "shim", h.telemetry),
    Route("GET", "/metrics", "global", "shim", lambda c: Plain(service.metrics(c.store))),
    Route("GET", "/issues", None, "shim", h.always({"issues": []})),
    Route("DELETE", "/issues", "manage", "shim", h.always(True)),
    Route("GET", "/logger", "global", "shim", h.always(service.LOGGER)),
    Route("POST", "/logger", "manage", "shim", h.always(True), "json"),
    Route("GET", "/debugger", "manage", "shim", h.always({"pyroscope": None})),
    Route("PATCH", "/debugger", "manage", "shim", h.always(True), "json"),
    Route("GET", "/stacktrace", "manage", "shim", h.always({"threads": []})),
    Route("GET", "/profiler/slow_requests", "manage", "shim", h.always({"requests": []})),
    Route("GET", "/quotas", "global", "shim", h.always(service.QUOTAS)),
    Route("PUT", "/quotas", "manage", "shim", h.quotas, "json"),
    Route("POST", "/audit/logs", "manage", "shim", h.audit, "json"),
    Route("GET", "/cluster", "global", "shim", h.always({"status": "disabled"})),
    Route("GET", "/cluster/telemetry", None, "shim", h.no_cluster_telemetry),
    Route("POST", "/cluster/recover", "manage", "shim", h.standalone),
    Route("DELETE", "/cluster/peer/{n}", "manage", "shim", h.standalone),
    Route("GET", "/cluster/metadata/keys", "global", "shim", h.standalone),
    Route("GET", "/cluster/metadata/keys/{k}", "global", "shim", h.standalone),
    Route("PUT", "/cluster/metadata/keys/{k}", "manage", "shim", h.standalone, "typed"),
    Route("DELETE", "/cluster/metadata/keys/{k}", "manage", "shim", h.standalone),
)
