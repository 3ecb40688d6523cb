"""Is this one of a list of things? A list is of one kind: where hardly any item is somebody, none is.

Currencies, brands, dishes and languages are written as names are; in a list their neighbours tell what they are.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from vecgate.masking.detect.known import is_family, is_given
from vecgate.masking.detect.patterns._base import words as listed

#: What parts the items of a list that is written in a line; and one item of it: a few words, the first with a capital.
_PARTED: Final = re.compile(r"[,;] |,? (?:and|or|&|vs?\.?) |\n")
_ITEM: Final = re.compile(r"[^\W\d_a-z][\w'\u2019.&+-]*(?: [\w'\u2019.&+()-]+){0,3}")
_SENTENCE: Final = re.compile(r"(?<=[a-z)\d]{2})[.!?] ")
_HEAD: Final = re.compile(r"[^\W\d_a-z][\w'\u2019.&+-]*(?: [^\W\d_a-z][\w'\u2019.&+-]*)*(?=\.? [a-z]|\.?$)")
_TAIL: Final = re.compile(r"(?<=[a-z:] )[^\W\d_a-z][\w'\u2019.&+-]*(?: [^\W\d_a-z][\w'\u2019.&+-]*)*$")
_WORD: Final = re.compile(r"[^\W\d_]+")
#: A heading that says what the items are, unless it may be a word for people.
_HEADED: Final = re.compile(
    r"(?:^|[.!?;]\s|\n)(?:[A-Z][a-z]+ ){0,2}([A-Za-z]{3,}s)(?: (?:by|of|on|for|in|with|from|to) [\w ]{1,24})?: [^\n:]*$"
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
    r"\b\d+(?:[.,]\d+)?[ -]?(?:cm|mm|ml|ML|L|l|kg|g|GB|TB|MB|oz|qt|W|V|[Ii]nch|[Pp]iece|pcs|[Pp]ack|K|MP|Hz|mAh)\b"
    r"|\b[A-Z]{2,5}-?\d{3,5}[A-Z]{0,3}\b|\b(?:Pack|Set|Box) of \d|\b(?:Wom[ae]n|M[ae]n|Kids|Girl|Boy)'?s'? "
)
_CELL: Final = re.compile(r"[;\n|\t]")
_FEWEST_WORDS: Final = 4
_SMALL: Final = listed("of de la le du di del the in on with al a el y e und et +")
_BULLET: Final = re.compile(r"[ \t]*[*\u2022\u00b7-] ")
_REACH: Final = 300
_FEWEST: Final = 4
#: How far from an item its comma is, at most.
_NEAR: Final = 48
_PEOPLE: Final = 0.34
_MOSTLY: Final = 0.67


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
    return all(not word[0].islower() or word in _SMALL for word in words)


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
    run: list[str] = []
    inside = False
    for a, b in _items(text, since, until):
        here = a < end and start < b
        if _is_item(text, a, b):
            run.append(text[a:b])
            inside |= here
            continue
        if run and (last := _edge(text, a, b, last=True)):
            run.append(last)
            inside |= here and start < a + len(last)
        if inside or a >= end:
            break
        first = _edge(text, a, b, last=False)
        run = [first] if first else []
        inside = bool(first) and here and start >= b - len(first or "")
    return run if inside else []


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
    if not any(mark in near for mark in (", ", "; ", "\n", " and ", " or ")):
        return False
    items = among(text, start, end)
    return len(items) >= _FEWEST and sum(_people(item, ordinary) for item in items) < _PEOPLE * len(items)


def is_headed(text: str, start: int, end: int) -> bool:
    """Whether it stands in a list below a heading that names things: "Cocktails: Tom Collins, Negroni, Sidecar"."""
    before = text[max(0, start - _REACH // 2) : start]
    heading = _HEADED.search(before) if ": " in before else None
    if heading is None or _FOR_PEOPLE.search(heading[1]):
        return False
    items = among(text, start, end)
    people = sum(any(map(is_given, _WORD.findall(item))) for item in items)
    return len(items) > 2 and people < _MOSTLY * len(items)


def is_goods(text: str, start: int, end: int) -> bool:
    """Whether it is a part of what an article is called: a line of capitalised words, with a measure or a type."""
    before, behind = text[max(0, start - _REACH // 2) : start], text[end : end + _REACH // 2]
    cell = f"{_CELL.split(before)[-1]}{text[start:end]}{_CELL.split(behind)[0]}"
    words = 0
    for word in cell.split():
        if word[0].isalnum() and word.lower() not in _SMALL:
            if word[0].islower():
                return False
            words += 1
    line = f"{before.rpartition('\n')[2]}{text[start:end]}{behind.partition('\n')[0]}"
    return words >= _FEWEST_WORDS and _MEASURED.search(line) is not None
