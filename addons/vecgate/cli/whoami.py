"""vecgate whoami: who you are to the gateway: user, groups, what of your token they were read from, your rules.

It asks the gateway with your login token, as a client would.
"""

import argparse
import json
from typing import TYPE_CHECKING, Any, Final

from vecgate.cli._gateway import Gateway, in_form, options, safe

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

API: Final = "/.vecgate/v1/whoami"
_HELD: Final = ("token_upstreams", "token_scope")


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate whoami`."""
    words = "show who you are to the gateway, and which rules are about you"
    parser = subparsers.add_parser("whoami", help=words, description=__doc__, allow_abbrev=False)
    options(parser)
    parser.add_argument("--json", action="store_true", help="print the gateway's answer as JSON")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print it. Raises GatewayFailed."""
    tree: Any = Gateway.of(args.gateway, args.ca, args.token_file).call("GET", API)
    with in_form():
        said = _lines(tree)
    print(json.dumps(tree, indent=2, ensure_ascii=False) if args.json else "\n".join(map(safe, said)))
    return 0


def _lines(tree: dict[str, Any]) -> list[str]:
    groups = ", ".join(tree["groups"]) or "none"
    if not tree["groups_claim_is_there"]:
        groups += f" (the token has no claim '{tree['groups_claim']}'; it has {', '.join(tree['claims'])})"
    lines = [
        f"user:       {tree['user']}    from the claim '{tree.get('user_claim', 'sub')}'",
        f"groups:     {groups}    from the claim '{tree.get('groups_claim', 'groups')}'",
        f"issuer:     {tree['issuer']}",
        f"subject:    {tree['subject']}",
        *(f"by agent:   {one}" for one in tree.get("acting", ())),
        f"token ends: {tree['token_ends']}",
        *(f"token for:  {', '.join(tree[name]) or 'nothing'}" for name in _HELD if name in tree),
        f"rules:      {len(tree['rules'])} are about you",
    ]
    grants = [
        f"granted:    {one['id']}, by {one['rule']}; see 'vecgate access show {one['id']}'"
        for one in tree.get("grants", ())
    ]
    return [*lines, *map(_rule, tree["rules"]), *grants]


def _rule(rule: dict[str, Any]) -> str:
    where = rule.get("where", "")
    places = where if isinstance(where, str) else "; ".join(_place(k, v) for k, v in where.items())
    return f"  {rule['effect']:5} {rule['rule']}: {', '.join(rule['operations'])}{f' ({places})' if places else ''}"


def _place(name: str, said: Any) -> str:
    """One criterion of where a rule is about: patterns, or that there is none (`without_collection`)."""
    return name.replace("_", " ") if said is True else f"{name} {', '.join(map(str, said))}"
