"""What can be said of keys that a database mints?"""

from typing import Any

import pytest
from pydantic import ValidationError

from vecgate.credentials.minted.options import MintedOptions

GOOD = {"kind": "x", "admin": "secret/data/vecgate/db"}


def test_the_place_of_the_secret_is_enough() -> None:
    made = MintedOptions.model_validate(GOOD)
    assert (made.most, made.rotate, made.name_prefix, made.admin_url) == (1000, None, "vecgate", None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("admin", ""), ("admin", "secret/vecgate/db"), ("admin", "secret/data/"), ("admin", "secret/data/x?version=1"),
        ("admin_url", "http://admin.test"), ("admin_url", "https://admin.test/path"), ("most", 1), ("most", 0),
        ("name_prefix", ""), ("name_prefix", "a"), ("name_prefix", "Vecgate"), ("name_prefix", "vec-gate"),
        ("name_prefix", "1vecgate"), ("name_prefix", "v" * 13), ("rotate", -1),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=name):
        MintedOptions.model_validate({**GOOD, name: value})
