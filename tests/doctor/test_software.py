"""What is installed is what the gateway was made for."""

import pytest

from support.doors import all_ok, problems
from vecgate.doctor import software
from vecgate.proxy import shut
from vecgate.settings import Masking


def test_what_is_installed_here_is_in_order() -> None:
    assert all_ok(software.check(Masking()))


def test_another_mitmproxy_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shut, "PINNED", "1.0.0")
    (said,) = problems(software.check(Masking()))
    assert "vecgate is made for 1.0.0" in said


def test_a_masking_model_that_is_not_installed_is_a_problem() -> None:
    (said,) = problems(software.check(Masking(model="no_such_model")))
    assert "no_such_model is not installed" in said
