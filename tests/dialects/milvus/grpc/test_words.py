"""Is a number that stands for nothing refused?"""

import pytest

from vecgate.dialects.milvus.grpc.words import LEVELS, NUMBERS, TYPES, type_of, word
from vecgate.refusals.errors import CallRefused


def test_a_type_and_a_word_are_one_of_a_few() -> None:
    assert (type_of(21), NUMBERS["VarChar"], word(LEVELS, 2)) == ("VarChar", 21, "Bounded")
    assert len(NUMBERS) == len(TYPES)
    with pytest.raises(CallRefused, match="type of number 77"):
        type_of(77)
    for number in (-1, 5):
        with pytest.raises(ValueError, match="stands for nothing"):
            word(LEVELS, number)
