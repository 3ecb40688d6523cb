"""vecgate wait: wait until somebody has decided on a held call, a plan or a request for access, and go on from there.

    vecgate wait ID -- python delete_old_tickets.py

COMMAND runs after a yes, and its exit code is passed on; it sends the same call again, which runs then, or uses the
access, once its time has begun. Exit codes of its own: 75 nobody decided within --timeout, 77 it was denied, 78 it has
ended otherwise (expired, withdrawn, used). Options stand before the ID.
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
ACCESS: Final = "/.vecgate/v1/access"
#: As sysexits.h has them: try again later, not permitted, and what is asked for is not so.
UNDECIDED: Final = 75
DENIED: Final = 77
ENDED: Final = 78
_NOT_RUN: Final = 127
#: Between two questions, where a gateway answered at once that it is still pending.
_PAUSE: Final = 1.0
#: How it stands once somebody has said yes, and it can be used.
_YES: Final = ("approved", "granted")
#: So long a gateway keeps who asks it to wait; with less left than that, it is not asked to.
_KEPT: Final = 21.0


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate wait`."""
    words = "wait until a held call or access is decided on, then run a command"
    parser = subparsers.add_parser("wait", help=words, description=__doc__, allow_abbrev=False)
    options(parser)
    parser.add_argument("--timeout", metavar="SECONDS", type=_seconds, default=3600.0, help="how long at most; 3600")
    parser.add_argument("id", metavar="ID", help="its id, as the refusal or 'vecgate access request' shows it")
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
    if state not in _YES:
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
    """It once it is decided, and its time has begun, or as it is when the time is over. Raises GatewayFailed."""
    end, api = now() + timeout, API
    while True:
        asked, kept = now(), "/wait" if end - now() > _KEPT and api == API else ""
        try:
            found: dict[str, Any] = gateway.call("GET", f"{api}/{quote(id, safe='')}{kept}")
        except GatewayFailed as e:
            if api == ACCESS or not str(e).startswith("requests.unknown"):
                raise
            api = ACCESS  # then it is an id of that, or of nothing
            continue
        left = end - now()
        if not _waits(found) or left <= 0:
            return found if not _waits(found) else {**found, "state": "pending"}
        if now() - asked < _PAUSE:
            sleep(min(_PAUSE, left))


def _waits(found: dict[str, Any]) -> bool:
    """Whether it is still to be decided, or its time has not begun. Which that is says the gateway's clock."""
    return found["state"] == "pending" or (found["state"] == "granted" and _ahead(found) > 0)


def _ahead(found: dict[str, Any]) -> float:
    begins, ends = found["begins_at"], found["ends_at"]
    # `seconds_left` runs to the end: the gateway's time now is that much before it.
    return 0.0 if begins is None or ends is None else float(begins - (ends - found["seconds_left"]))


def _words(found: dict[str, Any]) -> str:
    by = f" by {found['ended_by']}" if found["ended_by"] and found["state"] in ("denied", "withdrawn", "ended") else ""
    if "effect" in found:
        what, why = f"request {found['id']} ({found['effect']})", found["reason"]
    else:
        where = f" on {', '.join(found['collections'])}" if found["collections"] else ""
        what, why = f"access {found['id']} ({', '.join(found['operations'])}{where})", found["why"]
    return safe(f"{what} is {found['state']}{by}" + (f": {why}" if why else ""))


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 30 * 86400:
        raise ValueError(text)
    return seconds
