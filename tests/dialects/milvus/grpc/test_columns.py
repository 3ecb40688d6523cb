"""Do columns become records and records columns, of every type, with dynamic fields and fields that have no value?"""

import json
from typing import Any, Final

import pytest

from dialects.milvus.grpc.asked import FIELDS, message
from support.tools.every import every
from vecgate.dialects.milvus.grpc.columns import META, Column, column_of, put, put_one, put_records, records, values_of

KINDS: Final = {
    **{
        name: Column(name, kind, element=element, nullable=nullable)
        for name, (kind, element, nullable) in FIELDS.items()
    },
    META: Column(META, "JSON", dynamic=True),
}
ROWS: Final[list[dict[str, Any]]] = [
    {"id": 1, "tenant": "t1", "ok": True, "small": 3, "age": 30, "score": 0.5, "near": 0.25, "meta": {"a": [1, None]},
     "tags": ["x", "y"], "nums": [1, 2], "vec": [0.5, 1.0], "bits": "Af8=", "half": "ADgAPA==", "thin": {"3": 0.5},
     "tiny": [1, -1], "phone": "555 0101"},
    {"id": 2, "tenant": "t2", "ok": False, "small": -3, "age": None, "score": -1.0, "near": 4.0, "meta": "text",
     "tags": [], "nums": [], "vec": [0.25, 2.0], "bits": "AgM=", "half": "ADgAPA==", "thin": {"0": 1.0, "9": 2.0},
     "tiny": [0, 127], "other": {"b": True}},
]  # fmt: skip


def test_what_is_written_goes_there_and_back() -> None:
    made = message("InsertRequest")
    put_records(made.fields_data, ROWS, KINDS, shown=False)
    assert [one.field_name for one in made.fields_data] == [*FIELDS, META]
    found, kinds = records(made.fields_data, shown=False)
    assert found == ROWS
    assert [one.kind for one in kinds] == [kind for kind, _, _ in FIELDS.values()] + ["JSON"]
    ages = next(one for one in made.fields_data if one.field_name == "age")
    assert ([*ages.valid_data], [*ages.scalars.int_data.data]) == ([True, False], [30])  # as servers want it of writers


def test_what_is_answered_shows_json_and_arrays_as_rest_does_and_goes_back() -> None:
    made = message("QueryResults")
    put_records(made.fields_data, ROWS, KINDS, shown=False)
    found, kinds = records(made.fields_data, shown=True)
    assert found[0]["meta"] == '{"a":[1,null]}'
    assert found[0]["tags"] == {"Data": {"StringData": {"data": ["x", "y"]}}}
    assert (found[0]["phone"], found[1]["other"], found[1]["age"]) == ("555 0101", {"b": True}, None)
    back = message("QueryResults")
    put_records(back.fields_data, found, {one.name: one for one in kinds}, shown=True)
    assert records(back.fields_data, shown=True)[0] == found
    ages = next(one for one in back.fields_data if one.field_name == "age")
    assert ([*ages.valid_data], [*ages.scalars.int_data.data]) == ([True, False], [30, 0])  # as clients read it


def test_of_dynamic_fields_only_those_that_were_asked_for_are_shown() -> None:
    """A server gives all of them whatever was asked."""
    made = message("QueryResults")
    put(made.fields_data.add(), KINDS[META], [{"phone": "555 0101", "mail": "a@example.org"}], shown=True)
    assert records(made.fields_data, shown=True, wanted=["phone"])[0] == [{"phone": "555 0101"}]
    for every_one in ([], ["*"], [META]):
        assert records(made.fields_data, shown=True, wanted=every_one)[0] == [
            {"phone": "555 0101", "mail": "a@example.org"}
        ]


def test_a_value_that_is_hidden_makes_its_column_one_of_json() -> None:
    made = message("FieldData")
    put_one(made, Column("age", "Int32", 103), [30, "[REDACTED]"])
    assert (made.type, made.field_id, [*made.scalars.json_data.data]) == (23, 103, [b"30", b'"[REDACTED]"'])
    made.Clear()
    put_one(made, Column("meta", "JSON"), ['{"a":1}', "[REDACTED]", "no, {json"])
    assert [*made.scalars.json_data.data] == [b'{"a":1}', b'"[REDACTED]"', b'"no, {json"']


