"""Which personal data has a form of its own? Modules of rules, found by their file names, in whatever room.

A module holds `RULES`, and its name begins with their entity: `iban`, `id_forms`. Every rule is an RE2 pattern
(linear time, whatever the text) and, where a form can be proved or disproved, a check. RE2 sets over simpler
patterns, the gates, tell first which rules can hit at all.
"""

from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import groupby
from pkgutil import walk_packages
from typing import Final

import re2

from vecgate.domain.finding import Finding
from vecgate.masking.detect.normalise import Normal
from vecgate.masking.detect.patterns._base import Recogniser
from vecgate.masking.detect.texts import LONG, Breathe, at_ease

_MEMORY: Final = 64 << 20  # bytes that RE2 may use for one pattern, or for the set
_ALWAYS: Final = b""


def _module_of(entity: str, name: str) -> bool:
    return name == entity.lower() or name.startswith(f"{entity.lower()}_")


def discover() -> tuple[Recogniser, ...]:
    """The rules of every module in these rooms, in the order of their names. Raises TypeError for a misplaced rule."""
    rules: list[Recogniser] = []
    for path in sorted((m.name for m in walk_packages(__path__, f"{__name__}.") if not m.ispkg), key=_last):
        name = _last(path)
        for rule in () if name.startswith("_") else import_module(path).RULES:
            if not _module_of(rule.entity, name):
                raise TypeError(f"{name}.py holds a rule for {rule.entity}: it belongs to {rule.entity.lower()}.py")
            rules.append(rule)
    return tuple(rules)


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False  # RE2 would write the pattern to stderr
    options.max_mem = _MEMORY
    return options


class _Gate:
    """Which of some rules can hit? A set of their own for each entity: the automaton of all together is far larger."""

    def __init__(self, rules: Sequence[tuple[int, Recogniser]], options: re2.Options) -> None:
        self._indexes = [index for index, _ in rules]
        self._set = re2.Set.SearchSet(options)
        for _, rule in rules:
            self._set.Add((rule.gate or rule.pattern).encode())
        self._always = self._set.Add(_ALWAYS)
        self._set.Compile()

    def likely(self, raw: bytes) -> list[int]:
        """The indexes of the rules; of all of them should the set itself have run out of memory."""
        hits = self._set.Match(raw)
        if self._always not in hits:
            return self._indexes
        return [self._indexes[hit] for hit in hits if hit != self._always] if len(hits) > 1 else []


class Patterns:
    """All rules, compiled once."""

    def __init__(self, rules: tuple[Recogniser, ...] | None = None) -> None:
        self.rules = discover() if rules is None else rules
        options = _options()
        self._compiled = [re2.compile(rule.pattern.encode(), options) for rule in self.rules]
        self._sources = [f"pattern:{rule.entity.lower()}/{rule.name}" for rule in self.rules]
        numbered = sorted(enumerate(self.rules), key=lambda one: (one[1].entity, one[0]))
        entities = groupby(numbered, key=lambda one: one[1].entity)
        self._gates = [_Gate(list(some), options) for _, some in entities]

    def find(self, normal: Normal) -> list[Finding]:
        """Every hit that passes its check, overlaps included; offsets are those of `normal.text`."""
        return self.find_all([normal])[0]

    def find_all(self, normals: Sequence[Normal], breathe: Breathe | None = None) -> list[list[Finding]]:
        """The same for several texts, which is quicker: each automaton is warm but for its first text.

        `breathe` is called before each rule that may hit in a long text, and before each of its hits.
        """
        texts = [normal.ascii for normal in normals]
        raws = [text.encode("ascii") for text in texts]
        found: list[list[Finding]] = [[] for _ in normals]
        for gate in self._gates:
            likely = [gate.likely(raw) for raw in raws]
            for number, indexes in enumerate(likely):
                for index in indexes:
                    if breathe is not None and len(texts[number]) > LONG:
                        breathe()
                    found[number] += self._hits(index, texts[number], raws[number], breathe)
        return found

    def _hits(self, index: int, text: str, raw: bytes, breathe: Breathe | None) -> Iterator[Finding]:
        rule, source = self.rules[index], self._sources[index]
        for match in at_ease(self._compiled[index].finditer(raw), text, breathe):
            start, end = match.span(rule.group)
            for a, b in rule.check(text, start, end):
                yield Finding(a, b, rule.entity, source)
