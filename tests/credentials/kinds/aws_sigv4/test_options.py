"""What the keys of an AWS engine are for, and where they are read."""

import pytest
from pydantic import ValidationError

from vecgate.credentials.kinds.aws_sigv4.options import Options

TOLD = {"kind": "aws_sigv4", "role": "reader", "gateway_role": "own", "region": "eu-central-1"}


def test_keys_are_read_where_the_engine_gives_them() -> None:
    assert Options.model_validate(TOLD).path("reader") == "aws/sts/reader"
    assert Options.model_validate(TOLD | {"mount": "aws2"}).path("own") == "aws2/sts/own"


@pytest.mark.parametrize("region", ["", "eu central", "eu/central"])
def test_a_region_is_one_word(region: str) -> None:
    with pytest.raises(ValidationError, match="region"):
        Options.model_validate(TOLD | {"region": region})
