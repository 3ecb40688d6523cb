"""Where is what people open in a browser served (listens)? Over TLS, behind a TLS front, or to this machine only."""

import argparse
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.types import ASGIApp

from vecgate.refusals.errors import SettingsError
from vecgate.settings.addresses import is_loopback

if TYPE_CHECKING:
    import uvicorn


def register(parser: argparse.ArgumentParser, port: int) -> None:
    """The options of a command that serves. `port`: where it listens, if nobody says."""
    parser.add_argument("--host", default="127.0.0.1", help="address it listens on")
    parser.add_argument("--port", type=int, default=port, help="port it listens on")
    parser.add_argument("--certificate", metavar="FILE", help="certificate (PEM) to serve TLS with")
    parser.add_argument("--key", metavar="FILE", help="its private key (PEM)")


def check(args: argparse.Namespace) -> None:
    """Raises SettingsError where others would reach it without TLS."""
    if args.certificate is None and not is_loopback(args.host):
        raise SettingsError([f"--host {args.host}: others reach it there; give --certificate and --key, too"])


def serve(
    app: ASGIApp,
    args: argparse.Namespace,
    *,
    front: str = "",
    begun: Callable[[Callable[[], bool]], None] = lambda _: None,
) -> None:
    """Serve until it is stopped. `front`: whose X-Forwarded-For tells who comes; nobody's, where it is empty.

    `begun` is given, before anybody is served, what tells whether it is being stopped.
    """
    import uvicorn  # only what serves needs it

    server = uvicorn.Server(config(app, args, front))
    begun(lambda: server.should_exit)
    with contextlib.suppress(KeyboardInterrupt):  # by which it was ended
        server.run()


def config(app: ASGIApp, args: argparse.Namespace, front: str = "") -> "uvicorn.Config":
    """How it is served: bounded, without a word of who serves it, and nobody is believed about where they come from."""
    import uvicorn

    return uvicorn.Config(
        app,
        host=args.host,
        port=args.port,
        ssl_certfile=args.certificate,
        ssl_keyfile=args.key,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=bool(front),  # without one, anybody could say that they come from elsewhere
        forwarded_allow_ips=front,
        limit_concurrency=500,
        timeout_graceful_shutdown=5,
    )
