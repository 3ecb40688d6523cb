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
_SMALL: Final = listed("of de la le du di del the in on with al a el y e und et +")
_REACH: Final = 300
_FEWEST: Final = 4
_PEOPLE: Final = 0.34


def _items(text: str, since: int, until: int) -> Iterator[tuple[int, int]]:
    at = since
    for match in _PARTED.finditer(text, since, until):
        yield at, match.start()
        at = match.end()
    yield at, until


def _is_item(text: str, start: int, end: int) -> bool:
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
    items = among(text, start, end)
    return len(items) >= _FEWEST and sum(_people(item, ordinary) for item in items) < _PEOPLE * len(items)
