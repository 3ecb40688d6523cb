"""What the dialect answers guards with: told of an operation, with the collections that it reads besides."""

from typing import Any

from vecgate import dialects
from vecgate.dialects.qdrant.meaning import LOOKUP
from vecgate.domain.call import Call
from vecgate.domain.operation import Operation

DIALECT = dialects.load("qdrant")
OTHER = Operation("qdrant", LOOKUP, "read_ids", 2, collections=("other",))
GROUPS = Operation("qdrant", "query_points_groups", "search", 1, collections=("people", "other"), also=(OTHER,))
UPSERT = Operation("qdrant", "upsert_points", "upsert", 3, collections=("people",), also=(OTHER,))


def test_what_is_looked_up_is_of_the_other_collection() -> None:
    tree: Any = {"result": {"groups": [{"hits": [{"id": 1}], "lookup": {"id": 1}}]}}
    found = DIALECT.answered(GROUPS, tree)
    assert found is not None
    assert [(one.id, one.of) for one in found.listed] == [("1", ""), ("1", "other")]


def test_what_the_gateway_wrote_is_read_by_ids_and_no_more_is_asked_for() -> None:
    recalled = DIALECT.recalled(Call("PUT", "/x"), UPSERT, ["7", "0f8fad5b-d9cb-469f-a165-70867728950e"])
    assert recalled is not None
    call, read = recalled
    assert (call.method, call.path) == ("POST", "/collections/people/points")
    assert call.tree == {
        "ids": [7, "0f8fad5b-d9cb-469f-a165-70867728950e"],
        "with_payload": ["_vecgate_who", "_vecgate_when", "_vecgate_agent", "_vecgate_client", "_vecgate_quarantine"],
        "with_vector": False,
    }
    assert (read.name, read.kind, read.also) == ("get_points", "read_ids", ())


def test_what_tells_points_apart_is_known_before_it_is_asked() -> None:
    names = ("query_points", "scroll_points", "get_point", "facet", "search_matrix_pairs", "search_matrix_offsets")
    told = [DIALECT.lists(Operation("qdrant", name, "search", 1)) for name in names]
    assert told == [True, True, True, False, False, False]


def test_a_body_that_is_asked_over_others_is_printed_anew() -> None:
    facet = Operation("qdrant", "facet", "aggregate", 2, collections=("people",))
    made = DIALECT.unwithheld(Call("POST", "/x", body=b"{}", tree={"key": "a"}), facet)
    assert made is not None
    assert b"_vecgate_quarantine" in made.body
