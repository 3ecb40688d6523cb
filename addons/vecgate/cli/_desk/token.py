"""vecgate token: print a token that is good now, for where a client wants an API key; renewed, where it must be.

    curl -H "Authorization: Bearer $(vecgate token)" $VECGATE_GATEWAY/.vecgate/v1/whoami

Whoever gets it is you until it ends: 'vecgate exec' hands programs something that is good at this machine only.
"""

import argparse
import sys
import time
from typing import TYPE_CHECKING

from vecgate.desk.fresh import fresh

if TYPE_CHECKING:
    from vecgate.cli import Subparsers


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate token`."""
    words = "print a token that is good now, for the API key's place"
    parser = subparsers.add_parser("token", help=words, description=__doc__, allow_abbrev=False)
    parser.add_argument("--issuer", metavar="NAME", help="of which login; left out: the latest")
    left = "how long it is still to be good; left out: a minute, or half of its life"
    parser.add_argument("--for", dest="least", metavar="SECONDS", type=float, help=left)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print it. Raises DeskFailed."""
    found = fresh(args.issuer, args.least)
    if args.least is not None and (left := found.ends - time.time()) < args.least:
        print(f"vecgate: it is good for {left:.0f} seconds: none that lives longer is given", file=sys.stderr)
    print(found.token.reveal())
    return 0
