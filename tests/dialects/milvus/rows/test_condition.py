"""Which condition do certain rows pass?"""

from typing import Any

import pytest

from support.milvus.people import TYPES
from support.tools.every import every
from vecgate.dialects.milvus.rows.condition import are_own, both, condition
from vecgate.dialects.milvus.things import Described
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.row import Row
from vecgate.refusals.errors import CallRefused

PEOPLE = Described("people", "t", "id", TYPES)


def of(*rows: Row) -> str:
    return condition(Decision(Effect.ALLOW, "r", "because", "v1", rows=rows), "search", PEOPLE)


WRITTEN: list[tuple[tuple[Row, ...], str]] = [
    ((Row("tenant", ("t1",)),), '(tenant == "t1")'),
    ((Row("tenant", ("t1", "t2")),), '(tenant in ["t1", "t2"])'),
    ((Row("tenant", ("t1", 1, True)),), '(tenant == "t1")'),
    ((Row("age", (3, "x")), Row("ok", (True,))), "(age == 3) and (ok == true)"),
    ((Row("tenant", ('x"] or (', "a\\b")),), '(tenant in ["x\\"] or (", "a\\\\b"])'),
]


@every(("rows", "text"), WRITTEN)
def test_a_condition_is_written_on_declared_fields(rows: tuple[Row, ...], text: str) -> None:
    """M-23, M-44"""
    assert of(*rows) == text


@every("row", [Row("email", ("a",)), Row("meta", ("a",)), Row("tags", ("a",)), Row("score", (1,)), Row("TENANT", ("t1",)),
               Row("tenant", (1,)), Row("age", ("1",)), Row("age", (True,)), Row("ok", (1,)), Row("tenant", ("a\x00b",)),
               Row("age", (2**63,)), Row("$meta", ("a",))])  # fmt: skip
def test_a_field_that_is_not_declared_or_of_another_type_keeps_nothing(row: Row) -> None:
    """M-23: dynamic fields (M-31) may be set by whoever writes."""
    with pytest.raises(CallRefused, match=r"rows\.unscopable"):
        of(row)


def test_ours_stands_first_and_flat() -> None:
    """M-44, M-46"""
    assert both('(tenant == "t1")', "a == 1 or b == 2") == '(tenant == "t1") and (a == 1 or b == 2)'
    assert both('(tenant == "t1")', None) == '(tenant == "t1")'


RECORDS: list[tuple[Any, Row, bool]] = [
    ({"tenant": "t1"}, Row("tenant", ("t1",)), True), ({"tenant": "t2"}, Row("tenant", ("t1",)), False), ({}, Row("tenant", ("t1",)), False),
    ({"tenant": ["t1"]}, Row("tenant", ("t1",)), False), ({"tenant": None}, Row("tenant", ("t1",)), False),
    ({"age": 3}, Row("age", (3,)), True), ({"age": "3"}, Row("age", (3,)), True), ({"age": "-3"}, Row("age", (-3,)), True),
    ({"age": "x"}, Row("age", (3,)), False), ({"tenant": "3"}, Row("tenant", (3,)), False), ({"ok": True}, Row("ok", (True,)), True),
]  # fmt: skip


@every(("record", "row", "own"), RECORDS)
def test_a_record_is_held_against_them_again(record: Any, row: Row, own: bool) -> None:
    """M-20"""
    assert are_own(record, [row], PEOPLE) is own
