"""How is a piece of JSON text recognised? Strings, keys and white space, read as parsers that exist would read them."""

import re
from collections.abc import Callable
from json import decoder
from typing import Final

#: The standard library's, which gives the end of a string as well.
_scan: Final[Callable[[str, int, bool], tuple[str, int]]] = decoder.scanstring  # type: ignore[attr-defined]
_SPACE: Final = re.compile(r"[\s\ufeff]*")
KEY: Final = re.compile(r'"([^"\\]*)"[\s\ufeff]*:[\s\ufeff]*')
AFTER: Final = re.compile(r"[\s\ufeff]*([,\]}])[\s\ufeff]*")
_BEGINS: Final = re.compile(r'[\s\ufeff]*(?:[{\[]|"(?:\s|\\[nrt])*[{\[])').match
_LINES: Final = re.compile(r"\n[^\S\n]*\{").search
#: How deep JSON may lie in strings of JSON; what lies deeper is hidden.
NESTED: Final = 8
#: What a text that is JSON may begin with, but for white space.
MAY_BEGIN: Final = frozenset('{["\ufeff')


def may_be_json(text: str, among_lines: bool) -> bool:
    """Whether it is worth reading as JSON: it begins as such, or (`among_lines`) one of its lines does."""
    first = text[0]
    if (first in MAY_BEGIN or first.isspace()) and _BEGINS(text) is not None:
        return True
    return among_lines and _LINES(text) is not None


class NotJson(ValueError):
    """Here, at `pos`, it is no JSON."""

    def __init__(self, pos: int) -> None:
        super().__init__("not JSON")
        self.pos = pos


def string_at(text: str, at: int) -> tuple[str, int]:
    """A string, without quotes and escapes, and where it ends. Line ends in it are taken. Raises ValueError."""
    value, end = _scan(text, at + 1, False)
    return value, end


def skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def readable(text: str) -> str:
    """The same length, without halves of characters."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
