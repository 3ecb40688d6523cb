"""Of what a login service answers only that is taken which is its own, about this login, and for us."""

import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from support.logins.service_stub import BEARER, ServiceStub
from vecgate.desk import answer, web
from vecgate.desk.answer import Login, NotNow
from vecgate.desk.places import DeskFailed
from vecgate.domain.principal import Secret


def test_a_login_is_who_until_when_with_what(stub: ServiceStub) -> None:
    given = {**BEARER, "refresh_token": "two", "id_token": stub.id_token(preferred_username="al\x1bice", nonce="n")}
    found = answer.login(stub.service(), stub.client(), given, nonce="n")
    assert (found.token.reveal(), found.refresh and found.refresh.reveal()) == ("one", "two")
    assert (found.user, found.subject) == ("al\N{REPLACEMENT CHARACTER}ice", "alice")
    assert 290 < found.ends - time.time() <= 300
    assert "one" not in repr(found)
    assert "two" not in repr(found)


def test_an_id_token_can_be_what_the_gateway_gets(stub: ServiceStub) -> None:
    own = stub.id_token(exp=int(time.time()) + 60)
    found = answer.login(stub.service(), stub.client(token="id_token"), {**BEARER, "id_token": own})
    assert found.token.reveal() == own
    assert found.ends - time.time() <= 60  # its own word counts, not that of the access token beside it


OTHER = ec.generate_private_key(ec.SECP256R1())
BAD: list[tuple[dict[str, Any], str]] = [
    ({"iss": "https://evil.example"}, "cannot be proven"),
    ({"iss": None}, "cannot be proven"),
    ({"aud": "another"}, "cannot be proven"),
    ({"aud": None}, "cannot be proven"),
    ({"aud": ["vecgate-cli", "another"]}, "for another program"),
    ({"aud": ["vecgate-cli", "another"], "azp": "another"}, "for another program"),
    ({"azp": "another"}, "for another program"),
    ({"exp": 1}, "cannot be proven"),
    ({"exp": None}, "cannot be proven"),
    ({"sub": None}, "cannot be proven"),
    ({"nonce": "m"}, "about another login"),
    ({"nonce": None}, "about another login"),
    ({"key": OTHER}, "cannot be proven"),
]


@pytest.mark.parametrize(("over", "said"), BAD)
def test_an_id_token_that_is_not_ours_is_refused(stub: ServiceStub, over: dict[str, Any], said: str) -> None:
    given = {**BEARER, "id_token": stub.id_token(**{"nonce": "n", **over})}
    with pytest.raises(DeskFailed, match=said):
        answer.login(stub.service(), stub.client(), given, nonce="n")


def test_one_that_nobody_signed_is_refused(stub: ServiceStub) -> None:
    plain = jwt.encode(
        {"iss": stub.url, "aud": "vecgate-cli", "sub": "alice", "iat": 1, "exp": 9**10}, "", algorithm="none"
    )
    for text in (plain, "x", f"{stub.id_token()[:-4]}AAAA"):
        with pytest.raises(DeskFailed, match="cannot be proven"):
            answer.login(stub.service(), stub.client(), {**BEARER, "id_token": text})


def _jwk(key: Any, **more: Any) -> dict[str, Any]:
    kind = jwt.algorithms.ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else jwt.algorithms.RSAAlgorithm
    return {**kind.to_jwk(key.public_key(), as_dict=True), **more}


RSA = rsa.generate_private_key(65537, 2048)


