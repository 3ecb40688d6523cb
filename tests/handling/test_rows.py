"""What a step does about rows, without a whole gateway. `tests/attacks/testrows.py` has one."""

from contextlib import suppress
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from support.fakes.gates import ALLOW, ANSWER, HOLD, Calls, FakeGate, FakePart, exchange
from vecgate.domain.call import Answer, Call
from vecgate.domain.row import Row
from vecgate.domain.scoped import Held, Owned, Scoped
from vecgate.handling import rows
from vecgate.refusals.errors import CallRefused, MaskFailed, OutcomeUnknown, Part, Unavailable

ROWS = (Row("tenant", ("acme",)),)
OWN, OWN_HOLD = replace(ALLOW, rows=ROWS), replace(HOLD, rows=ROWS)
C = "/api/v2/tenants/t/databases/d/collections/11111111-2222-3333-4444-555555555555"
UPSERT = Call("POST", f"{C}/upsert", tree={"ids": ["x"], "embeddings": [[1]]})


class Asked(FakeGate):
    """A gate whose database answers with what it is given, by the end of the path."""

    def __init__(self, said: Any = None, **parts: Any) -> None:
        self.questions: list[Call] = []
        self.said = said
        super().__init__(**parts)

    def ask(self, _upstream: Any) -> Any:
        async def ask(call: Call) -> Answer:
            self.questions.append(call)
            return Answer(200, body=orjson.dumps(self.said))

        return ask


async def test_without_rows_a_call_stays_as_it_is() -> None:
    made = exchange()
    call = made.call
    await rows.confine(FakeGate(), made)  # type: ignore[arg-type]
    assert (made.call, made.scoped) == (call, None)


async def test_a_call_is_kept_to_the_rows_of_its_decision() -> None:
    made = exchange(decision=OWN)
    await rows.confine(FakeGate(), made)  # type: ignore[arg-type]
    assert made.call is not None
    assert made.call.tree == {"where": {"$and": [{"tenant": "acme"}, {"a": "b"}]}}


async def test_nobody_is_asked_about_a_write_over_a_foreign_record() -> None:
    gate = Asked({"ids": ["x"]})
    gate.said = {"ids": ["x"]}
    held = exchange(decision=OWN_HOLD, call=UPSERT)
    await rows.confine(gate, held)  # type: ignore[arg-type]
    assert [question.tree for question in gate.questions] == [
        {"ids": ["x"], "include": []},
        {"ids": ["x"], "where": {"tenant": "acme"}, "include": []},
    ]
    gate = Asked()
    await rows.confine(gate, exchange(decision=OWN, call=UPSERT))  # type: ignore[arg-type]
    assert gate.questions == [], "what is not held is looked up under its lock"


async def test_what_is_asked_on_behalf_of_a_call_is_kept_to_its_rows() -> None:
    gate = Asked({"ids": ["a", "b"]})
    ask = rows.asking(gate, exchange(decision=OWN))  # type: ignore[arg-type]
    counted = await ask(Call("GET", f"{C}/count"))
    assert counted.body == b"2"
    await ask(Call("POST", f"{C}/get", tree={"ids": ["a"], "include": []}))
    assert [question.tree for question in gate.questions] == [
        {"where": {"tenant": "acme"}, "include": []},
        {"ids": ["a"], "include": [], "where": {"tenant": "acme"}},
    ]
    gate.said = 7
    with pytest.raises(Unavailable):
        await ask(Call("GET", f"{C}/count"))


async def test_what_is_asked_without_rows_is_asked_as_it_stands() -> None:
    gate = Asked(5)
    call = Call("GET", f"{C}/count")
    assert (await rows.asking(gate, exchange())(call)).body == b"5"  # type: ignore[arg-type]
    assert gate.questions == [call]


def scoped(dropped: int) -> Scoped:
    return Scoped(UPSERT, lambda tree: ({"own": tree}, dropped))


async def test_a_foreign_record_is_left_out_told_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    gate = FakeGate(recorder=FakePart(write=Calls()))
    made = exchange(answer=ANSWER, scoped=scoped(2), session="s1")
    assert await rows.own(gate, made, 1) == {"own": 1}  # type: ignore[arg-type]
    assert made.dropped == 2
    assert gate.recorder.write.given == [("s1", "rows.dropped", "x1", {"dropped": 2})]
    assert "2 records that are not the caller's came back" in caplog.text


async def test_an_answer_without_foreign_records_is_no_event() -> None:
    gate = FakeGate(recorder=FakePart(write=Calls()))
    for made in (exchange(answer=ANSWER), exchange(answer=replace(ANSWER, status=404), scoped=scoped(9))):
        assert await rows.own(gate, made, 1) == 1  # type: ignore[arg-type]
    assert await rows.own(gate, exchange(answer=ANSWER, scoped=scoped(0)), 1) == {"own": 1}  # type: ignore[arg-type]
    assert gate.recorder.write.given == []


async def test_an_answer_that_does_not_tell_whose_its_records_are_is_not_given() -> None:
    def answered(_tree: Any) -> Any:
        raise ValueError("no records")

    with pytest.raises(MaskFailed):
        await rows.own(FakeGate(), exchange(answer=ANSWER, scoped=Scoped(UPSERT, answered)), 1)  # type: ignore[arg-type]


