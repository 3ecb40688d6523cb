"""Which yes in a record is proven, from the record and the settings alone."""

from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from support.fakes.approvals import BOB, CAROL, HELD
from support.tools.signing import enrolment, key, mark, signed
from vecgate.cli._sessions import decisions
from vecgate.consent.enrolled import canonical
from vecgate.recording import read
from vecgate.settings.approvals import Approvals

ROOT, B, C = key(), key(), key()
PEOPLE = {"bob": B, "carol": C}
REQUIRED = Approvals(signed="require", roots=(mark(ROOT),))


def proof(who: Any = BOB, **changed: Any) -> dict[str, str]:
    text = canonical(HELD.facts("r1", {"stage": 0, "at": 1000}) | changed)
    return asdict(signed(PEOPLE[who.user], text, enrolment(who, PEOPLE[who.user], (ROOT, None))))


def told(monkeypatch: pytest.MonkeyPatch, settings: Approvals, *proofs: Any, **over: Any) -> list[str]:
    approval = {"id": "r1", "state": "approved", "binding": HELD.binding, "signed": [*proofs], **over}
    entry = SimpleNamespace(n=7, body={"approval": approval})
    monkeypatch.setattr(read, "parts_of", lambda *_: {})
    monkeypatch.setattr(read, "entries", lambda _: [entry])
    return [*decisions.problems(Path(), "s", settings)]


def test_what_was_signed_is_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(monkeypatch, REQUIRED, proof()) == []
    assert told(monkeypatch, REQUIRED, proof(), proof(CAROL)) == []
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


def test_whose_root_is_another_or_revoked_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(monkeypatch, Approvals(signed="require", roots=(mark(key()),)), proof())
    assert told(monkeypatch, Approvals(signed="require", roots=REQUIRED.roots, revoked=(mark(B),)), proof())
