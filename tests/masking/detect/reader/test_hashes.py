"""Strings and numbers have spaCy's hashes: the network was trained with them."""

import numpy as np
from spacy.strings import get_string_id
from spacy.symbols import IDS
from thinc.api import NumpyOps

from vecgate.masking.detect.reader.hashes import number, numbers, places

STRINGS = (
    "", "a", "the", "Anna", "12345678", "123456789", "mark", "ORG", "_", "\n", "a\0b", "\0", "ab\0", "\u00fcber",
    "\u65e5\u672c\u8a9e" * 9, *("x" * size for size in (7, 8, 9, 15, 16, 17, 63, 64, 65, 200)),
)  # fmt: skip


def test_strings_one_by_one_and_together() -> None:
    expected = [get_string_id(string) for string in STRINGS]
    assert [number(string) for string in STRINGS] == expected
    assert numbers(STRINGS).tolist() == expected
    assert numbers(["a"]).tolist() == [get_string_id("a")]


def test_what_spacy_has_numbers_for_as_far_as_a_word_can_be_called_so() -> None:
    called = [name for name in IDS if name.isalpha() and (name.islower() or len(name) <= 3)] + ["_"]
    assert [number(name) for name in called] == [get_string_id(name) for name in called]


def test_places_in_tables() -> None:
    ids = numbers(STRINGS)
    seeds = np.array([8, 12], dtype=np.uint64)
    found = places(np.column_stack([ids, ids]), seeds)
    for column, seed in enumerate(seeds):
        keys = NumpyOps().hash(ids, int(seed))
        for at in range(4):
            assert (found[at][:, column] == keys[:, at]).all()
