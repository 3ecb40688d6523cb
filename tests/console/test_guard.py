"""Attacks of other pages on a console: rebound names, frames, foreign forms, floods of logins. All in vain."""

import pytest

from support.consoles.api_stub import ApiStub
from support.consoles.served import Served
from vecgate.browsers.guard import LOGINS


@pytest.mark.parametrize("host", ["evil.example", "localhost", "127.0.0.1", "", "evil.example:80"])
def test_a_rebound_name_gets_nothing(served: Served, host: str) -> None:
    found = served.person().open("/login", host=host)
    assert found.status_code == 421
    assert "location" not in found.headers
    assert "set-cookie" not in found.headers


@pytest.mark.parametrize("path", ["/", "/login", "/static/console.css", "/nowhere", "/requests/h1"])
def test_every_answer_forbids_frames_scripts_and_guesses(served: Served, path: str) -> None:
    headers = served.person().open(path).headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert (headers["x-frame-options"], headers["x-content-type-options"]) == ("DENY", "nosniff")
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
def test_a_foreign_form_is_not_taken_even_with_the_right_word(
    served: Served, api: ApiStub, headers: dict[str, str]
) -> None:
    bob = served.person()
    bob.log_in()
    assert bob.post("/requests/h1/approve", **headers).status_code == 403
    assert [call for call in api.calls if call[0] == "POST"] == []


def test_a_form_that_does_not_say_where_it_comes_from_is_none(served: Served, api: ApiStub) -> None:
    bob = served.person()
    bob.log_in()
    assert bob.line.post("/requests/h1/approve", data={"form": bob.word()}).status_code == 403
    assert [call for call in api.calls if call[0] == "POST"] == []


def test_logins_are_counted(served: Served) -> None:
    eve = served.person()
    statuses = [eve.open("/login/back?state=x&code=y").status_code for _ in range(LOGINS + 5)]
    assert statuses == [400] * LOGINS + [429] * 5
    assert eve.open("/static/console.css").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_methods_are_none(served: Served, method: str) -> None:
    assert served.person().line.request(method, "/").status_code == 405
