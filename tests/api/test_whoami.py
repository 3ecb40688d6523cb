"""What is somebody told about themselves? All that is theirs, and of rules against them not what these hide."""

from pathlib import Path
from typing import Any

import pytest

from demo.stack import REPOSITORY
from vecgate import policy
from vecgate.api.whoami import document, in_words, issuer_of
from vecgate.domain.principal import Principal
from vecgate.policy.load import from_texts
from vecgate.settings.issuers import Issuer

ISSUER = Issuer(issuer="https://idp.example", audience="vecgate", groups_claim="realm.roles")


def person(user: str = "sam", *groups: str, **claims: Any) -> Principal:
    return Principal(ISSUER.issuer, "4711", user, frozenset(groups), 1_000_000.0, claims)


@pytest.mark.parametrize(
    ("who", "issuer", "words"),
    [
        (person(), None, "sam (groups: none)"),
        (person(), ISSUER, "sam (groups: none; the token has no claim 'realm.roles')"),
        (person(realm={"roles": []}), ISSUER, "sam (groups: none)"),
        (person("sam", "b", "a"), ISSUER, "sam (groups: a, b)"),
        (person("sam", *"gfedcba"), ISSUER, "sam (groups: a, b, c, d, e and 2 more)"),
        (person("s" * 300, "g" * 300), ISSUER, f"{'s' * 48}... (groups: {'g' * 48}...)"),
    ],
)
def test_who_somebody_is_fits_into_a_refusal(who: Principal, issuer: Issuer | None, words: str) -> None:
    assert in_words(who, issuer) == words


def test_the_issuer_is_the_one_that_signed() -> None:
    assert issuer_of((), person()) is None
    assert issuer_of((ISSUER,), person()) is ISSUER


def test_rules_are_those_about_them_and_a_deny_does_not_tell_what_it_hides() -> None:
    policies = policy.load(Path(REPOSITORY / "policies"))
    told = document(person("sam", "analysts", realm={"roles": ["analysts"]}), ISSUER, policies, 0.0)
    rules = {rule["rule"]: rule for rule in told["rules"]}  # type: ignore[union-attr,index,call-overload]
    assert "analysts-read-tickets" in rules
    assert "data-owners-work" not in rules
    assert all("where" not in rule for rule in rules.values() if rule["effect"] == "deny")
    assert (told["groups_claim"], told["groups_claim_is_there"]) == ("realm.roles", True)
    assert told["token_ends"] == "1970-01-12T13:46:40+00:00"


def test_what_is_taken_in_an_emergency_is_not_offered_as_what_is_asked_for() -> None:
    grant = "{longest: 1h, break_glass: {review_within: 1d}}"
    rule = (
        "version: 1\nrules:\n  - {name: g, who: anyone, where: anywhere, operations: [read], effect: request, "
        f"mask: unsafe-nothing, approvers: {{groups: [leads]}}, grant: {grant}}}\n"
    )
    [told] = document(person(), None, from_texts({"p.yaml": rule}), 0.0)["rules"]  # type: ignore[union-attr, misc]
    assert isinstance(told, dict)
    assert (told["break_glass"], "offers" in told) == (3600.0, False)
