"""What a rule asks for and a database does not tell is refused; all else goes through tests/path/guards."""

from dataclasses import replace

import pytest

from support.fakes.gates import ALLOW, FakeGate, exchange
from vecgate.dialects.base.guarded import Guarded
from vecgate.domain.call import Answer
from vecgate.domain.guards import Canaries, Guards
from vecgate.domain.operation import Operation
from vecgate.handling import guarding
from vecgate.refusals.errors import CallRefused, MaskFailed

READ = Operation("chroma", "collection_get", "list_scan", 2, "t", "d", ("tickets",))
WATCHED = replace(ALLOW, guards=Guards(canaries=Canaries(frozenset({"c"}))))
OK = Answer(200)


async def test_records_that_cannot_be_told_apart_are_not_given_where_a_guard_must_see_them() -> None:
    gate = FakeGate(dialect=lambda _: Guarded())
    with pytest.raises(CallRefused, match=r"guards\.untold"):
        await guarding.given(gate, exchange(operation=READ, decision=WATCHED, answer=OK), {"ids": ["a"]})
    plain = exchange(operation=READ, answer=OK)
    assert await guarding.given(gate, plain, {"ids": ["a"]}) == {"ids": ["a"]}


async def test_an_answer_that_is_none_is_not_given() -> None:
    with pytest.raises(MaskFailed):
        await guarding.given(FakeGate(), exchange(operation=READ, decision=WATCHED, answer=OK), {"documents": ["a"]})


async def test_an_error_is_given_as_it_is() -> None:
    tree = {"error": "NotFoundError"}
    assert (
        await guarding.given(FakeGate(), exchange(operation=READ, decision=WATCHED, answer=Answer(404)), tree) is tree
    )
