"""Access against a plain model: whatever people, workers and time do, in whichever order, on a real Valkey."""

import asyncio
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, invariant, rule

from support.fakes.approvals import ALICE
from support.fakes.granting import ASKING, TERMS, asked
from support.fakes.modelled import MOST, PEOPLE, REQUESTERS, STAGE_OF, STAGES, Workers, checked, objected
from vecgate.access import request
from vecgate.access.ledger import Move
from vecgate.access.parts import AccessParts
from vecgate.access.request import Request
from vecgate.api.access import Desk
from vecgate.consent.judge import Objection
from vecgate.domain.decision import Rate
from vecgate.refusals.errors import CallRefused
from vecgate.settings.access import Access
from vecgate.state.barred import Barred, Lock
from vecgate.state.budgets import Budgets
from vecgate.state.store import Store

LOCK = Lock(ALICE.key, ALICE.user, "a test", 1.0)
BUDGET = 3


@dataclass
class Asked:
    """What the model knows of one."""

    state: str = "pending"
    how: str = ""
    votes: list[str] = field(default_factory=list)
    records: int = 100
    used: int = 0
    extends: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in ("pending", "granted")

    def end(self, state: str, how: str) -> None:
        self.state, self.how = state, how


class Given(Workers):
    ids = Bundle("ids")
    who, worker = Workers.who, Workers.worker
    known: dict[str, Asked]

    def __init__(self) -> None:
        super().__init__()
        self.locked = False

    def parts(self, store: Store) -> tuple[AccessParts, Barred]:
        return AccessParts(store, Access(open_per_user=MOST)), Barred(store)

    def outcome(self, worker: int, id: str, move: Move) -> str:
        """`ok`, or why not."""
        try:
            self.run(self.workers[worker][1].move(id, move))
        except Objection as e:
            return e.why
        return "ok"

    def moved(self, worker: int, id: str, move: Move, wanted: str, why: str, ends: tuple[str, str]) -> None:
        """It is made where the request is as `wanted`, and nothing else (`why`) is against it."""
        one = self.known[id]
        expected = (why or "ok") if one.state == wanted else one.how or one.state
        assert self.outcome(worker, id, move) == expected
        if expected == "ok":
            one.end(*ends)

    @rule(target=ids, worker=worker)
    def ask(self, worker: int) -> str:
        """Always gives an id, as `extend` does: what is drawn from must not depend on who was faster of two at once."""
        made = self.workers[worker][1].ask(lambda id, now: asked(id, now, asking=replace(ASKING, approvers=STAGES)))
        if sum(one.is_open for one in self.known.values()) >= MOST:
            with pytest.raises(CallRefused, match=r"limit\.requests"):
                self.run(made)
            return next(iter(self.known))
        id = self.run(made).request.id
        self.known[id] = Asked()
        return id

    @rule(target=ids, worker=worker, id=ids)
    def extend(self, worker: int, id: str) -> str:
        """More time, on top of what is left of a grant."""
        _, parts, _ = self.workers[worker]
        ends = self.run(parts.ledger.entry(id)).request.ends
        if self.known[id].state != "granted" or sum(one.is_open for one in self.known.values()) >= MOST:
            return id
        more = replace(ASKING, approvers=STAGES)
        entry = self.run(parts.ask(lambda name, now: asked(name, now, asking=more, extends=id, follows=ends)))
        self.known[entry.request.id] = Asked(extends=id)
        return entry.request.id

    def ended(self, worker: int, id: str, who: str, move: Move, why: str, how: str) -> None:
        """What is granted ends, where nothing (`why`) is against it, and what carries it on ends with it."""
        one, parts = self.known[id], self.workers[worker][1]
        lent: Any = SimpleNamespace(access=parts)
        expected = (why or "ok") if one.state == "granted" else one.how or one.state
        said = "ok"
        try:
            self.run(Desk(lent, PEOPLE[who]).ended(id, move, "enough"))
        except Objection as e:
            said = e.why
        assert said == expected
        if said != "ok":
            return
        one.end("ended", how)
        names = {id}
        while more := [(name, other) for name, other in self.known.items() if other.is_open and other.extends in names]:
            for name, other in more:
                other.end(*(("denied", "denied") if other.state == "pending" else ("ended", "revoked")))
                names.add(name)

    @rule(worker=worker, id=ids, who=who, records=st.sampled_from((None, 40, 100, 101)))
    def approve(self, worker: int, id: str, who: str, records: int | None) -> None:
        one = self.known[id]
        terms = replace(TERMS, records=records) if records else None
        why = objected(who, one.votes)
        wide = records is not None and records > one.records
        expected = (why or ("wider" if wide else "ok")) if one.state == "pending" else one.how or one.state
        assert self.outcome(worker, id, lambda r, now: request.approve(r, PEOPLE[who], now, terms)) == expected
        if expected == "ok":
            one.votes.append(who)
            one.records = records or one.records
            one.state = "granted" if len(one.votes) == 2 else "pending"

    @rule(id=ids, first=who, second=who)
    def two_answer_at_once(self, id: str, first: str, second: str) -> None:
        """A yes and a revocation, or a no, on two workers: one after the other, in either order."""
        one = self.known[id]

        async def both() -> list[Any]:
            yes = self.workers[0][1].move(id, lambda r, now: request.approve(r, PEOPLE[first], now))
            no = self.workers[1][1].move(id, lambda r, now: request.stop(r, PEOPLE[second], now, "no"))
            return list(await asyncio.gather(yes, no, return_exceptions=True))

        before, (yes, no) = replace(one, votes=[*one.votes]), self.run(both())
        assert all(isinstance(said, Objection) or not isinstance(said, BaseException) for said in (yes, no))
        found: Request = self.run(self.workers[0][1].ledger.entry(id)).request
        if isinstance(no, Objection):
            assert second not in STAGE_OF or not before.is_open
        if not isinstance(yes, Objection):
            assert before.state == "pending"
            assert not objected(first, before.votes)
            one.votes.append(first)
            one.state = "granted" if len(one.votes) == 2 else "pending"
        if not isinstance(no, Objection):
            assert (found.state, found.how) in (("denied", "denied"), ("ended", "revoked"))
            one.end(found.state, found.how)

    @rule(worker=worker, id=ids, who=who)
    def deny(self, worker: int, id: str, who: str) -> None:
        why = "" if who in STAGE_OF else "self" if who in REQUESTERS else "group"
        move = lambda r, now: request.deny(r, PEOPLE[who], now, "no")  # noqa: E731
        self.moved(worker, id, move, "pending", why, ("denied", "denied"))

    @rule(worker=worker, id=ids, who=who)
    def revoke(self, worker: int, id: str, who: str) -> None:
        why = "" if who in STAGE_OF else "self" if who in REQUESTERS else "group"
        move = lambda r, now: request.revoke(r, PEOPLE[who], now, "enough")  # noqa: E731
        self.ended(worker, id, who, move, why, "revoked")

    @rule(worker=worker, id=ids, who=who)
    def give_back_or_withdraw(self, worker: int, id: str, who: str) -> None:
        why = "" if who == "alice" else "requester"
        if self.known[id].state == "granted":
            move: Move = lambda r, now: request.give_back(r, PEOPLE[who], now)  # noqa: E731
            self.ended(worker, id, who, move, why, "given_back")
        else:
            move = lambda r, now: request.withdraw(r, PEOPLE[who], now)  # noqa: E731
            self.moved(worker, id, move, "pending", why, ("withdrawn", "withdrawn"))

    @rule(worker=worker, id=ids)
    def spend(self, worker: int, id: str) -> None:
        """One record more under it; with the one that is too much it is over."""
        one, (store, parts, _) = self.known[id], self.workers[worker]
        if one.state != "granted":
            return
        passes = self.run(Budgets(store).take(id, "records", Rate(BUDGET, 3600), 1)).passes
        assert passes is (one.used < BUDGET)
        one.used = min(one.used + 1, BUDGET)
        if not passes:
            self.run(parts.live._anew())
            grant = parts.live.granted(id)
            assert grant is not None
            assert self.run(parts.use_up(grant))
            one.end("ended", "used_up")

    @rule(id=ids)
    def its_time_runs_out(self, id: str) -> None:
        one = self.known[id]
        if not one.is_open:
            return

        def late(found: Request, now: float) -> Request:
            return replace(found, **{"expires" if found.ends is None else "ends": now - 1})

        assert self.outcome(0, id, late) == "ok"
        one.end("expired" if one.state == "pending" else "ended", "expired")

    @rule(worker=worker)
    def lock(self, worker: int) -> None:
        assert self.run(self.workers[worker][2].bar(LOCK, durable=True)) is not self.locked
        self.locked = True

    @rule(worker=worker)
    def unlock(self, worker: int) -> None:
        assert self.run(self.workers[worker][2].lift(LOCK)) is self.locked
        self.locked = False

    @invariant()
    def it_is_as_the_model_says_on_each_worker(self) -> None:
        granted = {id for id, one in self.known.items() if one.state == "granted"}
        for _, parts, barred in self.workers:
            self.run(parts.live._anew())
            assert {grant.id for grant in parts.live.of(ALICE.key)} == granted
            assert [lock.key for lock in self.run(barred.all())] == [LOCK.key] * self.locked
        for id, one in self.known.items():
            found = self.run(self.workers[0][1].ledger.entry(id)).request
            assert (found.state, found.how) == (one.state, one.how), id
            assert [vote.by for vote in found.votes] == one.votes, id
            assert found.terms.records == one.records, id
            assert found.ends is None or found.ends >= found.follows + found.terms.seconds * (one.how != "expired"), id
            assert found.granted == 0 or (len(one.votes) == 2 and not REQUESTERS & {*one.votes}), id


@pytest.mark.parametrize(("examples", "steps"), [(4, 25), pytest.param(80, 50, marks=pytest.mark.long)])
def test_access_is_as_the_model_says(examples: int, steps: int) -> None:
    checked(Given, examples, steps)
