"""Whose yes counts, at which stage, and whose never does: tables over stages, people and the order they come in."""

from dataclasses import replace

import pytest

from support.fakes.approvals import ALICE, BOB, CAROL, MALLORY, person, wide
from vecgate.consent import judge
from vecgate.consent.judge import Case, Objection, filled, is_over, may_answer, waiting
from vecgate.domain.approval import Approvers, Circle, Deputy, Stage, Vote
from vecgate.domain.people import CLIENTS, around, behind
from vecgate.domain.principal import Principal

LEADS = Stage(Circle(("leads",)), name="leads")
OWNERS = Stage(Circle(("data-owners",)), 2)
EACH = Stage(Circle(("data-owners", "security"), ("dora",)), "all")
DORA = person("dora")
LEAD = person("lea", "leads")
BOTH = person("ben", "leads", "data-owners")


def case(*stages: Stage, requester: Principal = ALICE, issuers: tuple[str, ...] = ()) -> Case:
    return Case(Approvers(stages, issuers), behind(requester))


def acting(who: Principal, **act: object) -> Principal:
    return replace(who, claims={"act": act})


def said(of: Case, *people: Principal) -> tuple[tuple[Vote, ...], str]:
    """The votes that come of these people in turn, and the first objection."""
    votes: tuple[Vote, ...] = ()
    for who in people:
        try:
            votes = (*votes, judge.yes(of, votes, who, 7.0))
        except Objection as e:
            return votes, e.why
    return votes, ""


@pytest.mark.parametrize(
    ("stages", "people", "objection", "stage"),
    [
        # nobody yet
        ((LEADS,), (), "", 0),
        # one stage
        ((LEADS,), (LEAD,), "", 1),
        ((OWNERS,), (BOB,), "", 0),
        ((OWNERS,), (BOB, CAROL), "", 1),
        # in their order, and in no other
        ((LEADS, OWNERS), (BOB,), "later", 0),
        ((LEADS, OWNERS), (LEAD, BOB, CAROL), "", 2),
        ((LEADS, OWNERS), (LEAD, person("liz", "leads")), "over", 1),
        # one person has one yes over all stages
        ((LEADS, OWNERS), (BOTH, BOTH), "twice", 1),
        ((LEADS, OWNERS), (BOTH, person("b-2", "data-owners", user=wide("ben"))), "twice", 1),
        ((LEADS, OWNERS), (BOTH, BOB, CAROL), "", 2),
        # each: every seat has somebody else
        ((EACH,), (BOB, CAROL, DORA), "", 1),
        ((EACH,), (CAROL, BOB, DORA), "", 1),
        ((EACH,), (BOB, person("bo", "data-owners")), "filled", 0),
        ((EACH,), (DORA, DORA), "twice", 0),
        # whoever sits where another could as well makes room
        ((Stage(Circle(("leads", "data-owners")), "all"),), (BOTH, LEAD), "", 1),
        ((Stage(Circle(("leads", "data-owners")), "all"),), (BOTH, BOB), "", 1),
        # outsiders
        ((LEADS, OWNERS), (MALLORY,), "group", 0),
        ((EACH,), (person("Dora"),), "group", 0),
    ],
)
def test_stages_are_asked_in_their_order_of_different_people(
    stages: tuple[Stage, ...], people: tuple[Principal, ...], objection: str, stage: int
) -> None:
    of = case(*stages)
    votes, why = said(of, *people)
    assert (why, waiting(of.approvers, votes)) == (objection, stage)
    assert is_over(of, votes) is (stage == len(stages))


@pytest.mark.parametrize(
    "who",
    [
        ALICE,
        person("alice", "data-owners"),
        person("a-2", "data-owners", user="ALICE", issuer="https://other.example"),
        person("a-2", "data-owners", user=wide("alice")),
        # whose login the requester acts with
        acting(BOB, sub="alice"),
        acting(BOB, sub="x", act={"sub": "ALICE"}),
        acting(BOB, sub="7", iss="https://sso.example", email="alice"),
    ],
)
def test_whoever_asked_never_decides(who: Principal) -> None:
    assert may_answer(case(OWNERS), who) == "self"
    assert said(case(OWNERS), who) == ((), "self")


