"""How may a Qdrant collection, an index, a cluster be set up? Each member known, as of server 1.19.

https://api.qdrant.tech/api-reference/collections/create-collection
"""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.qdrant.filters import WHERE
from vecgate.dialects.qdrant.paths import FIELD, VECTOR
from vecgate.dialects.qdrant.values import BOOL, COUNT, MEMORY, NAME, NUMBER, SHARD_KEY, TEXT, whole, word
from vecgate.domain.call import Json
from vecgate.parsing.forms import ByType, Form, Free, Left, ListOf, MapOf, Members, OneOf, Shape

_COUNT: Final = Left(COUNT)
_BOOL: Final = Left(BOOL)
_NUMBER: Final = Left(NUMBER)
_DISTANCE: Final = word("Cosine", "Euclid", "Dot", "Manhattan")
_DATATYPE: Final = Left(word("float32", "uint8", "float16", "turbo4"))
_MODIFIER: Final = Left(word("none", "idf"))
_STORED: Final[Mapping[str, Form]] = {"on_disk": _BOOL, "memory": MEMORY}
_QUANTIZED: Final[Mapping[str, Form]] = {"always_ram": _BOOL, "memory": MEMORY}

_HNSW: Final = Left(
    Members(
        {
            **dict.fromkeys(("m", "ef_construct", "full_scan_threshold", "max_indexing_threads", "payload_m"), _COUNT),
            **_STORED,
            "inline_storage": _BOOL,
        }
    )
)
_ENCODING: Final = Left(word("one_bit", "two_bits", "one_and_half_bits"))
_QUERY_ENCODING: Final = Left(word("default", "binary", "scalar4bits", "scalar8bits"))
_QUANTIZATIONS: Final[Mapping[str, Form]] = {
    "scalar": Members({"type": word("int8"), "quantile": _NUMBER, **_QUANTIZED}, ("type",)),
    "product": Members({"compression": word("x4", "x8", "x16", "x32", "x64"), **_QUANTIZED}, ("compression",)),
    "binary": Members({**_QUANTIZED, "encoding": _ENCODING, "query_encoding": _QUERY_ENCODING}),
    "turbo": Members({**_QUANTIZED, "bits": Left(word("bits1", "bits1_5", "bits2", "bits4"))}),
}
_QUANTIZATION_OBJECT: Final = OneOf({kind: Members({kind: form}, (kind,)) for kind, form in _QUANTIZATIONS.items()})
_QUANTIZATION: Final = Left(_QUANTIZATION_OBJECT)
_QUANTIZATION_DIFF: Final = Left(
    ByType("a quantization, or 'Disabled'", {dict: _QUANTIZATION_OBJECT, str: word("Disabled")})
)
_SEVERAL: Final = Left(Members({"comparator": word("max_sim")}, ("comparator",)))
_VECTOR: Final = Members(
    {
        "size": whole(1, 65536),
        "distance": _DISTANCE,
        "hnsw_config": _HNSW,
        "quantization_config": _QUANTIZATION,
        "datatype": _DATATYPE,
        "multivector_config": _SEVERAL,
        **_STORED,
    },
    ("size", "distance"),
)


class _Vectors:
    """Of one vector without a name, or of several by their names."""

    like: Final = MapOf(_VECTOR, VECTOR)

    def read(self, value: Json, at: str) -> Json:
        alone = isinstance(value, dict) and any(type(value.get(key)) is not dict for key in value)
        return (_VECTOR if alone else self.like).read(value, at)


