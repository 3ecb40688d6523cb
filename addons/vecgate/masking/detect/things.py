"""Is this one of a list of things? A list is of one kind: where hardly any item is somebody, none is.

Currencies, brands, dishes and languages are written as names are; in a list their neighbours tell what they are.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from vecgate.masking.detect.known import is_family, is_given
from vecgate.masking.detect.patterns._base import words as listed
from vecgate.masking.detect.rows import is_thing_word

#: What parts the items of a list that is written in a line; and one item of it: a few words, the first with a capital.
_PARTED: Final = re.compile(r"[,;] |,? (?:and|or|&|vs?\.?) |\n| \| ")
_ITEM: Final = re.compile(r"[^\W\d_a-z][\w'\u2019.&+-]*(?: [\w'\u2019.&+()-]+){0,3}")
_SENTENCE: Final = re.compile(r"(?<=[a-z)\d]{2})[.!?] ")
_HEAD: Final = re.compile(r"[^\W\d_a-z][\w'\u2019.&+-]*(?: [^\W\d_a-z][\w'\u2019.&+-]*)*(?=\.? [a-z]|\.?$)")
_TAIL: Final = re.compile(r"(?<=[a-z:] )[^\W\d_a-z][\w'\u2019.&+-]*(?: [^\W_a-z][\w'\u2019.&+-]*)*$")
_WORD: Final = re.compile(r"[^\W\d_]+")
#: A heading that says what the items are, unless it may be a word for people.
_HEADED: Final = re.compile(
    r"(?:^|[.!?;]\s|\n)(?:[A-Z][a-z]+ ){0,2}([A-Za-z]{3,})(?: (?:by|of|on|for|in|with|from|to) [\w ]{1,24})?: [^\n:]*$"
)
#: A heading whose items are called as people are, and are none.
_FOR_NAMED: Final = re.compile(
    r"(?:cocktails|operas|musicals|films|movies|novels|albums|bands|brands|labels|perfumes|fragrances|roses|cultivars|"
    r"varieties|breeds|fonts|typefaces|hurricanes|storms|comics|cartoons|moons|asteroids|craters|paintings)$",
    re.IGNORECASE,
)
_FOR_PEOPLE: Final = re.compile(
    r"(?:[eo]rs|ees|ants|ents|ists|ians|ives|ates|apologies|regrets|thanks|regards|minutes|notes|actions|votes|absences|"
    r"birthdays|approvals|signatures|teams|families|couples|twins|names|guests|members|contacts|friends|kids|chairs|"
    r"colleagues|leads|hosts|heads|nurses|witnesses|signatories|cc[s']?|copies|tasks|tickets|cases|calls|visits|wards|"
    r"beneficiaries|attendees|users|persons|individuals|men|girls|boys|ladies|experts|panels|boards|crews|pilots)$",
    re.IGNORECASE,
)
#: Goods have measures and types: 60 cm, 512GB, DCD796, pack of 3.
_MEASURED: Final = re.compile(
    r"\b\d+(?:[.,]\d+)?[ -]?"
    r"(?:cm|mm|ml|ML|cl|CL|L|l|kg|g|GB|TB|MB|oz|qt|W|V|[Ii]nch|[Pp]iece|pcs|[Pp]ack|K|MP|Hz|mAh)\b"
    r"|\b[A-Z]{2,5}-?\d{3,5}[A-Z]{0,3}\b|\b(?:Pack|Set|Box) of \d|\b(?:Wom[ae]n|M[ae]n|Kids|Girl|Boy)'?s'? "
)
_NUMBERED: Final = re.compile(r"(?:[A-Z][\w'&-]* ){1,3}\d{1,3}")
_STREETS: Final = re.compile(
    r"(?i)str(?:a\u00dfe|asse|eet|\.)|\b(?:st|rd|ave|road|lane|drive|way|court|place|square|close|apt|apartment|flat|suite|"
    r"unit|floor|fl|building|bldg|block|house|level|rue|via|viale|calle|piso|puerta|plaza|piazza|avenida|rua)\b|weg\b|"
    r"gasse\b|platz\b|allee\b|ring\b|ufer\b|straat\b|laan\b|plein\b|gade\b|vej\b|gatan\b|katu\b|\d{4}"
)
_CELL: Final = re.compile(r"[;\n|\t]")
_ARTICLE: Final = re.compile(r"[;\n|\t,]|(?<=[a-z0-9]{2})\. (?=[A-Z])|(?<=\d\.\d\d) ")
#: Another word of the same name, with nothing but a blank between.
_BESIDE: Final = re.compile(r"[^\W\d_]['\u2019]? $|'s $")
_BESIDE_BEHIND: Final = re.compile(r"(?:['\u2019]s?)? ['\u2018]?[A-Z][\w']")
_WORDS_END: Final = 4
_WORD_REACH: Final = 40
_CUT: Final = re.compile(r"[;|,\s]")
_FEWEST_ARTICLES: Final = 3
_UNIT: Final = re.compile(
    r"(?:cm|mm|ml|l|kg|g|gb|tb|oz|qt|w|v|inch|pcs?|x|ct|pack|cl|lb|ft|in|eur|gbp|usd|qty)\.?", re.IGNORECASE
)
_FEWEST_WORDS: Final = 4
_SMALL: Final = listed("of de la le du di del the in on with al a el y e und et +")
_BULLET: Final = re.compile(r"[ \t]*[*\u2022\u00b7-] ")
_REACH: Final = 300
_FEWEST: Final = 4
#: So many words need no capitals but the first: Dodder laurel.
_FEW_WORDS: Final = 2
#: How far from an item its comma is, at most.
_NEAR: Final = 48
#: What parts the cells of a table's row.
_MARKS: Final = "\t|;,"
_PEOPLE: Final = 0.34
_MOSTLY: Final = 0.67
#: Below a heading for goods that people may share (cars, games), full names are people's from here on.
_HALF: Final = 0.5


def _items(text: str, since: int, until: int) -> Iterator[tuple[int, int]]:
    at = since
    for match in _PARTED.finditer(text, since, until):
        yield at, match.start()
        at = match.end()
    yield at, until


def _is_item(text: str, start: int, end: int) -> bool:
    bullet = _BULLET.match(text, start, end)
    start = bullet.end() if bullet else start
    if not start < end <= start + 40 or not _ITEM.fullmatch(text, start, end):
        return False
    words = text[start:end].split(" ")
    if all(len(word.strip(".")) < 2 for word in words):
        return False
    return (len(words) <= _FEW_WORDS and text[end - 1] != ".") or all(
        not word[0].islower() or word in _SMALL for word in words
    )


def _edge(text: str, start: int, end: int, last: bool) -> str | None:
    """What of a sentence belongs to the list that begins or ends in it: of "made by Acme, Bolt and Core" Acme."""
    match = _HEAD.match(text, start, end) if last else _TAIL.search(text, start, end)
    return match[0] if match else None


def among(text: str, start: int, end: int) -> list[str]:
    """The items of the list that [start, end) stands in, itself too; none where it stands in no list."""
    since, until = max(0, start - _REACH), min(len(text), end + _REACH)
    for sentence in _SENTENCE.finditer(text, since, until):
        if sentence.end() <= start:
            since = sentence.end()
        elif sentence.start() >= end:
            until = sentence.start()
            break
    parts = [*_items(text, since, until)]
    here = [number for number, (a, b) in enumerate(parts) if a < end and start < b]
    if len(here) != 1:
        return _spread(text, parts, here)
    (at,) = here
    a, b = parts[at]
    if _is_item(text, a, b):
        return [*_before(text, parts[:at]), text[a:b], *_behind(text, parts[at + 1 :])]
    head = _edge(text, a, b, last=True)
    if head and start < a + len(head) and (run := _before(text, parts[:at])):
        return [*run, head]
    tail = _edge(text, a, b, last=False)
    return [tail, *_behind(text, parts[at + 1 :])] if tail and start >= b - len(tail) else []


def _spread(text: str, parts: Sequence[tuple[int, int]], here: Sequence[int]) -> list[str]:
    """The items around the first of several parts that one finding holds and that is an item, or ends as one begins."""
    for at in here:
        a, b = parts[at]
        first = text[a:b] if _is_item(text, a, b) else _edge(text, a, b, last=False)
        if first:
            before = _before(text, parts[:at]) if first == text[a:b] else []
            return [*before, first, *_behind(text, parts[at + 1 :])]
    return []


def _before(text: str, parts: Sequence[tuple[int, int]]) -> list[str]:
    """The items that end these parts, with what of a sentence before them belongs to the list."""
    run: list[str] = []
    for a, b in reversed(parts):
        if not _is_item(text, a, b):
            run += filter(None, [_edge(text, a, b, last=False)])
            break
        run.append(text[a:b])
    return run[::-1]


def _behind(text: str, parts: Sequence[tuple[int, int]]) -> list[str]:
    """The same on the other side."""
    run: list[str] = []
    for a, b in parts:
        if not _is_item(text, a, b):
            run += filter(None, [_edge(text, a, b, last=True)])
            break
        run.append(text[a:b])
    return run


def column(text: str, start: int, end: int) -> list[str]:
    """The cells of the table's column that [start, end) stands in; none where it stands in no table."""
    since = max(0, start - _REACH)
    before, behind = text[since:start].split("\n"), text[end : end + _REACH].split("\n")
    row = before[-1] + text[start:end] + behind[0]
    for mark in _MARKS:
        at, cells = before[-1].count(mark), row.count(mark)
        if cells == 0 or mark in text[start:end]:
            continue
        rows = [*before[1 if since else 0 : -1], row, *behind[1:-1], *behind[-1:] * (end + _REACH >= len(text))]
        found = [one.split(mark)[at].strip(" \"'") for one in rows if one.count(mark) == cells]
        if len(found) >= _FEWEST:
            return [cell for cell in found if cell]
    return []


