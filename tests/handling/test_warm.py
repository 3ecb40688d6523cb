"""Who wants an answer to be known ahead says so, in one of few words."""

from dataclasses import replace
from typing import Any

import pytest

from support.fakes.gates import exchange
from vecgate.handling.warm import WARM, warm_wish


@pytest.mark.parametrize(
    ("headers", "wish"),
    [
        ((), None),
        ((("accept", "all"),), None),
        (((WARM, "all"),), "all"),
        (((WARM, "high"),), "high"),
        (((WARM, "everything"),), None),
        (((WARM, ""),), None),
    ],
)
def test_who_wants_an_answer_to_be_known_says_so_in_a_header(headers: Any, wish: str | None) -> None:
    assert warm_wish(exchange(raw=replace(exchange().raw, headers=headers))) == wish
