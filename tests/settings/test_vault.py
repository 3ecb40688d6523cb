"""How the gateway vouches: with one key, and never with none."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from vecgate.settings.vault import Vault, Vouch


@pytest.mark.parametrize("keys", [{}, {"key_file": Path("k"), "transit_key": "k"}], ids=["none", "both"])
def test_there_is_one_key_that_signs(keys: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="either 'key_file' or 'transit_key'"):
        Vouch.model_validate(keys)


@pytest.mark.parametrize(
    "url", ["vault.example:8200", "https://vault.example/ui", "ftp://vault.example", "https://u:p@vault.example"]
)
def test_its_address_is_scheme_host_and_port(url: str) -> None:
    files = {"role_id_file": Path("r"), "secret_id_file": Path("s")}
    with pytest.raises(ValidationError, match="url"):
        Vault.model_validate({"url": url, "vouch": {"transit_key": "k"}, **files})
