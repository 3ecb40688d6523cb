"""Where are the cells of a table whose heading says whose they are? Marked, quoted, aligned, ruled, HTML, JSON.

A table is as long as its rows are: what its heading says holds for the last of them as for the first. A row is read
once, whatever headings stand above it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

#: RFC 4180 in its usual forms; the first of these that the heading has parts the cells.
MARKS: Final = "\t|;,"
GAP: Final = re.compile(r" {2,}|\t")
_AROUND: Final = " \t\r\"'*"
_BLANKS: Final = re.compile(r" +")
#: A line that is only drawn: of Markdown, reStructuredText, psql, mysql.
_RULER: Final = re.compile(r"[\s|:+=\u2500-]+")
#: One that is drawn below or above each column.
_DASHES: Final = re.compile(r"-+|=+")
#: A page of a table ends, and the next one begins.
_EMPTY_LINES: Final = 2
_QUOTED: Final = {
    mark: re.compile(rf'(?:^|(?<={re.escape(mark)}))[ ]*+"[^"]*+(?:""[^"]*+)*+"[ ]*+(?={re.escape(mark)}|$)')
    for mark in "\t;,"
}
_ELEMENT: Final = re.compile(r"<(/?)(table|tr|td|th)\b[^<>]*>", re.IGNORECASE)
_TAGS: Final = re.compile(r"^(?:\s*<[^<>]{1,200}>)+|(?:<[^<>]{1,200}>\s*)+$")

_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.?)*+(?:"|\Z)|[\[\]{}]|[^\s\[\]{}:,"]+', re.DOTALL)
#: Letters and mark-up of a cell that may be a name.
_LONGEST: Final = 400

#: Where a cell begins and ends, and what is in it.
type Cell = tuple[int, int, str]
type TextLine = tuple[int, str]
#: The cells of a line that begins there; none where the line is no row of the table.
type Split = Callable[[str, int], list[Cell]]


class Table(NamedTuple):
    """A heading's cells, and those of each row below it."""

    head: list[Cell]
    rows: Iterator[list[Cell]]


def lines(text: str, start: int, end: int) -> Iterator[TextLine]:
    """The lines of a stretch, each with where it begins."""
    at = start
    for line in text[start:end].split("\n"):
        yield at, line
        at += len(line) + 1


def bare(line: str, at: int, start: int, end: int) -> Cell:
    """A cell without what is around it."""
    text = line[start:end]
    since = at + start + len(text) - len(text.lstrip(_AROUND))
    text = text.strip(_AROUND)
    return since, since + len(text), text


def _parted(mark: str) -> Split:
    """Cells that a mark parts; one in quotes may hold the mark."""

    def split(line: str, at: int) -> list[Cell]:
        covered = [m.span() for m in _QUOTED[mark].finditer(line)] if mark in _QUOTED and '"' in line else []
        cells, since, found = [], 0, line.find(mark)
        spans = iter([*covered, (len(line) + 1, len(line) + 1)])
        quoted = next(spans)
        while found >= 0:
            while quoted[1] <= found:
                quoted = next(spans)
            if not quoted[0] <= found:
                cells.append(bare(line, at, since, found))
                since = found + 1
            found = line.find(mark, found + 1)
        return [*cells, bare(line, at, since, len(line))]

    return split


def by_gaps(line: str, at: int) -> list[Cell]:
    """Cells that two blanks part."""
    ends = [*(match.span() for match in GAP.finditer(line.rstrip())), (len(line), len(line))]
    since = [0, *(b for _, b in ends)]
    return [bare(line, at, a, b) for a, (b, _) in zip(since, ends, strict=False)]


def _aligned(head: Sequence[tuple[int, int]]) -> Split:
    """Cells below the columns of a heading: parted by the widest blanks near where the next heading begins."""

    def split(line: str, at: int) -> list[Cell]:
        blanks = [m.span() for m in _BLANKS.finditer(line)]
        cells, since, number, length = [], 0, 0, len(line.rstrip())
        for (_, end), (start, _) in pairwise(head):
            if end >= length:
                break
            while number < len(blanks) and blanks[number][1] <= end:
                number += 1
            near, widest = number, (0, 0)
            while near < len(blanks) and blanks[near][0] < start:
                widest = max(widest, blanks[near], key=lambda run: run[1] - run[0])
                near += 1
            a, b = widest
            if b - a < 1 + (b != start and a != end):
                return []  # prose, whose words stand anywhere
            cells.append(bare(line, at, since, max(a, since)))
            since = min(b, start)
        cells.append(bare(line, at, since, len(line)))
        return [*cells, *((at + len(line), at + len(line), "") for _ in range(len(head) - len(cells)))]

    return split


