"""How do the gateway and a worker talk? Frames on a pipe: four bytes of length (big endian), then JSON."""

from typing import Any, Final

import orjson

HEAD: Final = 4
#: Largest frame: an answer's strings, with room for JSON escapes.
LARGEST: Final = 256 * 1024 * 1024


class FrameError(ValueError):
    """The other side does not speak our language. The message never quotes the frame."""


def pack(tree: Any) -> bytes:
    """One frame. Raises FrameError for what JSON cannot hold (a lone surrogate) or a frame that is too large."""
    try:
        body = orjson.dumps(tree)
    except TypeError as e:
        raise FrameError("not JSON") from e
    if len(body) > LARGEST:
        raise FrameError("too large")
    return len(body).to_bytes(HEAD, "big") + body


def length(head: bytes) -> int:
    """How long the body behind a head is. Raises FrameError."""
    size = int.from_bytes(head, "big")
    if size > LARGEST:
        raise FrameError("too large")
    return size


def unpack(body: bytes) -> Any:
    """The tree in a body. Raises FrameError."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as e:
        raise FrameError("not JSON") from e
