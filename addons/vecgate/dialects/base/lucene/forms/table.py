"""How are many routes that are refused for one reason written down? As a table of kind, danger, methods, name and path.

What both databases tell of everything at once stands here, once.
"""

from typing import Final

from vecgate.dialects.base.routing import Route


def refused(why: str, url: str, table: str) -> tuple[Route, ...]:
    """A row for each method of each line."""
    rows = (line.split() for line in table.strip().splitlines())
    return tuple(
        Route(method, path, name, kind, int(danger), url, refused=why)
        for kind, danger, methods, name, path in rows
        for method in methods.split(",")
    )


def overviews(url: str, table: str) -> tuple[Route, ...]:
    """What tells of everything at once: what both have, and what one has beside that."""
    return refused(
        "it tells of all indices and of everybody's work at once, in tables for people; list indices with "
        "GET /_resolve/index/*, describe one with GET /{index}, and count its records with GET /{index}/_count",
        url,
        _BOTH + table.lstrip(),
    )


_BOTH: Final = """
cluster_admin 1 GET cat_help /_cat
cluster_admin 1 GET cat_aliases /_cat/aliases
cluster_admin 1 GET cat_aliases /_cat/aliases/{name}
cluster_admin 1 GET cat_allocation /_cat/allocation
cluster_admin 1 GET cat_allocation /_cat/allocation/{node_id}
cluster_admin 1 GET cat_count /_cat/count
cluster_admin 1 GET cat_count /_cat/count/{index}
cluster_admin 1 GET cat_fielddata /_cat/fielddata
cluster_admin 1 GET cat_fielddata /_cat/fielddata/{fields}
cluster_admin 1 GET cat_health /_cat/health
cluster_admin 1 GET cat_indices /_cat/indices
cluster_admin 1 GET cat_indices /_cat/indices/{index}
cluster_admin 1 GET cat_master /_cat/master
cluster_admin 1 GET cat_nodeattrs /_cat/nodeattrs
cluster_admin 1 GET cat_nodes /_cat/nodes
cluster_admin 1 GET cat_pending_tasks /_cat/pending_tasks
cluster_admin 1 GET cat_plugins /_cat/plugins
cluster_admin 1 GET cat_recovery /_cat/recovery
cluster_admin 1 GET cat_recovery /_cat/recovery/{index}
cluster_admin 1 GET cat_repositories /_cat/repositories
cluster_admin 1 GET cat_segments /_cat/segments
cluster_admin 1 GET cat_segments /_cat/segments/{index}
cluster_admin 1 GET cat_shards /_cat/shards
cluster_admin 1 GET cat_shards /_cat/shards/{index}
cluster_admin 1 GET cat_snapshots /_cat/snapshots
cluster_admin 1 GET cat_snapshots /_cat/snapshots/{repository}
cluster_admin 1 GET cat_tasks /_cat/tasks
cluster_admin 1 GET cat_templates /_cat/templates
cluster_admin 1 GET cat_templates /_cat/templates/{name}
cluster_admin 1 GET cat_thread_pool /_cat/thread_pool
cluster_admin 1 GET cat_thread_pool /_cat/thread_pool/{thread_pool_patterns}
collection_read 1 GET indices_recovery /_recovery
collection_read 1 GET indices_segments /_segments
collection_read 1 GET indices_shard_stores /_shard_stores
collection_read 1 GET indices_stats /_stats
collection_read 1 GET indices_stats /_stats/{metric}
collection_read 1 GET indices_recovery /{index}/_recovery
collection_read 1 GET indices_segments /{index}/_segments
collection_read 1 GET indices_shard_stores /{index}/_shard_stores
collection_read 1 GET indices_stats /{index}/_stats
collection_read 1 GET indices_stats /{index}/_stats/{metric}
"""
