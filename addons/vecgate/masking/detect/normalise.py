"""What does this text say once its disguises are taken off? Each character knows where it came from.

Undone, in rounds until nothing changes: HTML entities (HTML 5, 13.2.5.72), percent escapes (RFC 3986, 2.1),
`\\uXXXX`, `\\xXX` and `\\n` escapes (RFC 8259, 7). Then, once: invisible characters, compatibility forms such
as full width (Unicode NFKC, UAX 15), digits of other scripts, look-alike letters (a part of UTS 39).
"""

import html
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final

from vecgate.masking.detect.lookalikes import FOLDED, LOOKALIKES, PUNCTUATION, is_invisible

ROUNDS: Final = 3
_ESCAPED: Final = re.compile(
    r"&(?:\#[0-9]{2,7};?|\#[xX][0-9a-fA-F]{2,6};?|[A-Za-z][A-Za-z0-9]{1,30};)"
    r"|(?:%[0-9A-Fa-f]{2})+"
    r"|(?:[\\%]u[0-9a-fA-F]{4})+"
    r"|\\u\{[0-9a-fA-F]{1,6}\}|\\U[0-9a-fA-F]{8}"
    r"|(?:\\x[0-9a-fA-F]{2})+"
    r"|\\[nrt]"
)
#: What stands before a backslash of a path: C:\\Users, or a share. There \\n begins a name, not a line.
_FOLDER: Final = r"[^\\/:*?\"<>|\s]{1,60}(?: [^\\/:*?\"<>|\s]{1,60}){0,3}"
_PATH: Final = re.compile(
    r"(?:\b[A-Za-z]:(?=\\{1,2}[^\\nrt])|(?<![^\s\"'(])\\\\(?![nrt])[\w.$-]{1,60})"
    rf"(?:\\{{1,2}}{_FOLDER}){{0,12}}\\?\Z"
)
_PATHS_REACH: Final = 260
_WORD: Final = re.compile(r"\S+")
_LATIN: Final = re.compile(r"[A-Za-z]")
_LATIN_END: Final = 0x250


@dataclass(frozen=True, slots=True)
class Normal:
    """A plain reading of a text. Character `i` of `text` stands for `starts[i]:ends[i]` of the original.

    Without maps the text is the original itself. `left`: words of `text` that hold escapes in escapes in escapes, and
    were not read to their end.
    """

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None
    left: tuple[tuple[int, int], ...] = ()

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that a non-empty stretch of `text` stands for."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]

    @property
    def ascii(self) -> str:
        """`text` with every character folded to one ASCII character, so that offsets stay the same.

        Letters keep their case; characters of scripts without case or word gaps become separators.
        """
        return self.text if self.text.isascii() else self.text.translate(FOLDED)


class Builder:
    """Collects characters together with where they came from."""

    def __init__(self, before: Normal) -> None:
        self._before = before
        self._text: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []

    def add(self, characters: str, start: int, end: int) -> None:
        """Characters that stand for a stretch."""
        if not characters:
            return self.drop(start, end)
        a, b = self._before.original(start, end)
        self._text.extend(characters)
        self._starts.extend([a] * len(characters))
        self._ends.extend([b] * len(characters))
        return None

    def copy(self, start: int, end: int) -> None:
        """A stretch as it is."""
        self._text.extend(self._before.text[start:end])
        if self._before.starts is None or self._before.ends is None:
            self._starts.extend(range(start, end))
            self._ends.extend(range(start + 1, end + 1))
        else:
            self._starts.extend(self._before.starts[start:end])
            self._ends.extend(self._before.ends[start:end])

    def drop(self, start: int, end: int) -> None:
        """Leave a stretch out."""
        # What is dropped belongs to the character before it, so that a mask covers it too.
        if self._ends:
            self._ends[-1] = self._before.original(start, end)[1]

    @property
    def size(self) -> int:
        """How many characters there are."""
        return len(self._text)

    def compose(self, mark: str, at: int) -> bool:
        """Put an accent on the letter before it. True if it is dealt with."""
        if not self._text or ord(self._text[-1]) >= _LATIN_END:
            return False
        composed = unicodedata.normalize("NFC", self._text[-1] + mark)
        if len(composed) == 1:
            self._text[-1] = composed
        self.drop(at, at + 1)
        return True

    def done(self) -> Normal:
        """The reading."""
        return Normal("".join(self._text), self._starts, self._ends)


