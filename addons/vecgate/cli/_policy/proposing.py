"""vecgate policy propose: which rules would allow what was seen?"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vecgate.cli import OK
from vecgate.cli._policy.replaying import talks
from vecgate.policy.asked.propose import Seen, propose
from vecgate.policy.load import from_texts
from vecgate.recording.read import Conversation
from vecgate.refusals.errors import VecgateError

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

_APPROVERS: Final = "approvers"


def register(actions: "Subparsers") -> None:
    """Add it."""
    said = (
        "Writes a policy file that allows what was seen in recorded sessions: by group, or by person where a group has"
    )
    said += " others in it; by name of the collection; with limits. Each rule says on how many calls it rests. What"
    said += (
        " destroys or changes collections is held, never allowed. Left out are calls that were refused, by whomever,"
    )
    said += " and those that took a yes where none would be asked for; not those that 'mode: observe' let pass."
    made = actions.add_parser("propose", help="write rules that allow what was recorded", description=said)
    made.add_argument("--sessions", type=Path, required=True, metavar="DIR", help="folder of the recordings")
    made.add_argument(
        "--approvers", action="append", metavar="GROUP", help=f"who answers what is held; left out: '{_APPROVERS}'"
    )
    made.add_argument(
        "--mask", default="", metavar="PROFILE", help="a mask profile that is there; left out: one that masks all"
    )
    made.add_argument("--out", type=Path, metavar="FILE", help="where it is written; left out: shown")
    made.set_defaults(func=run_propose)


def seen(folder: Path) -> Iterator[Seen]:
    """What was asked of a database, and answered. Raises VecgateError."""
    for call, talk in talks(folder):
        if _answered(talk):
            given = talk.get("records")
            yield Seen(call, given if type(given) is int else None, bool(talk.get("grant")), bool(talk.get("approval")))


def _answered(talk: Conversation) -> bool:
    status = talk.get("status")
    passed = talk.outcome.code in ("answer.released", "request.local")
    return passed and isinstance(status, int) and status < 400


def run_propose(args: argparse.Namespace) -> int:
    """Write them. Raises VecgateError where nothing was seen, or where it does not load."""
    found = propose(seen(args.sessions), args.approvers or [_APPROVERS], args.mask)
    if not found.rules:
        raise VecgateError(f"{args.sessions}: there is no recorded call in this folder that was answered")
    for why, number in sorted(found.left.items()):
        print(f"note: {number} calls are left out: {why}", file=sys.stderr)
    if not args.mask:
        from_texts({"proposal": found.text})  # what does not load is a fault of ours, and nobody's policy
    if args.out is None:
        print(found.text)
        return OK
    try:
        with args.out.open("x", encoding="utf-8") as file:
            file.write(found.text + "\n")
    except OSError as e:
        raise VecgateError(f"{args.out}: {e.strerror}") from e
    print(f"{found.rules} rules are in {args.out}; look at them, then: vecgate policy check")
    return OK