class Locks:
    """Locks that tell for what they were taken."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.held = Held(9e9, lambda: 0.0)

    def of(self, place: Any, ids: Any, seconds: float) -> Any:
        self.taken.append((place, ids))
        held = self.held

        class Made:
            async def __aenter__(self) -> Held:
                return held

            async def __aexit__(self, *_: object) -> None:
                pass

        return Made()


def writing(**over: Any) -> Any:
    made = exchange(call=UPSERT, **over)
    made.operation = replace(made.operation, name="collection_upsert", kind="upsert", things=("c1",))
    return made


async def test_a_write_holds_its_records_until_its_outcome_is_known() -> None:
    for answer, raised, known in (
        (replace(ANSWER, status=200), None, True),
        (replace(ANSWER, status=404), None, True),
        (replace(ANSWER, status=500), None, False),  # a server that fails may have stored it all the same
        (None, OutcomeUnknown("it hangs"), False),
        (None, Unavailable(Part.UPSTREAM), True),
        (None, Unavailable(Part.STATE), False),
    ):
        locks, made = Locks(), writing()
        gate = FakeGate(locks=locks)

        async def send(made: Any, answer: Any, raised: Exception | None) -> None:
            made.locks.going()
            made.answer = answer
            if raised:
                raise raised

        with suppress(OutcomeUnknown, Unavailable):
            async with rows.locked(gate, made):  # type: ignore[arg-type]
                await send(made, answer, raised)
        assert locks.taken == [([("tickets-db", "c1")], ("x",))]
        assert made.locks.known is known


async def test_records_are_looked_up_under_their_lock() -> None:
    locks = Locks()
    gate = Asked({"ids": []}, locks=locks)
    made = writing(decision=OWN)
    await rows.confine(gate, made)  # type: ignore[arg-type]
    async with rows.locked(gate, made):  # type: ignore[arg-type]
        assert locks.taken
        assert [question.tree for question in gate.questions] == [{"ids": ["x"], "include": []}]


def test_locks_are_for_collections_where_policies_have_rows() -> None:
    for found in ((), (False,), (False, True)):
        rowed = [SimpleNamespace(reaches=lambda _operation, _upstream, it=it: it) for it in found]
        gate = FakeGate(policies=SimpleNamespace(current=SimpleNamespace(rowed=rowed)))
        assert rows.needs_locks(gate, writing()) is any(found)  # type: ignore[arg-type]
        assert not rows.needs_locks(gate, exchange())  # type: ignore[arg-type]


async def test_what_is_deleted_by_its_id_is_locked_while_it_is_looked_up_and_deleted() -> None:
    locks, asked = Locks(), Call("POST", f"{C}/get", tree={})
    gate = Asked(["x"], locks=locks)
    made = writing(decision=OWN)
    made.operation = replace(made.operation, name="objects_delete", kind="delete_ids", things=("c1",))
    owned = Owned("c1", ("x",), lambda _: asked, lambda _: asked, lambda tree: tree, 10, fresh=False)  # type: ignore[arg-type, return-value]
    made.scoped = Scoped(UPSERT, owned=(owned,))
    async with rows.locked(gate, made):  # type: ignore[arg-type]
        assert locks.taken == [([("tickets-db", "c1")], ("x",))]
        assert len(gate.questions) == 1
    made.operation = replace(made.operation, kind="read_ids")
    async with rows.locked(gate, made):  # type: ignore[arg-type]
        assert len(locks.taken) == 1, "a read changes nothing"


async def test_what_a_delete_chooses_is_locked_while_it_is_looked_up_and_deleted() -> None:
    """A database of which a delete by a filter takes all records of the ids that it finds."""
    locks, asked = Locks(), Call("POST", f"{C}/get", tree={})
    gate = Asked(["x", "y"], locks=locks)
    made = writing(decision=OWN)
    made.operation = replace(made.operation, name="entities_delete", kind="delete_filter", things=("c1",))
    nobody = replace(asked, tree={"nobody": 1})

    def ids(tree: Any) -> list[str]:
        return [] if gate.questions[-1] is nobody else [*tree]

    owned = Owned("c1", (), lambda _: nobody, lambda _: asked, ids, 10, fresh=False, chosen=asked, most=100)
    made.scoped = Scoped(UPSERT, owned=(owned,))
    async with rows.locked(gate, made):  # type: ignore[arg-type]
        assert locks.taken == [([("tickets-db", "c1")], ("x", "y"))]
        assert len(gate.questions) == 3, "once to lock, once more under the lock, and whose else they are"


async def test_what_a_delete_would_choose_beyond_what_is_locked_is_tried_again() -> None:
    locks, asked = Locks(), Call("POST", f"{C}/get", tree={})
    gate = Asked(["x"], locks=locks)
    made = writing(decision=OWN)
    made.operation = replace(made.operation, name="entities_delete", kind="delete_filter", things=("c1",))

    def ids(tree: Any) -> list[str]:
        return [*tree, *("y" for _ in gate.questions[1:])]

    owned = Owned("c1", (), lambda _: asked, lambda _: asked, ids, 10, fresh=False, chosen=asked, most=100)
    made.scoped = Scoped(UPSERT, owned=(owned,))
    with pytest.raises(CallRefused, match=r"rows\.busy"):
        async with rows.locked(gate, made):  # type: ignore[arg-type]
            pytest.fail("it must not go out")
