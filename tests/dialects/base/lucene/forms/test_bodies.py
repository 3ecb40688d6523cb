"""What may the body of a call hold beside its query?"""

from typing import Any

from support.lucene.asked import ALL, Described
from support.tools.every import every

BESIDE: list[tuple[str, Any]] = [
    ("suggest", {"s": {"text": "a", "term": {"field": "name"}}}), ("profile", True), ("explain", True), ("fields", ["phone"]),
    ("docvalue_fields", ["phone"]), ("stored_fields", ["iban"]), ("highlight", {"fields": {"a": {}}}), ("collapse", "age"),
    ("rescore", {"window_size": 5, "query": {"rescore_query": ALL}}), ("script_fields", {"a": {"script": "1"}}), ("runtime_mappings", {}), ("derived", {}),
    ("search_pipeline", 7), ("ext", {}), ("indices_boost", []), ("stats", ["x"]), ("unknown", 1),
]  # fmt: skip


def test_settings_of_an_index_name_no_file_of_the_server() -> None:
    """What is left out of texts, or found for a word, would tell what stands in it."""
    for key in ("synonyms_path", "stopwords_path", "user_dictionary", "rule_files"):
        for settings in (
            {"index": {"analysis": {"filter": {"f": {"type": "x", key: "a.yml"}}}}},
            {f"analysis.filter.f.{key}": "a.yml"},
        ):
            assert "names a file" in Described().no("PUT", "/new", {"settings": settings})
            assert "names a file" in Described().no("PUT", "/people/_settings", settings)
    hunspell: Any = {"analysis": {"filter": {"f": {"type": "hunspell", "locale": "en_US"}}}}
    assert "names a file" in Described().no("PUT", "/new", {"settings": hunspell})
    Described().read(
        "PUT", "/new", {"settings": {"analysis": {"filter": {"f": {"type": "synonym", "synonyms": ["a, b"]}}}}}
    )


@every(("member", "value"), BESIDE)
def test_a_search_may_not_say(member: str, value: Any) -> None:
    """O-43, O-46, O-51, O-52, O-53"""
    assert f"'{member}'" in Described().no("POST", "/people/_search", {member: value})
    assert "body.unreadable" in Described().no("POST", "/people/_msearch", [{}, {member: value}])