@pytest.mark.parametrize(
    ("requester", "who"),
    [
        # the human behind an agent, and the agent behind a human
        (acting(person("agent-7", "analysts"), sub="bob"), BOB),
        (acting(ALICE, sub="agent-7", act={"sub": "b-1", "preferred_username": "Bob"}), BOB),
        (acting(ALICE, sub=BOB.subject, iss=BOB.issuer), BOB),
        # the same agent acts with both
        (acting(ALICE, sub="agent-7"), acting(BOB, sub="agent-7")),
    ],
)
def test_nobody_decides_who_acts_with_who_asked(requester: Principal, who: Principal) -> None:
    assert may_answer(case(OWNERS, requester=requester), who) == "self"
    assert may_answer(case(OWNERS, requester=requester), CAROL) == ""


def test_one_person_behind_two_logins_has_one_yes() -> None:
    other = replace(CAROL, user=wide("bob"))
    assert said(case(OWNERS), BOB, other)[1] == "twice"


@pytest.mark.parametrize(
    ("requester", "who"),
    [
        # the client that the token was issued to, asking with it or answering with it
        (replace(ALICE, claims={"azp": "Bob"}), BOB),
        (replace(ALICE, claims={"appid": "Bob"}), BOB),
        (replace(ALICE, claims={"cid": "Bob"}), BOB),
        # the client's own token, as login services write it
        *(
            (replace(ALICE, claims={name: "bot"}), replace(BOB, claims={name: "bot", **said}))
            for name in CLIENTS
            for said in (
                {"preferred_username": "service-account-bot"},
                {"gty": "client-credentials"},
                {"idtyp": "app"},
                {"oid": BOB.subject},
            )
        ),
        (replace(ALICE, claims={"azp": "bot"}), replace(person("bot@clients", "data-owners"), claims={"azp": "bot"})),
        (replace(ALICE, claims={"client_id": wide("bob")}), BOB),
        (person("bot", "data-owners"), replace(BOB, claims={"azp": "bot"})),
        (acting(ALICE, sub="planner", act={"sub": "bot"}), replace(BOB, claims={"client_id": "bot"})),
    ],
)
def test_neither_a_client_answers_for_whom_it_serves_nor_they_for_it(requester: Principal, who: Principal) -> None:
    of = Case(Approvers((OWNERS,)), around(requester))
    assert may_answer(of, who) == "self"
    assert may_answer(of, CAROL) == ""


def test_two_people_may_use_one_client() -> None:
    alice, bob, carol = (replace(one, claims={"azp": "vecgate-cli"}) for one in (ALICE, BOB, CAROL))
    of = Case(Approvers((OWNERS,)), around(alice))
    assert said(of, bob, carol)[1] == ""


def test_whoever_acts_for_an_approver_gives_no_yes_and_may_say_no() -> None:
    agent = acting(BOB, sub="agent-9")
    assert said(case(OWNERS), agent) == ((), "agent")
    judge.no(case(OWNERS), agent, "no")


def test_who_logs_in_elsewhere_has_no_say() -> None:
    assert may_answer(case(OWNERS, issuers=("https://other",)), BOB) == "group"
    assert may_answer(case(OWNERS, issuers=(BOB.issuer,)), BOB) == ""


def test_a_no_may_want_a_reason_and_comes_from_any_stage() -> None:
    of = replace(case(LEADS, OWNERS), approvers=Approvers((LEADS, OWNERS), reasons=("denying",)))
    with pytest.raises(Objection, match="reason"):
        judge.no(of, BOB, "")
    judge.no(of, BOB, "the wrong collection")
    with pytest.raises(Objection, match="group"):
        judge.no(of, MALLORY, "no")


def test_seats_are_filled_by_as_many_as_possible() -> None:
    a, b, c = (frozenset(x) for x in ("a", "b", "c"))
    assert filled((), ()) == 0
    assert filled((a, b), (b, a)) == 2
    assert filled((a, b, c), (a | b, a | b, a | b)) == 2
    assert filled((a, b, c), (a | b, a, b | c)) == 3


LATE = Stage(Circle(("data-owners",)), escalate=Circle((), ("dora",)), after=100.0)


@pytest.mark.parametrize(("now", "why"), [(1000.0, "later"), (1099.0, "later"), (1100.0, ""), (9000.0, "")])
def test_others_are_asked_as_well_once_a_stage_has_waited(now: float, why: str) -> None:
    of = replace(case(LATE), since=1000.0)
    if why:
        with pytest.raises(Objection, match=why):
            judge.yes(of, (), DORA, now)
    else:
        assert is_over(of, (judge.yes(of, (), DORA, now),))
    assert is_over(of, (judge.yes(of, (), BOB, now),))
    judge.no(of, DORA, "")  # who may come to be asked may say no at once


