"""vecgate approver: whose key signs which yes. Enrolments are files; nothing of them is kept by the gateway.

`enroll` asks the gateway who one is and makes a file; whoever may, adds a signature with `sign`: one who has a root key
(`approvals.roots` in the settings), or two people who are enrolled. Then `vecgate requests approve --key --enrolment`.
"""

import argparse
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vecgate.cli._asking import signing
from vecgate.cli._gateway import Gateway, GatewayFailed, confirmed, in_form, options, safe
from vecgate.consent import keys
from vecgate.consent.enrolled import Enrolled, Unproven
from vecgate.consent.kinds import Unreadable
from vecgate.policy.language.values import parse_lasting

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

WHOAMI: Final = "/.vecgate/v1/whoami"


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate approver` and its actions."""
    parser = subparsers.add_parser("approver", help="enrol the keys with which a yes is signed", description=__doc__)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    enroll = actions.add_parser("enroll", help="make an enrolment of your key, for others to sign", allow_abbrev=False)
    options(enroll)
    enroll.add_argument("--key", type=Path, required=True, metavar="FILE", help="your key: Ed25519, of ssh-keygen")
    enroll.add_argument("--out", type=Path, required=True, metavar="FILE", help="where the enrolment is written")
    enroll.add_argument("--for", default="90d", metavar="TIME", dest="life", help="how long it is good for")
    enroll.set_defaults(func=_enroll)
    sign = actions.add_parser("sign", help="sign somebody's enrolment", allow_abbrev=False)
    sign.add_argument("file", type=Path, metavar="FILE", help="the enrolment; the signature is added to it")
    sign.add_argument("--key", type=Path, required=True, metavar="FILE", help="a root key, or your enrolled one")
    sign.add_argument("--enrolment", type=Path, metavar="FILE", help="your own enrolment, unless yours is a root key")
    sign.add_argument("--yes", action="store_true", help="do not ask back")
    sign.set_defaults(func=_sign)
    show = actions.add_parser("show", help="whom an enrolment names, and who signed it", allow_abbrev=False)
    show.add_argument("file", type=Path, metavar="FILE", help="the enrolment")
    show.set_defaults(func=_show)


def _enroll(args: argparse.Namespace) -> int:
    """Make an enrolment that nobody has signed yet. Raises GatewayFailed."""
    who = Gateway.of(args.gateway, args.ca, args.token_file).call("GET", WHOAMI)
    try:
        life = parse_lasting(args.life)
    except ValueError as e:
        raise GatewayFailed(f"--for: {e}") from e
    with in_form():
        person, user, groups = f"{who['issuer']}#{who['subject']}", str(who["user"]), frozenset(map(str, who["groups"]))
    made = Enrolled(person, user, groups, signing.public(args.key), float(int(time.time() + life)))
    _write(args.out, {"statement": made.statement(), "signatures": []})
    print("\n".join(_lines(made, [])))
    print(f"\nNow have it signed: vecgate approver sign {args.out} --key KEY")
    return 0


def _sign(args: argparse.Namespace) -> int:
    """Add a signature. 1 if it was called off. Raises GatewayFailed."""
    found = signing.document(args.file)
    enrolled = _read(found)
    if not args.yes and not confirmed(_lines(enrolled, []), "Let this key say yes for them?"):
        print("vecgate: not signed", file=sys.stderr)
        return 1
    one: dict[str, Any] = {"key": signing.public(args.key), "signature": signing.signed(args.key, found["statement"])}
    if args.enrolment is not None:
        one["enrolment"] = signing.document(args.enrolment)
    _write(args.file, {"statement": found["statement"], "signatures": [*found.get("signatures", []), one]})
    return 0


def _show(args: argparse.Namespace) -> int:
    found = signing.document(args.file)
    signers = [one["key"] for one in found.get("signatures", []) if isinstance(one, dict) and "key" in one]
    print("\n".join(_lines(_read(found), signers)))
    return 0


def _read(found: dict[str, Any]) -> Enrolled:
    try:
        return Enrolled.of(found["statement"])
    except Unproven as e:
        raise GatewayFailed(str(e)) from e


def _lines(enrolled: Enrolled, signers: list[str]) -> list[str]:
    try:
        key, by = keys.fingerprint(enrolled.key), ", ".join(map(keys.fingerprint, signers))
    except Unreadable as e:
        raise GatewayFailed("a key of the enrolment cannot be read") from e
    said = {
        "who": f"{enrolled.user} ({enrolled.person})",
        "groups": ", ".join(sorted(enrolled.groups)),
        "key": key,
        "until": datetime.fromtimestamp(enrolled.until, UTC).isoformat(),
        "signed by": by,
    }
    return [safe(f"{name:<10} {value}") for name, value in said.items() if value]


def _write(path: Path, tree: dict[str, Any]) -> None:
    try:
        path.write_text(json.dumps(tree, indent=2) + "\n", "utf-8")
    except OSError as e:
        raise GatewayFailed(f"{path.name}: {e.strerror}") from e
