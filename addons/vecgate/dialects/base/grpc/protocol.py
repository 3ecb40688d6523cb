"""How is a database spoken to over gRPC? A call is read into its REST twin, and its answer printed from the twin's.

All that is decided, kept to rows, cleaned, held, masked, counted and recorded is the twin: the same words as over REST.
What is called without a twin has a path of its own among the dialect's routes, which nobody reaches but so. A call that is
many messages (a stream of both sides) ends at the gateway, which makes each of them a unary call (`Talk`).
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from vecgate.dialects.base.grpc.messages import Message, Messages
from vecgate.domain.call import Answer, Call
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused

type Pairs = tuple[tuple[str, str], ...]

OK, CANCELLED, UNKNOWN, INVALID_ARGUMENT, DEADLINE_EXCEEDED, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED = range(8)
RESOURCE_EXHAUSTED, FAILED_PRECONDITION, ABORTED, OUT_OF_RANGE, UNIMPLEMENTED, INTERNAL, UNAVAILABLE = range(8, 15)
UNAUTHENTICATED: Final = 16
#: What a status of the twin is over gRPC, and back; https://grpc.io/docs/guides/status-codes/.
STATUSES: Final[Mapping[int, int]] = {
    400: INVALID_ARGUMENT, 401: UNAUTHENTICATED, 403: PERMISSION_DENIED, 404: NOT_FOUND, 408: DEADLINE_EXCEEDED,
    409: ABORTED, 413: RESOURCE_EXHAUSTED, 421: PERMISSION_DENIED, 422: INVALID_ARGUMENT, 429: RESOURCE_EXHAUSTED,
    501: UNIMPLEMENTED, 502: UNAVAILABLE, 503: UNAVAILABLE, 504: DEADLINE_EXCEEDED,
}  # fmt: skip
BACK: Final[Mapping[int, int]] = {
    OK: 200, CANCELLED: 499, INVALID_ARGUMENT: 400, DEADLINE_EXCEEDED: 504, NOT_FOUND: 404, ALREADY_EXISTS: 409,
    PERMISSION_DENIED: 403, RESOURCE_EXHAUSTED: 429, FAILED_PRECONDITION: 400, ABORTED: 409, OUT_OF_RANGE: 400,
    UNIMPLEMENTED: 501, UNAVAILABLE: 503, UNAUTHENTICATED: 401,
}  # fmt: skip
HEALTH: Final = "/grpc.health.v1.Health/Check"
_SERVING: Final = b"\x08\x01"


@dataclass(frozen=True, slots=True)
class Method:
    """What a method takes and gives, by full names of messages. `refused`: why it is never let through.

    `streams`: the client sends message after message (`talk`), and each is a call of its own.
    """

    takes: str = ""
    gives: str = ""
    refused: str = ""
    streams: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """What goes out: `/pkg.Service/Method`, the message, and metadata beside what every call has; `origin` as a call has it."""

    method: str
    message: bytes = field(repr=False)
    metadata: Pairs = ()
    origin: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """How a unary call ends: a message, or none, then a status and a text."""

    message: bytes | None = field(default=None, repr=False)
    status: int = OK
    text: str = ""
    metadata: Pairs = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer as the twin's, and what of the message `given` needs to print it again: types, numbers of fields."""

    answer: Answer
    kept: object = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """A unary call that a message stands for: `/pkg.Service/Method`, its message, and whatever `told` needs of it."""

    method: str
    message: bytes = field(repr=False)
    about: object = field(default=None, repr=False)


class Talk(ABC):
    """One stream, without whoever carries it out, who takes `asks` and `said`, and tells what came of them.

    `asks`: calls to be made, one at a time, in order; `said`: what its client gets, in order;
    `ended`: how it ends, once all that stands in `said` is sent; None: it goes on. `stranger`: why it is not known who
    speaks; whoever says nothing then is waited for no longer than for a body.
    """

    def __init__(self) -> None:
        self.asks: deque[Asked] = deque()
        self.said: deque[bytes] = deque()
        self.ended: Reply | None = None
        self.stranger: Reply | None = None

    @abstractmethod
    def heard(self, message: bytes) -> None:
        """The client has said that. Raises nothing: what cannot be read is answered, or ends it."""

    @abstractmethod
    def told(self, asked: Asked, reply: Reply) -> None:
        """So ended a call that was asked for."""

    @abstractmethod
    def over(self) -> None:
        """The client says nothing more, and all calls are made."""

    @abstractmethod
    def closes(self) -> None:
        """The gateway wants it to end: its client is told so, and may still say what it has."""


