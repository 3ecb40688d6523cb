"""Which records are in an answer, and what is asked for so that somebody can look?"""

import pytest

from support.milvus.asked import V2, read
from support.tools.every import every
from vecgate.dialects.milvus.guards import showing
from vecgate.dialects.milvus.things import Described
from vecgate.domain.call import Json

TYPES = {"id": "Int64", "text": "VarChar", "about": "JSON", "tags": "Array", "vec": "FloatVector"}
FOUND = Described("people", "default/people#7", "id", TYPES, dynamic=True)
FIXED = Described("people", "default/people#7", "id", TYPES)
ROW: Json = {"id": "7", "text": "a", "about": '{"city": "Bonn"}', "tags": {"Data": {"StringData": {"data": ["x"]}}}, "distance": 0.5, "vec": [1, 2]}  # fmt: skip


def test_a_record_is_told_as_it_was_written() -> None:
    """M-31"""
    [one] = showing.answered("entities_search", {"code": 0, "data": [ROW]}, FOUND).listed
    assert (one.id, one.metadata) == ("7", {"text": "a", "about": {"city": "Bonn"}, "tags": ["x"]})
    [same] = showing.answered("entities_query", {"code": 0, "data": [ROW]}, FOUND).listed
    assert same.metadata is not None
    assert same.metadata["distance"] == 0.5  # a field of that name


def test_what_stays_of_a_record_is_as_it_came() -> None:
    found = showing.answered("entities_search", {"code": 0, "data": [ROW]}, FOUND)
    [one] = found.listed
    assert found.described([{**(one.metadata or {}), "note": "b"}]) == {"code": 0, "data": [{**ROW, "note": "b"}]}  # type: ignore[dict-item]
    assert found.described([{"text": "a"}]) == {
        "code": 0,
        "data": [{"id": "7", "text": "a", "distance": 0.5, "vec": [1, 2]}],
    }
    assert found.without([False]) == {"code": 0, "data": []}


def test_an_error_has_no_records_and_what_lists_none_is_no_answer() -> None:
    assert showing.answered("entities_query", {"code": 100, "message": "no"}, FOUND).listed == ()
    with pytest.raises(ValueError, match="lists no records"):
        showing.answered("entities_query", {"code": 0, "data": {"a": 1}}, FOUND)


Q = f"{V2}/entities/query"
TOLD: list[tuple[str, str, Json, Described, Json]] = [
    ("entities_query", Q, ["text"], FOUND, ["text", "bait", "about"]),
    ("entities_query", Q, ["text"], FIXED, ["text", "about"]),
    ("entities_query", Q, ["text", "*"], FOUND, ["text", "*"]),
    ("entities_query", Q, None, FOUND, None),
    ("entities_query", Q, [], FOUND, []),
    ("entities_search", f"{V2}/entities/search", None, FOUND, ["bait", "about"]),
]


@every(("name", "path", "shown", "found", "asked"), TOLD)
def test_fields_are_asked_for_where_there_can_be_such(
    name: str, path: str, shown: Json, found: Described, asked: Json
) -> None:
    tree = {"collectionName": "people", **({"data": [[1, 2]]} if name == "entities_search" else {})}
    call = read(path, tree if shown is None else {**tree, "outputFields": shown})
    told, untold = showing.telling(name, call, ["bait", "about.city"], found)
    assert isinstance(told.tree, dict)
    assert told.tree.get("outputFields") == asked
    answer: Json = {"code": 0, "data": [{"id": 1, "text": "a", "bait": "x", "about": "{}"}]}
    bare: Json = {"code": 0, "data": [{"id": 1, "text": "a", **({} if found.dynamic else {"bait": "x"})}]}
    assert untold(answer) == (answer if asked == shown else bare)


def test_what_the_gateway_wrote_is_left_to_who_shows_it() -> None:
    call = read(Q, {"collectionName": "people", "outputFields": ["text"]})
    _, untold = showing.telling("entities_query", call, ["_vecgate_quarantine"], FOUND)
    answer: Json = {"code": 0, "data": [{"id": 1, "text": "a", "_vecgate_quarantine": "mark: x"}]}
    assert untold(answer) == answer


def test_scores_are_rounded_or_nothing() -> None:
    tree: Json = {"code": 0, "data": [{"id": 1, "distance": 0.1234}, {"id": 2}]}
    assert showing.scored("v1_search", tree, 2) == {"code": 0, "data": [{"id": 1, "distance": 0.12}, {"id": 2}]}
    assert showing.scored("v1_search", tree, None) == {"code": 0, "data": [{"id": 1, "distance": 0.0}, {"id": 2}]}
    assert showing.scored("entities_query", tree, None) is tree
