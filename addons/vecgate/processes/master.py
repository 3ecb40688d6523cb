"""How does vecgate run as a process of its own? A small Master with only what the path needs.

`-s` scripts are for one person at a desk; this is what operators start. The path is loaded from
`gateway.py`, the same list, without mitmproxy's script loader: nothing at run time can unload it.
"""

import asyncio
import gc
import importlib
import io
import logging
import signal
import sys
from collections.abc import Sequence
from typing import Any, Final, Literal

from mitmproxy import master, options
from mitmproxy.addons import core, errorcheck, next_layer, proxyserver, termlog

from vecgate.egress.upstreams import REVERSE_SUFFIX
from vecgate.mitm import lean
from vecgate.mitm import options as fixed
from vecgate.mitm.client_tls import ClientTls
from vecgate.mitm.dispatch import Dispatcher
from vecgate.mitm.door import DOORKEEPER
from vecgate.processes import greeting, ports
from vecgate.processes.authority import alone_with
from vecgate.processes.drain import Drain
from vecgate.processes.leash import Leash
from vecgate.processes.service import Service
from vecgate.settings.file import Settings
from vecgate.state.worker_number import here
from vecgate.telemetry.logs import JsonLines

type Mode = Literal["transparent", "reverse", "regular"]
OK: Final = 0
FAILED: Final = 1
#: New objects before Python looks for cycles among them, and how often it then looks at older ones too. Nobody else
#: runs while it does: 40,000 young ones at a time take some 10 ms, 400,000 ten times that.
_GARBAGE: Final = (10_000, 3, 220)


def mode_specs(mode: Mode, settings: Settings, worker: int = 0) -> list[str]:
    """mitmproxy's `mode` values. Reverse mode takes one port per upstream, counting up from `listen.port`.

    In transparent mode worker N adds N to the port: the firewall spreads the connections.
    """
    host, port = settings.listen.host, settings.listen.port
    if mode == "transparent":
        return [f"{mode}@{host}:{port + worker}"]
    if mode == "regular":
        return [f"{mode}@{host}:{port}"]
    return [
        f"reverse:https://{name}{REVERSE_SUFFIX}@{host}:{port + i}" for i, name in enumerate(sorted(settings.upstreams))
    ]


def _quiet() -> None:
    # INFO lines of a proxy repeat what clients send; warnings and our own words are enough.
    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger("vecgate").setLevel(logging.INFO)


def spare_the_old() -> None:
    """Let Python look for garbage less often, and never in what is there now."""
    # What was made up to now stays until the end: looking through it again and again is the largest part of such work.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)


def _addons() -> list[Any]:
    return list(importlib.import_module("gateway").addons)


class TrimmedMaster(master.Master):
    """A Master with the proxy core only: no scripts, no replay, no sticky cookies; hooks from a table."""

    def __init__(self, opts: options.Options) -> None:
        super().__init__(opts)
        self._legacy_log_events.uninstall()  # every log line would be an event of its own
        lean.trim()
        self.addons = Dispatcher(self)


def plain_master(opts: options.Options) -> master.Master:
    """The master, with mitmproxy's part of it."""
    found = TrimmedMaster(opts)
    found.addons.add(
        termlog.TermLog(),
        core.Core(),
        proxyserver.Proxyserver(),
        next_layer.NextLayer(),
        ClientTls(),
        errorcheck.ErrorCheck(),
    )
    return found


async def serve(mode: Mode, settings: Settings, leash: Leash | None = None) -> int:
    """Run until SIGINT or SIGTERM, or until the supervisor is gone; the exit code.

    One of several workers (`leash`) listens only once it can serve: the others take the connections meanwhile.
    """
    found = plain_master(options.Options())
    if settings.telemetry.json_logs:
        found.addons.get("termlog").logger.setFormatter(JsonLines())
    found.addons.chain.insert(0, found.addons.register(DOORKEEPER))
    path = _addons()
    drain = Drain(settings.listen.drain, lambda: len(DOORKEEPER.clients.talks))
    service = Service(found, drain, mode, settings, leash)
    found.addons.add(lean.ClientSideOnly(), *path, drain, service)
    _quiet()
    ports.own(shared=leash is not None and here().count > 1 and mode != "transparent")
    with alone_with(settings.listen.certificate_folder):
        found.options.update(confdir=str(settings.listen.certificate_folder))
    found.options.update(
        mode=mode_specs(mode, settings, here().index),
        server=leash is None,
        **{name: value for name, value in fixed.FIXED.items() if name in found.options},
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, service.stop)
    spare_the_old()
    try:
        await found.run()
    finally:  # in order: asyncio would only cancel what still runs, and journals would end without an end
        await service.closed()
        await path[0].closed()
    return FAILED if service.failed else OK


def run(mode: Mode, settings: Settings, *, leash: Leash | None = None) -> int:
    """Run the gateway, or one worker of it, in this process; the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # the log goes there: in a file, too, each line counts at once
    return asyncio.run(serve(mode, greeting.placed(mode, settings), leash))


__all__: Sequence[str] = ["mode_specs", "run", "serve"]
