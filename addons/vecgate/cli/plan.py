"""vecgate plan: ask for one yes to several calls, which then run once each, in their order.

    vecgate plan FILE --reason "..."

FILE (YAML or JSON) is a list of calls, or `calls:` with one:

    calls:
      - {method: POST, path: /collections/tickets/points/delete, body: {filter: {...}}}
      - {method: DELETE, path: /collections/tickets-old}

`upstream: NAME` of a call is another database than the one that the gateway's address leads to. Each call must be one
that a rule holds. After the yes they are sent as they always are; a call that is another one, or not the next, waits
for a yes of its own.
"""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vecgate.cli._gateway import Gateway, GatewayFailed, in_form, options, safe
from vecgate.cli.requests.shown import details
from vecgate.parsing import yaml_source

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

API: Final = "/.vecgate/v1/plans"


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate plan`."""
    words = "ask for one yes to several calls, in their order"
    parser = subparsers.add_parser("plan", help=words, description=__doc__, allow_abbrev=False)
    options(parser)
    parser.add_argument("--reason", default="", help="one line for those who decide; left out: the file's own")
    parser.add_argument("--json", action="store_true", help="print the gateway's answer as JSON")
    parser.add_argument("file", metavar="FILE", type=Path, help="the calls, in their order")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Ask. Raises GatewayFailed."""
    body = read(args.file)
    if args.reason:
        body["reason"] = args.reason
    gateway = Gateway.of(args.gateway, args.ca, args.token_file)
    with in_form():
        told = gateway.call("POST", API, body)
        if args.json:
            print(json.dumps(told, indent=2))
        else:
            print("\n".join([*details(told), "", safe(f"vecgate wait {told['id']} -- COMMAND")]))
    return 0


def read(file: Path) -> dict[str, Any]:
    """What a file asks for. Raises GatewayFailed."""
    try:
        source = yaml_source.read(file.read_bytes().decode("utf-8"), file.name, nulls=True)
    except (OSError, UnicodeDecodeError) as e:
        raise GatewayFailed(f"{file.name} cannot be read") from e
    if source.problems:
        line, said = source.problems[0]
        raise GatewayFailed(f"{file.name}:{line}: {said}")
    tree = source.tree
    if isinstance(tree, tuple):
        return {"calls": tree}
    if not isinstance(tree, dict) or not tree.keys() <= {"calls", "reason"} or not isinstance(tree.get("calls"), tuple):
        raise GatewayFailed(f"{file.name}: a plan is a list of calls, or 'calls' with one, and 'reason'")
    return dict(tree)
