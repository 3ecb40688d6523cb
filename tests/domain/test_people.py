"""Which spellings are one name, and which are not."""

import unicodedata

import pytest

from support.fakes.approvals import wide
from vecgate.domain.people import behind, folded
from vecgate.domain.principal import Principal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # nothing to fold
        ("", ""),
        ("alice", "alice"),
        # case, also where it is not one to one
        ("Alice", "aLICE"),
        ("Straße", "STRASSE"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        # width, ligatures, composition
        (wide("alice"), "alice"),
        ("ﬁona", "Fiona"),
        ("Zoë", unicodedata.normalize("NFD", "zoë")),
        # spaces of all kinds, at the ends and inside
        (" alice\t", "alice"),
        ("alice\u00a0smith", "Alice  Smith"),
        ("\u3000alice\u2003smith\u2028", "alice smith"),
        # what is not seen
        ("al\u200bi\u00adce", "alice"),
        ("alice\ufe0f\u3164", "alice"),
        ("ali\x00ce", "alice"),
        ("al\U000e0100i\u180bc\u2065e\ufff0\U000e0fff", "alice"),
        # as a Turkish login service writes it in the other case
        ("al\u0131ce", "ALICE"),
        ("AL\u0130CE", "alice"),
        ("Sam@Example.com", "sam@example.com"),
    ],
)
def test_one_name(one: str, other: str) -> None:
    assert folded(one) == folded(other)
    assert folded(folded(one)) == folded(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("alice", "alicia"), ("alice", "alice2"), ("alice smith", "alicesmith"), ("zoe", "zoë"), ("\u200b", "\u200c")],
)
def test_two_names(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize(
    ("act", "names"),
    [
        (None, set()),
        ({"sub": "Agent-7"}, {"agent-7", "i#agent-7"}),
        ({"sub": "a", "iss": "j"}, {"a", "j#a"}),
        ({"sub": "a", "act": {"sub": "9", "email": "BOB@x.test"}}, {"a", "i#a", "9", "i#9", "bob@x.test"}),
    ],
)
def test_whoever_acts_with_somebody_stands_behind_the_login(act: object, names: set[str]):
    claims = {} if act is None else {"act": act}
    found = behind(Principal("i", "s", "Alice", frozenset(), 4e9, claims))
    assert found == {"i#s", "alice"} | names


def test_whatever_a_token_calls_its_person_stands_behind_the_login() -> None:
    """One login service is told by `sub`, another one by an e-mail address: it is one person all the same."""
    claims = {"email": "Sam@x.test", "preferred_username": "SAM", "name": "Sam Hill", "upn": "", "username": ["sam2"]}
    numbered = behind(Principal("i", "4711", "4711", frozenset(), 4e9, claims))
    assert numbered == {"i#4711", "4711", "sam@x.test", "sam"}
    assert numbered & behind(Principal("j", "s", "sam@x.test", frozenset(), 4e9, {}))
