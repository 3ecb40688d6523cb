"""Which yes is proven: what was signed is what is asked, by those who may, each once; and nothing else."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from support.fakes.approvals import ALICE, BOB, CAROL, HELD, person
from support.tools.signing import enrolment, key, mark, signed
from vecgate.consent.enrolled import Roots, Unproven
from vecgate.consent.judge import Objection, yes
from vecgate.consent.kinds import sshsig
from vecgate.consent.proof import FRESH, Proof
from vecgate.domain.approval import Approvers, Circle, Signed, Stage, Vote
from vecgate.domain.principal import Principal

NOW = 10_000.0
ROOT, B, C, A = key(), key(), key(), key()
WHO: dict[str, tuple[Principal, Any, Any]] = {
    "bob": (BOB, B, enrolment(BOB, B, (ROOT, None))),
    "carol": (CAROL, C, enrolment(CAROL, C, (ROOT, None))),
    "alice": (person("alice", "data-owners"), A, enrolment(person("alice", "data-owners"), A, (ROOT, None))),
}
TWO = replace(HELD, approvers=Approvers((Stage(Circle(("data-owners",))), Stage(Circle(("security",))))), nonce="n.1")


def proof(mode: Any = "require", *revoked: str) -> Proof:
    return Proof(mode, Roots([mark(ROOT)], revoked, lambda: NOW), lambda: NOW)


def facts(said: Mapping[str, Any]) -> dict[str, Any]:
    return TWO.facts("r1", said)


def sign(user: str, stage: int = 0, at: float = NOW, **changed: Any) -> Signed:
    _, private, document = WHO[user]
    return signed(private, proof().to_sign(lambda said: facts({**said, "at": int(at)}) | changed, stage), document)


def vote(user: str, stage: int = 0, **more: Any) -> Vote:
    return Vote(user, NOW, WHO[user][0].key, stage, signed=sign(user, stage, **more))


def why(*votes: Vote, of: Proof | None = None) -> str:
    return (of or proof()).unproven(TWO.case, facts, votes)


def test_all_who_must_have_signed_is_proven_whatever_else_is_written_there() -> None:
    votes = vote("bob"), vote("carol", 1)
    assert why(*votes) == ""
    assert why(*(replace(one, by="x", login="y", fits=(), names=("z",)) for one in votes)) == ""


@pytest.mark.parametrize(
    ("votes", "said"),
    [
        ((), "is missing"),
        ((vote("bob"),), "is missing"),
        ((vote("carol", 1), vote("bob")), "another stage"),
        ((vote("bob"), replace(vote("carol", 1), signed=None)), "not signed"),
        ((replace(vote("bob"), stage=7),), "not signed"),
        ((replace(vote("bob"), stage=-1),), "not signed"),
        # the requester, and one who is in no group that is asked
        ((vote("alice"), vote("carol", 1)), "self"),
        ((vote("bob"), vote("bob", 1)), "twice"),
        ((vote("carol"), vote("bob", 1)), "over"),
        # another request, by any of what makes it this one
        *(
            ((vote("bob", **{name: other}), vote("carol", 1)), "not what is asked")
            for name, other in {
                "binding": "0" * 64, "id": "r2", "nonce": "n.2", "requester": BOB.key, "impact": [9, 9, "x"],
                "bound": 3, "policy": "p", "upstream": "db", "vecgate": "enrolment", "records": "x",
            }.items()
        ),
        # another's signature
        ((replace(vote("bob"), signed=replace(sign("bob"), signature=sign("carol").signature)), vote("carol", 1)), "fit"),
        ((replace(vote("bob"), signed=replace(sign("bob"), enrolment="{}")), vote("carol", 1)), "enrolment"),
        ((replace(vote("bob"), signed=replace(sign("bob"), enrolment="[")), vote("carol", 1)), "cannot be read"),
        ((replace(vote("bob"), signed=replace(sign("bob"), statement="x")), vote("carol", 1)), "cannot be read"),
    ],
)  # fmt: skip
def test_nothing_less_is(votes: tuple[Vote, ...], said: str) -> None:
    assert said in why(*votes)


def test_a_key_that_was_revoked_meanwhile_has_said_nothing() -> None:
    assert "revoked" in why(vote("bob"), vote("carol", 1), of=proof("require", mark(B)))


@pytest.mark.parametrize(
    ("mode", "given", "taken"), [("off", None, None), ("off", "x", None), ("accept", None, None), ("accept", "x", "x")]
)
def test_a_yes_is_taken_with_its_proof(mode: str, given: str | None, taken: str | None) -> None:
    plain, made = yes(TWO.case, (), BOB, NOW), sign("bob")
    found = proof(mode).taken(plain, facts, made if given else None, BOB)
    assert found == replace(plain, signed=made if taken else None)
    assert bool(proof(mode).to_sign(facts, 0)) is (mode != "off")


def test_a_yes_without_its_proof_is_not_taken_where_it_must_have_one() -> None:
    plain = yes(TWO.case, (), BOB, NOW)
    with pytest.raises(Objection, match="unsigned"):
        proof().taken(plain, facts, None, BOB)
    for made, said in (
        (sign("bob", at=NOW - FRESH - 1), "too old"),
        (sign("bob", at=NOW + 61), "too old"),
        (sign("carol"), "another login"),
        (sign("bob", binding="0" * 64), "not what is asked"),
    ):
        with pytest.raises(Unproven, match=said):
            proof().taken(plain, facts, made, BOB)
    assert ALICE.key not in sshsig.line(B)
