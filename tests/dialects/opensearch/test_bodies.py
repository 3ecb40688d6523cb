"""What may the body of a call hold beside its query?"""

from typing import Any

from dialects.opensearch.conftest import ALL, Described
from support.tools.every import every

BESIDE: list[tuple[str, Any]] = [
    ("suggest", {"s": {"text": "a", "term": {"field": "name"}}}), ("profile", True), ("explain", True), ("fields", ["phone"]),
    ("docvalue_fields", ["phone"]), ("stored_fields", ["iban"]), ("highlight", {"fields": {"a": {}}}), ("collapse", {"field": "a", "inner_hits": {"name": "x"}}),
    ("rescore", {"window_size": 5, "query": {"rescore_query": ALL}}), ("script_fields", {"a": {"script": "1"}}), ("runtime_mappings", {}), ("derived", {}),
    ("pit", {"id": "x"}), ("slice", {"id": 0, "max": 2}), ("search_pipeline", "p"), ("ext", {}), ("indices_boost", []), ("stats", ["x"]), ("unknown", 1),
]  # fmt: skip


@every(("member", "value"), BESIDE)
def test_a_search_may_not_say(member: str, value: Any) -> None:
    """O-43, O-46, O-51, O-52, O-53"""
    assert f"'{member}'" in Described().no("POST", "/people/_search", {member: value})
    assert "body.unreadable" in Described().no("POST", "/people/_msearch", [{}, {member: value}])
