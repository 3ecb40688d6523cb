"""What is personal in these texts? Patterns and model side by side; who wins is decided later, per profile.

Runs in a worker process. A field's name is put in front of its value, because `name: Anu Kotkas` tells the
model, and `ssn: 078051120` the patterns, what the bare value does not.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched, chain
from typing import Final, NamedTuple

from vecgate.domain.finding import Finding
from vecgate.domain.profiles import Sensitivity
from vecgate.masking.detect.addresses import extended
from vecgate.masking.detect.hidden import DEEPEST, UNREAD, Hidden, hidden
from vecgate.masking.detect.identifiers import unpacked_by_chance, without_chance
from vecgate.masking.detect.known import is_name
from vecgate.masking.detect.language import DEFAULT, language
from vecgate.masking.detect.model import Model
from vecgate.masking.detect.normalise import Normal, normalise
from vecgate.masking.detect.patterns import Patterns
from vecgate.masking.detect.people import settled
from vecgate.masking.detect.somebody import Reading
from vecgate.masking.detect.texts import Breathe, Text, at_ease
from vecgate.masking.detect.wrapped import Window, over_end, unwrapped, windows
from vecgate.masking.detect.written import scanned

_CAPITALS: Final = re.compile(r"\b[A-Z]{3,}\b")
#: Two in a row, as in a shouted name; log levels and abbreviations mostly stand alone.
_SHOUTED: Final = re.compile(r"\b[A-Z]{2,},? [A-Z]{3,}\b")
_NAME_WORD: Final = re.compile(r"[^\W\d_][\w'-]*")
_PART: Final = re.compile(r"[\w'-]")
_WHOLE_WORD: Final = re.compile(r"[\w'-]+")
_AFTER: Final = re.compile(r"(?:'s)?(?![\w'-])")
# Also words: seen alone they are rarely the person.
_ALSO_WORDS_TEXT: Final = """
will mark rose grace hope faith bill frank grant jack chase angel star king queen young page park hill wood
stone green brown white black long short april june august summer autumn winter river lake field church bishop
cook baker carter mason miller smith taylor dean case best price day week north south east west street road bank
team support service
"""
_ALSO_WORDS: Final = frozenset(_ALSO_WORDS_TEXT.split())
_SHORTEST_NAME: Final = 4
#: So many texts are read by the patterns together: enough for warm automata, few enough to be held.
_AT_ONCE: Final = 128
#: So many are looked for one by one, which is quicker.
_FEW_NAMES: Final = 8


def _with_hint(text: Text) -> tuple[str, int]:
    prefix = f"{text.hint}: " if text.hint else ""
    return prefix + text.value, len(prefix)


def _has_letters(normal: Normal, prefix: int) -> bool:
    # The prefix, a hint in plain letters, is never changed by normalising; a number alone is nobody's name.
    return any(c.isalpha() for c in normal.text[prefix:])


def _quietly(text: str) -> str | None:
    """ALL CAPS words in title case, of the same length; None where most is not shouted: the model can read the rest."""
    if not _SHOUTED.search(text) or 2 * sum(map(str.isupper, text)) < sum(map(str.isalpha, text)):
        return None
    return _CAPITALS.sub(lambda m: m[0].capitalize(), text)


def _again(text: str, findings: Sequence[Finding]) -> Iterator[Finding]:
    """Other places where a part of a found name stands alone."""
    names = {
        word
        for f in findings
        if f.entity == "PERSON"
        for word in _NAME_WORD.findall(text[f.start : f.end])
        if len(word) >= _SHORTEST_NAME
        and word[0].isupper()
        and word.lower() not in _ALSO_WORDS
        # of "XBEL bookmarks" no capitals are a name, of "Jonas WEILER" they are
        and (not word.isupper() or is_name(word) or text[f.start : f.end].isupper())
    }
    if len(names) > _FEW_NAMES:
        yield from _words_among(text, names)
        return
    for name in names:
        at = text.find(name)
        while at >= 0:
            end = at + len(name)
            if not _PART.match(text[at - 1 : at]) and _AFTER.match(text, end):
                yield Finding(at, end, "PERSON", "name again")
            at = text.find(name, end)


def _words_among(text: str, names: set[str]) -> Iterator[Finding]:
    """The same for many names: one look at each word, instead of one look at the whole text for each name."""
    for word in _WHOLE_WORD.finditer(text):
        start, end = word.span()
        for stop in (end, end - 2) if word[0].endswith("'s") else (end,):
            if text[start:stop] in names:
                yield Finding(start, stop, "PERSON", "name again")


def _unpacked(one: Hidden, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings in what was packed, in offsets of the text that it is packed in."""
    for f in findings:
        start, end = one.original(f.start, f.end)
        yield Finding(start, end, f.entity, f"{one.kind}, {f.source}")


def _to_value(findings: Iterable[Finding], normal: Normal, prefix: int, length: int) -> list[Finding]:
    """Findings in the offsets of the value itself, without what lies in the prefix, each once."""
    kept: dict[Finding, None] = {}
    for f in findings:
        start, end = normal.original(f.start, f.end)
        start, end = max(0, start - prefix), min(length, end - prefix)
        if start < end:
            kept.setdefault(Finding(start, end, f.entity, f.source))
    return list(kept)


class _Wish(NamedTuple):
    """What a model is to read: the number of its text, in which language, how closely."""

    number: int
    text: str
    language: str
    level: Sensitivity


