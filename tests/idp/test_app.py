"""The whole way: a terminal asks, a person answers in a visitor, tokens come, are renewed, and end."""

import asyncio

import jwt
import pytest

from support.logins.served import CLIENT, PASSWORD, Served
from vecgate.domain.principal import Secret
from vecgate.identity.verifier import Verifier
from vecgate.settings.issuers import Issuer


def said(token: str) -> dict[str, object]:
    found: dict[str, object] = jwt.decode(token, options={"verify_signature": False})
    return found


def test_a_terminal_is_logged_in_and_the_gateway_takes_its_token(served: Served) -> None:
    asked = served.begin(host="desk-7")
    assert served.poll(asked).json()["error"] == "authorization_pending"
    visitor = served.visitor()
    assert visitor.come(asked["user_code"]).headers["location"] == "/login"
    assert visitor.log_in().headers["location"] == "/confirm"
    page = visitor.open("/confirm").text
    assert asked["user_code"] in page.replace("</p>", "")
    for word in ("desk-7", "127.0.0.1", CLIENT, "alice"):
        assert word in page
    assert "Logged in" in visitor.post("/confirm", {"answer": "yes"}).text
    given = served.poll(asked).json()
    assert (given["token_type"], given["expires_in"], given["scope"]) == ("Bearer", 600, "read write admin")
    head, claims = jwt.get_unverified_header(given["access_token"]), said(given["access_token"])
    assert (head["alg"], head["typ"]) == ("ES256", "at+jwt")
    assert {name: claims[name] for name in ("iss", "aud", "sub", "client_id", "amr", "groups")} == {
        "iss": served.url, "aud": "vecgate", "sub": "alice", "client_id": CLIENT, "amr": ["pwd"], "groups": ["analysts"],
    }  # fmt: skip
    assert claims["exp"] - claims["iat"] == 600  # type: ignore[operator]
    assert claims["sid"]

    async def checked() -> object:
        verifier = Verifier([Issuer(issuer=served.url, audience="vecgate", timeout=60)], now=served.clock)
        await verifier.open()
        try:
            return await verifier.check(Secret(given["access_token"]))
        finally:
            await verifier.close()

    principal = asyncio.run(checked())
    assert (principal.user, principal.groups) == ("alice", frozenset({"analysts"}))  # type: ignore[attr-defined]
    assert served.poll(asked).json()["error"] == "expired_token", "a code is good once"


def test_a_no_is_a_no(served: Served) -> None:
    asked = served.begin()
    assert "Refused" in served.visitor().answer(asked["user_code"], answer="no").text
    assert served.poll(asked).json()["error"] == "access_denied"
    assert served.poll(asked).json()["error"] == "expired_token"


def test_a_code_is_answered_once(served: Served) -> None:
    asked = served.begin()
    served.visitor().answer(asked["user_code"])
    again = served.visitor().come(asked["user_code"])
    assert (again.status_code, "No terminal waits" in again.text) == (400, True)


def test_a_refresh_token_is_used_once_and_its_second_use_ends_the_login(served: Served) -> None:
    first = served.log_in()
    second = served.renew(first["refresh_token"]).json()
    assert said(second["access_token"])["sid"] == said(first["access_token"])["sid"]
    assert second["refresh_token"] != first["refresh_token"]
    replayed = served.renew(first["refresh_token"])
    assert (replayed.status_code, replayed.json()["error"]) == (400, "invalid_grant")
    assert served.renew(second["refresh_token"]).json()["error"] == "invalid_grant", "the family has ended"


def test_a_refresh_token_is_its_programs_and_guesses_end_nothing_but_their_own(served: Served) -> None:
    given = served.log_in()
    assert served.renew(given["refresh_token"], client_id="other").json()["error"] == "invalid_client"
    assert served.renew("nothing.of-that").json()["error"] == "invalid_grant"
    assert served.renew(given["refresh_token"]).status_code == 200


def test_a_login_ends_and_no_token_lives_longer(served: Served) -> None:
    given = served.log_in()
    served.clock.added = 28800 - 60
    renewed = served.renew(given["refresh_token"]).json()
    assert 0 < renewed["expires_in"] <= 60
    served.clock.added = 28800 + 1
    assert served.renew(renewed["refresh_token"]).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("which", ["refresh_token", "access_token"])
def test_a_logout_ends_the_login(served: Served, which: str) -> None:
    given = served.log_in()
    assert served.post("/revoke", token=given[which]).status_code == 200
    assert served.renew(given["refresh_token"]).json()["error"] == "invalid_grant"
    assert served.post("/revoke", token="nothing").status_code == 200


def test_who_asks_too_often_is_told(served: Served) -> None:
    asked = served.begin()
    assert served.poll(asked).json()["error"] == "authorization_pending"
    assert served.poll(asked).json()["error"] == "slow_down"


def test_codes_end_by_themselves_in_the_store(served: Served) -> None:
    asked = served.begin()
    assert asked["expires_in"] == 600
    assert asked["verification_uri_complete"] == f"{served.url}/device?user_code={asked['user_code']}"


def test_scopes_are_those_that_are_given_here(served: Served) -> None:
    assert said(served.log_in(scope="openid read")["access_token"])["scope"] == "read"
    assert said(served.log_in(scope="openid profile")["access_token"])["scope"] == "read write admin"
    assert served.post("/device_authorization", client_id=CLIENT, scope="root").json()["error"] == "invalid_scope"


def test_a_wrong_password_is_nobody(served: Served) -> None:
    visitor = served.visitor()
    visitor.come(served.begin()["user_code"])
    for user, password in (("alice", "wrong"), ("nobody", PASSWORD), ("alice", ""), ("alice", "x" * 300)):
        answer = visitor.log_in(user, password)
        assert (answer.status_code, "do not fit" in answer.text) == (401, True)
    assert visitor.open("/confirm").status_code == 400
