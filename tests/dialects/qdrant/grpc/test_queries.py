"""Is a search in messages the one that REST has, and back?"""

from typing import Any, Final

from dialects.qdrant.grpc.said import there_and_back
from support.tools.every import every

P: Final = "/collections/people/points"
#: (method, message, path, query, body). Numbers are such that a float of four bytes is one of eight.
CASES: Final[list[tuple[str, str, str, dict[str, str], Any]]] = [
    ("Query", "limit: 3", f"{P}/query", {}, {"limit": 3}),
    ("Query", "query { nearest { dense { data: [0.5, 1] } } } using: 'a' offset: 2 score_threshold: 0.5", f"{P}/query", {},
     {"query": {"nearest": [0.5, 1.0]}, "using": "a", "offset": 2, "score_threshold": 0.5}),
    ("Query", "query { nearest { id { num: 18446744073709551615 } } }", f"{P}/query", {},
     {"query": {"nearest": 2**64 - 1}}),
    ("Query", "query { nearest { id { uuid: '0f8fad5b-d9cb-469f-a165-70867728950e' } } }", f"{P}/query", {},
     {"query": {"nearest": "0f8fad5b-d9cb-469f-a165-70867728950e"}}),
    ("Query", "query { nearest { sparse { indices: [1, 7] values: [0.5, 2] } } } using: 's'", f"{P}/query", {},
     {"query": {"nearest": {"indices": [1, 7], "values": [0.5, 2.0]}}, "using": "s"}),
    ("Query", "query { nearest { multi_dense { vectors { data: [1] } vectors { data: [2] } } } }", f"{P}/query", {},
     {"query": {"nearest": [[1.0], [2.0]]}}),
    ("Query", "query { nearest { document { text: 'tea' model: 'qdrant/bm25' options { key: 'k' value { double_value: 1.5 } } } } }",
     f"{P}/query", {}, {"query": {"nearest": {"text": "tea", "model": "qdrant/bm25", "options": {"k": 1.5}}}}),
    ("Query", "query { nearest_with_mmr { nearest { dense { data: 1 } } mmr { diversity: 0.5 candidates_limit: 9 } } }",
     f"{P}/query", {}, {"query": {"nearest": [1.0], "mmr": {"diversity": 0.5, "candidates_limit": 9}}}),
    ("Query", "query { recommend { positive { id { num: 1 } } positive { dense { data: 1 } } negative { id { num: 2 } } strategy: BestScore } }",
     f"{P}/query", {}, {"query": {"recommend": {"positive": [1, [1.0]], "negative": [2], "strategy": "best_score"}}}),
    ("Query", "query { discover { target { id { num: 1 } } context { pairs { positive { id { num: 2 } } negative { id { num: 3 } } } } } }",
     f"{P}/query", {}, {"query": {"discover": {"target": 1, "context": [{"positive": 2, "negative": 3}]}}}),
    ("Query", "query { context { pairs { positive { id { num: 2 } } negative { id { num: 3 } } } } }",
     f"{P}/query", {}, {"query": {"context": [{"positive": 2, "negative": 3}]}}),
    ("Query", "query { order_by { key: 'age' direction: Desc start_from { integer: 7 } } }",
     f"{P}/query", {}, {"query": {"order_by": {"key": "age", "direction": "desc", "start_from": 7}}}),
    ("Query", "query { order_by { key: 'age' start_from { float: 7 } } }",
     f"{P}/query", {}, {"query": {"order_by": {"key": "age", "start_from": 7.0}}}),
    ("Query", "prefetch { query { nearest { dense { data: 1 } } } filter { must { has_vector { has_vector: 'a' } } } limit: 5 prefetch { limit: 9 } } query { fusion: RRF }",
     f"{P}/query", {}, {"prefetch": [{"query": {"nearest": [1.0]}, "filter": {"must": [{"has_vector": "a"}]}, "limit": 5,
                                      "prefetch": [{"limit": 9}]}], "query": {"fusion": "rrf"}}),
    ("Query", "query { rrf { k: 5 weights: [1, 0.5] } }", f"{P}/query", {}, {"query": {"rrf": {"k": 5, "weights": [1.0, 0.5]}}}),
    ("Query", "query { sample: Random }", f"{P}/query", {}, {"query": {"sample": "random"}}),
    ("Query", "query { relevance_feedback { target { id { num: 1 } } feedback { example { id { num: 2 } } score: 0.5 } strategy { naive { a: 1 b: 0 c: 1 } } } }",
     f"{P}/query", {}, {"query": {"relevance_feedback": {"target": 1, "feedback": [{"example": 2, "score": 0.5}],
                                                         "strategy": {"naive": {"a": 1.0, "b": 0.0, "c": 1.0}}}}}),
    ("Query", "query { formula { expression { sum { sum { variable: '$score' } sum { mult { mult { constant: 0.5 } mult { condition { field { key: 'dept' match { keywords { strings: 'it' } } } } } } } } } defaults { key: 'age' value { integer_value: 7 } } } }",
     f"{P}/query", {}, {"query": {"formula": {"sum": ["$score", {"mult": [0.5, {"key": "dept", "match": {"any": ["it"]}}]}]},
                                  "defaults": {"age": 7}}}),
    ("Query", "query { formula { expression { exp_decay { x { geo_distance { origin { lon: 1 lat: 0 } to: 'home' } } target { datetime: '2020-01-01' } scale: 2 } } } }",
     f"{P}/query", {}, {"query": {"formula": {"exp_decay": {"x": {"geo_distance": {"origin": {"lon": 1.0, "lat": 0.0}, "to": "home"}},
                                                            "target": {"datetime": "2020-01-01"}, "scale": 2.0}}}}),
    ("Query", "query { formula { expression { div { left { neg { datetime_key: 'joined' } } right { pow { base { variable: 'age' } exponent { constant: 2 } } } by_zero_default: 1 } } } }",
     f"{P}/query", {}, {"query": {"formula": {"div": {"left": {"neg": {"datetime_key": "joined"}},
                                                      "right": {"pow": {"base": "age", "exponent": 2.0}}, "by_zero_default": 1.0}}}}),
    ("Query", "params { hnsw_ef: 9 exact: false quantization { ignore: true oversampling: 2 } acorn { enable: true } idf { corpus { must { is_null { key: 'a' } } } } }",
     f"{P}/query", {}, {"params": {"hnsw_ef": 9, "exact": False, "quantization": {"ignore": True, "oversampling": 2.0},
                                   "acorn": {"enable": True}, "idf": {"corpus": {"must": [{"is_null": {"key": "a"}}]}}}}),
    ("Query", "params { idf {} }", f"{P}/query", {}, {"params": {"idf": "global"}}),
    ("Query", "lookup_from { collection_name: 'other' vector_name: 'a' shard_key_selector { shard_keys { number: 7 } } }",
     f"{P}/query", {}, {"lookup_from": {"collection": "other", "vector": "a", "shard_key": 7}}),
    ("Query", "with_payload { include { fields: ['a', 'b.c'] } } with_vectors { include { names: 'v' } } read_consistency { type: Majority } timeout: 5",
     f"{P}/query", {"consistency": "majority", "timeout": "5"}, {"with_payload": {"include": ["a", "b.c"]}, "with_vector": ["v"]}),
    ("Query", "with_payload { exclude { fields: 'a' } } with_vectors { enable: true } read_consistency { factor: 2 }",
     f"{P}/query", {"consistency": "2"}, {"with_payload": {"exclude": ["a"]}, "with_vector": True}),
    ("Query", "shard_key_selector { shard_keys { keyword: 'acme' } }", f"{P}/query", {}, {"shard_key": "acme"}),
    ("Query", "shard_key_selector { shard_keys { keyword: 'acme' } shard_keys { number: 1 } }", f"{P}/query", {}, {"shard_key": ["acme", 1]}),
    ("Query", "shard_key_selector { shard_keys { keyword: 'acme' } fallback { keyword: 'all' } }", f"{P}/query", {},
     {"shard_key": {"target": "acme", "fallback": "all"}}),
    ("QueryBatch", "query_points { limit: 1 } query_points { collection_name: 'people' query { sample: Random } }",
     f"{P}/query/batch", {}, {"searches": [{"limit": 1}, {"query": {"sample": "random"}}]}),
    ("QueryGroups", "group_by: 'dept' group_size: 2 limit: 3 with_lookup { collection: 'other' with_payload { enable: true } }",
     f"{P}/query/groups", {}, {"group_by": "dept", "group_size": 2, "limit": 3,
                               "with_lookup": {"collection": "other", "with_payload": True}}),
    ("Search", "vector: 1", f"{P}/search", {}, {"vector": [1.0], "limit": 0}),  # as the server reads it
    ("Search", "vector: [1, 0.5] limit: 2", f"{P}/search", {}, {"vector": [1.0, 0.5], "limit": 2}),
    ("Search", "vector: [1] vector_name: 's' sparse_indices { data: 3 } limit: 2",
     f"{P}/search", {}, {"vector": {"name": "s", "vector": {"indices": [3], "values": [1.0]}}, "limit": 2}),
    ("SearchBatch", "search_points { vector: 1 limit: 2 }", f"{P}/search/batch", {}, {"searches": [{"vector": [1.0], "limit": 2}]}),
    ("Recommend", "positive { num: 1 } positive_vectors { dense { data: 1 } } negative { num: 2 } strategy: AverageVector limit: 2",
     f"{P}/recommend", {}, {"positive": [1, [1.0]], "negative": [2], "strategy": "average_vector", "limit": 2}),
    ("Discover", "target { single { id { num: 1 } } } context { positive { id { num: 2 } } negative { vector { dense { data: 1 } } } } limit: 2",
     f"{P}/discover", {}, {"target": 1, "context": [{"positive": 2, "negative": [1.0]}], "limit": 2}),
    ("SearchMatrixPairs", "sample: 4 limit: 2 using: 'a'", f"{P}/search/matrix/pairs", {}, {"sample": 4, "limit": 2, "using": "a"}),
]  # fmt: skip


@every(("method", "text", "path", "query", "body"), CASES, ids=[f"{one[0]} {i}" for i, one in enumerate(CASES)])
def test_a_message_is_its_twin_and_back(method: str, text: str, path: str, query: dict[str, str], body: Any) -> None:
    there_and_back(method, text, path, query, body)
