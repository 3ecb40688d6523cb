"""vecgate locks: what is locked, and who; and let somebody in again.

A canary in an answer locks whoever asked for it, and `vecgate lock` whom it names, on every worker, until a person
lifts the lock. It takes a rule that allows `lock`; who lifted it is recorded.
"""

import argparse
import json
import time
from typing import TYPE_CHECKING, Any, Final

from vecgate.cli._gateway import Gateway, in_form, options, safe

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

API: Final = "/.vecgate/v1/locks"
_WHAT: Final = ("user", "group", "agent", "collection", "everything")


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate locks`."""
    words = "what is locked, and who; and let somebody in again"
    parser = subparsers.add_parser("locks", help=words, description=__doc__, allow_abbrev=False)
    actions = parser.add_subparsers(dest="action", required=True)
    for name, help in (("list", "everything that is locked"), ("lift", "lift one lock of the list")):
        action = actions.add_parser(name, help=help, allow_abbrev=False)
        _options(action)
        action.set_defaults(func=run, who=None)
        if name == "lift":
            action.add_argument("who", metavar="WHO", help="the name of the lock, or the user's, as the list has it")


def _options(parser: argparse.ArgumentParser) -> None:
    options(parser)
    parser.add_argument("--json", action="store_true", help="print the gateway's answer as JSON")


def what(parser: argparse.ArgumentParser) -> None:
    """What is locked, or let in again."""
    one = parser.add_mutually_exclusive_group(required=True)
    one.add_argument(
        "--user", metavar="NAME", help="a person, under every login of that or a like name; or ISSUER#SUBJECT"
    )
    one.add_argument("--group", metavar="NAME", help="everybody whose token says that they are in it")
    one.add_argument(
        "--agent", metavar="NAME", help="whoever acts with a person's token ('act'), or the client it was issued to"
    )
    one.add_argument("--collection", metavar="UPSTREAM/NAME", help="a collection, for everybody")
    one.add_argument(
        "--everything", action="store_true", help="all databases, for everybody; locks can still be lifted"
    )
    _options(parser)


def said(args: argparse.Namespace) -> dict[str, Any]:
    """The same for the gateway."""
    return {name: value for name in _WHAT if (value := getattr(args, name))}


def run(args: argparse.Namespace) -> int:
    """Print the locks, or lift one. Raises GatewayFailed."""
    if args.who is None:
        return ask(args, "GET", API, "locks")
    return ask(args, "POST", f"{API}/lift", "lifted", {"who": args.who})


def ask(args: argparse.Namespace, method: str, path: str, key: str, body: dict[str, Any] | None = None) -> int:
    """Print what the gateway says of which locks. Raises GatewayFailed."""
    tree = Gateway.of(args.gateway, args.ca, args.token_file).call(method, path, *([] if body is None else [body]))
    with in_form(ValueError):
        locks: list[dict[str, Any]] = [tree[key]] if key == "made" else list(tree[key])
        lines = [shown(lock) for lock in locks]
    if args.json:
        print(json.dumps(tree, indent=2, ensure_ascii=False))
        return 0
    if key != "locks":
        print("lifted:" if key == "lifted" else "locked, on every worker within a second:")
    print("\n".join(lines) or "nothing and nobody is locked")
    return 0


def shown(lock: dict[str, Any]) -> str:
    """One lock, on a line."""
    since = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(float(lock["since"])))
    which = f"{lock['user']}  {lock['name']}" if lock["kind"] == "login" else f"{lock['kind']} {lock['name']}".strip()
    by = f"by {lock['by']}, " if lock["by"] else ""
    return safe("  ".join(filter(None, (which, lock["why"], f"since {since}", f"{by}by rule {lock['rule']}"))))
