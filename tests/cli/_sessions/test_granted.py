"""Which grants of a record are proven: what was signed is what was given, and what was done under it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from support.fakes.approvals import ALICE, BOB, CAROL
from support.fakes.granting import ASKING, TERMS, asked
from support.tools.signing import enrolment, key, mark, signed
from vecgate.access import request
from vecgate.access.ledger import Entry
from vecgate.access.proving import facts
from vecgate.access.request import Request
from vecgate.api.asked import document, recorded
from vecgate.cli._sessions import decisions
from vecgate.consent.enrolled import canonical
from vecgate.consent.proof import FRESH
from vecgate.domain.approval import Approvers, Vote
from vecgate.domain.grant import Terms
from vecgate.domain.principal import Principal
from vecgate.handling.recording import _grant
from vecgate.recording import heads, parts, read
from vecgate.settings.approvals import Approvals

ROOT, B, C = key(), key(), key()
KEYS = {"bob": B, "carol": C}
REQUIRED = Approvals(signed="require", roots=(mark(ROOT),))
TWO = replace(ASKING, approvers=Approvers.of("data-owners", count=2))
LESS = replace(TERMS, seconds=60.0, records=5)


def yes(one: Request, who: Principal, terms: Terms | None = None) -> Request:
    def seal(then: Request, vote: Vote) -> Vote:
        text = canonical(facts(then, {"stage": vote.stage, "at": 1000}))
        return replace(vote, signed=signed(KEYS[who.user], text, enrolment(who, KEYS[who.user], (ROOT, None))))

    return request.approve(one, who, 1000.0, terms, seal)


def of_access(one: Request, **over: Any) -> dict[str, Any]:
    """What is written down of it."""
    entry = Entry(1, one, 1000.0)
    return {"access": recorded(entry, document(entry, BOB)) | over}


def of_call(one: Request, over: dict[str, Any] | None = None, **body: Any) -> dict[str, Any]:
    """What is written down of a call under it."""
    grant = one.grant()
    assert grant is not None
    operation = {"name": "search", "kind": "search", "collections": ["tickets-1"], "things": []}
    call = {"who": {"user": "alice", "key": ALICE.key}, "upstream": "db", "operation": operation}
    return {**call, "grant": {**_grant(grant), **(over or {})}, **body}


class Told:
    """What is found wrong with one entry, in a folder where this else was taken down."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch
        self.others: list[dict[str, Any]] = []
        self.archived = False

    def __call__(self, body: dict[str, Any], at: float = 1000.0, settings: Approvals = REQUIRED) -> str:
        when = datetime.fromtimestamp(at, UTC).isoformat()
        entries = [SimpleNamespace(n=0, at=when, code="x", body=one) for one in self.others]
        entry = SimpleNamespace(n=7, at=when, code="request.sent", body=body)
        lines = [(Path(), 0, b'"code":"access.' + str(n).encode()) for n in range(len(entries))]
        self.patch.setattr(read, "parts_of", lambda *_: {})
        self.patch.setattr(read, "entries", lambda _: [entry])
        self.patch.setattr(read, "lines", lambda _: lines)
        self.patch.setattr(read, "entry_in", lambda line: entries[int(line.rpartition(b".")[2])])
        self.patch.setattr(read, "opening", lambda _: ({}, {"principal": ALICE.key}))
        self.patch.setattr(parts, "all_in", lambda _: {"s": {}})
        head = heads.Head("t", 1, "0", archived=self.archived)
        self.patch.setattr(heads, "load", lambda _: ({"t": head}, []))
        return "; ".join(decisions.problems(Path(), "s", settings))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(monkeypatch)


GRANTED = yes(asked(), BOB)
NARROWED = yes(asked(), BOB, LESS)
BOTH = yes(yes(asked(asking=TWO), BOB), CAROL, LESS)
LONGER = yes(asked(extends="r0", follows=5000.0), BOB)
UNUSED = request.use(yes(asked(asking=replace(ASKING, starts="first_use")), BOB), 80_000.0)


@pytest.mark.parametrize("one", [GRANTED, NARROWED, BOTH, LONGER, UNUSED], ids=["one", "less", "two", "more", "unused"])
def test_what_was_signed_is_proven(told: Told, one: Request) -> None:
    assert told(of_access(one)) == ""
    assert told(of_call(one)) == ""


def test_one_of_two_is_proven_while_it_waits_and_no_grant(told: Told) -> None:
    first = yes(asked(asking=TWO), BOB)
    assert told(of_access(first)) == ""
    forged = replace(first, state="granted", begun=1000.0, ends=8200.0)
    assert "missing: it takes 2 of data-owners" in told(of_access(forged))
    assert "missing: it takes 2 of data-owners" in told(of_call(forged))