def test_a_stage_waits_from_when_the_one_before_has_agreed() -> None:
    of = replace(case(LEADS, LATE), since=1000.0)
    first = judge.yes(of, (), LEAD, 5000.0)
    with pytest.raises(Objection, match="later"):
        judge.yes(of, (first,), DORA, 5099.0)
    assert is_over(of, (first, judge.yes(of, (first,), DORA, 5100.0)))


def test_each_seat_may_come_to_be_filled_by_others() -> None:
    of = replace(case(replace(EACH, escalate=Circle(("leads",)), after=1.0)), since=0.0)
    votes: tuple[Vote, ...] = ()
    for who in (BOB, LEAD, DORA):
        votes = (*votes, judge.yes(of, votes, who, 50.0))
    assert is_over(of, votes)


AWAY = Deputy("bob", "dana", 5.0, 10.0, ("data-owners",))
DANA = person("dana")
EVE = person("eve")


def deputised(*stages: Stage, deputies: tuple[Deputy, ...] = (AWAY,), requester: Principal = ALICE) -> Case:
    return Case(Approvers(stages, deputies=deputies), behind(requester), at=7.0)


BOB_IS_ASKED = Stage(Circle((), ("bob",)))


@pytest.mark.parametrize(
    ("of", "people", "objection"),
    [
        (deputised(BOB_IS_ASKED), (DANA,), ""),
        (deputised(OWNERS), (DANA, CAROL), ""),  # for a group that bob is in
        (deputised(OWNERS, deputies=(replace(AWAY, groups=()),)), (DANA,), "group"),
        # of the two one says it
        (deputised(OWNERS), (DANA, BOB), "twice"),
        (deputised(OWNERS), (BOB, DANA), "filled"),
        (deputised(OWNERS, deputies=(AWAY, replace(AWAY, by="eve"))), (DANA, EVE), "filled"),
        (deputised(Stage(Circle((), ("bob", "dana")), "all")), (DANA, BOB), ""),  # in her own place, where she has one
        # within those days, by that name, and never in their own matters
        (deputised(BOB_IS_ASKED, deputies=(replace(AWAY, ends=7.0),)), (DANA,), "group"),
        (deputised(BOB_IS_ASKED, deputies=(replace(AWAY, begins=7.5),)), (DANA,), "group"),
        (deputised(BOB_IS_ASKED), (person("Dana"),), "group"),
        (deputised(BOB_IS_ASKED), (person("d", user=wide("dana")),), "group"),
        (deputised(BOB_IS_ASKED, requester=DANA), (DANA,), "self"),
        (deputised(OWNERS, requester=BOB), (DANA,), "group"),
        (deputised(OWNERS, requester=acting(ALICE, sub="bob")), (DANA,), "group"),
        (deputised(BOB_IS_ASKED), (acting(DANA, sub="alice"),), "self"),
        # nobody for a deputy
        (deputised(BOB_IS_ASKED, deputies=(AWAY, Deputy("dana", "eve", 5.0, 10.0, ("data-owners",)))), (EVE,), "group"),
        # in their order
        (deputised(LEADS, BOB_IS_ASKED), (DANA,), "later"),
    ],
)
def test_a_deputy_answers_for_whom_they_stand_in_and_for_nobody_else(
    of: Case, people: tuple[Principal, ...], objection: str
) -> None:
    assert said(of, *people)[1] == objection


def test_both_names_stand_in_a_deputys_yes() -> None:
    [vote] = said(deputised(BOB_IS_ASKED), DANA)[0]
    assert (vote.by, vote.place, vote.who, {"bob", "dana"} <= {*vote.names}) == ("dana", "bob", "dana for bob", True)
    [own] = said(deputised(Stage(Circle((), ("dana", "bob")))), DANA)[0]
    assert (own.place, own.who) == ("", "dana")


def test_a_deputy_may_say_no_within_those_days() -> None:
    judge.no(deputised(BOB_IS_ASKED), DANA, "")
    with pytest.raises(Objection):
        judge.no(replace(deputised(BOB_IS_ASKED), at=10.0), DANA, "")
