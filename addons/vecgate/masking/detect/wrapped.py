"""What was cut by a line's end, by mark-up or by quoted-printable? Put together again before patterns look.

A word that is hyphenated at a line's end, tags of HTML and emphasis of Markdown inside words and numbers, soft breaks
and escapes of quoted-printable (RFC 2045, 6.7) are undone for everybody. Numbers and addresses that go on in the next
line are read a second time, near the line's end only: what is found there counts where it goes over the end, and in
columns of numbers only what a check proves.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from vecgate.domain.finding import Finding
from vecgate.masking.detect.normalise import Builder, Normal

_INLINE: Final = (
    r"(?:</?(?:a|abbr|b|big|code|del|em|font|i|ins|kbd|mark|o:p|s|small|span|strong|sub|sup|tt|u|var|wbr|nobr)"
    r"(?:[\s/][^<>]{0,200})?>|<!--[^<>]{0,200}-->)"
)
_EMPHASIS: Final = r"(?:\*{1,3}|_{1,2}|~~|`)"
_BLOCK: Final = r"</?(?:br|p|div|td|tr|li)(?:[\s/][^<>]{0,200})?>"
_QUOTED: Final = re.compile(r"=\r?\n|=(?:3D|20|0A|0D|09|2E|2C|C[23]|E2|40)")
_CUTS: Final = re.compile(
    r"(?=[ <*~`_\\-])(?:"
    rf"(?P<tags>(?<=[^\W_])(?:{_INLINE}){{1,6}}(?=[^\W_])|(?<=[^\W_])(?:{_INLINE}){{1,6}}(?=[.@+-][a-z0-9])"
    rf"|(?<=[a-z0-9][.@+-])(?:{_INLINE}){{1,6}}(?=[a-z0-9]))"
    rf"|(?P<gap>(?<=\d)(?:[ ]{_EMPHASIS}|{_EMPHASIS}[ ]|[ ]?(?:{_INLINE}[ ]?){{1,6}})(?=\d))"
    rf"|(?P<block>(?<=\d)[ ]?{_BLOCK}[ ]?(?=\d))"
    r"|(?P<marks>(?<=[^\W\d_])(?:\*{1,3}|~~)(?=[^\W\d_]))"
    r"|(?P<escape>(?<=\w)\\(?=[_*.@+#()-]))"
    r"|(?P<word>(?<=[^\W\d_])-[ ]?\r?\n[ \t]{0,8}(?=[^\W\d_])))"
)
_MARKED: Final = re.compile(r"[<*~`]|\\[_*.@+#()-]|-[ ]?\r?\n|_[ ]|[ ]_")
#: A line of "=" only is drawn: a literal "=" before a soft break would be written as =3D.
_SOFT: Final = re.compile(r"(?<!=)=\r?\n")
_OCTETS: Final = re.compile(r"=\r?\n|(?:=[0-9A-F]{2})+")

_END: Final = re.compile(r"\n[ \t]{0,8}(?:>[ \t]?){0,4}(?=[\w@.(+])")
_CARD: Final = re.compile(r"\d{4,6}(?:[ -]?\d{2,7}){1,5}")
_BLANKS: Final = " \t\r"
_MOST_BLANKS: Final = 3
_NUMBERS: Final = re.compile(r"[\d .,()/+-]*")
_WINDOW: Final = 72
_LINES: Final = 200
_MAILBOX: Final = frozenset("@._+")
#: What a check proves, whatever stands around it; and what else may go over a line's end.
_PROVED: Final = frozenset({"CREDIT_CARD", "IBAN"})
_WANTED: Final = _PROVED | {"PHONE", "SSN", "ID", "EMAIL", "CRYPTO"}


def unwrapped(normal: Normal) -> Normal:
    """The reading without what cuts its words."""
    if "=" in normal.text and _QUOTED.search(normal.text):
        normal = _plain_quoted(normal)
    return _rejoined(normal) if _MARKED.search(normal.text) else normal


def _plain_quoted(before: Normal) -> Normal:
    builder, at, text = Builder(before), 0, before.text
    soft = _SOFT.search(text) is not None
    for found in _OCTETS.finditer(text):
        start, end = found.span()
        raw = found[0]
        if raw[1] in "\r\n":
            meaning = "" if start and text[start - 1] not in " \t=" else None
        elif soft or (_QUOTED.match(raw) and ((start and text[start - 1].isalnum()) or soft)):
            meaning = _octets(raw)
        else:
            meaning = None
        if meaning is None:
            continue
        builder.copy(at, start)
        builder.add(meaning, start, end)
        at = end
    builder.copy(at, len(text))
    return builder.done()


def _octets(raw: str) -> str | None:
    try:
        text = bytes.fromhex(raw.replace("=", "")).decode("utf-8")
    except ValueError:
        return None
    return text if text.isprintable() or text in "\r\n\t" else None


def _rejoined(before: Normal) -> Normal:
    builder, at, text = Builder(before), 0, before.text
    for found in _CUTS.finditer(text):
        start, end = found.span()
        builder.copy(at, start)
        # <b>Anna</b>Kowalski are two words, Ko<b>wal</b>ski is one; what was between digits is a gap.
        two = found.lastgroup == "tags" and text[start - 1].islower() and text[end].isupper()
        if two or found.lastgroup in ("gap", "block"):
            builder.add("\n" if found.lastgroup == "block" else " ", start, end)
        elif found.lastgroup == "word" and not text[end].islower():
            builder.copy(start, start + 1)  # Holm-⏎Pedersen keeps its hyphen
            builder.drop(start + 1, end)
        else:
            builder.drop(start, end)
        at = end
    if at == 0:
        return before
    builder.copy(at, len(text))
    return builder.done()


def _goes_on(text: str, start: int, end: int) -> str | None:
    """What stands in the place of this line's end, if a number or an address may go on over it."""
    last, first = text[start - 1], text[end]
    if last == "@" or first == "@" or (last in _MAILBOX and "@" in text[end : end + 64].split("\n")[0].split(" ")[0]):
        return ""
    word = text[max(0, start - 64) : start].rpartition("\n")[2].rpartition(" ")[2]
    if "@" in word and (first == "." or (last == "." and first.islower())):
        return ""
    number = last.isdigit() or (last in "-)." and any(map(str.isdigit, text[max(0, start - 4) : start])))
    if not (number and (first.isdigit() or first in "(+")) and not _of_an_iban(text, start, end):
        return None
    return "" if last == "-" else " "


