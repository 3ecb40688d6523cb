"""What may become of a request: each move in each state, both clocks, and that nothing widens, against a plain model."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from support.fakes.approvals import ALICE, BOB, CAROL, MALLORY, person, wide
from support.fakes.granting import ASKING, TERMS, asked, granted
from vecgate.access import request
from vecgate.access.request import Request, as_of, extensions
from vecgate.consent.judge import Objection
from vecgate.domain.approval import Approvers
from vecgate.domain.principal import Principal

NOW = 1500.0
TWO = Approvers.of("data-owners", count=2)
MOVES: dict[str, Callable[[Request], Request]] = {
    "approve": lambda one: request.approve(one, BOB, NOW),
    "deny": lambda one: request.deny(one, BOB, NOW, "no"),
    "withdraw": lambda one: request.withdraw(one, ALICE, NOW),
    "revoke": lambda one: request.revoke(one, BOB, NOW, "enough"),
    "give_back": lambda one: request.give_back(one, ALICE, NOW),
    "used_up": lambda one: request.used_up(one, NOW),
    "use": lambda one: request.use(one, NOW),
}
STATES: dict[str, Request] = {
    "pending": asked(),
    "granted": granted(),
    "unused": granted(asking=replace(ASKING, starts="first_use")),
    "denied": request.deny(asked(), BOB, 1000.0),
    "withdrawn": request.withdraw(asked(), ALICE, 1000.0),
    "revoked": request.revoke(granted(), BOB, 1000.0),
    "too late": asked(expires=1200.0),
    "over": replace(granted(), ends=1200.0),
}
#: From which state a move leads where; from any other it does not.
LEADS = {
    ("pending", "approve"): "granted",
    ("pending", "deny"): "denied",
    ("pending", "withdraw"): "withdrawn",
    ("granted", "revoke"): "ended",
    ("granted", "give_back"): "ended",
    ("granted", "used_up"): "ended",
    ("granted", "use"): "granted",
    ("unused", "revoke"): "ended",
    ("unused", "give_back"): "ended",
    ("unused", "used_up"): "ended",
    ("unused", "use"): "granted",
}


def refused(work: Callable[[], Any]) -> str:
    with pytest.raises(Objection) as caught:
        work()
    return caught.value.why


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("move", MOVES)
def test_a_move_leads_where_it_says_or_nowhere(state: str, move: str) -> None:
    one, leads = STATES[state], LEADS.get((state, move))
    if leads is None:
        assert refused(lambda: MOVES[move](one))
    else:
        assert MOVES[move](one).state == leads


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (ALICE, "self"),
        (person("other", "data-owners", user=wide("alice")), "self"),
        (person("other", "data-owners", user=" ALICE"), "self"),
        (MALLORY, "group"),
        (person("dora"), "group"),
    ],
)
def test_only_others_of_a_group_may_answer(who: Principal, why: str) -> None:
    assert refused(lambda: request.approve(asked(), who, NOW)) == why
    assert refused(lambda: request.deny(asked(), who, NOW)) == why
    assert refused(lambda: request.revoke(granted(), who, NOW)) == why


def test_who_logs_in_elsewhere_may_not_answer() -> None:
    one = asked(asking=replace(ASKING, approvers=Approvers.of("data-owners", issuers=("https://other",))))
    assert refused(lambda: request.approve(one, BOB, NOW)) == "group"


def test_two_yes_are_of_two_people() -> None:
    one = request.approve(asked(asking=replace(ASKING, approvers=TWO)), BOB, NOW)
    assert one.state == "pending"
    assert refused(lambda: request.approve(one, BOB, NOW)) == "twice"
    again = person("b2", "data-owners", user="Bob")
    assert refused(lambda: request.approve(one, again, NOW)) == "twice"
    done = request.approve(one, CAROL, NOW + 5)
    assert (done.state, done.begun, done.ends) == ("granted", NOW + 5, NOW + 5 + 7200)


@pytest.mark.parametrize(
    "wider",
    [
        {"seconds": 7201.0},
        {"operations": ("count", "search", "upsert")},
        {"operations": ()},
        {"collections": ("*",)},
        {"collections": ()},
        {"collections": ("tickets*", "notes")},
        {"records": 101},
        {"records": None},
        {"mask": "lax"},
        {"upstream": "other"},
    ],
)
def test_a_yes_never_widens(wider: dict[str, Any]) -> None:
    assert refused(lambda: request.approve(asked(), BOB, NOW, replace(TERMS, **wider))) == "wider"


@pytest.mark.parametrize(
    "less",
    [
        {"seconds": 60.0},
        {"operations": ("count",)},
        {"collections": ("tickets-2024",)},
        {"collections": ("tickets-*", "tickets")},
        {"records": 1},
        {"tenant": "t"},
        {"opened": 0},
    ],
)
def test_a_yes_may_be_to_less(less: dict[str, Any]) -> None:
    terms = replace(TERMS, **less)
    one = request.approve(asked(), BOB, NOW, terms)
    assert (one.terms, one.asked, one.ends) == (terms, TERMS, NOW + terms.seconds)


def test_the_rules_own_mask_is_always_less() -> None:
    one = asked(terms=replace(TERMS, mask="lax"))
    assert request.approve(one, BOB, NOW, TERMS).terms.mask == "strict"


def test_its_time_runs_from_the_yes_from_when_it_was_asked_for_or_from_its_first_use() -> None:
    assert granted(now=2000.0).ends == 9200.0
    later = granted(begins=5000.0)
    assert (later.begun, later.ends) == (5000.0, 12200.0)
    unused = granted(asking=replace(ASKING, starts="first_use"))
    assert (unused.ends, unused.expires) == (None, 1000 + 86400)
    used = request.use(unused, 4000.0)
    assert (used.begun, used.ends) == (4000.0, 11200.0)
    assert request.use(used, 4100.0) == used
    assert as_of(unused, 1000 + 86400).state == "expired"
    assert (
        refused(lambda: request.use(granted(asking=replace(ASKING, starts="first_use"), begins=5000.0), 4000.0))
        == "early"
    )


def test_an_extension_begins_with_its_yes_and_ends_that_much_later() -> None:
    more = granted("r2", now=3000.0, extends="r1", follows=8200.0)
    assert (more.begun, more.ends) == (3000.0, 8200.0 + 7200)
    late = granted("r2", now=9000.0, extends="r1", follows=8200.0)
    assert (late.begun, late.ends) == (9000.0, 9000.0 + 7200)
    chain = [asked("r2", extends="r1"), asked("r3", extends="r2"), asked("r4", extends="r9"), asked("r5")]
    assert [one.id for one in extensions("r1", chain)] == ["r2", "r3"]
    assert request.follow(chain[0], BOB, NOW).state == "denied"
    assert request.follow(more, BOB, 3100.0).how == "revoked"


class Model(RuleBasedStateMachine):
    """Anybody does anything at any time; a plain account of yes and no says what it must come to."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.one = asked(asking=replace(ASKING, approvers=TWO, pending=500.0), expires=1500.0)
        self.yes: set[str] = set()
        self.over = ""
        self.ends = 0.0

    def _try(self, move: Callable[[], Request]) -> bool:
        try:
            self.one = move()
        except Objection:
            return False
        return True

    def _tick(self) -> None:
        if not self.over and len(self.yes) < 2 and self.now >= 1500:
            self.over = "expired"
        if not self.over and len(self.yes) == 2 and self.now >= self.ends:
            self.over = "expired"

    @rule(seconds=st.sampled_from([1.0, 90.0, 400.0]))
    def later(self, seconds: float) -> None:
        self.now += seconds
        self._tick()

    @rule(who=st.sampled_from([ALICE, BOB, CAROL, MALLORY]), seconds=st.sampled_from([None, 100.0, 7200.0, 9999.0]))
    def approve(self, who: Principal, seconds: float | None) -> None:
        terms = replace(self.one.terms, seconds=seconds) if seconds else None
        may = not self.over and len(self.yes) < 2 and who in (BOB, CAROL) and who.user not in self.yes
        may = may and (seconds is None or seconds <= self.one.terms.seconds)
        assert self._try(lambda: request.approve(self.one, who, self.now, terms)) is may
        if may:
            self.yes.add(who.user)
            self.ends = self.now + self.one.terms.seconds

    @rule(who=st.sampled_from([ALICE, BOB, MALLORY]), what=st.sampled_from(["deny", "revoke"]))
    def no(self, who: Principal, what: str) -> None:
        wanted = len(self.yes) == 2 if what == "revoke" else len(self.yes) < 2
        may = not self.over and who is BOB and wanted
        assert self._try(lambda: getattr(request, what)(self.one, who, self.now)) is may
        if may:
            self.over = "denied" if what == "deny" else "revoked"

    @precondition(lambda self: len(self.yes) == 2)
    @rule(who=st.sampled_from([ALICE, BOB]))
    def back(self, who: Principal) -> None:
        may = not self.over and who is ALICE
        assert self._try(lambda: request.give_back(self.one, who, self.now)) is may
        if may:
            self.over = "given_back"

    @invariant()
    def it_is_as_the_account_says(self) -> None:
        found = as_of(self.one, self.now)
        assert found.how == self.over
        assert (found.grant() is not None) is (not self.over and len(self.yes) == 2)
        assert found.terms.is_within(found.asked)


Model.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestModel = Model.TestCase
