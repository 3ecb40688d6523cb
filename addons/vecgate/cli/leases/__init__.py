"""vecgate leases: which short-lived credentials are out at databases, and end them.

`revoke` ends them on every worker, and at their source where that can be; the next call of the same person gets
another one. Who is to get none is locked: `vecgate lock`. It takes a rule that allows `lock`.
"""

import argparse
import json
import time
from typing import TYPE_CHECKING, Any, Final

from vecgate.cli._gateway import Gateway, in_form, options, safe

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

API: Final = "/.vecgate/v1/leases"
_WHAT: Final = ("id", "user", "upstream", "everything")


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate leases`."""
    words = "which short-lived credentials are out at databases, and end them"
    parser = subparsers.add_parser("leases", help=words, description=__doc__, allow_abbrev=False)
    actions = parser.add_subparsers(dest="action", required=True)
    for name, help in (("list", "all that are out"), ("revoke", "end some of them, on every worker")):
        action = actions.add_parser(name, help=help, allow_abbrev=False)
        options(action)
        action.add_argument("--json", action="store_true", help="print the gateway's answer as JSON")
        action.set_defaults(func=run)
        if name == "revoke":
            one = action.add_mutually_exclusive_group(required=True)
            one.add_argument("--id", metavar="ID", help="one, as the list has it")
            one.add_argument("--user", metavar="NAME", help="all of a person, under that or a like name")
            one.add_argument("--upstream", metavar="NAME", help="all at one database")
            one.add_argument("--everything", action="store_true", help="all")


def run(args: argparse.Namespace) -> int:
    """Print them, or end some. Raises GatewayFailed."""
    gateway = Gateway.of(args.gateway, args.ca, args.token_file)
    if args.action == "list":
        tree, key = gateway.call("GET", API), "leases"
    else:
        said = {name: value for name in _WHAT if (value := getattr(args, name))}
        tree, key = gateway.call("POST", f"{API}/revoke", said), "revoked"
    with in_form(ValueError):
        lines = [shown(one) for one in tree[key]]
    if args.json:
        print(json.dumps(tree, indent=2, ensure_ascii=False))
        return 0
    if key == "revoked" and lines:
        print("ended, on every worker within a few seconds:")
    print("\n".join(lines) or ("nothing is out" if key == "leases" else "there is no such one"))
    return 0


def shown(one: dict[str, Any]) -> str:
    """One of them, on a line."""
    ends = time.strftime("%H:%M:%S UTC", time.gmtime(float(one["ends"])))
    names = one["collections"]
    about = "" if names is None else " of " + ", ".join(map(str, names))
    reach = f"{one['upstream']}: {one['reach']}{about}"
    how = f"{one['kind']}, role {one['role']}"
    return safe("  ".join((str(one["user"]), reach, how, f"until {ends}", str(one["id"]))))