def _of_an_iban(text: str, start: int, end: int) -> bool:
    before, behind = text[max(0, start - 5) : start].split(" ")[-1], text[end : end + 4].split(" ")[0]
    both = before + behind
    return both.isalnum() and both.isupper() and any(map(str.isdigit, both)) and len(before) <= 4


def _line(text: str, start: int, end: int) -> tuple[str, str]:
    """The lines before and behind a line's end."""
    return text[max(0, start - _LINES) : start].rpartition("\n")[2], text[end : end + _LINES].partition("\n")[0]


def _in_table(text: str, start: int, end: int) -> bool:
    """Whether three lines or more hold nothing but numbers: none goes on in the next."""
    lines = [*text[max(0, start - _LINES) : start].split("\n")[-2:], *text[end : end + _LINES].split("\n")[:2]]
    bare = [bool(line.strip()) and _NUMBERS.fullmatch(line) is not None for line in lines]
    return sum(bare) > 2 and bare[-2] and bare[-3]


def _in_column(text: str, start: int, end: int) -> bool:
    return all(_NUMBERS.fullmatch(line) is not None for line in _line(text, start, end))


class Window(NamedTuple):
    """What is around some line ends, without them. `seams`: where each was in it, and in the reading."""

    joined: Normal
    seams: Sequence[tuple[int, int, int]]


def windows(normal: Normal) -> Iterator[Window]:
    """What patterns are to read a second time."""
    if "\n" in normal.text:
        for group in _near([*_ends(normal.text)]):
            yield _window(normal, group)


def over_end(normal: Normal, window: Window, found: Iterable[Finding]) -> Iterator[Finding]:
    """What goes over a line's end, in offsets of the reading, of what was found in a window."""
    for f in found:
        over = [seam for seam in window.seams if f.start < seam[0] <= f.end - 1]
        if not over or f.entity not in _WANTED:
            continue
        if f.entity == "CREDIT_CARD" and not _CARD.fullmatch(window.joined.text, f.start, f.end):
            continue  # digits of amounts and numbers of articles, one below the other
        column = any(_in_column(normal.text, *seam[1:]) for seam in over)
        if not column or (f.entity in _PROVED and len(over) == 1):
            start, end = window.joined.original(f.start, f.end)
            yield Finding(start, end, f.entity, f"{f.source}, over a line's end")


def _ends(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _END.finditer(text):
        start, end = match.span()
        blanks = text[max(0, start - _MOST_BLANKS) : start]
        start -= len(blanks) - len(blanks.rstrip(_BLANKS))
        if not start or text[start - 1].isspace() or (into := _goes_on(text, start, end)) is None:
            continue
        if not _in_table(text, start, end):
            yield start, end, into


def _near(ends: Sequence[tuple[int, int, str]]) -> Iterator[list[tuple[int, int, str]]]:
    """Line ends so near to each other that one thing may go over all of them; each three at most."""
    group: list[tuple[int, int, str]] = []
    for one in ends:
        if group and (one[0] - group[-1][1] > _WINDOW or len(group) == 3):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _window(normal: Normal, group: Sequence[tuple[int, int, str]]) -> Window:
    """The text around some line ends without them, its places those of the reading."""
    since, until = max(0, group[0][0] - _WINDOW), min(len(normal.text), group[-1][1] + _WINDOW)
    builder, at, seams = Builder(Normal(normal.text)), since, []
    for start, end, into in group:
        builder.copy(at, start)
        seams.append((builder.size, start, end))
        if into:
            builder.add(into, start, end)
        at = end
    builder.copy(at, until)
    return Window(builder.done(), seams)
