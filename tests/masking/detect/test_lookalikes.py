"""The tables of pretenders say what they should and contradict nothing."""

import sys
import unicodedata

import pytest

from vecgate.masking.detect import lookalikes
from vecgate.masking.detect.detector import Detector
from vecgate.masking.detect.lookalikes import FOLDED, LOOKALIKES, PUNCTUATION, is_invisible
from vecgate.masking.detect.texts import Text

EVERY = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
#: Cf that is not ignorable by default (DerivedCoreProperties.txt): they are seen, or set others in a frame.
SEEN_FORMATS = {
    *range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, *range(0xFFF9, 0xFFFC), 0x110BD, 0x110CD, *range(0x13430, 0x13440),
}  # fmt: skip


def test_every_pretender_is_foreign_and_stands_for_one_ascii_character() -> None:
    for table in (LOOKALIKES, PUNCTUATION):
        assert all(not k.isascii() and len(k) == 1 for k in table)
        assert all(v.isascii() and len(v) == 1 for v in table.values())


def test_case_is_kept() -> None:
    assert all(k.isupper() == v.isupper() for k, v in LOOKALIKES.items())


def test_what_is_invisible_stands_for_nothing() -> None:
    assert not any(map(is_invisible, [*LOOKALIKES, *PUNCTUATION, *map(chr, range(0x80)), "\n"]))


def test_the_table_of_ignorable_characters_is_that_of_the_standard() -> None:
    """DerivedCoreProperties.txt: "Default_Ignorable_Code_Point ... Total code points: 4174"; derived as UAX 44 says."""
    table = {ord(c) for c in EVERY if c in lookalikes._IGNORED}
    assert len(table) == 4174
    formats = {ord(c) for c in EVERY if unicodedata.category(c) == "Cf"}
    assert formats - table == SEEN_FORMATS
    selectors = {ord(c) for c in EVERY if "VARIATION SELECTOR" in unicodedata.name(c, "")}
    assert len(selectors) == 260
    assert selectors <= table
    assert all(map(is_invisible, map(chr, formats | table)))


@pytest.mark.parametrize(
    "odd",
    ["᠋", "᠏", "\u2065", "ﾠ", "\ufff0", "\ufff8", "\ufffb", "\U0001bca0", "\U0001d173", "\U000e0001", "󠄀", "\U000e0fff"],
)
def test_an_address_with_a_character_in_it_that_is_not_seen_is_found(odd: str, detector: Detector) -> None:
    text = f"mail anna.schmidt{odd}@exa{odd}mple.org"
    assert [f.entity for f in detector.analyse([Text(text)])[0] if text[f.start : f.end].startswith("anna")] == [
        "EMAIL"
    ]


def test_any_character_folds_to_one_ascii_character() -> None:
    for code in (0x41, 0xDF, 0x130, 0x416, 0x5D0, 0x4E00, 0x301, 0x1F600, 0xFFFD):
        assert len(FOLDED[code]) == 1
        assert FOLDED[code].isascii()
