"""vecgate login: log in at your login service, and keep the login for all other commands.

Without a browser here it shows an address and a code, to be opened and typed anywhere (device flow); with one, or
--browser, the browser comes back by itself (code flow with PKCE). The login is kept in the desktop's keyring where
there is one (pip install 'vecgate[keyring]'), else in a file that only you can read, and renewed when it is used.
"""

import argparse
import os
import sys
import threading
import time
import webbrowser
from typing import TYPE_CHECKING, Final

from vecgate.desk import browser, device, kept
from vecgate.desk.answer import Login
from vecgate.desk.device import Shown
from vecgate.desk.fresh import locked
from vecgate.desk.places import DeskFailed
from vecgate.desk.service import Service, found
from vecgate.desk.told import FLOWS, TOKENS, Client, client, told

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

_DEFAULTS: Final = Client("")
#: Seconds; what lives less is told in them.
_TWO_MINUTES: Final = 120.0


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate login`."""
    words = "log in at your login service, and keep the login"
    parser = subparsers.add_parser("login", help=words, description=__doc__, allow_abbrev=False)
    about = "the login service: a name of desk.toml, or its address; left out: VECGATE_ISSUER, or the only one there"
    parser.add_argument("--issuer", metavar="NAME", help=about)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--device", dest="flow", action="store_const", const="device", help="show a code for any browser")
    how.add_argument("--browser", dest="flow", action="store_const", const="browser", help="open a browser here")
    parser.add_argument("--client-id", metavar="ID", help=f"who asks; left out: {_DEFAULTS.client_id}")
    parser.add_argument("--scope", metavar="WORDS", help=f"what is asked for; left out: '{_DEFAULTS.scope}'")
    parser.add_argument("--resource", metavar="URI", help="for whom the token is, as RFC 8707 says it")
    parser.add_argument("--audience", metavar="NAME", help="the same, as some login services want it")
    parser.add_argument("--token", choices=TOKENS, help="which token the gateway gets; left out: access_token")
    parser.add_argument(
        "--port", type=int, metavar="PORT", help="where a browser comes back to; left out: any free one"
    )
    parser.add_argument("--ca", metavar="FILE", help="the login service's CA (PEM); left out: the system's")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Log in. Raises DeskFailed."""
    said = {
        key: getattr(args, key) for key in ("client_id", "scope", "resource", "audience", "token", "ca", "flow", "port")
    }
    name, who = client(told(), args.issuer, **said)
    with locked(kept.lock_file(name)):  # where it could not be kept, nobody is asked
        pass
    service = found(who.issuer, who.ca)
    flow = who.flow or _flow(service)
    made = browser.login(service, who, _open) if flow == "browser" else device.login(service, who, _show)
    with locked(kept.lock_file(name)):  # whoever renews the one before puts it away first
        where = kept.keep(name, made)
    kept.choose(name)
    print(f"vecgate: {_in_words(name, made)}; kept {where}", file=sys.stderr)
    for before in ("VECGATE_TOKEN", "VECGATE_TOKEN_FILE", "VECGATE_LOGIN"):
        if os.environ.get(before, "").strip() not in ("", name):
            print(f"vecgate: {before} is set here and goes before it; for this login: unset {before}", file=sys.stderr)
    return 0


def _flow(service: Service) -> str:
    """The device flow where there is no screen, or nothing else; a browser where there is one. Raises DeskFailed."""
    ends = {"device": service.device_authorization_endpoint, "browser": service.authorization_endpoint}
    here = sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    for flow in FLOWS[::-1] if here and "SSH_CONNECTION" not in os.environ else FLOWS:
        if ends[flow]:
            return flow
    raise DeskFailed(f"{service.issuer} has neither a device flow nor a code flow with PKCE (S256)")


def _show(shown: Shown) -> None:
    lines = [f"Open    {shown.address}", f"and say {shown.code}"]
    if shown.complete:
        lines.append(f"or open {shown.complete} and see that it shows the same code")
    print("\n".join(f"  {line}" for line in lines), file=sys.stderr)
    print(
        f"vecgate: waiting for you to agree there, {_span(shown.seconds)} at most",
        file=sys.stderr,
        flush=True,
    )


def _open(address: str) -> None:
    print(f"  Your browser goes to {address}", file=sys.stderr, flush=True)
    # Beside: some commands (BROWSER) come back when their page is closed, and that page waits for us.
    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _in_words(name: str, made: Login) -> str:
    life = _span(max(0.0, made.ends - time.time()))
    renewed = "renewed by itself" if made.refresh else "not renewed: the login service gave nothing for that"
    return f"logged in at {name}{f' as {made.user}' if made.user else ''}, for {life}, {renewed}"


def _span(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= _TWO_MINUTES else f"{seconds:.0f} seconds"
