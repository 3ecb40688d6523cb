"""An exception says what it is about, and nobody is allowed more by a token that lacks something."""

import pytest

from support.fakes.policy_words import policies, rule
from vecgate.refusals.errors import PolicyError


def excepting(effect: str, words: str) -> str:
    return rule("r", effect).replace("}\n", f", except: [{words}]}}\n")


@pytest.mark.parametrize("effect", ["allow", "deny", "hold"])
@pytest.mark.parametrize(
    "words",
    ["{who: {users: [ann]}}", "{where: {collections: [hr]}}", "{operations: [count]}", "{where: {tenants: [t]}}"],
)
def test_users_places_and_operations_may_be_excepted_anywhere(effect, words):
    assert policies(excepting(effect, words)).rules[0].conditions.excepts


@pytest.mark.parametrize("effect", ["deny", "hold"])
@pytest.mark.parametrize("words", ["{who: {groups: [leads]}}", "{who: {claims: {team: red}}}"])
def test_groups_and_claims_are_excepted_from_what_forbids(effect, words):
    assert policies(excepting(effect, words))
    with pytest.raises(PolicyError, match="whoever lacks it would be allowed more"):
        policies(excepting("allow", words))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("{}", "says what it is about"),
        ("{who: {}}", "says what it is about"),
        ('{who: {users: ["svc-*"]}}', "is compared exactly here"),
        ("{who: {except_groups: [a]}}", "an exception has no exceptions"),
        ("{who: {agents: [helper]}}", "may name itself as it likes"),
        ("{who: {claims: {realm_access: x}}}", "holds other claims"),
        ("{operations: [serch]}", "Did you mean 'search'?"),
        ("{when: 'true'}", "unknown key 'when'"),
    ],
)
def test_an_exception_that_is_none_is_a_mistake(words, said):
    with pytest.raises(PolicyError) as e:
        policies(excepting("deny", words))
    assert said in str(e.value)
