"""What do objects that come message by message become (`BatchStream`)? A batch for each message, told object by object.

A stream that is refused loses what was written on it: clients show nothing. So it is never refused for what its messages
ask for, nor for who asks; each object and each reference is told by its own id, in the gateway's words where it is the
gateway that refuses. A batch that is refused for some of its objects is tried again by halves, so that others are written.
"""

from collections.abc import Sequence
from typing import Any, Final, cast

from vecgate.dialects.base.grpc.messages import Message, Messages, printed
from vecgate.dialects.base.grpc.protocol import INVALID_ARGUMENT, UNAUTHENTICATED, UNKNOWN, Asked, Reply, Talk
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused

SERVICE: Final = "/weaviate.v1.Weaviate"
STREAM: Final = f"{SERVICE}/BatchStream"
_TYPES: Final = "weaviate.v1"
_LINK: Final = "weaviate://localhost/"
#: The server's own words.
_NO_START: Final = "first message must be a start message"
#: What fewer objects at a time may get past.
_TOO_MANY: Final = ("limit.records", "body.too_large")
#: What some objects may be refused for, where others are not; nothing was sent then.
_OF_SOME: Final = (
    "body.unreadable", "body.harmful", "rows.field", "rows.unknown", "rows.taken", "rows.unscopable", "input.", "stamp.",
)  # fmt: skip
#: The same, of objects in several collections or tenants.
_OF_PLACES: Final = ("collection.unknown", "policy.denied", "policy.no_rule", "policy.apart", "access.ask", *_OF_SOME)
#: How often the batches of one message are halved: one object among a thousand is found in ten times.
_HALVED: Final = 32
#: Of a call that asks who speaks.
_BEGUN: Final = object()


#: Whom an answer is about, in the order of its call: by `uuid` of an object, or by `beacon` of a reference.
type _About = Sequence[tuple[str, str]]


