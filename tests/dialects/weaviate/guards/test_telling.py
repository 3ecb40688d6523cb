"""What is asked for so that guards can look, and what of that is shown?"""

from typing import Any

import pytest

from support.tools.every import every
from support.weaviate.asked import prop, read
from vecgate.dialects.weaviate.guards import telling
from vecgate.dialects.weaviate.things import Described
from vecgate.domain.call import Json
from vecgate.refusals.errors import CallRefused

ADDRESS: Any = {
    "name": "address",
    "dataType": ["object"],
    "nestedProperties": [prop("city", "text"), prop("zip", "text")],
}
PROPERTIES: Any = {
    one["name"]: one
    for one in (
        prop("name", "text"),
        prop("bait", "text"),
        prop("at", "geoCoordinates"),
        prop("knows", "Person"),
        ADDRESS,
    )
}
PERSON = Described("Person", "Person#1", False, PROPERTIES, False)

TOLD: list[tuple[str, list[str], str]] = [
    ("{Get{Person{name}}}", ["bait"], "{Get{Person{name bait _additional{id}}}}"),
    ("{Get{Person{name}}}", [], "{Get{Person{name _additional{id}}}}"),
    ("{Get{Person{name}}}", ["none-of-its"], "{Get{Person{name _additional{id}}}}"),
    ("{Get{Person{name _additional{id}}}}", ["name"], "{Get{Person{name _additional{id}}}}"),
    ("{Get{Person{name _additional{distance}}}}", ["address.city"], "{Get{Person{name address{city zip} _additional{distance id}}}}"),
    ("{Get{a:Person{name} b:Person{bait}}}", ["bait"], "{Get{a:Person{name bait _additional{id}} b:Person{bait _additional{id}}}}"),
    ("{Get{Person(groupBy:{path:[\"name\"],groups:2,objectsPerGroup:2}){_additional{group{hits{name}}}}}}", ["bait"],
     "{Get{Person(groupBy:{path:[\"name\"],groups:2,objectsPerGroup:2}){_additional{group{hits{name bait _additional{id}}}}}}}"),
]  # fmt: skip


@every(("query", "fields", "asked"), TOLD)
def test_a_document_asks_for_what_its_class_has_and_for_ids(query: str, fields: list[str], asked: str) -> None:
    """W-49"""
    told, _ = telling.telling("graphql", read("/graphql", {"query": query}), fields, lambda _: PERSON)
    assert told.tree == {"query": asked}


def test_what_was_asked_for_is_left_of_an_answer() -> None:
    _, untold = telling.telling(
        "graphql", read("/graphql", {"query": "{Get{Person{name}}}"}), ["bait", "_vecgate_quarantine"], lambda _: PERSON
    )
    answer: Json = {"data": {"Get": {"Person": [{"name": "a", "bait": "b", "_additional": {"id": "1"}}]}}}
    assert untold(answer) == {"data": {"Get": {"Person": [{"name": "a"}]}}}
    query = "{Get{Person{name _additional{distance}}}}"
    _, untold = telling.telling("graphql", read("/graphql", {"query": query}), ["name"], lambda _: PERSON)
    answer = {"data": {"Get": {"Person": [{"name": "a", "_additional": {"id": "1", "distance": 0.5}}]}}}
    assert untold(answer) == {"data": {"Get": {"Person": [{"name": "a", "_additional": {"distance": 0.5}}]}}}


@every(("query", "field"), [
    ("{Get{Person{name}}}", "knows"), ("{Get{Person{name}}}", "at"), ("{Get{Person{address{zip}}}}", "address.city"),
    ("{Get{Person(groupBy:{path:[\"name\"],groups:2,objectsPerGroup:2}){_additional{group{count}}}}}", "bait"),
])  # fmt: skip
def test_what_cannot_be_looked_at_is_refused(query: str, field: str) -> None:
    with pytest.raises(CallRefused, match=r"guard|hits"):
        telling.telling("graphql", read("/graphql", {"query": query}), [field], lambda _: PERSON)


def test_nothing_is_told_while_names_change() -> None:
    with pytest.raises(CallRefused, match="names of classes change"):
        telling.telling("graphql", read("/graphql", {"query": "{Get{Person{name}}}"}), ["bait"], lambda _: None)


def test_a_search_over_its_own_route_asks_for_more_where_it_names_some() -> None:
    call = read("/search/Person/bm25", {"query": "a", "returnProperties": ["name"]})
    told, untold = telling.telling("search_bm25", call, ["bait"], lambda _: PERSON)
    assert isinstance(told.tree, dict)
    assert told.tree["returnProperties"] == ["name", "bait"]
    assert untold({"results": [{"id": "1", "properties": {"name": "a", "bait": 1}}]}) == {
        "results": [{"id": "1", "properties": {"name": "a"}}]
    }
    whole = read("/search/Person/bm25", {"query": "a"})
    assert telling.telling("search_bm25", whole, ["bait"], lambda _: PERSON)[0] is whole
