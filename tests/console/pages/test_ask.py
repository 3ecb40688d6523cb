"""What one may ask for stands on its page, rule by rule; what is typed is what is sent."""

from typing import Any

import pytest

from console.conftest import ACCESS, DONE, WHO
from support.consoles.api_stub import ApiStub
from support.consoles.served import Person


def sent(api: ApiStub) -> Any:
    [found] = [call[3] for call in api.calls if call[0] == "POST"]
    return found


def test_what_one_may_ask_for(bob: Person, api: ApiStub) -> None:
    found = bob.open("/access").text
    words = ["may ask", "read", "tickets-db", "tick*", "4h, 500 records; mask strict or open", "1 of data-owners"]
    assert [word for word in words if word not in found] == []
    api.answers["GET /whoami"] = (200, WHO | {"rules": []})
    assert "No rule lets you ask for anything here." in bob.open("/access").text


def test_a_rule_fills_the_form(bob: Person, api: ApiStub) -> None:
    found = bob.open("/access?rule=may%20ask").text
    words = [
        "By rule may ask",
        'value="tick*"',
        'name="operation:search"',
        'value="2h"',
        "<option selected>strict</option>",
    ]
    assert [word for word in words if word not in found] == []
    assert "By rule" not in bob.open("/access?rule=no").text


def test_what_was_used_fills_the_form(bob: Person, api: ApiStub) -> None:
    found = bob.open("/access?like=a1").text
    words = ['value="tickets-db"', 'value="1800s"', 'value="42"', 'value="search"', 'value="INC-8"']
    assert [word for word in words if word not in found] == []
    api.answers["GET /access/a1/debrief"] = (200, ACCESS | DONE | {"next": None})
    assert bob.open("/access?like=a1").status_code == 409


@pytest.mark.parametrize("like", ["../whoami", "a1/rule", "", "A1"])
def test_like_names_one_access(bob: Person, api: ApiStub, like: str) -> None:
    api.calls.clear()
    assert bob.open(f"/access?like={like}").status_code == 404
    assert [call[1] for call in api.calls] == ["/whoami"]


@pytest.mark.parametrize(
    ("form", "body"),
    [
        (
            {"upstream": "db", "collections": "a, b-*", "operations": "search,count", "for": "2h", "records": "50", "ticket": ""},
            {"upstream": "db", "collections": ["a", "b-*"], "operations": ["search", "count"], "for": "2h", "records": 50},
        ),
        (
            {"upstream": "db", "operation:count": "on", "for": "1h", "from": "2026-11-28T14:00", "opened": "x", "rule": "r"},
            {"upstream": "db", "collections": [], "operations": ["count"], "for": "1h", "from": "2026-11-28T14:00+00:00", "opened": "x"},
        ),
    ],
)  # fmt: skip
def test_what_was_typed_is_what_is_sent(bob: Person, api: ApiStub, form: dict[str, str], body: dict[str, Any]) -> None:
    assert bob.post("/access", form).headers["location"] == "/access/a1"
    assert sent(api) == body


def test_a_form_without_an_operation_is_told_so_before_anything_is_asked(bob: Person, api: ApiStub) -> None:
    found = bob.post("/access", {"upstream": "db", "collections": "a", "for": "2h", "reason": "x"})
    assert (found.status_code, "choose at least one operation" in found.text) == (400, True)
    assert [call for call in api.calls if call[0] == "POST"] == []
