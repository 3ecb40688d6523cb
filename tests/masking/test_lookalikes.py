"""The tables of pretenders say what they should and contradict nothing."""

from vecgate.masking.lookalikes import FOLDED, INVISIBLE, LOOKALIKES, PUNCTUATION


def test_every_pretender_is_foreign_and_stands_for_one_ascii_character() -> None:
    for table in (LOOKALIKES, PUNCTUATION):
        assert all(not k.isascii() and len(k) == 1 for k in table)
        assert all(v.isascii() and len(v) == 1 for v in table.values())


def test_case_is_kept() -> None:
    assert all(k.isupper() == v.isupper() for k, v in LOOKALIKES.items())


def test_what_is_invisible_stands_for_nothing() -> None:
    assert not INVISIBLE & (set(LOOKALIKES) | set(PUNCTUATION))
    assert " " not in INVISIBLE
    assert "\n" not in INVISIBLE


def test_any_character_folds_to_one_ascii_character() -> None:
    for code in (0x41, 0xDF, 0x130, 0x416, 0x5D0, 0x4E00, 0x301, 0x1F600, 0xFFFD):
        assert len(FOLDED[code]) == 1
        assert FOLDED[code].isascii()
