"""How does one look at a recorded session? In a read-only mitmweb of its own, that no traffic goes through."""

import asyncio
import signal
import socket
import tempfile
from collections.abc import Callable

from mitmproxy import ctx, http, options
from mitmproxy.tools.web.master import WebMaster

from vecgate.mitm.options import COLUMNS
from vecgate.recording.read import Recorded
from vecgate.refusals.errors import Part, Unavailable
from vecgate.viewer import contentviews
from vecgate.viewer.flows import flows_of
from vecgate.viewer.readonly import readonly_handlers

HOST = "127.0.0.1"


class _Feed:
    """Loads the flows once mitmweb listens, then says where."""

    def __init__(self, flows: list[http.HTTPFlow], ready: Callable[[str], None]) -> None:
        self._flows = flows
        self._ready = ready

    async def running(self) -> None:
        for flow in self._flows:
            await ctx.master.load_flow(flow)
        master = ctx.master
        if isinstance(master, WebMaster):
            self._ready(master.web_url)


def free_port() -> int:
    """A port of the loopback address that nobody listens on now."""
    with socket.socket() as s:
        s.bind((HOST, 0))
        return int(s.getsockname()[1])


def show(recorded: Recorded, *, port: int, browser: bool, ready: Callable[[str], None]) -> None:
    """Serve one session until the process is told to stop. `ready` gets the address, with its one-time password.

    Port 0 takes a free one. Raises Unavailable('viewer') when the port is taken.
    """
    readonly_handlers()
    contentviews.register()
    with tempfile.TemporaryDirectory(prefix="vecgate-viewer-") as folder:
        try:
            asyncio.run(_serve(_Feed(flows_of(recorded), ready), port or free_port(), browser, folder))
        except OSError as e:
            raise Unavailable(Part.VIEWER, e.strerror or "cannot listen") from e


async def _serve(feed: _Feed, port: int, browser: bool, folder: str) -> None:
    master = WebMaster(options.Options(), with_termlog=False)
    master.addons.add(feed)
    master.options.update(
        server=False, confdir=folder, web_host=HOST, web_port=port, web_open_browser=browser, web_columns=list(COLUMNS)
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, master.shutdown)
    await master.run()
