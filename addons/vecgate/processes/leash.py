"""What was this process told by its supervisor, and is that one still there? Standard input says both.

It is one end of a socket pair. The supervisor writes one line of JSON; this side answers `ready` once; and the end
of the supervisor, however it came about, is the end of the line. So no worker outlives it.
"""

import asyncio
import json
import os
import socket
from typing import Any, Final, Self

from vecgate.refusals.errors import Part, Unavailable

READY: Final = b"ready\n"
_LONGEST: Final = 64 * 1024
_SECONDS: Final = 30.0


class Leash:
    """This process's end. `told` is what the supervisor said."""

    def __init__(self, line: socket.socket, told: dict[str, Any]) -> None:
        self._line = line
        self.told = told

    @classmethod
    def take(cls) -> Self:
        """Take it off standard input, which is empty from then on. Raises Unavailable when it is no such line."""
        problem = Unavailable(Part.SUPERVISOR, "this is started by 'vecgate run'")
        try:
            line = socket.socket(fileno=os.dup(0))
        except OSError as e:
            raise problem from e
        try:
            line.settimeout(_SECONDS)
            told = json.loads(_first_line(line))
        except (OSError, ValueError) as e:
            line.close()
            raise problem from e
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)  # processes started from here must not hold the line open
        os.close(nothing)
        return cls(line, told)

    def ready(self) -> None:
        """Tell that the work has begun. Nobody may be there to hear it."""
        try:
            self._line.sendall(READY)
        except OSError:
            return

    async def ended(self) -> None:
        """Return when the supervisor is gone."""
        self._line.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_recv(self._line, 1)
        except OSError:
            return

    def close(self) -> None:
        """Let go of it."""
        self._line.close()


def _first_line(line: socket.socket) -> bytes:
    read = b""
    while not read.endswith(b"\n"):
        more = line.recv(4096)
        if not more or len(read) > _LONGEST:
            raise ValueError("no whole line")
        read += more
    return read
