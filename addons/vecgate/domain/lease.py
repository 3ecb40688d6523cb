"""With which short-lived credential does a call go out? A certificate, headers that hold a key, or a signature.

`Scope`: what it is good for at the most; `Way`: how a database takes a key.
"""

import base64
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from vecgate.domain.kinds import OPERATION_KINDS

_NAME: Final = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+")
_VALUE: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
#: A key travels beside the call, and is never part of how the call is read.
_NOT_A_KEY: Final = frozenset(
    {"host", "accept", "accept-encoding", "connection", "content-length", "content-type", "content-encoding", "expect",
     "te", "trailer", "transfer-encoding", "upgrade"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """Shown in the TLS handshake. A context trusts the database's CA, no other; `http2` is one that offers HTTP/2."""

    context: ssl.SSLContext = field(repr=False)
    http2: ssl.SSLContext | None = field(default=None, repr=False)


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


@dataclass(frozen=True, slots=True)
class Signature:
    """Headers that are made for each call anew, of its method, its host, its target and its body; over TLS only."""

    sign: Callable[[str, str, str, bytes], Headers] = field(repr=False)


type Material = ClientCertificate | Headers | Signature


@dataclass(frozen=True, slots=True)
class Way:
    """How a database takes a key: in which header, after which word. `name` is what settings call it."""

    name: str
    header: str = "authorization"
    scheme: str = ""

    def shown(self, key: str) -> Headers:
        """That key, sent this way; `user:password` for Basic. Raises ValueError, which quotes no value."""
        if self.scheme == "Basic":
            if ":" not in key:
                raise ValueError("what is to be sent as Basic is no 'user:password'")
            key = base64.b64encode(key.encode()).decode()
        return Headers(((self.header, f"{self.scheme} {key}" if self.scheme else key),))


BEARER: Final = Way("bearer", scheme="Bearer")
BASIC: Final = Way("basic", scheme="Basic")
API_KEY: Final = Way("api_key", "api-key")


class Reach(StrEnum):
    """How far a credential reaches, from the least on."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


#: By the kind or the group of an operation. What goes to a model elsewhere is a part of a read or a write.
_REACHES: Final = {"read": Reach.READ, "write": Reach.WRITE, "delete": Reach.WRITE, "inference": Reach.READ}


@dataclass(frozen=True, slots=True)
class Scope:
    """What a credential is to be good for. `collections` are named as its server does; None: whatever there is.

    `kinds` are those of the operations, from which a kind of credential may tell apart more than `reach` does.
    """

    reach: Reach = Reach.ADMIN
    collections: tuple[str, ...] | None = None
    tenant: str | None = None
    database: str | None = None
    kinds: frozenset[str] = frozenset()


#: All that its role gives.
WHOLE: Final = Scope()


def reach_of(kinds: frozenset[str]) -> Reach:
    """How far a call of these kinds of operation reaches. What is not known reaches furthest."""
    found = {_REACHES.get(kind) or _REACHES.get(OPERATION_KINDS.get(kind, ""), Reach.ADMIN) for kind in kinds}
    return next((one for one in reversed(Reach) if one in found), Reach.ADMIN)


@dataclass(frozen=True, slots=True)
class Lease:
    """A person's short-lived credential for an upstream and a scope. `id` is safe to record; the rest is not shown."""

    id: str
    principal: str
    upstream: str
    expires_at: float
    material: Material = field(repr=False, compare=False)
