"""Sessions are looked for as the commands do it, and replayed as the gateway shows them; a file of them runs nothing."""

import csv
import io
from typing import Any

import pytest

from console.conftest import NEXT, SESSION, TALK
from support.consoles.api_stub import ApiStub
from support.consoles.served import Person

ID = SESSION["session"]


@pytest.mark.parametrize(
    ("query", "path", "body"),
    [
        ("", "/sessions", {}),
        ("user=ann&since=2026-11-23&until=", "/sessions", {"user": "ann", "since": "2026-11-23"}),
        ("calls=1&user=ann", "/sessions/calls", {"user": "ann"}),
        ("collection=tickets", "/sessions/calls", {"collection": "tickets"}),
        ("operation=delete_filter", "/sessions/calls", {"operation": "delete_filter"}),
        ("refused=1", "/sessions/calls", {"refused": True}),
        (f"from={NEXT}&x=y", "/sessions", {"from": NEXT}),
    ],
)
def test_what_is_looked_for(bob: Person, api: ApiStub, query: str, path: str, body: dict[str, Any]) -> None:
    api.calls.clear()
    assert bob.open(f"/sessions?{query}").status_code == 200
    assert [call[1:] for call in api.calls] == [(path, "bob", body)]


def test_the_list_leads_to_a_session_and_further(bob: Person) -> None:
    found = bob.open("/sessions?user=alice").text
    words = [f'href="/sessions/{ID}"', "192.0.2.7", f"user=alice&amp;from={NEXT.replace(':', '%3A')}", 'value="alice"']
    assert [word for word in words if word not in found] == []
    assert "4 more are not for you to see" in bob.open("/sessions?calls=1").text


def test_a_session_is_replayed(bob: Person, api: ApiStub) -> None:
    found = bob.open(f"/sessions/{ID}?from={NEXT}").text
    words = [
        "query on tickets",
        "POST /query?a=b",
        "&lt;PERSON&gt; called",
        "allow by all; 200",
        "2 exchanges",
        "Go on",
        "2 (PERSON 2)",
    ]
    assert [word for word in words if word not in found] == []
    assert api.calls[-1][3] == {"session": ID, "from": NEXT}


@pytest.mark.parametrize(
    "id", ["heads", "%2e%2e", "20261123T141500-alice-8f3a.2", "x" * 90, "20261123T141500-ALICE-8f3a"]
)
def test_what_is_no_session_is_no_page(bob: Person, api: ApiStub, id: str) -> None:
    api.calls.clear()
    assert bob.open(f"/sessions/{id}").status_code == 404
    assert api.calls == []


def test_calls_as_a_file(bob: Person, api: ApiStub) -> None:
    api.answers["POST /sessions/calls"] = (200, {"calls": [TALK | {"user": "=cmd"}], "hidden": 0, "next": ""})
    [row] = csv.DictReader(io.StringIO(bob.open("/sessions/csv?collection=tickets").text))
    assert (row["user"], row["collections"], row["records"], row["outcome"]) == ("'=cmd", "tickets", "3", "200")
    assert bob.open("/sessions/json").json() == {"calls": [TALK | {"user": "=cmd"}], "more": False}


def test_a_file_ends_somewhere_and_says_so(bob: Person, api: ApiStub) -> None:
    api.answers["POST /sessions/calls"] = (200, {"calls": [TALK] * 50, "hidden": 0, "next": NEXT})
    found = bob.open("/sessions/json").json()
    assert (len(found["calls"]), found["more"]) == (2000, True)
    assert "vecgate-calls-first-2000.csv" in bob.open("/sessions/csv").headers["content-disposition"]


def test_who_may_not_is_told_so(bob: Person, api: ApiStub) -> None:
    for asked in ("POST /sessions", "POST /sessions/replay", "POST /sessions/calls"):
        api.answers[asked] = (403, {"message": "policy.no_rule: No rule lets you"})
    for path in ("/sessions", f"/sessions/{ID}", "/sessions/csv", "/sessions?calls=1"):
        found = bob.open(path)
        assert (found.status_code, "policy.no_rule" in found.text) == (403, True)
