"""Which names, numbers, vectors, ids and rows are taken in bodies, and how is a filter brought to its one form?"""

import contextlib
from typing import Any

import pytest

from support.tools.every import every
from vecgate.dialects.milvus.values import COUNT, IDS, NAME, OFFSET, OUTPUT, ROWS, VECTORS, Filtered
from vecgate.parsing.forms import Form
from vecgate.refusals.errors import CallRefused

FITS: list[tuple[Form, Any, bool]] = [
    (NAME, "people_2", True), (NAME, "2people", False), (NAME, 'pe"ople', False), (NAME, "a" * 256, False), (NAME, "é", False),
    (COUNT, 1, True), (COUNT, 16_384, True), (COUNT, 0, False), (COUNT, -1, False), (COUNT, 16_385, False), (COUNT, 2.0, False),
    (COUNT, True, False), (OFFSET, 0, True), (OFFSET, -1, False),
    (OUTPUT, ["id", "*", "$meta"], True), (OUTPUT, ["count(*)"], True), (OUTPUT, ["count(*)", "id"], False), (OUTPUT, [" id"], False),
    (OUTPUT, ["COUNT(*)"], True), (OUTPUT, ["Count( * )"], True), (OUTPUT, ["count(id)"], False), (OUTPUT, ["COUNT(*)", "id"], False),
    (OUTPUT, ["count(\t*)"], False), (OUTPUT, "id", False), (OUTPUT, [1], False),
    (VECTORS, [[0.5, 1]], True), (VECTORS, [{"3": 0.5}], True), (VECTORS, ["a text"], True), (VECTORS, [], False), (VECTORS, [[]], False),
    (VECTORS, [["a"]], False), (VECTORS, [[True]], False), (VECTORS, [{"a": 1}], False), (VECTORS, [[[1]]], False),
]  # fmt: skip


@every(("shape", "value", "fits"), FITS)
def test_what_fits(shape: Form, value: Any, fits: bool) -> None:
    with contextlib.nullcontext() if fits else pytest.raises(CallRefused):
        shape.read(value, "x")


def test_a_number_of_records_is_asked_for_in_one_spelling() -> None:
    assert OUTPUT.read(["COUNT( * )"], "x") == ["count(*)"]


IDENTITIES = {
    "p1": True, "Alma Brandt": True, "4": True, "-4": True, "a-b_c.d:e/f@g": True, "é": True,
    'x"] or tenant == "t2" or id in ["': False, "a'b": False, "a\\b": False, "1] or id in [4": False, "1,4": False, "a(b": False,
    "{x}": False, "0x4": False, "04": False, "+4": False, "1_000": False, "0b1": False, "-0": False, "": False, " a": False, "a\nb": False, "\U00020041": False,
}  # fmt: skip


@every(("id", "fits"), list(IDENTITIES.items()))
def test_an_id_ends_no_filter_and_is_no_number_in_another_spelling(id: str, fits: bool) -> None:
    """M-53, M-54"""
    assert IDS.fits(id) is fits
    assert IDS.fits([id]) is fits


@every("id", [None, True, 1.5, [], [[1]], {"a": 1}, [1, None], 2**63])
def test_what_is_no_id_is_refused(id: Any) -> None:
    assert IDS.fits(id) is False


def test_rows_have_no_key_for_all_dynamic_fields() -> None:
    """M-24"""
    assert ROWS.read({"id": 1}, "data") == [{"id": 1}]
    for odd in ([{"$meta": {"a": 1}}], [], [1], "x"):
        with pytest.raises(CallRefused):
            ROWS.read(odd, "data")


BODY = Filtered({"collectionName": NAME}, ("collectionName",))


def test_a_filter_is_printed_anew_and_its_templates_are_gone() -> None:
    """M-22"""
    tree = {"collectionName": "people", "filter": "a=={v}&&b in{l}", "exprParams": {"v": "x", "l": [1]}}
    assert BODY.read(tree, "") == {"collectionName": "people", "filter": 'a == "x" and b in [1]'}
    assert BODY.read({"collectionName": "people", "filter": "", "exprParams": {"v": 1}}, "") == {
        "collectionName": "people"
    }
    for params in ({"v": None}, {"v": {"a": 1}}, [1], "x", {"v": [None]}):
        with pytest.raises(CallRefused):
            BODY.read({"collectionName": "people", "filter": "a == 1", "exprParams": params}, "")


def test_a_blank_filter_is_refused_where_it_would_be_everything() -> None:
    """M-48"""
    needed = Filtered({"collectionName": NAME}, ("collectionName",), needed=True)
    for blank in ("", " ", "\t\n"):
        with pytest.raises(CallRefused, match="blank"):
            needed.read({"collectionName": "people", "filter": blank}, "")
    with pytest.raises(CallRefused, match="blank"):
        BODY.read({"collectionName": "people", "filter": " "}, "")
