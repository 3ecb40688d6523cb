"""Which calls of models, stored searches and what moves records by itself are never let through, and why?"""

from typing import Final

from vecgate.dialects.base.lucene.forms.table import refused

# fmt: off
ROWS: Final = (
    *refused(
        "models read and send what was stored or searched for, past masks and rows",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-ml",
        """
cluster_admin 4 DELETE ml_delete_expired_data /_ml/_delete_expired_data
cluster_admin 4 DELETE ml_delete_expired_data /_ml/_delete_expired_data/{job_id}
cluster_admin 1 GET ml_get_jobs /_ml/anomaly_detectors
cluster_admin 3 POST ml_estimate_model_memory /_ml/anomaly_detectors/_estimate_model_memory
cluster_admin 1 GET ml_get_job_stats /_ml/anomaly_detectors/_stats
cluster_admin 4 DELETE ml_delete_job /_ml/anomaly_detectors/{job_id}
cluster_admin 1 GET ml_get_jobs /_ml/anomaly_detectors/{job_id}
cluster_admin 3 PUT ml_put_job /_ml/anomaly_detectors/{job_id}
cluster_admin 3 POST ml_close_job /_ml/anomaly_detectors/{job_id}/_close
cluster_admin 3 POST ml_post_data /_ml/anomaly_detectors/{job_id}/_data
cluster_admin 3 POST ml_flush_job /_ml/anomaly_detectors/{job_id}/_flush
cluster_admin 4 DELETE ml_delete_forecast /_ml/anomaly_detectors/{job_id}/_forecast
cluster_admin 3 POST ml_forecast /_ml/anomaly_detectors/{job_id}/_forecast
cluster_admin 4 DELETE ml_delete_forecast /_ml/anomaly_detectors/{job_id}/_forecast/{forecast_id}
cluster_admin 3 POST ml_open_job /_ml/anomaly_detectors/{job_id}/_open
cluster_admin 3 POST ml_reset_job /_ml/anomaly_detectors/{job_id}/_reset
cluster_admin 1 GET ml_get_job_stats /_ml/anomaly_detectors/{job_id}/_stats
cluster_admin 3 POST ml_update_job /_ml/anomaly_detectors/{job_id}/_update
cluster_admin 3 POST ml_get_model_snapshots /_ml/anomaly_detectors/{job_id}/model_snapshots
cluster_admin 4 DELETE ml_delete_model_snapshot /_ml/anomaly_detectors/{job_id}/model_snapshots/{snapshot_id}
cluster_admin 3 POST ml_get_model_snapshots /_ml/anomaly_detectors/{job_id}/model_snapshots/{snapshot_id}
cluster_admin 3 POST ml_revert_model_snapshot /_ml/anomaly_detectors/{job_id}/model_snapshots/{snapshot_id}/_revert
cluster_admin 3 POST ml_update_model_snapshot /_ml/anomaly_detectors/{job_id}/model_snapshots/{snapshot_id}/_update
cluster_admin 3 POST ml_upgrade_job_snapshot /_ml/anomaly_detectors/{job_id}/model_snapshots/{snapshot_id}/_upgrade
cluster_admin 1 GET ml_get_model_snapshot_upgrade_stats /_ml/anomaly_detectors/{job_id}/model_snapshots/{snapshot_id}/_upgrade/_stats
cluster_admin 3 POST ml_get_buckets /_ml/anomaly_detectors/{job_id}/results/buckets
cluster_admin 3 POST ml_get_buckets /_ml/anomaly_detectors/{job_id}/results/buckets/{timestamp}
cluster_admin 3 POST ml_get_categories /_ml/anomaly_detectors/{job_id}/results/categories
cluster_admin 3 POST ml_get_categories /_ml/anomaly_detectors/{job_id}/results/categories/{category_id}
cluster_admin 3 POST ml_get_influencers /_ml/anomaly_detectors/{job_id}/results/influencers
cluster_admin 3 POST ml_get_overall_buckets /_ml/anomaly_detectors/{job_id}/results/overall_buckets
cluster_admin 3 POST ml_get_records /_ml/anomaly_detectors/{job_id}/results/records
cluster_admin 3 POST ml_get_calendars /_ml/calendars
cluster_admin 4 DELETE ml_delete_calendar /_ml/calendars/{calendar_id}
cluster_admin 3 POST ml_get_calendars /_ml/calendars/{calendar_id}
cluster_admin 3 PUT ml_put_calendar /_ml/calendars/{calendar_id}
cluster_admin 1 GET ml_get_calendar_events /_ml/calendars/{calendar_id}/events
cluster_admin 3 POST ml_post_calendar_events /_ml/calendars/{calendar_id}/events
cluster_admin 4 DELETE ml_delete_calendar_event /_ml/calendars/{calendar_id}/events/{event_id}
cluster_admin 4 DELETE ml_delete_calendar_job /_ml/calendars/{calendar_id}/jobs/{job_id}
cluster_admin 3 PUT ml_put_calendar_job /_ml/calendars/{calendar_id}/jobs/{job_id}
cluster_admin 3 POST ml_evaluate_data_frame /_ml/data_frame/_evaluate
cluster_admin 1 GET ml_get_data_frame_analytics /_ml/data_frame/analytics
cluster_admin 3 POST ml_preview_data_frame_analytics /_ml/data_frame/analytics/_preview
cluster_admin 1 GET ml_get_data_frame_analytics_stats /_ml/data_frame/analytics/_stats
cluster_admin 4 DELETE ml_delete_data_frame_analytics /_ml/data_frame/analytics/{id}
cluster_admin 1 GET ml_get_data_frame_analytics /_ml/data_frame/analytics/{id}
cluster_admin 3 PUT ml_put_data_frame_analytics /_ml/data_frame/analytics/{id}
cluster_admin 3 POST ml_preview_data_frame_analytics /_ml/data_frame/analytics/{id}/_preview
cluster_admin 3 POST ml_start_data_frame_analytics /_ml/data_frame/analytics/{id}/_start
cluster_admin 1 GET ml_get_data_frame_analytics_stats /_ml/data_frame/analytics/{id}/_stats
cluster_admin 3 POST ml_stop_data_frame_analytics /_ml/data_frame/analytics/{id}/_stop
cluster_admin 3 POST ml_update_data_frame_analytics /_ml/data_frame/analytics/{id}/_update
cluster_admin 1 GET ml_get_datafeeds /_ml/datafeeds
cluster_admin 3 POST ml_preview_datafeed /_ml/datafeeds/_preview
cluster_admin 1 GET ml_get_datafeed_stats /_ml/datafeeds/_stats
cluster_admin 4 DELETE ml_delete_datafeed /_ml/datafeeds/{datafeed_id}
cluster_admin 1 GET ml_get_datafeeds /_ml/datafeeds/{datafeed_id}
cluster_admin 3 PUT ml_put_datafeed /_ml/datafeeds/{datafeed_id}
cluster_admin 3 POST ml_preview_datafeed /_ml/datafeeds/{datafeed_id}/_preview
cluster_admin 3 POST ml_start_datafeed /_ml/datafeeds/{datafeed_id}/_start
cluster_admin 1 GET ml_get_datafeed_stats /_ml/datafeeds/{datafeed_id}/_stats
cluster_admin 3 POST ml_stop_datafeed /_ml/datafeeds/{datafeed_id}/_stop
cluster_admin 3 POST ml_update_datafeed /_ml/datafeeds/{datafeed_id}/_update
cluster_admin 1 GET ml_get_filters /_ml/filters
cluster_admin 4 DELETE ml_delete_filter /_ml/filters/{filter_id}
cluster_admin 1 GET ml_get_filters /_ml/filters/{filter_id}
cluster_admin 3 PUT ml_put_filter /_ml/filters/{filter_id}
cluster_admin 3 POST ml_update_filter /_ml/filters/{filter_id}/_update
cluster_admin 1 GET ml_info /_ml/info
cluster_admin 1 GET ml_get_memory_stats /_ml/memory/_stats
cluster_admin 1 GET ml_get_memory_stats /_ml/memory/{node_id}/_stats
cluster_admin 3 POST ml_set_upgrade_mode /_ml/set_upgrade_mode
cluster_admin 1 GET ml_get_trained_models /_ml/trained_models
cluster_admin 1 GET ml_get_trained_models_stats /_ml/trained_models/_stats
cluster_admin 4 DELETE ml_delete_trained_model /_ml/trained_models/{model_id}
cluster_admin 1 GET ml_get_trained_models /_ml/trained_models/{model_id}
cluster_admin 3 PUT ml_put_trained_model /_ml/trained_models/{model_id}
inference 3 POST ml_infer_trained_model /_ml/trained_models/{model_id}/_infer
cluster_admin 1 GET ml_get_trained_models_stats /_ml/trained_models/{model_id}/_stats
cluster_admin 3 PUT ml_put_trained_model_definition_part /_ml/trained_models/{model_id}/definition/{part}
cluster_admin 3 POST ml_start_trained_model_deployment /_ml/trained_models/{model_id}/deployment/_start
cluster_admin 3 POST ml_stop_trained_model_deployment /_ml/trained_models/{model_id}/deployment/_stop
cluster_admin 3 POST ml_update_trained_model_deployment /_ml/trained_models/{model_id}/deployment/_update
cluster_admin 3 POST ml_clear_trained_model_deployment_cache /_ml/trained_models/{model_id}/deployment/cache/_clear
cluster_admin 4 DELETE ml_delete_trained_model_alias /_ml/trained_models/{model_id}/model_aliases/{model_alias}
cluster_admin 3 PUT ml_put_trained_model_alias /_ml/trained_models/{model_id}/model_aliases/{model_alias}
cluster_admin 3 PUT ml_put_trained_model_vocabulary /_ml/trained_models/{model_id}/vocabulary
cluster_admin 1 GET text_structure_find_field_structure /_text_structure/find_field_structure
cluster_admin 3 POST text_structure_find_message_structure /_text_structure/find_message_structure
cluster_admin 3 POST text_structure_find_structure /_text_structure/find_structure
cluster_admin 3 POST text_structure_test_grok_pattern /_text_structure/test_grok_pattern
        """,
    ),
    *refused(
        "a text that is stored or searched for goes to a model elsewhere; make the vector first, and use knn",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-inference",
        """
cluster_admin 1 GET inference_get /_inference
cluster_admin 3 DELETE inference_delete_region_policy /_inference/_region_policy
cluster_admin 1 GET inference_get_region_policy /_inference/_region_policy
cluster_admin 3 PUT inference_put_region_policy /_inference/_region_policy
inference 2 POST inference_completion /_inference/completion/{inference_id}
inference 2 POST inference_embedding /_inference/embedding/{inference_id}
inference 2 POST inference_rerank /_inference/rerank/{inference_id}
inference 2 POST inference_sparse_embedding /_inference/sparse_embedding/{inference_id}
inference 2 POST inference_text_embedding /_inference/text_embedding/{inference_id}
cluster_admin 3 DELETE inference_delete /_inference/{inference_id}
cluster_admin 1 GET inference_get /_inference/{inference_id}
inference 2 POST inference_inference /_inference/{inference_id}
cluster_admin 3 PUT inference_put /_inference/{inference_id}
cluster_admin 3 PUT inference_update /_inference/{inference_id}/_update
cluster_admin 1 GET inference_get /_inference/{task_type}/_all
cluster_admin 3 DELETE inference_delete /_inference/{task_type}/{inference_id}
cluster_admin 1 GET inference_get /_inference/{task_type}/{inference_id}
inference 2 POST inference_inference /_inference/{task_type}/{inference_id}
cluster_admin 3 PUT inference_put /_inference/{task_type}/{inference_id}
cluster_admin 3 PUT inference_update /_inference/{task_type}/{inference_id}/_update
        """,
    ),
    *refused(
        "what is stored at the server becomes a search, whose meaning is not in the call",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-search_application",
        """
cluster_admin 1 GET search_application_get_behavioral_analytics /_application/analytics
cluster_admin 3 POST search_application_post_behavioral_analytics_event /_application/analytics/{collection_name}/event/{event_type}
cluster_admin 3 DELETE search_application_delete_behavioral_analytics /_application/analytics/{name}
cluster_admin 1 GET search_application_get_behavioral_analytics /_application/analytics/{name}
cluster_admin 3 PUT search_application_put_behavioral_analytics /_application/analytics/{name}
cluster_admin 1 GET search_application_list /_application/search_application
cluster_admin 3 DELETE search_application_delete /_application/search_application/{name}
cluster_admin 1 GET search_application_get /_application/search_application/{name}
cluster_admin 3 PUT search_application_put /_application/search_application/{name}
search 2 GET,POST search_application_search /_application/search_application/{name}/_search
cluster_admin 1 GET query_rules_list_rulesets /_query_rules
cluster_admin 4 DELETE query_rules_delete_ruleset /_query_rules/{ruleset_id}
cluster_admin 1 GET query_rules_get_ruleset /_query_rules/{ruleset_id}
cluster_admin 3 PUT query_rules_put_ruleset /_query_rules/{ruleset_id}
cluster_admin 4 DELETE query_rules_delete_rule /_query_rules/{ruleset_id}/_rule/{rule_id}
cluster_admin 1 GET query_rules_get_rule /_query_rules/{ruleset_id}/_rule/{rule_id}
cluster_admin 3 PUT query_rules_put_rule /_query_rules/{ruleset_id}/_rule/{rule_id}
cluster_admin 3 POST query_rules_test /_query_rules/{ruleset_id}/_test
cluster_admin 1 GET synonyms_get_synonyms_sets /_synonyms
cluster_admin 4 DELETE synonyms_delete_synonym /_synonyms/{id}
cluster_admin 1 GET synonyms_get_synonym /_synonyms/{id}
cluster_admin 3 PUT synonyms_put_synonym /_synonyms/{id}
cluster_admin 4 DELETE synonyms_delete_synonym_rule /_synonyms/{set_id}/{rule_id}
cluster_admin 1 GET synonyms_get_synonym_rule /_synonyms/{set_id}/{rule_id}
cluster_admin 3 PUT synonyms_put_synonym_rule /_synonyms/{set_id}/{rule_id}
        """,
    ),
    *refused(
        "it brings records from elsewhere, or sends them there, and nobody decides on them again",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-connector",
        """
cluster_admin 1 GET ccr_get_auto_follow_pattern /_ccr/auto_follow
cluster_admin 4 DELETE ccr_delete_auto_follow_pattern /_ccr/auto_follow/{name}
cluster_admin 1 GET ccr_get_auto_follow_pattern /_ccr/auto_follow/{name}
cluster_admin 3 PUT ccr_put_auto_follow_pattern /_ccr/auto_follow/{name}
cluster_admin 3 POST ccr_pause_auto_follow_pattern /_ccr/auto_follow/{name}/pause
cluster_admin 3 POST ccr_resume_auto_follow_pattern /_ccr/auto_follow/{name}/resume
cluster_admin 1 GET ccr_stats /_ccr/stats
cluster_admin 1 GET connector_list /_connector
cluster_admin 3 POST connector_post /_connector
cluster_admin 3 PUT connector_put /_connector
cluster_admin 1 GET connector_sync_job_list /_connector/_sync_job
cluster_admin 3 POST connector_sync_job_post /_connector/_sync_job
cluster_admin 4 DELETE connector_sync_job_delete /_connector/_sync_job/{connector_sync_job_id}
cluster_admin 1 GET connector_sync_job_get /_connector/_sync_job/{connector_sync_job_id}
cluster_admin 3 PUT connector_sync_job_cancel /_connector/_sync_job/{connector_sync_job_id}/_cancel
cluster_admin 3 PUT connector_sync_job_check_in /_connector/_sync_job/{connector_sync_job_id}/_check_in
cluster_admin 3 PUT connector_sync_job_claim /_connector/_sync_job/{connector_sync_job_id}/_claim
cluster_admin 3 PUT connector_sync_job_error /_connector/_sync_job/{connector_sync_job_id}/_error
cluster_admin 3 PUT connector_sync_job_update_stats /_connector/_sync_job/{connector_sync_job_id}/_stats
cluster_admin 4 DELETE connector_delete /_connector/{connector_id}
cluster_admin 1 GET connector_get /_connector/{connector_id}
cluster_admin 3 PUT connector_put /_connector/{connector_id}
cluster_admin 3 PUT connector_update_api_key_id /_connector/{connector_id}/_api_key_id
cluster_admin 3 PUT connector_check_in /_connector/{connector_id}/_check_in
cluster_admin 3 PUT connector_update_configuration /_connector/{connector_id}/_configuration
cluster_admin 3 PUT connector_update_error /_connector/{connector_id}/_error
cluster_admin 3 PUT connector_update_features /_connector/{connector_id}/_features
cluster_admin 3 PUT connector_update_filtering /_connector/{connector_id}/_filtering
cluster_admin 3 PUT connector_update_active_filtering /_connector/{connector_id}/_filtering/_activate
cluster_admin 3 PUT connector_update_filtering_validation /_connector/{connector_id}/_filtering/_validation
cluster_admin 3 PUT connector_update_index_name /_connector/{connector_id}/_index_name
cluster_admin 3 PUT connector_last_sync /_connector/{connector_id}/_last_sync
cluster_admin 3 PUT connector_update_name /_connector/{connector_id}/_name
cluster_admin 3 PUT connector_update_native /_connector/{connector_id}/_native
cluster_admin 3 PUT connector_update_pipeline /_connector/{connector_id}/_pipeline
cluster_admin 3 PUT connector_update_scheduling /_connector/{connector_id}/_scheduling
cluster_admin 3 PUT connector_update_service_type /_connector/{connector_id}/_service_type
cluster_admin 3 PUT connector_update_status /_connector/{connector_id}/_status
cluster_admin 1 GET enrich_stats /_enrich/_stats
cluster_admin 1 GET enrich_get_policy /_enrich/policy
cluster_admin 4 DELETE enrich_delete_policy /_enrich/policy/{name}
cluster_admin 1 GET enrich_get_policy /_enrich/policy/{name}
cluster_admin 3 PUT enrich_put_policy /_enrich/policy/{name}
cluster_admin 3 PUT enrich_execute_policy /_enrich/policy/{name}/_execute
cluster_admin 1 GET migration_deprecations /_migration/deprecations
collection_alter 3 POST indices_migrate_reindex /_migration/reindex
collection_alter 3 POST indices_cancel_migrate_reindex /_migration/reindex/{index}/_cancel
collection_read 1 GET indices_get_migrate_reindex_status /_migration/reindex/{index}/_status
cluster_admin 1 GET migration_get_feature_upgrade_status /_migration/system_features
cluster_admin 3 POST migration_post_feature_upgrade /_migration/system_features
cluster_admin 3 PUT monitoring_bulk /_monitoring/bulk
cluster_admin 3 POST project_tags /_project/tags
cluster_admin 1 GET project_routing_get_many /_project_routing
cluster_admin 3 PUT project_routing_create_many /_project_routing
cluster_admin 4 DELETE project_routing_delete /_project_routing/{name}
cluster_admin 1 GET project_routing_get /_project_routing/{name}
cluster_admin 3 PUT project_routing_create /_project_routing/{name}
cluster_admin 1 GET rollup_get_rollup_caps /_rollup/data
cluster_admin 1 GET rollup_get_rollup_caps /_rollup/data/{id}
cluster_admin 1 GET rollup_get_jobs /_rollup/job
cluster_admin 4 DELETE rollup_delete_job /_rollup/job/{id}
cluster_admin 1 GET rollup_get_jobs /_rollup/job/{id}
cluster_admin 3 PUT rollup_put_job /_rollup/job/{id}
cluster_admin 3 POST rollup_start_job /_rollup/job/{id}/_start
cluster_admin 3 POST rollup_stop_job /_rollup/job/{id}/_stop
cluster_admin 1 GET transform_get_transform /_transform
cluster_admin 1 GET transform_get_node_stats /_transform/_node_stats
cluster_admin 3 POST transform_preview_transform /_transform/_preview
cluster_admin 3 POST transform_upgrade_transforms /_transform/_upgrade
cluster_admin 3 POST transform_set_upgrade_mode /_transform/set_upgrade_mode
cluster_admin 4 DELETE transform_delete_transform /_transform/{transform_id}
cluster_admin 1 GET transform_get_transform /_transform/{transform_id}
cluster_admin 3 PUT transform_put_transform /_transform/{transform_id}
cluster_admin 3 POST transform_preview_transform /_transform/{transform_id}/_preview
cluster_admin 3 POST transform_reset_transform /_transform/{transform_id}/_reset
cluster_admin 3 POST transform_schedule_now_transform /_transform/{transform_id}/_schedule_now
cluster_admin 3 POST transform_start_transform /_transform/{transform_id}/_start
cluster_admin 1 GET transform_get_transform_stats /_transform/{transform_id}/_stats
cluster_admin 3 POST transform_stop_transform /_transform/{transform_id}/_stop
cluster_admin 3 POST transform_update_transform /_transform/{transform_id}/_update
cluster_admin 3 POST watcher_query_watches /_watcher/_query/watches
cluster_admin 3 POST watcher_start /_watcher/_start
cluster_admin 3 POST watcher_stop /_watcher/_stop
cluster_admin 1 GET watcher_get_settings /_watcher/settings
cluster_admin 3 PUT watcher_update_settings /_watcher/settings
cluster_admin 1 GET watcher_stats /_watcher/stats
cluster_admin 1 GET watcher_stats /_watcher/stats/{metric}
cluster_admin 3 PUT watcher_execute_watch /_watcher/watch/_execute
cluster_admin 4 DELETE watcher_delete_watch /_watcher/watch/{id}
cluster_admin 1 GET watcher_get_watch /_watcher/watch/{id}
cluster_admin 3 PUT watcher_put_watch /_watcher/watch/{id}
cluster_admin 3 PUT watcher_execute_watch /_watcher/watch/{id}/_execute
cluster_admin 3 PUT watcher_ack_watch /_watcher/watch/{watch_id}/_ack
cluster_admin 3 PUT watcher_ack_watch /_watcher/watch/{watch_id}/_ack/{action_id}
cluster_admin 3 PUT watcher_activate_watch /_watcher/watch/{watch_id}/_activate
cluster_admin 3 PUT watcher_deactivate_watch /_watcher/watch/{watch_id}/_deactivate
cluster_admin 3 PUT ccr_follow /{index}/_ccr/follow
cluster_admin 3 POST ccr_forget_follower /{index}/_ccr/forget_follower
cluster_admin 1 GET ccr_follow_info /{index}/_ccr/info
cluster_admin 3 POST ccr_pause_follow /{index}/_ccr/pause_follow
cluster_admin 3 POST ccr_resume_follow /{index}/_ccr/resume_follow
cluster_admin 1 GET ccr_follow_stats /{index}/_ccr/stats
cluster_admin 3 POST ccr_unfollow /{index}/_ccr/unfollow
cluster_admin 1 GET migration_deprecations /{index}/_migration/deprecations
cluster_admin 1 GET rollup_get_rollup_index_caps /{index}/_rollup/data
        """,
    ),
)
# fmt: on
