"""Who asks for news is answered once there is some, of what they may see and of nothing else; looking costs little."""

import asyncio
import json
from typing import Any

import pytest

from support.fakes.approvals import ALICE, BOB, CAROL, HELD, MALLORY, held
from support.fakes.gates import Calls, FakePart, exchange
from vecgate.api import news, routes
from vecgate.api.news import Looks, News, told
from vecgate.api.own import Asked, Parts
from vecgate.approvals.board import Board
from vecgate.domain.exchange import Raw
from vecgate.domain.principal import Principal


class Nothing:
    """A ledger in which nobody has asked for anything."""

    async def place(self) -> str:
        return "0-0"

    async def list(self) -> list[Any]:
        return []


@pytest.fixture
def parts(board: Board) -> Parts:
    return Parts(board, None, (), None, FakePart(text=Calls.echo), None, None, FakePart(ledger=Nothing()))  # type: ignore[arg-type]


async def ask(parts: Parts, who: Principal, mark: str = "0") -> Any:
    path = f"/.vecgate/v1/news/{mark}"
    found = routes.find("GET", path)
    assert found
    asked = Asked(who, Raw("GET", path, (), b""), None, found[1])  # type: ignore[arg-type]
    made = found[0].own(parts, asked)
    assert isinstance(made, News)
    return (await made.answer(exchange())).document


async def test_the_first_question_is_answered_at_once_and_the_next_once_there_is_something(
    parts: Parts, board: Board
) -> None:
    first = await ask(parts, BOB)
    assert first["waiting"] == 0
    waiting = asyncio.ensure_future(ask(parts, BOB, first["mark"]))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    id = (await board.ask(HELD)).id
    second = await waiting
    assert second["waiting"] == 1
    assert second["mark"] != first["mark"]
    waiting = asyncio.ensure_future(ask(parts, BOB, second["mark"]))
    await board.deny(id, BOB, "no")
    assert (await waiting)["waiting"] == 0


@pytest.mark.parametrize(("who", "sees", "waits"), [(ALICE, True, 0), (BOB, True, 1), (CAROL, True, 1), (MALLORY, False, 0)])  # fmt: skip
async def test_each_is_told_of_what_they_may_see_only(board: Board, who: Principal, sees: bool, waits: int) -> None:
    nothing = told([], [], who)
    await board.ask(HELD)
    found = told(await board.list(), [], who)
    assert (found["mark"] != nothing["mark"], found["waiting"]) == (sees, waits)
    assert len(str(found["mark"])) == 32
    assert json.dumps(found).count("alice") == 0


async def test_nobody_waits_for_ever_nor_by_too_many_lines(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = (await ask(parts, BOB))["mark"]
    monkeypatch.setattr(news, "WAIT", 0.05)
    assert (await ask(parts, BOB, mark))["mark"] == mark
    monkeypatch.setattr(news, "WAIT", 1000.0)
    monkeypatch.setattr(news, "WAITS", 1)
    first = asyncio.ensure_future(ask(parts, BOB, mark))
    await asyncio.sleep(0.05)
    assert (await ask(parts, BOB, mark))["mark"] == mark  # the second is answered at once
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert news._WAITING == {}


async def test_all_is_read_again_only_where_something_has_changed(parts: Parts, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    clock, read = [0.0], []
    whole = board.list

    async def counted() -> Any:
        read.append(clock[0])
        return await whole()

    monkeypatch.setattr(board, "list", counted)
    looks = Looks(lambda: clock[0])
    for clock[0] in (0.0, 0.5, 1.0, 2.0, 3.0):
        await looks.found(parts)
    assert read == [0.0]
    await board.ask(held(binding="1" * 64))
    for clock[0] in (3.5, 4.0, 5.0):
        await looks.found(parts)
    assert read == [0.0, 4.0]
    for clock[0] in (13.0, 14.5):  # time alone ends things, too
        await looks.found(parts)
    assert read == [0.0, 4.0, 14.5]
