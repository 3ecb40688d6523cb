"""Names are followed to their end in a straight line."""

from collections.abc import Sequence

import pytest

from vecgate.masking.detect.model import OWN, locate
from vecgate.masking.detect.reader.actions import Actions
from vecgate.masking.detect.reader.reader import Reader


def test_a_name_without_end_is_followed_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is scored ahead ends somewhere: what is behind is looked at once, and only for a name that is reached."""
    reader, asked = Reader(locate(OWN), []), list[int]()

    def goes_on(_self: Actions, hidden: Sequence[Sequence[object]], _kinds: object) -> object:
        asked.append(hidden.shape[0] * hidden.shape[1])  # type: ignore[attr-defined]
        return hidden[:, :, 0] != hidden[:, :, 0]  # type: ignore[call-overload]

    text = "Ruth Lake of Main Street 12 " * 200
    monkeypatch.setattr(Actions, "closes", goes_on)
    assert [(one.start, one.end) for one in reader.read([text])[0]] == [(0, len(text) - 1)]
    once = sum(asked)
    asked.clear()
    reader.read([text * 2])
    assert sum(asked) < 2.3 * once
