"""How does a person get a key of the toy database? It is signed, here, with a secret that both know."""

import hmac
from hashlib import sha256
from typing import ClassVar

from vecgate.credentials.kinds import CredentialKind, Issued, Login
from vecgate.domain.lease import Headers
from vecgate.refusals.errors import Part, Unavailable


class ToyKey(CredentialKind):
    """A key of the toy database in a header, which names the person."""

    name: ClassVar[str] = "toy_key"
    shows = Headers

    async def obtain(self, login: Login, ttl: float) -> Issued:
        try:
            secret = self._options.model_dump()["secret_file"].read_bytes()
        except OSError as e:
            raise Unavailable(Part.VAULT, "the toy's secret cannot be read") from e
        signed = hmac.new(secret, login.user.encode(), sha256).hexdigest()
        return Issued(f"toy-{login.serial}", self._now() + ttl, Headers((("x-toy-key", f"{login.user}:{signed}"),)))
