"""vecgate unmask: turn tokens back into the values they stand for, where a rule lets you.

Give tokens, or texts with tokens in them; without any, standard input is read. The gateway decides, and writes down who
opened how many values of which kind. Where a person must say yes, type the same again once they have.
"""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any, Final

from vecgate.cli._gateway import Gateway, GatewayFailed, in_form, options, safe

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

API: Final = "/.vecgate/v1/unmask"
LONGEST: Final = 8 * 1024 * 1024


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate unmask`."""
    words = "turn tokens back into values, where a rule lets you"
    parser = subparsers.add_parser("unmask", help=words, description=__doc__, allow_abbrev=False)
    parser.add_argument("texts", metavar="TEXT", nargs="*", help="a token, or a text with tokens; left out: stdin")
    parser.add_argument(
        "--tenant", default="", help="the tenant whose data it came from; left out: that of clients which name none"
    )
    options(parser)
    parser.add_argument("--json", action="store_true", help="print the gateway's answer as JSON")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print the texts with their values. Raises GatewayFailed."""
    gateway = Gateway.of(args.gateway, args.ca, args.token_file)
    asked = {"texts": args.texts or [_typed()]} | ({"tenant": args.tenant} if args.tenant else {})
    tree: Any = gateway.call("POST", API, asked)
    with in_form(ValueError):
        texts, masked = list(map(str, tree["texts"])), dict(tree["masked"])
    if args.json:
        print(json.dumps(tree, indent=2, ensure_ascii=False))
    else:
        print("\n".join(_printable(text) for text in texts))
    if masked:
        kept = ", ".join(f"{count} {safe(entity)}" for entity, count in sorted(masked.items()))
        print(f"vecgate: not shown to you as they are: {kept}", file=sys.stderr)
    return 0


def _typed() -> str:
    try:
        text = sys.stdin.read(LONGEST + 1)
    except UnicodeDecodeError as e:
        raise GatewayFailed("standard input is not UTF-8") from e
    if len(text) > LONGEST:
        raise GatewayFailed(f"standard input has more than {LONGEST} characters; give it in parts")
    return text.removesuffix("\n")


def _printable(text: str) -> str:
    # A stored value was written by anybody: on a terminal it must not be a command to it.
    return "\n".join(map(safe, text.split("\n"))) if sys.stdout.isatty() else text
