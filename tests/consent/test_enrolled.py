"""Whose key counts: what a root or two enrolled people signed, and nothing that is cut, changed, old or one's own."""

from collections.abc import Callable
from typing import Any

import pytest

from support.fakes.approvals import ALICE, BOB, CAROL, person, wide
from support.tools.signing import by, enrolment, key, mark
from vecgate.consent.enrolled import Enrolled, Roots, Unproven, canonical, stated

ROOT, B, C, D, STRANGER = key(), key(), key(), key(), key()
DORA = person("dora", "data-owners")
BOBS = enrolment(BOB, B, (ROOT, None))
CAROLS = enrolment(CAROL, C, (ROOT, None))
DORAS = enrolment(DORA, D, (B, BOBS), (C, CAROLS))


def keys(*revoked: str, now: float = 1000.0) -> Roots:
    return Roots([mark(ROOT)], revoked, lambda: now)


@pytest.mark.parametrize(("document", "user"), [(BOBS, "bob"), (CAROLS, "carol"), (DORAS, "dora")])
def test_a_root_or_two_who_are_enrolled_enrol(document: dict[str, Any], user: str) -> None:
    found = keys().enrolled(document)
    assert (found.user, Enrolled.of(document["statement"])) == (user, found)


REFUSED: dict[str, Callable[[], Any]] = {
    "nothing": lambda: None,
    "no statement": lambda: {},
    "no signature": lambda: enrolment(BOB, B),
    "a stranger's": lambda: enrolment(BOB, B, (STRANGER, None)),
    "one's own": lambda: enrolment(BOB, B, (B, None)),
    "of one enrolled only": lambda: enrolment(DORA, D, (B, BOBS)),
    "of one enrolled twice": lambda: enrolment(DORA, D, (B, BOBS), (B, BOBS)),
    "of one under two keys": lambda: enrolment(
        DORA, D, (B, BOBS), (C, enrolment(person("b-2", user=wide("bob")), C, (ROOT, None)))
    ),
    "of oneself and another": lambda: enrolment(
        person("dora-2", user="DORA"), STRANGER, (D, DORAS), (B, BOBS)
    ),
    "with another's enrolment": lambda: enrolment(DORA, D, (B, CAROLS), (C, CAROLS)),
    "changed": lambda: {**BOBS, "statement": BOBS["statement"].replace("bob", "bab")},
    "with more groups": lambda: {
        **BOBS, "statement": canonical({**stated(BOBS["statement"]), "groups": ["data-owners", "security"]})
    },
    "written otherwise": lambda: {**BOBS, "statement": BOBS["statement"].replace(":", ": ")},
    "of another kind": lambda: _resigned({**stated(BOBS["statement"]), "vecgate": "yes"}),
    "with something more": lambda: _resigned({**stated(BOBS["statement"]), "x": 1}),
    "of nobody": lambda: _resigned({**stated(BOBS["statement"]), "person": ""}),
    "too deep": lambda: _nested(),
}  # fmt: skip


def _resigned(facts: dict[str, Any]) -> dict[str, Any]:
    text = canonical(facts)
    return {"statement": text, "signatures": [by(ROOT, text)]}


def _nested() -> Any:
    document = BOBS
    for number in range(6):
        one, other = key(), key()
        document = enrolment(
            person(f"p{number}"), one, (B, document), (other, enrolment(person(f"q{number}"), other, (ROOT, None)))
        )
    return document


@pytest.mark.parametrize("what", REFUSED)
def test_no_other_enrolment_counts(what: str) -> None:
    with pytest.raises(Unproven):
        keys().enrolled(REFUSED[what]())


def test_who_forgot_to_bring_their_own_enrolment_is_told_so() -> None:
    with pytest.raises(Unproven, match="without that signer's own --enrolment"):
        keys().enrolled(enrolment(DORA, D, (B, None), (C, CAROLS)))


def test_what_is_revoked_or_has_run_out_counts_no_more_nor_what_it_signed() -> None:
    for private, document in ((B, BOBS), (ROOT, BOBS), (B, DORAS), (D, DORAS)):
        with pytest.raises(Unproven, match="revoked"):
            keys(mark(private)).enrolled(document)
    with pytest.raises(Unproven, match="run out"):
        keys(now=4e9).enrolled(BOBS)
    short = enrolment(BOB, B, (ROOT, None), until=500.0)
    with pytest.raises(Unproven, match="run out"):
        keys().enrolled(enrolment(DORA, D, (B, short), (C, CAROLS)))


def test_without_roots_nobody_is_enrolled() -> None:
    with pytest.raises(Unproven):
        Roots([]).enrolled(BOBS)
    assert ALICE.user not in DORAS["statement"]
