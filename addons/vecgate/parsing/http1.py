"""What did a database answer, and where does its answer end? HTTP/1.1 in one reading, without a socket.

Anything that two readers could take differently (RFC 9112 section 11.2) is an error: what was executed is then not
known. Interim answers are skipped, an answer that switches protocols is an error, trailers are dropped.
"""

import re
from typing import Final

from vecgate.parsing.framing import Message, NotHttp

HEAD_BYTES: Final = 32 * 1024

_STATUS: Final = re.compile(rb"HTTP/1\.([01]) ([1-5][0-9]{2})(?: [\t\x20-\x7e\x80-\xff]*+)?(?=\r\n)")
_NO_BODY: Final = frozenset({204, 304})
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]++")
_VALUE: Final = re.compile(r"[\t\x20-\x7e]*+")
_TARGET: Final = re.compile(r"/[\x21-\x7e]*+")


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


def _nothing() -> bool:
    """More is not read."""
    return False


class Reader(Message):
    """One answer. `limit` bounds its body, in bytes; `again`: the connection may carry another request."""

    def __init__(self, method: str, limit: int) -> None:
        super().__init__(limit)
        self.status = 0
        self.done = False
        self._is_head = method == "HEAD"
        self._next = self._read_head

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
        self.done, self._next = True, _nothing

    def _finish(self) -> bool:
        if self._rest:
            raise NotHttp("something behind it")
        self.done, self._next = True, _nothing  # or it would refer to itself, and its body stay for long
        return False

    def _read_head(self) -> bool:
        head = self._line(b"\r\n\r\n", HEAD_BYTES)
        if head is None:
            return False
        first = _STATUS.match(head)
        if first is None:
            raise NotHttp("no status line")
        self._read_fields(head, first.end())
        self.status = int(first[2])
        if self.status == 101:
            raise NotHttp("another protocol")
        if self.status < 200:  # the answer is still to come
            self._fields = {}
            return True
        told = self._told(first[1] == b"1")
        if self._is_head or self.status in _NO_BODY:
            return self._finish()
        if told is None:
            self.again, self._next = False, self._read_all
            return True
        return self._begin(told)

    def _read_all(self) -> bool:
        self._expect(len(self._rest))
        self._take()
        return False

    def _read_trailer(self) -> bool:
        line = self._line(b"\r\n", HEAD_BYTES)
        if line is None:
            return False
        return self._finish() if line == b"\r\n" else True
