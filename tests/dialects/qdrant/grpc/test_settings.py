"""Which call over REST is a message of Qdrant's that sets something up, and back?"""

from typing import Any, Final

from dialects.qdrant.grpc.recorded import spoken
from dialects.qdrant.grpc.said import twin
from support.tools.every import every

#: (method, message, method and path over REST, query, body)
SET_UP: Final[list[tuple[str, str, str, dict[str, str], Any]]] = [
    ("Collections/List", "", "GET /collections", {}, None),
    ("Collections/Get", "", "GET /collections/people", {}, None),
    ("Collections/CollectionExists", "", "GET /collections/people/exists", {}, None),
    ("Collections/Create", "vectors_config { params { size: 4 distance: Cosine on_disk: false datatype: Float16 } } sharding_method: Custom timeout: 9 hnsw_config { m: 0 } optimizers_config { max_optimization_threads { setting: Auto } }",
     "PUT /collections/people", {"timeout": "9"},
     {"vectors": {"size": 4, "distance": "Cosine", "on_disk": False, "datatype": "float16"}, "sharding_method": "custom",
      "hnsw_config": {"m": 0}, "optimizers_config": {"max_optimization_threads": "auto"}}),
    ("Collections/Create", "vectors_config { params_map { map { key: 'a' value { size: 4 distance: Dot multivector_config { comparator: MaxSim } } } } } sparse_vectors_config { map { key: 's' value { modifier: Idf } } } quantization_config { turboquant { bits: Bits1_5 } } metadata { key: 'owner' value { string_value: 'x' } }",
     "PUT /collections/people", {},
     {"vectors": {"a": {"size": 4, "distance": "Dot", "multivector_config": {"comparator": "max_sim"}}},
      "sparse_vectors": {"s": {"modifier": "idf"}}, "quantization_config": {"turbo": {"bits": "bits1_5"}}, "metadata": {"owner": "x"}}),
    ("Collections/Create", "quantization_config { binary { query_encoding { setting: Scalar4Bits } encoding: OneAndHalfBits } } strict_mode_config { enabled: true sparse_config { sparse_config { key: 's' value { max_length: 9 } } } }",
     "PUT /collections/people", {},
     {"quantization_config": {"binary": {"query_encoding": "scalar4bits", "encoding": "one_and_half_bits"}},
      "strict_mode_config": {"enabled": True, "sparse_config": {"s": {"max_length": 9}}}}),
    ("Collections/Update", "vectors_config { params { on_disk: true } } quantization_config { disabled {} } optimizers_config { max_optimization_threads { value: 3 } } params { read_fan_out_factor: 2 }",
     "PATCH /collections/people", {},
     {"vectors": {"": {"on_disk": True}}, "quantization_config": "Disabled", "optimizers_config": {"max_optimization_threads": 3},
      "params": {"read_fan_out_factor": 2}}),
    ("Collections/Delete", "", "DELETE /collections/people", {}, None),
    ("Collections/UpdateAliases", "actions { create_alias { collection_name: 'people' alias_name: 'staff' } } actions { delete_alias { alias_name: 'old' } } actions { rename_alias { old_alias_name: 'a' new_alias_name: 'b' } }",
     "POST /collections/aliases", {}, {"actions": [{"create_alias": {"collection_name": "people", "alias_name": "staff"}},
                                                  {"delete_alias": {"alias_name": "old"}},
                                                  {"rename_alias": {"old_alias_name": "a", "new_alias_name": "b"}}]}),
    ("Collections/ListAliases", "", "GET /aliases", {}, None),
    ("Collections/ListCollectionAliases", "", "GET /collections/people/aliases", {}, None),
    ("Collections/CollectionClusterInfo", "", "GET /collections/people/cluster", {}, None),
    ("Collections/UpdateCollectionClusterSetup", "create_shard_key { shard_key { keyword: 'acme' } initial_state: ActiveRead placement: [1, 2] }",
     "POST /collections/people/cluster", {}, {"create_sharding_key": {"shard_key": "acme", "initial_state": "ActiveRead", "placement": [1, 2]}}),
    ("Collections/UpdateCollectionClusterSetup", "move_shard { shard_id: 0 from_peer_id: 1 to_peer_id: 2 method: WalDelta }",
     "POST /collections/people/cluster", {}, {"move_shard": {"shard_id": 0, "from_peer_id": 1, "to_peer_id": 2, "method": "wal_delta"}}),
    ("Collections/CreateShardKey", "request { shard_key { number: 7 } shards_number: 2 }", "PUT /collections/people/shards", {},
     {"shard_key": 7, "shards_number": 2}),
    ("Collections/DeleteShardKey", "request { shard_key { number: 7 } }", "POST /collections/people/shards/delete", {}, {"shard_key": 7}),
    ("Collections/ListShardKeys", "", "GET /collections/people/shards", {}, None),
    ("Points/DeleteFieldIndex", "field_name: 'address.\"city\"'", "DELETE /collections/people/index/address.city", {}, None),
    ("Points/CreateVectorName", "vector_name: 'v' sparse_config { modifier: Idf }", "PUT /collections/people/vectors/v", {},
     {"sparse": {"modifier": "idf"}}),
    ("Points/DeleteVectorName", "vector_name: 'v'", "DELETE /collections/people/vectors/v", {}, None),
    ("Snapshots/Create", "", "POST /collections/people/snapshots", {}, None),
    ("Snapshots/List", "", "GET /collections/people/snapshots", {}, None),
    ("Snapshots/Delete", "snapshot_name: 'a.snapshot'", "DELETE /collections/people/snapshots/a.snapshot", {}, None),
    ("Snapshots/CreateFull", "", "POST /snapshots", {}, None),
    ("Snapshots/ListFull", "", "GET /snapshots", {}, None),
    ("Snapshots/DeleteFull", "snapshot_name: 'a.snapshot'", "DELETE /snapshots/a.snapshot", {}, None),
    ("Qdrant/HealthCheck", "", "GET /", {}, None),
]  # fmt: skip


@every(("method", "text", "line", "query", "body"), SET_UP, ids=[f"{one[0]} {i}" for i, one in enumerate(SET_UP)])
def test_what_sets_up_is_its_twin_and_back(method: str, text: str, line: str, query: dict[str, str], body: Any) -> None:
    call = twin(f"/qdrant.{method}", text)
    said = dict(call.query)
    said.pop("wait", None)
    assert (f"{call.method} {call.path}", said, call.tree) == (line, query, body)
    again = spoken().message(call)
    assert spoken().read(again.method, again.message) == call
