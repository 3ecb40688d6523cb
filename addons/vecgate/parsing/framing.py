"""Where does an HTTP/1.1 message end? Its head and its body in one reading, for requests and for answers alike.

Anything that two readers could take differently (RFC 9112 section 11.2) is an error. No socket, no I/O: `http1.py`
reads what a database answers with it, `talk.py` what a client asks.
"""

import re
from collections.abc import Callable
from typing import Final

#: The line before a chunk: its size, and what nobody needs (CVE-2023-39326).
LINE_BYTES: Final = 1024
CHUNKED: Final = -1
#: A body of more bytes is large: one of so many is read, parsed and masked within some milliseconds.
LARGE: Final = 256 * 1024
#: What does not say how long it is is taken for so large a part of the largest, once it is large.
UNTOLD: Final = 4

_FIELD: Final = re.compile(rb"\r\n([!#$%&'*+.^_`|~0-9A-Za-z-]++):[ \t]*+([\t\x20-\x7e\x80-\xff]*+)(?=\r\n)")
_LENGTH: Final = re.compile(rb"0|[1-9][0-9]{0,17}")
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,8})(?:;[\t\x20-\x7e\x80-\xff]*+|[ \t]*+)")


class NotHttp(ValueError):
    """A message with no reading, or with more than one. The words never quote it."""


class TooLarge(ValueError):
    """The body is over the bound."""


class Message:
    """One message, as its bytes come in. `limit` bounds its body, in bytes; memory is taken for what has come only.

    Each state is a method that reads what it can, and says whether to go on with the next one at once.
    """

    def __init__(self, limit: int) -> None:
        self.again = False  # whether the connection may carry another one
        self._limit = limit
        self._fields: dict[bytes, list[bytes]] = {}
        self._rest = bytearray()
        self._body = bytearray()
        self._looked = 0  # up to where the end of a line was looked for: byte by byte it takes no longer than at once
        self._wanted = 0
        self._next: Callable[[], bool]

    @property
    def size(self) -> int:
        """How many bytes its body has, or will have; a guess where its head does not say it, and it is large."""
        told = len(self._body) + self._wanted
        is_told = self._next == self._read_length and b"content-encoding" not in self._fields
        return told if is_told or told <= LARGE else max(told, self._limit // UNTOLD)

    def _line(self, end: bytes, most: int) -> bytes | None:
        """What is there up to `end`, with it; None: more has to come."""
        at = self._end_of(end, most + len(end))
        if at < 0 and len(self._rest) > most:
            raise NotHttp("a line or a head is too long")
        return None if at < 0 else self._cut(at)

    def _end_of(self, end: bytes, most: int) -> int:
        """Where what is there ends with `end`, in its first `most` bytes; -1: it is not there, or not yet."""
        at = self._rest.find(end, max(self._looked - len(end) + 1, 0), most)
        self._looked = 0 if at >= 0 else len(self._rest)
        return at + len(end) if at >= 0 else -1

    def _cut(self, length: int) -> bytes:
        cut = bytes(self._rest[:length])
        del self._rest[:length]
        return cut

    def _read_fields(self, head: bytes, start: int) -> list[tuple[bytes, bytes]]:
        """The headers of a whole head, as they stand, behind its first line; `_fields` has them by their names."""
        found = _FIELD.findall(head, start)
        if len(found) != head.count(b"\r\n") - 2 or head.count(b"\n") != len(found) + 2:
            raise NotHttp("a header that is none")
        fields = [(name, value.rstrip(b" \t")) for name, value in found]
        by_name: dict[bytes, list[bytes]] = {}
        for name, value in fields:
            by_name.setdefault(name.lower(), []).append(value)
        self._fields = by_name
        return fields

    def _told(self, is_current: bool) -> int | None:
        """How long the head says that the body is; CHUNKED: in chunks, None: nothing is said."""
        coding, length = self._fields.get(b"transfer-encoding"), self._fields.get(b"content-length")
        if coding is not None and (length is not None or not is_current or [v.lower() for v in coding] != [b"chunked"]):
            raise NotHttp("no one way to tell its length")
        if length is not None and (len(length) > 1 or not _LENGTH.fullmatch(length[0])):
            raise NotHttp("no one length")
        options = b",".join(self._fields.get(b"connection", ())).lower().split(b",")
        self.again = is_current and b"close" not in (option.strip(b" \t") for option in options)
        return CHUNKED if coding is not None else None if length is None else int(length[0])

    def _begin(self, told: int) -> bool:
        self._next = self._read_size if told == CHUNKED else self._read_length
        self._expect(max(told, 0))
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

    def _finish(self) -> bool:
        raise NotImplementedError

    def _read_length(self) -> bool:
        self._take()
        return self._finish() if self._wanted == 0 else False

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
        raise NotImplementedError
