"""How do several workers listen on one port? The kernel hands each connection to one of them (SO_REUSEPORT).

mitmproxy also opens a UDP socket for HTTP/3 beside every HTTPS port, whatever the option says; here there is none.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any, Final

from mitmproxy.proxy.mode_servers import AsyncioServerInstance

from vecgate.mitm import patched
from vecgate.refusals.errors import SettingsError

BACKLOG: Final = 1024


def _listen(shared: bool) -> Callable[[AsyncioServerInstance[Any], str, int], Awaitable[list[asyncio.Server]]]:
    async def listen(self: AsyncioServerInstance[Any], host: str, port: int) -> list[asyncio.Server]:
        # None, not False: asyncio refuses the word where the system does not know it.
        reuse = True if shared else None
        return [await asyncio.start_server(self.handle_stream, host, port, reuse_port=reuse, backlog=BACKLOG)]

    return listen


def own(*, shared: bool) -> None:
    """Replace how mitmproxy listens, in this process. Raises SettingsError where it cannot be done."""
    patched.check("ports")
    if shared and not hasattr(socket, "SO_REUSEPORT"):
        raise SettingsError(["this system cannot share a port between workers: use --workers 1"])
    patched.replace(AsyncioServerInstance, "listen", _listen(shared))
