"""vecgate access: ask for access for a while, and answer those who ask.

What can be asked for, and who answers, say rules with `effect: request`. The gateway decides what a person may see.
Their token comes from a file or from VECGATE_TOKEN, never from the command line, where others could read it.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from vecgate.cli._gateway import Gateway, GatewayFailed, confirmed, options, safe
from vecgate.cli._table import table
from vecgate.domain.grant import Grant, Terms
from vecgate.domain.principal import Principal

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

API: Final = "/.vecgate/v1/access"

_ACTIONS: Final = {
    "request": "ask for access for a while",
    "list": "what you asked for, and what you may decide on",
    "show": "one request in full",
    "approve": "say yes; to less, with --narrow",
    "deny": "say no",
    "withdraw": "take back your own request",
    "revoke": "take away what was granted; calls under way are cut",
    "end": "give back what you were granted",
    "extend": "ask for more time; it begins with its own yes, without a gap",
    "again": "ask once more for what you had asked for",
}
_NEW: Final = frozenset({"request", "extend", "again"})
_COLUMNS: Final = ("ID", "STATE", "LEFT", "WHO", "WHERE", "WHAT", "WHY", "YOU")
_SECONDS: Final = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate access` and its actions."""
    words = "ask for access for a while, and answer those who ask"
    parser = subparsers.add_parser("access", help=words, description=__doc__)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    for name, help in _ACTIONS.items():
        # No abbreviations: '--token x' must be a mistake, not '--token-file x'.
        action = actions.add_parser(name, help=help, description=help, allow_abbrev=False)
        options(action)
        action.add_argument("--json", action="store_true", help="print the gateway's answer as JSON")
        if name not in ("request", "list"):
            action.add_argument("id", metavar="ID", help="the request's id, as 'list' shows it")
        if name in _NEW:
            _terms(action, required=name == "request")
            action.add_argument(
                "--from", dest="begin", metavar="TIME", type=_moment, help="not before: 2026-11-28T14:00"
            )
            action.add_argument("--reason", help="one line for those who decide; it is in the record of each call")
            action.add_argument("--ticket", help="number of the ticket it is for")
        if name == "approve":
            action.add_argument("--narrow", action="store_true", help="say yes to less: with the options below")
            _terms(action, required=False)
            action.add_argument("--yes", action="store_true", help="do not ask back")
        if name in ("deny", "revoke"):
            action.add_argument("--reason", default="", help="one line for the person who asked")
    parser.set_defaults(func=run)


def _terms(action: argparse.ArgumentParser, *, required: bool) -> None:
    if required:
        action.add_argument("--upstream", required=True, help="the database, as the settings name it")
    action.add_argument("--operations", type=_list, required=required, metavar="KINDS", help="such as search,count")
    action.add_argument("--collection", action="append", metavar="PATTERN", help="a collection; may be given again")
    action.add_argument("--tenant", help="the tenant inside the database")
    action.add_argument("--database", help="the database inside the tenant")
    action.add_argument("--for", dest="lasting", required=required, metavar="TIME", help="how long: 30min, 2h, 1d")
    action.add_argument("--mask", metavar="PROFILE", help="the mask profile; left out: the rule's own")
    action.add_argument("--records", type=int, metavar="N", help="so many different records, and no more")
    action.add_argument("--opened", type=int, metavar="N", help="so many opened tokens, and no more")


def _list(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).astimezone().isoformat()
    except ValueError as e:
        raise argparse.ArgumentTypeError("write it like 2026-11-28T14:00, in your time zone") from e


def run(args: argparse.Namespace) -> int:
    """Do one action; 1 if it was called off. Raises GatewayFailed."""
    gateway = Gateway.of(args.gateway, args.ca, args.token_file)
    try:
        return _act(args, gateway)
    except (KeyError, TypeError, AttributeError) as e:
        raise GatewayFailed("the answer is not the gateway's: it has another form") from e


def _act(args: argparse.Namespace, gateway: Gateway) -> int:
    if args.action == "list":
        return _print(args, gateway.call("GET", API))
    if args.action == "request":
        return _print(args, gateway.call("POST", API, _asked(args)))
    path = f"{API}/{quote(args.id, safe='')}"
    if args.action == "show":
        return _print(args, gateway.call("GET", path))
    body = _BODIES[args.action](args) if args.action in _BODIES else {}
    if args.action == "approve" and not args.yes and not _confirmed(gateway.call("GET", path), body):
        print("vecgate: not approved", file=sys.stderr)
        return 1
    return _print(args, gateway.call("POST", f"{path}/{args.action}", body))


def _said(args: argparse.Namespace, **names: str) -> dict[str, Any]:
    return {name: value for name, key in names.items() if (value := getattr(args, key, None)) is not None}


_AMOUNTS: Final = {"for": "lasting", "records": "records", "opened": "opened"}
_WORDS: Final = {"operations": "operations", "collections": "collection", "tenant": "tenant", "database": "database"}


def _asked(args: argparse.Namespace) -> dict[str, Any]:
    said = {"upstream": "upstream", **_WORDS, "mask": "mask", "from": "begin", "reason": "reason", "ticket": "ticket"}
    return _said(args, **said, **_AMOUNTS)


