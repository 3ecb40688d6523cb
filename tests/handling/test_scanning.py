"""A call that says it is a scan is one, as its dialect tells; anything else that says so is refused before anybody is asked."""

from dataclasses import replace
from typing import Any

import pytest

from support.fakes.gates import exchange
from vecgate import dialects
from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Exchange
from vecgate.domain.operation import Operation
from vecgate.domain.surface import Surface
from vecgate.handling import scanning
from vecgate.refusals.errors import CallRefused, MaskFailed

COUNT = Call("POST", "/collections/people/points/count", body=b'{"exact":true}', tree={"exact": True})
FILTERED = replace(COUNT, tree={"exact": True, "filter": {"must": []}})


class Gate:
    """A gate before one Qdrant, which has one collection and no aliases."""

    def __init__(self) -> None:
        self.made, self.asked = dialects.load("qdrant"), 0

    def dialect(self, _upstream: object) -> Any:
        return self.made

    def ask(self, _upstream: object) -> Any:
        async def ask(call: Call) -> Answer:
            if call.path == "/collections":
                return Answer(200, body=b'{"result":{"collections":[{"name":"people"}]}}')
            self.asked += 1
            return Answer(200, body=b'{"result":{"aliases":[]}}')

        return ask


def about(call: Call, *headers: tuple[str, str]) -> Exchange:
    made = exchange(raw=replace(exchange().raw, headers=headers))
    made.asked = call
    return made


@pytest.mark.asyncio
async def test_without_the_header_a_call_is_what_it_is() -> None:
    asked: list[str] = []

    async def may(*could_be: Operation) -> None:
        asked.extend(one.kind for one in could_be)

    gate: Any = Gate()
    found = await scanning.classified(gate, about(FILTERED, ("vecgate-warm", "all")), may=may)
    assert (found.kind, set(asked)) == ("count", {"count"})


@pytest.mark.asyncio
@pytest.mark.parametrize(("asks", "questions"), [(False, 1), (True, 3)])
async def test_what_names_stand_for_is_asked_with_each_read_where_the_upstream_says_so(
    asks: bool, questions: int
) -> None:
    gate: Any = Gate()
    gate.made.asks = asks
    for _ in range(3):
        await scanning.classified(gate, about(FILTERED))
    assert gate.asked == questions


@pytest.mark.asyncio
async def test_with_it_a_sample_is_a_scan_for_whoever_asks_too() -> None:
    asked: list[str] = []

    async def may(*could_be: Operation) -> None:
        asked.extend(one.kind for one in could_be)

    gate: Any = Gate()
    found = await scanning.classified(gate, about(COUNT, (scanning.HEADER, "1")), may=may)
    assert (found.kind, found.name, found.collections, set(asked)) == ("scan", "count_points", ("people",), {"scan"})


@pytest.mark.asyncio
@pytest.mark.parametrize("value", ["1", "", "0", "no"])
async def test_with_it_what_is_no_sample_is_refused_unasked(value: str) -> None:
    gate: Any = Gate()
    with pytest.raises(CallRefused) as e:
        await scanning.classified(gate, about(FILTERED, (scanning.HEADER, value)))
    assert getattr(e.value.refusal, "code", "") == "route.scan"


@pytest.mark.asyncio
async def test_an_answer_that_is_no_sample_is_not_given() -> None:
    gate: Any = Gate()
    made = about(COUNT)
    made.answer, made.operation = Answer(200), Operation("qdrant", "query_points", "scan", 2)
    with pytest.raises(MaskFailed, match="no sample"):
        await scanning.report(gate, made, {"result": {}}, Surface())
    made.operation = Operation("qdrant", "count_points", "scan", 1)
    assert await scanning.report(gate, made, {"result": {"count": 3}}, Surface()) is None
    made.answer, made.operation = Answer(404), Operation("qdrant", "query_points", "scan", 2)
    assert await scanning.report(gate, made, {"status": {"error": "x"}}, Surface()) is None


def test_records_are_looked_through_some_at_a_time() -> None:
    small: list[Any] = [{"n": i} for i in range(100)]
    large: list[Any] = [{"text": "x" * 200_000}] * 3
    assert list(scanning.together([], 9)) == []
    assert list(scanning.together(small, 250_000)) == [small]
    assert [len(some) for some in scanning.together([*small, *large, *small], 250_000)] == [101, 1, 101]


@pytest.mark.asyncio
async def test_it_is_known_whether_a_call_was_told_from_memory() -> None:
    """So that a refusal takes no less time for a name that is remembered."""
    gate: Any = Gate()
    found = [about(FILTERED), about(FILTERED)]
    for one in found:
        await scanning.classified(gate, one)
    assert ([one.remembered for one in found], gate.asked) == ([False, True], 1)
