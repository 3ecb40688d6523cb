"""A code is worth one login's tokens, once, to whom it was given: everything else is nothing, and ends the login."""

import jwt

from support.logins.served import BACK, CLIENT, SITE, VERIFIER, Served, challenge, request
from support.tools.every import every

OTHER = "z" * 43
DESK = "http://127.0.0.1:4242/back"


def test_it_is_worth_tokens_and_word_of_who_it_is(served: Served) -> None:
    given = served.redeem(served.code()).json()
    keys = jwt.PyJWKSet.from_dict(served.line().get("/jwks").json())
    key = keys[jwt.get_unverified_header(given["id_token"])["kid"]].key
    about = jwt.decode(given["id_token"], key, ["ES256"], audience=SITE, issuer=served.url)
    assert (about["sub"], about["nonce"], about["amr"]) == ("alice", "a nonce", ["pwd"])
    token = jwt.decode(given["access_token"], key, ["ES256"], audience="vecgate", issuer=served.url)
    assert (token["sub"], token["groups"], token["scope"], token["client_id"]) == ("alice", ["analysts"], "read", SITE)
    assert token["sid"] == about["sid"]
    assert jwt.get_unverified_header(given["id_token"])["typ"] == "JWT", "no `at+jwt`: gateways take it for none"
    assert served.renew(given["refresh_token"], client_id=SITE).status_code == 200


def test_who_does_not_ask_is_not_told_who_it_is(served: Served) -> None:
    assert "id_token" not in served.redeem(served.code(scope="read")).json()


_ANOTHERS = [
    {"client_id": CLIENT},
    {"redirect_uri": DESK},
    {"redirect_uri": f"{BACK}/"},
    {"redirect_uri": ""},
    {"code_verifier": OTHER},
    {"code_verifier": ""},
    {"code_verifier": challenge(VERIFIER)},
    {"code_verifier": VERIFIER[:42]},
    {"code_verifier": VERIFIER + "é"},
]


@every("over", _ANOTHERS)
def test_to_anybody_else_it_is_nothing_and_then_to_nobody(served: Served, over: dict[str, str]) -> None:
    code = served.code()
    answer = served.redeem(code, **over)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert served.redeem(code).json()["error"] == "invalid_grant", "one try uses it up"


def test_a_second_use_ends_the_login(served: Served) -> None:
    code = served.code()
    given = served.redeem(code).json()
    assert served.redeem(code).json()["error"] == "invalid_grant"
    assert served.renew(given["refresh_token"], client_id=SITE).json()["error"] == "invalid_grant"


def test_who_has_only_read_a_code_somewhere_ends_nobodys_login(served: Served) -> None:
    code = served.code()
    given = served.redeem(code).json()
    assert served.redeem(code, code_verifier=OTHER).json()["error"] == "invalid_grant"
    assert served.renew(given["refresh_token"], client_id=SITE).status_code == 200


def test_it_ends_after_a_minute(served: Served, stack: object) -> None:
    """By the store's clock, which no test turns: its life is what the store was told."""
    code = served.code()
    store = served.service._store
    lives = _lives(served, store.key("idp", "auth", _mark(code)))
    assert 0 < lives <= 60_000


def test_a_desk_comes_back_to_any_port_and_its_code_to_that_one(served: Served) -> None:
    code = served.code(client_id=CLIENT, redirect_uri=DESK)
    other = DESK.replace("4242", "4243")
    assert served.redeem(code, client_id=CLIENT, redirect_uri=other).json()["error"] == "invalid_grant"
    code = served.code(client_id=CLIENT, redirect_uri=DESK)
    assert served.redeem(code, client_id=CLIENT, redirect_uri=DESK).status_code == 200


def test_codes_of_two_flows_are_not_each_others(served: Served) -> None:
    asked = served.begin()
    assert served.redeem(asked["device_code"]).json()["error"] == "invalid_grant"
    code = served.code()
    assert served.poll({"device_code": code}).json()["error"] == "expired_token"
    assert served.renew(code, client_id=SITE).json()["error"] == "invalid_grant"


def test_a_no_brings_no_code(served: Served) -> None:
    visitor = served.visitor()
    visitor.open(request())
    place = visitor.go_back(answer="no")
    assert "code=" not in place
    assert "error=access_denied" in place


def _mark(code: str) -> str:
    from vecgate.idp.kept import mark

    return mark(code)


def _lives(served: Served, key: str) -> int:
    import redis

    line = redis.Redis.from_url(served.told.state.url)
    try:
        return int(line.pttl(key))  # type: ignore[arg-type]
    finally:
        line.close()
