"""Which yes's of a record are proven, and are all that it takes, from what each of them signed."""

from typing import Any

import pytest

from support.fakes.approvals import BOB, CAROL, HELD
from support.tools.signing import enrolment, key, mark, signed
from vecgate.consent.enrolled import Roots, Unproven, canonical
from vecgate.consent.written import asked_in, spelt, written
from vecgate.domain.approval import Approvers, Circle, Stage
from vecgate.domain.principal import Principal

ROOT, B, C = key(), key(), key()
KEYS = {"bob": B, "carol": C}
ROOTS = Roots([mark(ROOT)])
ABOUT = {"vecgate": "yes to a held call", "id": "r1"}
STAGES = Approvers((Stage(Circle(("data-owners",)), 2, "owners"), Stage(Circle(users=("carol",)), "all")))
LATE = Approvers((Stage(Circle(("leads",)), escalate=Circle(("security",)), after=600.0),), expires=60.0)


def proof(who: Principal, approvers: Approvers, stage: int = 0, **changed: Any) -> dict[str, str]:
    facts = HELD.facts("r1", {"stage": stage, "at": 1000}) | {"asked": spelt(approvers), **changed}
    private = KEYS[who.user]
    made: dict[str, str] = signed(private, canonical(facts), enrolment(who, private, (ROOT, None))).written
    return made


def why(*proofs: Any, **how: Any) -> str:
    try:
        written([*proofs], ABOUT, ROOTS, **how)
    except Unproven as e:
        return str(e)
    return ""


@pytest.mark.parametrize("approvers", [STAGES, LATE, HELD.approvers])
def test_whom_it_takes_is_read_as_it_is_written(approvers: Approvers) -> None:
    assert asked_in(spelt(approvers)) == approvers


def test_all_are_there_or_somebody_is_missing() -> None:
    two = Approvers.of("data-owners", count=2)
    assert why(proof(BOB, two), proof(CAROL, two)) == ""
    assert why(proof(BOB, two)) == "somebody's yes is missing: it takes 2 of data-owners"
    assert why(proof(BOB, two), whole=False) == ""
    assert why() == "nobody signed it"


def test_who_is_asked_later_answers_then_and_not_before() -> None:
    assert why(proof(CAROL, LATE, at=500)) == "somebody signed it who was not asked then"
    assert why(proof(CAROL, LATE, at=600)) == ""
    assert why(proof(BOB, LATE, at=600)) == "somebody signed it who was not asked"


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"asked": spelt(Approvers.of("data-owners"))}, "they did not sign the same question"),
        ({"names": ["x"]}, "they did not sign the same question"),
        ({"asked": {"stages": 7}}, "whom it takes cannot be read"),
    ],
)
def test_all_have_signed_the_same_question(other: dict[str, Any], said: str) -> None:
    two = Approvers.of("data-owners", count=2)
    first = proof(BOB, two) if "stages" not in other.get("asked", {}) or other["asked"]["stages"] != 7 else None
    second = proof(CAROL, two, **other)
    assert why(*(one for one in (first, second) if one)) == said
