"""One request and its answer, begun in mitm/door.py, filled in along the path. Nothing of it is put into a flow."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from vecgate.domain.approval import Approval, Impact
from vecgate.domain.call import Answer, Call, Cursor, Json
from vecgate.domain.decision import Decision
from vecgate.domain.lease import Lease
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal, Secret
from vecgate.domain.profiles import MaskProfile
from vecgate.domain.scoped import Held, Scoped
from vecgate.domain.tenant import Tenant
from vecgate.domain.upstream import Upstream
from vecgate.refusals.catalogue import Refusal


@dataclass(frozen=True, slots=True)
class Raw:
    """The request as it came in: before any reading, and without its credentials."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(default=b"", repr=False)


class BodyTurn(Protocol):
    """What a large body takes up of what may be in hand at once (egress/turns.py)."""

    async def reach(self, size: int, seconds: float) -> None:
        """Wait until it has so many bytes in all. Raises TimeoutError."""

    def settle(self, size: int) -> None:
        """So many bytes it is."""

    def end(self) -> None:
        """All of it is given back."""


@dataclass(slots=True)
class Exchange:
    """What each step has found so far. `None` means: not reached, or not asked.

    `credentials` are (header name, value) pairs taken off the request before anything else saw them.
    `steps` are (step, start, end) in seconds of `time.perf_counter`; `timings` are milliseconds by step.
    `masked` is `masked_tree` written out; `masked_counts` are by entity, `masked_rules` by what found it.
    `learnt`: texts of the answer, and how many of them had to be analysed, where the caller asked for that.
    `notes`: headers of the answer that say what it does not hold, such as `vecgate-missing`.
    `recorded` is what the record says of the answer; where the caller saw more, `seal_answer`, and `more_to_record`
    gives it where it was too large to be masked at once.
    `shown_later`: the request was too large to be masked for the record at once; true while that is not seen to.
    `left()` tells whether the client has gone;
    `grpc`: the method of gRPC that was called, `/pkg.Service/Method`; empty: it came as REST. `patience`: for how many
    seconds its client waits, where it said so; `kept`: what its answer's message needs beside the answer itself, and
    `printed` that message, masked;
    `asked` is the call as it was read, before it was restricted and cleaned; `unopened` its body while its ids were
    tokens still, where any was one;
    `cursors` are what the call goes on with or closes, under the `handles` that the caller has for them; `serial`: by
    which is counted what it opens;
    `parts` are what is sent in the call's place, where a yes is for certain records only;
    `proposed` is what policies that are tried out would have decided; nothing follows from it;
    `stands`: until when the decision does, told a time; None: no time ends it;
    `observed`: refusals that were only noted, by code, with the rule that made them (`mode: observe`);
    `reserves`: some rule writes what is nobody else's to write (domain/guards.py);
    `untold` takes out of an answer what only the gateway asked for; `verdicts_in` and `verdicts` are those on records
    that carry instructions to a model, in the call and in its answer; `canaries`: how many the answer held;
    `stamped` is the call as it is sent, where a rule stamps what is written;
    `scoped` is how the call is kept to the caller's rows, and `dropped` how many others came back all the same;
    `locks` are held on the records that it writes;
    `access`: what has become of a request for access with it, as event codes;
    `remembered`: the operation was told from memory, and the database was not asked what its names mean;
    `spent`: with this answer, the grant that the call is under is used up;
    `had` are digests of the records that the answer gives, where its grant has no budget of them; where it has one,
    `had_in_all` is how many it has given by now;
    `snapshots` were taken before it goes out: collection, name, aliases;
    `whole`: what was asked about, where a yes is to less: the call, the decision, and its mask;
    `waived` says in words why nobody has to be asked though a rule holds; `would` what an automatic answer that is
    tried out would have been;
    `turn` is that of its body, where it is large; `let_go` gives back what its answer takes up;
    `about` says in words what a call for the gateway itself works on.
    """

    id: str
    started: float
    client: str
    agent: str
    raw: Raw
    left: Callable[[], bool] = field(default=lambda: False, repr=False)
    grpc: str = ""
    patience: float | None = None
    kept: object = field(default=None, repr=False)
    printed: object = field(default=None, repr=False)
    upstream: Upstream | None = None
    credentials: tuple[tuple[str, Secret], ...] = field(default=(), repr=False)
    token: Secret | None = field(default=None, repr=False)
    principal: Principal | None = None
    asked: Call | None = None
    unopened: dict[str, Json] | None = field(default=None, repr=False)
    call: Call | None = None
    cursors: tuple[Cursor, ...] = field(default=(), repr=False)
    handles: tuple[str, ...] = field(default=(), repr=False)
    serial: str = ""
    operation: Operation | None = None
    remembered: bool = False
    decision: Decision | None = None
    proposed: Decision | None = None
    stands: Callable[[float], float] | None = field(default=None, repr=False)
    observed: dict[str, str] = field(default_factory=dict)
    profile: MaskProfile | None = None
    stored_profile: MaskProfile | None = None
    impact: Impact | None = None
    approval: Approval | None = None
    whole: tuple[Call, Decision, MaskProfile | None] | None = field(default=None, repr=False)
    waived: str = ""
    would: str = ""
    snapshots: tuple[tuple[str, ...], ...] = ()
    spent: bool = False
    had: tuple[str, ...] = field(default=(), repr=False)
    had_in_all: int = -1
    access: tuple[str, ...] = ()
    lease: Lease | None = None
    reserves: bool = False
    untold: Callable[[Json], Json] | None = field(default=None, repr=False)
    verdicts_in: list[Json] = field(default_factory=list)
    verdicts: list[Json] = field(default_factory=list)
    canaries: int = 0
    stamped: Call | None = field(default=None, repr=False)
    scoped: Scoped | None = field(default=None, repr=False)
    dropped: int = 0
    locks: Held | None = field(default=None, repr=False)
    about: str | None = None
    parts: tuple[Call, ...] | None = field(default=None, repr=False)
    ticket: object | None = field(default=None, repr=False)
    tickets: tuple[object, ...] = field(default=(), repr=False)
    session: str | None = None
    sent: bool = False
    turn: BodyTurn | None = field(default=None, repr=False)
    let_go: Callable[[], None] = field(default=lambda: None, repr=False)
    answer: Answer | None = field(default=None, repr=False)
    written_back: dict[str, int] = field(default_factory=dict)
    cleaned_counts: dict[str, int] = field(default_factory=dict)
    shown_call: Json = field(default=None, repr=False)
    shown_later: bool | None = None
    shown_target: str | None = None
    shown_query: tuple[tuple[str, str], ...] = ()
    shown_names: tuple[str, ...] = ()
    masked: bytes | None = field(default=None, repr=False)
    masked_tree: Json = field(default=None, repr=False)
    recorded: Json = field(default=None, repr=False)
    more_to_record: Callable[[], Awaitable[Json]] | None = field(default=None, repr=False)
    seal_answer: bool = False
    learnt: tuple[int, int] | None = None
    notes: dict[str, str] = field(default_factory=dict)
    masked_counts: dict[str, int] = field(default_factory=dict)
    masked_rules: dict[str, int] = field(default_factory=dict)
    refusal: Refusal | None = None
    timings: dict[str, float] = field(default_factory=dict)
    steps: list[tuple[str, float, float]] = field(default_factory=list)

    @property
    def tenant(self) -> Tenant:
        """Whose data it is about."""
        upstream, operation = self.upstream, self.operation
        return upstream.name if upstream else "", operation.tenant or "" if operation else ""

    @property
    def whose(self) -> tuple[Tenant, str]:
        """That, and what the server knows the collection by whose records they are, if they are of one."""
        things = self.operation.things if self.operation else ()
        return self.tenant, next(iter(things), "")


def need[T](value: T | None) -> T:
    """What an earlier step has filled in. Raises RuntimeError when it has not: a bug, hence a refusal."""
    if value is None:
        raise RuntimeError("an earlier step of the path has not run")
    return value
