"""python -m demo.qdrant_edge_shim: serves a folder of collections until told to end; `--routes` prints its table."""

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
from pathlib import Path

from aiohttp import web

from demo.qdrant_edge_shim.access import Keys
from demo.qdrant_edge_shim.routes import ROUTES
from demo.qdrant_edge_shim.server import Server
from demo.qdrant_edge_shim.store import Store

#: Keys are read from the environment: a command line is everybody's to see.
KEYS = ("QDRANT_API_KEY", "QDRANT_ALT_API_KEY", "QDRANT_READ_ONLY_API_KEY")


def _socket(listen: str) -> socket.socket:
    if not listen.startswith("/"):
        host, _, port = listen.rpartition(":")
        return socket.create_server((host, int(port)), backlog=256)
    Path(listen).unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX)
    mask = os.umask(0o177)
    try:
        made.bind(listen)
    finally:
        os.umask(mask)
    made.listen(256)
    return made


async def _serve(store: Store, keys: Keys, listen: str) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    server = web.Server(
        Server(store, keys).handle, access_log=None, auto_decompress=False, max_line_size=65536, max_field_size=131072
    )
    runner = web.ServerRunner(server, shutdown_timeout=2)
    await runner.setup()
    try:
        await web.SockSite(runner, _socket(listen)).start()
        await ended.wait()
    finally:
        await runner.cleanup()
        store.close()


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        "qdrant (edge shim)", description="Qdrant's REST API over its engine as a library."
    )
    parser.add_argument("--folder", type=Path, help="where collections are kept")
    parser.add_argument("--listen", default="127.0.0.1:6333", help="HOST:PORT, or the path of a socket")
    parser.add_argument("--durable", action="store_true", help="each write outlives a crash")
    parser.add_argument(
        "--routes", action="store_true", help="print which routes the engine answers, and which the shim"
    )
    told = parser.parse_args()
    if told.routes:
        json.dump(
            [{"method": r.method, "path": r.path, "answered_by": r.answered_by} for r in ROUTES], sys.stdout, indent=1
        )
        return 0
    api_key, alternative, read_only = (os.environ.get(name, "") for name in KEYS)
    asyncio.run(_serve(Store(told.folder, durable=told.durable), Keys(api_key, alternative, read_only), told.listen))
    return 0


if __name__ == "__main__":
    sys.exit(main())
