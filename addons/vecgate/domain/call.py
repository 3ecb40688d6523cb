"""What is asked of a database, and what did it say? A call in canonical form, an answer, a cursor. Frozen, no I/O."""

from dataclasses import dataclass, field
from hashlib import sha256

type Json = dict[str, Json] | list[Json] | str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Call:
    """One request in canonical form: what is decided on, and byte for byte what is sent.

    `path` starts with `/`, percent-encoded in one way only; `query` keeps its order; `body` is the
    re-serialised tree (empty for none). `headers` holds the few lower-case names the upstream gets. `origin`: which of
    an upstream's servers it goes to (`https://host`), as that upstream itself told; empty: the one there is.
    `cursors`: what its server goes on by, or is to close, where it does not begin anew: opened handles (`Cursor`).
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    tree: Json = field(default=None, repr=False, compare=False)
    origin: str = field(default="", repr=False)
    cursors: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_grpc(self) -> bool:
        """Whether it goes out over HTTP/2, as a message of gRPC: nothing else has such a body."""
        return ("content-type", "application/grpc") in self.headers

    def digest(self, *context: str) -> str:
        """SHA-256 (hex) over every part of the call and the given context, each length-prefixed."""
        pairs = [part for pair in (*self.query, *self.headers) for part in pair]
        shape = f"{len(self.query)}.{len(self.headers)}"
        place = (self.method, self.path) if not self.origin else (self.method, self.path, self.origin, "")
        going = ("cursors", *self.cursors) if self.cursors else ()
        parts = [part.encode() for part in (*place, shape, *pairs, *going, *context)]
        mark = sha256(b"".join(len(raw).to_bytes(8, "big") + raw for raw in parts))
        mark.update(self.body)
        return mark.hexdigest()


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a server keeps for calls that go on with it, such as a scroll: by its own `id`, opened by `call`.

    `kind`: as its dialect calls it; `serial`: by which the gateway counts it; `began`: when it was opened, in seconds
    since the epoch. `mark`: a digest of what went out and of the mask, where each call that goes on says the same.
    """

    kind: str
    id: str = field(repr=False)
    call: Call = field(repr=False)
    serial: str
    began: float
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an upstream said: status, lower-case header pairs, whole body (never compressed)."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        """The first value of a header, or the empty string."""
        return next((v for k, v in self.headers if k == name), "")
