"""vecgate logout: take the kept login away, and have its tokens ended, where the login service can (RFC 7009)."""

import argparse
import sys
from typing import TYPE_CHECKING

from vecgate.desk import kept
from vecgate.desk.fresh import ended, name_of

if TYPE_CHECKING:
    from vecgate.cli import Subparsers


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate logout`."""
    words = "take the kept login away, and end its tokens"
    parser = subparsers.add_parser("logout", help=words, description=__doc__, allow_abbrev=False)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--issuer", metavar="NAME", help="which login; left out: the latest")
    which.add_argument("--all", action="store_true", help="every login that is kept here")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Log out. Raises DeskFailed."""
    for name in kept.names() if args.all else [name_of(args.issuer)]:
        for line in (f"logged out at {name}", *ended(name)):
            print(f"vecgate: {line}", file=sys.stderr)
    return 0