_SPARSE: Final = MapOf(
    Members(
        {
            "index": Left(Members({"full_scan_threshold": _COUNT, "datatype": _DATATYPE, **_STORED})),
            "modifier": _MODIFIER,
        }
    ),
    VECTOR,
)
_OPTIMIZERS: Final = Left(
    Members(
        {
            "deleted_threshold": _NUMBER,
            **dict.fromkeys(
                ("vacuum_min_vector_number", "default_segment_number", "max_segment_size", "memmap_threshold",
                 "indexing_threshold", "flush_interval_sec"),
                _COUNT,
            ),
            "max_optimization_threads": Left(ByType("a number or 'auto'", {int: COUNT, str: word("auto")})),
            "prevent_unoptimized": _BOOL,
        }
    )
)  # fmt: skip
_WAL: Final = Left(Members(dict.fromkeys(("wal_capacity_mb", "wal_segments_ahead", "wal_retain_closed"), _COUNT)))
_STRICT: Final = Left(
    Members(
        {
            **dict.fromkeys(
                ("enabled", "unindexed_filtering_retrieve", "unindexed_filtering_update", "search_allow_exact"), _BOOL
            ),
            **dict.fromkeys(
                ("max_query_limit", "max_timeout", "search_max_hnsw_ef", "upsert_max_batchsize", "search_max_batchsize",
                 "max_collection_vector_size_bytes", "read_rate_limit", "write_rate_limit",
                 "max_collection_payload_size_bytes", "max_points_count", "filter_max_conditions", "condition_max_size",
                 "max_payload_index_count", "max_resident_memory_percent"),
                _COUNT,
            ),
            "search_max_oversampling": _NUMBER,
            "multivector_config": Left(MapOf(Members({"max_vectors": _COUNT}), VECTOR)),
            "sparse_config": Left(MapOf(Members({"max_length": _COUNT}), VECTOR)),
        }
    )
)  # fmt: skip
_METADATA: Final = Left(Free())
_PAYLOAD: Final = Left(Members({"memory": MEMORY}))
_REPLICAS: Final[Mapping[str, Form]] = {
    "replication_factor": _COUNT,
    "write_consistency_factor": _COUNT,
    "on_disk_payload": _BOOL,
    "payload": _PAYLOAD,
}
CREATE: Final = Members(
    {
        "vectors": Left(_Vectors()),
        "shard_number": _COUNT,
        "sharding_method": Left(word("auto", "custom")),
        **_REPLICAS,
        "hnsw_config": _HNSW,
        "wal_config": _WAL,
        "optimizers_config": _OPTIMIZERS,
        "quantization_config": _QUANTIZATION,
        "sparse_vectors": Left(_SPARSE),
        "strict_mode_config": _STRICT,
        "metadata": _METADATA,
    },
    also={"optimizer_config": "optimizers_config", "quantization": "quantization_config"},
)
_VECTOR_DIFF: Final = Members({"hnsw_config": _HNSW, "quantization_config": _QUANTIZATION_DIFF, **_STORED})
ALTER: Final = Members(
    {
        "vectors": Left(MapOf(_VECTOR_DIFF, VECTOR)),
        "optimizers_config": _OPTIMIZERS,
        "params": Left(Members({**_REPLICAS, "read_fan_out_factor": _COUNT, "read_fan_out_delay_ms": _COUNT})),
        "hnsw_config": _HNSW,
        "quantization_config": _QUANTIZATION_DIFF,
        "sparse_vectors": Left(_SPARSE),
        "strict_mode_config": _STRICT,
        "metadata": _METADATA,
    },
    also={"optimizer_config": "optimizers_config", "quantization": "quantization_config"},
)
ADD_VECTOR: Final = OneOf(
    {
        "dense": Members(
            {
                "dense": Members(
                    {
                        "size": whole(1, 65536),
                        "distance": _DISTANCE,
                        "multivector_config": _SEVERAL,
                        "datatype": _DATATYPE,
                    },
                    ("size", "distance"),
                )
            }
        ),
        "sparse": Members({"sparse": Members({"modifier": _MODIFIER, "datatype": _DATATYPE})}),
    }
)

# indexes
TYPES: Final = ("keyword", "integer", "float", "geo", "text", "bool", "datetime", "uuid")
_STOPWORDS: Final = ByType(
    "a language, or 'languages' and 'custom' words",
    {str: TEXT, dict: Members({"languages": Left(ListOf(TEXT)), "custom": Left(ListOf(TEXT))})},
)
_STEMMER: Final = Members({"type": word("snowball", "none"), "language": Left(TEXT)}, ("type",))
_INDEX: Final = Members(
    {
        "type": word(*TYPES),
        **_STORED,
        **dict.fromkeys(
            ("is_tenant", "is_principal", "lookup", "range", "prefix", "enable_hnsw", "lowercase", "ascii_folding",
             "phrase_matching"),
            _BOOL,
        ),
        "tokenizer": Left(word("prefix", "whitespace", "word", "multilingual")),
        "min_token_len": _COUNT,
        "max_token_len": _COUNT,
        "stopwords": Left(_STOPWORDS),
        "stemmer": Left(_STEMMER),
    },
    ("type",),
)  # fmt: skip
INDEX: Final = Members(
    {
        "field_name": FIELD,
        "field_schema": Left(ByType("a type, or an object with one", {str: word(*TYPES), dict: _INDEX})),
    },
    ("field_name",),
)

