"""Which records is a yes for? Told by marks that say nothing of their ids."""

import base64

import pytest

from vecgate.approvals.records import Shown, marked

KEY = bytes(32)
IDS = ["r1", "anna@example.org", "", "größe", "\ud800"]


@pytest.mark.parametrize("ids", [[], ["r1"], IDS, [f"r{n}" for n in range(1000)]])
def test_what_was_marked_is_known_and_nothing_else(ids: list[str]) -> None:
    shown = Shown(marked(ids, KEY), KEY)
    assert len(shown) == len(ids)
    assert all(id in shown for id in ids)
    assert "another" not in shown
    assert 3 not in shown


def test_marks_tell_no_id_and_cannot_be_compared() -> None:
    one, other = marked(IDS, KEY), marked(IDS, KEY)
    assert one != other
    raw, again = (base64.b64decode(text) for text in (one, other))
    assert {raw[at : at + 16] for at in range(0, len(raw), 16)}.isdisjoint(
        again[at : at + 16] for at in range(0, len(again), 16)
    )
    assert b"anna" not in base64.b64decode(one)


def test_with_another_key_nothing_is_known() -> None:
    shown = Shown(marked(IDS, KEY), b"another key of thirty-two bytes!")
    assert not any(id in shown for id in IDS)


@pytest.mark.parametrize(
    "text", ["x", "AAAA", base64.b64encode(bytes(15)).decode(), base64.b64encode(bytes(20)).decode()]
)
def test_what_are_no_marks_are_for_no_record(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Shown(text, KEY)
