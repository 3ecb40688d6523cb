"""Frames of HTTP/2 as an attacker makes them, and what comes back read frame by frame, whatever state anybody is in."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from h2.errors import ErrorCodes
from hpack import Decoder
from hyperframe import frame as frames

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

type Pairs = Sequence[tuple[str | bytes, str | bytes]]


def raw(kind: int, payload: bytes = b"", flags: int = 0, stream: int = 1, *, length: int | None = None) -> bytes:
    """One frame; `length` says another one than it has."""
    told = len(payload) if length is None else length
    return told.to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def settings(*pairs: tuple[int, int], stream: int = 0, flags: int = 0) -> bytes:
    return raw(4, b"".join(k.to_bytes(2, "big") + v.to_bytes(4, "big") for k, v in pairs), flags, stream)


def packed(pairs: Pairs) -> bytes:
    """A head, by a table of its own: nothing of it is kept in one."""
    found = b""
    for name, value in pairs:
        key = name.encode() if isinstance(name, str) else name
        text = value.encode() if isinstance(value, str) else value
        found += b"\x10" + _length(len(key)) + key + _length(len(text)) + text
    return found


def _length(size: int) -> bytes:
    if size < 127:
        return bytes([size])
    rest, found = size - 127, bytearray([127])
    while rest > 127:
        found.append(rest & 127 | 128)
        rest >>= 7
    return bytes([*found, rest])


def head(pairs: Pairs, stream: int = 1, *, end: bool = True, whole: bool = True) -> bytes:
    return raw(1, packed(pairs), (1 if end else 0) | (4 if whole else 0), stream)


def data(body: bytes, stream: int = 1, *, end: bool = True) -> bytes:
    return raw(0, body, 1 if end else 0, stream)


def priority(stream: int, of: int) -> bytes:
    return raw(2, of.to_bytes(4, "big") + b"\x10", 0, stream)


def reset(stream: int, code: int = 8) -> bytes:
    return raw(3, code.to_bytes(4, "big"), 0, stream)


def window(stream: int, by: int) -> bytes:
    return raw(8, by.to_bytes(4, "big"), 0, stream)


def ping(payload: bytes = b"12345678", stream: int = 0) -> bytes:
    return raw(6, payload, 0, stream)


@dataclass
class Came:
    """What came on one stream."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    ended: bool = False
    reset: ErrorCodes | None = None

    @property
    def code(self) -> str:
        """The code of a refusal; `served` for an answer that is none."""
        told = dict(self.headers)
        if told.get("grpc-status", "0") != "0":
            return told["grpc-message"].partition(":")[0]
        if int(told[":status"]) < 400:
            return "served"
        tree = orjson.loads(self.body)  # as Chroma says it, or Qdrant
        return str(tree["message"] if "message" in tree else tree["status"]["error"]).partition(":")[0]


@dataclass
class Heard:
    """All that came, to the end of what was waited for. `gone`: what the connection ended with."""

    raw: bytes = b""
    streams: dict[int, Came] = field(default_factory=dict)
    gone: ErrorCodes | None = None
    last: int = -1
    closed: bool = False
    pings: int = 0
    kinds: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """In a word: what became of the first stream, or of the connection."""
        if self.gone not in (None, ErrorCodes.NO_ERROR):
            return f"goaway {self.gone.name}" if self.gone is not None else ""
        first = self.streams.get(1, Came())
        if first.headers and first.ended:
            return first.code
        if first.reset is not None:
            return f"reset {first.reset.name}"
        return "closed" if self.closed else "nothing"


class Line:
    """One connection; frames in, frames out."""

    def __init__(self, line: ssl.SSLSocket, *more: bytes, begin: bytes = PREFACE + settings()) -> None:
        self.line, self.heard = line, Heard()
        self._decoder, self._rest = Decoder(), b""
        self._decoder.max_allowed_table_size = 1 << 20
        self.send(begin, *more)

    def send(self, *pieces: bytes) -> bool:
        """Whether it was taken."""
        try:
            for piece in pieces:
                self.line.sendall(piece)
        except (ConnectionError, ssl.SSLError):
            return False
        return True

    def read(self, *streams: int) -> Heard:
        """Until these streams are over, or the connection is; without any, the connection."""
        heard = self.heard
        while not heard.closed and not (streams and all(self._is_over(one) for one in streams)):
            self._hear()
        return heard

    def until(self, kind: str) -> Heard:
        """Until such a frame has come, or the connection is over."""
        while not self.heard.closed and kind not in self.heard.kinds:
            self._hear()
        return self.heard

    def _is_over(self, stream: int) -> bool:
        found = self.heard.streams.get(stream)
        return found is not None and (found.ended or found.reset is not None)

    def _hear(self) -> None:
        try:
            piece = self.line.recv(65536)
        except TimeoutError:
            raise
        except (ConnectionError, ssl.SSLError):
            piece = b""
        if not piece:
            self.heard.closed = True
        self.heard.raw += piece
        self._rest += piece
        while len(self._rest) >= 9:
            made, length = frames.Frame.parse_frame_header(memoryview(self._rest[:9]))
            if len(self._rest) < 9 + length:
                return
            made.parse_body(memoryview(self._rest[9 : 9 + length]))
            self._rest = self._rest[9 + length :]
            self._one(made)

    def _one(self, made: Any) -> None:
        heard = self.heard
        heard.kinds.append(type(made).__name__.removesuffix("Frame"))
        match made:
            case frames.SettingsFrame():
                if "ACK" not in made.flags:
                    self.send(settings(flags=1))
            case frames.PingFrame():
                heard.pings += 1
            case frames.GoAwayFrame():
                heard.gone, heard.last = ErrorCodes(made.error_code), made.last_stream_id
            case frames.HeadersFrame() | frames.DataFrame() | frames.RstStreamFrame():
                self._of(heard.streams.setdefault(made.stream_id, Came()), made)

    def _of(self, came: Came, made: Any) -> None:
        match made:
            case frames.HeadersFrame():
                came.headers += [(str(k), str(v)) for k, v in self._decoder.decode(made.data)]
            case frames.DataFrame():
                came.body += made.data
            case _:
                came.reset = ErrorCodes(made.error_code)
        came.ended |= "END_STREAM" in made.flags
