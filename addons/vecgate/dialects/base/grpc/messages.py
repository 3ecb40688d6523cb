"""Which protobuf messages does a database have (descriptors), and how are bytes read into one, and printed from one?

A folder's `*.proto` say them, by the numbers of the vendor's own; `scripts/protos` makes `descriptors.binpb` of them, so
that whoever runs the gateway needs no compiler.
"""

from functools import cached_property
from pathlib import Path
from typing import Any, Final, cast

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from vecgate.dialects.base.grpc.wire import Bounds, Shape, Walk, shape_of
from vecgate.parsing.saying import unreadable

BUILT: Final = "descriptors.binpb"
_BOUNDS: Final = Bounds()
_SMALL: Final = 65_536  # what is shorter cannot hold so many values that they must be counted first

#: A message of the protobuf runtime, whose classes are made as the program runs.
type Message = Any


class Messages:
    """The messages of a folder, in a pool of their own: clients in one process may have others of the same names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._classes: dict[str, Any] = {}
        self._shapes: dict[str, Shape] = {}

    @cached_property
    def pool(self) -> Any:
        """The descriptors, read when the first message is."""
        pool = descriptor_pool.DescriptorPool()
        for file in descriptor_pb2.FileDescriptorSet.FromString((self._folder / BUILT).read_bytes()).file:
            pool.Add(file)
        return pool

    def new(self, name: str) -> Message:
        """An empty message of that full name."""
        if (kind := self._classes.get(name)) is None:
            kind = self._classes[name] = message_factory.GetMessageClass(self.pool.FindMessageTypeByName(name))
        return kind()

    def read(self, name: str, data: bytes) -> Message:
        """The message that these bytes are. Raises CallRefused (`body.unreadable`) unless they have one reading only."""
        message = self.new(name)
        if len(data) > _SMALL or not _is_plain(message, data):
            Walk(data, _BOUNDS).over(shape_of(message.DESCRIPTOR, self._shapes))
            try:
                message.ParseFromString(data)
            except DecodeError:
                unreadable(f"it is no '{message.DESCRIPTOR.name}'")
        return message

    def heard(self, name: str, data: bytes) -> Message:
        """What a server answered; a field that is not known goes no further. Raises ValueError for no such message."""
        message = self.new(name)
        try:
            message.ParseFromString(data)
        except DecodeError as e:
            raise ValueError(f"a {message.DESCRIPTOR.name} that cannot be read") from e
        return message


def _is_plain(message: Message, data: bytes) -> bool:
    """Whether a message that is read so is printed as it came: then it says everything once."""
    try:
        message.ParseFromString(data)
    except DecodeError:
        return False  # why, tells a walk
    message.DiscardUnknownFields()
    return bool(message.SerializeToString() == data)


def printed(message: Message) -> bytes:
    """The one form in which a message is sent on."""
    return cast("bytes", message.SerializeToString(deterministic=True))