class BatchStream(Talk):
    """One stream of batches: start, then data, then stop."""

    def __init__(self, messages: Messages) -> None:
        super().__init__()
        self._messages = messages
        self._level: int | None = None
        self._left = 0  # how often batches of this message may still be halved
        self._is_begun = self._is_stopped = self._is_closing = False

    def heard(self, message: bytes) -> None:
        if self._is_stopped or self.ended is not None:  # who has said stop says nothing more
            return
        try:
            said = self._messages.read(f"{_TYPES}.BatchStreamRequest", message)
        except CallRefused as e:
            self._unread(message, e)
            return
        match said.WhichOneof("message"):
            case "start":
                self._start(said.start, message)
            case "data" if self._is_begun:
                self._data(said.data)
            case "stop" if self._is_begun:
                self._is_stopped = True
            case _:
                self.ended = Reply(None, UNKNOWN, _NO_START)

    def _start(self, start: Message, message: bytes) -> None:
        if self._is_begun:
            self._end(refuse("body.unreadable", cause="said", detail="a stream is started twice"))
            return
        self._is_begun = True
        if start.HasField("consistency_level") and start.consistency_level:
            self._level = start.consistency_level
        self.asks.append(Asked(STREAM, message, _BEGUN))
        self._say(started={})
        if self._is_closing:
            self._say(shutting_down={})

    def _data(self, data: Message) -> None:
        objects, links = data.objects.values, data.references.values
        self._acknowledge(data)
        self._left = _HALVED
        if objects:
            request = self._messages.new(f"{_TYPES}.BatchObjectsRequest")
            request.objects.extend(objects)
            self._ask("BatchObjects", request, _uuids(data))
        if links:
            request = self._messages.new(f"{_TYPES}.BatchReferencesRequest")
            request.references.extend(links)
            self._ask("BatchReferences", request, _beacons(data))

    def _ask(self, method: str, request: Message, about: _About) -> None:
        if self._level is not None:
            request.consistency_level = self._level
        self.asks.append(Asked(f"{SERVICE}/{method}", printed(request), about))

    def _unread(self, message: bytes, why: CallRefused) -> None:
        """Whatever it says, it is refused, and recorded, as a call; whom that is about is told as far as it can be seen."""
        try:
            said = self._messages.heard(f"{_TYPES}.BatchStreamRequest", message)
        except ValueError:
            said = None
        if said is None or not self._is_begun or said.WhichOneof("message") != "data":
            self._end(why.refusal)
            return
        self._acknowledge(said.data)
        self.asks.append(Asked(STREAM, message, [*_uuids(said.data), *_beacons(said.data)]))

    def told(self, asked: Asked, reply: Reply) -> None:
        if asked.about is _BEGUN:
            self.stranger = reply if reply.status == UNAUTHENTICATED else None
            return
        about: _About = cast("_About", asked.about)
        if self._halved(asked, about, reply):
            return
        if not about:  # nobody would be told
            self.ended = self.ended or reply
            return
        if reply.status or reply.message is None:
            why = dict.fromkeys(range(len(about)), reply.text)
        else:
            told = self._messages.heard(f"{_TYPES}.{asked.method.rpartition('/')[2]}Reply", reply.message)
            why = {one.index: one.error for one in told.errors}
        message = self._messages.new(f"{_TYPES}.BatchStreamReply")
        message.results.SetInParent()
        for turn, (kind, id) in enumerate(about):
            if turn in why:
                message.results.errors.add(error=why[turn], **{kind: id})
            else:
                message.results.successes.add(**{kind: id})
        self.said.append(printed(message))
        if len(about) > 1 and reply.text.startswith(_TOO_MANY):
            self._say(backoff={"batch_size": len(about) // 2})

    def _halved(self, asked: Asked, about: _About, reply: Reply) -> bool:
        """Whether its halves are asked for, as some of it are not to blame."""
        if not self._left or len(about) < 2 or asked.method == STREAM or not reply.text.startswith(_OF_PLACES):
            return False
        name = asked.method.rpartition("/")[2]
        whole = self._messages.heard(f"{_TYPES}.{name}Request", asked.message)
        each = [*_each(whole)]
        if len(set(map(_place, each))) < 2 and not reply.text.startswith(_OF_SOME):
            return False
        self._left -= 1
        for part in (slice(len(each) // 2, None), slice(len(each) // 2)):
            del _each(whole)[:]
            _each(whole).extend(each[part])
            self.asks.appendleft(Asked(asked.method, printed(whole), about[part]))
        return True

    def _acknowledge(self, data: Message) -> None:
        uuids, beacons = [id for _, id in _uuids(data)], [id for _, id in _beacons(data)]
        if uuids or beacons:
            self._say(acks={"uuids": uuids, "beacons": beacons})

    def over(self) -> None:
        if self.ended is None:
            self.ended = Reply()

    def closes(self) -> None:
        if self.stranger is not None:
            self.ended = self.ended or self.stranger
        elif not self._is_closing and self._is_begun and not self._is_stopped:
            self._say(shutting_down={})
        self._is_closing = True

    def _end(self, refusal: Refusal) -> None:
        self.ended = Reply(None, INVALID_ARGUMENT, str(refusal))

    def _say(self, **fields: object) -> None:
        kind = type(self._messages.new(f"{_TYPES}.BatchStreamReply"))
        self.said.append(printed(kind(**fields)))


def _each(request: Message) -> Any:
    """The objects of a batch, or its references."""
    return request.objects if request.DESCRIPTOR.name == "BatchObjectsRequest" else request.references


def _place(one: Message) -> tuple[str, str]:
    """Where an object or a reference is written."""
    return (one.collection if one.DESCRIPTOR.name == "BatchObject" else one.from_collection, one.tenant)


def _uuids(data: Message) -> _About:
    return [("uuid", one.uuid) for one in data.objects.values]


def _beacons(data: Message) -> _About:
    """A reference is told by where it starts, as its client has spelt that."""
    each = data.references.values
    return [("beacon", f"{_LINK}{one.from_collection}/{one.from_uuid}/{one.name}") for one in each]
