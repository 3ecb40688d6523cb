"""vecgate lock: lock a person, a group, an agent, a collection or everything, on every worker within a second.

Calls under way are cut before their answers leave, held ones are refused, credentials are dropped. Access that was
granted stays granted, and is of no use meanwhile. It takes a rule that allows `lock`; who did it is recorded.
`vecgate unlock` ends it, and `vecgate locks list` shows what is locked.
"""

import argparse
from typing import TYPE_CHECKING

from vecgate.cli import locks

if TYPE_CHECKING:
    from vecgate.cli import Subparsers


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate lock`."""
    words = "lock a person, a group, an agent, a collection or everything"
    parser = subparsers.add_parser("lock", help=words, description=__doc__, allow_abbrev=False)
    locks.what(parser)
    parser.add_argument("--reason", help="one line; shown with the lock, and to others whom it stops, not to a person")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Raises GatewayFailed."""
    reason = {"reason": args.reason} if args.reason else {}
    return locks.ask(args, "POST", locks.API, "made", locks.said(args) | reason)
