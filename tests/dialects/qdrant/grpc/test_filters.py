"""Is each condition of a filter the one that REST has, and back?"""

from typing import Any, Final

from dialects.qdrant.grpc.recorded import spoken
from dialects.qdrant.grpc.said import message, twin
from support.tools.every import every

#: Conditions, each as REST has it.
CONDITIONS: Final[list[tuple[str, Any]]] = [
    ("field { key: 'a' match { keyword: 'x' } }", {"key": "a", "match": {"value": "x"}}),
    ("field { key: 'a' match { integer: -7 } }", {"key": "a", "match": {"value": -7}}),
    ("field { key: 'a' match { boolean: false } }", {"key": "a", "match": {"value": False}}),
    *((f"field {{ key: 'a' match {{ {kind}: 'x' }} }}", {"key": "a", "match": {kind: "x"}})
      for kind in ("text", "text_any", "phrase", "prefix")),
    ("field { key: 'a' match { integers { integers: [1, 2] } } }", {"key": "a", "match": {"any": [1, 2]}}),
    ("field { key: 'a' match { except_keywords { strings: ['x'] } } }", {"key": "a", "match": {"except": ["x"]}}),
    ("field { key: 'a' match { keywords {} } }", {"key": "a", "match": {"any": []}}),
    ("field { key: 'a' range { gte: 0 lt: 1.5 } }", {"key": "a", "range": {"gte": 0.0, "lt": 1.5}}),
    ("field { key: 'a' datetime_range { gt { seconds: 978307200 } lte { seconds: -1 nanos: 500000000 } } }",
     {"key": "a", "range": {"gt": "2001-01-01T00:00:00Z", "lte": "1969-12-31T23:59:59.5Z"}}),
    ("field { key: 'a' geo_bounding_box { top_left { lon: 1 lat: 2 } bottom_right { lon: 0 lat: 0 } } }",
     {"key": "a", "geo_bounding_box": {"top_left": {"lon": 1.0, "lat": 2.0}, "bottom_right": {"lon": 0.0, "lat": 0.0}}}),
    ("field { key: 'a' geo_radius { center { lon: 1 lat: 2 } radius: 0.5 } }",
     {"key": "a", "geo_radius": {"center": {"lon": 1.0, "lat": 2.0}, "radius": 0.5}}),
    ("field { key: 'a' geo_polygon { exterior { points { lon: 1 lat: 2 } } interiors { points { lon: 1 lat: 2 } } } }",
     {"key": "a", "geo_polygon": {"exterior": {"points": [{"lon": 1.0, "lat": 2.0}]}, "interiors": [{"points": [{"lon": 1.0, "lat": 2.0}]}]}}),
    ("field { key: 'a' values_count { gt: 0 } }", {"key": "a", "values_count": {"gt": 0}}),
    ("field { key: 'a' is_empty: false }", {"key": "a", "is_empty": False}),
    ("is_empty { key: 'a' }", {"is_empty": {"key": "a"}}),
    ("has_id {}", {"has_id": []}),
    ("has_id { has_id { num: 1 } }", {"has_id": [1]}),
    ("nested { key: 'orders' filter { must_not { field { key: 'sku' is_null: true } } } }",
     {"nested": {"key": "orders", "filter": {"must_not": [{"key": "sku", "is_null": True}]}}}),
    ("filter {}", {}),
    ("filter { should { filter { must { has_vector {} } } } min_should { conditions { has_vector {} } min_count: 1 } }",
     {"should": [{"must": [{"has_vector": ""}]}], "min_should": {"conditions": [{"has_vector": ""}], "min_count": 1}}),
]  # fmt: skip


@every(("text", "condition"), CONDITIONS, ids=[f"{i}" for i in range(len(CONDITIONS))])
def test_a_condition_is_its_twin_and_back(text: str, condition: Any) -> None:
    call = twin("/qdrant.Points/Count", f"filter {{ must {{ {text} }} }}")
    assert call.tree == {"filter": {"must": [condition]}}
    assert spoken().message(call).message == message("/qdrant.Points/Count", f"filter {{ must {{ {text} }} }}")
