"""What is said in a notice, of what, and when it is not so any more: tables, without a server."""

import json
from dataclasses import replace
from typing import Any

import pytest

from support.fakes.approvals import ALICE, BOB, CAROL, HELD, held
from support.fakes.granting import TERMS, asked, granted
from vecgate.access import aftermath, request
from vecgate.access.ledger import Entry
from vecgate.access.request import Request
from vecgate.approvals.held import Held
from vecgate.approvals.standing import Standing
from vecgate.domain.approval import Approvers, Circle, Less, Stage, Vote
from vecgate.notices import notice as said
from vecgate.notices.notice import Job, Stand, jobs, notice
from vecgate.settings.notices import Kind

YES = Vote("bob", 2000.0, BOB.key, 0, ("group:data-owners",))


def call(state: str = "pending", one: Held = HELD, now: float = 1000.0, **over: Any) -> Standing:
    return Standing("h1", one, state, 1000.0, 4600.0, now, **over)


def access(one: Request, now: float = 1000.0) -> Entry:
    return Entry(1, request.as_of(one, now), now)


REVOKED = request.revoke(granted(), BOB, 2000.0, "enough")
SHORT = replace(TERMS, seconds=300.0)


BROKEN = request.granted(asked(glass="call", review_within=100.0), 1000.0)
OVER = request.give_back(BROKEN, ALICE, 2000.0)
LATE = aftermath.late(OVER, 2100.0)
FINE = aftermath.review(OVER, BOB, 2000.0, True, "it was one")


@pytest.mark.parametrize(
    ("stand", "expected"),
    [
        (access(BROKEN), {"glass broken": 0.0, "ended": 8200.0, "ending": 7600.0}),
        (access(OVER), {"ended": 0.0, "glass review": 0.0}),
        (access(LATE), {"ended": 0.0, "glass late": 0.0}),
        (access(FINE), {"ended": 0.0}),
        (call(), {"asked 0": 0.0, "ended": 4600.0}),
        (call("approved", votes=(YES,)), {"decided": 0.0, "ended": 4600.0}),
        (call("denied"), {"decided": 0.0}),
        (call("withdrawn"), {"ended": 0.0}),
        (call("expired"), {"ended": 0.0}),
        (call("spent"), {}),  # whoever asked has the answer
        (call("used"), {}),
        (access(asked()), {"asked 0": 0.0, "ended": 1000.0 + 86400}),
        (access(granted()), {"decided": 0.0, "ended": 8200.0, "ending": 7600.0}),
        (access(granted(terms=SHORT, asked=SHORT)), {"decided": 0.0, "ended": 1300.0}),  # shorter than ten minutes
        (access(granted(), 9000.0), {"ended": 0.0}),
        (access(REVOKED), {"ended": 0.0}),
        (access(request.deny(asked(), BOB, 2000.0)), {"decided": 0.0}),
        (access(request.withdraw(asked(), ALICE, 2000.0)), {"ended": 0.0}),
    ],
)
def test_what_is_to_be_told_and_when(stand: Stand, expected: dict[str, float]) -> None:
    what: said.What = "access" if isinstance(stand, Entry) else "call"
    assert {f"{job.kind} {job.mark}".strip(): at for job, at in jobs(what, stand)} == expected


def test_each_stage_is_asked_for_itself() -> None:
    two = Approvers((Stage(Circle(("data-owners",))), Stage(Circle((), ("carol",)))))
    first = call(one=replace(HELD, approvers=two))
    second = replace(first, votes=(YES,))
    told = [next(job for job, _ in jobs("call", one)) for one in (first, second)]
    assert [job.mark for job in told] == ["0", "1"]
    assert told[0].name != told[1].name
    made = notice(told[1], second)
    assert made is not None
    assert made.readers == ("user:carol",)
    assert notice(told[0], second) is None  # they have answered


@pytest.mark.parametrize(
    ("kind", "stand", "title"),
    [
        ("asked", call(), "alice asks: delete_filter deletes 412 of 500 in tickets"),
        ("decided", call("approved", votes=(YES,)), "bob said yes to alice: delete_filter deletes 412 of 500 in tickets"),
        ("decided", call("approved", votes=(replace(YES, less=Less(2, "strict", ("r1",))),)), "bob said yes to alice: delete_filter deletes 412 of 500 in tickets; to less: at most 2 results, mask strict, some of the records"),
        ("decided", call("used", votes=(YES,)), "bob said yes to alice: delete_filter deletes 412 of 500 in tickets"),
        ("decided", call("denied", ended_by="carol"), "carol said no to alice: delete_filter deletes 412 of 500 in tickets"),
        ("ended", call("expired"), "What alice asked for has run out: delete_filter deletes 412 of 500 in tickets"),
        ("asked", access(asked()), "alice asks: count, search on tickets* for 2h"),
        ("decided", access(granted()), "bob said yes to alice: count, search on tickets* for 2h"),
        ("decided", access(request.deny(asked(), CAROL, 2000.0)), "carol said no to alice: count, search on tickets* for 2h"),
        ("decided", access(replace(request.deny(asked(), CAROL, 2000.0), ended_by="alice")), "alice took back what they asked for: count, search on tickets* for 2h"),
        ("ending", access(granted()), "In ten minutes it is over for alice: count, search on tickets* for 2h"),
        ("ended", access(REVOKED), "What alice asked for was revoked by bob: count, search on tickets* for 2h"),
        ("ended", access(granted(), 9000.0), "What alice asked for has run out: count, search on tickets* for 2h"),
        ("ended", access(request.give_back(granted(), ALICE, 2000.0)), "What alice asked for was given back by alice: count, search on tickets* for 2h"),
        ("ended", access(request.used_up(granted(), 2000.0)), "What alice asked for is used up: count, search on tickets* for 2h"),
    ],
)  # fmt: skip
def test_what_it_says(kind: Kind, stand: Stand, title: str) -> None:
    made = notice(
        Job(kind, "access" if isinstance(stand, Entry) else "call", "x", "0" if kind == "asked" else ""), stand
    )
    assert made is not None
    assert made.title == title
    assert made.readers == (("group:data-owners",) if kind == "asked" else ("user:alice",))


