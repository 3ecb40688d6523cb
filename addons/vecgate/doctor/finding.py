"""What did a check find, how bad is it, and what is to be done?"""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is, worst first: that is the order in which findings are shown."""

    PROBLEM = "problem"
    WARNING = "warning"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one thing, and for all but `ok` a second one: what to do. Neither holds a secret."""

    level: Level
    about: str
    found: str
    todo: str = ""


def sentence(text: str) -> str:
    """A text that others wrote, with a full stop where it has no end of its own."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def ok(about: str, found: str) -> Finding:
    return Finding(Level.OK, about, found)


def warning(about: str, found: str, todo: str) -> Finding:
    return Finding(Level.WARNING, about, _ended(found), todo)


def problem(about: str, found: str, todo: str) -> Finding:
    return Finding(Level.PROBLEM, about, _ended(found), todo)


def _ended(found: str) -> str:
    """With one full stop, where it ends with a text of others that had its own."""
    return found[:-1] if found.endswith("..") and not found.endswith("...") else found
