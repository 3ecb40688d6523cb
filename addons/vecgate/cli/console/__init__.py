"""vecgate console: the gateway in a browser: what waits for you, asking, answering, grants, history.

A process of its own, which can do nothing that you could not do with the commands: it asks the gateway's API with the
token of whoever is logged in. Put TLS in front of it, or give it a certificate; without, it serves this machine only.
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from vecgate.browsers import serving
from vecgate.cli import OK
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import SettingsError

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
    serving.register(parser, 8470)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Serve until it is stopped."""
    from vecgate.console.app import Console  # and what follows: only this command needs them
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
    serving.check(args)
    print(f"The console is at {places.url}", flush=True)

    def begun(is_ending: Callable[[], bool]) -> None:
        console.live.ending = is_ending

    serving.serve(console.app, args, begun=begun)
    return OK


def _secret(file: Path | None) -> Secret | None:
    try:
        return Secret(file.read_text("utf-8").strip()) if file else None
    except (OSError, UnicodeDecodeError) as e:
        raise SettingsError(["--client-secret-file cannot be read"]) from e
