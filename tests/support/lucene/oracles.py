"""How is a field that one sees masked asked for? Every clause of the query language that tells something of it, in every place."""

from typing import Any, Final

ANA, BO = "ana.ruiz@example.com", "bo.li@example.com"
MAPPED: Final[Any] = {
    "email": {"type": "keyword", "fields": {"words": {"type": "text"}}},
    "salary": {"type": "integer"},
    "born": {"type": "date", "format": "yyyyMMdd"},
    "dept": {"type": "keyword"},
    "desk": {"type": "long"},
    "text": {"type": "text", "fielddata": True},
    "person": {"properties": {"name": {"type": "keyword"}, "age": {"type": "integer"}}},
    "vec": {"type": "knn_vector", "dimension": 2, "method": {"name": "hnsw", "engine": "lucene", "space_type": "l2"}},
}
PEOPLE: Final[list[Any]] = [
    {"email": ANA, "salary": 5200, "person": {"name": "Ana Ruiz", "age": 41}, "born": "19840102", "dept": "hr", "text": f"Mail {ANA} a refund.", "vec": [1.0, 0.5]},
    {"email": BO, "salary": 4100, "person": {"name": "Bo Li", "age": 38}, "born": "19870304", "dept": "it", "text": "The pump leaks.", "vec": [1.0, 0.5]},
]  # fmt: skip
SALARY: Final[Any] = {"range": {"salary": {"gt": 5000}}}
HR: Final[Any] = {"term": {"dept": "hr"}}


def _asking(query: Any) -> Any:
    return {"query": query}


def _summed(kind: str, **told: Any) -> Any:
    return {"size": 0, "aggs": {"x": {kind: told}}}


