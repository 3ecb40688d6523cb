"""What is installed is what the gateway was made for."""

import pytest

from support.servers.doors import all_ok, problems
from vecgate.doctor.checks import software
from vecgate.mitm import patched
from vecgate.settings.masking import Masking


def test_what_is_installed_here_is_in_order() -> None:
    assert all_ok(software.check(Masking()))


def test_another_mitmproxy_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patched, "PINNED", "1.0.0")
    (said,) = problems(software.check(Masking()))
    assert "vecgate is made for 1.0.0" in said


def test_a_masking_model_that_is_not_installed_is_a_problem() -> None:
    (said,) = problems(software.check(Masking(model="no_such_model")))
    assert "no package 'no_such_model' with a spaCy pipeline is installed." in said


def test_a_masking_model_that_is_another_one_is_a_problem() -> None:
    (said,) = problems(software.check(Masking(model_sha256="0" * 64)))
    assert "do not have the pinned digest" in said


def test_models_of_other_languages_are_looked_at_too() -> None:
    (said,) = problems(software.check(Masking(languages={"fr": {"model": "no_such_french", "sha256": "0" * 64}})))  # type: ignore[dict-item]
    assert "no_such_french" in said
