"""Makes what an agent sends beside a token that is bound to its key: DPoP proofs, good and bad."""

import base64
import hashlib
import json
import time
import uuid
from typing import Any

import jwt

from support.servers.idp import GENERATE, segment
from vecgate.identity.dpop import thumbprint


class Agent:
    """Somebody with a key of their own."""

    def __init__(self, algorithm: str = "ES256") -> None:
        self.algorithm = algorithm
        self._private: Any = GENERATE[algorithm]()

    @property
    def jwk(self) -> dict[str, Any]:
        """The public half."""
        public: Any = self._private.public_key()
        found = jwt.get_algorithm_by_name(self.algorithm).to_jwk(public, as_dict=True)
        return {name: value for name, value in found.items() if name not in ("key_ops", "kid")}

    @property
    def cnf(self) -> dict[str, str]:
        """What a token has that is bound to it."""
        return {"jkt": thumbprint(self.jwk)}

    def proof(self, method: str, url: str, token: str, *, head: dict[str, Any] | None = None, **over: Any) -> str:
        """A proof for one call. Any member of it can be overridden; None leaves it out."""
        ath = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
        said = {"jti": uuid.uuid4().hex, "htm": method, "htu": url, "iat": time.time(), "ath": ath} | over
        header = {"typ": "dpop+jwt", "alg": self.algorithm, "jwk": self.jwk} | (head or {})
        return self.sign(_json(header), _json(said))

    def sign(self, header: bytes, said: bytes) -> str:
        """A JWT of exactly these bytes, signed with the key, whatever they say."""
        text = f"{segment(header)}.{segment(said)}"
        return f"{text}.{segment(jwt.get_algorithm_by_name(self.algorithm).sign(text.encode(), self._private))}"


def _json(members: dict[str, Any]) -> bytes:
    return json.dumps({name: value for name, value in members.items() if value is not None}).encode()
