"""vecgate exec: run a program as yourself, for as long as your login lasts, however short its tokens live.

    vecgate exec --upstream tickets-db -- python reindex.py

The program finds in its environment what 'vecgate env' prints. Its gateway is an address of this machine, and its key
one that is good there alone: what it sends goes on to the gateway with a token of now. VECGATE_TOKEN_FILE names a file
that holds such a token at all times, for programs that go to the gateway themselves. Options stand before '--'.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vecgate.cli._desk._upstream import Meant, meant, upstream_options
from vecgate.cli._gateway import GatewayFailed, read_token, safe
from vecgate.desk import certificate, clients, endpoint, kept, local_key, places
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import VecgateError

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

#: As shells say it: there is no such program, or it may not be run.
_NOT_RUN: Final = 127
_MAY_NOT: Final = 126
#: What a terminal gives to all of its programs in front.
_TYPED: Final = (signal.SIGINT, signal.SIGQUIT)
_SIGNALS: Final = (*_TYPED, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
#: Between two looks at the token in the file; it is renewed a minute before it ends (desk/fresh.py).
_LOOK: Final = 15.0


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate exec`."""
    words = "run a program as yourself, for longer than a token lives"
    parser = subparsers.add_parser("exec", help=words, description=__doc__, allow_abbrev=False)
    upstream_options(parser, required=False)
    about = "give it the gateway's own address, and the token as it is now"
    parser.add_argument("--direct", action="store_true", help=about)
    parser.add_argument("command", metavar="-- COMMAND", nargs=argparse.REMAINDER, help="what to run")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Run it; its exit code is ours. Raises VecgateError."""
    command = args.command[1:] if args.command[:1] == ["--"] else args.command
    if not command or command[0].startswith("-"):
        raise GatewayFailed("which program? It stands after '--', and options before that")
    found, token = meant(args), _token(args)
    _tell_of_another(args.token_file)
    with tempfile.TemporaryDirectory(prefix="vecgate-", dir=_runtime()) as made:  # mode 0700
        folder = Path(made)
        with _file(folder / "token", token) as file, _place(args, found, token, folder) as set_:
            return _child(command, {**os.environ, **set_, "VECGATE_TOKEN_FILE": str(file)})


def _tell_of_another(file: Path | None) -> None:
    """Whoever is logged in means that, mostly: a token that an earlier 'vecgate env' set ends within minutes."""
    told = os.environ.get("VECGATE_TOKEN", "").strip()
    if told and file is None and not told.startswith(local_key.HERE_ALONE) and kept.current():
        words = "VECGATE_TOKEN is what it calls with, until that ends; for your login: unset VECGATE_TOKEN"
        print(f"vecgate: {words}", file=sys.stderr, flush=True)


def _runtime() -> str | None:
    """A folder of this user in memory, where there is one."""
    told = os.environ.get("XDG_RUNTIME_DIR")
    return told if told and Path(told).is_dir() else None


def _token(args: argparse.Namespace) -> Callable[[], Secret]:
    return lambda: read_token(args.token_file)


@contextmanager
def _place(
    args: argparse.Namespace, found: Meant, token: Callable[[], Secret], folder: Path
) -> Iterator[dict[str, str]]:
    """What is set for the program, for as long as it runs."""
    if args.direct or (found.dialect and clients.of(found.dialect).direct):
        trusted = clients.bundle(found.ca, folder / "trusted.pem") if found.ca else ""
        yield clients.environment(found.dialect, found.url, token().reveal(), found.ca, trusted)
        return
    with endpoint.served(found.url, found.ca, token, certificate.make(folder)) as here:
        trusted = clients.bundle(str(here.ca), folder / "trusted.pem")
        yield clients.environment(found.dialect, here.url, here.key.reveal(), str(here.ca), trusted)


@contextmanager
def _file(path: Path, token: Callable[[], Secret]) -> Iterator[Path]:
    """A file that holds a token of now, while the block runs. Raises VecgateError where there is none at first."""
    written = token().reveal()
    places.write(path, written)
    over = threading.Event()

    def keep() -> None:
        last = written
        while not over.wait(_LOOK):
            with suppress(VecgateError):  # the next look may find one; until then the gateway says that it has ended
                if (now := token().reveal()) != last:
                    places.write(path, now)
                    last = now

    thread = threading.Thread(target=keep, daemon=True)
    thread.start()
    try:
        yield path
    finally:
        over.set()
        thread.join()


def _child(command: list[str], environment: dict[str, str]) -> int:
    """Its exit code; signals that we get, it gets. A shell's number for one that ended by a signal."""
    started, early = list[subprocess.Popen[bytes]](), list[int]()

    def on(number: int, _frame: Any) -> None:
        if number in _TYPED and _is_in_front():
            return  # it has it already
        if not started:
            early.append(number)
        for one in started:
            one.send_signal(number)

    # Functions, and before it begins: what is ignored would be ignored by it, too, and what comes early be lost.
    before = {one: signal.signal(one, on) for one in _SIGNALS}
    try:
        child = subprocess.Popen(command, env=environment)  # noqa: S603  what its user typed
        started.append(child)
        for number in early:
            child.send_signal(number)
        code = child.wait()
    except OSError as e:
        print(f"vecgate: {safe(command[0])}: {e.strerror}", file=sys.stderr)
        return _MAY_NOT if isinstance(e, PermissionError) else _NOT_RUN
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    return 128 - code if code < 0 else code


def _is_in_front() -> bool:
    """Whether a terminal has us in front, where what is typed (Ctrl-C) reaches us and what we run alike."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