@pytest.mark.parametrize(
    ("kind", "stand"),
    [
        ("asked", call("approved")),
        ("asked", call("expired")),
        ("asked", access(granted())),
        ("decided", call()),
        ("decided", call("expired")),
        ("ending", access(REVOKED)),
        ("ended", call()),
        ("ended", access(granted())),
    ],
)
def test_what_is_not_so_any_more_is_not_said(kind: Kind, stand: Stand) -> None:
    assert notice(Job(kind, "call", "x", "0"), stand) is None


@pytest.mark.parametrize(
    ("kind", "stand", "at"),
    [
        ("ended", access(granted()), 8200.0),  # it was given more time than when this was put
        ("ended", call("approved"), 4600.0),
        ("ended", call("expired"), None),
        ("ending", access(granted()), 7600.0),
        ("ending", access(granted(), 7601.0), None),
        ("asked", call(), None),
    ],
)
def test_what_is_not_so_yet_is_looked_at_again(kind: Kind, stand: Stand, at: float | None) -> None:
    assert said.again(Job(kind, "call", "x", "0"), stand) == at


def test_neither_filter_nor_id_nor_body_is_in_it() -> None:
    one = held(
        path="/points/delete?secret-path", body={"where": {"who": "secret-value"}}, samples=("secret-id",),
        things=("secret-thing",), why="INC-7",
    )  # fmt: skip
    made = notice(Job("asked", "call", "h1", "0"), call(one=one), "https://console.example/")
    assert made is not None
    whole = json.dumps([made.title, made.facts, made.data])
    assert "secret" not in whole
    assert made.data["command"] == "vecgate requests show h1"
    assert made.facts["See"] == "https://console.example/requests/h1"
    assert made.data["records"] == 412
    assert made.facts["Why"] == "INC-7"


def test_who_may_not_count_learns_no_count_in_a_channel() -> None:
    made = notice(Job("asked", "call", "h1", "0"), call(one=held(told=False)))
    assert made is not None
    assert "412" not in json.dumps([made.title, made.facts, made.data])


@pytest.mark.parametrize(
    ("text", "shown"),
    [("", ""), ("a\r\nBcc: x", "a Bcc: x"), ("a\u202eb\x1b[31m", "a b [31m"), ("x" * 400, "x" * 299 + "…")],
)
def test_a_line_is_one_line(text: str, shown: str) -> None:
    assert said.line(text) == shown


def test_names_are_shown_as_they_may_be() -> None:
    stand = call()
    assert said.names(stand) == ["tickets"]
    made = notice(Job("asked", "call", "h1", "0"), said.renamed(stand, {"tickets": "<PERSON>"}))
    assert made is not None
    assert made.title.endswith("in <PERSON>")
    entry = said.renamed(access(asked()), {"tickets*": "<PERSON>"})
    assert said.names(entry) == ["<PERSON>"]


def test_a_job_is_its_text_and_one_name() -> None:
    job = Job("asked", "call", "h1", "0")
    assert Job.of(str(job)) == job
    assert job.name.startswith("msg_")
    assert Job.of("ended access a1 ").mark == ""
    for text in ("", "asked call", "sung call h1 ", "asked song h1 "):
        with pytest.raises(ValueError, match=r"."):
            Job.of(text)


@pytest.mark.parametrize(
    ("mark", "so", "not_so", "title"),
    [
        ("broken", BROKEN, OVER, "alice BROKE THE GLASS, and nobody was asked: count, search on tickets* for 2h"),
        ("review", OVER, FINE, "Review what alice did, who broke the glass: count, search on tickets* for 2h"),
        ("late", LATE, FINE, "alice is locked, as nobody has reviewed in time that they broke the glass: "),
        ("made up", None, BROKEN, ""),
    ],
)
def test_those_who_review_broken_glass_are_told(mark: str, so: Request | None, not_so: Request, title: str) -> None:
    job = Job("glass", "access", "r1", mark.replace(" ", "-"))
    assert notice(job, access(not_so)) is None
    if so is not None:
        made = notice(job, access(so))
        assert made is not None
        assert made.title.startswith(title)
        assert made.readers == ("group:data-owners",)
        assert made.facts["Who answers"] == "data-owners"
