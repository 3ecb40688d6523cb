"""Texts and names are shown masked; names are looked at once."""

import pytest

from support.fakes.gates import Calls, FakePart
from vecgate.masking.apply.masker import RECORD_PROFILE
from vecgate.masking.apply.shown import Shown
from vecgate.refusals.errors import Part, Unavailable


def shown(*trees: object) -> tuple[Shown, Calls]:
    mask = Calls(*trees)
    return Shown(FakePart(mask_tree=mask, mask_text=mask)), mask  # type: ignore[arg-type]


async def test_a_text_is_masked_as_for_the_record() -> None:
    made, mask = shown("to <EMAIL>")
    assert await made.text("to jane@example.org") == "to <EMAIL>"
    assert mask.given == [("to jane@example.org", RECORD_PROFILE)]


async def test_the_same_names_are_looked_at_once_and_not_for_ever_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    made, mask = shown((["/<EMAIL>"], {}), (["/a"], {}), (["/<EMAIL>"], {}))
    first = await made.names(["/jane@example.org"])
    first.append("changed by its reader")
    assert await made.names(["/jane@example.org"]) == ["/<EMAIL>"]
    assert len(mask.given) == 1
    monkeypatch.setattr("vecgate.masking.apply.shown._NAMES_REMEMBERED", 1)
    await made.names(["/a"])
    await made.names(["/jane@example.org"])
    assert len(mask.given) == 3


async def test_names_that_could_not_be_looked_at_are_not_remembered() -> None:
    made, _ = shown(Unavailable(Part.MASKER), (["/a"], {}))
    with pytest.raises(Unavailable):
        await made.names(["/a"])
    assert await made.names(["/a"]) == ["/a"]
