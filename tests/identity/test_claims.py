"""Whom do proven claims name? Every claim that is used has its type, its bounds, and its time."""

from typing import Any

import pytest

from support.tools.every import every
from vecgate.identity.claims import principal
from vecgate.refusals.errors import TokenInvalid
from vecgate.settings.issuers import Issuer

NOW = 1_000_000.0
ISSUER = Issuer(issuer="https://idp.example", audience="vecgate", leeway=30, max_lifetime=3600)
CLAIMS = {"sub": "alice", "groups": ["analysts"], "iat": NOW - 10, "exp": NOW + 300}

REFUSED = [
    # no subject
    {"sub": None},
    {"sub": ""},
    {"sub": 7},
    {"sub": ["alice"]},
    {"sub": "a" * 257},
    # a subject that could forge a line
    {"sub": "alice\nbob"},
    {"sub": "alice\x00"},
    {"sub": "alice\x7f"},
    {"sub": "alice\u202eecila"},
    {"sub": "alice\u2028bob"},
    # times that are not numbers
    {"exp": None},
    {"exp": str(int(NOW + 300))},
    {"exp": True},
    {"exp": [NOW + 300]},
    {"iat": None},
    {"iat": str(int(NOW))},
    {"iat": False},
    {"nbf": None},
    {"nbf": "soon"},
    {"nbf": True},
    # times that do not fit
    {"exp": NOW - 20, "iat": NOW - 10},
    {"exp": NOW - 10, "iat": NOW - 10},
    {"exp": -1, "iat": -2000},
    {"exp": NOW + 3591, "iat": NOW - 10},
    {"exp": 9_999_999_999, "iat": NOW},
    {"iat": NOW + 31},
    {"nbf": NOW + 31},
    # groups of another shape
    {"groups": None},
    {"groups": {"analysts": True}},
    {"groups": ["analysts", 1]},
    {"groups": [["analysts"]]},
    {"groups": [""]},
    {"groups": ["analysts\n"]},
    # tokens of another purpose
    {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}},
]


def owner(issuer: Issuer = ISSUER, **claims: Any) -> Any:
    return principal(CLAIMS | claims, issuer, NOW)


def test_no_claims_are_nobody() -> None:
    with pytest.raises(TokenInvalid):
        principal({}, ISSUER, NOW)


@every("claims", REFUSED)
def test_a_claim_that_does_not_fit_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(TokenInvalid) as refused:
        owner(**claims)
    assert refused.value.code in ("identity.invalid", "identity.expired")
    assert "alice" not in str(refused.value)
    assert "analysts" not in str(refused.value)


@pytest.mark.parametrize(
    ("late", "code"),
    [(-31.0, None), (0.0, None), (29.9, None), (30.0, "identity.expired"), (5000.0, "identity.expired")],
)
def test_a_token_expires_at_exp_plus_leeway(late: float, code: str | None) -> None:
    claims = CLAIMS | {"iat": NOW - 100, "exp": NOW}
    if code is None:
        assert principal(claims, ISSUER, NOW + late).expires_at == NOW
    else:
        with pytest.raises(TokenInvalid) as refused:
            principal(claims, ISSUER, NOW + late)
        assert refused.value.code == code


def test_the_edges_of_time_are_inside() -> None:
    assert owner(iat=NOW + 30, nbf=NOW + 30, exp=NOW + 3630).subject == "alice"


def test_a_full_token_names_its_owner() -> None:
    who = owner(groups=["analysts", "staff", "staff"], email="a@example.com")
    assert (who.key, who.user, who.expires_at) == ("https://idp.example#alice", "alice", NOW + 300)
    assert who.groups == {"analysts", "staff"}
    assert who.claims["email"] == "a@example.com"
    assert "a@example.com" not in repr(who)


def test_absent_groups_are_no_groups() -> None:
    assert principal({k: v for k, v in CLAIMS.items() if k != "groups"}, ISSUER, NOW).groups == frozenset()


@pytest.mark.parametrize(("name", "value"), [("groups", ["a"]), ("roles", 7)])
def test_another_groups_claim_is_read_in_its_place(name: str, value: object) -> None:
    issuer = ISSUER.model_copy(update={"groups_claim": "roles"})
    if name == "groups":
        assert owner(issuer, groups=value).groups == frozenset()
    else:
        with pytest.raises(TokenInvalid, match="'roles' is not a list"):
            owner(issuer, roles=value)


