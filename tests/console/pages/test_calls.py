"""What is typed on a call's page is what is sent, and a no is told."""

import pytest

from support.consoles.api_stub import ApiStub
from support.consoles.served import Person


@pytest.mark.parametrize(
    ("path", "form", "sent"),
    [
        ("/requests/h1/approve", {}, {}),
        ("/requests/h1/approve", {"reason": "x", "id": "h2"}, {}),
        ("/requests/h1/deny", {"reason": " too \r\n much "}, {"reason": "too much"}),
        ("/requests/h1/explain", {"reason": "INC-9"}, {"reason": "INC-9"}),
    ],
)
def test_what_was_typed_is_what_is_sent(
    bob: Person, api: ApiStub, path: str, form: dict[str, str], sent: dict[str, str]
) -> None:
    found = bob.post(path, form)
    assert (found.status_code, found.headers["location"]) == (303, path.rpartition("/")[0])
    assert [(call[1], call[2], call[3]) for call in api.calls if call[0] == "POST"] == [(path, "bob", sent)]


def test_a_no_of_the_gateway_is_told_in_its_words(bob: Person, api: ApiStub) -> None:
    api.answers["POST /requests/h1/approve"] = (403, {"message": "requests.not_approver: only others"})
    found = bob.post("/requests/h1/approve")
    assert found.status_code == 403
    assert "requests.not_approver: only others" in found.text
