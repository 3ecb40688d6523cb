"""Which calls about the server itself are never let through: snapshots, tasks, overviews, nodes, and why?"""

from typing import Final

from vecgate.dialects.base.lucene.forms.table import overviews, refused

# fmt: off
ROWS: Final = (
    *refused(
        "it shows or ends what others do: their queries are in it",
        "https://docs.opensearch.org/latest/api-reference/tasks/",
        """
cluster_admin 1 GET insights_top_queries /_insights/top_queries
cluster_read 1 GET tasks_list /_tasks
cluster_admin 3 POST tasks_cancel /_tasks/_cancel
cluster_read 1 GET tasks_get /_tasks/{task_id}
cluster_admin 3 POST tasks_cancel /_tasks/{task_id}/_cancel
        """,
    ),
    *refused(
        "a snapshot is a copy of stored data as it lies, for which nothing is masked and no rows hold",
        "https://docs.opensearch.org/latest/api-reference/snapshots/index/",
        """
snapshot_list 1 GET snapshot_status /_snapshot/_status
snapshot_create 4 POST,PUT snapshot_create_repository /_snapshot/{repository}
snapshot_delete 4 DELETE snapshot_delete_repository /_snapshot/{repository}
snapshot_delete 4 POST snapshot_cleanup_repository /_snapshot/{repository}/_cleanup
snapshot_list 1 GET snapshot_status /_snapshot/{repository}/_status
snapshot_list 1 POST snapshot_verify_repository /_snapshot/{repository}/_verify
snapshot_create 3 PUT snapshot_clone /_snapshot/{repository}/{snapshot}/_clone/{target_snapshot}
        """,
    ),
    *overviews(
        "https://docs.opensearch.org/latest/api-reference/cat/index/",
        """
cluster_admin 1 GET cat_cluster_manager /_cat/cluster_manager
cluster_admin 1 GET cat_pit_segments /_cat/pit_segments
cluster_admin 1 GET cat_all_pit_segments /_cat/pit_segments/_all
cluster_admin 1 GET cat_segment_replication /_cat/segment_replication
cluster_admin 1 GET cat_segment_replication /_cat/segment_replication/{index}
collection_read 1 GET indices_get_upgrade /_upgrade
index_rebuild 3 POST indices_upgrade /_upgrade
collection_read 1 GET indices_get_upgrade /{index}/_upgrade
index_rebuild 3 POST indices_upgrade /{index}/_upgrade
cluster_admin 1 GET list_help /_list
cluster_admin 1 GET list_indices /_list/indices
cluster_admin 1 GET list_indices /_list/indices/{index}
cluster_admin 1 GET list_shards /_list/shards
cluster_admin 1 GET list_shards /_list/shards/{index}
        """,
    ),
    *refused(
        "it shows or changes the cluster as a whole",
        "https://docs.opensearch.org/latest/api-reference/cluster-api/index/",
        """
cluster_read 1 GET,POST cluster_allocation_explain /_cluster/allocation/explain
cluster_admin 4 DELETE cluster_delete_decommission_awareness /_cluster/decommission/awareness
cluster_read 1 GET cluster_get_decommission_awareness /_cluster/decommission/awareness/{awareness_attribute_name}/_status
cluster_admin 4 PUT cluster_put_decommission_awareness /_cluster/decommission/awareness/{awareness_attribute_name}/{awareness_attribute_value}
cluster_read 1 GET cluster_pending_tasks /_cluster/pending_tasks
cluster_admin 4 POST cluster_reroute /_cluster/reroute
cluster_admin 4 DELETE cluster_delete_weighted_routing /_cluster/routing/awareness/weights
cluster_read 1 GET cluster_get_weighted_routing /_cluster/routing/awareness/{attribute}/weights
cluster_admin 4 PUT cluster_put_weighted_routing /_cluster/routing/awareness/{attribute}/weights
cluster_admin 4 DELETE cluster_delete_weighted_routing /_cluster/routing/awareness/{attribute}/weights
cluster_read 1 GET cluster_get_settings /_cluster/settings
cluster_admin 4 PUT cluster_put_settings /_cluster/settings
cluster_read 1 GET cluster_state /_cluster/state
cluster_read 1 GET cluster_state /_cluster/state/{metric}
cluster_read 1 GET cluster_state /_cluster/state/{metric}/{index}
cluster_read 1 GET cluster_stats /_cluster/stats
cluster_read 1 GET cluster_stats /_cluster/stats/nodes/{node_id}
cluster_read 1 GET cluster_stats /_cluster/stats/{metric}/nodes/{node_id}
cluster_read 1 GET cluster_stats /_cluster/stats/{metric}/{index_metric}/nodes/{node_id}
cluster_admin 4 POST cluster_post_voting_config_exclusions /_cluster/voting_config_exclusions
cluster_admin 4 DELETE cluster_delete_voting_config_exclusions /_cluster/voting_config_exclusions
cluster_read 1 GET cluster_remote_info /_remote/info
cluster_admin 1 GET dangling_indices_list_dangling_indices /_dangling
cluster_admin 3 POST dangling_indices_import_dangling_index /_dangling/{index_uuid}
cluster_admin 4 DELETE dangling_indices_delete_dangling_index /_dangling/{index_uuid}
cluster_admin 1 GET nodes_hot_threads /_cluster/nodes/hot_threads
cluster_admin 1 GET nodes_hot_threads /_cluster/nodes/{node_id}/hot_threads
cluster_admin 1 GET nodes_info /_nodes
cluster_admin 1 GET nodes_hot_threads /_nodes/hot_threads
cluster_admin 3 POST nodes_reload_secure_settings /_nodes/reload_secure_settings
cluster_admin 1 GET nodes_stats /_nodes/stats
cluster_admin 1 GET nodes_stats /_nodes/stats/{metric}
cluster_admin 1 GET nodes_stats /_nodes/stats/{metric}/{index_metric}
cluster_admin 1 GET nodes_usage /_nodes/usage
cluster_admin 1 GET nodes_usage /_nodes/usage/{metric}
cluster_admin 1 GET nodes_info /_nodes/{node_id_or_metric}
cluster_admin 1 GET nodes_hot_threads /_nodes/{node_id}/hot_threads
cluster_admin 3 POST nodes_reload_secure_settings /_nodes/{node_id}/reload_secure_settings
cluster_admin 1 GET nodes_stats /_nodes/{node_id}/stats
cluster_admin 1 GET nodes_stats /_nodes/{node_id}/stats/{metric}
cluster_admin 1 GET nodes_stats /_nodes/{node_id}/stats/{metric}/{index_metric}
cluster_admin 1 GET nodes_usage /_nodes/{node_id}/usage
cluster_admin 1 GET nodes_usage /_nodes/{node_id}/usage/{metric}
cluster_admin 1 GET nodes_info /_nodes/{node_id}/{metric}
cluster_admin 3 POST remote_store_restore /_remotestore/_restore
cluster_admin 1 GET wlm_get_query_group /_wlm/query_group
cluster_admin 3 PUT wlm_create_query_group /_wlm/query_group
cluster_admin 1 GET wlm_get_query_group /_wlm/query_group/{name}
cluster_admin 3 PUT wlm_update_query_group /_wlm/query_group/{name}
cluster_admin 3 DELETE wlm_delete_query_group /_wlm/query_group/{name}
        """,
    ),
)
# fmt: on
