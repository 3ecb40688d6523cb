"""What is locked stands on a page; what is locked or lifted is what was chosen, and only once it is meant."""

from typing import Any

import pytest

from support.consoles.api_stub import ApiStub
from support.consoles.served import Person


def test_what_is_locked(bob: Person) -> None:
    found = bob.open("/locks").text
    words = [
        "mallory",
        "https://idp#4711",
        "canary",
        "1970-01-01 00:16 UTC",
        "by rule r",
        "bob, by rule r",
        "everything",
    ]
    assert [word for word in words if word not in found] == []


@pytest.mark.parametrize(
    ("path", "form", "body"),
    [
        ("/locks", {"what": "user", "name": " carol ", "reason": "INC-7"}, {"user": "carol", "reason": "INC-7"}),
        ("/locks", {"what": "collection", "name": "db/tickets"}, {"collection": "db/tickets"}),
        ("/locks", {"what": "everything", "name": ""}, {"everything": True}),
        ("/locks/lift", {"what": "group", "name": "staff"}, {"group": "staff"}),
        ("/locks/lift", {"what": "everything", "name": ""}, {"everything": True}),
        ("/locks/lift", {"what": "login", "name": "https://idp#4711"}, {"who": "https://idp#4711"}),
    ],
)
def test_what_was_chosen_is_what_is_sent(
    bob: Person, api: ApiStub, path: str, form: dict[str, str], body: dict[str, Any]
) -> None:
    assert bob.post(path, form).status_code == 400  # not meant
    assert [call for call in api.calls if call[0] == "POST"] == []
    assert bob.post(path, form | {"sure": "on"}).headers["location"] == "/locks"
    assert [call[1:] for call in api.calls if call[0] == "POST"] == [(path, "bob", body)]


@pytest.mark.parametrize(
    "form", [{"what": "everything", "name": "x"}, {"what": "user", "name": ""}, {"what": "moon", "name": "x"}, {}]
)
@pytest.mark.parametrize("path", ["/locks", "/locks/lift"])
def test_what_names_nothing_or_too_much_is_not_sent(bob: Person, api: ApiStub, path: str, form: dict[str, str]) -> None:
    assert bob.post(path, form | {"sure": "on"}).status_code == 400
    assert [call for call in api.calls if call[0] == "POST"] == []


def test_who_may_not_is_told_so(bob: Person, api: ApiStub) -> None:
    for asked in ("GET /locks", "POST /locks"):
        api.answers[asked] = (403, {"message": "policy.no_rule: No rule lets you lock"})
    assert "policy.no_rule: No rule lets you lock" in bob.open("/locks").text
    found = bob.post("/locks", {"what": "user", "name": "x", "sure": "on"})
    assert (found.status_code, "policy.no_rule" in found.text) == (403, True)
    assert "<h1>That was not done</h1>" in found.text
    assert "<h1>This cannot be shown</h1>" in bob.open("/locks").text
