"""Held calls against a plain model: whatever people, workers and time do, in whichever order, on a real Valkey."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, invariant, rule

from support.fakes.approvals import HELD
from support.fakes.modelled import MOST, PEOPLE, REQUESTERS, STAGE_OF, STAGES, Workers, checked, objected
from vecgate.approvals.board import Board
from vecgate.approvals.refused import BoardRefused
from vecgate.settings.hold import Hold
from vecgate.state.store import Store

KINDS: Final = ("1" * 64, "2" * 64)
LONG_AGO: Final = 1


@dataclass
class Call:
    """What the model knows of one."""

    binding: str
    state: str = "pending"
    votes: list[str] = field(default_factory=list)
    spent_by: str = ""
    stands: bool = True  # a no, until the question would have expired

    @property
    def is_open(self) -> bool:
        return self.state in ("pending", "approved")


class Held(Workers):
    ids = Bundle("ids")
    who, worker = Workers.who, Workers.worker
    known: dict[str, Call]

    def __init__(self) -> None:
        super().__init__()
        self.executed: list[str] = []

    def parts(self, store: Store) -> tuple[Board]:
        return (Board(store, Hold(pending=600, grant=300, open_per_user=MOST)),)

    def outcome(self, work: Coroutine[Any, Any, Any]) -> str:
        """`ok`, or why not."""
        try:
            self.run(work)
        except BoardRefused as e:
            return e.why
        return "ok"

    @rule(target=ids, worker=worker, binding=st.sampled_from(KINDS))
    def ask(self, worker: int, binding: str) -> str:
        """Always gives an id: what is drawn from must not depend on who was faster of two at once."""
        same = [id for id, one in self.known.items() if one.binding == binding]
        attaches = [
            id for id in same if self.known[id].is_open or (self.known[id].state == "denied" and self.known[id].stands)
        ]
        full = sum(one.is_open for one in self.known.values()) >= MOST
        asked = replace(HELD, approvers=STAGES, binding=binding)
        if not attaches and full:
            assert self.outcome(self.workers[worker][1].ask(asked)) == "many"
            return next(iter(self.known))
        id = self.run(self.workers[worker][1].ask(asked)).id
        if attaches:
            assert id == attaches[-1], "the identical call attaches"
            return id
        assert id not in self.known
        self.known[id] = Call(binding)
        return id

    @rule(worker=worker, id=ids, who=who)
    def approve(self, worker: int, id: str, who: str) -> None:
        call = self.known[id]
        expected = objected(who, call.votes) or "ok" if call.state == "pending" else call.state
        assert self.outcome(self.workers[worker][1].approve(id, PEOPLE[who])) == expected
        if expected == "ok":
            call.votes.append(who)
            call.state = "approved" if len(call.votes) == 2 else "pending"

    @rule(id=ids, first=who, second=who)
    def two_answer_at_once(self, id: str, first: str, second: str) -> None:
        """On two workers: what comes of it is what comes of one after the other, in either order."""
        call, before = self.known[id], list(self.known[id].votes)

        async def both() -> None:
            boards = [board for _, board in self.workers]
            answers = (boards[0].approve(id, PEOPLE[first]), boards[1].approve(id, PEOPLE[second]))
            for said in await asyncio.gather(*answers, return_exceptions=True):
                assert said is None or not isinstance(said, BaseException) or isinstance(said, BoardRefused), said

        if call.state != "pending":
            return
        self.run(both())
        votes = [vote.by for vote in self.run(self.workers[0][1].show(id)).votes]
        assert votes[: len(before)] == before
        assert len(votes) <= 2
        assert len(set(votes)) == len(votes)
        assert all(at in STAGE_OF.get(name, ()) for at, name in enumerate(votes))
        call.votes, call.state = votes, "approved" if len(votes) == 2 else "pending"

    @rule(worker=worker, id=ids, who=who)
    def deny(self, worker: int, id: str, who: str) -> None:
        call = self.known[id]
        if who in REQUESTERS:
            expected = "self"
        elif who not in STAGE_OF:
            expected = "group"
        else:
            expected = "ok" if call.is_open else call.state
        assert self.outcome(self.workers[worker][1].deny(id, PEOPLE[who], "no")) == expected
        if expected == "ok":
            call.state = "denied"

    @rule(worker=worker, id=ids, who=who)
    def withdraw(self, worker: int, id: str, who: str) -> None:
        call = self.known[id]
        expected = "requester" if who != "alice" else "ok" if call.is_open else call.state
        assert self.outcome(self.workers[worker][1].withdraw(id, PEOPLE[who])) == expected
        if expected == "ok":
            call.state = "withdrawn"

    @rule(worker=worker, id=ids, by=st.sampled_from(("r1", "r2")), binding=st.sampled_from(KINDS))
    def spend(self, worker: int, id: str, by: str, binding: str) -> None:
        call = self.known[id]
        again = call.state == "spent" and call.spent_by == by
        expected = "ok" if call.state == "approved" or again else call.state
        expected = expected if binding == call.binding else "binding"
        assert self.outcome(self.workers[worker][1].use(id, binding, by)) == expected
        if expected == "ok" and not again:
            call.state, call.spent_by = "spent", by
            self.executed.append(id)

    @rule(id=ids)
    def two_spend_at_once(self, id: str) -> None:
        call = self.known[id]
        if call.state != "approved":
            return

        async def both() -> list[object]:
            work = (self.workers[at][1].use(id, call.binding, f"x{at}") for at in range(2))
            return list(await asyncio.gather(*work, return_exceptions=True))

        said = self.run(both())
        (winner,) = (at for at, one in enumerate(said) if not isinstance(one, BaseException))
        call.state, call.spent_by = "spent", f"x{winner}"
        self.executed.append(id)

    @rule(worker=worker, id=ids, by=st.sampled_from(("r1", "r2", "x0")))
    def settle(self, worker: int, id: str, by: str) -> None:
        self.run(self.workers[worker][1].settle(id, by, "used"))
        call = self.known[id]
        if call.state == "spent" and call.spent_by == by:
            call.state = "used"

    @rule(id=ids)
    def its_time_runs_out(self, id: str) -> None:
        store, board = self.workers[0]

        async def late() -> None:
            await store._client.hset(board._keys[0] + id, mapping={"expires": LONG_AGO, "deadline": LONG_AGO})

        self.run(late())
        call = self.known[id]
        call.stands = False
        if call.is_open:
            call.state = "expired"

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        for id, call in self.known.items():
            found = self.run(self.workers[len(self.executed) % 2][1].show(id))
            assert (found.state, [vote.by for vote in found.votes]) == (call.state, call.votes), id

    @invariant()
    def nothing_runs_twice_or_without_each_stage(self) -> None:
        assert len(set(self.executed)) == len(self.executed)
        for id in self.executed:
            assert len(self.known[id].votes) == 2
            assert not REQUESTERS & set(self.known[id].votes)


@pytest.mark.parametrize(("examples", "steps"), [(4, 25), pytest.param(150, 60, marks=pytest.mark.long)])
def test_held_calls_are_as_the_model_says(examples: int, steps: int) -> None:
    checked(Held, examples, steps)
