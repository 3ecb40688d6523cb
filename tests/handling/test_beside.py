"""A field's value that stands outside of records is masked as in a record, or left out where nothing else may stand."""

import copy
from dataclasses import replace
from typing import Any

import pytest

from support.fakes.gates import CALL, OPERATION, FakeGate, FakePart, exchange
from support.fakes.inbound import ADDRESS, NAME, profile, tools
from vecgate import dialects
from vecgate.domain.call import Answer
from vecgate.domain.profiles import UNSAFE_NOTHING, MaskProfile
from vecgate.handling.beside import masked
from vecgate.parsing.strict_json import dump

FIELDS = profile("replace", {"*.salary": "redact", "result.points.payload.pay": "redact", "*.gone": "drop", "*.open": "keep"})  # fmt: skip


async def shown(name: str, body: Any, answer: Any, by: MaskProfile = FIELDS, status: int = 200) -> Any:
    async def mask(*what: Any) -> Any:
        *most, _tenant = what
        return await tools().mask(*most)

    gate = FakeGate(chroma=dialects.load("qdrant"), masker=FakePart(mask_tree=mask))
    call = replace(CALL, tree=body, body=dump(body))
    found = exchange(call=call, operation=replace(OPERATION, name=name), profile=by, answer=Answer(status))
    before = copy.deepcopy(answer)
    said = await masked(gate, found, answer)
    assert answer == before, "what came stays as it is"
    return said


def hits(*values: Any) -> Any:
    return {"result": {"hits": [{"value": value, "count": 1} for value in values]}, "status": "ok"}


@pytest.mark.parametrize(
    ("key", "values", "shows"),
    [
        ("dept", ["hr", "it"], ["hr", "it"]),
        ("author", [NAME, "x"], ["<PERSON>", "x"]),
        ("to[].mail", [ADDRESS], ["<EMAIL>"]),
        ("salary", [5, "x", True], ["[REDACTED]"] * 3),
        ("pay", [5], ["[REDACTED]"]),  # by where it stands in a record
        ("gone", [5], ["[REDACTED]"]),  # there must be something
        ("open", [ADDRESS], [ADDRESS]),
        ("dept", [], []),
    ],
)
async def test_a_facet_shows_of_a_field_what_its_records_show(key: str, values: list[Any], shows: list[Any]) -> None:
    """Q-81"""
    assert await shown("facet", {"key": key}, hits(*values)) == hits(*shows)
    assert await shown("facet", {"key": key}, hits(*values), UNSAFE_NOTHING) == hits(*values)


async def test_so_do_the_ids_of_groups() -> None:
    answer = {"result": {"groups": [{"id": ADDRESS, "hits": [{"id": 1}]}, {"id": 7, "hits": []}]}}
    said = await shown("query_points_groups", {"group_by": "mail"}, answer)
    assert said == {"result": {"groups": [{"id": "<EMAIL>", "hits": [{"id": 1}]}, {"id": 7, "hits": []}]}}


async def test_what_was_ordered_by_is_left_out_where_it_is_masked() -> None:
    """Clients take a number there, or nothing."""
    points = [{"id": 1, "order_value": 5}, {"id": 2}, {"id": 3, "order_value": 6}]
    for name, body in (
        ("scroll_points", {"order_by": "salary"}),
        ("scroll_points", {"order_by": {"key": '"salary"'}}),
        ("query_points", {"query": {"order_by": "salary"}}),
    ):
        said = await shown(name, body, {"result": {"points": points}})
        assert said == {"result": {"points": [{"id": 1}, {"id": 2}, {"id": 3}]}}
    plain = {"result": {"points": points}}
    assert await shown("scroll_points", {"order_by": "n"}, plain) == plain
    batch = {"searches": [{"query": [1.0]}, {"query": {"order_by": "salary"}}]}
    said = await shown("query_batch_points", batch, {"result": [{"points": points}, {"points": points}]})
    assert said == {"result": [{"points": points}, {"points": [{"id": 1}, {"id": 2}, {"id": 3}]}]}


async def test_an_error_and_an_answer_of_another_shape_stay() -> None:
    assert await shown("facet", {"key": "salary"}, {"status": {"error": "x"}}, status=400) == {"status": {"error": "x"}}
    for odd in ({"result": None}, {"result": {"hits": "x"}}, {"result": {"hits": [1, {}]}}, []):
        assert await shown("facet", {"key": "salary"}, odd) == odd
