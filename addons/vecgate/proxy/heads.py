"""May mitmproxy read this request head? Not one that begins with an empty line, nor one that never ends.

mitmproxy reads a head without a bound, and after a leading empty line it waits for bytes that do not come
(RFC 9112 section 2.2 lets a server ignore it; nothing that officially speaks to a database sends one).
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from mitmproxy.proxy import commands, events
from mitmproxy.proxy.layers.http import _http1

from vecgate.proxy.shut import last_answer
from vecgate.refusals import refuse

_END: Final = re.compile(rb"\n\r?\n")
_original: Final = _http1.Http1Server.read_headers


def problem(received: bytes, limit: int) -> str | None:
    """Why the bytes at the start of a request are not read any further, or None."""
    if received[:1] in (b"\r", b"\n"):
        return "it begins with an empty line"
    end = _END.search(received, 0, limit)
    return f"its head is longer than {limit} bytes" if end is None and len(received) >= limit else None


def _guarded(limit: int) -> Callable[..., Iterator[Any]]:
    def read_headers(self: _http1.Http1Server, event: events.ConnectionEvent) -> Iterator[Any]:
        found = problem(bytes(self.buf), limit) if isinstance(event, events.DataReceived) else None
        if found is None:
            yield from _original(self, event)
            return
        refusal = refuse("protocol.invalid", detail=found)
        yield commands.SendData(self.conn, last_answer(refusal, refusal.status))
        yield commands.CloseConnection(self.conn)
        self.state = self.done

    return read_headers


def guard(limit: int) -> None:
    """Bound every head from now on to so many bytes, for the life of this process or until the next call."""
    setattr(_http1.Http1Server, "read_headers", _guarded(limit))
