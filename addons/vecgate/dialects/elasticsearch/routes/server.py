"""Which calls about the server itself are never let through: snapshots, tasks, overviews, nodes, and why?"""

from typing import Final

from vecgate.dialects.base.lucene.forms.table import overviews, refused

# fmt: off
ROWS: Final = (
    *refused(
        "it shows or ends what others do: their queries are in it",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-tasks",
        """
cluster_read 1 GET tasks_list /_tasks
cluster_admin 3 POST tasks_cancel /_tasks/_cancel
cluster_read 1 GET tasks_get /_tasks/{task_id}
cluster_admin 3 POST tasks_cancel /_tasks/{task_id}/_cancel
        """,
    ),
    *refused(
        "a snapshot is a copy of stored data as it lies, for which nothing is masked and no rows hold",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-snapshot",
        """
snapshot_create 3 POST searchable_snapshots_clear_cache /_searchable_snapshots/cache/clear
snapshot_list 1 GET searchable_snapshots_cache_stats /_searchable_snapshots/cache/stats
snapshot_list 1 GET searchable_snapshots_stats /_searchable_snapshots/stats
snapshot_list 1 GET searchable_snapshots_cache_stats /_searchable_snapshots/{node_id}/cache/stats
snapshot_create 3 POST slm_execute_retention /_slm/_execute_retention
snapshot_list 1 GET slm_get_lifecycle /_slm/policy
snapshot_delete 4 DELETE slm_delete_lifecycle /_slm/policy/{policy_id}
snapshot_list 1 GET slm_get_lifecycle /_slm/policy/{policy_id}
snapshot_create 3 PUT slm_put_lifecycle /_slm/policy/{policy_id}
snapshot_create 3 PUT slm_execute_lifecycle /_slm/policy/{policy_id}/_execute
snapshot_create 3 POST slm_start /_slm/start
snapshot_list 1 GET slm_get_stats /_slm/stats
snapshot_list 1 GET slm_get_status /_slm/status
snapshot_create 3 POST slm_stop /_slm/stop
snapshot_list 1 GET snapshot_status /_snapshot/_status
snapshot_delete 4 DELETE snapshot_delete_repository /_snapshot/{repository}
snapshot_create 4 PUT snapshot_create_repository /_snapshot/{repository}
snapshot_delete 4 POST snapshot_cleanup_repository /_snapshot/{repository}/_cleanup
snapshot_list 1 GET snapshot_status /_snapshot/{repository}/_status
snapshot_list 1 POST snapshot_verify_repository /_snapshot/{repository}/_verify
snapshot_list 1 POST snapshot_repository_verify_integrity /_snapshot/{repository}/_verify_integrity
snapshot_create 3 PUT snapshot_clone /_snapshot/{repository}/{snapshot}/_clone/{target_snapshot}
snapshot_restore 4 POST searchable_snapshots_mount /_snapshot/{repository}/{snapshot}/_mount
snapshot_create 3 POST searchable_snapshots_clear_cache /{index}/_searchable_snapshots/cache/clear
snapshot_list 1 GET searchable_snapshots_stats /{index}/_searchable_snapshots/stats
        """,
    ),
    *overviews(
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-cat",
        """
cluster_admin 1 GET cat_circuit_breaker /_cat/circuit_breaker
cluster_admin 1 GET cat_circuit_breaker /_cat/circuit_breaker/{circuit_breaker_patterns}
cluster_admin 1 GET cat_component_templates /_cat/component_templates
cluster_admin 1 GET cat_component_templates /_cat/component_templates/{name}
cluster_admin 1 POST cat_count /_cat/count
cluster_admin 1 POST cat_count /_cat/count/{index}
cluster_admin 1 GET cat_ml_jobs /_cat/ml/anomaly_detectors
cluster_admin 1 GET cat_ml_jobs /_cat/ml/anomaly_detectors/{job_id}
cluster_admin 1 GET cat_ml_data_frame_analytics /_cat/ml/data_frame/analytics
cluster_admin 1 GET cat_ml_data_frame_analytics /_cat/ml/data_frame/analytics/{id}
cluster_admin 1 GET cat_ml_datafeeds /_cat/ml/datafeeds
cluster_admin 1 GET cat_ml_datafeeds /_cat/ml/datafeeds/{datafeed_id}
cluster_admin 1 GET cat_ml_trained_models /_cat/ml/trained_models
cluster_admin 1 GET cat_ml_trained_models /_cat/ml/trained_models/{model_id}
cluster_admin 1 GET cat_transforms /_cat/transforms
cluster_admin 1 GET cat_transforms /_cat/transforms/{transform_id}
        """,
    ),
    *refused(
        "it moves or drops indices by their age, though nobody asked for that just then",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-ilm",
        """
cluster_admin 3 POST ilm_migrate_to_data_tiers /_ilm/migrate_to_data_tiers
cluster_admin 3 POST ilm_move_to_step /_ilm/move/{index}
cluster_admin 1 GET ilm_get_lifecycle /_ilm/policy
cluster_admin 4 DELETE ilm_delete_lifecycle /_ilm/policy/{policy}
cluster_admin 1 GET ilm_get_lifecycle /_ilm/policy/{policy}
cluster_admin 3 PUT ilm_put_lifecycle /_ilm/policy/{policy}
cluster_admin 3 POST ilm_start /_ilm/start
cluster_admin 1 GET ilm_get_status /_ilm/status
cluster_admin 3 POST ilm_stop /_ilm/stop
cluster_admin 1 GET ilm_explain_lifecycle /{index}/_ilm/explain
cluster_admin 3 POST ilm_remove_policy /{index}/_ilm/remove
cluster_admin 3 POST ilm_retry /{index}/_ilm/retry
        """,
    ),
    *refused(
        "it shows or changes the cluster as a whole",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-cluster",
        """
cluster_admin 1 GET autoscaling_get_autoscaling_capacity /_autoscaling/capacity
cluster_admin 4 DELETE autoscaling_delete_autoscaling_policy /_autoscaling/policy/{name}
cluster_admin 1 GET autoscaling_get_autoscaling_policy /_autoscaling/policy/{name}
cluster_admin 3 PUT autoscaling_put_autoscaling_policy /_autoscaling/policy/{name}
cluster_read 1 GET,POST cluster_allocation_explain /_cluster/allocation/explain
cluster_read 1 GET cluster_pending_tasks /_cluster/pending_tasks
cluster_admin 4 POST cluster_reroute /_cluster/reroute
cluster_read 1 GET cluster_get_settings /_cluster/settings
cluster_admin 4 PUT cluster_put_settings /_cluster/settings
cluster_read 1 GET cluster_state /_cluster/state
cluster_read 1 GET cluster_state /_cluster/state/_all/{index}
cluster_read 1 GET cluster_state /_cluster/state/{metric}
cluster_read 1 GET cluster_state /_cluster/state/{metric}/{index}
cluster_read 1 GET cluster_stats /_cluster/stats
cluster_read 1 GET cluster_stats /_cluster/stats/nodes/{node_id}
cluster_admin 4 DELETE cluster_delete_voting_config_exclusions /_cluster/voting_config_exclusions
cluster_admin 4 POST cluster_post_voting_config_exclusions /_cluster/voting_config_exclusions
cluster_admin 1 GET dangling_indices_list_dangling_indices /_dangling
cluster_admin 4 DELETE dangling_indices_delete_dangling_index /_dangling/{index_uuid}
cluster_admin 3 POST dangling_indices_import_dangling_index /_dangling/{index_uuid}
cluster_admin 1 GET features_get_features /_features
cluster_admin 4 POST features_reset_features /_features/_reset
cluster_admin 1 GET health_report /_health_report
cluster_admin 1 GET health_report /_health_report/{feature}
cluster_read 1 GET cluster_info /_info/{target}
cluster_admin 3 DELETE license_delete /_license
cluster_admin 1 GET license_get /_license
cluster_admin 3 PUT license_post /_license
cluster_admin 1 GET license_get_basic_status /_license/basic_status
cluster_admin 3 POST license_post_start_basic /_license/start_basic
cluster_admin 3 POST license_post_start_trial /_license/start_trial
cluster_admin 1 GET license_get_trial_status /_license/trial_status
cluster_admin 1 GET nodes_info /_nodes
cluster_admin 1 GET nodes_hot_threads /_nodes/hot_threads
cluster_admin 3 POST nodes_reload_secure_settings /_nodes/reload_secure_settings
cluster_admin 1 GET shutdown_get_node /_nodes/shutdown
cluster_admin 1 GET nodes_stats /_nodes/stats
cluster_admin 1 GET nodes_stats /_nodes/stats/{metric}
cluster_admin 1 GET nodes_stats /_nodes/stats/{metric}/{index_metric}
cluster_admin 1 GET nodes_usage /_nodes/usage
cluster_admin 1 GET nodes_usage /_nodes/usage/{metric}
cluster_admin 1 GET nodes_info /_nodes/{node_id_or_metric}
cluster_admin 1 GET nodes_get_repositories_metering_info /_nodes/{node_id}/_repositories_metering
cluster_admin 3 DELETE nodes_clear_repositories_metering_archive /_nodes/{node_id}/_repositories_metering/{max_archive_version}
cluster_admin 1 GET nodes_hot_threads /_nodes/{node_id}/hot_threads
cluster_admin 3 POST nodes_reload_secure_settings /_nodes/{node_id}/reload_secure_settings
cluster_admin 4 DELETE shutdown_delete_node /_nodes/{node_id}/shutdown
cluster_admin 1 GET shutdown_get_node /_nodes/{node_id}/shutdown
cluster_admin 3 PUT shutdown_put_node /_nodes/{node_id}/shutdown
cluster_admin 1 GET nodes_stats /_nodes/{node_id}/stats
cluster_admin 1 GET nodes_stats /_nodes/{node_id}/stats/{metric}
cluster_admin 1 GET nodes_stats /_nodes/{node_id}/stats/{metric}/{index_metric}
cluster_admin 1 GET nodes_usage /_nodes/{node_id}/usage
cluster_admin 1 GET nodes_usage /_nodes/{node_id}/usage/{metric}
cluster_admin 1 GET nodes_info /_nodes/{node_id}/{metric}
cluster_read 1 GET cluster_remote_info /_remote/info
cluster_admin 1 GET xpack_info /_xpack
cluster_admin 1 GET xpack_usage /_xpack/usage
        """,
    ),
)
# fmt: on
