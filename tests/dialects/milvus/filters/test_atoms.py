"""What stands on one side of a condition?"""

import pytest

from support.tools.every import every
from vecgate.dialects.milvus.filters.atoms import END, Sides
from vecgate.dialects.milvus.filters.nodes import Side
from vecgate.dialects.milvus.filters.tokens import words
from vecgate.refusals.errors import CallRefused

SAID = {
    "1 + 2 * 3": "7", "(1 + 2) * 3": "9", "8 - 2 - 1": "5", "- (2 + 1)": "-3", "a * (2 - 1)": "a * 1", "[1, +2]": "[1, 2]",
    "((a['x']))": 'a["x"]', "array_length(a)": "array_length(a)", "'x'": '"x"',
}  # fmt: skip


def side(text: str) -> Side:
    reader = Sides([*words(text)], {"t": 1})
    found = reader.side()
    assert reader.now is END
    return found


@every(("text", "said"), list(SAID.items()))
def test_a_side_is_printed_in_one_form(text: str, said: str) -> None:
    """M-59, M-60"""
    assert str(side(text)) == said


@every("text", ["(1", "1 +", "* 1", "and", "a + b", "1 + {t}", "-'x'", "[1, 'x']", "[a]", "array_length(1)", "()"])
def test_what_is_no_side_is_refused(text: str) -> None:
    with pytest.raises(CallRefused):
        side(text)
