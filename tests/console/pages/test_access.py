"""What is typed on the pages of access is what is sent."""

import pytest

from support.consoles.api_stub import ApiStub
from support.consoles.served import Person


@pytest.mark.parametrize(
    ("path", "form", "sent"),
    [
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
