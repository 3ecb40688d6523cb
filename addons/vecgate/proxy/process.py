"""How does vecgate run as a process of its own? A small Master with only what the path needs, or mitmweb around it.

`-s` scripts are for one person at a desk; this is what operators start. The path is loaded from
`gateway.py`, the same list, without mitmproxy's script loader: nothing at run time can unload it.
"""

import asyncio
import importlib
import io
import logging
import secrets
import signal
import sys
from collections.abc import Sequence
from typing import Any, Final, Literal

from mitmproxy import http, master, options
from mitmproxy.addons import core, disable_h2c, errorcheck, next_layer, proxyserver, termlog, tlsconfig
from mitmproxy.tools.web.master import WebMaster

from vecgate.mitmweb import contentviews
from vecgate.mitmweb.readonly import readonly_handlers
from vecgate.proxy import options as fixed
from vecgate.proxy.dispatch import Dispatcher
from vecgate.proxy.door import DOORKEEPER
from vecgate.settings import Settings
from vecgate.telemetry.logs import JsonLines
from vecgate.upstreams import REVERSE_SUFFIX

type Mode = Literal["transparent", "reverse", "regular"]
FLOWS_SHOWN: Final = 500


def mode_specs(mode: Mode, settings: Settings) -> list[str]:
    """mitmproxy's `mode` values. Reverse mode takes one port per upstream, counting up from `listen.port`."""
    host, port = settings.listen.host, settings.listen.port
    if mode != "reverse":
        return [f"{mode}@{host}:{port}"]
    return [
        f"reverse:https://{name}{REVERSE_SUFFIX}@{host}:{port + i}" for i, name in enumerate(sorted(settings.upstreams))
    ]


def _quiet() -> None:
    # INFO lines of a proxy repeat what clients send; warnings and our own words are enough.
    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger("vecgate").setLevel(logging.INFO)


def _addons() -> list[Any]:
    return list(importlib.import_module("gateway").addons)


class Ring:
    """mitmweb keeps every flow for ever; this keeps the newest, so that memory stays flat."""

    def __init__(self, view: Any, size: int) -> None:
        self._view = view
        self._size = size

    def response(self, flow: Any) -> None:
        """Forget finished flows beyond the size."""
        over = len(self._view) - self._size
        if over > 0:
            self._view.remove([f for f in list(self._view)[:over] if not f.live])


class TrimmedMaster(master.Master):
    """A Master with the proxy core only: no scripts, no replay, no sticky cookies; hooks from a table."""

    def __init__(self, opts: options.Options) -> None:
        super().__init__(opts)
        self._legacy_log_events.uninstall()  # every log line would be an event of its own
        # A type check of each field of each message, for mitmproxy's developers: a tenth of a small request.
        setattr(http.MessageData, "__post_init__", lambda _: None)
        self.addons = Dispatcher(self)


def plain_master(opts: options.Options) -> master.Master:
    """The master without mitmweb."""
    found = TrimmedMaster(opts)
    found.addons.add(
        termlog.TermLog(),
        core.Core(),
        disable_h2c.DisableH2C(),
        proxyserver.Proxyserver(),
        next_layer.NextLayer(),
        tlsconfig.TlsConfig(),
        errorcheck.ErrorCheck(),
    )
    return found


def web_master(opts: options.Options, settings: Settings) -> tuple[WebMaster, str]:
    """mitmweb, read-only, and its password."""
    readonly_handlers()
    contentviews.register()
    file = settings.listen.web_password_file
    password = file.read_text("utf-8").strip() if file else secrets.token_urlsafe(12)
    found = WebMaster(opts)
    found.options.update(
        web_host=settings.listen.web_host,
        web_port=settings.listen.web_port,
        web_open_browser=False,
        web_password=password,
        web_columns=["icon", "method", "path", "status", "comment", "size", "timestamp"],
    )
    found.addons.add(Ring(found.view, FLOWS_SHOWN))
    return found, password


async def serve(mode: Mode, settings: Settings, *, web: bool) -> None:
    """Run until SIGINT or SIGTERM."""
    opts = options.Options()
    found: master.Master
    if web:
        found, password = web_master(opts, settings)
        print(f"mitmweb: http://{settings.listen.web_host}:{settings.listen.web_port}/?token={password}", flush=True)  # noqa: T201
    else:
        found = plain_master(opts)
    if settings.telemetry.json_logs:
        found.addons.get("termlog").logger.setFormatter(JsonLines())
    found.addons.chain.insert(0, found.addons.register(DOORKEEPER))
    path = _addons()
    found.addons.add(*path)
    _quiet()
    found.options.update(
        mode=mode_specs(mode, settings),
        confdir=str(settings.listen.certificate_folder),
        **{name: value for name, value in fixed.FIXED.items() if name in found.options},
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, found.shutdown)
    try:
        await found.run()
    finally:  # in order: asyncio would only cancel what still runs, and journals would end without an end
        await path[0].closed()


def run(mode: Mode, settings: Settings, *, web: bool = False) -> None:
    """Run the gateway in this process."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # the log goes there: in a file, too, each line counts at once
    asyncio.run(serve(mode, settings, web=web))


__all__: Sequence[str] = ["mode_specs", "run", "serve"]
