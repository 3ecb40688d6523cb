"""What one request may weigh."""

import pytest
from pydantic import ValidationError

from support.tools.every import every
from vecgate.settings.limits import LONGEST_TOKEN, Limits


def test_a_token_fits_into_a_request_head() -> None:
    assert Limits().token == LONGEST_TOKEN < Limits().header_bytes


@every("name", Limits.model_fields)
def test_no_limit_can_be_switched_off(name: str) -> None:
    with pytest.raises(ValidationError, match=name):
        Limits.model_validate({name: 0})


@pytest.mark.parametrize("depth", [65, 1000])
def test_json_is_never_nested_deeper_than_a_stack_bears(depth: int) -> None:
    with pytest.raises(ValidationError, match="json_depth"):
        Limits(json_depth=depth)
