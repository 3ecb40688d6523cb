"""vecgate policy diff: which recorded calls would other policies decide otherwise?"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from vecgate.cli import NO, OK
from vecgate.policy import load
from vecgate.policy.asked.replay import Called, called, changes, turns_on_what_is_not_recorded
from vecgate.recording import read
from vecgate.recording.read import Conversation
from vecgate.recording.told import told
from vecgate.refusals.errors import VecgateError

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

_FIELDS = ("who", "operation", "upstream", "client", "impact")


def register(actions: "Subparsers") -> None:
    """Add it."""
    said = "Decides on every recorded call by both sets of policies, and lists each whose outcome would change."
    said += " Claims, tenants and grants are not recorded; it says how many rules turn on them."
    said += " Exit code 0: nothing changes; 1: something does."
    diff = actions.add_parser("diff", help="list recorded calls that would be decided otherwise", description=said)
    diff.add_argument("old", type=Path, help="folder of the policies as they were")
    diff.add_argument("new", type=Path, help="folder of the policies as they would be")
    diff.add_argument("--sessions", type=Path, required=True, metavar="DIR", help="folder of the recordings")
    diff.set_defaults(func=run_diff)


def recorded(folder: Path) -> Iterator[Called]:
    """Every call of every session in a folder of recordings. Raises VecgateError."""
    return (call for call, _ in talks(folder))


def talks(folder: Path) -> Iterator[tuple[Called, Conversation]]:
    """The same, with all that was recorded of it. Raises VecgateError."""
    try:
        for row in read.sessions(folder):
            for talk in told(read.parts_of(folder, row.session)) if row.kind != "unreadable" else ():
                fields = {name: talk.get(name) for name in _FIELDS}
                if talk.exchange and (call := called(talk.entries[0].at, row.session, talk.exchange, fields)):
                    yield call, talk
    except OSError as e:
        raise VecgateError(f"{folder}: {e.strerror}") from e


def run_diff(args: argparse.Namespace) -> int:
    """0 when no recorded call would be decided otherwise."""
    old, new, seen, found = load(args.old), load(args.new), 0, 0

    def counted() -> Iterator[Called]:
        nonlocal seen
        for call in recorded(args.sessions):
            seen += 1
            yield call

    for change in changes(old, new, counted()):
        found += 1
        print(change)
    unsure = {one.rule.name for policies in (old, new) for one in policies.rules if turns_on_what_is_not_recorded(one)}
    if unsure:
        said = f"{len(unsure)} rules turn on claims, tenants or fields, which are not recorded"
        print(f"note: {said}: {', '.join(sorted(unsure)[:5])}", file=sys.stderr)
    if not seen:
        raise VecgateError(f"{args.sessions}: there is no recorded call in this folder")
    print(f"{found} of {seen} recorded calls would be decided otherwise")
    return NO if found else OK