class Grpc(ABC):
    """One database over gRPC; one per dialect, whose names and schemas it may use."""

    messages: ClassVar[Messages]
    #: By path (`/pkg.Service/Method`). What is not here is not known, and refused.
    methods: ClassVar[Mapping[str, Method]]
    #: Metadata of a client, in lower case, that `read` heeds; all other goes no further.
    metadata: ClassVar[frozenset[str]] = frozenset()
    statuses: ClassVar[Mapping[int, int]] = STATUSES
    #: Whether the dialect's own questions go over gRPC as well, where it is spoken: its server may have nothing else.
    asks: ClassVar[bool] = False
    #: Which clients can do what not where the database is spoken to over REST alone, as a sentence goes on.
    without: ClassVar[str] = ""

    def method(self, path: str) -> Method:
        """The row of a path. Raises CallRefused (`route.unknown`, `route.refused`)."""
        found = self.methods.get(path)
        if found is None:
            raise CallRefused(refuse("route.unknown"))
        if found.refused:
            raise CallRefused(refuse("route.refused", why=found.refused))
        return found

    def read(self, path: str, message: bytes, metadata: Pairs = ()) -> Call:
        """The call's REST twin in canonical form, as `Dialect.read` would give it.

        Raises CallRefused (`route.*`, `body.unreadable`): also for what the twin could not say.
        """
        row = self.method(path)
        heeded = tuple((name.lower(), value) for name, value in metadata if name.lower() in self.metadata)
        return self.twin(path, self.messages.read(row.takes, message), heeded)

    @abstractmethod
    def twin(self, path: str, message: Message, metadata: Pairs) -> Call:
        """The twin of a message that was read. Raises CallRefused."""

    @abstractmethod
    def message(self, call: Call) -> Sent:
        """What goes out for a twin, whoever made it: also for the dialect's own questions. Raises CallRefused."""

    @abstractmethod
    def answer(self, call: Call, reply: Reply) -> Heard:
        """What the upstream said, as it would have answered the twin; errors as well, whose texts are masked.

        Raises ValueError for a message that is none of the database's.
        """

    @abstractmethod
    def given(self, call: Call, answer: Answer, kept: object = None) -> Reply:
        """What the client gets: the masked answer to its twin. Raises ValueError where the message cannot say it."""

    def refused(self, path: str, refusal: Refusal, agent: str = "") -> Reply:
        """A refusal in the database's own way, so that official clients show its text and do not try again."""
        return Reply(None, self.statuses.get(refusal.status, PERMISSION_DENIED), str(refusal))

    def says(self, question: Call) -> bool:
        """Whether a question of the dialect's own can be said over gRPC."""
        return True

    def failed(self, answer: Answer, kept: object, text: str) -> Reply:
        """An error with the status that the server gave it (`kept`), or else that of its twin."""
        return Reply(None, kept if isinstance(kept, int) else self.statuses.get(answer.status, UNKNOWN), text)

    def opened(self, path: str, message: bytes = b"") -> Reply | None:
        """What the gateway answers itself, whoever asks, so that clients start. None: nothing, it is a call."""
        return Reply(_SERVING) if path == HEALTH else None

    def talk(self, path: str) -> Talk:
        """A stream of that method, of those that have `streams`."""
        raise NotImplementedError(path)

    def begins(self, path: str, message: bytes) -> bool:
        """Whether a stream (`talk`) begins with that. It is answered here, to whoever is known. Raises CallRefused."""
        return False

    def login(self, metadata: Pairs) -> Pairs:
        """The client's metadata with its key as headers say it over REST."""
        return metadata

    def key(self, headers: Pairs) -> Pairs:
        """The headers of a lease as metadata that the server takes."""
        return headers
