"""How may collections, indexes, aliases and shards be set up? What clients send is taken, what is not known is refused."""

from typing import Any

import pytest

from vecgate.dialects.qdrant.settings import ADD_VECTOR, ALIASES, ALTER, CLUSTER, CREATE, INDEX, NEW_SHARD_KEY, RECOVER
from vecgate.parsing.forms import Form
from vecgate.refusals.errors import CallRefused

TAKEN: list[tuple[Form, Any]] = [
    (CREATE, {}), (CREATE, {"vectors": {"size": 4, "distance": "Cosine"}, "sparse_vectors": {"kw": {"modifier": "idf"}}, "metadata": {"owner": "x"}}),
    (CREATE, {"vectors": {"a": {"size": 4, "distance": "Dot"}, "mv": {"size": 4, "distance": "Cosine", "multivector_config": {"comparator": "max_sim"}}}, "quantization_config": {"scalar": {"type": "int8"}}}),
    (CREATE, {"vectors": {"": {"size": 8, "distance": "Cosine", "on_disk": False}}, "sparse_vectors": {"s": {"index": {"on_disk": False}}}}),
    (CREATE, {"vectors": {}, "sparse_vectors": {"s": {}}, "strict_mode_config": {"enabled": True, "max_query_limit": 50}}),
    (ALTER, {"vectors": {"": {"hnsw_config": {"m": 12}, "quantization_config": "Disabled"}}, "optimizers_config": {"indexing_threshold": 10000, "max_optimization_threads": "auto"}}),
    (ALTER, {"params": {"replication_factor": 1}, "strict_mode_config": {"enabled": False}, "metadata": {"reviewed_by": "x"}}),
    (ADD_VECTOR, {"dense": {"size": 4, "distance": "Dot"}}), (ADD_VECTOR, {"sparse": {"modifier": "idf"}}),
    (INDEX, {"field_name": "tenant", "field_schema": {"type": "keyword", "is_tenant": True}}), (INDEX, {"field_name": "a", "field_schema": "geo"}),
    (INDEX, {"field_name": "name", "field_schema": {"type": "text", "tokenizer": "word", "stopwords": "english", "stemmer": {"type": "snowball", "language": "english"}}}),
    (ALIASES, {"actions": [{"create_alias": {"collection_name": "a", "alias_name": "b"}}, {"delete_alias": {"alias_name": "b"}}]}),
    (NEW_SHARD_KEY, {"shard_key": 42, "placement": [1]}), (CLUSTER, {"replicate_points": {"from_shard_key": "a", "to_shard_key": "b", "filter": {"must": []}}}),
    (RECOVER, {"location": "file:///a/b/c.snapshot", "priority": "snapshot"}),
]  # fmt: skip
REFUSED: list[tuple[Form, Any]] = [
    (CREATE, {"unknown_field": 1}), (CREATE, {"vectors": {"size": 4}}), (CREATE, {"vectors": {"size": "4", "distance": "Dot"}}), (CREATE, {"vectors": {"size": 4, "distance": "dot"}}),
    (CREATE, {"optimizers_config": {}, "optimizer_config": {}}), (CREATE, {"quantization_config": {"scalar": {"type": "int8"}, "binary": {}}}),
    (ALTER, {"vectors": {"size": 4, "distance": "Dot"}}), (ADD_VECTOR, {}), (ADD_VECTOR, {"dense": {"size": 4, "distance": "Dot"}, "sparse": {}}),
    (INDEX, {}), (INDEX, {"field_name": "a b"}), (INDEX, {"field_name": "a", "field_schema": {"tokenizer": "word"}}),
    (ALIASES, {"actions": []}), (ALIASES, {"actions": [{"create_alias": {"collection_name": "a", "alias_name": "b"}, "delete_alias": {"alias_name": "b"}}]}), (ALIASES, {"actions": [{"create_alias": ["a", "b"]}]}),
    (CLUSTER, {}), (CLUSTER, {"nosuch": {}}), (RECOVER, {}), (RECOVER, {"location": "x", "api_key": "a remote key"}),
]  # fmt: skip


@pytest.mark.parametrize(("form", "body"), TAKEN)
def test_a_setting_may_stand(form: Form, body: Any) -> None:
    assert form.read(body, "") == body


@pytest.mark.parametrize(("form", "body"), REFUSED)
def test_a_setting_may_not_stand(form: Form, body: Any) -> None:
    with pytest.raises(CallRefused):
        form.read(body, "")


def test_a_second_name_is_brought_to_the_first() -> None:
    assert CREATE.read({"optimizer_config": {}, "quantization": {"turbo": {}}}, "") == {
        "optimizers_config": {},
        "quantization_config": {"turbo": {}},
    }
