"""vecgate wait: wait until somebody has decided on a request, and go on from there.

    vecgate wait ID -- python delete_old_tickets.py

COMMAND runs after a yes, and its exit code is passed on; it sends the same call again, which runs then. Exit codes
of its own: 75 nobody decided within --timeout, 77 it was denied, 78 it has ended otherwise (expired, withdrawn, used).
Options stand before the ID.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from vecgate.cli._gateway import Gateway, GatewayFailed, in_form, options, safe

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

API: Final = "/.vecgate/v1/requests"
#: As sysexits.h has them: try again later, not permitted, and what is asked for is not so.
UNDECIDED: Final = 75
DENIED: Final = 77
ENDED: Final = 78
_NOT_RUN: Final = 127
#: Between two questions, where a gateway answered at once that it is still pending.
_PAUSE: Final = 1.0
#: So long a gateway keeps who asks it to wait; with less left than that, it is not asked to.
_KEPT: Final = 21.0


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate wait`."""
    words = "wait until a request is decided, then run a command"
    parser = subparsers.add_parser("wait", help=words, description=__doc__, allow_abbrev=False)
    options(parser)
    parser.add_argument("--timeout", metavar="SECONDS", type=_seconds, default=3600.0, help="how long at most; 3600")
    parser.add_argument("id", metavar="ID", help="the request's id, as the refusal shows it")
    parser.add_argument("command", metavar="-- COMMAND", nargs=argparse.REMAINDER, help="what to run after a yes")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Wait, then become the command. Raises GatewayFailed."""
    command = args.command[1:] if args.command[:1] == ["--"] else args.command
    if command and command[0].startswith("-"):
        raise GatewayFailed("options stand before the ID, and the command after '--'")
    gateway = Gateway.of(args.gateway, args.ca, args.token_file)
    with in_form():
        found = decided(gateway, args.id, args.timeout)
        state, words = str(found["state"]), _words(found)
    print(f"vecgate: {words}", file=sys.stderr)
    if state != "approved":
        return {"pending": UNDECIDED, "denied": DENIED}.get(state, ENDED)
    if not command:
        return 0
    sys.stdout.flush()
    try:
        os.execvp(command[0], command)  # noqa: S606 - its exit code is ours, and so are the signals that it gets
    except OSError as e:
        print(f"vecgate: {safe(command[0])}: {e.strerror}", file=sys.stderr)
        return _NOT_RUN


def decided(
    gateway: Gateway, id: str, timeout: float, now: Callable[[], float] = time.monotonic, sleep: Any = time.sleep
) -> dict[str, Any]:
    """The request once it is no longer pending, or as it is when the time is over. Raises GatewayFailed."""
    end = now() + timeout
    while True:
        asked, kept = now(), "/wait" if end - now() > _KEPT else ""
        found: dict[str, Any] = gateway.call("GET", f"{API}/{quote(id, safe='')}{kept}")
        left = end - now()
        if found["state"] != "pending" or left <= 0:
            return found
        if now() - asked < _PAUSE:
            sleep(min(_PAUSE, left))


def _words(found: dict[str, Any]) -> str:
    by = f" by {found['ended_by']}" if found["ended_by"] and found["state"] in ("denied", "withdrawn") else ""
    why = f": {found['reason']}" if found["reason"] else ""
    return safe(f"request {found['id']} ({found['effect']}) is {found['state']}{by}{why}")


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 30 * 86400:
        raise ValueError(text)
    return seconds
