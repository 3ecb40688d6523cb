"""What is a call for the gateway itself? It was read, rules may be about it, and it has an answer."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from vecgate.access.parts import AccessParts
from vecgate.approvals.board import Board
from vecgate.credentials.book import Book
from vecgate.dialects import Dialect
from vecgate.domain.call import Call, Json
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Exchange, Raw
from vecgate.domain.grant import Terms
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.guards.parts import GuardParts
from vecgate.masking.apply.masker import Masker
from vecgate.masking.apply.shown import Shown
from vecgate.masking.apply.unmask import TokenOpener
from vecgate.parsing import strict_json
from vecgate.policy.watch import PolicyStore
from vecgate.recording.journals import Journals
from vecgate.recording.recorder import Recorder
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, Part, Unavailable
from vecgate.settings.issuers import Issuer
from vecgate.settings.observing import Observing

OWN_RULE: Final = "vecgate: own requests"
#: A reason, however it is escaped, fits. Who needs no rule to ask must not have much looked through for the record.
LONGEST: Final = 16 * 1024


async def nothing_known(_terms: Terms) -> tuple[tuple[str, str], ...]:
    """Where there is no database."""
    return ()


@dataclass(frozen=True, slots=True)
class Parts:
    """What is lent to those who answer."""

    board: Board
    policies: PolicyStore
    issuers: tuple[Issuer, ...]
    opener: TokenOpener
    shown: Shown
    guards: GuardParts
    recorder: Recorder
    access: AccessParts
    upstreams: tuple[str, ...] = ()
    #: For those who look at what was recorded.
    reading: "Reading | None" = None
    #: Then nobody is kept waiting.
    draining: Callable[[], bool] = lambda: False
    #: What the collections that terms name exactly are now.
    things: Callable[[Terms], Awaitable[tuple[tuple[str, str], ...]]] = nothing_known
    on_call: Callable[[str], tuple[str, ...]] = lambda _name: ()
    #: Which credentials are out.
    out: Book | None = None
    #: How refusals by policy are only observed.
    observed: Observing | None = None

    @property
    def book(self) -> Book:
        """The same. Raises Unavailable('state') where there is none."""
        if self.out is None:
            raise Unavailable(Part.STATE, "no book of credentials")
        return self.out


@dataclass(frozen=True, slots=True)
class Reading:
    """What it takes to show what was recorded: where it lies, who masks, and what stands where by its database."""

    journals: Journals
    masker: Masker
    dialects: Mapping[str, Dialect]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks what, in front of which database. `id`: of the held call in the path; empty: there is none."""

    principal: Principal
    raw: Raw
    dialect: Dialect
    id: str = ""

    def call(self, most: int | None = None) -> Call:
        """The call, read. Raises CallRefused for a bad body."""
        raw = self.raw
        if most is not None and len(raw.body) > most:
            raise CallRefused(refuse("body.unreadable", cause="said", detail=f"here it has at most {most} bytes"))
        try:
            tree = strict_json.parse(raw.body) if raw.body else None
        except strict_json.NotStrict as e:
            raise CallRefused(refuse("body.unreadable", detail=str(e))) from e
        return Call(raw.method, raw.target, body=strict_json.dump(tree) if raw.body else b"", tree=tree)


@dataclass(frozen=True, slots=True)
class Answered:
    """What the caller gets; `told`: what is recorded in its place; `masked`: how many values were, by entity."""

    document: Json
    told: Json = None
    masked: Mapping[str, int] = field(default_factory=dict)


class Own(ABC):
    """One call for the gateway itself. `ruled`: a rule must allow it, or ask somebody. `goes_in`: masked as a write.

    Made anew for each call, of what is lent and what is asked. Raises CallRefused for a bad body.
    """

    ruled: ClassVar[bool] = False
    goes_in: ClassVar[bool] = False
    #: What it works on, in words, where the operation does not say it.
    about: str | None = None
    call: Call
    operation: Operation

    @abstractmethod
    def __init__(self, parts: Parts, asked: Asked) -> None: ...

    def allowed(self, policies: PolicyStore) -> Decision:
        """The decision on what needs no rule: who may see or settle a held call is the board's own question."""
        return Decision(Effect.ALLOW, OWN_RULE, "own", policies.current.version)

    async def check(self, exchange: Exchange) -> None:
        """What can be known before anybody is asked is, once a rule was found. Raises CallRefused."""
        return

    @abstractmethod
    async def answer(self, exchange: Exchange) -> Answered:
        """What it comes to. Raises CallRefused, MaskRefused, Unavailable."""
