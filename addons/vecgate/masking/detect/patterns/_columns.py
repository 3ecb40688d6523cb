"""In which row and which column of a table does this stand, and what is the table's heading?

Only what is near is read, and the line below the last empty one: the heading, however long the table is.
"""

import re
from collections.abc import Iterator
from typing import Final

_ROW_REACH: Final = 2000
#: How far above its rows a heading is still looked for.
_HEADING_REACH: Final = 64 * 1024
_FEWEST_ROWS: Final = 3
_MARKS: Final = "\t|;,"
_WIDE_GAP: Final = re.compile(r"(?<=\S) {2,}(?=\S)")
_TAGS: Final = re.compile(r"(?:</?(?:table|thead|tbody|tr|td|th)(?:\s[^<>]{0,200})?>\s{0,40}){1,8}", re.IGNORECASE)
_ROW_TAG: Final = re.compile(r"</?t(?:r|able)\b", re.IGNORECASE)
_LISTS: Final = re.compile(r"\]\s{0,40},\s{0,40}\[")
_ITEMS: Final = re.compile(r"(?<=[\d\"el]),\s{0,40}(?=[-\d\"tfn])")
_CLOSE_COMMA: Final = re.compile(r",(?=\S)")


def _as_rows(text: str) -> str:
    """The same length, with tabs between the cells and line ends between the rows of mark-up and of lists of lists."""
    if "<t" in text or "</t" in text:
        return _TAGS.sub(lambda tags: ("\n" if _ROW_TAG.search(tags[0]) else "\t").ljust(len(tags[0])), text)
    if _LISTS.search(text):
        text = _LISTS.sub(lambda end: "\n".ljust(len(end[0])), text)
        text = _ITEMS.sub(lambda comma: "\t".ljust(len(comma[0])), text)
    return text


def _cells(line: str, mark: str) -> list[str]:
    return [cell.strip(" \"'*[]") for cell in line.split(mark)]


def _gapped(line: str) -> str:
    return _WIDE_GAP.sub("\t", line.strip())


def _heading(text: str, at: int) -> str | None:
    """The first line of the table that goes on at `at`: what stands below the last empty line; None if that is far."""
    since = text.rfind("\n\n", max(0, at - _HEADING_REACH), at) + 2
    if since < 2:
        if at > _HEADING_REACH:
            return None
        since = 0
    return _as_rows(text[since : min(at, since + _ROW_REACH)]).lstrip().partition("\n")[0]


def _top(text: str, at: int, marked: bool, mark: str, count: int) -> Iterator[str]:
    """The heading of a table that began long before, if it has as many cells as the rows."""
    heading = _heading(text, at)
    if heading is not None:
        heading = heading if marked else _gapped(heading)
        if heading.count(mark) == count:
            yield heading


def around(text: str, start: int, end: int) -> tuple[Iterator[list[str]], int, int]:
    """The rows of the table around, its heading first, with the row and the column of [start, end).

    No rows where there is none.
    """
    since, until = text.rfind("\n", max(0, start - _ROW_REACH), start), text.find("\n", end, end + _ROW_REACH)
    own = text[since + 1 if since >= 0 else max(0, start - _ROW_REACH) : until if until >= 0 else end + _ROW_REACH]
    if not any(mark in own for mark in _MARKS) and "  " not in own and "<t" not in own:
        return iter(()), 0, 0  # most lines are no row
    at = max(0, start - _ROW_REACH)
    window = _as_rows(text[at : end + _ROW_REACH])
    head, found, tail = window[: start - at], window[start - at : end - at], window[end - at :]
    before, behind = head.rpartition("\n\n")[2].split("\n"), tail.partition("\n\n")[0].split("\n")
    lines = [*before[:-1], before[-1] + found + behind[0], *behind[1:]]
    number, prefix, cut = len(before) - 1, before[-1], int(at > 0 and "\n\n" not in head)
    marked = any(mark in lines[number] for mark in _MARKS)
    if not marked:
        lines, prefix = [_gapped(line) for line in lines], _WIDE_GAP.sub("\t", prefix.lstrip() + "x")
    for mark in _MARKS:
        count = lines[number].count(mark)
        if count == 0 or mark in found:
            continue
        first = last = number
        while first > cut and lines[first - 1].count(mark) == count:
            first -= 1
        while last + 1 < len(lines) and lines[last + 1].count(mark) == count:
            last += 1
        top = [*_top(text, at, marked, mark, count)] if first == cut == 1 else []
        if last - first + 1 >= _FEWEST_ROWS and (first > cut or top or not cut):
            rows = (_cells(line, mark) for line in (*top, *lines[first : last + 1]))  # mostly the first one tells
            return rows, number - first + len(top), prefix.count(mark)
    return iter(()), 0, 0


def ends_row(text: str, at: int) -> bool:
    """Whether a row ends at a line's end: the lines before and behind it are parted into as many cells."""
    above = text[max(0, at - _ROW_REACH) : at].rpartition("\n")[2]
    below = text[at + 1 : at + 1 + _ROW_REACH].partition("\n")[0]
    if any(0 < above.count(mark) == below.count(mark) for mark in "\t|;"):
        return True
    return 0 < len(_CLOSE_COMMA.findall(above)) == len(_CLOSE_COMMA.findall(below))


def is_row(text: str, start: int, end: int) -> bool:
    """Whether it begins in a row that has others, parted into as many cells, right above or below."""
    since = max(0, start - _ROW_REACH, text.rfind("\n", max(0, start - _ROW_REACH), start) + 1)
    until = text.find("\n", start + 1, end + _ROW_REACH)
    until = until if until >= 0 else min(len(text), end + _ROW_REACH)
    line = text[since:until]
    above = text[max(0, since - 1 - _ROW_REACH) : max(0, since - 1)].rpartition("\n")[2]
    below = text[until + 1 : until + 1 + _ROW_REACH].partition("\n")[0]
    return any(line.count(mark) in (above.count(mark), below.count(mark)) for mark in _MARKS if mark in line)
