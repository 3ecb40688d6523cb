"""python -m demo.run: starts everything and shows the tour; with --once walks it and stops."""

import argparse
import secrets
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any, Final

from demo.certs import write_private
from demo.gateway import REPOSITORY, Gateway
from demo.settings import UPSTREAM
from demo.stack import Stack
from demo.tour import Tour, TourFailed, words

_AGED: Final = """\
{folder} was made by an earlier version: its OpenBao lacks what this one needs, and was set up anew. What it was, its
secrets and the recordings that only its keys open lie in {place}; tickets, requests and grants are still there."""


def _web_address(gateway: Gateway) -> str:
    listen = gateway.listen
    password = listen.web_password_file.read_text("utf-8").strip() if listen.web_password_file else ""
    return f"http://{listen.web_host}:{listen.web_port}/?token={password}"


def _web_password(folder: Path) -> Path:
    path = folder / "secrets" / "web-password"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, secrets.token_urlsafe(12).encode())
    return path


def _wait_for_end() -> None:
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    while not ended.wait(1):
        pass


def run(folder: Path, *, once: bool, databases: Sequence[str] = ("chroma",)) -> int:
    """Start, show or walk, stop. 0: all of it happened."""
    qdrant = "qdrant" in databases
    second = ", Qdrant's engine behind the edge shim" if qdrant else ""
    print(
        f"starting OpenBao, Valkey, Chroma{second}, the TLS front of each database and a login service ...", flush=True
    )
    settings: dict[str, Any] = {"listen": {"web_password_file": str(_web_password(folder))}}
    if once:  # what somebody left waiting, or had denied, is not part of the tour
        settings["state"] = {"prefix": f"tour-{secrets.token_hex(4)}"}
    with Stack(folder, settings=settings, qdrant=qdrant, login=True) as stack:
        if stack.put_aside:
            print(_AGED.format(folder=folder, place=stack.put_aside), flush=True)
        gateway = Gateway(stack.settings_path, stack.logs / "gateway.log", web=True)
        print("starting the gateway ...", flush=True)
        try:
            gateway.start()
            if stack.login:
                stack.login.write_desk(gateway.url, gateway.ca, UPSTREAM)
            if stack.console:
                stack.console.start(gateway)
            web = _web_address(gateway)
            if not once:
                print(words(stack, gateway, web), flush=True)
                _wait_for_end()
                print("\nstopping ...", flush=True)
                return 0
            Tour(stack, gateway, web).walk()
        finally:
            if stack.console:
                stack.console.stop()
            gateway.stop()
    print("the whole tour happened")
    return 0


def _databases(text: str) -> tuple[str, ...]:
    """The demo's tour is Chroma's, so that it is always there."""
    found = tuple(text.split(","))
    if set(found) not in ({"chroma"}, {"chroma", "qdrant"}):
        raise argparse.ArgumentTypeError("chroma, or chroma,qdrant")
    return found


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser("scripts/run", description="Start everything here and show what to try.")
    parser.add_argument("--once", action="store_true", help="walk the tour and stop; 0 only if all of it happened")
    parser.add_argument("--folder", type=Path, default=REPOSITORY / ".vecgate", help="where its state is kept")
    more = "chroma, or chroma,qdrant: Qdrant's engine behind the edge shim, on the gateway's next port"
    parser.add_argument("--databases", type=_databases, default=("chroma",), metavar="LIST", help=more)
    args = parser.parse_args()
    try:
        return run(args.folder, once=args.once, databases=args.databases)
    except (TourFailed, RuntimeError) as e:  # StartFailed, or a stack that already runs
        print(f"failed: {e}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