def test_a_column_that_nobody_may_see_is_left_out_and_a_new_name_is_told_as_json() -> None:
    made = message("QueryResults")
    put_records(made.fields_data, [{"id": 1, "new": "x"}], {"id": KINDS["id"], "vec": KINDS["vec"]}, shown=True)
    assert [(one.field_name, one.type) for one in made.fields_data] == [("id", 5), ("new", 23)]


def _column(**fields: Any) -> Any:
    return message("FieldData", **fields)


def _other_kind() -> Any:
    made = _column(type=5, field_name="id")
    made.scalars.string_data.data.extend(["1"])
    return made


def _short() -> Any:
    made = _column(type=5, field_name="id", valid_data=[True, True, False])
    made.scalars.long_data.data.extend([1])
    return made


def _flat() -> Any:
    made = _column(type=101, field_name="vec")
    made.vectors.dim = 2
    made.vectors.float_vector.data.extend([0.5, 1, 2])
    return made


def _meta(text: bytes) -> Any:
    made = _column(type=23, is_dynamic=True)
    made.scalars.json_data.data.append(text)
    return made


ODD: Final = {
    "a type that nobody knows": lambda: _column(type=77, field_name="a"),
    "a type that is not spoken": lambda: _column(type=201, field_name="a"),
    "values of another type": _other_kind,
    "values that are too few": _short,
    "a vector that is cut": _flat,
    "a dynamic column by another name": lambda: _column(type=23, field_name="a", is_dynamic=True),
    "a column of the name of the dynamic ones": lambda: _column(type=23, field_name=META),
    "dynamic fields that are a list": lambda: _meta(b"[1]"),
    "dynamic fields that stand twice": lambda: _meta(b'{"a":1,"a":2}'),
}


@every("made", list(ODD.values()), ids=list(ODD))
def test_a_column_that_is_something_else_than_it_says_is_none(made: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each in its own words
        records([made()], shown=False)


def test_a_dynamic_field_may_not_be_called_as_another_is() -> None:
    ids = _column(type=5, field_name="id")
    ids.scalars.long_data.data.append(1)
    with pytest.raises(ValueError, match="called as others are"):
        records([ids, _meta(b'{"id":2}')], shown=False)
    with pytest.raises(ValueError, match="do not fit each other"):
        records([ids, ids], shown=False)


def test_what_a_column_cannot_hold_is_not_written() -> None:
    for rows in ([{"id": "x"}], [{"id": 1, "nobody": 1}], [{"vec": [0.5]}, {"vec": [0.5, 1]}]):
        with pytest.raises(ValueError):  # noqa: PT011 - each in its own words
            put_records(
                message("InsertRequest").fields_data, rows, {k: v for k, v in KINDS.items() if k != META}, shown=False
            )


def test_a_column_says_what_an_array_holds() -> None:
    made = message("FieldData")
    put(made, Column("tags", "Array", 3, "VarChar"), [["x"]], shown=False)
    assert (column_of(made).element, column_of(made).kind) == ("VarChar", "Array")


def test_an_array_that_is_hidden_in_part_is_shown_as_a_list() -> None:
    made = message("FieldData")
    shown: Any = [{"Data": {"LongData": {"data": ["<CREDIT_CARD>", 5]}}}, None, {"Data": None}]
    put_one(made, KINDS["nums"], shown)
    read = column_of(made)
    assert (read.kind, [json.loads(one) for one in made.scalars.json_data.data]) == (
        "JSON",
        [["<CREDIT_CARD>", 5], None, []],
    )


def test_of_no_records_a_column_still_says_what_it_is() -> None:
    """Clients of 2.5 fail at an array of nothing that they know."""
    for kind, column in KINDS.items():
        made = message("FieldData")
        put(made, column, [], shown=True)
        read = column_of(made)
        assert (read.kind, read.element, values_of(made, read, shown=True)) == (column.kind, column.element, []), kind