# aliases
_ALIASED: Final = Members({"collection_name": NAME, "alias_name": NAME}, ("collection_name", "alias_name"))
ALIASES: Final = Members(
    {
        "actions": ListOf(
            OneOf(
                {
                    "create_alias": Members({"create_alias": _ALIASED}),
                    "delete_alias": Members({"delete_alias": Members({"alias_name": NAME}, ("alias_name",))}),
                    "rename_alias": Members(
                        {
                            "rename_alias": Members(
                                {"old_alias_name": NAME, "new_alias_name": NAME}, ("old_alias_name", "new_alias_name")
                            )
                        }
                    ),
                }
            ),
            least=1,
        )
    },
    ("actions",),
)

# shards and the cluster
_METHOD: Final = Left(word("stream_records", "snapshot", "wal_delta", "resharding_stream_records"))
_MOVED: Final = Members(
    {"shard_id": COUNT, "to_peer_id": COUNT, "from_peer_id": COUNT, "to_shard_id": _COUNT, "method": _METHOD},
    ("shard_id", "to_peer_id", "from_peer_id"),
)
_STATE: Final = Left(
    word("Active", "Dead", "Partial", "Initializing", "Listener", "PartialSnapshot", "Recovery", "Resharding",
         "ReshardingScaleDown", "ActiveRead", "ManualRecovery")
)  # fmt: skip
NEW_SHARD_KEY: Final = Members(
    {
        "shard_key": SHARD_KEY,
        "shards_number": _COUNT,
        "replication_factor": _COUNT,
        "placement": Left(ListOf(COUNT)),
        "initial_state": _STATE,
    },
    ("shard_key",),
)
DROP_SHARD_KEY: Final = Members({"shard_key": SHARD_KEY}, ("shard_key",))
_CLUSTER: Final[Mapping[str, Form]] = {
    **dict.fromkeys(("move_shard", "replicate_shard", "abort_transfer", "restart_transfer"), _MOVED),
    "drop_replica": Members({"shard_id": COUNT, "peer_id": COUNT}, ("shard_id", "peer_id")),
    "create_sharding_key": NEW_SHARD_KEY,
    "drop_sharding_key": DROP_SHARD_KEY,
    "start_resharding": Members(
        {"direction": word("up", "down"), "peer_id": _COUNT, "shard_key": Left(SHARD_KEY)}, ("direction",)
    ),
    **dict.fromkeys(("abort_resharding", "finish_resharding"), Members({})),
    "replicate_points": Members(
        {"filter": WHERE, "from_shard_key": SHARD_KEY, "to_shard_key": SHARD_KEY}, ("from_shard_key", "to_shard_key")
    ),
}
CLUSTER: Final = OneOf({kind: Members({kind: form}, (kind,)) for kind, form in _CLUSTER.items()})
QUOTAS: Final = Members(
    {
        "enabled": _BOOL,
        "max_resident_memory_percent": _COUNT,
        "max_disk_usage_percent": _COUNT,
        "release_margin_percent": _COUNT,
    }
)
LOGGER: Final = Members({"log_level": Left(TEXT)})

# snapshots: where one is taken from. The server's `api_key` for that place is left out: a body is recorded.
_FROM: Final = Shape(
    "where a snapshot is (a 'file://' or an 'https://' address)",
    lambda v: isinstance(v, str) and v != "",
    ("file:///a.snapshot",),
)
RECOVER: Final = Members(
    {
        "location": _FROM,
        "priority": Left(word("no_sync", "snapshot", "replica")),
        "checksum": Left(TEXT),
    },
    ("location",),
)
