"""How is a Chroma call kept to rows? Every route, every filter, every record that is written, every answer."""

import asyncio
from typing import Any

import pytest

from support.tools.every import every
from vecgate import dialects
from vecgate.dialects.chroma.routes import ROUTES
from vecgate.dialects.chroma.rows import condition
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.row import Row
from vecgate.domain.scoped import Scoped
from vecgate.refusals.errors import CallRefused

CHROMA = dialects.load("chroma")
C = "/api/v2/tenants/t/databases/d/collections/2687e4e8-d546-4e70-a219-19361a27da60"
ACME = Row("tenant", ("acme",))
T: Json = {"tenant": "acme"}


async def nobody(_call: Call) -> Answer:
    raise AssertionError("nobody should be asked")


def scoped(verb: str, tree: Any, *rows: Row, method: str = "POST", shown: bool = True) -> Scoped:
    decision = Decision(Effect.ALLOW, "own", "because", "v1", rows=rows or (ACME,))
    return asyncio.run(
        CHROMA.scoped(Call(method, f"{C}/{verb}" if verb else C, tree=tree), decision, nobody, shown=shown)
    )


def refused(verb: str, tree: Any, *rows: Row, method: str = "POST") -> str:
    with pytest.raises(CallRefused) as e:
        scoped(verb, tree, *rows, method=method)
    return str(getattr(e.value.refusal, "code", ""))


CONDITIONS: list[tuple[tuple[Row, ...], Json]] = [
    ((ACME,), {"tenant": "acme"}),
    ((Row("n", (1,)),), {"n": 1}),
    ((Row("tenant", ("a", "b")),), {"tenant": {"$in": ["a", "b"]}}),
    ((Row("tenant", ("a", 1, True, "b")),), {"$or": [{"tenant": {"$in": ["a", "b"]}}, {"tenant": 1}, {"tenant": True}]}),
    ((ACME, Row("n", (1, 2))), {"$and": [{"tenant": "acme"}, {"n": {"$in": [1, 2]}}]}),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "where"), CONDITIONS)
def test_rows_are_a_filter_that_the_server_takes(rows: tuple[Row, ...], where: Json) -> None:
    assert condition(rows) == where


SENT: list[tuple[str, Json, Json]] = [
    # without a filter, and with one: it is one member of two, whole
    ("get", {}, {"where": T}),
    ("get", {"where": None}, {"where": T}),
    ("get", {"where": {"n": 1}}, {"where": {"$and": [T, {"n": 1}]}}),
    ("get", {"where": {"$or": [T, {"tenant": "globex"}]}}, {"where": {"$and": [T, {"$or": [T, {"tenant": "globex"}]}]}}),
    ("get", {"where": {"$and": []}}, {"where": {"$and": [T, {"$and": []}]}}),
    ("get", {"ids": ["x"], "limit": 3}, {"ids": ["x"], "limit": 3, "where": T}),
    ("get", {"where_document": {"$contains": "x"}}, {"where_document": {"$contains": "x"}, "where": T}),
    # what tells whose a record is comes along
    ("get", {"include": []}, {"include": ["metadatas"], "where": T}),
    ("get", {"include": ["documents"]}, {"include": ["documents", "metadatas"], "where": T}),
    ("get", {"include": ["metadatas"]}, {"include": ["metadatas"], "where": T}),
    ("query", {"query_embeddings": [[1]]}, {"query_embeddings": [[1]], "where": T}),
    ("query", {"query_embeddings": [[1]], "include": ["distances"]}, {"query_embeddings": [[1]], "include": ["distances", "metadatas"], "where": T}),
    ("delete", {"ids": ["x"]}, {"ids": ["x"], "where": T}),
    ("delete", {"where": {"n": 1}, "limit": 2}, {"where": {"$and": [T, {"n": 1}]}, "limit": 2}),
    # written
    ("upsert", {"ids": ["x"], "embeddings": [[1]]}, {"ids": ["x"], "embeddings": [[1]], "metadatas": [T]}),
    ("add", {"ids": ["x", "y"], "embeddings": [[1], [2]], "metadatas": [None, {"n": 1}]}, {"ids": ["x", "y"], "embeddings": [[1], [2]], "metadatas": [T, {"n": 1, "tenant": "acme"}]}),
    ("upsert", {"ids": ["x"], "embeddings": [[1]], "metadatas": [T]}, {"ids": ["x"], "embeddings": [[1]], "metadatas": [T]}),
    ("update", {"ids": ["x"], "documents": ["d"]}, {"ids": ["x"], "documents": ["d"]}),
    ("update", {"ids": ["x"], "metadatas": [{"n": 2}]}, {"ids": ["x"], "metadatas": [{"n": 2}]}),
    ("update", {"ids": ["x"], "metadatas": [None]}, {"ids": ["x"], "metadatas": [None]}),
]  # fmt: skip


