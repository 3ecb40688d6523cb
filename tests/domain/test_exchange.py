"""The one object that travels along the path."""

import pytest

from vecgate.domain.exchange import Exchange, Raw, need
from vecgate.domain.principal import Secret


def test_what_is_missing_is_a_bug() -> None:
    with pytest.raises(RuntimeError):
        need(None)
    assert need(0) == 0


def test_neither_bodies_nor_credentials_are_in_the_repr() -> None:
    raw = Raw("POST", "/x", (), b"jane@example.com")
    exchange = Exchange("1", 0.0, "10.0.0.1", "curl", raw, credentials=(("authorization", Secret("Bearer abc")),))
    assert "jane" not in repr(exchange)
    assert "abc" not in repr(exchange)
