"""How does gRPC lay messages, deadlines and statuses over HTTP/2? Pure: no connection, no protobuf runtime.

https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md. Before each message stand five bytes: whether it is
compressed, and its length.
"""

import re
from base64 import b64encode
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

HEAD: Final = 5
CONTENT_TYPE: Final = "application/grpc"
#: What is taken as gRPC: protobuf alone. JSON in messages, and gRPC-Web, are other protocols.
CONTENT_TYPES: Final = frozenset({CONTENT_TYPE, f"{CONTENT_TYPE}+proto"})
STATUS, TEXT, DETAILS, TIMEOUT = "grpc-status", "grpc-message", "grpc-status-details-bin", "grpc-timeout"
ENCODING, ACCEPTED = "grpc-encoding", "grpc-accept-encoding"
DONE: Final = "0"  # the status of what went well
#: What a client may compress its messages with.
CODINGS: Final = ("identity", "deflate", "gzip")
_TIMEOUT: Final = re.compile(r"([0-9]{1,8})([HMSmun])")
_STATUS: Final = re.compile(r"[0-9]|1[0-6]")  # https://grpc.io/docs/guides/status-codes/
_UNITS: Final = {"H": 3600.0, "M": 60.0, "S": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9}
#: Characters of a text; clients take no more than 8 kB of all that ends a call.
_LONGEST: Final = 2400
_PLAIN: Final = " !\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_RETRY_INFO: Final = b"type.googleapis.com/google.rpc.RetryInfo"


#: A message of more bytes is read beside the loop: a filter in it takes up to 3 us a byte.
LONG: Final = 8 * 1024


class NotFramed(ValueError):
    """It is no message of gRPC. The text says why, and quotes nothing."""


class Framed(NamedTuple):
    """One message as it came."""

    is_packed: bool
    message: bytes


def length(begins: bytes | bytearray) -> int:
    """How many bytes a message has that begins so, with its five."""
    return HEAD + int.from_bytes(begins[1:HEAD], "big")


def framed(message: bytes) -> bytes:
    """A message with its five bytes, not compressed."""
    return b"\0" + len(message).to_bytes(4, "big") + message


def unframed(body: bytes) -> Framed:
    """The one message of a unary call. Raises NotFramed."""
    found = messages(body)
    if len(found) != 1:
        raise NotFramed("there must be exactly one message")
    return found[0]


def messages(body: bytes) -> list[Framed]:
    """The messages of a body that is whole. Raises NotFramed."""
    found: list[Framed] = []
    at = 0
    while at < len(body):
        if len(body) - at < HEAD:
            raise NotFramed("it is cut off")
        flag, length = body[at], int.from_bytes(body[at + 1 : at + HEAD], "big")
        if flag > 1:
            raise NotFramed("a message begins with another byte than 0 or 1")
        at += HEAD
        if length > len(body) - at:
            raise NotFramed("it is cut off")
        found.append(Framed(bool(flag), body[at : at + length]))
        at += length
    return found


def seconds(timeout: str) -> float | None:
    """How long a client waits, as `grpc-timeout` says; None: that is no time."""
    found = _TIMEOUT.fullmatch(timeout)
    return int(found[1]) * _UNITS[found[2]] if found else None


def status(told: str) -> int | None:
    """The number of `grpc-status`; None: that is no status, as clients read it."""
    return int(told) if _STATUS.fullmatch(told) else None


def _cut(text: str) -> str:
    """A text that clients still take: as it stands in trailers, a character may be twelve."""
    most = _LONGEST if text.isascii() else _LONGEST // 6
    return text if len(text) <= most else f"{text[:most]}..."


def percent_decoded(text: str) -> str:
    """The text of a status, as a server said it."""
    return unquote(text, errors="replace")


def ended(status: int, text: str = "", retry_after: int | None = None) -> tuple[tuple[str, str], ...]:
    """What ends a call: its status, why, and when to try again (google.rpc.RetryInfo)."""
    pairs, text = [(STATUS, str(status))], _cut(text)
    if text:
        pairs.append((TEXT, quote(text, safe=_PLAIN)))
    if retry_after is not None:
        pairs.append((DETAILS, b64encode(_details(status, text, retry_after)).rstrip(b"=").decode()))
    return tuple(pairs)


def _details(status: int, text: str, retry_after: int) -> bytes:
    """google.rpc.Status {code, message, details: [RetryInfo {retry_delay: {seconds}}]}."""
    info = _field(1, _number(1, retry_after))
    return _number(1, status) + _field(2, text.encode()) + _field(3, _field(1, _RETRY_INFO) + _field(2, info))


def _number(number: int, value: int) -> bytes:
    return bytes([number << 3]) + _varint(value)


def _field(number: int, value: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])
