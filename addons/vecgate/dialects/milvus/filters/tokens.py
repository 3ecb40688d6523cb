"""Of which words is a filter (an expression) made? A tokeniser that is narrower than each server's own.

Their lexers take the longest match, and so does this: `not in` and `is not null` are one word each, with single blanks,
and a path such as `meta["a"][0]` is one word without any.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, Never

from vecgate.parsing.forms import unreadable

#: The longest text of a filter, in characters, and the most words in it: a server takes 12 s for 2,000 conditions.
LONGEST: Final = 1_000_000
_STRING: Final = r'"(?:[^"\\\x00-\x1f\x7f]|\\.)*"|' + r"'(?:[^'\\\x00-\x1f\x7f]|\\.)*'"
_NAME: Final = r"(?:\$meta|[A-Za-z_][A-Za-z0-9_]*)"
_WORDS: Final = re.compile(
    rf"(?P<blank>[ \t\r\n]+)"
    rf"|(?P<path>{_NAME}(?:\[(?:{_STRING}|[0-9]+)\])+)"
    rf"|(?P<null>(?:is (?:not )?null|IS (?:NOT )?NULL)(?![A-Za-z0-9_]))"
    rf"|(?P<notin>(?:not in|NOT IN)(?![A-Za-z0-9_]))"
    rf"|(?P<name>{_NAME})"
    rf"|(?P<number>(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?=(?:and|AND|or|OR)(?![A-Za-z0-9_]))"
    rf"|(?:0[xX][0-9A-Fa-f]+|0[bB][01]+|(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][+-]?[0-9]+)?)(?![A-Za-z0-9_.]))"
    rf"|(?P<string>{_STRING})"
    rf"|(?P<template>\{{{_NAME}\}})"
    rf"|(?P<sign>==|!=|<=|>=|&&|\|\||[<>()\[\],+\-*/%!])"
)
_STEP: Final = re.compile(rf"\[(?:({_STRING})|([0-9]+))\]")
_PREFIXES: Final = frozenset({"u8", "u", "U", "L"})
_ESCAPES: Final = {"\\": "\\", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPED: Final = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[0-7]{3}|.)")
_PRINTED: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_WHOLE: Final = range(2**63)
#: Chinese signs beyond U+FFFF: servers keep the last four hex digits of each, so U+20041 is an `A` to them.
CUT_SHORT: Final = "\U00016fe0-\U00016fff\U00020000-\U0003ffff"
_CUT_SHORT: Final = re.compile(f"[{CUT_SHORT}]")


class Word(NamedTuple):
    """A word: what it is, and what it says. `said`: of a name or a sign itself; of a text or a number its value."""

    kind: str
    said: str | int | float
    steps: tuple[str | int, ...] = ()


def wrong(why: str) -> Never:
    """Raise CallRefused (`body.unreadable`); the words never carry anything of the filter."""
    unreadable(f"a filter {why}")


def words(text: str) -> Iterator[Word]:
    """The words of a filter. Raises CallRefused for what is none."""
    if len(text) > LONGEST:
        wrong(f"is longer than {LONGEST} characters")
    at = 0
    while at < len(text):
        found = _WORDS.match(text, at)
        if found is None:
            _odd(text, at)
        kind, said = str(found.lastgroup), found[0]
        if kind in ("name", "path") and said in _PREFIXES and text[found.end() : found.end() + 1] in ('"', "'"):
            wrong("has a text with a prefix, which not every server reads; write it in quotation marks alone")
        at = found.end()
        if kind != "blank":
            yield _word(kind, said)


def _odd(text: str, at: int) -> Never:
    one = text[at]
    if one in "\"'":
        wrong("has a text without an end, or with a raw control character in it")
    if one in "#?;@\\`$.^&|~:={}":
        wrong(f"has '{one}', which stands in no filter outside of texts")
    if text.startswith(("//", "/*", "--"), at):
        wrong("has a comment, and its language has none")
    wrong("has a character that stands in none outside of texts, or a number that nobody reads so")


def _word(kind: str, said: str) -> Word:
    if kind == "string":
        return Word(kind, unquoted(said))
    if kind == "number":
        return Word(kind, _number(said))
    if kind == "path":
        root = said[: said.index("[")]
        return Word(kind, root, tuple(_steps(said[len(root) :])))
    if kind == "null":
        return Word(kind, "not" if "not" in said.lower() else "")
    if kind == "template":
        return Word(kind, said[1:-1])
    return Word(kind, said)


def _steps(text: str) -> Iterator[str | int]:
    for quoted, place in _STEP.findall(text):
        yield _key(quoted) if quoted else _place(place)


def _key(text: str) -> str:
    """A key, of which servers take what stands between the quotation marks as it is."""
    if "\\" in text or '"' in text[1:-1]:
        wrong("has a key with a quotation mark or an escape in it, which servers do not read as one")
    return text[1:-1]


def _place(text: str) -> int:
    if (len(text) > 1 and text[0] == "0") or len(text) > 9:
        wrong("has a place in a list that is no plain number")
    return int(text)


def _number(text: str) -> int | float:
    if text[:2] in ("0x", "0X", "0b", "0B"):
        number = int(text, 0)
    elif text.isdigit():
        if text[0] == "0" and text.strip("01234567"):
            wrong("has a number with a leading 0 that is not octal")
        number = int(text, 8 if text[0] == "0" and len(text) > 1 else 10)
    else:
        real = float(text)
        if real in (float("inf"), float("-inf")):
            wrong("has a number out of range")
        return real
    if number not in _WHOLE:
        wrong("has a whole number out of range")
    return number


def unquoted(text: str) -> str:
    """What a quoted text says."""
    mark, inner = text[0], text[1:-1]
    if "\\" not in inner:
        return inner

    def one(found: re.Match[str]) -> str:
        said = found[1]
        if said == mark or (said in _ESCAPES and said != '"'):
            return _ESCAPES.get(said, said)
        if len(said) > 1:
            code = int(said, 8) if said[0] in "01234567" else int(said[1:], 16)
            if code < 0x80 if said[0] not in "uU" else code <= 0x10FFFF and not 0xD800 <= code < 0xE000:
                return chr(code)
        wrong("has an escape in a text that not every server reads")

    return _ESCAPED.sub(one, inner)


def quoted(text: str) -> str:
    """A text in the one form that every server reads, or CallRefused."""
    if _CUT_SHORT.search(text):
        wrong("has a Chinese sign beyond U+FFFF in a text, which servers take for another letter")
    out = []
    for one in text:
        if one in _PRINTED:
            out.append(_PRINTED[one])
        elif ord(one) < 0x20 or 0x7F <= ord(one) < 0xA0 or 0xD800 <= ord(one) < 0xE000:
            wrong("has a text with a control character")
        else:
            out.append(one)
    return f'"{"".join(out)}"'
