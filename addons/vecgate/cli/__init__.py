"""What can one type? `vecgate NAME ...` runs the module NAME of this package; there is no list to edit.

A module here defines `register(subparsers)`, which adds the command of its own name and sets `func`, called
with the parsed arguments; its result is the exit code. 0: yes or done, 1: no or failed, 2: used wrongly.
"""

import argparse
import os
import pkgutil
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Final

from vecgate import __version__
from vecgate.refusals.errors import Unavailable, VecgateError

if TYPE_CHECKING:
    type Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

OK: Final = 0
NO: Final = 1
MISUSED: Final = 2
INTERRUPTED: Final = 130
#: What to look at when a part is away, where a command says no more than its name.
_AWAY: Final = {
    "state": " (is Valkey up, and state.url right?)",
    "vault": " (is OpenBao up and unsealed, and vault.url right?)",
}


def commands() -> tuple[str, ...]:
    """The names of all commands: modules without an underscore in front."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")))


def parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    """The parser, with only the command that is asked for: the others, and what they need, are not even loaded."""
    made = argparse.ArgumentParser("vecgate", description="Just-in-time access gateway for vector databases.")
    made.add_argument("--version", action="version", version=f"vecgate {__version__}")
    subparsers = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
    known = commands()
    for name in argv[:1] if argv and argv[0] in known else known:
        import_module(f"{__name__}.{name}").register(subparsers)
    return made


def main(argv: list[str] | None = None) -> int:
    """Runs one command and returns its exit code. What is wrong is said on stderr, without a stack trace."""
    words = sys.argv[1:] if argv is None else argv
    try:
        args = parser(words).parse_args(words)
        code: int = args.func(args)
        sys.stdout.flush()
    except BrokenPipeError:  # `vecgate ... | head`: who reads has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except SystemExit as e:  # argparse ends the process for --help and for misuse
        return e.code if isinstance(e.code, int) else MISUSED
    except VecgateError as e:
        hint = _AWAY.get(e.part, "") if isinstance(e, Unavailable) else ""
        print(f"vecgate: {e}{hint}", file=sys.stderr)
        return NO
    except KeyboardInterrupt:
        return INTERRUPTED
    return code
