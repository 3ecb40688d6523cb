"""The whole way by SAML: from the code in the terminal to the token; who finishes a login, and how it ends."""

import html
from typing import Any

import jwt
from lxml import etree

from support.logins.saml_stub import SLO, SSO, logout
from support.logins.served import BACK, brought, request
from support.logins.town import Town


def claims(token: str) -> dict[str, object]:
    found: dict[str, object] = jwt.decode(token, options={"verify_signature": False})
    return found


def test_a_login_at_the_provider_comes_to_the_terminal(town: Town) -> None:
    served, visitor = town.served, town.served.visitor()
    asked = served.begin(host="desk-7")
    page = town.log_in(visitor, asked["user_code"])
    assert "alice@example.com" in page.text
    assert "desk-7" in page.text
    visitor.post("/confirm", {"answer": "yes"})
    given = served.poll(asked).json()
    said = claims(given["access_token"])
    assert (said["sub"], said["groups"], said["amr"]) == ("alice@example.com", ["analysts", "support"], ["pwd"])
    served.clock.added = 3500  # of the hour that the provider gave
    assert 0 < served.renew(given["refresh_token"]).json()["expires_in"] <= 100


def test_a_program_gets_its_code_by_way_of_the_provider(town: Town) -> None:
    """The console's login, with SAML behind it; and nobody finishes it in another browser."""
    served, visitor, eve = town.served, town.served.visitor(), town.served.visitor()
    assert "/saml/login" in visitor.line.get(request(), follow_redirects=True).text
    back = town.post(visitor, town.saying(town.away(visitor)[0]).response(town.signer)).headers["location"]
    eve.open(request(state="eves"))
    assert "saml.browser" in eve.open(back).text
    back = town.post(visitor, town.saying(town.away(visitor)[0]).response(town.signer)).headers["location"]
    assert visitor.open(back).headers["location"] == "/confirm"
    assert "alice@example.com" in visitor.open("/confirm").text
    led = html.unescape(visitor.post("/confirm", {"answer": "yes"}).text.partition("0;url=")[2].partition('"')[0])
    assert led.startswith(f"{BACK}?code=")
    given = served.redeem(brought(led)["code"]).json()
    assert claims(given["access_token"])["groups"] == ["analysts", "support"]
    assert claims(given["id_token"])["sub"] == "alice@example.com"


def test_with_the_providers_session_the_login_ends(town: Town) -> None:
    served, visitor = town.served, town.served.visitor()
    asked = served.begin()
    town.log_in(visitor, asked["user_code"], session=120.0)
    visitor.post("/confirm", {"answer": "yes"})
    given = served.poll(asked).json()
    assert given["expires_in"] <= 120
    served.clock.added = 121
    assert served.renew(given["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_response_comes_once_and_answers_what_was_asked(town: Town) -> None:
    visitor = town.served.visitor()
    name, _ = town.leave(visitor, town.served.begin()["user_code"])
    text = town.saying(name).response(town.signer)
    assert town.post(visitor, text).status_code == 303
    again = town.post(visitor, text)
    assert (again.status_code, "saml.replayed" in again.text) == (403, True)
    other = town.post(visitor, town.saying(name, id="_another-0123456789").response(town.signer))
    assert "saml.unsolicited" in other.text, "the request was answered"
    unasked = town.post(visitor, town.saying("_never-asked-0123", id="_unasked-0123456789").response(town.signer))
    assert "saml.unsolicited" in unasked.text


def test_only_the_browser_that_began_a_login_finishes_it(town: Town) -> None:
    """Eve logs in, and has Bob's visitor finish it: he would answer his terminal as her."""
    eve, bob = town.served.visitor(), town.served.visitor()
    town.leave(bob, town.served.begin()["user_code"])
    name, _ = town.leave(eve, town.served.begin()["user_code"])
    back = town.post(
        eve,
        town.saying(
            name,
        ).response(town.signer),
    ).headers["location"]
    stolen = bob.open(back)
    assert (stolen.status_code, "saml.browser" in stolen.text) == (403, True)
    assert eve.open(back).status_code == 403, "it was used"
    assert bob.open("/confirm").status_code == 400
    assert town.served.visitor().open("/saml/login").status_code == 403


def test_a_request_says_who_asks_and_where_to_answer(town: Town) -> None:
    visitor, url = town.served.visitor(), town.served.url
    _, text = town.leave(visitor, town.served.begin()["user_code"])
    request = etree.fromstring(text)
    assert request.get("Destination") == SSO
    assert request.get("AssertionConsumerServiceURL") == f"{url}/saml/acs"
    assert request[0].text == f"{url}/saml/metadata"


def test_a_logout_at_the_provider_ends_its_logins(town: Town) -> None:
    served, url = town.served, town.served.url
    given = []
    for user in ("alice@example.com", "bob@example.com"):
        visitor, asked = served.visitor(), served.begin()
        town.log_in(visitor, asked["user_code"], user=user)
        visitor.post("/confirm", {"answer": "yes"})
        given.append(served.poll(asked).json())
    text = logout(town.signer, f"{url}/saml/slo", now=served.clock(), index="_s1")
    answer = town.post(served.visitor(), text, "/saml/slo", "SAMLRequest")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{SLO}?SAMLResponse=")
    assert served.renew(given[0]["refresh_token"]).json()["error"] == "invalid_grant"
    assert served.renew(given[1]["refresh_token"]).status_code == 200
    assert "saml.replayed" in town.post(served.visitor(), text, "/saml/slo", "SAMLRequest").text


def test_a_logout_at_the_provider_before_the_yes_counts(town: Town) -> None:
    served, url = town.served, town.served.url
    visitor, asked = served.visitor(), served.begin()
    town.log_in(visitor, asked["user_code"], user="carol@example.com")
    text = logout(town.signer, f"{url}/saml/slo", now=served.clock(), name="carol@example.com", id="_early-0123456789")
    assert town.post(served.visitor(), text, "/saml/slo", "SAMLRequest").status_code == 303
    answer = visitor.post("/confirm", {"answer": "yes"})
    assert (answer.status_code, "You were logged out meanwhile" in answer.text) == (400, True)
    assert served.poll(asked).json()["error"] in ("authorization_pending", "slow_down")


def test_a_logout_that_does_not_count_ends_nothing(town: Town) -> None:
    served, here = town.served, f"{town.served.url}/saml/slo"
    now = served.clock()
    refused: tuple[tuple[str, dict[str, Any]], ...] = (
        ("saml.signatures", {"signed": False}),
        ("saml.issuer", {"entity": "https://evil.example"}),
        ("saml.destination", {"destination": "https://other.example/saml/slo"}),
        ("saml.expired", {"now": now - 700}),
        ("saml.early", {"now": now + 100}),
    )
    for n, (code, over) in enumerate(refused):
        text = logout(town.signer, here, **{"now": now, "id": f"_refused-{n}-0123456789", **over})
        answer = town.post(served.visitor(), text, "/saml/slo", "SAMLRequest")
        assert (answer.status_code, code in answer.text) == (403, True)
    answer = town.post(served.visitor(), town.saying("_x-0123456789").response(town.signer), "/saml/slo", "SAMLRequest")
    assert "saml.shape" in answer.text


def test_nobody_types_a_password_here(town: Town) -> None:
    visitor = town.served.visitor()
    visitor.come(town.served.begin()["user_code"])
    assert 'type="password"' not in visitor.open("/login").text
    assert visitor.post("/login", {"user": "alice", "password": "correct horse battery"}).status_code == 404
