"""What did a database answer, and where does its answer end? HTTP/1.1 in one reading, without a socket.

Anything that two readers could take differently (RFC 9112 section 11.2) is an error: what was executed is then not
known. Interim answers are skipped, an answer that switches protocols is an error, trailers are dropped.
"""

import re
from collections.abc import Callable
from typing import Final

HEAD_BYTES: Final = 32 * 1024
LINE_BYTES: Final = 1024

_STATUS: Final = re.compile(rb"HTTP/1\.([01]) ([1-5][0-9]{2})(?: [\t\x20-\x7e\x80-\xff]*+)?(?=\r\n)")
_FIELD: Final = re.compile(rb"\r\n([!#$%&'*+.^_`|~0-9A-Za-z-]++):[ \t]*+([\t\x20-\x7e\x80-\xff]*+)(?=\r\n)")
_LENGTH: Final = re.compile(rb"[0-9]{1,18}")
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*+(?:;[\t\x20-\x7e\x80-\xff]*+)?")
_NO_BODY: Final = frozenset({204, 304})
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]++")
_VALUE: Final = re.compile(r"[\t\x20-\x7e]*+")
_TARGET: Final = re.compile(r"/[\x21-\x7e]*+")


class NotHttp(ValueError):
    """An answer with no reading, or with more than one. The message never quotes it."""


class TooLarge(ValueError):
    """The body is over the bound."""


def request(method: str, target: str, headers: tuple[tuple[str, str], ...], body: bytes) -> bytes:
    """A whole request. Raises ValueError for a part that could be read as another part, or as another request."""
    if not _NAME.fullmatch(method) or not _TARGET.fullmatch(target):
        raise ValueError("not a method and a target")
    lines = [f"{method} {target} HTTP/1.1"]
    for name, value in headers:
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise ValueError("not a header")
        lines.append(f"{name}: {value}")
    if body or method in ("POST", "PUT", "PATCH"):  # RFC 9110 section 8.6
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


class Reader:
    """One answer, as its bytes come in. `limit` bounds its body, in bytes; memory is taken for what has come only."""

    def __init__(self, method: str, limit: int) -> None:
        self.status = 0
        self.done = False
        self.again = False  # whether the connection may carry another request
        self._is_head, self._limit = method == "HEAD", limit
        self._fields: dict[bytes, list[bytes]] = {}
        self._rest = bytearray()
        self._body = bytearray()
        self._wanted = 0
        self._next: Callable[[], bool] = self._read_head

    @property
    def body(self) -> bytes:
        """What has come of it."""
        return bytes(self._body)

    def values(self, name: bytes) -> list[str]:
        """The values of a header, given in lower case."""
        return [value.decode("latin-1") for value in self._fields.get(name, ())]

    def feed(self, data: bytes) -> None:
        """Take what came next. Raises NotHttp or TooLarge; nothing may be fed after that."""
        if self.done:
            self.again = False  # nobody asked for it
            return
        self._rest += data
        while self._next():
            pass

    def end(self) -> None:
        """Nothing more comes. Raises NotHttp unless that is how the answer ends."""
        if not self.done and self._next != self._read_all:
            raise NotHttp("cut off")
        self.done = True

    def _finish(self) -> bool:
        if self._rest:
            raise NotHttp("something behind it")
        self.done = True
        return False

    def _line(self, end: bytes, most: int) -> bytes | None:
        """What is there up to `end`, with it; None: more has to come."""
        at = self._rest.find(end)
        if at > most or (at < 0 and len(self._rest) > most):
            raise NotHttp("a line or a head is too long")
        if at < 0:
            return None
        line = bytes(self._rest[: at + len(end)])
        del self._rest[: at + len(end)]
        return line

    def _read_head(self) -> bool:
        head = self._line(b"\r\n\r\n", HEAD_BYTES)
        if head is None:
            return False
        first = _STATUS.match(head)
        if first is None:
            raise NotHttp("no status line")
        fields = _FIELD.findall(head, first.end())
        if len(fields) != head.count(b"\r\n") - 2 or head.count(b"\n") != head.count(b"\r\n"):
            raise NotHttp("a header that is none")
        self.status = int(first[2])
        if self.status == 101:
            raise NotHttp("another protocol")
        if self.status >= 200:
            self._fields = {}
            for name, value in fields:
                self._fields.setdefault(name.lower(), []).append(value.rstrip())
            return self._begin_body(first[1] == b"1")
        return True

    def _begin_body(self, is_current: bool) -> bool:
        coding, length = self._fields.get(b"transfer-encoding"), self._fields.get(b"content-length")
        if coding is not None and (length is not None or not is_current or [v.lower() for v in coding] != [b"chunked"]):
            raise NotHttp("no one way to tell its length")
        if length is not None and (len(length) > 1 or not _LENGTH.fullmatch(length[0])):
            raise NotHttp("no one length")
        options = b",".join(self._fields.get(b"connection", ())).lower().split(b",")
        self.again = is_current and b"close" not in (option.strip() for option in options)
        if self._is_head or self.status in _NO_BODY:
            return self._finish()
        if coding is not None:
            self._next = self._read_size
        elif length is not None:
            self._expect(int(length[0]))
            self._next = self._read_length
        else:
            self.again, self._next = False, self._read_all
        return True

    def _expect(self, more: int) -> None:
        self._wanted = more
        if len(self._body) + more > self._limit:
            raise TooLarge("over the bound")

    def _take(self) -> None:
        taken = self._rest[: self._wanted]
        self._body += taken
        self._wanted -= len(taken)
        del self._rest[: len(taken)]

    def _read_length(self) -> bool:
        self._take()
        return self._finish() if self._wanted == 0 else False

    def _read_all(self) -> bool:
        self._expect(len(self._rest))
        self._take()
        return False

    def _read_size(self) -> bool:
        line = self._line(b"\r\n", LINE_BYTES)
        if line is None:
            return False
        found = _CHUNK.fullmatch(line, 0, len(line) - 2)
        if found is None:
            raise NotHttp("a chunk without a size")
        self._expect(int(found[1], 16))
        self._next = self._read_chunk if self._wanted else self._read_trailer
        return True

    def _read_chunk(self) -> bool:
        self._take()
        if self._wanted or len(self._rest) < 2:
            return False
        if self._rest[:2] != b"\r\n":
            raise NotHttp("a chunk that does not end")
        del self._rest[:2]
        self._next = self._read_size
        return True

    def _read_trailer(self) -> bool:
        line = self._line(b"\r\n", HEAD_BYTES)
        if line is None:
            return False
        return self._finish() if line == b"\r\n" else True
