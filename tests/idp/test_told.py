"""What the login service may be told, and what stops its start."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from support.tools.every import every
from vecgate.idp.told import LoginSettings, load
from vecgate.refusals.errors import SettingsError

GOOD: dict[str, Any] = {
    "url": "https://login.example.com",
    "signing": {"url": "https://vault.example.com:8200", "role_id_file": "a", "secret_id_file": "b"},
    "state": {"url": "unix:///run/valkey.sock"},
    "people": "people.json",
}
SAML = {"entity": "https://idp.example", "sso_url": "https://idp.example/sso", "certificates": ["idp.pem"]}


def test_a_good_file_loads_and_its_paths_are_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "idp.yaml"
    file.write_text(yaml.safe_dump(GOOD))
    told = load(file)
    assert told.people == tmp_path / "people.json"
    assert (told.audience, told.clients, told.token_seconds) == ("vecgate", ("vecgate-cli",), 600)


_WRONG: list[tuple[str, dict[str, Any]]] = [
    ("url", {"url": "http://login.example.com"}),
    ("url", {"url": "https://login.example.com/path"}),
    ("url", {"url": "https://Login.example.com"}),
    ("url", {"url": "https://login.example.com/"}),
    ("url", {"url": "https://u:p@login.example.com"}),
    ("people", {"people": None}),
    ("people", {"saml": SAML}),
    ("token_seconds", {"token_seconds": 601}),
    ("token_seconds", {"token_seconds": 0}),
    ("scopes", {"scopes": []}),
    ("scopes", {"scopes": ["a b"]}),
    ("clients", {"clients": []}),
    ("more", {"more": 1}),
    ("sso_url", {"people": None, "saml": SAML | {"sso_url": "http://idp.example/sso"}}),
    ("certificates", {"people": None, "saml": SAML | {"certificates": []}}),
    *(
        (named, {"exchange": {"agents": [{"issuer": "https://a", "audience": "b", **more}], "databases": ["d"]}})
        for named, more in (
            ("proof_nonce", {"proof_nonce": True}),
            ("secret_path", {"introspection": {"url": "https://a/i", "client_id": "c", "secret_path": "kv/data/c"}}),
        )
    ),
    (
        "seconds",
        {"exchange": {"agents": [{"issuer": "https://a", "audience": "b"}], "databases": ["d"], "seconds": 601}},
    ),
]


@every("named, changed", _WRONG)
def test_a_mistake_is_named(tmp_path: Path, named: str, changed: dict[str, Any]) -> None:
    file = tmp_path / "idp.yaml"
    file.write_text(yaml.safe_dump({k: v for k, v in (GOOD | changed).items() if v is not None}))
    with pytest.raises(SettingsError, match=named):
        load(file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        load(tmp_path / "none.yaml")


def test_one_source_of_people_there_is() -> None:
    with pytest.raises(ValidationError):
        LoginSettings.model_validate({k: v for k, v in GOOD.items() if k != "people"})
    assert LoginSettings.model_validate({k: v for k, v in GOOD.items() if k != "people"} | {"saml": SAML}).saml
