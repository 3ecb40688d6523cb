"""What does a filter say? Read as the server reads it, and handed to the engine as it stands, clause by clause."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import qdrant_edge as q

from demo.qdrant_edge_shim import reading
from demo.qdrant_edge_shim.faults import Fault
from demo.qdrant_edge_shim.reading import Bad, maybe, members, need

_CLAUSES: Final = ("should", "min_should", "must", "must_not")
_FIELD: Final = (
    "key", "match", "range", "geo_bounding_box", "geo_radius", "geo_polygon", "values_count", "is_empty", "is_null",
)  # fmt: skip
_SOME_CONDITION: Final = (
    'Expected some form of condition, which can be a field condition (like {"key": ..., "match": ... }), or '
    "some other mentioned in the documentation: https://qdrant.tech/documentation/concepts/filtering/#filtering-conditions"
)
_NO_OPERATOR: Final = "Validation error: At least one field condition must be specified [{}]"


def read(value: Any, where: str = "filter", *, loose: bool = False) -> q.Filter:
    """A filter. Raises Bad, and Fault for what is well-formed and means nothing."""
    found = members(value, "Filter", _CLAUSES, deny=True, loose=loose)
    return q.Filter(
        must=_conditions(found, "must", where),
        should=_conditions(found, "should", where),
        must_not=_conditions(found, "must_not", where),
        min_should=maybe(found, "min_should", lambda one: _min_should(one, f"{where}.min_should", loose=loose)),
    )


def maybe_filter(found: dict[str, Any], name: str, where: str, *, loose: bool = False) -> q.Filter | None:
    return maybe(found, name, lambda one: read(one, f"{where}{name}", loose=loose))


def _conditions(found: dict[str, Any], name: str, where: str) -> list[Any] | None:
    value = found.get(name)
    if value is None:
        return None
    return [condition(one, f"{where}.{name}[{n}]") for n, one in enumerate(reading.one_or_many(value))]


def _min_should(value: Any, where: str, *, loose: bool) -> q.MinShould:
    found = members(value, "MinShould", ("conditions", "min_count"), loose=loose)
    conditions = [
        condition(one, f"{where}.conditions[{n}]") for n, one in enumerate(reading.sequence(need(found, "conditions")))
    ]
    count = reading.usize(need(found, "min_count"))
    if count < 1:
        raise Fault.invalid(f"{where}.min_count", f"value {count} invalid, must be 1 or larger")
    return q.MinShould(conditions=conditions, min_count=count)


def condition(value: Any, where: str) -> Any:
    """One condition: the first kind that fits counts, other members are not looked at."""
    if isinstance(value, list):
        return _by_place(value, where)
    if not isinstance(value, dict):
        raise Bad(_SOME_CONDITION)
    if "key" in value:
        return _field(value, where)
    for name, make in _OTHER.items():
        if name in value:
            return make(value[name])
    if "nested" in value:
        return _nested(value["nested"], where)
    return _as_filter(value, where)


def _as_filter(value: Any, where: str) -> q.Filter:
    try:
        return read(value, where, loose=True)
    except Bad as e:
        raise Bad(_SOME_CONDITION if "unknown field" in str(e) else str(e)) from None


def _by_place(value: list[Any], where: str) -> Any:
    """An array in place of a condition: what it is shows in its length and its first element."""
    if len(value) == len(_FIELD) and isinstance(value[0], str):
        return _field(value, where)
    if len(value) == len(_CLAUSES):
        return _as_filter(value, where)
    if len(value) == 1 and isinstance(value[0], list):
        return _has_id(value[0])
    if len(value) == 1 and isinstance(value[0], dict) and "key" in value[0] and "filter" not in value[0]:
        return _is_empty(value[0])
    raise Bad(_SOME_CONDITION)


def _field(value: Any, where: str) -> q.FieldCondition:
    found = members(value, "FieldCondition", _FIELD, loose=True)
    operators = {name: maybe(found, name, read_one) for name, read_one in _OPERATORS.items()}
    if all(one is None for one in operators.values()):
        raise Fault.invalid(f"{where}.__all__", _NO_OPERATOR)
    return q.FieldCondition(key=path(need(found, "key")), **operators)


def path(value: Any) -> str:
    """A JSON path, checked by the engine. Raises Bad."""
    said = reading.string(value)
    try:
        q.IsNullCondition(said)
    except ValueError:
        raise Bad(f"Invalid json path: '{said}'") from None
    return said


def _match(value: Any) -> Any:
    no = Bad("data did not match any variant of untagged enum MatchInterface")
    if isinstance(value, list):  # by place: the kind shows in what the one element is
        value = {"any" if value and isinstance(value[0], list) else "value": value[0]} if len(value) == 1 else {}
    if not isinstance(value, dict):
        raise no
    name = next((name for name in _MATCHES if name in value), "")
    if not name:
        raise no
    inner, (make, fits) = value[name], _MATCHES[name]
    if not fits(inner):
        rest = {key: one for key, one in value.items() if key != name}
        if rest:
            return _match(rest)
        raise no
    return make(np.bool_(inner) if isinstance(inner, bool) else inner)  # True alone would become the number 1


def _is_value(value: Any) -> bool:
    return isinstance(value, (str, bool)) or (type(value) is int and -(1 << 63) <= value < 1 << 63)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_values(value: Any) -> bool:
    return isinstance(value, list) and (
        all(isinstance(one, str) for one in value) or all(type(one) is int for one in value)
    )


_MATCHES: Final[dict[str, tuple[Callable[[Any], Any], Callable[[Any], bool]]]] = {
    "value": (q.MatchValue, _is_value),
    "text": (q.MatchText, _is_text),
    "text_any": (q.MatchTextAny, _is_text),
    "phrase": (q.MatchPhrase, _is_text),
    "prefix": (q.MatchPrefix, _is_text),
    "any": (q.MatchAny, _is_values),
    "except": (q.MatchExcept, _is_values),
}


def _range(value: Any) -> q.RangeFloat | q.RangeDateTime:
    found = members(value, "Range", ("lt", "gt", "gte", "lte"), optional_tail=0, loose=True)
    said = {name: one for name, one in found.items() if one is not None}
    texts = [one for one in said.values() if isinstance(one, str)]
    if not texts:
        return q.RangeFloat(**{name: reading.number(one, "f64") for name, one in said.items()})
    for text in texts:
        try:
            q.RangeDateTime(gt=text)
        except ValueError:
            raise Bad(
                f"'{text}' does not match accepted datetime format (RFC3339). Example: 2014-01-01T00:00:00Z"
            ) from None
    return q.RangeDateTime(**{name: reading.string(one) for name, one in said.items()})


def geo_point(value: Any) -> q.GeoPoint:
    found = members(value, "GeoPoint", ("lon", "lat"), loose=True)
    lon, lat = reading.number(need(found, "lon"), "f64"), reading.number(need(found, "lat"), "f64")
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Bad(f"Wrong geo point: lon={lon}, lat={lat}")
    return q.GeoPoint(lon, lat)


def _geo_box(value: Any) -> q.GeoBoundingBox:
    found = members(value, "GeoBoundingBox", ("top_left", "bottom_right"), loose=True)
    return q.GeoBoundingBox(geo_point(need(found, "top_left")), geo_point(need(found, "bottom_right")))


def _geo_radius(value: Any) -> q.GeoRadius:
    found = members(value, "GeoRadius", ("center", "radius"), loose=True)
    return q.GeoRadius(geo_point(need(found, "center")), reading.number(need(found, "radius"), "f64"))


def _geo_polygon(value: Any) -> q.GeoPolygon:
    found = members(value, "GeoPolygon", ("exterior", "interiors"), loose=True)

    def line(one: Any) -> list[q.GeoPoint]:
        return [geo_point(p) for p in reading.sequence(need(members(one, "GeoLineString", ("points",)), "points"))]

    interiors = maybe(found, "interiors", lambda many: [line(one) for one in reading.sequence(many)])
    return q.GeoPolygon(line(need(found, "exterior")), interiors)


def _values_count(value: Any) -> q.ValuesCount:
    found = members(value, "ValuesCount", ("lt", "gt", "gte", "lte"), loose=True)
    return q.ValuesCount(**{name: reading.usize(one) for name, one in found.items() if one is not None})


_OPERATORS: Final[dict[str, Callable[[Any], Any]]] = {
    "match": _match,
    "range": _range,
    "geo_bounding_box": _geo_box,
    "geo_radius": _geo_radius,
    "geo_polygon": _geo_polygon,
    "values_count": _values_count,
    "is_empty": reading.boolean,
    "is_null": reading.boolean,
}


def _is_empty(value: Any) -> q.IsEmptyCondition:
    return q.IsEmptyCondition(path(need(members(value, "PayloadField", ("key",), loose=True), "key")))


def _is_null(value: Any) -> q.IsNullCondition:
    return q.IsNullCondition(path(need(members(value, "PayloadField", ("key",), loose=True), "key")))


def _has_id(value: Any) -> q.HasIdCondition:
    return q.HasIdCondition(set(reading.point_ids(value)))


def _slice(value: Any) -> q.SliceCondition:
    found = members(value, "Slice", ("total", "index"), loose=True)
    return q.SliceCondition(total=reading.usize(need(found, "total")), index=reading.usize(need(found, "index")))


_OTHER: Final[dict[str, Callable[[Any], Any]]] = {
    "is_empty": _is_empty,
    "is_null": _is_null,
    "has_id": _has_id,
    "has_vector": lambda value: q.HasVectorCondition(reading.string(value)),
    "slice": _slice,
}


def _nested(value: Any, where: str) -> q.NestedCondition:
    found = members(value, "Nested", ("key", "filter"), loose=True)
    return q.NestedCondition(
        path(need(found, "key")), read(need(found, "filter"), f"{where}.nested.filter", loose=True)
    )


def without(given: q.Filter | None, *more: Any) -> q.Filter:
    """The filter with conditions that must not hold, put beside its own clauses, as the server merges them."""
    if given is None:
        return q.Filter(must_not=[*more])
    return q.Filter(given.must, given.should, [*(given.must_not or []), *more], given.min_should)


def among(given: q.Filter | None, ids: set[Any]) -> q.Filter:
    """The filter with one more clause: one of these ids."""
    only = q.HasIdCondition(ids)
    if given is None:
        return q.Filter(must=[only])
    return q.Filter([*(given.must or []), only], given.should, given.must_not, given.min_should)
