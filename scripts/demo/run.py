"""python -m demo.run: starts everything and shows the tour; with --once walks it and stops."""

import argparse
import secrets
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from demo.certs import write_private
from demo.gateway import REPOSITORY, Gateway
from demo.stack import Stack
from demo.tour import Tour, TourFailed, words


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


def run(folder: Path, *, once: bool) -> int:
    """Start, show or walk, stop. 0: all of it happened."""
    print("starting OpenBao, Valkey, Chroma and its TLS front ...", flush=True)
    settings: dict[str, Any] = {"listen": {"web_password_file": str(_web_password(folder))}}
    if once:  # what somebody left waiting, or had denied, is not part of the tour
        settings["state"] = {"prefix": f"tour-{secrets.token_hex(4)}"}
    with Stack(folder, settings=settings) as stack:
        gateway = Gateway(stack.settings_path, stack.logs / "gateway.log", web=True)
        print("starting the gateway ...", flush=True)
        try:
            gateway.start()
            web = _web_address(gateway)
            if not once:
                print(words(stack, gateway, web), flush=True)
                _wait_for_end()
                print("\nstopping ...", flush=True)
                return 0
            Tour(stack, gateway, web).walk()
        finally:
            gateway.stop()
    print("the whole tour happened")
    return 0


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser("scripts/run", description="Start everything here and show what to try.")
    parser.add_argument("--once", action="store_true", help="walk the tour and stop; 0 only if all of it happened")
    parser.add_argument("--folder", type=Path, default=REPOSITORY / ".vecgate", help="where its state is kept")
    args = parser.parse_args()
    try:
        return run(args.folder, once=args.once)
    except (TourFailed, RuntimeError) as e:  # StartFailed, or a stack that already runs
        print(f"failed: {e}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