class Detector:
    """Patterns, and models for the texts that want one."""

    def __init__(self, model: Model, others: Mapping[str, Model] | None = None) -> None:
        """`model` reads English and whatever no other reads; `others`: language (ISO 639-1) -> its model."""
        self._model = model
        self._others = dict(others or {})
        self._patterns = Patterns()
        self._breathe: Breathe | None = None

    def listen(self, breathe: Breathe) -> None:
        """Have this called now and then while a long text is read; it may ask for others meanwhile."""
        self._breathe = breathe
        for model in (self._model, *self._others.values()):
            model.breathe = breathe

    def analyse(self, texts: Sequence[Text]) -> list[list[Finding]]:
        """Candidates per text, overlaps included, in character offsets of `Text.value`."""
        return self._analyse(texts, DEEPEST)

    def _analyse(self, texts: Sequence[Text], deep: int) -> list[list[Finding]]:
        whole = [_with_hint(text) for text in texts]
        normals = [unwrapped(normalise(text)) for text, _ in whole]
        wishes = [
            _Wish(i, scanned.read(normal.text, self._model.ordinary), language(normal.text[prefix:]), text.level)
            for i, (text, normal, (_, prefix)) in enumerate(zip(texts, normals, whole, strict=True))
            if text.look == "text" and _has_letters(normal, prefix)
        ]
        named = self._names(len(texts), wishes)
        packed = self._inside(texts, normals, deep)
        formed = self._formed(normals)
        for wish in wishes:  # one thing with all texts, then the next: code that is warm is quicker
            at = wish.number
            named[at] = self._settled(wish, bool(whole[at][1]), named[at], formed[at])
        result = []
        parts = zip(texts, normals, named, packed, formed, whole, strict=True)
        for text, normal, names, inside, patterns, (_, prefix) in parts:
            found = [
                *without_chance(normal.ascii, self._at_ease(normal.ascii, chain(patterns, names))),
                *unpacked_by_chance(normal.ascii, inside),
            ]
            more = chain(_again(normal.text, found), extended(normal.text, found))
            left = (Finding(start, end, UNREAD, "escapes") for start, end in normal.left)
            result.append(_to_value(chain(found, more, left), normal, prefix, len(text.value)))
        if deep == DEEPEST:
            self._unserved(texts, wishes, result)
        return result

    def _formed(self, normals: Sequence[Normal]) -> list[list[Finding]]:
        """What patterns find in each text, and over its lines' ends; all is read together, which is quicker."""
        found: list[list[Finding]] = [[] for _ in normals]
        whole = ((i, Window(normal, ())) for i, normal in enumerate(normals))
        cut = ((i, window) for i, normal in enumerate(normals) for window in windows(normal))
        for some in batched(chain(whole, cut), _AT_ONCE):
            read = self._patterns.find_all([window.joined for _, window in some], self._breathe)
            for (i, window), findings in zip(some, read, strict=True):
                found[i] += over_end(normals[i], window, findings) if window.seams else findings
        return found

    def _settled(
        self, wish: _Wish, hinted: bool, names: Sequence[Finding], patterns: Iterable[Finding]
    ) -> list[Finding]:
        """What the model says, set right; with `sensitivity: low` nothing is guessed."""
        served = wish.language == DEFAULT or wish.language in self._others
        words = (self._model.ordinary, wish.language == DEFAULT, self._model.common)
        reading = Reading(wish.text, served, wish.level != "low", hinted, *words)
        return settled(reading, self._at_ease(wish.text, names), [f for f in patterns if f.entity == "PERSON"])

    def _at_ease(self, text: str, findings: Iterable[Finding]) -> Iterable[Finding]:
        return at_ease(findings, text, self._breathe)

    def _inside(self, texts: Sequence[Text], normals: Sequence[Normal], deep: int) -> list[list[Finding]]:
        """What is found in what is packed inside the texts, in offsets of their plain readings.

        What is packed too deep, or is too much, is found itself.
        """
        packed: list[tuple[int, Hidden]] = []
        found: list[list[Finding]] = [[] for _ in texts]
        for i, one in ((i, one) for i, normal in enumerate(normals) for one in hidden(normal.ascii)):
            if deep and one.text:
                packed.append((i, one))
            else:
                found[i].append(Finding(one.start, one.end, UNREAD, one.kind))
        if packed:
            inner = [texts[i]._replace(value=one.text, hint=one.called) for i, one in packed]
            for (i, one), findings in zip(packed, self._analyse(inner, deep - 1), strict=True):
                found[i] += _unpacked(one, findings)
        return found

    def _unserved(self, texts: Sequence[Text], wishes: Iterable[_Wish], found: list[list[Finding]]) -> None:
        """Say of which texts the language has no model."""
        for wish in wishes:
            if wish.language != DEFAULT and wish.language not in self._others:
                whole = Finding(0, len(texts[wish.number].value), "UNSERVED", f"language:{wish.language}")
                found[wish.number].append(whole)

    def _names(self, count: int, wishes: Iterable[_Wish]) -> list[list[Finding]]:
        found: list[list[Finding]] = [[] for _ in range(count)]
        jobs: dict[tuple[Model, Sensitivity], list[tuple[int, str]]] = {}
        for wish in wishes:
            job = jobs.setdefault((self._others.get(wish.language, self._model), wish.level), [])
            quiet = _quietly(wish.text)
            job += [(wish.number, wish.text)] if quiet is None else [(wish.number, wish.text), (wish.number, quiet)]
        for (model, level), job in jobs.items():
            for (i, _), findings in zip(job, model.find([text for _, text in job], level), strict=True):
                found[i] += findings
        return found
