"""Operators are found by their names, and are those that profiles may name."""

import pytest

from vecgate.domain.profiles import OPERATORS, OperatorSpec
from vecgate.masking.apply import operators
from vecgate.masking.apply.operators import build, discover


def test_profiles_and_modules_agree() -> None:
    assert set(discover()) == set(OPERATORS)


def test_an_operator_profiles_do_not_know_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operators, "OPERATORS", {"redact": frozenset()})
    with pytest.raises(TypeError, match="operators here"):
        discover()


def test_build_gives_the_named_one() -> None:
    assert build(OperatorSpec("redact"), b"")("x", "IP") == "[REDACTED]"
