"""The words everyone shares: who calls, what is asked, what was decided. All frozen, none does I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final, Literal

from vecgate.kinds import NO_RECORDS as NO_RECORDS
from vecgate.kinds import OPERATION_KINDS as OPERATION_KINDS
from vecgate.kinds import RENAME as RENAME
from vecgate.kinds import ROWLESS as ROWLESS
from vecgate.kinds import UNMASK as UNMASK

type Json = dict[str, Json] | list[Json] | str | int | float | bool | None

#: Whether answers may carry embeddings; `zero`: each as so many zeros.
type Vectors = bool | Literal["zero"]


class Secret:
    """A value that never shows itself: not in `repr`, not in logs, not in a pickle."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value. Call it only where the value leaves for its one destination."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> str:
        raise TypeError("a Secret is never serialised")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is calling: a verified token's owner. `expires_at` is in seconds since the epoch."""

    issuer: str
    subject: str
    user: str
    groups: frozenset[str]
    expires_at: float
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def key(self) -> str:
        """One person, across tokens: `issuer#subject`."""
        return f"{self.issuer}#{self.subject}"


@dataclass(frozen=True, slots=True)
class Call:
    """One request in canonical form: what is decided on, and byte for byte what is sent.

    `path` starts with `/`, percent-encoded in one way only; `query` keeps its order; `body` is the
    re-serialised tree (empty for none). `headers` holds the few lower-case names the upstream gets.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    tree: Json = field(default=None, repr=False, compare=False)

    def digest(self, *context: str) -> str:
        """SHA-256 (hex) over every part of the call and the given context, each length-prefixed."""
        pairs = [part for pair in (*self.query, *self.headers) for part in pair]
        shape = f"{len(self.query)}.{len(self.headers)}"
        parts = [part.encode() for part in (self.method, self.path, shape, *pairs, *context)]
        mark = sha256(b"".join(len(raw).to_bytes(8, "big") + raw for raw in parts))
        mark.update(self.body)
        return mark.hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What an upstream said: status, lower-case header pairs, whole body (never compressed)."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        """The first value of a header, or the empty string."""
        return next((v for k, v in self.headers if k == name), "")


@dataclass(frozen=True, slots=True)
class Operation:
    """What a call means. `collections` are the names a policy decides on; all must be allowed.

    `things` are what the server itself knows them by, one for each name ("": there is none yet); where a call names
    no collection and touches them all, those of all. Where a server gives no ids, a thing is the resolved name
    with a fingerprint of its configuration and creation. Empty: not asked for. `also`: what the same call does
    besides; that must be allowed as well. `records`: how many records a write or delete names itself.
    `limit` is the number of results asked for (None: no bound given, or not a read); `page` the (offset, limit) of a
    list, which is cut by the gateway once it holds only what the caller may see.
    `danger` runs from 0 (no user data) to 4 (destroys, restores, or hands out raw storage).
    """

    dialect: str
    name: str
    kind: str
    danger: int
    tenant: str | None = None
    database: str | None = None
    collections: tuple[str, ...] = ()
    limit: int | None = None
    wants_vectors: bool = False
    things: tuple[str, ...] = ()
    records: int | None = None
    also: "tuple[Operation, ...]" = ()
    page: tuple[int, int | None] = (0, None)

    @property
    def unnamed(self) -> bool:
        """Whether it is about something of which only the id is known so far."""
        return len(self.things) > len(self.collections)

    @property
    def group(self) -> str:
        """The policy group of this kind: read, write, delete, schema, destroy, snapshot, admin."""
        return OPERATION_KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Impact:
    """How many records a call would touch, of how many there are. `ids`: which; None: too many, or not known."""

    touched: int
    total: int
    collection: str
    ids: tuple[str, ...] | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.touched} of {self.total} records in {self.collection}"


class Effect(StrEnum):
    """What a rule says. Deny wins over hold, hold over allow."""

    ALLOW = "allow"
    HOLD = "hold"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests in so many seconds, for one principal under one rule."""

    requests: int
    seconds: float

    def __str__(self) -> str:
        unit = {1: "s", 60: "min", 3600: "h", 86400: "day"}.get(int(self.seconds))
        return f"{self.requests}/{unit}" if unit else f"{self.requests} in {self.seconds:g} s"


@dataclass(frozen=True, slots=True)
class Approvers:
    """Who may say yes to a held call, and how many of them must.

    `issuers`: where they log in; empty: anywhere. `above`: up to so many records nobody is asked (steps/_asking.py).
    """

    groups: frozenset[str]
    count: int = 1
    issuers: frozenset[str] = frozenset()
    above: int | None = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a rule does with personal data on its way in, before anything is stored, embedded or searched.

    `profile` names the mask profile that cleans it, and that stored data is taken to be cleaned with.
    """

    payload: Literal["keep", "mask", "refuse"] = "keep"
    query: Literal["keep", "mask", "refuse"] = "keep"
    filters: Literal["keep", "translate", "refuse"] = "keep"
    embeddings: Literal["keep", "refuse"] = "keep"
    profile: str | None = None
    write_back: Literal["restore", "refuse"] = "restore"

    @property
    def keeps_all(self) -> bool:
        """Whether everything goes in as it came."""
        return (self.payload, self.query, self.filters) == ("keep", "keep", "keep")

    def __str__(self) -> str:
        said = {f.name: getattr(self, f.name) for f in fields(self)}
        return ", ".join(f"{name} {value}" for name, value in said.items() if value not in (None, "keep", "restore"))


AS_IT_CAME: Final = Inputs()


#: What a field of a record can be compared with: never one for another, though Python takes 1 for true.
type Scalar = str | int | bool


@dataclass(frozen=True, slots=True)
class Row:
    """A field that every record has which somebody may reach, and the values of which it has one."""

    field: str
    values: tuple[Scalar, ...]

    def fits(self, value: Json) -> bool:
        """Whether a stored value is one of them. Lists never are: another's value might stand in them as well."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return any(type(value) is type(one) and value == one for one in self.values)
        return any(type(one) is int and value == one for one in self.values)

    def __str__(self) -> str:
        return f"{self.field} = {' or '.join(map(repr, self.values))}"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policy says about one operation of one principal, and which rule said it.

    `rows`: only records that fit all of these are there for the caller; empty: all are.
    """

    effect: Effect
    rule: str
    reason: str
    policy_version: str
    mask: str | None = None
    vectors: Vectors = False
    max_results: int | None = None
    max_records: int | None = None
    when_over: Literal["refuse", "cut"] = "refuse"
    rate: Rate | None = None
    approvers: Approvers | None = None
    wait_seconds: float | None = None
    inputs: Inputs = AS_IT_CAME
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Approval:
    """The state of one held call. States: pending approved denied expired withdrawn spent used.

    `spent`: the yes is gone, and it is not known that anything was executed; `used`: it was.
    `bound`: how many records it is for, and no others; None: it is for as many as were counted.
    `ended_by` names who denied or withdrew it, or the request that spent it.
    """

    id: str
    state: str
    binding: str
    expires_at: float
    impact: Impact | None = None
    approved_by: tuple[str, ...] = ()
    reason: str = ""
    ended_by: str = ""
    bound: int | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """A short-lived credential for (principal, upstream, role). `id` is safe to record; the rest is not shown."""

    id: str
    principal: str
    upstream: str
    expires_at: float
    material: Any = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """A stretch of personal data: character offsets (end exclusive), its entity, and what found it."""

    start: int
    end: int
    entity: str
    source: str = field(default="", compare=False)
