"""Which fields of a payload are indexed, and how? Read as the server reads it, made by the engine."""

from collections.abc import Callable
from typing import Any, Final

import qdrant_edge as q

from demo.qdrant_edge_shim import filters
from demo.qdrant_edge_shim.faults import Fault
from demo.qdrant_edge_shim.points import done
from demo.qdrant_edge_shim.reading import Bad, members, need
from demo.qdrant_edge_shim.store import Collection

_TYPES: Final = {
    "keyword": (q.PayloadSchemaType.Keyword, q.KeywordIndexParams),
    "integer": (q.PayloadSchemaType.Integer, q.IntegerIndexParams),
    "float": (q.PayloadSchemaType.Float, q.FloatIndexParams),
    "geo": (q.PayloadSchemaType.Geo, q.GeoIndexParams),
    "text": (q.PayloadSchemaType.Text, q.TextIndexParams),
    "bool": (q.PayloadSchemaType.Bool, q.BoolIndexParams),
    "datetime": (q.PayloadSchemaType.Datetime, q.DatetimeIndexParams),
    "uuid": (q.PayloadSchemaType.Uuid, q.UuidIndexParams),
}


def _stopwords(value: Any) -> Any:
    if isinstance(value, str):
        return getattr(q.Language, value.title())
    languages = {getattr(q.Language, one.title()) for one in value.get("languages") or []}
    return q.StopwordsSet(languages or None, set(value.get("custom") or []) or None)


def _stemmer(value: Any) -> Any:
    if value.get("type") == "snowball":
        return q.SnowballParams(getattr(q.SnowballLanguage, str(value["language"]).title()))
    return q.DisabledStemmer()


_PARAMS: Final[dict[str, Callable[[Any], Any]]] = {
    "tokenizer": lambda value: getattr(q.TokenizerType, value.title()),
    "stopwords": _stopwords,
    "stemmer": _stemmer,
}


def _schema(value: Any) -> Any:
    no = Bad("data did not match any variant of untagged enum PayloadFieldSchema")
    if isinstance(value, str) and value in _TYPES:
        return _TYPES[value][0]
    if not isinstance(value, dict) or value.get("type") not in _TYPES:
        raise no
    if value["type"] == "integer" and value.get("lookup") is False and value.get("range") is False:
        what = "Validation error: the 'lookup' and 'range' capabilities can't be both disabled [{}]"
        raise Fault.invalid("field_schema.lookup", what)
    given = {
        key: _PARAMS.get(key, lambda one: one)(one) for key, one in value.items() if key != "type" and one is not None
    }
    try:
        return _TYPES[value["type"]][1](**given)
    except (TypeError, AttributeError, KeyError):
        raise no from None


def index(body: Any) -> Callable[[Collection, bool], Any]:
    found = members(body, "CreateFieldIndex", ("field_name", "field_schema"), aliases={"field_type": "field_schema"})
    name = filters.path(need(found, "field_name"))
    said = found.get("field_schema")
    schema = None if said is None else _schema(said)

    def run(collection: Collection, wait: bool) -> Any:
        if schema is None:
            raise Fault.bad_request("Can't auto-detect field type, please specify `field_schema` in the request")
        number = collection.update(q.UpdateOperation.create_field_index(name, schema))
        collection.indexes[name] = said
        collection.save()
        return done(number, wait=wait)

    return run


def drop_index(collection: Collection, name: str, *, wait: bool) -> Any:
    try:
        key = filters.path(name)
    except Bad as e:
        raise Fault(400, f"Format error in path: {e}") from None
    plain = key.replace('"', "")
    number = collection.update(q.UpdateOperation.delete_field_index(key))
    collection.indexes.pop(plain, None)
    collection.save()
    return done(number, wait=wait)
