"""Is a filter read whole or refused, brought to one form, and does wrapping it never let more through?"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.pinecone.filters import fits
from support.tools.every import every
from vecgate.dialects.pinecone import filters, rows
from vecgate.dialects.pinecone.filters import MAYBE, WHERE, fields
from vecgate.domain.inlets import AnyOf, Condition
from vecgate.domain.row import Row
from vecgate.refusals.errors import CallRefused

ONE_FORM = [
    ({"a": "x"}, {"a": {"$eq": "x"}}),
    ({"a": True, "b": 2}, {"$and": [{"a": {"$eq": True}}, {"b": {"$eq": 2}}]}),
    ({"a": {"$gte": 1, "$lt": 5}}, {"$and": [{"a": {"$gte": 1}}, {"a": {"$lt": 5}}]}),
    ({"$or": [{"a": 1}, {"b": {"$in": ["x", "y"]}}]}, {"$or": [{"a": {"$eq": 1}}, {"b": {"$in": ["x", "y"]}}]}),
    ({"a": {"$exists": False}}, {"a": {"$exists": False}}),
]


@every(("given_", "one"), ONE_FORM, ids=str)
def test_a_filter_has_one_form(given_: Any, one: Any) -> None:
    """N-30"""
    assert WHERE.read(given_, "filter") == one
    assert WHERE.read(one, "filter") is one


ODD = [
    {}, [], None, "x", 1, {"a": {}}, {"a": None}, {"a": []}, {"a": ["x"]}, {"$and": []}, {"$and": {}}, {"$or": [{}]},
    {"$not": {"a": 1}}, {"$and": [{"a": 1}], "b": 2}, {"$and": [{"a": 1}], "$or": [{"b": 1}]}, {"a": {"$regex": "x"}},
    {"a": {"eq": 1}}, {"a": {"$in": "x"}}, {"a": {"$in": []}}, {"a": {"$in": [["x"]]}}, {"a": {"$gt": "x"}}, {"": 1},
    {"a": {"$gt": True}}, {"a": {"$exists": 1}}, {"a": {"b": {"$eq": 1}}}, {"a": {"$EQ": 1}}, {"$AND": [{"a": 1}]},
]  # fmt: skip


@every("odd", ODD, ids=str)
def test_what_is_not_known_in_full_is_refused(odd: Any) -> None:
    """N-13, N-31"""
    with pytest.raises(CallRefused, match=r"body\.unreadable"):
        WHERE.read(odd, "filter")


def test_a_filter_may_be_nested_only_so_deep() -> None:
    node: Any = {"a": 1}
    for _ in range(filters.MOST_DEEP + 1):
        node = {"$and": [node]}
    with pytest.raises(CallRefused, match="nested deeper"):
        WHERE.read(node, "filter")


def test_no_filter_may_stand_where_none_selects_everything() -> None:
    """N-12"""
    assert MAYBE.form.read({}, "filter") == {}


def test_values_are_put_through_and_several_stand_for_one() -> None:
    def each(condition: Condition) -> Any:
        return AnyOf(("x", "y")) if condition.value == "name" else condition.value

    node = {"$and": [{"a": {"$eq": "name"}}, {"b": {"$nin": ["name", "z"]}}, {"c": {"$ne": "name"}}]}
    assert filters.rewritten(node, "filter", each) == {
        "$and": [{"a": {"$in": ["x", "y"]}}, {"b": {"$nin": ["x", "y", "z"]}}, {"c": {"$nin": ["x", "y"]}}]
    }
    assert [one.path for one in fields(node, "filter")] == [("a",), ("b",), ("b",), ("c",)]


_VALUES = st.one_of(st.sampled_from(["a", "b", "t1", "t2"]), st.integers(-2, 3), st.booleans())
_KEYS = st.sampled_from(["tenant", "a", "b"])
_CONDITION = st.one_of(
    _VALUES,
    st.fixed_dictionaries(
        {}, optional={"$eq": _VALUES, "$ne": _VALUES, "$in": st.lists(_VALUES, min_size=1, max_size=3)}
    ),
    st.fixed_dictionaries({"$nin": st.lists(_VALUES, min_size=1, max_size=2)}),
    st.fixed_dictionaries({"$gte": st.integers(-1, 2)}),
    st.fixed_dictionaries({"$exists": st.booleans()}),
)
_FILTER = st.recursive(
    st.dictionaries(_KEYS, _CONDITION, max_size=3),
    lambda inner: st.one_of(*(st.fixed_dictionaries({key: st.lists(inner, max_size=3)}) for key in ("$and", "$or"))),
    max_leaves=6,
)
_RECORD = st.dictionaries(_KEYS, st.one_of(_VALUES, st.lists(st.sampled_from(["t1", "t2"]), max_size=2)), max_size=3)


@given(where=_FILTER, record=_RECORD)
@settings(max_examples=150, deadline=None)
def test_a_wrapped_filter_never_means_more_than_before(where: Any, record: Any) -> None:
    """N-31: judged by the evaluator of the recorded server's semantics."""
    mine = (Row("tenant", ("t1",)),)
    try:
        read = WHERE.read(where, "filter") if where else {}
    except CallRefused:
        return
    assert fits(record, read) == fits(record, where)
    wrapped = rows.within(read, mine)
    assert WHERE.read(wrapped, "filter") == wrapped
    passes = fits(record, wrapped)
    assert passes == (fits(record, rows.condition(mine)) and fits(record, where))
