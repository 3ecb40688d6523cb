"""What does text look like in which nobody is named? The documentation and source of Python's own library."""

import importlib
import inspect
import pkgutil
import random
import re
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from pydoc_data import topics
from typing import Final

#: Who is thanked or quoted in the library's own texts: paragraphs with these words name people.
_PEOPLE: Final = re.compile(
    r"Guido|Rossum|Tim Peters|Knuth|[Aa]uthor|[Tt]hanks|[Cc]opyright|[Ww]ritten by|[Cc]ontribut|Lundh|Hettinger|Monty|"
    r"Python Software|Microsoft|Windows NT|Sun |DEC |Hopper|Eric|John|Bob|Alice|Mac OS|Apple|California|Berkeley"
)
_SKIPPED: Final = ("test", "idlelib", "lib2to3", "antigravity", "this", "turtledemo", "encodings", "__phello")


def _modules() -> Iterator[object]:
    names = sorted(m.name for m in pkgutil.iter_modules() if m.name in sys.stdlib_module_names)
    for name in names:
        if name.startswith(("_", *_SKIPPED)):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                yield importlib.import_module(name)
            except ImportError:
                continue


def _texts(module: object) -> Iterator[str]:
    yield inspect.getdoc(module) or ""
    for _, member in inspect.getmembers(module):
        if inspect.isclass(member) or inspect.isroutine(member):
            yield inspect.getdoc(member) or ""


def paragraphs() -> list[str]:
    """Paragraphs of the language reference and of docstrings, each once, 40 to 900 characters."""
    raw = [p for text in topics.topics.values() for p in text.split("\n\n")]
    raw += [p for module in _modules() for text in _texts(module) for p in text.split("\n\n")]
    kept = dict.fromkeys(p.strip() for p in raw if 40 < len(p.strip()) < 900 and not _PEOPLE.search(p))
    return [re.sub(r"\n\s*", " ", p) if i % 2 else p for i, p in enumerate(kept)]


def code(pick: random.Random, count: int) -> list[str]:
    """Stretches of source code, 3 to 14 lines."""
    files = sorted(Path(inspect.__file__).parent.glob("*.py"))
    pieces: list[str] = []
    while len(pieces) < count:
        lines = pick.choice(files).read_text(encoding="utf-8", errors="ignore").splitlines()
        at = pick.randrange(max(1, len(lines) - 14))
        piece = "\n".join(lines[at : at + pick.randint(3, 14)]).strip()
        if 40 < len(piece) < 900 and not _PEOPLE.search(piece):
            pieces.append(piece)
    return pieces
