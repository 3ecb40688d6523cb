"""In which types do clients get values, and in which once they were masked?"""

from typing import Any, Final

from support.tools.every import every
from support.weaviate.messages import new, reply_of, search
from vecgate.domain.call import Json

A: Final = "abc10000-0000-4000-8000-000000000001"
VALUES: Final[dict[str, dict[str, Any]]] = {
    "name": {"text_value": "Anna"}, "born": {"date_value": "1990-01-15T00:00:00Z"}, "ref": {"uuid_value": A},
    "age": {"int_value": 34}, "score": {"number_value": 3.0}, "vip": {"bool_value": True}, "pic": {"blob_value": "aGk="},
    "extra": {"null_value": 0}, "home": {"geo_value": new("GeoCoordinate", longitude=13.5, latitude=52.5)},
    "tel": {"phone_value": new("PhoneNumber", country_code=49, input="030", national=30, valid=True)},
    "tags": {"list_value": new("ListValue", text_values=new("TextValues", values=["a", "b"]))},
    "none": {"list_value": new("ListValue", date_values=new("DateValues"))},
    "days": {"list_value": new("ListValue", date_values=new("DateValues", values=["1990-01-15T00:00:00Z"]))},
    "ints": {"list_value": new("ListValue", int_values=new("IntValues", values=bytes([7, 0, 0, 0, 0, 0, 0, 0])))},
    "wide": {"list_value": new("ListValue", number_values=new("NumberValues", values=b"\0\0\0\0\0\0\x08@"))},
    "yes": {"list_value": new("ListValue", bool_values=new("BoolValues", values=[True, False]))},
    "address": {"object_value": new("Properties", fields={"since": new("Value", date_value="1990-01-15T00:00:00Z")})},
    "past": {"list_value": new("ListValue", object_values=new("ObjectValues", values=[new("Properties", fields={"n": new("Value", int_value=1)})]))},
}  # fmt: skip


def found() -> Any:
    result = new("SearchResult")
    result.properties.target_collection = "Person"
    for name, value in VALUES.items():
        result.properties.non_ref_props.fields[name].CopyFrom(new("Value", **value))
    result.metadata.id = A
    return new("SearchReply", results=[result])


def test_values_come_back_in_the_types_that_they_had() -> None:
    """W-73"""
    reply = reply_of(search(), found())
    for name, value in VALUES.items():
        assert reply.results[0].properties.non_ref_props.fields[name] == new("Value", **value), name
    assert reply.results[0].metadata.id_as_bytes.hex() == A.replace("-", "")


MASKED: Final[list[tuple[str, Json, str, Any]]] = [
    ("name", "[NAME]", "text_value", "[NAME]"), ("born", "[DATE]", "text_value", "[DATE]"), ("ref", "x", "text_value", "x"),
    ("age", "**", "text_value", "**"), ("age", 30, "int_value", 30), ("vip", "**", "text_value", "**"), ("score", 3, "number_value", 3.0),
    ("born", "1990-01-01T00:00:00Z", "date_value", "1990-01-01T00:00:00Z"), ("name", None, "null_value", 0),
]  # fmt: skip


@every(("name", "now", "kind", "value"), MASKED)
def test_what_was_masked_is_given_as_the_text_that_it_is(name: str, now: Json, kind: str, value: Any) -> None:
    """W-73"""
    reply = reply_of(search(), found(), lambda tree: tree["data"]["Get"]["Person"][0].update({name: now}))
    assert reply.results[0].properties.non_ref_props.fields[name] == new("Value", **{kind: value})


LISTS: Final[list[tuple[str, list[Json], str]]] = [
    ("tags", ["x"], "text_values"), ("days", ["x"], "text_values"), ("ints", ["x"], "text_values"), ("yes", ["x", True], "text_values"),
    ("ints", [1, 2], "int_values"), ("wide", [1, 2.5], "number_values"), ("days", [], "date_values"),
]  # fmt: skip


@every(("name", "now", "kind"), LISTS)
def test_a_list_keeps_its_type_as_long_as_all_of_it_is_of_that(name: str, now: list[Json], kind: str) -> None:
    """W-73"""
    reply = reply_of(search(), found(), lambda tree: tree["data"]["Get"]["Person"][0].update({name: now}))
    assert reply.results[0].properties.non_ref_props.fields[name].list_value.WhichOneof("kind") == kind
