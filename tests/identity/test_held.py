"""What is a token good for by its own word? Read as its login service wrote it, and never for more than it says."""

from typing import Any

import pytest

from support.tools.every import every
from vecgate.identity import held
from vecgate.refusals.errors import TokenInvalid
from vecgate.settings.issuers import Issuer

ALL = {"read", "write", "admin"}
OWN = {"scopes": {"read": ["db:read", "db:all"], "write": ["db:write", "db:all"], "admin": ["db:all"]}}
ENTRA = {"scopes": {"claim": "scp"}}


def issuer(**more: Any) -> Issuer:
    return Issuer.model_validate({"issuer": "https://idp.example", "audience": "vecgate"} | more)


@every(
    ("told", "claims", "found"),
    [
        ({}, {}, None),
        ({}, {"upstream": "tickets-db"}, {"tickets-db"}),
        ({}, {"upstream": ["a", "b", "a"]}, {"a", "b"}),
        ({}, {"upstream": []}, set()),
        ({"upstream_claim": None}, {"upstream": "tickets-db"}, None),
        ({"upstream_claim": "db"}, {"upstream": "tickets-db"}, None),
        ({"upstream_claim": "vec.db"}, {"vec": {"db": "tickets-db"}}, {"tickets-db"}),
    ],
)
def test_the_databases_that_it_names(told: dict[str, Any], claims: dict[str, Any], found: set[str] | None) -> None:
    assert held.upstreams(claims, issuer(**told)) == found


@every("said", [None, 1, True, {}, {"a": 1}, "", "a\nb", ["a", 1], ["a", ""], [["a"]]])
def test_what_names_no_database_and_is_there_is_refused(said: Any) -> None:
    with pytest.raises(TokenInvalid) as e:
        held.upstreams({"upstream": said}, issuer())
    assert e.value.code == "identity.invalid"


@every(
    ("told", "narrowed", "claims", "found"),
    [
        # not held, unless the settings say so or it names a database
        ({}, False, {"scope": "openid profile"}, None),
        ({}, True, {}, None),
        ({}, True, {"scope": "read"}, {"read"}),
        ({}, True, {"scope": "read write"}, {"read", "write"}),
        ({}, True, {"scope": "openid"}, set()),
        ({}, True, {"scope": ""}, set()),
        ({}, True, {"scope": "READ read:all readwrite"}, set()),
        ({"scopes": {}}, False, {}, set()),
        ({"scopes": {}}, False, {"scope": "admin write read"}, ALL),
        ({"scopes": {}}, False, {"scope": ["admin"]}, {"admin"}),
        (OWN, False, {"scope": "db:all"}, ALL),
        (OWN, False, {"scope": "db:write openid"}, {"write"}),
        (OWN, False, {"scope": "read write admin"}, set()),
        (OWN, True, {"scope": "read"}, set()),
        (ENTRA, False, {"scp": "read", "scope": "admin"}, {"read"}),
        (ENTRA, False, {"scope": "admin"}, set()),
    ],
)
def test_what_it_may_do(told: dict[str, Any], narrowed: bool, claims: dict[str, Any], found: set[str] | None) -> None:
    assert held.scope(claims, issuer(**told), narrowed=narrowed) == found


@every("said", [None, 1, True, {}, [1], ["read", None]])
def test_a_scope_that_cannot_be_read_is_refused(said: Any) -> None:
    with pytest.raises(TokenInvalid) as e:
        held.scope({"scope": said}, issuer(), narrowed=True)
    assert e.value.code == "identity.invalid"