_S: Final = "/town/_search"
#: (path, body, the field that a refusal names)
ASKED: Final[list[tuple[str, Any, str]]] = [
    (_S, _asking({"term": {"email": ANA}}), "email"),
    (_S, _asking({"term": {"email": {"value": ANA, "boost": 2}}}), "email"),
    (_S, _asking({"terms": {"email": [ANA, BO]}}), "email"),
    (_S, _asking({"prefix": {"email": "ana"}}), "email"),
    (_S, _asking({"wildcard": {"email": {"value": "ana*"}}}), "email"),
    (_S, _asking({"exists": {"field": "email"}}), "email"),
    (_S, _asking({"match": {"email": ANA}}), "email"),
    (_S, _asking({"match": {"email.words": "ana"}}), "email"),
    (_S, _asking({"match_phrase": {"email.words": "ana ruiz"}}), "email"),
    (_S, _asking({"match_phrase_prefix": {"email.words": "an"}}), "email"),
    (_S, _asking({"match_bool_prefix": {"email.words": "ana r"}}), "email"),
    (_S, _asking({"multi_match": {"query": "ana", "fields": ["dept", "email.words^3"]}}), "email"),
    (_S, _asking({"term": {"salary": 5200}}), "salary"),
    (_S, _asking(SALARY), "salary"),
    (_S, _asking({"range": {"born": {"lt": "19850101"}}}), "born"),
    (_S, _asking({"term": {"person.name": "Ana Ruiz"}}), "person.name"),
    (_S, _asking({"range": {"person.age": {"gte": 40}}}), "person.age"),
    (_S, _asking({"range": {"dept": {"gte": "card 4", "lt": "card 5"}}}), "dept"),  # half by half
    (_S, _asking({"range": {"dept": {"gt": "h"}}}), "dept"),
    (_S, _asking({"bool": {"must": [HR, SALARY]}}), "salary"),
    (_S, _asking({"bool": {"must_not": [SALARY]}}), "salary"),
    (_S, _asking({"bool": {"should": [SALARY], "minimum_should_match": 0}}), "salary"),
    (_S, _asking({"bool": {"filter": {"bool": {"filter": [{"bool": {"must": SALARY}}]}}}}), "salary"),
    (_S, _asking({"constant_score": {"filter": SALARY}}), "salary"),
    (_S, _asking({"dis_max": {"queries": [HR, SALARY]}}), "salary"),
    (_S, _asking({"boosting": {"positive": HR, "negative": SALARY, "negative_boost": 0.5}}), "salary"),
    (_S, _asking({"term": {"dept": ANA}}), "dept"),
    (_S, _asking({"terms": {"dept": ["hr", ANA]}}), "dept"),
    (_S, _asking({"match": {"text": ANA}}), "text"),
    # words of a text, which a server looks for where its field is one
    (_S, _asking({"term": {"text": "4111"}}), "text"),
    (_S, _asking({"term": {"text": {"value": 4111}}}), "text"),
    (_S, _asking({"terms": {"text": ["pump", "4111"]}}), "text"),
    (_S, _asking({"match": {"text": 4111}}), "text"),
    (_S, _asking({"match_phrase_prefix": {"text": 411}}), "text"),
    (_S, _asking({"multi_match": {"query": 4111, "fields": ["desk", "text"]}}), "text"),
    (_S, _asking({"range": {"text": {"gte": "rui", "lt": "ruj"}}}), "text"),
    (_S, _asking({"regexp": {"text": "~xuiz"}}), "text"),
    (_S, {"size": 0, "aggs": {"x": {"filter": {"term": {"text": "4111"}}}}}, "text"),
    (_S, _summed("terms", field="text"), "text"),
    (_S, {"sort": ["text"]}, "text"),
    (_S, _asking({"knn": {"vec": {"vector": [1, 0.5], "k": 2, "filter": SALARY}}}), "salary"),
    (_S, {"post_filter": SALARY}, "salary"),
    (_S, {"sort": ["salary"]}, "salary"),
    (_S, {"collapse": {"field": "email"}}, "email"),
    (_S, {"query": {"hybrid": {"queries": [HR, SALARY]}}, "search_pipeline": {"phase_results_processors": [{"normalization-processor": {}}]}}, "salary"),
    (_S, {"sort": [{"born": {"order": "desc"}}]}, "born"),
    (_S, {"sort": [{"dept": "asc"}, "email"]}, "email"),
    (_S, _summed("terms", field="email"), "email"),
    (_S, _summed("avg", field="salary"), "salary"),
    (_S, _summed("max", field="salary"), "salary"),
    (_S, _summed("cardinality", field="email"), "email"),
    (_S, _summed("value_count", field="email"), "email"),
    (_S, _summed("range", field="salary", ranges=[{"from": 5000}]), "salary"),
    (_S, {"size": 0, "aggs": {"x": {"filter": SALARY}}}, "salary"),
    (_S, {"size": 0, "aggs": {"x": {"terms": {"field": "dept"}, "aggs": {"y": {"max": {"field": "salary"}}}}}}, "salary"),
    (_S, _summed("terms", field="dept", include=[ANA]), "dept"),
    (_S, _summed("terms", field="dept", exclude=["hr", ANA]), "dept"),
    (_S, _summed("terms", field="dept", missing=ANA), "dept"),
    (_S, _summed("composite", sources=[{"d": {"terms": {"field": "dept"}}}], after={"d": ANA}), "dept"),
    (_S, _summed("composite", sources=[{"d": {"terms": {"field": "dept"}}}], after={"d": "<EMAIL>"}), "dept"),
    (_S, _summed("histogram", field="desk", interval=10), "desk"),
    (_S, _summed("composite", sources=[{"d": {"histogram": {"field": "desk", "interval": 10}}}]), "desk"),
    (_S, _summed("range", field="desk", ranges=[{"from": 4111111111111111}]), "desk"),
    (_S, {"sort": [{"dept": {"order": "asc", "missing": ANA}}]}, "dept"),
    (_S, {"sort": ["dept"], "search_after": ["<EMAIL>"]}, "dept"),
    ("/town/_count", _asking(SALARY), "salary"),
    ("/town/_count", _asking({"term": {"email": ANA}}), "email"),
    ("/town/_msearch", b'{}\n{"query":{"match_all":{}}}\n{}\n{"query":{"range":{"salary":{"gt":5000}}}}\n', "salary"),
    ("/town/_delete_by_query", _asking(SALARY), "salary"),
]  # fmt: skip
