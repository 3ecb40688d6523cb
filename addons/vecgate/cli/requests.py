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
from vecgate.cli._asking.stages import approvers, stages
from vecgate.cli._gateway import Gateway, GatewayFailed, confirmed, options, safe
from vecgate.cli._table import table

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

API: Final = "/.vecgate/v1/requests"

_ACTIONS: Final = {
    "list": "what you asked for, and what you may decide on",
    "show": "one request in full",
    "approve": "say yes: it may be executed once",
    "deny": "say no",
    "withdraw": "take back your own request",
    "explain": "say why you ask, once, before anybody agreed",
}
_COLUMNS: Final = {
    "ID": "id",
    "STATE": "state",
    "LEFT": "left",
    "WHO": "requester",
    "WHERE": "upstream",
    "WHAT": "effect",
    "WHY": "why",
    "YOU": "you",
}
_DETAILS: Final = {
    "request": "id",
    "state": "state",
    "time left": "left",
    "asked by": "requester",
    "because": "why",
    "upstream": "upstream",
    "operation": "operation",
    "effect": "effect",
    "its own id": "thing_ids",
    "such as": "sampled",
    "call": "call",
    "rule": "rule",
    "approvers": "approvers",
    "approved by": "approved_by",
    "ended by": "ended_by",
    "reason": "reason",
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
            action.add_argument("--yes", action="store_true", help="do not ask back")
            key_options(action)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Do one action; 1 if it was called off. Raises GatewayFailed."""
    gateway = Gateway.of(args.gateway, args.ca, args.token_file)
    try:
        return _act(args, gateway)
    except (KeyError, TypeError, AttributeError) as e:
        raise GatewayFailed("the answer is not the gateway's: it has another form") from e


def _act(args: argparse.Namespace, gateway: Gateway) -> int:
    if args.action == "list":
        _print(args, gateway.call("GET", API))
        return 0
    path = f"{API}/{quote(args.id, safe='')}"
    if args.action == "show":
        _print(args, gateway.call("GET", path))
        return 0
    if args.action == "approve" and not args.yes and not _confirmed(gateway.call("GET", path)):
        print("vecgate: not approved", file=sys.stderr)
        return 1
    body: dict[str, Any] = {"reason": args.reason} if args.action in ("deny", "explain") else {}
    if args.action == "approve" and signs(args):
        body = proof(args, gateway.call("GET", path).get("to_sign", ""))
    _print(args, gateway.call("POST", f"{path}/{args.action}", body))
    return 0


def _confirmed(request: dict[str, Any]) -> bool:
    """Whether the person at the terminal wants what a yes does. What is shown cannot change under its id."""
    return confirmed(_details(request), f"Let {safe(request['requester'])} do this once?")


def _print(args: argparse.Namespace, tree: dict[str, Any]) -> None:
    if args.json:
        print(json.dumps(tree, indent=2))
    elif args.action == "list":
        _print_table([_view(one) for one in tree["requests"]])
    else:
        print("\n".join(_details(tree)))


def _view(request: dict[str, Any]) -> dict[str, str]:
    may = "may decide" if request["may_decide"] else ""
    view = {
        **request,
        "left": _duration(request["seconds_left"]),
        "you": "asked" if request["yours"] else may,
        "call": f"{request['method']} {request['path']}",
        "approvers": approvers(request),
        "approved_by": ", ".join(vote["by"] for vote in request["approvals"]),
        "thing_ids": ", ".join(filter(None, request["things"])),
        "sampled": ", ".join(request["samples"]),
    }
    return {name: safe(view[name]) for name in {*_COLUMNS.values(), *_DETAILS.values()}}


def _print_table(rows: list[dict[str, str]]) -> None:
    if not rows:
        print("No requests.")
        return
    print("\n".join(table([tuple(_COLUMNS), *(tuple(row[name] for name in _COLUMNS.values()) for row in rows)])))


def _details(request: dict[str, Any]) -> list[str]:
    view = _view(request)
    lines = [f"{title:<12} {view[name]}" for title, name in _DETAILS.items() if view[name]]
    lines += stages(request)
    if request["body"] is not None:
        lines.append("what is sent (masked):")
        body = json.dumps(request["body"], indent=2, ensure_ascii=False).splitlines()
        lines += [f"  {safe(line)}" for line in body]
    return lines


def _duration(seconds: float) -> str:
    if seconds <= 0:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes:02}m" if hours else f"{minutes}m {rest:02}s"
