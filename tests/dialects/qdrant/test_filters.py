"""Is a filter read whole, and are all its fields and ids found? Facts Q-15 to Q-17, Q-23 to Q-25."""

from typing import Any

import pytest

from vecgate.dialects.qdrant.filters import FILTER, both, conditions, field, named
from vecgate.refusals.errors import CallRefused

KEY: Any = {"key": "dept", "match": {"value": "hr"}}
WHOLE: Any = {
    "must": [KEY, {"key": "home", "geo_radius": {"center": {"lon": 1, "lat": 2}, "radius": 5}}],
    "should": [{"is_empty": {"key": "a"}}, {"has_id": [1, "0f8fad5b-d9cb-469f-a165-70867728950e"]}, {"has_vector": ""}],
    "min_should": {"conditions": [{"key": "n", "range": {"gte": 1}}, {"slice": {"total": 2, "index": 0}}], "min_count": 1},
    "must_not": [{"nested": {"key": "orders[]", "filter": {"must": [{"key": "sku", "match": {"any": ["x"]}}]}}}, {"must": [{"is_null": {"key": "b"}}]}],
}  # fmt: skip


def test_a_filter_in_its_one_form_stays() -> None:
    assert FILTER.read(WHOLE, "filter") is WHOLE


def test_every_field_of_it_is_found_with_what_is_done_with_it() -> None:
    assert {(field(one.path), one.operator) for one in conditions(WHOLE)} == {
        ("dept", "match"), ("home", "geo_radius"), ("a", "is_empty"), ("n", "range"), ("orders[].sku", "match"), ("b", "is_null"),
    }  # fmt: skip


def test_every_id_of_it_is_found() -> None:
    assert [one for _, one in named(WHOLE)] == [1, "0f8fad5b-d9cb-469f-a165-70867728950e"]
    assert [one for _, one in named(both({"has_id": [5]}, {"must_not": [{"has_id": [6]}]}))] == [5, 6]


@pytest.mark.parametrize(
    "bad",
    [
        {"must": [{"key": "a", "match": {"value": 1.5}}]}, {"must": [{"key": "a", "match": {"any": ["x", 1]}}]}, {"must": [{"key": "a", "match": {}}]},
        {"must": [{"key": "a", "range": {"gt": 1, "lt": "2024-01-01"}}]}, {"must": [{"key": "a", "range": {"from": 1}}]},
        {"min_should": {"conditions": [], "min_count": 0}}, {"min_should": {"conditions": []}}, {"must": "x"}, {"must": [5]}, {"must": [[KEY]]},
        {"must": [{"has_id": 1}]}, {"must": [{"has_id": [1], "has_vector": ""}]}, {"must": [{"nested": {"key": "a"}}]}, {"must": [{"is_empty": "a"}]},
        {"key": "a", "match": {"value": 1}}, {"must": [{"filter": {}}]},
    ],
)  # fmt: skip
def test_a_filter_that_is_not_known_in_full_is_refused(bad: Any) -> None:
    with pytest.raises(CallRefused):
        FILTER.read(bad, "filter")
