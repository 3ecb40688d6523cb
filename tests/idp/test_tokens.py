"""Which tokens of ours come back as ours: battery of those that do not."""

import base64
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from support.logins.served import Served
from support.servers.idp import segment
from vecgate.idp.keys import SigningKeys
from vecgate.refusals.errors import Part, Unavailable


def claims(given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(given["access_token"], options={"verify_signature": False})
    return found


def test_a_token_of_a_login_that_ended_is_none(served: Served) -> None:
    given, other = served.log_in(), served.log_in("bob")
    served.post("/revoke", token=given["access_token"])
    assert served.renew(given["refresh_token"]).status_code == 400
    assert served.renew(other["refresh_token"]).status_code == 200


def test_while_the_keys_are_away_nobody_loses_a_login(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    given, asked = served.log_in(), served.begin()
    served.visitor().answer(asked["user_code"], "bob")

    async def away(*_: object) -> str:
        raise Unavailable(Part.VAULT, "sealed")

    with monkeypatch.context() as sealed:
        sealed.setattr(SigningKeys, "sign", away)
        for _ in range(2):
            assert served.renew(given["refresh_token"]).status_code == 503
            assert served.poll(asked).status_code == 503
    renewed, first = served.renew(given["refresh_token"]), served.poll(asked)
    assert (renewed.status_code, first.status_code) == (200, 200)
    assert claims(first.json())["sub"] == "bob"
    assert served.poll(asked).json()["error"] == "expired_token"
    assert served.renew(given["refresh_token"]).status_code == 400  # used now


@pytest.mark.parametrize("how", ["other key", "no key", "own jwk", "changed", "typ", "none", "expired"])
def test_what_is_not_ours_ends_nothing(served: Served, how: str) -> None:
    given = served.log_in()
    head, said = jwt.get_unverified_header(given["access_token"]), claims(given)
    mine = ec.generate_private_key(ec.SECP256R1())
    parts = given["access_token"].split(".")
    token = {
        "other key": jwt.encode(said, mine, "ES256", headers={"kid": head["kid"], "typ": "at+jwt"}),
        "no key": jwt.encode(said, mine, "ES256", headers={"typ": "at+jwt"}),
        "own jwk": jwt.encode(said, mine, "ES256", headers={"kid": head["kid"], "typ": "at+jwt", "jwk": {}}),
        "changed": ".".join((parts[0], segment(json.dumps(said | {"sub": "bob"}).encode()), parts[2])),
        "typ": ".".join((segment(json.dumps(head | {"typ": "jwt"}).encode()), *parts[1:])),
        "none": f"{segment(json.dumps(head | {'alg': 'none'}).encode())}.{parts[1]}.",
        "expired": given["access_token"],
    }[how]
    served.clock.added = 601.0 if how == "expired" else 0.0
    assert served.post("/revoke", token=token).status_code == 200
    assert served.renew(given["refresh_token"]).status_code == 200


def test_refresh_tokens_say_nothing(served: Served) -> None:
    token = served.log_in()["refresh_token"]
    family, _, word = token.partition(".")
    assert (len(family), len(base64.urlsafe_b64decode(word + "="))) == (32, 32)
    assert "alice" not in token


def test_a_token_is_of_now(served: Served) -> None:
    said = claims(served.log_in())
    assert abs(said["iat"] - time.time()) < 120
    assert said["auth_time"] <= said["iat"] < said["exp"]
