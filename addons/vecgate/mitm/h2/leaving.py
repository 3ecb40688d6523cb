"""What becomes of what is under way once its client says farewell (GOAWAY)? It is answered (RFC 9113 section 6.8).

Node's `session.close()` says so first, whatever it still waits for. But nobody is asked for a yes to a call of a client
that is about to go, and whoever ends for an error waits for nothing.
"""

from typing import Any

import h2.events
from h2.errors import ErrorCodes

from vecgate.mitm.carried import TERMS
from vecgate.mitm.h2.connection import Http2
from vecgate.mitm.h2.stream import Stream


class Http2Leaving(Http2):
    """A connection whose client may say farewell."""

    _is_left = False

    def _other(self, event: Any, stream: Stream | None) -> None:
        if isinstance(event, h2.events.ConnectionTerminated) and event.error_code == ErrorCodes.NO_ERROR:
            self._ends = self._is_left = True
            self._leave_held()
            if not self._streams:
                self._close()
        else:
            super()._other(event, stream)

    def _look(self) -> None:
        if self._is_left:
            self._leave_held()
        super()._look()

    def _leave_held(self) -> None:
        for stream in list(self._streams.values()):
            if self._is_held(stream):
                self._lose(stream)

    def _is_held(self, stream: Stream) -> bool:
        return not stream.is_answered and TERMS.held(stream.carried.flow)
