"""Which groups does a token put its owner in? However login services write them, and never one too many."""

from typing import Any

import pytest

from support.tools.every import every
from vecgate.identity.groups import groups
from vecgate.refusals.errors import TokenInvalid
from vecgate.settings.issuers import Issuer

SOME = {"analysts", "support"}
NONE: set[str] = set()


def issuer(**more: Any) -> Issuer:
    return Issuer(**{"issuer": "https://idp.example", "audience": "vecgate"} | more)


READ: list[tuple[dict[str, Any], dict[str, Any], set[str]]] = [
    ({}, {}, NONE),
    ({}, {"groups": []}, NONE),
    ({}, {"groups": ["analysts", "support", "support"]}, SOME),
    ({}, {"groups": ["Domain Admins", "a,b"]}, {"Domain Admins", "a,b"}),
    # in one text
    ({}, {"groups": ""}, NONE),
    ({}, {"groups": ","}, NONE),
    ({}, {"groups": "analysts"}, {"analysts"}),
    ({}, {"groups": "analysts,support"}, SOME),
    ({}, {"groups": " analysts , support,"}, SOME),
    ({"groups_split": "comma"}, {"groups": "Domain Admins, support"}, {"Domain Admins", "support"}),
    ({"groups_split": "space"}, {"groups": "analysts  support"}, SOME),
    ({"groups_split": "space"}, {"groups": "a,b c"}, {"a,b", "c"}),
    ({"groups_split": "none"}, {"groups": "Domain Admins, all"}, {"Domain Admins, all"}),
    # inside of objects
    ({"groups_claim": "realm_access.roles"}, {"realm_access": {"roles": ["analysts", "support"]}}, SOME),
    ({"groups_claim": "realm_access.roles"}, {"realm_access": {"roles": "analysts,support"}}, SOME),
    ({"groups_claim": "kubernetes.io.namespace"}, {"kubernetes.io": {"namespace": "rag"}}, {"rag"}),
    # what is said of another claim
    ({"groups_claim": "roles"}, {"roles": ["support"], "_claim_names": {"groups": "src1"}}, {"support"}),
    ({"groups_claim": "roles"}, {"roles": ["support"], "hasgroups": True}, {"support"}),
    ({}, {"groups": ["support"], "hasgroups": False}, {"support"}),
    ({}, {"groups": ["support"], "_claim_names": {"address": "src1"}}, {"support"}),
]


@every(("settings", "claims", "found"), READ)
def test_groups_are_read(settings: dict[str, Any], claims: dict[str, Any], found: set[str]) -> None:
    assert groups(claims, issuer(**settings)) == found


BAD: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({}, {"groups": None}, "invalid"),
    ({}, {"groups": 7}, "invalid"),
    ({}, {"groups": {"analysts": True}}, "invalid"),
    ({}, {"groups": ["analysts", 1]}, "invalid"),
    ({}, {"groups": "domain admins"}, "invalid"),  # `admins` must not come of it
    ({}, {"groups": "support,domain admins"}, "invalid"),
    ({}, {"groups": "analysts\nadmins"}, "invalid"),
    ({"groups_split": "space"}, {"groups": "analysts\tadmins"}, "invalid"),
    ({"groups_split": "space"}, {"groups": "analysts\nadmins"}, "invalid"),
    ({"groups_split": "none"}, {"groups": ""}, "invalid"),
    ({}, {"groups": f"a,{'b' * 257}"}, "invalid"),
    # too many to be listed
    ({}, {"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": "https://x"}}}, "overage"),
    ({}, {"_claim_names": {"groups": "src1"}, "groups": ["support"]}, "overage"),
    ({}, {"hasgroups": True}, "overage"),
    ({}, {"hasgroups": "true", "groups": []}, "overage"),
    ({"groups_claim": "realm_access.roles"}, {"_claim_names": {"realm_access": "src1"}}, "overage"),
    ({"groups_claim": "roles"}, {"_claim_names": {"roles": "src1"}}, "overage"),
    ({}, {"_claim_names": ["groups"]}, "invalid"),
    ({}, {"_claim_names": None}, "invalid"),
]


@every(("settings", "claims", "code"), BAD)
def test_what_could_be_read_otherwise_is_refused(settings: dict[str, Any], claims: dict[str, Any], code: str) -> None:
    with pytest.raises(TokenInvalid) as refused:
        groups(claims, issuer(**settings))
    assert refused.value.code == f"identity.{code}"
    assert "admins" not in str(refused.value)
