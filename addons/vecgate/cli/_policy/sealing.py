"""vecgate policy sign: put one's signature on the policies as they are now."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vecgate.cli import NO, OK
from vecgate.cli._asking import signing
from vecgate.cli._gateway import confirmed, safe
from vecgate.cli._policy.folder import folder, folder_help
from vecgate.consent.enrolled import Enrolled, Unproven, stated
from vecgate.domain.people import folded
from vecgate.policy import signed
from vecgate.policy.load import from_texts, texts_of
from vecgate.refusals.errors import VecgateError

if TYPE_CHECKING:
    from vecgate.cli import Subparsers


def register(actions: "Subparsers") -> None:
    """Add it."""
    said = (
        "Signs every policy file of a folder and its name, with the key that you are enrolled with. Two people do; then"
    )
    said += (
        " a gateway with 'policies.signed: require' loads them. Tests and 'proposed/' are not signed. What is signed is"
    )
    said += (
        f" shown before. The signature is added to {signed.FILE}, which is begun anew where it is about other files."
    )
    sign = actions.add_parser("sign", help="sign the policies as they are", description=said, allow_abbrev=False)
    sign.add_argument("folder", nargs="?", type=Path, help=folder_help())
    sign.add_argument("--key", type=Path, required=True, metavar="FILE", help="your enrolled key")
    sign.add_argument("--enrolment", type=Path, required=True, metavar="FILE", help="your enrolment")
    sign.add_argument("--yes", action="store_true", help="do not ask back")
    sign.set_defaults(func=run_sign)


def run_sign(args: argparse.Namespace) -> int:
    """1 if it was called off. Raises VecgateError: also for policies that do not load."""
    where = folder(args.folder)
    texts = texts_of(where)
    policies = from_texts(texts)
    try:
        before = signed.document(where)
        number = signed.number_of(before["statement"]) if before else 0
        enrolment = signing.document(args.enrolment)
        enrolled = Enrolled.of(enrolment["statement"])
    except Unproven as e:
        raise VecgateError(str(e)) from e
    texts = {Path(name).name: text for name, text in texts.items()}
    if before is None or before["statement"] != signed.statement(texts, number):
        old = stated(before["statement"])["files"] if before else {}
        number = max(number + 1, int(time.time()))
        fresh: dict[str, Any] = {"statement": signed.statement(texts, number), "signatures": []}
    else:
        fresh, old = before, stated(before["statement"])["files"]
    lines = _lines(fresh, old, enrolled, len(policies.rules))
    if not args.yes and not confirmed(lines, "Let these policies decide?"):
        print("vecgate: not signed", file=sys.stderr)
        return NO
    mine = {"signature": signing.signed(args.key, fresh["statement"]), "enrolment": enrolment}
    others = {name: one for one in fresh["signatures"] if (name := _signer(one)) != folded(enrolled.user)}
    fresh = {**fresh, "signatures": [*others.values(), mine]}
    try:
        (where / signed.FILE).write_text(json.dumps(fresh, indent=2) + "\n", "utf-8")
    except OSError as e:
        raise VecgateError(f"{where / signed.FILE}: {e.strerror}") from e
    have = f"{len(others) + 1} of {signed.NEEDED} people have" if others else f"1 of {signed.NEEDED} people has"
    print(f"signed: {have} signed what {where / signed.FILE} is about")
    return OK


def _signer(signature: Any) -> str:
    """Who signed, as far as it says so itself: whoever signs twice counts once."""
    try:
        return folded(Enrolled.of(signature["enrolment"]["statement"]).user)
    except (Unproven, KeyError, TypeError):
        return ""


def _lines(fresh: dict[str, Any], old: dict[str, Any], enrolled: Enrolled, rules: int) -> list[str]:
    """What is signed, file by file, and what of it is new."""
    files = stated(fresh["statement"])["files"]
    there = [
        (name, "as signed before" if old.get(name) == files[name] else "CHANGED" if name in old else "NEW")
        for name in files
    ]
    gone = [(name, "GONE") for name in old if name not in files]
    told = [f"{name:<40} {how:<16} {files.get(name, '')[:16]}" for name, how in sorted([*there, *gone])]
    return [safe(line) for line in (f"{rules} rules, signed by {enrolled.user} ({enrolled.person})", *told)]