@every(("verb", "tree", "sent"), SENT)
def test_a_call_goes_out_within_its_rows(verb: str, tree: Json, sent: Json) -> None:
    assert scoped(verb, tree).call.tree == sent


def test_a_count_is_asked_as_the_ids_of_the_rows() -> None:
    made = scoped("count", None, method="GET")
    assert (made.call.method, made.call.path, made.call.tree) == ("POST", f"{C}/get", {"where": T, "include": []})
    assert made.answered({"ids": ["a", "b"]}) == (2, 0)
    with pytest.raises(ValueError, match="lists no records"):
        made.answered(7)


WRONG: list[tuple[str, Json, tuple[Row, ...], str]] = [
    ("upsert", {"ids": ["x"], "embeddings": [[1]], "metadatas": [{"tenant": "globex"}]}, (ACME,), "rows.field"),
    ("upsert", {"ids": ["x"], "embeddings": [[1]], "metadatas": [{"tenant": ["acme"]}]}, (ACME,), "rows.field"),
    ("upsert", {"ids": ["x"], "embeddings": [[1]], "metadatas": [{"tenant": None}]}, (ACME,), "rows.field"),
    ("update", {"ids": ["x"], "metadatas": [{"tenant": None}]}, (ACME,), "rows.field"),
    ("update", {"ids": ["x"], "metadatas": [{"tenant": "globex"}]}, (ACME,), "rows.field"),
    ("add", {"ids": ["x"], "embeddings": [[1]], "metadatas": [{"n": True}]}, (Row("n", (1,)),), "rows.field"),
    ("add", {"ids": ["x"], "embeddings": [[1]], "metadatas": [{"n": "1"}]}, (Row("n", (1,)),), "rows.field"),
    # of several values nobody knows which one is meant
    ("add", {"ids": ["x"], "embeddings": [[1]]}, (Row("tenant", ("a", "b")),), "rows.field"),
    ("add", {"ids": ["x"], "embeddings": [[1]]}, (ACME, Row("tenant", ("b",))), "rows.field"),
    ("get", {"ids": [str(n) for n in range(32_001)]}, (ACME,), "rows.unscopable"),
    ("search", {"searches": []}, (ACME,), "rows.unscopable"),
    ("fork", {"new_name": "abc"}, (ACME,), "rows.unscopable"),
]


@pytest.mark.parametrize(("verb", "tree", "rows", "code"), WRONG)
def test_what_would_leave_the_rows_is_refused(verb: str, tree: Json, rows: tuple[Row, ...], code: str) -> None:
    assert refused(verb, tree, *rows) == code


def test_every_route_is_kept_to_rows_or_shows_none_or_is_refused() -> None:
    kept = {route.name for route in ROUTES if CHROMA.scope_of(route) == "kept"}
    whole = {route.name for route in ROUTES if CHROMA.scope_of(route) == "whole"}
    assert kept == {
        "collection_get", "collection_query", "collection_count", "collection_delete", "collection_add",
        "collection_upsert", "collection_update",
    }  # fmt: skip
    assert whole == {
        "root_heartbeat", "healthcheck", "heartbeat", "pre_flight_checks", "version", "get_user_identity", "get_tenant",
        "list_databases", "get_database", "list_collections", "count_collections", "get_collection_by_id",
        "get_collection", "fork_count", "get_attached_function",
    }  # fmt: skip


