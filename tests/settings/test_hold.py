"""How long a held request waits."""

import pytest
from pydantic import ValidationError

from vecgate.settings.hold import Hold


def test_a_section_is_frozen_and_knows_its_names() -> None:
    with pytest.raises(ValidationError, match="wiat"):
        Hold.model_validate({"wiat": 3})
    with pytest.raises(ValidationError, match="frozen"):
        Hold().wait = 3


@pytest.mark.parametrize(
    "told", [{"wait": 0}, {"growth": 1.1}, {"growth": -0.1}, {"open_per_user": 0}, {"bind_ids": -1}]
)
def test_what_would_hold_nothing_or_everything_is_refused(told: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(told))):
        Hold.model_validate(told)
