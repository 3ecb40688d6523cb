"""A console over an API and a login service of the tests' own."""

from collections.abc import Iterator
from typing import Any

import pytest

from support.consoles.api_stub import ApiStub, running_api
from support.consoles.login_stub import LoginStub, running_login
from support.consoles.served import Person, Served, running_console

STAGE: dict[str, Any] = {"name": "", "asked": "1 of data-owners", "needed": 1, "state": "waiting"}
CALL: dict[str, Any] = {
    "id": "h1", "state": "pending", "requester": "alice", "why": "INC-7", "upstream": "tickets-db", "rule": "r",
    "operation": "delete_filter", "target": "tickets", "method": "POST", "path": "/delete", "things": [],
    "body": {"where": {"a": 1}}, "effect": "deletes 3 of 5 in tickets", "touched": 3, "total": 5, "bound": 3, "steps": [],
    "samples": ["r1"], "approvals": [], "stages": [STAGE], "ended_by": "", "reason": "", "created_at": 1000.0,
    "expires_at": 4600.0, "seconds_left": 3600.0, "yours": False, "may_decide": True, "share": 0.6,
    "collections": ["tickets"], "aliases": ["t"], "last_used": [{"collection": "tickets", "at": 3600, "by": "dave"}],
    "snapshots": [], "narrowed": None,
    "narrowable": {"results": 10, "mask": "half", "masks": ["strict"], "ids": ["r1", "r<2>"]},
}  # fmt: skip
ACCESS: dict[str, Any] = {
    "id": "a1", "state": "pending", "how": "", "rule": "r", "holder": "carol", "acting": ["bot-7"], "upstream": "tickets-db",
    "operations": ["search"], "collections": ["tickets"], "tenant": "", "database": "", "seconds": 7200.0,
    "mask": "strict", "records": None, "opened": None, "asked": None, "reason": "INC-8", "ticket": "", "approvals": [],
    "stages": [STAGE], "created_at": 1000.0, "expires_at": 4600.0, "begins_at": None, "ends_at": None,
    "ended_at": None, "ended_by": "", "why": "", "seconds_left": 60.0, "yours": False, "may_decide": True,
    "extends": "", "again": "", "acknowledged": [], "debrief": None, "owes_reading": False, "glass": "",
}  # fmt: skip
OFFERS: dict[str, Any] = {
    "operations": ["count", "search"], "upstreams": ["tickets-db"], "seconds": 14400.0, "records": 500, "opened": None,
    "masks": ["strict", "open"], "reason": True, "ticket": False, "answered_by": "1 of data-owners",
}  # fmt: skip
#: The rule behind a request.
RULE: dict[str, Any] = {
    "rule": "r", "there": True, "changed": False, "effect": "hold", "about": "loss", "operations": ["delete"],
    "where": {"collections": ["tick*"]}, "counts": "", "above": 1, "offers": OFFERS, "more": [],
}  # fmt: skip
DONE: dict[str, Any] = {
    "done": {"calls": 7, "records": 42, "records_are_about": False, "operations": {"search": 7}, "collections": {"tickets": 7},
             "masked": {"PERSON": 3}, "opened": {}, "refused": {"policy.denied": 1}, "first_at": 1000.0, "last_at": 2000.0},
    "unused": {"collections": [], "operations": ["count"]},
    "next": {"upstream": "tickets-db", "operations": ["search"], "collections": ["tickets"], "for": "1800s", "mask": "strict", "records": 42},
}  # fmt: skip
SESSION: dict[str, Any] = {
    "session": "20261123T141500-alice-8f3a", "kind": "person", "user": "alice", "principal": "p", "client": "192.0.2.7", "agent": "x",
    "opened": "2026-11-23T14:15:00.000Z", "last": "2026-11-23T14:20:00.000Z", "parts": 1,
}  # fmt: skip
TALK: dict[str, Any] = {
    "exchange": "e1", "session": SESSION["session"], "at": "2026-11-23T14:15:01.000Z", "user": "alice", "client": "192.0.2.7",
    "upstream": "tickets-db", "operation": "query", "kind": "search", "collections": ["tickets"], "effect": "allow", "rule": "all",
    "policy": "1", "outcome": "200", "refused": "", "status": 200, "records": 3, "masked": "2 (PERSON 2)", "approved": "",
    "grant": "", "events": ["request.sent", "answer.released"], "method": "POST", "path": "/query", "query": [["a", "b"]],
    "body": {"n_results": 3}, "answer": {"documents": ["<PERSON> called"]},
}  # fmt: skip
NEXT = f"{SESSION['session']}:1:77"
#: What a rule says, and why a call is decided as it is.
SAYS: dict[str, Any] = {
    "rule": "all", "effect": "allow", "who": "groups staff", "operations": ["read"], "place": "p.yaml:3", "notes": ["in collections t*"],
}  # fmt: skip
WHY: dict[str, Any] = {
    "effect": "deny", "rule": "", "reason": "policy.no_rule", "mask": None, "grant": "",
    "traces": [
        {"rule": "all", "effect": "allow", "decides": False, "misses": ["collections: wants all in t*"]},
        {"rule": "may ask", "effect": "request", "decides": False, "misses": []},
    ],
}  # fmt: skip
LOCK: dict[str, Any] = {
    "kind": "login", "name": "https://idp#4711", "user": "mallory", "why": "canary", "since": 1000.0, "rule": "r", "by": "",
}  # fmt: skip
WHO: dict[str, Any] = {
    "issuer": "https://login.example",
    "subject": "b1",
    "user": "bob",
    "groups": ["g"],
    "rules": [
        {"rule": "r", "effect": "allow", "operations": ["search"], "where": "anywhere"},
        {
            "rule": "may ask",
            "effect": "request",
            "operations": ["read"],
            "where": {"collections": ["tick*"]},
            "offers": OFFERS,
        },
        {"rule": "no", "effect": "deny", "operations": ["*"]},
    ],
}


