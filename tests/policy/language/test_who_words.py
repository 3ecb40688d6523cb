"""Whom is a rule about? One user or several, one agent or several."""

import pytest
from pydantic import ValidationError

from vecgate.policy.language.model import Who


def test_nobody_is_named() -> None:
    assert (Who().called, Who().acting) == ((), ())


def test_one_is_one_of_several() -> None:
    assert (Who(user="sam").called, Who(users=("sam", "pat")).called) == (("sam",), ("sam", "pat"))
    assert (Who(agent="a").acting, Who(agents=("b",), agent="a").acting) == (("a",), ("b", "a"))


def test_one_and_several_are_not_said_together() -> None:
    with pytest.raises(ValidationError, match="name them all in 'users'"):
        Who(user="sam", users=("pat",))
