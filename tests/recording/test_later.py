"""What was too large is masked for the record when nobody waits; what cannot be says so."""

import asyncio
from typing import Any

import pytest

from vecgate.domain.call import Json
from vecgate.recording import events
from vecgate.recording import later as later_module
from vecgate.recording.later import ANSWER, REQUEST, Later, Waiting
from vecgate.refusals.errors import MaskFailed, Part, Unavailable


class Journal:
    """Keeps what is written, by exchange."""

    def __init__(self, *, full: bool = False) -> None:
        self.written: dict[str, Any] = {}
        self.full = full

    async def write(self, _session: str, code: str, exchange: str, body: Json) -> None:
        events.check(code, body)
        if self.full:
            raise Unavailable(Part.JOURNAL)
        self.written[exchange] = body


def waiting(number: int, *answers: Any, weight: int = 10) -> Waiting:
    """A request whose masking gives these, one after the other."""
    rest = list(answers)

    async def mask() -> dict[str, Json]:
        answer = rest.pop(0)
        if isinstance(answer, asyncio.Event):
            await answer.wait()
            return {"answer": "late"}
        if isinstance(answer, Exception):
            raise answer
        return {"answer": str(answer)}

    return Waiting("s1", f"x{number}", ANSWER if number % 2 else REQUEST, mask, weight)


async def settled(later: Later) -> None:
    while later.weight:  # noqa: ASYNC110
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("answers", "written"),
    [
        (["masked"], {"answer": "masked"}),
        ([Unavailable(Part.MASKER), "masked"], {"answer": "masked"}),
        ([MaskFailed("x")], {"error": "it could not be masked"}),
        ([Unavailable(Part.MASKER)] * 3, {"error": "not masked: the masking workers did not answer"}),
    ],
)
async def test_each_gets_one_entry(monkeypatch: pytest.MonkeyPatch, answers: list[Any], written: Any) -> None:
    monkeypatch.setattr(later_module, "_PAUSE", 0)
    journal = Journal()
    later = Later(journal.write, 100)
    await later.put(waiting(1, *answers))
    await settled(later)
    await asyncio.sleep(0)
    assert journal.written == {"x1": written}


async def test_what_finds_no_room_is_not_masked_and_nobody_waits() -> None:
    journal, gate = Journal(), asyncio.Event()
    later = Later(journal.write, 25)
    for number in (1, 2, 3):
        await later.put(waiting(number, gate))
    assert journal.written == {"x3": {"error": "not masked: too much waits for it already"}}
    gate.set()
    await settled(later)
    await asyncio.sleep(0)
    assert journal.written["x2"] == {"answer": "late"}


async def test_at_the_end_the_record_says_what_was_not_masked() -> None:
    journal = Journal()
    later = Later(journal.write, 100)
    for number in (1, 2):
        await later.put(waiting(number, asyncio.Event()))
    await asyncio.sleep(0)
    await later.close()
    assert journal.written == {name: {"error": "not masked: the gateway was stopped"} for name in ("x1", "x2")}


async def test_a_journal_that_is_full_does_not_stop_it() -> None:
    later = Later(Journal(full=True).write, 100)
    await later.put(waiting(1, "masked"))
    await settled(later)
    await later.close()
