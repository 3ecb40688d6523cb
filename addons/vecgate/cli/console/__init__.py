"""vecgate console: the gateway in a browser: what waits for you, asking, answering, grants, history.

A process of its own, which can do nothing that you could not do with the commands: it asks the gateway's API with the
token of whoever is logged in. Put TLS in front of it, or give it a certificate; without, it serves this machine only.
"""

import argparse
import contextlib
import os
import time
from pathlib import Path
from typing import Final

from vecgate.cli import OK
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import SettingsError
from vecgate.settings.addresses import is_loopback

_TOKENS: Final = ("access_token", "id_token")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `vecgate console`."""
    parser = subparsers.add_parser("console", help="serve the web console", description=__doc__)
    parser.add_argument("--url", required=True, help="where people open it, such as https://console.example.com")
    parser.add_argument("--gateway", metavar="URL", help="https://HOST:PORT; left out: VECGATE_GATEWAY")
    parser.add_argument("--ca", metavar="FILE", help="the gateway's CA (PEM); left out: VECGATE_CA, then the system's")
    parser.add_argument("--issuer", required=True, metavar="URL", help="the login service (OpenID Connect)")
    parser.add_argument("--issuer-ca", metavar="FILE", help="its CA (PEM); left out: the system's")
    parser.add_argument("--client-id", required=True, help="the console's name there")
    parser.add_argument("--client-secret-file", metavar="FILE", type=Path, help="its secret there; left out: none")
    parser.add_argument("--scope", default="openid profile email", help="what is asked for at a login")
    parser.add_argument("--token", choices=_TOKENS, default=_TOKENS[0], help="which token the gateway is given")
    parser.add_argument("--host", default="127.0.0.1", help="address it listens on")
    parser.add_argument("--port", type=int, default=8470, help="port it listens on")
    parser.add_argument("--certificate", metavar="FILE", help="certificate (PEM) to serve TLS with")
    parser.add_argument("--key", metavar="FILE", help="its private key (PEM)")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Serve until it is stopped."""
    import uvicorn  # and what follows: only this command needs them

    from vecgate.console.app import Console
    from vecgate.console.places import Places, checked

    gateway = args.gateway or os.environ.get("VECGATE_GATEWAY", "")
    places = Places(
        url=args.url,
        gateway=gateway,
        issuer=args.issuer,
        client=args.client_id,
        secret=_secret(args.client_secret_file),
        scope=args.scope,
        token=args.token,
        gateway_ca=args.ca or os.environ.get("VECGATE_CA") or None,
        issuer_ca=args.issuer_ca,
    )
    console = Console(checked(places), time.time)
    if args.certificate is None and not is_loopback(args.host):
        raise SettingsError([f"--host {args.host}: others reach it there; give --certificate and --key, too"])
    print(f"The console is at {places.url}", flush=True)
    told = uvicorn.Config(
        console.app,
        host=args.host,
        port=args.port,
        ssl_certfile=args.certificate,
        ssl_keyfile=args.key,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        limit_concurrency=500,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(told)
    console.live.ending = lambda: server.should_exit
    with contextlib.suppress(KeyboardInterrupt):  # by which it was ended
        server.run()
    return OK


def _secret(file: Path | None) -> Secret | None:
    try:
        return Secret(file.read_text("utf-8").strip()) if file else None
    except (OSError, UnicodeDecodeError) as e:
        raise SettingsError(["--client-secret-file cannot be read"]) from e
