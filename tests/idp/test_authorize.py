"""Attacks on the way that browsers are sent here by: downgrades, ways elsewhere, others' answers, fixed browsers."""

import threading

import httpx
import jwt

from support.logins.served import BACK, CLIENT, SITE, VERIFIER, Served, brought, challenge, request
from support.tools.every import every
from vecgate.desk import browser, service
from vecgate.desk.told import Client


def test_a_browser_goes_there_and_back(served: Served) -> None:
    visitor = served.visitor()
    assert visitor.open(request()).headers["location"] == "/login"
    visitor.log_in("bob")
    shown = visitor.open("/confirm").text
    assert all(word in shown for word in (SITE, BACK, "bob", "read"))
    visitor.open(request())
    place = visitor.go_back("bob")
    assert place.startswith(f"{BACK}?")
    said = brought(place)
    assert set(said) == {"code", "state", "iss"}
    assert (said["state"], said["iss"]) == ("a state", served.url)
    given = served.redeem(said["code"]).json()
    assert jwt.decode(given["access_token"], options={"verify_signature": False})["sub"] == "bob"


_NOWHERE = [
    {"client_id": "other"},
    {"client_id": ""},
    {"client_id": CLIENT},
    {"redirect_uri": ""},
    {"redirect_uri": "https://evil.example/login/back"},
    {"redirect_uri": f"{BACK}@evil.example"},
    {"redirect_uri": f"{BACK}/../../evil"},
    {"redirect_uri": f"{BACK}#x"},
    {"redirect_uri": "http://127.0.0.1:4242/back"},
    {"redirect_uri": "javascript:alert(1)"},
    {"redirect_uri": "//site.example/login/back"},
    {"state": "x" * 9000},
]


@every("over", _NOWHERE)
def test_who_is_not_known_leads_nowhere(served: Served, over: dict[str, str]) -> None:
    answer = served.visitor().open(request(**over))
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "evil" not in answer.text


@every(
    "more", ["&client_id=other", f"&redirect_uri={BACK}", "&code_challenge_method=plain", "&state=other", "&scope=read"]
)
def test_a_word_that_comes_twice_leads_nowhere(served: Served, more: str) -> None:
    answer = served.visitor().open(request() + more)
    assert (answer.status_code, "location" in answer.headers) == (400, False)


_BACK = [
    ("unsupported_response_type", {"response_type": "token"}),
    ("unsupported_response_type", {"response_type": "code id_token"}),
    ("unsupported_response_type", {"response_type": ""}),
    ("invalid_request", {"response_mode": "fragment"}),
    ("invalid_request", {"response_mode": "form_post"}),
    ("invalid_request", {"code_challenge": ""}),
    ("invalid_request", {"code_challenge_method": ""}),
    ("invalid_request", {"code_challenge_method": "plain"}),
    ("invalid_request", {"code_challenge_method": "s256"}),
    ("invalid_request", {"code_challenge_method": "plain", "code_challenge": VERIFIER}),
    ("invalid_request", {"code_challenge": challenge(VERIFIER) + "="}),
    ("invalid_request", {"code_challenge": challenge(VERIFIER)[:-1]}),
    ("invalid_request", {"state": "a\nb"}),
    ("invalid_request", {"nonce": "é"}),
    ("invalid_scope", {"scope": "openid everything"}),
    ("login_required", {"prompt": "none"}),
    ("request_not_supported", {"request": "e30.e30."}),
    ("request_uri_not_supported", {"request_uri": "https://evil.example/r"}),
]


@every("error, over", _BACK)
def test_what_is_wrong_goes_back_to_who_asked_and_begins_nothing(
    served: Served, error: str, over: dict[str, str]
) -> None:
    visitor = served.visitor()
    answer = visitor.open(request(**over))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{BACK}?")
    said = brought(answer.headers["location"])
    assert (said["error"], said["iss"]) == (error, served.url)
    assert said.get("state") == (None if "state" in over else "a state")
    assert visitor.open("/login").status_code == 400, "nobody is asked to log in"


