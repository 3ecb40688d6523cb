"""Passkeys of a browser prove a yes as keys of SSH do: enrolled by roots or by two, each for one request, and offline, too."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from support.fakes.approvals import BOB, CAROL, HELD, person
from support.tools.passkeys import ORIGIN, UP, Passkey
from support.tools.signing import by, key, mark
from vecgate.consent.enrolled import Roots, Unproven
from vecgate.consent.judge import yes
from vecgate.consent.proof import Proof, read_back
from vecgate.domain.approval import Signed
from vecgate.settings.approvals import Approvals

NOW = 10_000.0
ROOT, TOP, B, C, D, STRANGER = key(), Passkey(), Passkey(), Passkey(), Passkey(), Passkey()
SETTINGS = Approvals(signed="require", roots=(mark(ROOT), TOP.mark), passkeys={"origins": (ORIGIN,)})
DORA = person("dora", "data-owners")
HELD_ONE = replace(HELD, nonce="n.1")


def document(statement: str, *signatures: dict[str, Any]) -> dict[str, Any]:
    return {"statement": statement, "signatures": [*signatures]}


BOBS = document(B.statement(BOB), by(ROOT, B.statement(BOB)))  # a root of SSH enrols a passkey
CAROLS = document(C.statement(CAROL), TOP.by(C.statement(CAROL)))  # and a root that is one does
DORAS = document(D.statement(DORA), B.by(D.statement(DORA), BOBS), C.by(D.statement(DORA), CAROLS))


def roots(**more: Any) -> Roots:
    return Roots.of(SETTINGS.model_copy(update=more), lambda: NOW)


def proof() -> Proof:
    return Proof.of(SETTINGS, now=lambda: NOW)


def facts(said: Mapping[str, Any]) -> dict[str, Any]:
    return HELD_ONE.facts("r1", said)


def text(**changed: Any) -> str:
    return proof().to_sign(lambda said: facts(said) | changed, 0)


def taken(made: Signed, who: Any = BOB) -> None:
    """Raises Unproven unless it is taken, and proves the call at each worker."""
    vote = proof().taken(yes(HELD_ONE.case, (), who, NOW), facts, made, who)
    assert proof().unproven(HELD_ONE.case, facts, [vote]) == ""


@pytest.mark.parametrize(("enrolment", "user"), [(BOBS, "bob"), (CAROLS, "carol"), (DORAS, "dora")])
def test_roots_and_pairs_enrol_passkeys(enrolment: dict[str, Any], user: str) -> None:
    assert roots().enrolled(enrolment).user == user


def test_a_yes_that_was_signed_in_a_browser_is_proven_at_each_worker_and_offline() -> None:
    made = B.signed(text(), BOBS)
    taken(made)
    taken(D.signed(text(), DORAS), DORA)
    assert read_back(made, {"id": "r1"}, roots()).user == "bob"
    with pytest.raises(Unproven, match="another place"):
        read_back(made, {"id": "r1"}, Roots.of(SETTINGS.model_copy(update={"passkeys": Approvals().passkeys})))


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (B.signed(text(), BOBS, flags=UP), "user verification is off"),
        (B.signed(text(), BOBS, origin="https://evil.example"), "another place"),
        (B.signed(text(), BOBS, rp="evil.example"), "does not fit"),
        (replace(B.signed(text(), BOBS), signature=B.sign(text(id="r2"))), "does not fit"),
        # what was signed for another request, or of other terms, again
        (B.signed(text(nonce="n.2"), BOBS), "not what is asked"),
        (B.signed(text(impact=[1, 5, "x"]), BOBS), "not what is asked"),
        (B.signed(text(binding="0" * 64), BOBS), "not what is asked"),
        # a passkey that nobody enrolled, or that is another's
        (STRANGER.signed(text(), document(STRANGER.statement(BOB), STRANGER.by(STRANGER.statement(BOB)))), "no root"),
        (STRANGER.signed(text(), BOBS), "does not fit"),
        (C.signed(text(), CAROLS), "another login"),
    ],
)  # fmt: skip
def test_nothing_else_is(made: Signed, said: str) -> None:
    with pytest.raises(Unproven, match=said):
        taken(made)


@pytest.mark.parametrize(
    "enrolment",
    [
        document(B.statement(BOB), TOP.by(B.statement(BOB), flags=UP)),
        document(B.statement(BOB), TOP.by(B.statement(BOB), origin="https://evil.example")),
        document(B.statement(BOB), TOP.by(C.statement(CAROL))),
        document(D.statement(DORA), B.by(D.statement(DORA), BOBS)),
        document(B.statement(BOB), {**TOP.by(B.statement(BOB)), "key": B.line}),
    ],
)
def test_no_other_signature_enrols(enrolment: dict[str, Any]) -> None:
    with pytest.raises(Unproven):
        roots().enrolled(enrolment)


def test_a_passkey_is_revoked_by_its_mark_under_whatever_id_it_comes() -> None:
    again = replace(B, id=b"another")
    for one in (B, again):
        enrolled = document(one.statement(BOB), by(ROOT, one.statement(BOB)))
        assert roots().enrolled(enrolled).user == "bob"
        with pytest.raises(Unproven, match="revoked"):
            roots(revoked=(B.mark,)).enrolled(enrolled)
