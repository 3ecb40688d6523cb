"""Words that clients ask for out of habit open nothing; unknown ones are refused."""

import pytest

from idp.test_told import GOOD
from vecgate.idp.scopes import given
from vecgate.idp.tokens import NotGranted
from vecgate.idp.told import LoginSettings

TOLD = LoginSettings.model_validate(GOOD)


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ("", "read write admin"),
        ("openid profile", "read write admin"),
        ("read", "read"),
        ("admin  read openid", "read admin"),
    ],
)
def test_what_is_given(asked: str, got: str) -> None:
    assert given(TOLD, asked) == got


def test_what_is_not() -> None:
    with pytest.raises(NotGranted) as said:
        given(TOLD, "read everything")
    assert said.value.error == "invalid_scope"
    assert "everything" not in str(said.value)
