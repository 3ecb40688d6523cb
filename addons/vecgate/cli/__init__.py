"""What can one type? `vecgate NAME ...` runs the module NAME of this package, or of its room `_desk`; there is no list.

A module here defines `register(subparsers)`, which adds the command of its own name and sets `func`, called
with the parsed arguments; its result is the exit code. 0: yes or done, 1: no or failed, 2: used wrongly.
At a desk the gateway's packages are not installed: commands that want them say so.
"""

import argparse
import os
import pkgutil
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from vecgate import __version__
from vecgate.cli import _desk
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
    return tuple(sorted(_places()))


def _places() -> dict[str, str]:
    """The module of each command, by its name."""
    rooms = ((__name__, __path__), (_desk.__name__, _desk.__path__))
    found = [(module.name, room) for room, paths in rooms for module in pkgutil.iter_modules(paths)]
    return {name: f"{room}.{name}" for name, room in found if not name.startswith("_")}


class _Parser(argparse.ArgumentParser):
    """Says of a word too many how the command is used that it stands behind, not how all of them are.

    What stands indented in a description is to be typed: such a one is printed as it is written.
    """

    def __init__(self, *given: Any, **how: Any) -> None:
        if "\n    " in (how.get("description") or ""):
            how.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(*given, **how)

    def parse_known_args(self, *given: Any, **how: Any) -> Any:
        found, left = super().parse_known_args(*given, **how)
        if left:
            self.error(f"unrecognized arguments: {' '.join(left)}")
        return found, left


def parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    """The parser, with only the command that is asked for: the others, and what they need, are not even loaded."""
    made: argparse.ArgumentParser = _Parser("vecgate", description="Just-in-time access gateway for vector databases.")
    made.add_argument("--version", action="version", version=f"vecgate {__version__}")
    subparsers = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
    known, places = commands(), _places()
    asked = argv[:1] if argv and argv[0] in known else known
    for name in asked:
        if asked is known and argv[:1] not in ([], ["-h"], ["--help"]):  # a name is all that is told of it
            subparsers.add_parser(name)
            continue
        try:
            module = import_module(places.get(name, f"{__name__}.{name}"))
        except ModuleNotFoundError as e:
            if (e.name or "").partition(".")[0] == "vecgate":
                raise
            _elsewhere(subparsers, name, str(e.name))
        else:
            module.register(subparsers)
    return made


def _elsewhere(subparsers: "Subparsers", name: str, lacks: str) -> None:
    """A command that cannot run here, as a package of the gateway is not installed."""

    def run(_: argparse.Namespace) -> int:
        words = f"'{name}' is a command of the gateway, and {lacks} is not installed: pip install 'vecgate[gateway]'"
        print(f"vecgate: {words}", file=sys.stderr)
        return NO

    # Whatever stands behind it, help included, is met with the same words.
    parser = subparsers.add_parser(name, help="(a command of the gateway)", add_help=False, prefix_chars="\0")
    parser.add_argument("words", nargs=argparse.REMAINDER)
    parser.set_defaults(func=run)


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
