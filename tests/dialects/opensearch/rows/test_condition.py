"""Which query finds the records of some rows, by how an index keeps their field?"""

from dataclasses import replace
from typing import Any

from dialects.opensearch.conftest import KEYWORD, OWN, PEOPLE, T, no, scoped
from support.tools.every import every
from vecgate.dialects.opensearch.names import Index
from vecgate.dialects.opensearch.rows import condition
from vecgate.domain.row import Row

FIELDS: list[tuple[Any, str]] = [
    ({"type": "keyword"}, "tenant"), ({"type": "text", "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}}, "tenant.keyword"),
    ({"type": "text", "fields": {"raw": {"type": "keyword"}, "low": {"type": "keyword", "normalizer": "lowercase"}}}, "tenant.raw"), ({"type": "long"}, "tenant"),
]  # fmt: skip


NO_FIELDS: list[tuple[Any, str]] = [
    ({"type": "text"}, "as a keyword"), ({"type": "keyword", "normalizer": "lowercase"}, "as a keyword"), ({"type": "keyword", "null_value": "acme"}, "as a keyword"),
    ({"type": "alias", "path": "city"}, "part of something else"), ({"type": "nested"}, "part of something else"), ({"type": "float"}, "as a keyword"),
    ({"type": "join"}, "part of something else"), ({"type": "text", "fields": {"low": {"type": "keyword", "normalizer": "lowercase"}}}, "as a keyword"),
]  # fmt: skip


@every(("mapping", "field"), FIELDS)
def test_rows_are_found_by_what_keeps_values_whole(mapping: Any, field: str) -> None:
    """O-65"""
    tree: Any = scoped("POST", "/people/_search", {}, mapped={**PEOPLE, "tenant": mapping}).call.tree
    assert field in tree["query"]["bool"]["filter"][0]["bool"]["filter"][0]["terms"]


@every(("mapping", "why"), NO_FIELDS)
def test_a_field_that_does_not_is_refused(mapping: Any, why: str) -> None:
    """O-65"""
    for call in (("POST", "/people/_search", {}), ("PUT", "/people/_doc/r1", {}), ("GET", "/people/_doc/r1")):
        assert why in no(*call, mapped={**PEOPLE, "tenant": mapping})


def test_an_index_that_changes_what_is_written_or_found_is_refused() -> None:
    """O-52, O-65"""
    for key in ("index.default_pipeline", "index.final_pipeline", "index.search.default_pipeline"):
        assert "pipeline" in no("PUT", "/people/_doc/r1", {}, settings={key: "p"})
        assert scoped("PUT", "/people/_doc/r1", {}, settings={key: "_none"})
    copied = {**PEOPLE, "city": {"type": "keyword", "copy_to": ["tenant"]}}
    assert "copies other fields" in no("POST", "/people/_search", {}, mapped=copied)


def test_rows_of_several_values_and_fields_are_all_demanded() -> None:
    """O-63"""
    several = replace(OWN, rows=(Row("tenant", ("globex", "acme")), Row("age", (3,))))
    tree: Any = scoped("POST", "/people/_search", {}, decision=several).call.tree
    condition = tree["query"]["bool"]["filter"][0]["bool"]
    assert condition["filter"] == [{"terms": {"tenant": ["acme", "globex"]}}, {"terms": {"age": [3]}}]
    assert {"range": {"tenant": {"gt": "acme", "lt": "globex"}}} in condition["must_not"]
    assert {"range": {"age": {"gt": 3}}} in condition["must_not"]


def test_indices_that_keep_a_field_in_different_ways_are_each_asked_in_theirs() -> None:
    """O-65"""
    text = {"properties": {"tenant": {"type": "text", "fields": {"keyword": KEYWORD}}}}
    indices = [
        Index(name, "u", {}, {}, mapping) for name, mapping in (("a", {"properties": PEOPLE}), ("b", text), ("c", text))
    ]
    made: Any = condition.of(indices, "search", OWN)
    assert made["bool"]["minimum_should_match"] == 1
    assert [one["bool"]["filter"][0] for one in made["bool"]["should"]] == [
        {"terms": {"_index": ["a"]}},
        {"terms": {"_index": ["b", "c"]}},
    ]
    assert made["bool"]["should"][0]["bool"]["filter"][1] == T
