"""Is this clause written in a language that the model does not read? Told of the words around one finding.

A whole text's language is told by `language`; a clause inside an English one, or a short line, has too few words for
that. Here the question is only whether it is English: most words in small letters are then everyday ones, or at least
known ones. Where they are not, what looks like a name is held to more.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from vecgate.masking.detect.known import is_given, is_name
from vecgate.masking.detect.language import ENGLISH, is_small_word
from vecgate.masking.detect.patterns.person import PARTICLES

type Common = Callable[[str], bool]
type Ordinary = Callable[[str], bool | None]

_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_LETTERS: Final = re.compile(r"[^\W\d_]{2,}")
_SMALL_ASCII: Final = re.compile(r"(?<![A-Za-z])[a-z][A-Za-z]+")
#: Where a clause ends: what is quoted or in brackets may be in another language than what is around it.
_BEFORE: Final = re.compile(r"[\"(\[\u201c\u201e\u00ab]|\n\n|[;:] ")
_BEHIND: Final = re.compile(r"[\")\]\u201d\u00bb]|\n\n|; ")
#: How far a clause is looked at to each side, and how many of its words must speak.
_REACH: Final = 120
_FEWEST: Final = 3
#: In English most words are everyday ones, and nearly all are known: of stretches of 240 characters 19 in 20 have half
#: of their words known; in forty other languages 19 in 20 have not.
_EVERYDAY: Final = 0.25
_KNOWN: Final = 0.45
#: How far a name in small letters goes on behind its given name.
_MOST: Final = 20


def _clause(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and behind the finding in its clause."""
    before, behind = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    return _BEFORE.split(before)[-1], _BEHIND.split(behind, maxsplit=1)[0]


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """The same without regard to clauses, and without a word that is cut at the edge."""
    before, behind = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    if start > _REACH:
        before = before.partition(" ")[2]
    return before, behind.rpartition(" ")[0] if end + _REACH < len(text) else behind


def _small(text: str) -> list[str]:
    """The words in small letters."""
    if text.isascii():
        return _SMALL_ASCII.findall(text)
    return [word for word in _LETTERS.findall(text) if word[0].islower()]


def is_abroad(text: str, start: int, end: int, common: Common, ordinary: Ordinary) -> bool:
    """Whether the clause around [start, end) is in another language, as the words beside the finding tell."""
    own = [] if text[start].islower() else [word for word in _small(text[start:end]) if not is_name(word)]
    for look in (_clause, _around):
        before, behind = look(text, start, end)
        words = [*_small(before), *own, *_small(behind)]
        rest = [word for word in words if word not in ENGLISH and not common(word)]
        if len(words) - len(rest) > _EVERYDAY * len(words):
            if len(words) >= _FEWEST:
                return False
            continue
        known = len(words) - sum(ordinary(word) is not True for word in rest)
        if len(words) >= _FEWEST or (len(words) > 1 and not known):
            return known <= _KNOWN * len(words)
    return False


def named_parts(text: str, start: int, end: int, first: bool) -> Iterator[tuple[int, int]]:
    """What of it is written as a name: a run of capitalised words, or a known given name and one word more.

    `first`: the finding begins a sentence. One word alone, or at a sentence's start, must be a known name; several in
    the middle need not.
    """
    words = [*_WORD.finditer(text, start, end)]
    if all(word[0].islower() for word in words):  # as all of the text may be
        given = next((word for word in words[:-1] if is_given(word[0]) and not is_small_word(word[0])), None)
        if given is not None and words[-1].start() - given.end() < _MOST:
            yield given.start(), end
        return
    around = text[max(0, start - _REACH // 2) : end + _REACH // 2]
    loud = around.isupper()  # capitals say nothing where all are
    run: list[re.Match[str]] = []
    for match in (*words, None):
        if match is not None and (match[0][0].isupper() or (run and match[0].lower() in PARTICLES)):
            run.append(match)
            continue
        while run and run[-1][0][0].islower():
            run.pop()
        sure = any(is_name(word[0]) for word in run)
        bare = not loud and all(word[0][0].isupper() for word in run)  # "Umfang der Rechte" are nouns
        if run and (sure or (bare and len(run) > 1 and not (first and run[0].start() == start))):
            yield run[0].start(), run[-1].end()
        run = []
