"""What is made of a refusal, and of errors in plain text, in both databases?"""

import json
from typing import Any

import pytest

from support.lucene.asked import operation
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
    outages = {"policy.unavailable", "rows.busy", "limit.requests", "limit.busy", "limit.holds"}
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
