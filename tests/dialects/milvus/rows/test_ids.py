"""What is one id, and which condition chooses records by theirs?"""

from typing import Any

import pytest

from support.milvus.people import TYPES
from support.tools.every import every
from vecgate.dialects.milvus.rows.ids import among, ids_of, key_of
from vecgate.dialects.milvus.things import Described
from vecgate.refusals.errors import CallRefused

NUMBERS = Described("people", "t", "id", TYPES)
TEXTS = Described("docs", "t", "id", {"id": "VarChar"})


def test_ids_are_written_as_what_they_are() -> None:
    """M-53"""
    assert among(NUMBERS, [4, "5"]) == "id in [4, 5]"
    assert (
        among(TEXTS, ['x"] or tenant == "t2" or id in ["', 4])
        == 'id in ["x\\"] or tenant == \\"t2\\" or id in [\\"", "4"]'
    )
    assert ids_of(NUMBERS, [{"id": 1}, {"a": 1}, {"id": "2"}]) == ["1", "2"]


@every("id", ["0x4", "04", "+4", " 4", "4.0", 4.0, True, None, [4], {"a": 1}, "", 2**63, "\u0664"])
def test_a_number_has_one_spelling(id: Any) -> None:
    """M-54"""
    with pytest.raises(CallRefused, match="whole number"):
        key_of(NUMBERS, id)


@every("id", [None, True, 1.5, [4], {"a": 1}, ""])
def test_a_text_is_a_text(id: Any) -> None:
    with pytest.raises(CallRefused, match="a text"):
        key_of(TEXTS, id)
