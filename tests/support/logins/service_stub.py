"""A login service that answers as it is told: a stub, for answers that no real one gives on demand.

`answers`: for a path, what is given to one question after another; the last one stays. `asked`: the forms that came.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from support.tools.served import Quiet, served
from vecgate.desk.service import Service
from vecgate.desk.told import Client

BEARER = {"access_token": "one", "token_type": "Bearer", "expires_in": 300}


@dataclass(slots=True)
class ServiceStub:
    """One that is up."""

    url: str = ""
    answers: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def about(self, **over: Any) -> dict[str, Any]:
        """What it says of itself."""
        ends = {"token_endpoint": "token", "jwks_uri": "jwks", "revocation_endpoint": "revoke"}
        ends |= {"authorization_endpoint": "authorize", "device_authorization_endpoint": "device"}
        return {"issuer": self.url} | {name: f"{self.url}/{end}" for name, end in ends.items()} | over

    def service(self, **over: Any) -> Service:
        """The same, as a desk has read it."""
        return Service(**{name: value for name, value in self.about(**over).items() if name in Service.__slots__})

    def client(self, **over: Any) -> Client:
        return Client(**{"issuer": self.url, "client_id": "vecgate-cli", **over})

    def id_token(self, key: Any = None, **over: Any) -> str:
        """One of its own, for us."""
        at = int(time.time())
        claims = {"iss": self.url, "aud": "vecgate-cli", "sub": "alice", "iat": at, "exp": at + 300} | over
        said = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(said, key or self.key, algorithm="ES256", headers={"kid": "1"})

    def given(self, method: str, path: str, form: dict[str, str]) -> tuple[int, Any]:
        """What is answered to one question."""
        if method == "POST":
            self.asked.append((path, form))
        if path in self.answers:
            found = self.answers[path]
            return found.pop(0) if len(found) > 1 else found[0]
        if path == "/.well-known/openid-configuration":
            return 200, self.about()
        if path == "/jwks":
            own = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
            return 200, {"keys": [own | {"kid": "1", "alg": "ES256", "use": "sig"}]}
        return 404, {}


@contextmanager
def running_stub() -> Iterator[ServiceStub]:
    """One, for as long as the block runs."""
    stub = ServiceStub()

    class Handler(Quiet):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self._answer("POST", dict(parse_qsl(raw)))

        def do_GET(self) -> None:
            self._answer("GET", {})

        def _answer(self, method: str, form: dict[str, str]) -> None:
            status, tree = stub.given(method, urlsplit(self.path).path, form)
            raw = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            if status == 302:
                self.send_header("Location", f"{stub.url}/elsewhere")
            self.end_headers()
            self.wfile.write(raw)

    with served(Handler) as stub.url:
        yield stub
