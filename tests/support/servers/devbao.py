"""A throw-away OpenBao for tests of sealing: transit, a JWT login, and two roles, of which one may unseal."""

import contextlib
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from support.forked.ports import free_port

ROOT = "root-of-a-test"
ISSUER = "https://login.test"
DECRYPT = 'path "transit/decrypt/vecgate-journal" { capabilities = ["update"] }'
DATAKEY = 'path "transit/datakey/plaintext/vecgate-journal" { capabilities = ["update"] }'


@dataclass
class DevBao:
    url: str
    signing_key: ec.EllipticCurvePrivateKey
    gateway_token: str = ""

    def call(self, method: str, path: str, body: dict | None = None, token: str = ROOT) -> dict:
        request = urllib.request.Request(f"{self.url}/v1/{path}", method=method, headers={"X-Vault-Token": token})
        if body is not None:
            request.data = json.dumps(body).encode()
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.loads(reply.read() or b"{}")

    def login_token(self, user: str, *groups: str) -> str:
        """What a person gets from the login service."""
        now = int(time.time())
        claims = {"iss": ISSUER, "sub": user, "aud": "vecgate", "iat": now, "exp": now + 600, "groups": list(groups)}
        return jwt.encode(claims, self.signing_key, algorithm="ES256")

    def set_up(self) -> None:
        self.call("POST", "sys/mounts/transit", {"type": "transit"})
        self.call("POST", "transit/keys/vecgate-journal", {})
        self.call("PUT", "sys/policies/acl/auditor", {"policy": DECRYPT})
        self.call("PUT", "sys/policies/acl/gateway", {"policy": DATAKEY})
        self.call("POST", "sys/auth/jwt", {"type": "jwt"})
        public = self.signing_key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.call("POST", "auth/jwt/config", {"jwt_validation_pubkeys": [public.decode()], "bound_issuer": ISSUER})
        role = {"role_type": "jwt", "user_claim": "sub", "bound_audiences": ["vecgate"], "token_ttl": "60s"}
        self.call(
            "POST",
            "auth/jwt/role/vecgate-auditor",
            {**role, "bound_claims": {"groups": "auditors"}, "token_policies": ["auditor"]},
        )
        self.call("POST", "auth/jwt/role/powerless", {**role, "token_policies": ["default"]})
        made = self.call("POST", "auth/token/create", {"policies": ["gateway"], "ttl": "1h"})
        self.gateway_token = made["auth"]["client_token"]


def _wait(bao: DevBao, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("bao ended while starting")
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            bao.call("GET", "sys/health")
            return
        time.sleep(0.05)
    raise RuntimeError("bao did not start")


@contextlib.contextmanager
def dev_bao(folder: Path) -> Iterator[DevBao]:
    """A server on a free port, in memory, gone at the end."""
    port = free_port()
    command = [str(Path(sys.executable).parent / "bao"), "server", "-dev", f"-dev-root-token-id={ROOT}"]
    command += [f"-dev-listen-address=127.0.0.1:{port}", "-dev-no-store-token"]
    with (folder / "bao.log").open("wb") as log:
        process = subprocess.Popen(command, env={"HOME": str(folder), "PATH": "/usr/bin:/bin"}, stdout=log, stderr=log)
        try:
            bao = DevBao(f"http://127.0.0.1:{port}", ec.generate_private_key(ec.SECP256R1()))
            _wait(bao, process)
            bao.set_up()
            yield bao
        finally:
            process.terminate()
            process.wait(30)
