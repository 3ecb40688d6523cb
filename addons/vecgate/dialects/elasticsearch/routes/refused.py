"""Which calls about indices and records are never let through, and why?"""

from typing import Final

from vecgate.dialects.base.lucene.forms.table import refused

# fmt: off
ROWS: Final = (
    *refused(
        "it is about all indices at once, or about settings field by field; name the index, in the path",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-indices",
        """
collection_drop 4 DELETE indices_delete /
collection_alter 1 POST indices_clear_cache /_cache/clear
collection_alter 4 POST indices_close /_close
collection_alter 1 GET,POST indices_flush /_flush
index_rebuild 3 POST indices_forcemerge /_forcemerge
collection_read 1 GET indices_get_field_mapping /_mapping/field/{fields}
collection_alter 3 POST indices_open /_open
collection_alter 3 PUT indices_put_settings /_settings
collection_read 1 GET indices_get_settings /_settings/{name}
collection_alter 3 DELETE indices_remove_block /{index}/_block/{block}
collection_alter 3 PUT indices_add_block /{index}/_block/{block}
collection_alter 1 POST indices_clear_cache /{index}/_cache/clear
collection_alter 3 POST indices_disk_usage /{index}/_disk_usage
collection_read 1 GET indices_field_usage_stats /{index}/_field_usage_stats
collection_read 1 GET indices_get_field_mapping /{index}/_mapping/field/{fields}
collection_alter 3 POST indices_reload_search_analyzers /{index}/_reload_search_analyzers
collection_read 1 GET indices_get_settings /{index}/_settings/{name}
        """,
    ),
    *refused(
        "an index is known by its name alone; ask for it, or list with GET /_resolve/index/{name}",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-indices",
        """
collection_read 1 GET indices_resolve_cluster /_resolve/cluster
collection_read 1 GET indices_resolve_cluster /_resolve/cluster/{name}
collection_read 1 POST indices_resolve_index /_resolve/index/{name}
        """,
    ),
    *refused(
        "aliases are changed with POST /_aliases, and read with GET /_alias, or with a name of theirs or of an index",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-indices",
        """
alias 4 PUT indices_put_alias /_alias
alias 4 POST,PUT indices_put_alias /_alias/{name}
collection_read 1 GET indices_get_alias /_aliases
collection_read 1 HEAD indices_exists_alias /{index}/_alias
alias 4 PUT indices_put_alias /{index}/_alias
        """,
    ),
    *refused(
        "it copies or goes on with what nobody decides on again: records move to another index, past masks and rows",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-document",
        """
collection_create 3 PUT indices_create_from /_create_from/{source}/{dest}
delete_filter 3 POST delete_by_query_rethrottle /_delete_by_query/{task_id}/_rethrottle
search 3 GET list_reindex /_reindex
import 4 POST reindex /_reindex
search 3 GET get_reindex /_reindex/{task_id}
search 3 POST cancel_reindex /_reindex/{task_id}/_cancel
import 4 POST reindex_rethrottle /_reindex/{task_id}/_rethrottle
update_filter 3 POST update_by_query_rethrottle /_update_by_query/{task_id}/_rethrottle
collection_create 3 POST indices_rollover /{alias}/_rollover
collection_create 3 POST indices_rollover /{alias}/_rollover/{new_index}
collection_create 3 POST,PUT indices_clone /{index}/_clone/{target}
collection_alter 3 POST indices_downsample /{index}/_downsample/{target_index}
collection_create 3 POST,PUT indices_shrink /{index}/_shrink/{target}
collection_create 3 POST,PUT indices_split /{index}/_split/{target}
        """,
    ),
    *refused(
        "it tells of words, values and shards of all records, whatever a filter says",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-search",
        """
collection_read 1 GET,POST indices_analyze /_analyze
cluster_admin 1 GET,POST field_caps /_field_caps
cluster_admin 3 POST ml_validate /_ml/anomaly_detectors/_validate
cluster_admin 3 POST ml_validate_detector /_ml/anomaly_detectors/_validate/detector
cluster_admin 3 POST ml_explain_data_frame_analytics /_ml/data_frame/analytics/_explain
cluster_admin 3 POST ml_explain_data_frame_analytics /_ml/data_frame/analytics/{id}/_explain
read_ids 2 GET,POST mtermvectors /_mtermvectors
search 2 GET,POST rank_eval /_rank_eval
cluster_admin 1 GET,POST search_shards /_search_shards
snapshot_create 4 POST snapshot_repository_analyze /_snapshot/{repository}/_analyze
search 2 GET,POST indices_validate_query /_validate/query
collection_read 1 GET,POST indices_analyze /{index}/_analyze
read_ids 2 GET,POST explain /{index}/_explain/{id}
cluster_admin 1 GET,POST field_caps /{index}/_field_caps
search 3 GET,POST graph_explore /{index}/_graph/explore
read_ids 2 GET,POST mtermvectors /{index}/_mtermvectors
search 2 GET,POST search_mvt /{index}/_mvt/{field}/{zoom}/{x}/{y}
search 2 GET,POST rank_eval /{index}/_rank_eval
cluster_admin 1 GET,POST search_shards /{index}/_search_shards
search 2 GET,POST terms_enum /{index}/_terms_enum
read_ids 2 GET,POST termvectors /{index}/_termvectors
read_ids 2 GET,POST termvectors /{index}/_termvectors/{id}
search 2 GET,POST indices_validate_query /{index}/_validate/query
        """,
    ),
    *refused(
        "scripts and stored templates are programs and texts whose meaning is not in the call",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-script",
        """
cluster_admin 3 POST search_application_render_query /_application/search_application/{name}/_render_query
search 2 GET,POST msearch_template /_msearch/template
cluster_admin 1 GET,POST render_search_template /_render/template
cluster_admin 1 GET,POST render_search_template /_render/template/{id}
cluster_admin 1 GET get_script_context /_script_context
cluster_admin 1 GET get_script_languages /_script_language
cluster_admin 4 GET,POST scripts_painless_execute /_scripts/painless/_execute
cluster_admin 4 DELETE delete_script /_scripts/{id}
cluster_admin 1 GET get_script /_scripts/{id}
cluster_admin 4 PUT put_script /_scripts/{id}
cluster_admin 4 PUT put_script /_scripts/{id}/{context}
search 2 GET,POST search_template /_search/template
collection_read 1 GET indices_get_template /_template
search 2 GET,POST msearch_template /{index}/_msearch/template
search 2 GET,POST search_template /{index}/_search/template
        """,
    ),
    *refused(
        "it is about what others have opened; name what is yours",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-search",
        """
search 3 DELETE clear_scroll /_search/scroll/_all
        """,
    ),
    *refused(
        "it goes on behind its answer, and whoever has its id reads what was found",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-search",
        """
search 2 GET,POST async_search_submit /_async_search
search 1 GET async_search_status /_async_search/status/{id}
search 1 DELETE async_search_delete /_async_search/{id}
search 2 GET async_search_get /_async_search/{id}
search 2 GET,POST async_search_submit /{index}/_async_search
        """,
    ),
    *refused(
        "a search of its own kind, in an old form; say it with POST /{index}/_search",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-search",
        """
cluster_admin 3 GET,POST fleet_msearch /_fleet/_fleet_msearch
cluster_admin 3 GET,POST fleet_msearch /{index}/_fleet/_fleet_msearch
cluster_admin 3 GET,POST fleet_search /{index}/_fleet/_fleet_search
cluster_admin 1 GET fleet_global_checkpoints /{index}/_fleet/global_checkpoints
search 2 GET,POST knn_search /{index}/_knn_search
cluster_admin 3 POST rollup_rollup_search /{index}/_rollup_search
        """,
    ),
    *refused(
        "records under names of types belong to an old API; say it with '_doc'",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-document",
        """
mixed_batch 3 POST bulk /{index}/{type}/_bulk
search 2 POST search /{index}/{type}/_search
read_ids 1 GET get /{index}/{type}/{id}
upsert 2 POST index /{index}/{type}/{id}
update 2 POST update /{index}/{type}/{id}/_update
        """,
    ),
    *refused(
        "a query language that is not parsed here",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-esql",
        """
cluster_admin 1 GET eql_get_status /_eql/search/status/{id}
cluster_admin 3 DELETE eql_delete /_eql/search/{id}
cluster_admin 1 GET eql_get /_eql/search/{id}
search 3 POST esql_query /_query
search 3 POST esql_async_query /_query/async
search 3 DELETE esql_async_query_delete /_query/async/{id}
search 3 GET esql_async_query_get /_query/async/{id}
search 3 POST esql_async_query_stop /_query/async/{id}/stop
cluster_admin 1 GET esql_get_data_source /_query/data_source
cluster_admin 3 DELETE esql_delete_data_source /_query/data_source/{name}
cluster_admin 1 GET esql_get_data_source /_query/data_source/{name}
cluster_admin 3 PUT esql_put_data_source /_query/data_source/{name}
cluster_admin 1 GET esql_get_dataset /_query/dataset
cluster_admin 3 DELETE esql_delete_dataset /_query/dataset/{name}
cluster_admin 1 GET esql_get_dataset /_query/dataset/{name}
cluster_admin 3 PUT esql_put_dataset /_query/dataset/{name}
cluster_admin 1 GET esql_list_queries /_query/queries
search 3 GET esql_get_query /_query/queries/{id}
cluster_admin 1 GET esql_get_view /_query/view
cluster_admin 3 DELETE esql_delete_view /_query/view/{name}
cluster_admin 1 GET esql_get_view /_query/view/{name}
cluster_admin 3 PUT esql_put_view /_query/view/{name}
search 3 GET,POST sql_query /_sql
cluster_admin 3 DELETE sql_delete_async /_sql/async/delete/{id}
cluster_admin 1 GET sql_get_async_status /_sql/async/status/{id}
search 3 GET sql_get_async /_sql/async/{id}
cluster_admin 3 POST sql_clear_cursor /_sql/close
search 3 GET,POST sql_translate /_sql/translate
search 3 GET,POST eql_search /{index}/_eql/search
        """,
    ),
    *refused(
        "a pipeline changes or moves what is written and what is found, after it was decided on",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-ingest",
        """
cluster_admin 3 GET,POST simulate_ingest /_ingest/_simulate
cluster_admin 1 GET ingest_get_geoip_database /_ingest/geoip/database
cluster_admin 4 DELETE ingest_delete_geoip_database /_ingest/geoip/database/{id}
cluster_admin 1 GET ingest_get_geoip_database /_ingest/geoip/database/{id}
cluster_admin 4 PUT ingest_put_geoip_database /_ingest/geoip/database/{id}
cluster_admin 1 GET ingest_geo_ip_stats /_ingest/geoip/stats
cluster_admin 1 GET ingest_get_ip_location_database /_ingest/ip_location/database
cluster_admin 4 DELETE ingest_delete_ip_location_database /_ingest/ip_location/database/{id}
cluster_admin 1 GET ingest_get_ip_location_database /_ingest/ip_location/database/{id}
cluster_admin 4 PUT ingest_put_ip_location_database /_ingest/ip_location/database/{id}
cluster_admin 1 GET,POST ingest_simulate /_ingest/pipeline/_simulate
cluster_admin 1 GET,POST ingest_simulate /_ingest/pipeline/{id}/_simulate
cluster_admin 1 GET ingest_processor_grok /_ingest/processor/grok
cluster_admin 3 GET,POST simulate_ingest /_ingest/{index}/_simulate
cluster_admin 1 GET logstash_get_pipeline /_logstash/pipeline
cluster_admin 4 DELETE logstash_delete_pipeline /_logstash/pipeline/{id}
cluster_admin 1 GET logstash_get_pipeline /_logstash/pipeline/{id}
cluster_admin 3 PUT logstash_put_pipeline /_logstash/pipeline/{id}
        """,
    ),
    *refused(
        "a template decides what indices are that nobody has named yet, with aliases and pipelines",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-indices",
        """
collection_read 1 POST indices_simulate_template /_index_template/_simulate
collection_read 1 POST indices_simulate_template /_index_template/_simulate/{name}
collection_read 1 POST indices_simulate_index_template /_index_template/_simulate_index/{name}
collection_alter 4 DELETE indices_delete_template /_template/{name}
collection_read 1 GET indices_get_template /_template/{name}
collection_read 1 HEAD indices_exists_template /_template/{name}
collection_alter 3 PUT indices_put_template /_template/{name}
        """,
    ),
    *refused(
        "data streams are not served yet: what is behind one changes by itself",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-data-stream",
        """
collection_read 1 GET indices_get_data_stream /_data_stream
collection_create 3 POST indices_migrate_to_data_stream /_data_stream/_migrate/{name}
collection_alter 3 POST indices_modify_data_stream /_data_stream/_modify
collection_alter 3 POST indices_promote_data_stream /_data_stream/_promote/{name}
collection_read 1 GET indices_data_streams_stats /_data_stream/_stats
collection_drop 4 DELETE indices_delete_data_stream /_data_stream/{name}
collection_create 3 PUT indices_create_data_stream /_data_stream/{name}
collection_alter 4 DELETE indices_delete_data_lifecycle /_data_stream/{name}/_lifecycle
collection_read 1 GET indices_get_data_lifecycle /_data_stream/{name}/_lifecycle
collection_alter 3 PUT indices_put_data_lifecycle /_data_stream/{name}/_lifecycle
collection_read 1 GET indices_get_data_stream_mappings /_data_stream/{name}/_mappings
collection_alter 3 PUT indices_put_data_stream_mappings /_data_stream/{name}/_mappings
collection_alter 4 DELETE indices_delete_data_stream_options /_data_stream/{name}/_options
collection_read 1 GET indices_get_data_stream_options /_data_stream/{name}/_options
collection_alter 3 PUT indices_put_data_stream_options /_data_stream/{name}/_options
collection_read 1 GET indices_get_data_stream_settings /_data_stream/{name}/_settings
collection_alter 3 PUT indices_put_data_stream_settings /_data_stream/{name}/_settings
collection_read 1 GET indices_data_streams_stats /_data_stream/{name}/_stats
collection_read 1 GET indices_get_data_lifecycle_stats /_lifecycle/stats
cluster_admin 1 GET streams_status /_streams/status
cluster_admin 3 POST streams_logs_disable /_streams/{name}/_disable
cluster_admin 3 POST streams_logs_enable /_streams/{name}/_enable
collection_read 1 GET indices_explain_data_lifecycle /{index}/_lifecycle/explain
        """,
    ),
)
# fmt: on
