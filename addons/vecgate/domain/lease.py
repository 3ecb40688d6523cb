"""With which short-lived credential does a call go out? A client certificate, or headers that hold a key."""

import re
import ssl
from dataclasses import dataclass, field
from typing import Final

_NAME: Final = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+")
_VALUE: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
#: A key travels beside the call, and is never part of how the call is read.
_NOT_A_KEY: Final = frozenset(
    {"host", "accept", "accept-encoding", "connection", "content-length", "content-type", "content-encoding", "expect",
     "te", "trailer", "transfer-encoding", "upgrade"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """Shown in the TLS handshake. The context trusts the database's CA, and no other."""

    context: ssl.SSLContext = field(repr=False)


@dataclass(frozen=True, slots=True)
class Headers:
    """Sent with each call, over TLS only. Names are in lower case. Raises ValueError, which quotes no value."""

    pairs: tuple[tuple[str, str], ...] = field(repr=False)

    def __post_init__(self) -> None:
        for name, value in self.pairs:
            if not _NAME.fullmatch(name) or name in _NOT_A_KEY:
                raise ValueError(f"a credential cannot go into the header {name!r}")
            if not _VALUE.fullmatch(value):
                raise ValueError(f"what is to go into the header {name!r} is no header's value")
        if len({name for name, _ in self.pairs}) != len(self.pairs) or not self.pairs:
            raise ValueError("a credential in headers has one or more, each once")


type Material = ClientCertificate | Headers


@dataclass(frozen=True, slots=True)
class Lease:
    """A short-lived credential for (principal, upstream, role). `id` is safe to record; the rest is not shown."""

    id: str
    principal: str
    upstream: str
    expires_at: float
    material: Material = field(repr=False, compare=False)
