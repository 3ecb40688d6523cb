"""What is typed on the pages of access is what is sent."""

from typing import Any

import pytest

from console.conftest import ACCESS, tell
from support.consoles.api_stub import ApiStub
from support.consoles.served import Person


@pytest.mark.parametrize(
    ("path", "form", "sent"),
    [
        ("/access/a1/revoke", {"reason": "enough"}, {"reason": "enough"}),
        ("/access/a1/extend", {"for": "1h", "reason": ""}, {"for": "1h"}),
        ("/access/a1/end", {}, {}),
        ("/access/a1/acknowledge", {"reason": "x"}, {}),
        ("/access/a1/again", {"ticket": "T-1"}, {"ticket": "T-1"}),
        ("/access/a1/approve", {}, {}),
    ],
)
def test_what_was_typed_is_what_is_sent(
    bob: Person, api: ApiStub, path: str, form: dict[str, str], sent: dict[str, str]
) -> None:
    found = bob.post(path, form)
    assert (found.status_code, found.headers["location"]) == (303, path.rpartition("/")[0])
    assert [(call[1], call[2], call[3]) for call in api.calls if call[0] == "POST"] == [(path, "bob", sent)]


GRANTED = {"state": "granted", "ends_at": 8200.0, "begins_at": 1000.0}


@pytest.mark.parametrize(
    ("over", "there", "absent"),
    [
        ({}, ["Approve", "Say yes to less", 'value="2h"', "operation:search", "4h", "tick*", "strict or open"], ["Revoke", "Debrief"]),
        (GRANTED, ["Revoke", "Done so far", "42 different ones", "PERSON 3"], ["Approve", "I have read it"]),
        (GRANTED | {"may_decide": False, "yours": True}, ["Give it back", "Ask for more time"], ["Revoke"]),
        (
            {"state": "ended", "how": "given_back", "ended_at": 2000.0, "debrief": "unread", "owes_reading": True, "may_decide": False, "yours": True},
            ["given back", "Debrief: asked and done", "I have read it", "/access?like=a1", "the same again", "policy.denied 1"],
            ["Approve", "Revoke"],
        ),
        (
            {"state": "ended", "how": "revoked", "ended_at": 2000.0, "glass": "call", "may_decide": False, "yours": True, "verdict": "unreviewed", "review_until": 9000.0, "found": "", "owes_review": False},
            ["revoked"],
            ["/access?like=a1", "the same again"],
        ),
        ({"state": "denied", "how": "denied", "ended_by": "bob", "why": "not today", "may_decide": False}, ["denied by bob: not today"], ["Approve"]),
        ({"asked": ACCESS | {"seconds": 9000.0}}, ["Left of it", "150min"], []),
    ],
)  # fmt: skip
def test_a_page_says_where_it_stands_and_offers_what_can_be_done(
    bob: Person, api: ApiStub, over: dict[str, Any], there: list[str], absent: list[str]
) -> None:
    tell(api, access=ACCESS | over)
    found = bob.open("/access/a1").text
    assert [word for word in there if word not in found] == []
    assert [word for word in absent if word in found] == []


def test_a_rule_that_is_gone_is_told(bob: Person, api: ApiStub) -> None:
    api.answers["GET /access/a1/rule"] = (200, {"rule": "r", "there": False, "changed": None, "more": []})
    assert "The rule r is there no more" in bob.open("/access/a1").text


def test_a_yes_to_less(bob: Person, api: ApiStub) -> None:
    form = {"for": "1h", "operations": "some", "operation:search": "on", "collections": "tickets", "records": "10"}
    assert bob.post("/access/a1/approve", form).status_code == 303
    assert [call[3] for call in api.calls if call[0] == "POST"] == [{"narrow": {"for": "1h", "records": 10}}]


@pytest.mark.parametrize(
    "form", [{"what": "user", "name": "carol"}, {"what": "everything", "sure": "on"}, {"sure": "on"}]
)
def test_everything_is_taken_away_by_who_says_of_whom_and_means_it(
    bob: Person, api: ApiStub, form: dict[str, str]
) -> None:
    assert bob.post("/grants/revoke", form).status_code == 400
    assert [call for call in api.calls if call[0] == "POST"] == []


def test_what_came_of_taking_everything_away(bob: Person, api: ApiStub) -> None:
    found = bob.post("/grants/revoke", {"what": "user", "name": "carol", "reason": "left", "sure": "on"}).text
    assert [call[3] for call in api.calls if call[0] == "POST"] == [{"user": "carol", "reason": "left"}]
    assert [word for word in ("/access/a1", "a2</a> of dave: access.not_approver", "3 more") if word not in found] == []


def test_names_are_text_where_everything_was_taken_away(bob: Person, api: ApiStub) -> None:
    evil = "<script>alert(1)</script>"
    kept = [{"id": "a2", "holder": evil, "why": evil}]
    api.answers["POST /access/revoke"] = (200, {"ended": [ACCESS | {"holder": evil}], "kept": kept, "others": 0})
    found = bob.post("/grants/revoke", {"what": "user", "name": evil, "reason": evil, "sure": "on"}).text
    assert ("&lt;script&gt;" in found, "<script>alert" in found) == (True, False)


def test_debriefs_to_read_stand_where_one_looks(bob: Person, api: ApiStub) -> None:
    tell(api, access=ACCESS | {"state": "ended", "how": "expired", "debrief": "unread", "owes_reading": True})
    assert all("/access/a1" in bob.open(path).text for path in ("/", "/grants"))
