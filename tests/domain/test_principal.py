"""Secrets and claims do not show themselves."""

import pickle

import pytest

from vecgate.domain.principal import Principal, Secret


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret("hvs.token")
    assert "hvs" not in f"{secret} {secret!r}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert secret.reveal() == "hvs.token"


def test_claims_stay_out_of_a_principals_repr() -> None:
    principal = Principal("https://i", "s1", "alice", frozenset(), 0.0, {"email": "alice@example.com"})
    assert "example.com" not in repr(principal)
    assert principal.key == "https://i#s1"
