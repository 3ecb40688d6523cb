"""Which login does a logout token end? Read as OpenID Connect Back-Channel Logout wants it, of signed tokens."""

from collections.abc import Callable
from typing import Any

import pytest

from support.servers import idp as servers
from support.servers.idp import Idp
from support.tools.every import every
from vecgate.domain.principal import Secret
from vecgate.identity.logout import EVENT, ends
from vecgate.refusals.errors import TokenInvalid
from vecgate.settings.issuers import Issuer

NOW = 1_000_000.0
ISSUER = Issuer(issuer="https://idp.example", audience="vecgate", logout_audience="cli", leeway=30, max_lifetime=3600)
CLAIMS: dict[str, Any] = {"iat": NOW, "exp": NOW + 120, "jti": "1", "events": {EVENT: {}}}


@every(
    ("names", "found"),
    [
        ({"sid": "s-1"}, [("sid", "s-1")]),
        ({"sub": "ann"}, [("all", "ann")]),
        ({"sid": "s-1", "sub": "ann"}, [("sid", "s-1"), ("bare", "ann")]),
    ],
)
def test_it_ends_a_session_or_all_of_a_person(names: dict[str, str], found: list[tuple[str, str]]) -> None:
    mark, told = ends(CLAIMS | names, ISSUER, NOW)
    assert [(one.which, one.name) for one in told] == found
    assert {(one.issuer, one.before, one.until) for one in told} == {(ISSUER.issuer, NOW, NOW + 3660)}
    assert mark == ends(CLAIMS | names, ISSUER, NOW + 9)[0] != ends(CLAIMS | names | {"jti": "2"}, ISSUER, NOW)[0]


def test_some_services_leave_its_end_out() -> None:
    assert ends({k: v for k, v in CLAIMS.items() if k != "exp"} | {"sub": "ann"}, ISSUER, NOW)[1]


@every(
    "claims",
    [
        {"sub": None},
        {},
        {"sid": ""},
        {"sid": 7},
        {"sub": "ann", "sid": ["s"]},
        {"sub": "ann\n"},
        {"sub": "ann", "events": None},
        {"sub": "ann", "events": {}},
        {"sub": "ann", "events": [EVENT]},
        {"sub": "ann", "events": {EVENT: None}},
        {"sub": "ann", "events": {EVENT: "x"}},
        {"sub": "ann", "events": {EVENT + "/": {}}},
        {"sub": "ann", "nonce": "n"},
        {"sub": "ann", "nonce": None},
        {"sub": "ann", "jti": None},
        {"sub": "ann", "jti": ""},
        {"sub": "ann", "iat": NOW - 331},
        {"sub": "ann", "iat": NOW + 31},
        {"sub": "ann", "iat": True},
        {"sub": "ann", "iat": None},
        {"sub": "ann", "exp": NOW - 31},
        {"sub": "ann", "exp": "soon"},
    ],
)
def test_whatever_is_no_logout_ends_nothing(claims: dict[str, Any]) -> None:
    with pytest.raises(TokenInvalid):
        ends(CLAIMS | claims, ISSUER, NOW)


async def test_it_is_proven_and_for_the_client_of_its_own(
    idp: Idp, open_verifier: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "now", lambda: NOW)
    verifier = await open_verifier(lambda: NOW, logout_audience=("cli", "web"))

    def token(header: dict[str, Any] | None = None, **over: Any) -> Secret:
        told = {"aud": "cli", "events": {EVENT: {}}, "sid": "s-1"} | over
        return Secret(idp.token("ann", header={"typ": "logout+jwt"} | (header or {}), **told))

    for good in (token(), token(aud=["web"]), token({"typ": "JWT"}), token({"typ": None})):
        assert [one.which for one in (await verifier.logout(good))[1]] == ["sid", "bare"]
    for bad in (
        token(aud="vecgate"),  # a login token's
        token(aud=None),
        token(iss="https://evil.example"),
        token({"typ": "at+jwt"}),
        token({"alg": "none"}),
        token({"kid": "other"}),
        token(events=None),
        Secret(token().reveal()[:-8] + "AAAAAAAA"),
        Secret(idp.token("ann")),
        Secret("x"),
    ):
        with pytest.raises(TokenInvalid):
            await verifier.logout(bad)
    with pytest.raises(TokenInvalid):  # and none of them is a login
        await verifier.check(token(aud="vecgate", header={"typ": "at+jwt"}))
    silent = await open_verifier(lambda: NOW)
    with pytest.raises(TokenInvalid, match="logout_audience"):
        await silent.logout(token())
