"""vecgate locks: who is locked out, and let somebody in again.

A canary in an answer locks whoever asked for it, on every worker, until a person lifts the lock. It takes a rule that
allows `auth_admin`; who lifted it is recorded.
"""

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vecgate.cli._gateway import Gateway, GatewayFailed, safe

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

API: Final = "/.vecgate/v1/locks"


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate locks`."""
    words = "who is locked out, and let somebody in again"
    parser = subparsers.add_parser("locks", help=words, description=__doc__, allow_abbrev=False)
    actions = parser.add_subparsers(dest="action", required=True)
    for name, help in (("list", "everybody who is locked out"), ("lift", "let somebody in again")):
        action = actions.add_parser(name, help=help, allow_abbrev=False)
        action.add_argument("--gateway", metavar="URL", help="https://HOST:PORT; left out: VECGATE_GATEWAY")
        action.add_argument("--ca", metavar="FILE", help="the gateway's CA (PEM); left out: VECGATE_CA")
        action.add_argument("--token-file", metavar="FILE", type=Path, help="your login token; left out: VECGATE_TOKEN")
        action.add_argument("--json", action="store_true", help="print the gateway's answer as JSON")
        action.set_defaults(func=run, who=None)
        if name == "lift":
            action.add_argument("who", metavar="WHO", help="the person, or the user's name, as the list has them")


def run(args: argparse.Namespace) -> int:
    """Print the locks, or lift one. Raises GatewayFailed."""
    gateway = Gateway.of(args.gateway, args.ca, args.token_file)
    if args.who is None:
        tree, key = gateway.call("GET", API), "locks"
    else:
        tree, key = gateway.call("POST", f"{API}/lift", {"who": args.who}), "lifted"
    try:
        locks: list[dict[str, Any]] = list(tree[key])
        lines = [_line(lock) for lock in locks]
    except (KeyError, TypeError, ValueError) as e:
        raise GatewayFailed("the answer is not the gateway's: it has another form") from e
    if args.json:
        print(json.dumps(tree, indent=2, ensure_ascii=False))
        return 0
    if args.who is not None:
        print("lifted:")
    print("\n".join(lines) or "nobody is locked out")
    return 0


def _line(lock: dict[str, Any]) -> str:
    since = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(float(lock["since"])))
    return safe(f"{lock['user']}  {lock['person']}  {lock['why']}  since {since}  by rule {lock['rule']}")
