"""Which personal data has a form of its own? Modules of rules, found by their file names.

A module holds `RULES`, and its name begins with their entity: `iban`, `id_forms`. Every rule is an RE2 pattern
(linear time, whatever the text) and, where a form can be proved or disproved, a check. One RE2 set over all
patterns tells in one pass which rules can hit at all.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

import re2

from vecgate.masking.normalise import Normal
from vecgate.masking.patterns._base import Rule
from vecgate.terms import Finding

_MEMORY: Final = 64 << 20  # bytes that RE2 may use for one pattern, or for the set
_ALWAYS: Final = b""


def _module_of(entity: str, name: str) -> bool:
    return name == entity.lower() or name.startswith(f"{entity.lower()}_")


def discover() -> tuple[Rule, ...]:
    """The rules of every module here, in the order of their names. Raises TypeError for a misplaced rule."""
    rules: list[Rule] = []
    for name in sorted(m.name for m in iter_modules(__path__) if not m.name.startswith("_")):
        for rule in import_module(f"{__name__}.{name}").RULES:
            if not _module_of(rule.entity, name):
                raise TypeError(
                    f"patterns/{name}.py holds a rule for {rule.entity}: it belongs to {rule.entity.lower()}.py"
                )
            rules.append(rule)
    return tuple(rules)


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False  # RE2 would write the pattern to stderr
    options.max_mem = _MEMORY
    return options


class Patterns:
    """All rules, compiled once."""

    def __init__(self, rules: tuple[Rule, ...] | None = None) -> None:
        self.rules = discover() if rules is None else rules
        options = _options()
        self._compiled = [re2.compile(rule.pattern.encode(), options) for rule in self.rules]
        self._sources = [f"pattern:{rule.entity.lower()}/{rule.name}" for rule in self.rules]
        self._gate = re2.Set.SearchSet(options)
        for rule in self.rules:
            self._gate.Add((rule.gate or rule.pattern).encode())
        self._always = self._gate.Add(_ALWAYS)
        self._gate.Compile()

    def _likely(self, raw: bytes) -> list[int]:
        """The rules that can hit: all of them should the set itself have run out of memory."""
        hits = self._gate.Match(raw)
        if self._always not in hits:
            return list(range(len(self.rules)))
        return sorted(index for index in hits if index != self._always)

    def find(self, normal: Normal) -> Iterator[Finding]:
        """Every hit that passes its check, overlaps included; offsets are those of `normal.text`."""
        folded = normal.ascii
        raw = folded.encode("ascii")
        for index in self._likely(raw):
            rule = self.rules[index]
            for match in self._compiled[index].finditer(raw):
                start, end = match.span(rule.group)
                for a, b in rule.check(folded, start, end):
                    yield Finding(a, b, rule.entity, self._sources[index])
