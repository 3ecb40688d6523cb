"""Which calls about indices and records are never let through, and why?"""

from typing import Final

from vecgate.dialects.base.lucene.forms.table import refused

# fmt: off
ROWS: Final = (
    *refused(
        "it is about all indices at once, or about settings field by field; name the index, in the path",
        "https://docs.opensearch.org/latest/api-reference/index-apis/index/",
        """
collection_drop 4 DELETE indices_delete /
collection_alter 4 POST indices_close /_close
collection_alter 3 POST indices_open /_open
collection_alter 1 POST indices_clear_cache /_cache/clear
collection_alter 1 GET,POST indices_flush /_flush
index_rebuild 3 POST indices_forcemerge /_forcemerge
collection_read 1 GET indices_get_field_mapping /_mapping/field/{fields}
collection_alter 3 PUT indices_put_settings /_settings
collection_read 1 GET indices_get_settings /_settings/{name}
collection_alter 3 PUT indices_add_block /{index}/_block/{block}
collection_alter 1 POST indices_clear_cache /{index}/_cache/clear
collection_read 1 GET indices_get_field_mapping /{index}/_mapping/field/{fields}
collection_read 1 GET indices_get_settings /{index}/_settings/{name}
        """,
    ),
    *refused(
        "aliases are changed with POST /_aliases, and read with GET /_alias, or with a name of theirs or of an index",
        "https://docs.opensearch.org/latest/api-reference/alias/aliases-api/",
        """
alias 4 PUT indices_put_alias /_alias
collection_read 1 GET indices_get_alias /_aliases
alias 4 POST,PUT indices_put_alias /_alias/{name}
alias 4 POST,PUT indices_put_alias /_aliases/{name}
collection_read 1 HEAD indices_exists_alias /{index}/_alias
alias 4 PUT indices_put_alias /{index}/_alias
alias 4 PUT indices_put_alias /{index}/_aliases
        """,
    ),
    *refused(
        "it copies or goes on with what nobody decides on again: records move to another index, past masks and rows",
        "https://docs.opensearch.org/latest/api-reference/document-apis/reindex/",
        """
delete_filter 3 POST delete_by_query_rethrottle /_delete_by_query/{task_id}/_rethrottle
import 4 POST reindex /_reindex
import 4 POST reindex_rethrottle /_reindex/{task_id}/_rethrottle
update_filter 3 POST update_by_query_rethrottle /_update_by_query/{task_id}/_rethrottle
collection_create 3 POST indices_rollover /{alias}/_rollover
collection_create 3 POST indices_rollover /{alias}/_rollover/{new_index}
collection_create 3 POST,PUT indices_clone /{index}/_clone/{target}
collection_create 3 POST,PUT indices_shrink /{index}/_shrink/{target}
collection_create 3 POST,PUT indices_split /{index}/_split/{target}
        """,
    ),
    *refused(
        "it tells of words, values and shards of all records, whatever a filter says",
        "https://docs.opensearch.org/latest/api-reference/search-apis/explain/",
        """
cluster_admin 1 GET,POST field_caps /_field_caps
read_ids 2 GET,POST mtermvectors /_mtermvectors
search 2 GET,POST rank_eval /_rank_eval
cluster_admin 1 GET,POST search_shards /_search_shards
read_ids 2 GET,POST explain /{index}/_explain/{id}
cluster_admin 1 GET,POST field_caps /{index}/_field_caps
read_ids 2 GET,POST mtermvectors /{index}/_mtermvectors
search 2 GET,POST rank_eval /{index}/_rank_eval
cluster_admin 1 GET,POST search_shards /{index}/_search_shards
read_ids 2 GET,POST termvectors /{index}/_termvectors
read_ids 2 GET,POST termvectors /{index}/_termvectors/{id}
collection_read 1 GET,POST indices_analyze /_analyze
search 2 GET,POST indices_validate_query /_validate/query
collection_read 1 GET,POST indices_analyze /{index}/_analyze
search 2 GET,POST indices_validate_query /{index}/_validate/query
        """,
    ),
    *refused(
        "scripts and stored templates are programs and texts whose meaning is not in the call",
        "https://docs.opensearch.org/latest/api-reference/script-apis/index/",
        """
search 2 GET,POST msearch_template /_msearch/template
cluster_admin 1 GET,POST render_search_template /_render/template
cluster_admin 1 GET,POST render_search_template /_render/template/{id}
cluster_admin 1 GET get_script_context /_script_context
cluster_admin 1 GET get_script_languages /_script_language
cluster_admin 4 GET,POST scripts_painless_execute /_scripts/painless/_execute
cluster_admin 1 GET scripts_painless_context /_scripts/painless/_context
cluster_admin 1 GET get_script /_scripts/{id}
cluster_admin 4 POST,PUT put_script /_scripts/{id}
cluster_admin 4 DELETE delete_script /_scripts/{id}
cluster_admin 4 POST,PUT put_script /_scripts/{id}/{context}
search 2 GET,POST search_template /_search/template
search 2 GET,POST msearch_template /{index}/_msearch/template
search 2 GET,POST search_template /{index}/_search/template
        """,
    ),
    *refused(
        "it is about what others have opened, or goes on behind its answer for whoever has its id; name what is yours",
        "https://docs.opensearch.org/latest/api-reference/search-apis/point-in-time-api/",
        """
cluster_admin 3 GET get_all_pits /_search/point_in_time/_all
search 3 DELETE delete_all_pits /_search/point_in_time/_all
search 3 DELETE clear_scroll /_search/scroll/_all
search 2 POST asynchronous_search_search /_plugins/_asynchronous_search
search 2 GET asynchronous_search_get /_plugins/_asynchronous_search/{id}
search 1 DELETE asynchronous_search_delete /_plugins/_asynchronous_search/{id}
search 1 GET asynchronous_search_stats /_plugins/_asynchronous_search/stats
        """,
    ),
    *refused(
        "a pipeline changes or moves what is written and what is found, after it was decided on",
        "https://docs.opensearch.org/latest/ingest-pipelines/",
        """
mixed_batch 3 POST,PUT bulk_stream /_bulk/stream
mixed_batch 3 POST,PUT bulk_stream /{index}/_bulk/stream
cluster_admin 1 GET,POST ingest_simulate /_ingest/pipeline/_simulate
cluster_admin 1 GET,POST ingest_simulate /_ingest/pipeline/{id}/_simulate
cluster_admin 1 GET ingest_processor_grok /_ingest/processor/grok
cluster_admin 3 POST ingestion_pause /{index}/ingestion/_pause
cluster_admin 3 POST ingestion_resume /{index}/ingestion/_resume
cluster_admin 1 GET ingestion_get_state /{index}/ingestion/_state
        """,
    ),
    *refused(
        "a template decides what indices are that nobody has named yet, with aliases and pipelines",
        "https://docs.opensearch.org/latest/im-plugin/index-templates/",
        """
collection_read 1 POST indices_simulate_template /_index_template/_simulate
collection_read 1 POST indices_simulate_template /_index_template/_simulate/{name}
collection_read 1 POST indices_simulate_index_template /_index_template/_simulate_index/{name}
collection_read 1 GET indices_get_template /_template
collection_read 1 GET indices_get_template /_template/{name}
collection_read 1 HEAD indices_exists_template /_template/{name}
collection_alter 3 POST,PUT indices_put_template /_template/{name}
collection_alter 4 DELETE indices_delete_template /_template/{name}
        """,
    ),
    *refused(
        "data streams are not served yet: what is behind one changes by itself",
        "https://docs.opensearch.org/latest/im-plugin/data-streams/",
        """
collection_read 1 GET indices_get_data_stream /_data_stream
collection_read 1 GET indices_data_streams_stats /_data_stream/_stats
collection_create 3 PUT indices_create_data_stream /_data_stream/{name}
collection_drop 4 DELETE indices_delete_data_stream /_data_stream/{name}
collection_read 1 GET indices_data_streams_stats /_data_stream/{name}/_stats
        """,
    ),
    *refused(
        "a query language that is not parsed here",
        "https://docs.opensearch.org/latest/search-plugins/sql/sql-ppl-api/",
        """
search 3 POST ppl_query /_plugins/_ppl
cluster_admin 3 POST ppl_explain /_plugins/_ppl/_explain
cluster_admin 1 GET ppl_get_stats /_plugins/_ppl/stats
cluster_admin 3 POST ppl_post_stats /_plugins/_ppl/stats
cluster_admin 1 GET query_datasources_list /_plugins/_query/_datasources
cluster_admin 3 POST query_datasources_create /_plugins/_query/_datasources
cluster_admin 3 PUT query_datasources_update /_plugins/_query/_datasources
cluster_admin 1 GET query_datasource_retrieve /_plugins/_query/_datasources/{datasource_name}
cluster_admin 3 DELETE query_datasource_delete /_plugins/_query/_datasources/{datasource_name}
cluster_admin 3 PUT sql_settings /_plugins/_query/settings
search 3 POST sql_query /_plugins/_sql
cluster_admin 3 POST sql_explain /_plugins/_sql/_explain
cluster_admin 3 POST sql_close /_plugins/_sql/close
cluster_admin 1 GET sql_get_stats /_plugins/_sql/stats
cluster_admin 3 POST sql_post_stats /_plugins/_sql/stats
        """,
    ),
)
# fmt: on
