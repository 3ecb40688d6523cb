"""What is the gateway told about this stack? The settings file, as `vecgate.settings.file.load` reads it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol

import yaml

from demo import bao_setup
from demo.bao import Bao
from demo.console import Console
from demo.login import Login
from vecgate.settings import file as told

UPSTREAM: Final = "tickets-db"
#: Sorts behind the other: reverse mode counts its ports up by name.
QDRANT_UPSTREAM: Final = "tickets-qdrant"


class Running(Protocol):
    """What a stack tells of itself."""

    @property
    def bao(self) -> Bao: ...
    @property
    def ports(self) -> Mapping[str, int]: ...
    @property
    def issuer(self) -> str: ...
    @property
    def chroma_front_url(self) -> str: ...
    @property
    def qdrant_front_url(self) -> str: ...
    @property
    def servers_root(self) -> Path: ...
    @property
    def valkey_url(self) -> str: ...

    has_qdrant: bool
    console: Console | None
    login: Login | None
    folder: Path
    secrets: Path
    policies: Path
    certificate_folder: Path
    settings_path: Path


def _issuer(stack: Running) -> dict[str, Any]:
    return {
        "issuer": stack.issuer,
        "audience": bao_setup.AUDIENCE,
        "algorithms": ["ES256"],
        "ca": str(stack.bao.ca),
        "user_claim": "preferred_username",
        "groups_claim": "groups",
        "types": ["none"],  # OpenBao's tokens carry no `typ`
    }


def upstream(stack: Running, dialect: str, url: str, name: str) -> dict[str, Any]:
    """One database of the stack, as the gateway is told of it."""
    return {
        "dialect": dialect,
        "url": url,
        "server_name": bao_setup.FRONT_NAMES[-1],
        "ca": str(stack.servers_root),
        "hosts": ["localhost", "127.0.0.1", f"{name}.internal"],
        "credential": {"kind": "vault_pki", "role": "vecgate-client", "gateway_role": "vecgate-gateway"},
    }


def _vault(stack: Running) -> dict[str, Any]:
    return {
        "url": stack.bao.url,
        "ca": str(stack.bao.ca),
        "role_id_file": str(stack.secrets / "vecgate.role-id"),
        "secret_id_file": str(stack.secrets / "vecgate.secret-id"),
        "vouch": {"key_file": str(stack.secrets / "vouch.key")},
    }


def _merged(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    mixed = dict(base)
    for name, value in over.items():
        old = mixed.get(name)
        mixed[name] = _merged(old, value) if isinstance(old, dict) and isinstance(value, Mapping) else value
    return mixed


def upstreams(stack: Running) -> dict[str, Any]:
    """All databases of the stack, by name."""
    found = {UPSTREAM: upstream(stack, "chroma", stack.chroma_front_url, UPSTREAM)}
    if stack.has_qdrant:
        found[QDRANT_UPSTREAM] = upstream(stack, "qdrant", stack.qdrant_front_url, QDRANT_UPSTREAM)
    return found


def write(stack: Running, over: Mapping[str, Any]) -> None:
    """Write the stack's settings file, `over` laid over it section by section. Raises SettingsError on nonsense."""
    tree = {
        "issuers": [_issuer(stack), *([stack.login.issuer_settings] if stack.login else [])],
        "upstreams": upstreams(stack),
        "policies": str(stack.policies),
        "vault": _vault(stack),
        "state": {"url": stack.valkey_url},
        "recording": {"folder": str(stack.folder / "recordings")},
        "masking": {"workers": 1, "key": bao_setup.MASKING_KEY},
        "listen": {
            "port": stack.ports["gateway"],
            "web_port": stack.ports["web"],
            "certificate_folder": str(stack.certificate_folder),
        },
    }
    if stack.console:
        tree["notices"] = {"link": stack.console.url}
    text = yaml.safe_dump(_merged(tree, over), sort_keys=False)
    stack.settings_path.write_text(text, "utf-8")
    told.load(stack.settings_path)