def _is_drawn(line: str) -> bool:
    return bool(line.strip()) and _RULER.fullmatch(line) is not None


def _plain(line: str, at: int) -> list[Cell]:
    return [bare(line, at, 0, len(line))]


def _split_of(found: Sequence[TextLine], number: int) -> Split:
    """How the line of a heading, and the rows below it, are parted."""
    line = found[number][1]
    for mark in MARKS:
        if mark in line:
            return _parted(mark)
    below = found[number + 1][1] if number + 1 < len(found) else ""
    ruled = [m.span() for m in _DASHES.finditer(below)] if _is_drawn(below) else []
    if len(ruled) > 1:
        return _aligned(ruled)
    return _aligned([(a, b) for a, b, cell in by_gaps(line, 0) if cell]) if GAP.search(line.strip()) else _plain


def tables(found: Sequence[TextLine], is_heading: Callable[[str], bool]) -> Iterator[Table]:
    """The tables below those lines that may be headings. Each is to be read to its end before the next one."""
    free = 0
    for number, (at, line) in enumerate(found):
        if number >= free and is_heading(line):
            split = _split_of(found, number)
            head = split(line, at)
            rows = _Rows(found, number + 1, split, len(head))
            yield Table(head, iter(rows))
            free = rows.number


class _Rows:
    """The rows of a table, as far as they have its number of cells; none for a line that is only drawn, or empty."""

    def __init__(self, found: Sequence[TextLine], since: int, split: Split, count: int) -> None:
        self._found, self._split, self._count = found, split, count
        self.number = since

    def __iter__(self) -> Iterator[list[Cell]]:
        empty = 0
        while self.number < len(self._found):
            at, line = self._found[self.number]
            if not line.strip():
                empty += 1
                if empty > _EMPTY_LINES or self._count == 1:
                    return
            elif not _is_drawn(line):
                empty = 0
                cells = self._split(line, at)
                if len(cells) == self._count:
                    yield cells
                elif len(cells) < 2:
                    return
            self.number += 1


def elements(text: str, start: int, end: int) -> Iterator[list[Cell]]:
    """The rows of tables in HTML (HTML 5, 4.9); an empty one where a table begins or ends."""
    row: list[Cell] = []
    since = -1
    for tag in _ELEMENT.finditer(text, start, end):
        name, closing = tag[2].lower(), bool(tag[1])
        if since >= 0:
            row.append(_content(text, since, tag.start()))
            since = -1
        if name in ("td", "th"):
            since = -1 if closing else tag.end()
            continue
        if row:
            yield row
            row = []
        if name == "table":
            yield []
    if since >= 0:
        row.append(_content(text, since, end))
    if row:
        yield row


def _content(text: str, start: int, end: int) -> Cell:
    """What is in an element of a cell, without mark-up at its edges; nothing where that is no word or two."""
    if end - start > _LONGEST:
        return start, start, ""
    while match := _TAGS.search(text[start:end]):
        if match.end() - match.start() == end - start:
            return start, start, ""
        start, end = (start + match.end(), end) if match.start() == 0 else (start, start + match.start())
    return bare(text[start:end], start, 0, end - start)


def lists(text: str, start: int, end: int) -> Iterator[list[Cell]]:
    """The lists of strings and numbers in a text of JSON, perhaps cut off; an empty one where an object begins."""
    row: list[Cell] | None = None
    for token in _TOKEN.finditer(text, start, end):
        first = token[0][0]
        if first not in "[]{}":
            if row is not None:
                quotes = int(first == '"')
                row.append((token.start() + quotes, token.end() - quotes, token[0].strip('"')))
            continue
        if first == "{" or (first == "]" and row):
            yield [] if first == "{" or row is None else row
        row = [] if first == "[" else None
    if row:
        yield row