NESTED = {
    "realm_access": {"roles": ["analysts"]},
    "resource_access": {"my.client": {"roles": ["owners"]}, "account": {"roles": ["none"]}},
    "https://example.com/groups": ["url"],
    "a.b": ["literal"],
    "a": {"b": ["inside"]},
    "two": {"x.y": ["one reading"], "x": {"y": ["another"]}},
    "profile": {"email": "a@example.com", "login": "ann"},
    "text": "plain",
}


@pytest.mark.parametrize(
    ("name", "groups"),
    [
        ("realm_access.roles", {"analysts"}),
        ("resource_access.my.client.roles", {"owners"}),
        ("https://example.com/groups", {"url"}),
        ("a.b", {"literal"}),  # what is called exactly so comes first
        ("two.x.y", set()),  # could mean two
        ("realm_access.groups", set()),
        ("text.roles", set()),
        ("realm_access..roles", set()),
        (".roles", set()),
        ("realm_access.", set()),
    ],
)
def test_groups_inside_objects_are_read(name: str, groups: set[str]) -> None:
    assert owner(ISSUER.model_copy(update={"groups_claim": name}), **NESTED).groups == groups


@pytest.mark.parametrize("name", ["realm_access", "profile"])
def test_what_is_no_list_of_groups_is_refused_wherever_it_stands(name: str) -> None:
    with pytest.raises(TokenInvalid, match=f"'{name}' is not a list"):
        owner(ISSUER.model_copy(update={"groups_claim": name}), **NESTED)


def test_a_user_inside_an_object_is_read_and_an_address_must_be_theirs_there_too() -> None:
    assert owner(ISSUER.model_copy(update={"user_claim": "profile.login"}), **NESTED).user == "ann"
    by_mail = ISSUER.model_copy(update={"user_claim": "profile.email"})
    assert owner(by_mail, **NESTED).user == "a@example.com"
    for more in ({"email_verified": False}, {"profile": {**NESTED["profile"], "email_verified": 1}}):  # type: ignore[dict-item]
        with pytest.raises(TokenInvalid, match="not verified"):
            owner(by_mail, **(NESTED | more))
    with pytest.raises(TokenInvalid, match=r"'profile\.name' is missing"):
        owner(ISSUER.model_copy(update={"user_claim": "profile.name"}), **NESTED)


MAILS = [
    # as the issuer says nothing about it, or vouches for it
    ({"email": "a@example.com"}, True),
    ({"email": "a@example.com", "email_verified": True}, True),
    # not there, or not confirmed
    ({}, False),
    ({"email": ""}, False),
    ({"email": ["a@example.com"]}, False),
    ({"email": "a@example.com", "email_verified": False}, False),
    ({"email": "a@example.com", "email_verified": "true"}, False),
]


@pytest.mark.parametrize(("claims", "good"), MAILS)
def test_a_user_named_by_mail_must_own_it(claims: dict[str, Any], good: bool) -> None:
    issuer = ISSUER.model_copy(update={"user_claim": "email"})
    if good:
        assert owner(issuer, **claims).user == "a@example.com"
    else:
        with pytest.raises(TokenInvalid, match="'email'"):
            owner(issuer, **claims)


CLIENTS = [
    ({}, False),
    ({"azp": "other"}, False),
    ({"client_id": "other"}, False),
    ({"azp": "cli", "client_id": "other"}, False),
    ({"azp": ["cli"]}, False),
    ({"azp": None}, False),
    ({"azp": "cli"}, True),
    ({"client_id": "cli"}, True),
    ({"azp": "cli", "client_id": "cli"}, True),
]


@pytest.mark.parametrize(("claims", "good"), CLIENTS)
def test_a_token_for_another_client_is_refused(claims: dict[str, Any], good: bool) -> None:
    assert owner(**claims).subject == "alice"  # no list of clients: any
    issuer = ISSUER.model_copy(update={"clients": ("cli",)})
    if good:
        assert owner(issuer, **claims).subject == "alice"
    else:
        with pytest.raises(TokenInvalid, match="client"):
            owner(issuer, **claims)
