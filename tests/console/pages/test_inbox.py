"""What waits for one stands in the inbox, and only what is over in the history."""

from console.conftest import ACCESS, CALL, tell
from support.consoles.api_stub import ApiStub
from support.consoles.served import Person


def test_what_waits_and_what_is_over(bob: Person, api: ApiStub) -> None:
    assert "/requests/h1" in bob.open("/").text
    assert "/requests/h1" not in bob.open("/history").text
    tell(api, CALL | {"state": "denied", "may_decide": False}, ACCESS | {"state": "denied", "may_decide": False})
    empty = bob.open("/").text
    assert "/requests/h1" not in empty
    assert empty.count("None.") == empty.count("<h2>")  # each says it once
    assert "/access/a1" in bob.open("/history").text
