"""Is each filter the `where` that says the same, there and back?"""

from typing import Any, Final

from support.tools.every import every
from support.weaviate.messages import filters as told
from support.weaviate.messages import new
from vecgate.dialects.weaviate.grpc import filters
from vecgate.dialects.weaviate.where import Where

LEAF: Final = {"operator": "Equal", "path": ["name"], "valueText": "a"}
#: As bodies have them.
WHERES: Final[list[dict[str, Any]]] = [
    LEAF, {**LEAF, "operator": "NotEqual"}, {**LEAF, "operator": "Like", "valueText": "a*"},
    {"operator": "GreaterThan", "path": ["age"], "valueInt": -3}, {"operator": "LessThanEqual", "path": ["len(name)"], "valueInt": 3},
    {"operator": "GreaterThanEqual", "path": ["score"], "valueNumber": 1.5}, {"operator": "LessThan", "path": ["_creationTimeUnix"], "valueText": "1"},
    {"operator": "IsNull", "path": ["name"], "valueBoolean": False}, {"operator": "Equal", "path": ["vip"], "valueBoolean": False},
    {"operator": "ContainsAny", "path": ["id"], "valueTextArray": ["a", "b"]}, {"operator": "ContainsAll", "path": ["age"], "valueIntArray": [1, 0]},
    {"operator": "ContainsNone", "path": ["vip"], "valueBooleanArray": [True]}, {"operator": "ContainsAny", "path": ["score"], "valueNumberArray": [0.0]},
    {"operator": "Not", "operands": [LEAF]}, {"operator": "And", "operands": [LEAF, {"operator": "Or", "operands": [LEAF, LEAF]}]},
]  # fmt: skip


@every("where", WHERES)
def test_a_filter_says_what_its_where_says(where: dict[str, Any]) -> None:
    message = told(where)
    assert filters.where(message, lists=False) == where
    again = new("Filters")
    filters.put(again, where)
    assert again == message
    as_document = filters.where(message, lists=True)
    assert Where(lists=True).read(as_document, "where") == as_document
    other = new("Filters")
    filters.put(other, as_document)
    assert other == message


def test_a_range_on_earth_is_one() -> None:
    place = new("GeoCoordinatesFilter", latitude=52.5, longitude=13.5, distance=2000.0)
    message = new("Filters", operator=9, value_geo=place, target=new("FilterTarget", property="home"))
    told_ = filters.where(message, lists=True)
    range_ = {"geoCoordinates": {"latitude": 52.5, "longitude": 13.5}, "distance": {"max": 2000.0}}
    assert told_ == {"operator": "WithinGeoRange", "path": ["home"], "valueGeoRange": range_}
    again = new("Filters")
    filters.put(again, told_)
    assert again == message


def test_a_date_of_a_document_is_a_text_of_a_message() -> None:
    message = new("Filters")
    filters.put(message, {"operator": "Equal", "path": ["born"], "valueDate": "1990-01-01T00:00:00Z"})
    assert message.value_text == "1990-01-01T00:00:00Z"
