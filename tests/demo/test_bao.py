"""Who can do what in the demo's OpenBao: nobody is root, people get their own, machines little."""

from typing import Any

import jwt
import pytest

from demo.bao import Bao, BaoRefused


def refused(bao: Bao, method: str, path: str, token: str, body: dict[str, Any] | None = None) -> bool:
    try:
        bao.call(method, path, token=token, body=body)
    except BaoRefused:
        return True
    return False


def test_the_administrator_of_the_set_up_is_gone(bao: Bao) -> None:
    with pytest.raises(BaoRefused):
        bao.call("POST", "auth/setup/login/admin", body={"password": "x"})


@pytest.mark.parametrize("user", ["alice", "bob", "carol", "erin", "operator"])
def test_nobody_rules(bao: Bao, user: str) -> None:
    token = bao.login(user)
    assert refused(bao, "GET", "sys/mounts", token)
    assert refused(bao, "POST", "sys/policies/acl/person", token, {"policy": ""})
    assert refused(bao, "POST", "pki/issue/vecgate-client", token, {"common_name": user})


def test_a_token_says_who_somebody_is(bao: Bao) -> None:
    token = bao.token("bob")
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["preferred_username"], claims["groups"]) == ("bob", ["data-owners"])
    assert (claims["iss"], claims["aud"], claims["exp"] - claims["iat"]) == (bao.issuer, "vecgate", 3600)
    assert "typ" not in jwt.get_unverified_header(token)
    assert jwt.get_unverified_header(token)["alg"] == "ES256"


def test_only_an_auditor_may_open_recordings(bao: Bao) -> None:
    sealed = bao.call("POST", "transit/datakey/plaintext/vecgate-journal", token=bao.machine_login("vecgate"), body={})[
        "data"
    ]
    body = {"role": "vecgate-auditor", "jwt": bao.token("erin")}
    token = bao.call("POST", "auth/jwt/login", body=body)["auth"]["client_token"]
    opened = bao.call("POST", "transit/decrypt/vecgate-journal", token=token, body={"ciphertext": sealed["ciphertext"]})
    assert opened["data"]["plaintext"] == sealed["plaintext"]
    for user in ("alice", "bob", "carol"):
        with pytest.raises(BaoRefused):
            bao.call("POST", "auth/jwt/login", body=body | {"jwt": bao.token(user)})


def test_the_front_can_ask_for_its_own_names_only(bao: Bao) -> None:
    token = bao.machine_login("front")
    assert refused(bao, "POST", "pki-servers/issue/tickets-db", token, {"common_name": "elsewhere.example"})
    assert refused(bao, "POST", "pki/issue/vecgate-client", token, {"common_name": "alice"})
    assert refused(bao, "POST", "pki/issue/vecgate-gateway", token, {"common_name": "vecgate-gateway"})


def test_passwords_and_tokens_are_not_in_the_audit_log(bao: Bao) -> None:
    token = bao.token("alice")
    log = bao.audit.read_text()
    assert token not in log
    assert not any(password in log for password in bao.passwords.values())