def test_it_is_asked_for_by_a_link_alone(served: Served) -> None:
    assert served.line().post(request(), headers={"origin": served.url}).status_code in (404, 405)


def test_a_browser_that_somebody_fixed_is_not_gone_on_with(served: Served) -> None:
    """Eve puts her cookie into Bob's browser; the way that he is sent on begins with another one."""
    eve, bob = served.visitor(), served.visitor()
    eve.open(request(state="eves"))
    for cookie in eve.line.cookies.jar:
        bob.line.cookies.jar.set_cookie(cookie)
    bob.open(request(state="bobs"))
    assert bob.line.cookies["vecgate-idp"] != eve.line.cookies["vecgate-idp"]
    assert brought(bob.go_back("bob"))["state"] == "bobs"
    assert eve.open("/confirm").status_code == 400


def test_a_login_for_one_thing_is_none_for_another(served: Served) -> None:
    """Who has logged in for a program, and is led to another one or to a code meanwhile, is asked anew."""
    visitor = served.visitor()
    visitor.open(request())
    visitor.log_in("bob")
    visitor.open(request(client_id=CLIENT, redirect_uri="http://127.0.0.1:666/back"))
    assert visitor.open("/confirm").status_code == 400
    visitor.log_in("bob")
    visitor.come(served.begin()["user_code"])
    assert visitor.open("/confirm").status_code == 400


def test_a_terminals_yes_is_no_programs(served: Served) -> None:
    visitor, asked = served.visitor(), served.begin()
    visitor.open(request())
    visitor.come(asked["user_code"])
    visitor.log_in()
    visitor.open("/confirm")
    assert BACK not in visitor.post("/confirm", {"answer": "yes"}).text
    assert served.poll(asked).status_code == 200


def test_a_yes_counts_once_and_needs_its_forms_word(served: Served) -> None:
    visitor = served.visitor()
    visitor.open(request())
    visitor.log_in()
    visitor.open("/confirm")
    word, visitor.word = visitor.word, "x"
    assert visitor.post("/confirm", {"answer": "yes"}).status_code == 403
    visitor.word = word
    assert visitor.post("/confirm", {"answer": "yes"}, origin="https://evil.example").status_code == 403
    assert visitor.post("/confirm", {"answer": "yes"}).status_code == 200
    assert visitor.post("/confirm", {"answer": "yes"}).status_code == 403


def test_what_a_program_says_is_shown_as_text(served: Served) -> None:
    visitor = served.visitor()
    visitor.open(request(state='"><script>x', nonce="<b>"))
    place = visitor.go_back()
    assert brought(place)["state"] == '"><script>x'


def test_every_answer_forbids_frames_and_keeping(served: Served) -> None:
    for path in (request(), request(client_id="other"), request(prompt="none")):
        headers = served.visitor().open(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert (headers["x-frame-options"], headers["cache-control"]) == ("DENY", "no-store")
        assert headers["referrer-policy"] == "same-origin"


def test_where_no_program_may_send_browsers_there_is_no_such_page(served: Served) -> None:
    told = served.told.model_copy(update={"redirects": {}})
    from vecgate.idp.authorize import Authorize

    assert Authorize(told, None).routes() == []  # type: ignore[arg-type]


def test_a_desk_logs_in_with_a_browser_at_whichever_port_is_free(served: Served) -> None:
    """`vecgate login --browser`, as it is."""
    visitor, said = served.visitor(), []

    def browse(address: str) -> None:
        visitor.open(address.removeprefix(served.url))
        said.append(httpx.get(visitor.go_back("bob"), trust_env=False).text)

    def opened(address: str) -> None:
        threading.Thread(target=browse, args=(address,), daemon=True).start()

    made = browser.login(service.found(served.url), Client(served.url), opened)
    assert made.user == "bob"
    token = jwt.decode(made.token.reveal(), options={"verify_signature": False})
    assert (token["sub"], token["client_id"], token["groups"]) == ("bob", CLIENT, ["owners"])
    assert made.refresh
    assert served.renew(made.refresh.reveal()).status_code == 200
