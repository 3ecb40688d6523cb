"""Are pairs read once each, and is what is not spoken refused by name?"""

from typing import Any

import pytest

from dialects.milvus.grpc.asked import message, pairs
from support.tools.every import every
from vecgate.dialects.milvus.grpc.pairs import Said, as_text, put, put_options
from vecgate.refusals.errors import CallRefused


def said(**values: str) -> Said:
    made = message("SearchRequest")
    pairs(made.search_params, **values)
    return Said(made.search_params, "search_params")


def test_each_is_taken_once() -> None:
    one = said(topk="5", params='{"ef": 8}', iterator="True", anns_field="vec")
    assert (one.whole("topk"), one.object("params"), one.true("iterator"), one.text("anns_field")) == (
        5,
        {"ef": 8},
        True,
        "vec",
    )
    assert (one.whole("topk"), one.object("params"), one.true("iterator"), one.text("anns_field")) == (
        None,
        {},
        None,
        "",
    )
    one.end()


@every(
    ("values", "ask", "words"),
    [
        ({"topk": " 2"}, lambda one: one.whole("topk"), "must be a whole number"),
        ({"topk": "02"}, lambda one: one.whole("topk"), "must be a whole number"),
        ({"topk": "2.0"}, lambda one: one.whole("topk"), "must be a whole number"),
        ({"iterator": "yes"}, lambda one: one.true("iterator"), "must be true or false"),
        ({"params": '{"a":1,"a":2}'}, lambda one: one.object("params"), "duplicate key"),
        ({"params": "[1]"}, lambda one: one.object("params"), "must be an object"),
        ({"x": '"2"'}, lambda one: one.number("x"), "must be a number"),
        ({"x": "true"}, lambda one: one.number("x"), "must be a number"),
        ({"x": "2"}, lambda one: one.lift({"x": 3}, ["x"]), "twice, and not the same"),
        ({"topK": "2"}, lambda one: one.end(), "'topK', which is not spoken here"),
    ],
)
def test_what_has_another_reading_is_refused(values: dict[str, str], ask: Any, words: str) -> None:
    with pytest.raises(CallRefused, match=words):
        ask(said(**values))


def test_of_two_of_a_name_servers_take_the_first_so_there_may_be_one() -> None:
    made = message("SearchRequest")
    pairs(made.search_params, topk="1")
    pairs(made.search_params, topk="5")
    with pytest.raises(CallRefused, match="says 'topk' twice"):
        Said(made.search_params, "search_params")


def test_values_are_printed_as_pairs_have_them() -> None:
    made = message("SearchRequest")
    put(made.search_params, topk=5, params={"ef": 8}, iterator=None, metric_type="L2")
    put_options(made.search_params, {"strict": True})
    got = {one.key: one.value for one in made.search_params}
    assert got == {"topk": "5", "params": '{"ef":8}', "metric_type": "L2", "strict": "true"}
    assert as_text(False) == "false"


def test_what_repeats_an_object_beside_it_is_not_said_twice() -> None:
    """A client for Node writes each of its options beside the object that holds all of them."""
    one = said(
        params='{"ef":8,"radius":0.3,"name":"a","is":true,"odd":1}', ef="8", radius="0.30", name="a", odd="2", topk="5"
    )
    one.repeats(one.object("params"))
    assert one.rest() == {"odd": "2", "topk": "5"}
