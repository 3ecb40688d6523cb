"""A login service's code flow with PKCE, as far as the console uses it. It stands for what cannot run here: a stub.

Whoever comes is `user`, without being asked; the gateway's token is what `token` gives for them.
"""

import hashlib
import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from support.tools.served import Quiet, served

CLIENT = "console"


@dataclass(slots=True)
class LoginStub:
    """`over`: claims that are told wrongly; `about_over`: what it says of itself wrongly."""

    url: str = ""
    user: str = "bob"
    token: Callable[[str], str] = str
    over: dict[str, Any] = field(default_factory=dict)
    about_over: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def about(self) -> dict[str, Any]:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
        return {"issuer": self.url, **{name: f"{self.url}/{end}" for name, end in places.items()}, **self.about_over}

    def jwks(self) -> dict[str, Any]:
        key = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [key | {"kid": "1", "alg": "ES256", "use": "sig"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        assert (asked["client_id"], asked["code_challenge_method"]) == (CLIENT, "S256")
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def redeem(self, said: dict[str, str]) -> dict[str, Any] | None:
        asked = self.codes.pop(said.get("code", ""), None)
        digest = hashlib.sha256(said.get("code_verifier", "").encode()).digest()
        if asked is None or asked["code_challenge"] != urlsafe_b64encode(digest).rstrip(b"=").decode():
            return None
        if said.get("redirect_uri") != asked["redirect_uri"]:
            return None
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": self.user,
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
        }
        id_token = jwt.encode(claims | self.over, self.key, "ES256", headers={"kid": "1"})
        return {"access_token": self.token(self.user), "id_token": id_token, "expires_in": 300}


@contextmanager
def running_login() -> Iterator[LoginStub]:
    made = LoginStub()

    class Handler(Quiet):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            if url.path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(url.query).items()}
                self.send_response(302)
                self.send_header("location", made.authorize(asked))
                self.send_header("content-length", "0")
                self.end_headers()
                return
            self._tell(200, made.jwks() if url.path == "/jwks" else made.about())

        def do_POST(self) -> None:
            said = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            given = made.redeem({name: values[0] for name, values in said.items()})
            self._tell(200 if given else 400, given or {"error": "invalid_grant"})

        def _tell(self, status: int, tree: Any) -> None:
            raw = json.dumps(tree).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

    with served(Handler) as made.url:
        yield made
