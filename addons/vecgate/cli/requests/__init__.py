"""vecgate requests: see what waits for approval, and say yes or no.

The gateway decides what a person may see and do. Their token comes from a file or from VECGATE_TOKEN,
never from the command line, where other users of the machine could read it.
"""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from vecgate.cli._asking.signing import key_options, proof, signs
from vecgate.cli._gateway import Gateway, GatewayFailed, confirmed, in_form, options, safe
from vecgate.cli.requests.shown import details, rows, undoing

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

API: Final = "/.vecgate/v1/requests"

_ACTIONS: Final = {
    "list": "what you asked for, and what you may decide on",
    "show": "one request in full",
    "approve": "say yes: it may be executed once; to less, with --narrow",
    "deny": "say no",
    "withdraw": "take back your own request",
    "undo": "what brings back what a call that was executed has changed, of the snapshots that were taken before it",
    "explain": "say why you ask, once, before anybody agreed",
}


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate requests` and its actions."""
    parser = subparsers.add_parser("requests", help="see and decide what waits for approval", description=__doc__)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    for name, words in _ACTIONS.items():
        # No abbreviations: '--token x' must be a mistake, not '--token-file x'.
        action = actions.add_parser(name, help=words, description=words, allow_abbrev=False)
        options(action)
        action.add_argument("--json", action="store_true", help="print the gateway's answer as JSON")
        if name != "list":
            action.add_argument("id", metavar="ID", help="the request's id, as 'list' and the refusal show it")
        if name == "deny":
            action.add_argument("--reason", default="", help="one line for the person who asked")
        if name == "explain":
            action.add_argument("--reason", required=True, help="one line for those who decide")
        if name == "approve":
            _less_options(action)
            action.add_argument("--yes", action="store_true", help="do not ask back")
            key_options(action)
    parser.set_defaults(func=run)


def _less_options(action: argparse.ArgumentParser) -> None:
    action.add_argument("--narrow", action="store_true", help="say yes to less: with the options below")
    action.add_argument("--results", type=int, metavar="N", help="so many records of its answer, and no more")
    action.add_argument("--mask", metavar="PROFILE", help="its answer masked by this profile, which hides no less")
    which = action.add_mutually_exclusive_group()
    which.add_argument("--only", action="append", metavar="ID", help="this record, as 'show' names it; again for more")
    which.add_argument("--without", action="append", metavar="ID", help="all but this record; again for more")


def run(args: argparse.Namespace) -> int:
    """Do one action; 1 if it was called off. Raises GatewayFailed."""
    gateway = Gateway.of(args.gateway, args.ca, args.token_file)
    with in_form():
        return _act(args, gateway)


def _act(args: argparse.Namespace, gateway: Gateway) -> int:
    if args.action == "list":
        _print(args, gateway.call("GET", API))
        return 0
    path = f"{API}/{quote(args.id, safe='')}"
    if args.action == "undo":
        return _undo(args, gateway.call("GET", path))
    if args.action == "show":
        _print(args, gateway.call("GET", path))
        return 0
    body: dict[str, Any] = {"reason": args.reason} if args.action in ("deny", "explain") else {}
    if args.action == "approve":
        found = gateway.call("GET", path) if args.without or not args.yes else {}
        body = _less(args, found)
        if not args.yes and not _confirmed(found, body):
            print("vecgate: not approved", file=sys.stderr)
            return 1
        body |= proof(args, gateway.call("POST", f"{path}/statement", body)["to_sign"]) if signs(args) else {}
    _print(args, gateway.call("POST", f"{path}/{args.action}", body))
    return 0


def _undo(args: argparse.Namespace, request: dict[str, Any]) -> int:
    """Print the calls; 1 where nothing was kept. They are for whoever may reach the database itself."""
    if args.json:
        print(json.dumps(request["snapshots"], indent=2))
    elif not request["snapshots"]:
        print(f"vecgate: nothing was kept before request {safe(request['id'])}", file=sys.stderr)
    else:
        print("\n".join(undoing(request["snapshots"])))
    return 0 if request["snapshots"] else 1


def _less(args: argparse.Namespace, request: dict[str, Any]) -> dict[str, Any]:
    """What a yes is to, where it is not all. Raises GatewayFailed."""
    said = {"results": args.results, "mask": args.mask, "ids": args.only}
    if args.without:
        among = (request["narrowed"] or {}).get("ids") or (request["narrowable"] or {}).get("ids") or []
        if unknown := [id for id in args.without if id not in among]:
            raise GatewayFailed(f"--without: {safe(unknown[0])} is none of the records that can be chosen; see 'show'")
        said["ids"] = [id for id in among if id not in args.without]
    less = {name: value for name, value in said.items() if value is not None}
    if bool(less) != args.narrow:
        raise GatewayFailed("to say yes to less, say --narrow and what of: --results, --mask, --only, --without")
    return {"narrow": less} if less else {}


def _confirmed(request: dict[str, Any], body: dict[str, Any]) -> bool:
    """Whether the person at the terminal wants what a yes does. What is shown cannot change under its id."""
    less = f" but only {safe(json.dumps(body['narrow'], ensure_ascii=False))}" if body else ""
    return confirmed(details(request), f"Let {safe(request['requester'])} do this once{less}?")


def _print(args: argparse.Namespace, tree: dict[str, Any]) -> None:
    if args.json:
        print(json.dumps(tree, indent=2))
    elif args.action == "list":
        print("\n".join(rows(tree["requests"])))
    else:
        print("\n".join(details(tree)))