ROW = {"tenant": "acme"}
OTHER = {"tenant": "globex"}
ANSWERS: list[tuple[str, Json, Json, Json, int]] = [
    # (verb, body, answer, what of it is given, records left out)
    ("get", {}, {"ids": []}, {"ids": []}, 0),
    ("get", {}, {"ids": ["a"], "metadatas": [ROW]}, {"ids": ["a"], "metadatas": [ROW]}, 0),
    ("get", {}, {"ids": ["a", "g"], "metadatas": [ROW, OTHER], "documents": ["1", "2"], "uris": None}, {"ids": ["a"], "metadatas": [ROW], "documents": ["1"], "uris": None}, 1),
    ("get", {}, {"ids": ["a", "b", "c"], "metadatas": [None, {}, {"tenant": ["acme"]}]}, {"ids": [], "metadatas": []}, 3),
    ("get", {}, {"ids": ["a"], "metadatas": None}, {"ids": [], "metadatas": None}, 1),
    ("get", {}, {"ids": ["a"], "metadatas": [ROW, ROW]}, None, 1),
    ("get", {"include": []}, {"ids": ["a", "g"], "metadatas": [ROW, OTHER], "include": ["metadatas"]}, {"ids": ["a"], "metadatas": None, "include": []}, 1),
    ("query", {}, {"ids": [["g", "a"], ["a"]], "metadatas": [[OTHER, ROW], [ROW]], "distances": [[1, 2], [3]]}, {"ids": [["a"], ["a"]], "metadatas": [[ROW], [ROW]], "distances": [[2], [3]]}, 1),
    ("query", {"include": ["distances"]}, {"ids": [["a"]], "metadatas": [[ROW]], "distances": [[1]], "include": ["distances", "metadatas"]}, {"ids": [["a"]], "metadatas": None, "distances": [[1]], "include": ["distances"]}, 0),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "body", "answer", "given", "dropped"), ANSWERS)
def test_each_record_of_an_answer_is_held_against_the_rows(
    verb: str, body: Json, answer: Json, given: Json, dropped: int
) -> None:
    if given is None:
        with pytest.raises(ValueError, match="shorter"):
            scoped(verb, body).answered(answer)
        return
    assert scoped(verb, body).answered(answer) == (given, dropped)


def test_an_answer_without_records_is_none() -> None:
    for answer in (None, [], {"ids": None}, {"documents": ["secret"]}):
        with pytest.raises(ValueError, match="lists no records"):
            scoped("get", {}).answered(answer)


def test_a_collection_does_not_tell_how_much_everybody_has_written() -> None:
    made = asyncio.run(
        CHROMA.scoped(
            Call("GET", f"{C.rpartition('/')[0]}/abc"), Decision(Effect.ALLOW, "r", "", "v", rows=(ACME,)), nobody
        )
    )
    assert made.answered({"name": "abc", "log_position": 9, "version": 3}) == (
        {"name": "abc", "log_position": 0, "version": 0},
        0,
    )


def test_a_write_names_whose_records_it_may_be_about() -> None:
    for verb, fresh in (("upsert", True), ("add", True), ("update", False)):
        body: Json = {"ids": ["x", "y", "x"], "embeddings": [[1], [2], [3]]}
        (owned,) = scoped(verb, body).owned
        assert (owned.ids, owned.fresh) == (("x", "y"), fresh)
        assert owned.there(["x"]).tree == {"ids": ["x"], "include": []}
        assert owned.own(["x"]).tree == {"ids": ["x"], "where": T, "include": []}
        assert CHROMA.writing(Call("POST", f"{C}/{verb}", tree=body)) == ("x", "y")
    assert scoped("get", {"ids": ["x"]}).owned == ()
    assert CHROMA.writing(Call("POST", f"{C}/delete", tree={"ids": ["x"]})) == ()


def test_what_the_gateway_asks_itself_brings_no_more_than_it_needs() -> None:
    assert scoped("get", {"include": [], "limit": 5}, shown=False).call.tree == {"include": [], "limit": 5, "where": T}