def _people(item: str, ordinary: Callable[[str], bool | None]) -> float:
    """How surely an item is somebody: by a given name; a family name alone, or two words nobody knows, are a half."""
    words = _WORD.findall(item)
    if any(map(is_given, words)):
        return 1.0
    half = any(map(is_family, words)) or (len(words) > 1 and all(ordinary(word) is None for word in words))
    return 0.5 if half else 0.0


def is_thing(text: str, start: int, end: int, ordinary: Callable[[str], bool | None]) -> bool:
    """Whether the list around it has hardly anybody in it."""
    near = text[max(0, start - _NEAR) : end + _NEAR]
    if not any(mark in near for mark in (", ", "; ", "\n", " and ", " or ", " | ")):
        return False
    items = among(text, start, end)
    if len(items) < _FEWEST and "\n" in near:
        items = column(text, start, end)
    return len(items) >= _FEWEST and sum(_people(item, ordinary) for item in items) < _PEOPLE * len(items)


def is_headed(text: str, start: int, end: int, sure: bool = False) -> bool:
    """Whether it stands in a list below a heading that names things: "Cocktails: Tom Collins, Negroni, Sidecar"."""
    before = text[max(0, start - _REACH // 2) : start]
    heading = _HEADED.search(before) if ": " in before else None
    if heading is None or not (heading[1].endswith("s") or _for_things(heading[1])):
        return False
    if _FOR_PEOPLE.search(heading[1]) or (sure and not _for_things(heading[1])):
        return False
    items = among(text, start, end)
    if _FOR_NAMED.search(heading[1]):
        return len(items) > 2
    people = sum(any(map(is_given, _WORD.findall(item))) for item in items)
    return len(items) > 2 and people < (_HALF if sure else _MOSTLY) * len(items)


def _for_things(heading: str) -> bool:
    return is_thing_word(heading.lower()) or _FOR_NAMED.search(heading) is not None


def is_numbered_goods(text: str, start: int, end: int) -> bool:
    """Whether what could be an address is of a list of what is numbered, and no streets: Lagavulin 16, Ardbeg 10."""
    items = among(text, start, end) if "," in text[start:end] else []
    numbered = sum(_NUMBERED.fullmatch(item) is not None for item in items)
    return len(items) >= _FEWEST and numbered > 1 and not any(map(_STREETS.search, items))


def has_street(found: str) -> bool:
    """Whether a word for streets or houses is in it, or a post code's digits."""
    return _STREETS.search(found) is not None


def is_goods(text: str, start: int, end: int) -> bool:
    """Whether it is a part of what an article is called: a line of capitalised words, with a measure or a type."""
    before, behind = text[max(0, start - _REACH // 2) : start], text[end : end + _REACH // 2]
    cell = f"{_CELL.split(before)[-1]}{text[start:end]}{_CELL.split(behind)[0]}"
    line = f"{before.rpartition('\n')[2]}{text[start:end]}{behind.partition('\n')[0]}"
    return _titled(cell) >= _FEWEST_WORDS and _MEASURED.search(line) is not None


def is_part_of_goods(text: str, start: int, end: int, named: bool) -> bool:
    """The same where several articles stand in a row: it is not all that one is called.

    `named`: it is called as somebody is (Hugo Boss Bottled), which wants more.
    """
    beside = _BESIDE.search(text, max(0, start - _WORDS_END), start)
    if not (beside or _BESIDE_BEHIND.match(text, end)):
        return False
    if beside and _is_small(text[max(0, start - _REACH) : start]):
        return False  # as most words before a name in a sentence are
    before, behind = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    parts = _ARTICLE.split(before.rpartition("\n\n")[2]), _ARTICLE.split(behind.partition("\n\n")[0])
    if len(parts[0]) + len(parts[1]) - 1 < _FEWEST_ARTICLES:
        return False
    head, tail = parts[0][-1], parts[1][0]
    if _titled(f"{head}{text[start:end]}{tail}") == 0:
        return False
    measured = len(_MEASURED.findall(f"{before}{text[start:end]}{behind}"))
    articles = sum(_titled(part) > 1 for part in (*parts[0][:-1], *parts[1][1:]))
    return articles > named if measured else (not named and articles >= _FEWEST_ARTICLES - 1)


def _is_small(before: str) -> bool:
    """Whether the last word of what stands before is written small, and no measure."""
    word = _CUT.split(before[-_WORD_REACH:].rstrip())[-1]
    if len(word) == _WORD_REACH or not word[:1].isalpha() or not word[0].islower():
        return False
    return word not in _SMALL and not _UNIT.fullmatch(word)


def _titled(cell: str) -> int:
    """How many words it has; none where one of them is written small."""
    words = 0
    for word in cell.split():
        if word[0].isalpha() and word.lower() not in _SMALL:
            if word[0].islower() and not _UNIT.fullmatch(word):
                return 0
            words += not _UNIT.fullmatch(word)
    return words
