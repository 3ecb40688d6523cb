"""vecgate unlock: let a person, a group, an agent, a collection or everybody in again, on every worker within a second.

A person is let in again whether `vecgate lock` or a canary locked them; where several logins of that name are locked,
`vecgate locks list` tells them apart. It takes a rule that allows `lock`; who did it is recorded. Nobody lets
themselves in.
"""

import argparse
from typing import TYPE_CHECKING

from vecgate.cli import locks

if TYPE_CHECKING:
    from vecgate.cli import Subparsers


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate unlock`."""
    words = "let a person, a group, an agent, a collection or everybody in again"
    parser = subparsers.add_parser("unlock", help=words, description=__doc__, allow_abbrev=False)
    locks.what(parser)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Raises GatewayFailed."""
    return locks.ask(args, "POST", f"{locks.API}/lift", "lifted", locks.said(args))
