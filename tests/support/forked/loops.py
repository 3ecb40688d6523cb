"""How does a server end that runs a loop of its own? With every connection cut, and closed, before the loop is.

What a closed loop leaves open is told by the collector, as an unraisable warning of whichever test is then running.
"""

import asyncio
from typing import Any

_TURNS = 3


async def ended() -> None:
    """Cut the connections that the running loop still has: in the middle of a handshake, or closing with data unsent."""
    loop: Any = asyncio.get_running_loop()
    for transport in [*loop._transports.values()]:
        transport.abort()
    for _ in range(_TURNS):  # the loss is told in the next turn, and again by what is above (TLS)
        await asyncio.sleep(0)
