"""Which fields hold what, told by counts alone: in nested values, in JSON inside of texts, in ids, under keys that are names."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from vecgate.domain.surface import Surface
from vecgate.domain.tenant import NOBODY
from vecgate.masking.apply.keys import LocalKeys
from vecgate.masking.apply.masker import Masker
from vecgate.masking.apply.survey import MOST, leaves, survey
from vecgate.masking.pool.pool import Workers
from vecgate.settings.masking import Masking

pytestmark = pytest.mark.asyncio(loop_scope="module")

EMAIL, NAME = "anna.kowalski@example.com", "Anna Kowalski"
SURFACE = Surface(ids=("/id",), numbers=("/vector/**",))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def masker() -> AsyncIterator[Masker]:
    workers = Workers(Masking(timeout=30))
    await workers.open()
    yield Masker(workers, LocalKeys(b"k" * 32))
    await workers.close()


def kind(records: int, whole: int, found: int) -> dict[str, int]:
    return {"records": records, "whole": whole, "found": found}


FOUND: list[tuple[str, list[Any], dict[str, Any]]] = [
    ("nothing", [{}], {}),
    ("an empty record", [{"a": None}], {}),
    ("a whole value", [{"a": EMAIL}, {"a": "-"}, {}], {"a": (2, {"EMAIL": kind(1, 1, 1)})}),
    ("a part of one", [{"a": f"to {EMAIL}"}], {"a": (1, {"EMAIL": kind(1, 0, 1)})}),
    ("a list", [{"a": [EMAIL, EMAIL, "-"]}], {"a": (1, {"EMAIL": kind(1, 1, 2)})}),
    ("a number", [{"a": 4111111111111111, "b": 7}], {"a": (1, {"CREDIT_CARD": kind(1, 1, 1)}), "b": (1, {})}),
    ("below", [{"a": {"b": [{"c": EMAIL}]}}], {"a.b.c": (1, {"EMAIL": kind(1, 1, 1)})}),
    (
        "JSON in a text",
        [{"a": json.dumps({"b": EMAIL, "c": 1})}],
        {"a.b": (1, {"EMAIL": kind(1, 1, 1)}), "a.c": (1, {})},
    ),
    (
        "JSON in JSON",
        [{"a": json.dumps({"b": json.dumps([{"c": EMAIL}])})}],
        {"a.b.c": (1, {"EMAIL": kind(1, 1, 1)})},
    ),
    ("what only looks like JSON", [{"a": "{" + EMAIL}], {"a": (1, {"EMAIL": kind(1, 0, 1)})}),
    ("a key that is somebody", [{"a": {EMAIL: 1, NAME: 2}}], {"a.*": (1, {})}),
    ("an id that is somebody", [{"id": EMAIL}, {"id": "x-1"}], {"id": (2, {"EMAIL": kind(1, 1, 1)})}),
    ("an id that is a name", [{"id": NAME}], {"id": (1, {"PERSON": kind(1, 1, 1)})}),
    ("a mark that is stored is none of ours", [{"a": "<EMAIL> [0123456789abcdef EMAIL]"}], {"a": (1, {})}),
    ("a vector", [{"vector": [4111111111111111.0]}], {"vector": (1, {})}),
    ("what the gateway wrote", [{"_vecgate_who": NAME, "a": {"_vecgate_when": "x"}}], {}),
]


@pytest.mark.parametrize(("records", "fields"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND])
async def test_each_field_is_told_with_what_is_in_it(
    masker: Masker, records: list[Any], fields: dict[str, Any]
) -> None:
    told: Any = await survey(masker, records, SURFACE, (), (NOBODY, ""))
    assert {one["field"]: (one["records"], one["kinds"]) for one in told["fields"]} == fields
    assert (told["records"], told["more"]) == (len(records), 0)
    assert "nna" not in json.dumps(told)


async def test_only_what_lies_below_the_place_of_records_is_told(masker: Masker) -> None:
    told: Any = await survey(masker, [{"x": {"y": {"a": EMAIL}}, "time": 1}], Surface(), ("x", "y"), (NOBODY, ""))
    assert [one["field"] for one in told["fields"]] == ["a"]


async def test_of_very_many_fields_the_rest_is_counted(masker: Masker) -> None:
    told: Any = await survey(masker, [{f"k{i}": 1 for i in range(MOST + 7)}], Surface(), (), (NOBODY, ""))
    assert (len(told["fields"]), told["more"]) == (MOST, 7)


async def test_a_text_that_no_parser_reads_in_one_way_stays_a_text() -> None:
    assert list(leaves({"a": '{"b": 1, "b": 2}'})) == [(("a",), '{"b": 1, "b": 2}')]
    assert list(leaves({"a": "{\ud800}"})) == [(("a",), "{\ud800}")]