FORGED: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "nobody signed": (lambda: of_access(request.approve(asked(), BOB, 1000.0)), "nobody signed it"),
    "more collections": (lambda: of_access(GRANTED, collections=["*"]), "other terms were signed"),
    "more operations": (lambda: of_access(GRANTED, operations=["count", "delete_ids"]), "other terms were signed"),
    "more records": (lambda: of_access(GRANTED, records=None), "other terms were signed"),
    "for longer": (lambda: of_access(GRANTED, seconds=9e9), "other terms were signed"),
    "another mask": (lambda: of_access(GRANTED, mask="lax"), "other terms were signed"),
    "more than the narrowing": (lambda: of_access(NARROWED, records=100, seconds=7200.0), "other terms were signed"),
    "another rule": (lambda: of_access(GRANTED, rule="may-all"), "something else"),
    "another id": (lambda: of_access(GRANTED, id="r2"), "something else"),
    "another holder": (lambda: of_access(GRANTED, holder="mallory"), "something else"),
    "another reason": (lambda: of_access(GRANTED, reason="INC-8"), "something else"),
    "it carries on another": (lambda: of_access(LONGER, extends="r9"), "something else"),
    "others agreed": (lambda: of_access(GRANTED, approvals=[{"by": "carol"}]), "names others than those who signed"),
    "a call nobody signed for": (lambda: of_call(request.approve(asked(), BOB, 1000.0)), "nobody signed it"),
    "a call of somebody else": (lambda: of_call(GRANTED, who={"key": CAROL.key}), "something else"),
    "a call by another rule": (lambda: of_call(GRANTED, {"rule": "x"}), "something else"),
    "a call elsewhere": (lambda: of_call(GRANTED, upstream="db2"), "another database"),
    "a call of another kind": (
        lambda: of_call(GRANTED, operation={"kind": "delete_ids", "collections": ["tickets-1"]}),
        "other operations",
    ),
    "a call on another collection": (
        lambda: of_call(GRANTED, operation={"kind": "search", "collections": ["tickets-1", "patients"]}),
        "other collections",
    ),
    "others agreed to a call": (lambda: of_call(GRANTED, {"by": ["carol"]}), "names others than those who signed"),
}


@pytest.mark.parametrize("what", FORGED)
def test_what_was_written_in_is_not(told: Told, what: str) -> None:
    made, said = FORGED[what]
    found = told(made())
    assert found.startswith("entry 7: ")
    assert "is not proven" in found
    assert said in found


def test_a_call_goes_out_while_what_was_signed_lasts(told: Told) -> None:
    ends = 1000.0 + FRESH + TERMS.seconds
    assert told(of_call(GRANTED), ends) == ""
    assert "an earlier time" in told(of_call(GRANTED), ends + 61)
    assert told(of_call(LONGER), 5000.0 + TERMS.seconds) == ""
    assert told(of_call(UNUSED), 1000.0 + FRESH + ASKING.pending + TERMS.seconds) == ""


def test_of_what_a_call_does_besides_a_part_may_be_granted(told: Told) -> None:
    two = {"kind": "collection_rename", "also": ["search"], "collections": ["a", "b"]}
    assert told(of_call(GRANTED, operation=two)) == ""
    assert "other operations" in told(of_call(GRANTED, operation={**two, "also": ["count_all"]}))


def test_a_name_that_is_masked_in_the_record_tells_nothing(told: Told) -> None:
    assert told(of_call(GRANTED, operation={"kind": "search", "collections": ["<PERSON>-notes"]})) == ""


def test_where_signing_is_left_to_people_nothing_is_missing_and_what_is_signed_is_checked(told: Told) -> None:
    accepts = Approvals(signed="accept", roots=REQUIRED.roots)
    assert told(of_call(request.approve(asked(), BOB, 1000.0)), settings=accepts) == ""
    assert "other terms" in told(of_access(GRANTED, mask="lax"), settings=accepts)
    assert told(of_access(GRANTED, mask="lax"), settings=Approvals()) == ""


def test_a_no_and_a_question_need_no_signature(told: Told) -> None:
    assert told(of_access(asked())) == ""
    assert told(of_access(request.deny(asked(), BOB, 1000.0, "no"))) == ""


TAKEN = {
    "glass": request.granted(asked(glass="call"), 1000.0),
    "a condition": request.granted(asked(automatic="by-day"), 1000.0),
}


@pytest.mark.parametrize("how", TAKEN)
def test_what_nobody_signs_is_taken_down_when_it_is_taken(told: Told, how: str) -> None:
    one = TAKEN[how]
    assert told(of_access(one)) == ""
    assert "it is nowhere taken down" in told(of_call(one))
    told.others = [of_access(one)]
    assert told(of_call(one)) == ""
    assert "another one, or somebody else's" in told(of_call(one, who={"key": CAROL.key}))
    assert "another one, or somebody else's" in told(of_call(one, {"rule": "other"}))
    assert "for another database" in told(of_call(one, upstream="db2"))
    told.others = [of_access(GRANTED)]
    assert "it is nowhere taken down" in told(of_call(one))
    told.archived = True  # it may stand in what is kept elsewhere
    assert told(of_call(one)) == ""
