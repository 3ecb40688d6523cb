"""Of which words is a filter (an expression) made? A tokeniser that is narrower than each server's own.

Their lexers take the longest match, and so does this: `not in` and `is not null` are one word each, with single blanks,
and a path such as `meta["a"][0]` is one word without any. A list of plain numbers, or of texts, is one as well: filters
hold a hundred thousand ids, and all others would wait for a word of each.
"""

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple, Never

from vecgate.parsing.forms import unreadable

type Scalar = str | int | float | bool

#: The longest text of a filter, in characters.
LONGEST: Final = 1_000_000
#: So many words may it have, ten for each condition; a list of plain numbers, or of texts, is one of them.
MOST_WORDS: Final = 10_000
_BLANKS: Final = " \t\r\n"
_STRING: Final = "|".join(
    rf"{mark}[^{mark}\\\x00-\x1f\x7f]*+(?:\\.[^{mark}\\\x00-\x1f\x7f]*+)*+{mark}" for mark in ('"', "'")
)
_NAME: Final = r"(?:\$meta|[A-Za-z_][A-Za-z0-9_]*)"
_WORDS: Final = re.compile(
    rf"(?P<path>{_NAME}(?:\[(?:{_STRING}|[0-9]+)\])+)"
    rf"|(?P<null>(?:is (?:not )?null|IS (?:NOT )?NULL)(?![A-Za-z0-9_]))"
    rf"|(?P<notin>(?:not in|NOT IN)(?![A-Za-z0-9_]))"
    rf"|(?P<prefix>(?:u8?|U|L)(?=[\"']))"
    rf"|(?P<name>{_NAME})"
    rf"|(?P<number>(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?=(?:and|AND|or|OR)(?![A-Za-z0-9_]))"
    rf"|(?:0[xX][0-9A-Fa-f]+|0[bB][01]+|(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][+-]?[0-9]+)?)(?![A-Za-z0-9_.]))"
    rf"|(?P<string>{_STRING})"
    rf"|(?P<template>\{{{_NAME}\}})"
    rf"|(?P<numbers>\[[0-9eE+\-.,{_BLANKS}]*+\])"
    rf"|(?P<texts>\[[{_BLANKS}]*+(?:(?:{_STRING})[{_BLANKS}]*+(?:,[{_BLANKS}]*+|(?=\])))++\])"
    rf"|(?P<sign>==|!=|<=|>=|&&|\|\||[<>()\[\],+\-*/%!])"
)
_BLANK: Final = re.compile(rf"[{_BLANKS}]*+")
_TEXT: Final = re.compile(_STRING)
_STEP: Final = re.compile(rf"\[(?:({_STRING})|([0-9]+))\]")
_ESCAPES: Final = {"\\": "\\", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPED: Final = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[0-7]{3}|.)")
_PRINTED: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_WHOLE: Final = range(2**63)
_MOST_DIGITS: Final = 19
#: Chinese signs beyond U+FFFF: servers keep the last four hex digits of each, so U+20041 is an `A` to them.
CUT_SHORT: Final = "\U00016fe0-\U00016fff\U00020000-\U0003ffff"
_CUT_SHORT: Final = re.compile(f"[{CUT_SHORT}]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
#: What a text has that is not written as it stands.
_UNPLAIN: Final = re.compile(rf"[\\\"\x00-\x1f\x7f-\x9f\ud800-\udfff{CUT_SHORT}]")


class Word(NamedTuple):
    """A word: what it is, and what it says. `said`: of a name or a sign itself; of a text or a number its value.

    `values`: what a list holds that is one word (kind `list`): numbers alone, or texts alone.
    """

    kind: str
    said: str | int | float
    steps: tuple[str | int, ...] = ()
    values: tuple[Scalar, ...] = ()


def wrong(why: str) -> Never:
    """Raise CallRefused (`body.unreadable`); the words never carry anything of the filter."""
    unreadable(f"a filter {why}")


def words(text: str) -> Iterator[Word]:
    """The words of a filter. Raises CallRefused for what is none."""
    if len(text) > LONGEST:
        wrong(f"is longer than {LONGEST} characters")
    at, count = _after_blanks(text, 0), 0
    while at < len(text):
        count += 1
        if count > MOST_WORDS:
            wrong(f"has more than {MOST_WORDS} words; a list of plain numbers, or of texts, counts as one")
        found = _WORDS.match(text, at)
        if found is None:
            _odd(text, at)
        word = _word(str(found.lastgroup), found[0])
        at = _after_blanks(text, found.end() if word is not _OPENS else at + 1)
        yield word


def _after_blanks(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


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
    make = _MADE.get(kind)
    return make(said) if make else Word(kind, said)


#: Where a list begins that is read word by word.
_OPENS: Final = Word("sign", "[")


def _prefixed(_said: str) -> Never:
    wrong("has a text with a prefix, which not every server reads; write it in quotation marks alone")


def _path(said: str) -> Word:
    root = said[: said.index("[")]
    return Word("path", root, tuple(_steps(said[len(root) :])))


def _list(numbers: str) -> Word:
    found = _numbers(numbers)
    return _OPENS if found is None else Word("list", "", values=found)


def _texts(said: str) -> tuple[str, ...]:
    found = _TEXT.findall(said)
    return (*(map(unquoted, found) if "\\" in said else [one[1:-1] for one in found]),)


def _numbers(said: str) -> tuple[int | float, ...] | None:
    """The numbers of a list if JSON writes them in the same way, but for a comma at the end; None: it has others."""
    inner = said[1:-1].strip(_BLANKS)
    if inner.endswith(","):
        inner = inner[:-1] or ","
    try:
        found: list[int | float] = json.loads(f"[{inner}]")
    except ValueError:
        return None
    whole = [one for one in found if type(one) is int]
    if whole and not -_WHOLE.stop < min(whole) <= max(whole) < _WHOLE.stop:
        wrong("has a whole number out of range")
    if len(whole) < len(found) and not all(map(math.isfinite, found)):
        wrong("has a number out of range")
    return (*found,)


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
        if text[0] != "0" and len(text) > _MOST_DIGITS:
            wrong("has a whole number out of range")
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


_MADE: Final[Mapping[str, Callable[[str], Word]]] = {
    "string": lambda said: Word("string", unquoted(said)),
    "number": lambda said: Word("number", _number(said)),
    "path": _path,
    "null": lambda said: Word("null", "not" if "not" in said.lower() else ""),
    "prefix": _prefixed,
    "template": lambda said: Word("template", said[1:-1]),
    "texts": lambda said: Word("list", "", values=_texts(said)),
    "numbers": _list,
}


def quoted(text: str) -> str:
    """A text in the one form that every server reads, or CallRefused."""
    if not _UNPLAIN.search(text):
        return f'"{text}"'
    if _CUT_SHORT.search(text):
        wrong("has a Chinese sign beyond U+FFFF in a text, which servers take for another letter")
    if _CONTROL.search(text):
        wrong("has a text with a control character")
    return f'"{text.translate(_PRINTED)}"'
