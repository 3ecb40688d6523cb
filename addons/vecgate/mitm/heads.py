"""May mitmproxy read this request head? Not one that begins with an empty line, nor one that never ends.

mitmproxy reads a head without a bound, and after a leading empty line it waits for bytes that do not come
(RFC 9112 section 2.2 lets a server ignore it; nothing that officially speaks to a database sends one). It also takes
a lone line feed for the end of a line, any white space for the spaces of the request line, and strips carriage returns
and vertical tabs off values (RFC 9112 sections 2.2 and 3 allow some of it, and servers differ): afterwards nobody
could tell.
"""

import re
from typing import Final

_END: Final = re.compile(rb"\n\r?\n")
_LONE: Final = re.compile(rb"(?<!\r)\n|\r(?!\n)|[\v\f]")
_REQUEST_LINE: Final = re.compile(rb"[^ \t\v\f\r\n]+(?: [^ \t\v\f\r\n]+)*\r\n")


def problem(received: bytes, limit: int) -> str | None:
    """Why the bytes at the start of a request are not read any further, or None."""
    if received[:1] in (b"\r", b"\n"):
        return "it begins with an empty line"
    end = _END.search(received, 0, limit)
    if end is None:
        return f"its head is longer than {limit} bytes" if len(received) >= limit else None
    if _LONE.search(received, 0, end.end()):
        return "its head has line ends or vertical white space of another form than CR LF"
    if not _REQUEST_LINE.match(received):
        return "its first line has other white space than single spaces"
    return None
