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

from vecgate.cli._asking.signing import key_options, proof, signs
from vecgate.cli._gateway import Gateway, GatewayFailed, confirmed, in_form, options, safe
from vecgate.cli.access.shown import details, printed, printed_ended, standing
from vecgate.domain.grant import Grant, Terms
from vecgate.domain.principal import Principal

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

API: Final = "/.vecgate/v1/access"

_ACTIONS: Final = {
    "request": "ask for access for a while",
    "break-glass": "in an emergency: take what a rule lists, at once; others are told, and review it",
    "review": "say whether broken glass was justified; if not, whoever broke it is locked",
    "list": "what you asked for, and what you may decide on",
    "show": "one request in full",
    "approve": "say yes; to less, with --narrow",
    "deny": "say no",
    "withdraw": "take back your own request",
    "revoke": "take away what was granted; calls under way are cut",
    "debrief": "what was done under it: asked for, used, masked, opened, refused",
    "acknowledge": "that you have read the debrief of what is over",
    "end": "give back what you were granted",
    "extend": "ask for more time; it begins with its own yes, without a gap",
    "again": "ask once more for what you had asked for",
}
_READ: Final = {"show": "", "debrief": "/debrief"}
_ALL_OF: Final = (
    ("user", "NAME", "that a person has, or asks for: every login of a like name, or one as ISSUER#SUBJECT"),
    ("collection", "UPSTREAM/NAME", "that covers a collection"),
    ("rule", "NAME", "by a rule"),
)
_NEW: Final = frozenset({"request", "extend", "again"})


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
        _arguments(action, name)
    parser.set_defaults(func=run)


def _arguments(action: argparse.ArgumentParser, name: str) -> None:
    if name not in _WHOLE:
        nargs = "?" if name == "revoke" else None
        action.add_argument("id", metavar="ID", nargs=nargs, help="the request's id, as 'list' shows it")
    if name == "request":
        action.add_argument("--upstream", help="the database, as the settings name it")
        action.add_argument("--like", metavar="ID", help="as much as was really used of this one; what is said wins")
    _emergency(action, name)
    if name in _NEW:
        _terms(action)
        action.add_argument("--from", dest="begin", metavar="TIME", type=_moment, help="not before: 2026-11-28T14:00")
        action.add_argument("--reason", help="one line for those who decide; it is in the record of each call")
        action.add_argument("--ticket", help="number of the ticket it is for")
    if name == "approve":
        key_options(action)
        action.add_argument("--narrow", action="store_true", help="say yes to less: with the options below")
        _terms(action)
        action.add_argument("--yes", action="store_true", help="do not ask back")
    if name == "revoke":
        _all_of(action)
    if name in ("deny", "revoke"):
        action.add_argument("--reason", default="", help="one line for the person who asked")


def _emergency(action: argparse.ArgumentParser, name: str) -> None:
    if name == "break-glass":
        action.add_argument("--upstream", help="the database; left out: the only one where you may")
        _terms(action)
        action.add_argument("--reason", required=True, help="one line for those who review it, and for the record")
        action.add_argument("--ticket", help="number of the ticket it is for")
    if name == "review":
        found = action.add_mutually_exclusive_group(required=True)
        found.add_argument("--justified", action="store_true", default=None, help="it was an emergency")
        found.add_argument("--unjustified", dest="justified", action="store_false", help="it was none: lock who did it")
        action.add_argument("--reason", required=True, help="one line: what you found")


def _all_of(action: argparse.ArgumentParser) -> None:
    group = action.add_mutually_exclusive_group()
    for what, metavar, words in _ALL_OF:
        group.add_argument(f"--{what}", metavar=metavar, help=f"all {words}; with --reason")


def _terms(action: argparse.ArgumentParser) -> None:
    action.add_argument("--operations", type=_list, metavar="KINDS", help="such as search,count")
    action.add_argument("--collection", action="append", metavar="PATTERN", help="a collection; may be given again")
    action.add_argument("--tenant", help="the tenant inside the database")
    action.add_argument("--database", help="the database inside the tenant")
    action.add_argument("--for", dest="lasting", metavar="TIME", help="how long: 30min, 2h, 1d")
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
    with in_form():
        return _act(args, gateway)