def _meaning(escaped: str) -> str:
    """What an escape stands for; the escape itself where it stands for nothing."""
    try:
        match escaped[:2]:
            case "\\u" | "%u" if escaped[2] != "{":
                raw = "".join(chr(int(code, 16)) for code in escaped.replace("%u", "\\u").split("\\u")[1:])
                return raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            case "\\u" | "\\U":
                return chr(int(escaped[2:].strip("{}"), 16)).encode("utf-8", "replace").decode()
            case "\\x":
                return _octets(bytes.fromhex(escaped.replace("\\x", "")))
            case "\\n" | "\\r" | "\\t":
                return "\n"
        if escaped[0] == "&":
            return html.unescape(escaped)
        return bytes.fromhex(escaped.replace("%", "")).decode("utf-8")
    except (ValueError, OverflowError):
        return escaped


def _octets(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _is_of_a_path(text: str, at: int, end: int) -> bool:
    """Whether the backslash there parts the folders of a path of Windows (260 characters at the most).

    In doubt it is a line's end: behind a drive or a share alone, and before what no small letter begins.
    """
    if not text[end : end + 1].islower():
        return False
    before = text[max(0, at - _PATHS_REACH) : at]
    return (":" in before or "\\\\" in before) and _PATH.search(before) is not None


def _unescape(before: Normal) -> Normal:
    builder, at = Builder(before), 0
    for found in _ESCAPED.finditer(before.text):
        meaning = _meaning(found[0])
        if meaning == found[0] or (meaning == "\n" and _is_of_a_path(before.text, *found.span())):
            continue
        builder.copy(at, found.start())
        builder.add(meaning, *found.span())
        at = found.end()
    if at == 0:
        return before
    builder.copy(at, len(before.text))
    return builder.done()


def _all_disguised(word: str) -> bool:
    """Digits, and no letter that looks like itself: 555-0100x12 with an x of another script."""
    return any(c.isdigit() for c in word) and all(c in LOOKALIKES for c in word if c.isalpha())


def _disguised(text: str, present: set[str]) -> set[int]:
    """Positions of look-alike letters in Latin company: in a mostly Latin text, or in a word with Latin letters."""
    letters = [c for c in text if c.isalpha()]
    if 2 * sum(ord(c) < _LATIN_END for c in letters) > len(letters):
        return {i for i, c in enumerate(text) if c in present}
    return {
        word.start() + i
        for word in _WORD.finditer(text)
        if _LATIN.search(word[0]) or _all_disguised(word[0])
        for i, c in enumerate(word[0])
        if c in present
    }


class _Plain(dict[str, str]):
    """Character -> its plain form; worked out when first met. Accents to be put on the letter before stay."""

    def __missing__(self, character: str) -> str:
        if character in PUNCTUATION:
            plain = PUNCTUATION[character]
        elif is_invisible(character):
            plain = ""
        else:
            digit = unicodedata.decimal(character, None)
            plain = str(digit) if digit is not None else unicodedata.normalize("NFKC", character)
        self[character] = plain
        return plain


_PLAIN: Final = _Plain()


def _unmask(before: Normal) -> Normal:
    characters = {c for c in set(before.text) if c > "\x7f"}
    likes = characters & LOOKALIKES.keys()
    disguised = _disguised(before.text, likes) if likes else set()
    odd = {c for c in characters if _PLAIN[c] != c or unicodedata.combining(c)}
    if not odd and not disguised:
        return before
    builder, at = Builder(before), 0
    for i, character in enumerate(before.text):
        if character not in odd and i not in disguised:
            continue
        builder.copy(at, i)
        at = i + 1
        if i in disguised:
            builder.add(LOOKALIKES[character], i, at)
        elif not (unicodedata.combining(character) and builder.compose(character, i)):
            builder.add(_PLAIN[character], i, at)
    builder.copy(at, len(before.text))
    return builder.done()


def normalise(text: str) -> Normal:
    """The plain reading of a text. Never fails; what cannot be read stays as it is."""
    normal, left = _unescaped(Normal(text))
    if normal.text.isascii():
        return replace(normal, left=left) if left else normal
    plain = _unmask(normal)
    if plain is not normal:  # an escape may have been disguised itself
        plain, left = _unescaped(plain)
    return replace(plain, left=left) if left else plain


def _unescaped(normal: Normal) -> tuple[Normal, tuple[tuple[int, int], ...]]:
    """Without its escapes, and the words in which some are left after so many rounds."""
    for _ in range(ROUNDS):
        if "&" not in normal.text and "%" not in normal.text and "\\" not in normal.text:
            return normal, ()
        before, normal = normal, _unescape(normal)
        if normal.text == before.text:
            return normal, ()
    words = (word.span() for word in _WORD.finditer(normal.text) if _is_escaped(word[0]))
    return normal, tuple(words)


def _is_escaped(word: str) -> bool:
    return any(_meaning(found[0]) != found[0] for found in _ESCAPED.finditer(word))
