"""What is made of a refusal, and of errors in plain text, in both databases?"""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from support.lucene.asked import OPEN, OWN, Described, operation, raw_of, scoped
from vecgate import dialects
from vecgate.domain.call import Answer
from vecgate.refusals.catalogue import CATALOGUE, refuse


def test_a_refusal_is_said_in_the_databases_own_shape() -> None:
    """O-71, O-73"""
    rendered = dialects.load("opensearch").render(refuse("route.unknown"))
    tree = json.loads(rendered.body)
    assert (rendered.status, tree["status"], tree["error"]["type"]) == (403, 403, "route.unknown")
    assert tree["error"]["root_cause"] == [{"type": "route.unknown", "reason": tree["error"]["reason"]}]
    assert tree["error"]["reason"].startswith("route.unknown: ")


def test_a_policys_no_is_never_an_outage() -> None:
    """O-73"""
    about_rights = [
        code
        for code in CATALOGUE
        if code.split(".")[0] in ("policy", "rows", "limit", "oracle", "route", "body", "path")
    ]
    outages = {"policy.unavailable", "rows.busy", "body.waited", "limit.requests", "limit.busy", "limit.holds"}
    assert {code for code in about_rights if CATALOGUE[code].status >= 500} <= outages


def test_a_hold_is_answered_before_clients_give_up() -> None:
    """O-72"""
    patience = dialects.load("opensearch").patience
    assert patience is not None
    assert patience < 10


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (401, b"Unauthorized", {"error": "Unauthorized", "status": 401}),
        (
            503,
            b"OpenSearch Security not initialized.",
            {"error": "OpenSearch Security not initialized.", "status": 503},
        ),
        (400, b'{"error":"no handler"}', {"error": "no handler"}),
    ],
)
def test_what_the_server_says_in_plain_text_is_said_in_json(status: int, body: bytes, said: Any) -> None:
    """O-71"""
    assert json.loads(dialects.load("opensearch").spoken(operation("x"), Answer(status, body=body)).body) == said


def test_an_empty_answer_stays_one() -> None:
    """O-71"""
    assert dialects.load("opensearch").spoken(operation("exists"), Answer(404)).body == b""


def test_an_update_that_changes_nothing_is_not_told_apart_where_something_is_masked() -> None:
    """O-67, E-66"""
    lines = [
        {"update": {"_id": "r"}},
        {"doc": {"phone": "030"}},
        {"index": {"_id": "s"}},
        {"phone": "030"},
        {"delete": {"_id": "t"}},
    ]
    for database in ("opensearch", "elasticsearch"):
        for target, body in (
            ("/people/_update/r", {"doc": {"phone": "030"}, "detect_noop": True}),
            ("/people/_bulk", lines),
        ):
            described = Described(database)
            call = described.dialect.read(raw_of("POST", target, body))
            operation = asyncio.run(described.dialect.classify(call, described.ask))
            as_it_is: Any = described.dialect.restrict(call, operation, OPEN).tree
            sent: Any = described.dialect.restrict(call, operation, replace(OPEN, mask="no-phones")).tree
            if target.endswith("_bulk"):
                assert [one["doc"] for one in as_it_is["items"] if "update" in one] == [lines[1]]
                as_it_is["items"][0]["doc"]["detect_noop"] = False
                assert sent == as_it_is
            else:
                assert sent == {**as_it_is, "detect_noop": False}


def test_a_bound_on_scores_is_known_of_counts_and_deletes() -> None:
    """O-69"""
    dialect = dialects.load("opensearch")
    near: Any = {"query": {"knn": {"vec": {"vector": [1], "min_score": 0.5}}}}
    for name in ("count", "delete_by_query", "search"):
        assert dialect.exact(operation(name), near, False) == "min_score"
        assert (dialect.vectors(operation(name), near), dialect.searches(operation(name), near)) == ([[1]], 1)
    assert dialect.exact(operation("count"), {"query": {"match_all": {}}}, False) is None


def test_aliases_are_shown_by_their_names_alone_where_there_are_rows() -> None:
    """O-68, E-66"""
    told: Any = {
        "people": {
            "aliases": {"acme": {"filter": {"term": {"tenant": "globex"}}, "search_routing": "1"}},
            "settings": {"a": 1},
        }
    }
    for database in ("opensearch", "elasticsearch"):
        for target in ("/people", "/people/_alias"):
            given, dropped = scoped("GET", target, decision=OWN, database=database).answered(told)
            assert (given, dropped) == ({"people": {"aliases": {"acme": {}}, "settings": {"a": 1}}}, 0)
    mapping: Any = {"people": {"mappings": {"properties": {}}}}
    assert scoped("GET", "/people/_mapping", decision=OWN).answered(mapping) == (mapping, 0)
    assert scoped("GET", "/people", decision=OWN).answered(mapping) == (mapping, 0)
