"""python -m vecgate.viewer.live: a read-only mitmweb of what all workers do now. No traffic goes through it.

The supervisor starts it for `vecgate run --web`. Workers send it what they wrote into their journals: masked, and
without credentials. It keeps the newest flows; whether it is there, slow or gone makes no difference to any request.
"""

import asyncio
import logging
import os
import secrets
import signal
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson
from mitmproxy import http, options
from mitmproxy.tools.web.master import WebMaster

from vecgate.background import Tasks
from vecgate.mitm.options import COLUMNS
from vecgate.processes.leash import Leash
from vecgate.recording.chain import Entry
from vecgate.recording.read import Conversation
from vecgate.refusals.errors import VecgateError
from vecgate.settings import file as settings_file
from vecgate.settings.listen import Listen
from vecgate.telemetry.feed import HEAD, LONGEST
from vecgate.viewer import contentviews
from vecgate.viewer.flows import flow_of
from vecgate.viewer.readonly import readonly_handlers

log = logging.getLogger(__name__)

CANNOT_START: Final = 78


def flow_from(item: dict[str, Any]) -> http.HTTPFlow:
    """The flow of one exchange as `telemetry.feed` tells of it. Raises KeyError, ValueError or TypeError."""
    times = [datetime.fromtimestamp(item[name], UTC).isoformat() for name in ("began", "ended")]
    body, exchange = dict(item["body"]), str(item["exchange"])
    entries = [Entry(n, at, str(item["code"]), exchange, body, None, "", "") for n, at in enumerate(times)]
    return flow_of(str(item["session"]), "unknown", Conversation(exchange, entries))


class Ring:
    """The newest `size` flows of a master; one that is told of again takes the place of what it was."""

    def __init__(self, master: Any, size: int) -> None:
        self._master, self._size = master, size
        self._flows: OrderedDict[str, http.HTTPFlow] = OrderedDict()

    async def put(self, flow: http.HTTPFlow) -> None:
        """Show it."""
        known = self._flows.get(flow.id)
        if known is not None:
            known.set_state(flow.get_state())
            self._master.view.update([known])
            return
        self._flows[flow.id] = flow
        await self._master.load_flow(flow)
        while len(self._flows) > self._size:
            self._master.view.remove([self._flows.popitem(last=False)[1]])


class Incoming:
    """The socket that workers write to, as an addon: it opens with mitmweb, and `ready` is called."""

    def __init__(self, path: Path, ring: Ring, ready: Callable[[], None]) -> None:
        self._path, self._ring, self._ready = path, ring, ready
        self._server: asyncio.Server | None = None

    async def running(self) -> None:
        """Listen."""
        self._path.unlink(missing_ok=True)  # a predecessor's
        self._server = await asyncio.start_unix_server(self._read, self._path)
        self._ready()

    def done(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, OSError):
            while True:
                size = int.from_bytes(await reader.readexactly(HEAD), "big")
                if size > LONGEST:
                    break
                await self._show(await reader.readexactly(size))
        writer.close()

    async def _show(self, raw: bytes) -> None:
        try:
            flow = flow_from(orjson.loads(raw))
        except (KeyError, ValueError, TypeError) as e:
            log.warning("an exchange cannot be shown: %s", type(e).__name__)
            return
        await self._ring.put(flow)


def _password(listen: Listen) -> str:
    if listen.web_password_file is None:
        return secrets.token_urlsafe(12)
    return listen.web_password_file.read_text("utf-8").strip()


def _address(listen: Listen, password: str) -> str:
    """What is printed. A password of ours is found nowhere else; one from a file is known, and this is a log."""
    address = f"http://{listen.web_host}:{listen.web_port}/"
    if listen.web_password_file is None:
        return f"{address}?token={password}"
    return f"{address} (the password is in {listen.web_password_file})"


async def serve(listen: Listen, feed: Path, leash: Leash, folder: str) -> None:
    """Serve until told to stop, or until the supervisor is gone. `folder` holds nothing of worth."""
    readonly_handlers()
    contentviews.register()
    master = WebMaster(options.Options(), with_termlog=False)
    password = _password(listen)
    url = _address(listen, password)
    master.addons.add(Incoming(feed, Ring(master, listen.web_flows), lambda: _ready(leash, url)))
    master.options.update(
        server=False, confdir=folder, web_host=listen.web_host, web_port=listen.web_port, web_password=password,
        web_open_browser=False, web_columns=list(COLUMNS),
    )  # fmt: skip
    loop, tasks = asyncio.get_running_loop(), Tasks()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, master.shutdown)
    tasks.start(_watch(leash, master), "watch the supervisor")
    try:
        await master.run()
    finally:
        await tasks.close()


async def _watch(leash: Leash, master: WebMaster) -> None:
    await leash.ended()
    master.shutdown()


def _ready(leash: Leash, url: str) -> None:
    print(f"mitmweb: {url}", flush=True)  # noqa: T201 - where a person finds it
    leash.ready()


def main() -> int:
    """The viewer's exit code."""
    try:
        leash = Leash.take()
        listen = settings_file.from_environment().listen
        with tempfile.TemporaryDirectory(prefix="vecgate-viewer-") as folder:
            asyncio.run(serve(listen, Path(leash.told["feed"]), leash, folder))
    except VecgateError as e:
        print(f"vecgate: viewer: {e}", file=sys.stderr)  # noqa: T201 - there is no log yet
        return CANNOT_START
    except OSError as e:
        print(f"vecgate: viewer: {e.strerror or os.strerror(e.errno or 0)}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