@pytest.mark.parametrize(
    ("others", "own"),
    [
        ([_jwk(OTHER)], {}), ([_jwk(OTHER, kid="1")], {"kid": "1"}), ([_jwk(RSA, kid="1", use="enc", alg="RSA-OAEP")], {"kid": "1"}),
        ([_jwk(RSA, kid="1")], {"kid": "1"}), ([{"kty": "EC", "crv": "P-256", "x": 5, "kid": "1"}, {"kty": "oct", "k": "AAAA"}], {"kid": "1"}),
    ],
    ids=["without ids", "one id of two", "one id, another use", "one id, another kind", "odd ones"],
)  # fmt: skip
def test_of_several_keys_the_one_that_signed_proves(
    stub: ServiceStub, others: list[dict[str, Any]], own: dict[str, Any]
) -> None:
    stub.answers["/jwks"] = [(200, {"keys": [*others, _jwk(stub.key, **own)]})]
    at = int(time.time())
    claims = {"iss": stub.url, "aud": "vecgate-cli", "sub": "alice", "iat": at, "exp": at + 300}
    given = {**BEARER, "id_token": jwt.encode(claims, stub.key, algorithm="ES256", headers=dict(own) or None)}
    assert answer.login(stub.service(), stub.client(), given).user == "alice"
    stub.answers["/jwks"] = [(200, {"keys": others})]
    with pytest.raises(DeskFailed, match="cannot be proven"):
        answer.login(stub.service(), stub.client(), given)


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "RS512"])
def test_a_key_that_does_not_say_for_what_it_is_proves_what_it_can(stub: ServiceStub, algorithm: str) -> None:
    stub.answers["/jwks"] = [(200, {"keys": [_jwk(RSA, kid="1")]})]
    at = int(time.time())
    claims = {"iss": stub.url, "aud": "vecgate-cli", "sub": "alice", "iat": at, "exp": at + 300}
    given = {**BEARER, "id_token": jwt.encode(claims, RSA, algorithm=algorithm, headers={"kid": "1"})}
    assert answer.login(stub.service(), stub.client(), given).user == "alice"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "no bearer token"), ({**BEARER, "token_type": "DPoP"}, "no bearer token"), ({"token_type": "Bearer"}, "gave no access_token"),
        ({**BEARER, "access_token": "a b"}, "is none"), ({**BEARER, "access_token": "a\nb"}, "is none"), ({**BEARER, "access_token": 5}, "is none"),
        ({**BEARER, "access_token": ""}, "is none"), ({**BEARER, "access_token": "é"}, "is none"), ({**BEARER, "refresh_token": "a b"}, "is none"),
        (BEARER, "no ID token"),
    ],
)  # fmt: skip
def test_what_is_no_login_is_refused(stub: ServiceStub, given: dict[str, Any], said: str) -> None:
    with pytest.raises(DeskFailed, match=said):
        answer.login(stub.service(), stub.client(), given, nonce="n")


def test_a_renewed_login_is_the_same_persons(stub: ServiceStub) -> None:
    before = Login(stub.client(), Secret("one"), 0, "alice", "alice", Secret("two"))
    again = answer.login(stub.service(), stub.client(), {**BEARER, "access_token": "three"}, before=before)
    assert (again.token.reveal(), again.refresh, again.user) == ("three", before.refresh, "alice")
    with pytest.raises(DeskFailed, match="somebody else"):
        answer.login(stub.service(), stub.client(), {**BEARER, "id_token": stub.id_token(sub="bob")}, before=before)


@pytest.mark.parametrize(
    ("status", "tree", "kind", "said"),
    [
        (400, {"error": "invalid_grant", "error_description": "gone\x1b[2J"}, NotNow, "invalid_grant \\(gone.\\[2J\\)"),
        (200, {"error": "access_denied"}, NotNow, "access_denied"),
        (503, {"error": "x"}, web.Away, "status 503"),
        (429, None, web.Away, "status 429"),
        (400, None, DeskFailed, "not as a login service does"),
        (200, [], DeskFailed, "not as a login service does"),
    ],
)
def test_a_no_is_told_in_its_words(stub: ServiceStub, status: int, tree: Any, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        answer.understood(stub.service(), status, tree)


@pytest.mark.parametrize(("life", "ends"), [(60, 60), (None, 300), (-1, 300), (True, 300), ("60", 300)])
def test_when_it_ends(stub: ServiceStub, life: Any, ends: float) -> None:
    given = {**BEARER, "expires_in": life}
    found = answer.login(stub.service(), stub.client(scope="x"), given)
    assert ends - 10 < found.ends - time.time() <= ends
