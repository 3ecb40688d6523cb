"""Body, path and names of a request are shown masked, or not at all."""

from dataclasses import replace

import pytest

from support.fakes.gates import CALL, Calls, FakeGate, FakePart, exchange, flow
from vecgate.domain.operation import Operation
from vecgate.handling.showing import show_flow, show_request, shown
from vecgate.masking.apply.masker import RECORD_PROFILE, TooMuchNew
from vecgate.masking.apply.shown import Shown
from vecgate.recording.later import NOTE
from vecgate.refusals.errors import Part, Unavailable


def gate(*trees: object) -> tuple[FakeGate, Calls]:
    masker = FakePart(mask_tree=(mask := Calls(*trees)), mask_text=Calls("masked"), prepare=Calls())
    return FakeGate(masker=masker, shown=Shown(masker)), mask  # type: ignore[arg-type]


async def test_where_there_is_no_body_there_is_nothing_to_show() -> None:
    made, mask = gate()
    for found in (exchange(call=None), exchange(upstream=None), exchange(call=replace(CALL, tree=None))):
        assert await shown(made, found) is None  # type: ignore[arg-type]
    assert mask.given == []


async def test_body_path_and_names_are_shown_masked() -> None:
    found = exchange(call=replace(CALL, path="/api/%C3%A9"))
    made, mask = gate(({"where": "<EMAIL>"}, {}), (["/api/<EMAIL>", "<EMAIL>"], {}))
    await show_request(made, found)  # type: ignore[arg-type]
    assert mask.given[1][0] == ["/api/\xe9", *found.operation.collections]
    assert (found.shown_call, found.shown_target, found.shown_names) == (
        {"where": "<EMAIL>"},
        "/api/<EMAIL>",
        ("<EMAIL>",),
    )


async def test_what_no_dialect_has_read_is_shown_as_one_text() -> None:
    made, mask = gate()
    assert await shown(made, exchange(operation=Operation("vecgate", "unmask", "unmask", 3))) == "masked"  # type: ignore[arg-type]
    assert made.masking.masker.mask_text.given == [('{"where":{"a":"b"}}', RECORD_PROFILE)]
    assert mask.given == []


async def test_what_is_too_much_at_once_is_shown_later_and_asked_for_once() -> None:
    made, _ = gate(TooMuchNew())
    found = exchange()
    assert await shown(made, found) == NOTE  # type: ignore[arg-type]
    assert found.shown_later is True
    found.shown_later = False
    assert await shown(made, found) == NOTE  # type: ignore[arg-type]
    assert found.shown_later is False


async def test_an_answer_that_could_not_be_masked_is_not_asked_for() -> None:
    made, mask = gate()
    made.masking.masker.prepare = Calls(Unavailable(Part.MASKING_KEY))
    shown_flow = flow()
    with pytest.raises(Unavailable, match="key"):
        await show_flow(made, exchange(), shown_flow)  # type: ignore[arg-type]
    assert shown_flow.request.path == "/-"
    assert mask.given == []