@pytest.fixture(scope="module")
def login() -> Iterator[LoginStub]:
    with running_login() as made:
        yield made


@pytest.fixture(scope="module")
def served_api() -> Iterator[ApiStub]:
    with running_api() as made:
        yield made


@pytest.fixture
def api(served_api: ApiStub) -> ApiStub:
    served_api.calls.clear()
    tell(served_api)
    return served_api


def tell(api: ApiStub, call: dict[str, Any] = CALL, access: dict[str, Any] = ACCESS) -> None:
    """Answer with these, wherever one asks."""
    api.answers = {
        "GET /requests": (200, {"requests": [call]}),
        "GET /requests/h1": (200, call),
        "GET /access": (200, {"access": [access]}),
        "GET /requests/h1/rule": (200, RULE),
        "GET /access/a1": (200, access),
        "GET /access/a1/rule": (200, RULE),
        "GET /access/a1/debrief": (200, access | DONE),
        "POST /access/revoke": (
            200,
            {"ended": [access], "kept": [{"id": "a2", "holder": "dave", "why": "access.not_approver"}], "others": 3},
        ),
        "GET /whoami": (200, WHO),
        "GET /locks": (200, {"locks": [LOCK, LOCK | {"kind": "everything", "name": "", "user": "", "by": "bob"}]}),
        "POST /sessions": (200, {"sessions": [SESSION], "next": NEXT}),
        "POST /sessions/calls": (200, {"calls": [TALK], "hidden": 4, "next": ""}),
        "POST /sessions/replay": (200, {"session": SESSION, "calls": [TALK], "hidden": 2, "next": NEXT}),
        "GET /policy": (200, {"policy": "abc", "problems": ["p.yaml:2: odd"], "proposed": None, "rules": [SAYS]}),
        "GET /policy/coverage": (
            200,
            {
                "policy": "abc",
                "cases": 4,
                "failed": [{"name": "n", "place": "p.test.yaml:3", "failures": ["effect: deny"]}],
                "rules": [{"rule": "all", "place": "p.yaml:3", "cases": 2}],
                "problem": "",
            },
        ),
        "POST /policy/mine": (200, WHY),
        "POST /policy/explain": (200, WHY),
        "POST /policy/who": (
            200,
            {"kinds": [{"kinds": ["search", "count"], "rules": [SAYS]}, {"kinds": ["scan"], "rules": []}]},
        ),
        "POST /policy/what": (200, {"rules": [SAYS], "answers": ["answers delete; of 'ask'"]}),
        "POST /locks": (200, {"made": LOCK}),
        "POST /locks/lift": (200, {"lifted": [LOCK]}),
        "POST /access": (200, access),
        **{f"POST /requests/h1/{act}": (200, call) for act in ("approve", "deny", "withdraw", "explain")},
        **{
            f"POST /access/a1/{act}": (200, access)
            for act in ("approve", "deny", "withdraw", "revoke", "end", "extend", "again", "acknowledge")
        },
    }


@pytest.fixture(scope="module")
def served(served_api: ApiStub, login: LoginStub) -> Iterator[Served]:
    with running_console(served_api.url, login) as made:
        made.console.app._now = lambda: 0.0  # type: ignore[attr-defined]
        yield made


@pytest.fixture(autouse=True)
def unhurried(request: pytest.FixtureRequest) -> None:
    """Each test logs in as if nobody had yet."""
    if "served" in request.fixturenames:
        request.getfixturevalue("served").console.app._logins.clear()


@pytest.fixture
def bob(served: Served, api: ApiStub) -> Person:
    made = served.person()
    made.log_in()
    return made