def _act(args: argparse.Namespace, gateway: Gateway) -> int:
    if args.action in _WHOLE:
        return printed(args, _WHOLE[args.action](args, gateway))
    if args.action == "revoke" and (all_of := _said(args, user="user", collection="collection", rule="rule")):
        if args.id:
            raise GatewayFailed("say one ID, or whose access to revoke, not both")
        return printed_ended(args, gateway.call("POST", f"{API}/revoke", all_of | {"reason": args.reason}))
    if not args.id:
        raise GatewayFailed("say which one: its ID, or --user, --collection or --rule for all of it")
    path = f"{API}/{quote(args.id, safe='')}"
    if args.action in _READ:
        return printed(args, gateway.call("GET", f"{path}{_READ[args.action]}"))
    body = _BODIES[args.action](args) if args.action in _BODIES else {}
    if args.action == "approve" and not args.yes and not _confirmed(gateway.call("GET", path), body):
        print("vecgate: not approved", file=sys.stderr)
        return 1
    body |= _signature(args, gateway, path, body)
    return printed(args, gateway.call("POST", f"{path}/{args.action}", body))


def _signature(args: argparse.Namespace, gateway: Gateway, path: str, body: dict[str, Any]) -> dict[str, Any]:
    if args.action != "approve" or not signs(args):
        return {}
    return proof(args, gateway.call("POST", f"{path}/statement", body)["to_sign"])


def _said(args: argparse.Namespace, **names: str) -> dict[str, Any]:
    return {name: value for name, key in names.items() if (value := getattr(args, key, None)) is not None}


_AMOUNTS: Final = {"for": "lasting", "records": "records", "opened": "opened"}
_NEEDED: Final = {"upstream": "upstream", "operations": "operations", "for": "lasting"}
_WORDS: Final = {"operations": "operations", "collections": "collection", "tenant": "tenant", "database": "database"}


def _asked(args: argparse.Namespace) -> dict[str, Any]:
    said = {"upstream": "upstream", **_WORDS, "mask": "mask", "from": "begin", "reason": "reason", "ticket": "ticket"}
    return _said(args, **said, **_AMOUNTS)


def _like(args: argparse.Namespace, gateway: Gateway) -> dict[str, Any]:
    """What a request begins with: with what was really used of an earlier one, or with nothing."""
    if args.like is None:
        if lacking := [f"--{name}" for name, key in _NEEDED.items() if getattr(args, key) is None]:
            raise GatewayFailed(f"say {', '.join(lacking)}, or --like ID")
        return {}
    found = gateway.call("GET", f"{API}/{quote(args.like, safe='')}/debrief")
    if found["next"] is None:
        raise GatewayFailed("nothing of it was used; 'vecgate access again' copies what was asked for")
    return {**found["next"], "reason": found["reason"], "ticket": found["ticket"]}


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
    "review": lambda args: {"justified": args.justified, "reason": args.reason},
    "extend": _anew,
    "again": _anew,
}


#: What is about no request that there is.
_WHOLE: Final[dict[str, Callable[[argparse.Namespace, Gateway], dict[str, Any]]]] = {
    "list": lambda args, gateway: gateway.call("GET", API),
    "request": lambda args, gateway: gateway.call("POST", API, _like(args, gateway) | _asked(args)),
    "break-glass": lambda args, gateway: gateway.call("POST", f"{API}/break-glass", _asked(args)),
}


def _confirmed(access: dict[str, Any], body: dict[str, Any]) -> bool:
    """Whether the person at the terminal wants what a yes does."""
    less = f" but narrowed to {json.dumps(body['narrow'])}" if body else ""
    return confirmed(map(safe, details(access)), f"Grant {safe(access['holder'])} this{less}?")


def grants(id: str | None, principal: Principal) -> tuple[str, tuple[Grant, ...]]:
    """How the access of that id stands, and what it gives, as if it were granted; nothing to who is not its holder.

    The gateway tells it. Raises GatewayFailed.
    """
    if id is None:
        return "", ()
    tree = Gateway.of(None, None, None).call("GET", f"{API}/{quote(id, safe='')}")
    with in_form():
        if tree["holder"] != principal.user:
            return safe(f"{id} is {tree['holder']}'s, and gives {principal.user} nothing"), ()
        said: dict[str, Any] = {one.name: tree[one.name] for one in fields(Terms)}
        lists: dict[str, Any] = {name: tuple(said[name]) for name in ("operations", "collections")}
        terms = Terms(**{**said, **lists})
        return standing(tree), (Grant(id, str(tree["rule"]), principal.key, terms, 0.0, None),)
