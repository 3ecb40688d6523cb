"""What is shown is what the API told, as text; what is sent is what was typed, and nothing else."""

from typing import Any

import pytest

from console.conftest import ACCESS, CALL, tell
from support.consoles.api_stub import ApiStub
from support.consoles.served import Person, Served
from vecgate.console import pages

EVIL = """"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"""


@pytest.fixture
def bob(served: Served, api: ApiStub) -> Person:
    made = served.person()
    made.log_in()
    return made


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", ["alice", "delete_filter deletes 3 of 5 in tickets", "carol", "search for 2 h"]),
        ("/requests/h1", ["INC-7", "POST /delete", "&#34;where&#34;", "3 of 5 records", "these 3 and no others", "1 of data-owners", "Approve"]),
        ("/access/a1", ["carol", "INC-8", "strict", "Approve"]),
        ("/mine", ["bob", "allow"]),
        ("/access", ["Ask for access"]),
        ("/grants", ["None."]),
        ("/history", ["None."]),
    ],
)  # fmt: skip
def test_each_page_reads_without_a_script(bob: Person, path: str, words: list[str]) -> None:
    found = bob.open(path)
    assert found.status_code == 200
    assert [word for word in words if word not in found.text] == []


def test_names_reasons_and_payloads_are_text_on_every_page(bob: Person, api: ApiStub) -> None:
    def evil(tree: dict[str, Any]) -> dict[str, Any]:
        kept = {"id", "state", "stages", "approvals"}
        return {
            name: EVIL if isinstance(value, str) and name not in kept else [EVIL] if isinstance(value, list) and name not in kept else value
            for name, value in tree.items()
        }  # fmt: skip

    tell(api, evil(CALL) | {"body": {EVIL: EVIL}}, evil(ACCESS))
    api.answers["GET /whoami"] = (
        200,
        {"user": EVIL, "groups": [EVIL], "rules": [{"rule": EVIL, "effect": EVIL, "operations": [EVIL]}]},
    )
    for path in ("/", "/requests/h1", "/access/a1", "/mine", "/grants", "/history"):
        found = bob.open(path)
        assert found.status_code == 200
        assert "alert(1)" in found.text or path in ("/grants", "/history")
        assert "<script>alert" not in found.text
        assert "<img" not in found.text
        assert "49" not in found.text.replace("alert", "")
    api.answers["GET /requests/h1"] = (403, {"message": f"requests.unknown: {EVIL}"})
    assert "<script>alert" not in bob.open("/requests/h1").text


@pytest.mark.parametrize(
    ("path", "form", "sent"),
    [
        ("/requests/h1/approve", {}, {}),
        ("/requests/h1/approve", {"reason": "x", "id": "h2"}, {}),
        ("/requests/h1/deny", {"reason": " too \r\n much "}, {"reason": "too much"}),
        ("/requests/h1/explain", {"reason": "INC-9"}, {"reason": "INC-9"}),
        ("/access/a1/revoke", {"reason": "enough"}, {"reason": "enough"}),
        ("/access/a1/extend", {"for": "1h", "reason": ""}, {"for": "1h"}),
        ("/access/a1/end", {}, {}),
    ],
)
def test_what_was_typed_is_what_is_sent(
    bob: Person, api: ApiStub, path: str, form: dict[str, str], sent: dict[str, str]
) -> None:
    found = bob.post(path, form)
    assert (found.status_code, found.headers["location"]) == (303, path.rpartition("/")[0])
    assert [(call[1], call[2], call[3]) for call in api.calls if call[0] == "POST"] == [(path, "bob", sent)]


def test_access_is_asked_for(bob: Person, api: ApiStub) -> None:
    form = {
        "upstream": "db",
        "collections": "a, b-*",
        "operations": "search,count",
        "for": "2h",
        "records": "50",
        "ticket": "",
    }
    assert bob.post("/access", form).headers["location"] == "/access/a1"
    [sent] = [call[3] for call in api.calls if call[0] == "POST"]
    assert sent == {
        "upstream": "db",
        "collections": ["a", "b-*"],
        "operations": ["search", "count"],
        "for": "2h",
        "records": 50,
    }


def test_a_no_of_the_gateway_is_told_in_its_words(bob: Person, api: ApiStub) -> None:
    api.answers["POST /requests/h1/approve"] = (403, {"message": "requests.not_approver: only others"})
    found = bob.post("/requests/h1/approve")
    assert found.status_code == 403
    assert "requests.not_approver: only others" in found.text


@pytest.mark.parametrize(("seconds", "words"), [(0.0, "under a minute"), (61.0, "1 min"), (7260.0, "2 h 1 min")])
def test_how_long(seconds: float, words: str) -> None:
    assert pages.lasting(seconds) == words


def test_when() -> None:
    assert (pages.clock(None), pages.clock(0.0), pages.clock(60.0)) == ("", "", "1970-01-01 00:01 UTC")
