"""Which yes in a record is proven, from the record and the settings alone."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from support.fakes.approvals import BOB, CAROL, HELD
from support.tools.signing import enrolment, key, mark, signed
from vecgate.cli._sessions import decisions
from vecgate.consent.enrolled import canonical
from vecgate.consent.written import spelt
from vecgate.domain.approval import Approvers, Circle, Deputy, Stage
from vecgate.recording import read
from vecgate.settings.approvals import Approvals

ROOT, B, C = key(), key(), key()
PEOPLE = {"bob": B, "carol": C}
REQUIRED = Approvals(signed="require", roots=(mark(ROOT),))


def proof(who: Any = BOB, **changed: Any) -> dict[str, str]:
    text = canonical(HELD.facts("r1", {"stage": 0, "at": 1000}) | changed)
    return signed(PEOPLE[who.user], text, enrolment(who, PEOPLE[who.user], (ROOT, None))).written


def told(monkeypatch: pytest.MonkeyPatch, settings: Approvals, *proofs: Any, **over: Any) -> list[str]:
    approval = {"id": "r1", "state": "approved", "binding": HELD.binding, "signed": [*proofs], **over}
    return found(monkeypatch, settings, {"approval": approval})


def found(monkeypatch: pytest.MonkeyPatch, settings: Approvals, body: dict[str, Any], code: str = "") -> list[str]:
    entry = SimpleNamespace(n=7, code=code or "request.sent", body=body, at="1970-01-01T00:16:40Z")
    monkeypatch.setattr(read, "parts_of", lambda *_: {})
    monkeypatch.setattr(read, "entries", lambda _: [entry])
    return [*decisions.problems(Path(), "s", settings)]


def test_what_was_signed_is_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(monkeypatch, REQUIRED, proof()) == []
    two = Approvers.of("data-owners", count=2)
    both = proof(asked=spelt(two)), proof(CAROL, asked=spelt(two))
    assert told(monkeypatch, REQUIRED, *both, by=["bob", "carol"]) == []
    assert told(monkeypatch, REQUIRED, state="pending") == []
    assert told(monkeypatch, Approvals(signed="accept", roots=REQUIRED.roots)) == []
    assert told(monkeypatch, Approvals(), "nonsense") == []


@pytest.mark.parametrize(
    ("proofs", "said"),
    [
        ((), "nobody signed"),
        ((proof(), proof()), "twice"),
        ((proof(id="r2"),), "something else"),
        ((proof(binding="0" * 64),), "something else"),
        ((proof(vecgate="yes to access"),), "something else"),
        ((proof(asked=spelt(Approvers.of("data-owners", count=2))),), "is missing: it takes 2 of data-owners"),
        ((proof(), proof(CAROL)), "not asked then"),
        ((proof(asked=spelt(Approvers.of("leads"))),), "who was not asked"),
        ((proof(names=["bob"]),), "who asked signed it themselves"),
        ((proof(stage=1),), "another stage"),
        (({**proof(), "signature": proof(CAROL)["signature"]},), "does not fit"),
        (({**proof(), "enrolment": "{}"},), "enrolment"),
        (({"statement": "x"},), "cannot be read"),
        (("x",), "cannot be read"),
    ],
)
def test_nothing_else_is(monkeypatch: pytest.MonkeyPatch, proofs: tuple[Any, ...], said: str) -> None:
    [problem] = told(monkeypatch, REQUIRED, *proofs)
    assert "entry 7: the yes to request r1 is not proven" in problem
    assert said in problem


def test_who_signed_is_named_as_who_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    [problem] = told(monkeypatch, REQUIRED, proof(), by=["carol"])
    assert "the record names others than those who signed" in problem
    away = Deputy("dora", "bob", 0.0, 2000.0)
    asked = spelt(replace(Approvers((Stage(Circle(users=("dora",))),)), deputies=(away,)))
    assert told(monkeypatch, REQUIRED, proof(asked=asked), by=["bob for dora"]) == []
    assert told(monkeypatch, REQUIRED, proof(asked=asked), by=["bob"])
    late = spelt(replace(Approvers((Stage(Circle(users=("dora",))),)), deputies=(replace(away, ends=900.0),)))
    assert told(monkeypatch, REQUIRED, proof(asked=late), by=["bob for dora"])


def test_what_was_signed_in_words_as_it_once_was_is_read_as_far_as_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(monkeypatch, REQUIRED, proof(asked="1 of data-owners")) == []


def test_a_held_call_that_went_out_says_by_whose_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    held = {"decision": {"effect": "hold", "rule": "ask"}}
    accepted = Approvals(signed="accept", roots=REQUIRED.roots)
    [problem] = found(monkeypatch, REQUIRED, held)
    assert problem == "entry 7: this call, which its rule holds, is not proven: no yes stands in it"
    assert found(monkeypatch, REQUIRED, {**held, "approval": {"state": "pending"}})
    assert found(monkeypatch, REQUIRED, {**held, "waived": "it touches nothing"}) == []
    assert found(monkeypatch, REQUIRED, held, "request.held") == []
    forged = {"approval": {"id": "r1", "state": "approved", "binding": HELD.binding}}
    assert found(monkeypatch, REQUIRED, forged)
    assert found(monkeypatch, REQUIRED, forged, "request.refused") == []
    assert found(monkeypatch, accepted, held) == []


def test_whose_root_is_another_or_revoked_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(monkeypatch, Approvals(signed="require", roots=(mark(key()),)), proof())
    assert told(monkeypatch, Approvals(signed="require", roots=REQUIRED.roots, revoked=(mark(B),)), proof())