def _anew(args: argparse.Namespace) -> dict[str, Any]:
    if _said(args, **_WORDS, mask="mask"):
        raise GatewayFailed("only --for, --from, --records, --opened, --reason and --ticket can be said anew")
    return _said(args, **_AMOUNTS, **{"from": "begin", "reason": "reason", "ticket": "ticket"})


def _less(args: argparse.Namespace) -> dict[str, Any]:
    less = _said(args, **_WORDS, mask="mask", **_AMOUNTS)
    if bool(less) != args.narrow:
        raise GatewayFailed("to say yes to less, say --narrow and what of: --for, --operations, --collection, ...")
    return {"narrow": less} if less else {}


_BODIES: Final[dict[str, Callable[[argparse.Namespace], dict[str, Any]]]] = {
    "approve": _less,
    "deny": lambda args: {"reason": args.reason},
    "revoke": lambda args: {"reason": args.reason},
    "extend": _anew,
    "again": _anew,
}


def _confirmed(access: dict[str, Any], body: dict[str, Any]) -> bool:
    """Whether the person at the terminal wants what a yes does."""
    less = f" but narrowed to {json.dumps(body['narrow'])}" if body else ""
    return confirmed(map(safe, _details(access)), f"Grant {safe(access['holder'])} this{less}?")


def _print(args: argparse.Namespace, tree: dict[str, Any]) -> int:
    if args.json:
        print(json.dumps(tree, indent=2))
    elif args.action == "list":
        _print_table([_row(one) for one in tree["access"]])
    else:
        print("\n".join(map(safe, _details(tree))))
    return 0


def _row(access: dict[str, Any]) -> tuple[str, ...]:
    state = access["state"] if access["how"] in ("", access["state"]) else access["how"].replace("_", " ")
    you = "asked" if access["yours"] else "may decide" if access["may_decide"] else ""
    left = _lasting(access["seconds_left"]) if access["seconds_left"] else ""
    what = ", ".join(access["operations"])
    where = " ".join([access["upstream"], ",".join(access["collections"])]).strip()
    return tuple(map(safe, (access["id"], state, left, access["holder"], where, what, access["reason"], you)))


def _print_table(rows: list[tuple[str, ...]]) -> None:
    if not rows:
        print("No requests for access.")
        return
    print("\n".join(table([_COLUMNS, *rows])))


def _details(access: dict[str, Any]) -> list[str]:
    at = f", logged in at {' or '.join(access['approver_issuers'])}" if access["approver_issuers"] else ""
    asked = access["asked"]
    said = {
        "access": access["id"],
        "state": access["state"] + (f" ({access['how'].replace('_', ' ')})" if access["how"] else ""),
        "time left": _lasting(access["seconds_left"]) if access["seconds_left"] else "",
        "asked by": access["holder"],
        "because": access["reason"],
        "ticket": access["ticket"],
        **_what(access),
        "asked for": "; ".join(f"{k} {v}" for k, v in _what(asked).items() if v) if asked else "",
        "begins": _time(access["begins_at"]),
        "ends": _time(access["ends_at"]),
        "rule": access["rule"],
        "approvers": f"{access['approvals_needed']} of {', '.join(access['approver_groups'])}{at}",
        "approved by": ", ".join(vote["by"] for vote in access["approvals"]),
        "ended by": access["ended_by"],
        "why": access["why"],
        "carries on": access["extends"],
        "copy of": access["again"],
    }
    return [f"{title:<12} {value}" for title, value in said.items() if value]


def _what(terms: dict[str, Any]) -> dict[str, str]:
    inside = " / ".join(filter(None, (terms["tenant"], terms["database"])))
    budget = [f"{terms[name]} {name}" for name in ("records", "opened") if terms[name] is not None]
    return {
        "upstream": terms["upstream"] + (f" ({inside})" if inside else ""),
        "collections": ", ".join(terms["collections"]),
        "operations": ", ".join(terms["operations"]),
        "for": _lasting(terms["seconds"]),
        "mask": terms["mask"],
        "at most": ", ".join(budget),
    }


def _time(seconds: float | None) -> str:
    return datetime.fromtimestamp(seconds).astimezone().isoformat(" ", "seconds") if seconds else ""


def _lasting(seconds: float) -> str:
    """A time in its two largest units."""
    rest, words = int(seconds), []
    for unit, size in _SECONDS:
        if rest >= size:
            words.append(f"{rest // size}{unit}")
            rest %= size
    return " ".join(words[:2]) or "0s"


def grants(id: str | None, principal: Principal) -> tuple[Grant, ...]:
    """The access of that id, as if it were granted to this person; the gateway tells it. Raises GatewayFailed."""
    if id is None:
        return ()
    tree = Gateway.of(None, None, None).call("GET", f"{API}/{quote(id, safe='')}")
    try:
        said: dict[str, Any] = {one.name: tree[one.name] for one in fields(Terms)}
        lists: dict[str, Any] = {name: tuple(said[name]) for name in ("operations", "collections")}
        terms = Terms(**{**said, **lists})
        return (Grant(id, str(tree["rule"]), principal.key, terms, 0.0, None),)
    except (KeyError, TypeError) as e:
        raise GatewayFailed("the answer is not the gateway's: it has another form") from e
