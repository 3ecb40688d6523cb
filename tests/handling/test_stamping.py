"""What a rule stamps or judges and a database does not tell is refused; all else goes through tests/path/guards."""

from dataclasses import replace

import pytest

from support.fakes.gates import ALLOW, CALL, FakeGate, exchange
from vecgate.dialects.base.guarded import Guarded
from vecgate.domain.call import Call
from vecgate.domain.guards import Guards
from vecgate.domain.operation import Operation
from vecgate.handling import stamping
from vecgate.refusals.errors import CallRefused

WRITE = Operation("chroma", "collection_upsert", "upsert", 3, "t", "d", ("tickets",))
BODY = {"ids": ["a"], "embeddings": [[1.0]], "documents": ["x"]}
UPSERT = replace(CALL, path=CALL.path.replace("/delete", "/upsert"), tree=BODY)


@pytest.mark.parametrize("guards", [Guards(stamp=True), Guards(quarantine="mark")])
async def test_records_that_cannot_be_told_apart_are_not_written(guards: Guards) -> None:
    gate, one = (
        FakeGate(dialect=lambda _: Guarded()),
        exchange(operation=WRITE, call=UPSERT, decision=replace(ALLOW, guards=guards)),
    )
    with pytest.raises(CallRefused, match=r"guards\.untold"):
        stamping.stamped(gate, one, UPSERT) if guards.stamp else await stamping.checked(gate, one)


async def test_nothing_is_looked_at_where_nobody_asks_for_it() -> None:
    one = exchange(operation=WRITE, call=UPSERT)
    assert await stamping.checked(FakeGate(dialect=lambda _: 1 / 0), one) is None
    assert stamping.stamped(FakeGate(dialect=lambda _: 1 / 0), one, UPSERT) is None


def test_a_stamp_leaves_the_call_that_was_agreed_to_as_it_is() -> None:
    one = exchange(operation=WRITE, call=UPSERT, decision=replace(ALLOW, guards=Guards(stamp=True)))
    sent = stamping.stamped(FakeGate(), one, UPSERT)
    assert isinstance(sent, Call)
    assert one.call is UPSERT
    assert sent.tree["metadatas"][0]["_vecgate_who"] == "alice"  # type: ignore[index,call-overload]
    assert b"_vecgate_who" in sent.body
