"""Which personal data has a form of its own? One module per entity, found by its file name.

A module holds `RULES`. Every rule is an RE2 pattern (linear time, whatever the text) and, where a form can be
proved or disproved, a check. One RE2 set over all patterns tells in one pass which rules can hit at all.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import re2

from vecgate.masking.normalise import Normal
from vecgate.masking.patterns._base import Rule
from vecgate.terms import Finding


def discover() -> tuple[Rule, ...]:
    """The rules of every module here, in the order of their names. Raises TypeError for a misplaced rule."""
    rules: list[Rule] = []
    for name in sorted(m.name for m in iter_modules(__path__) if not m.name.startswith("_")):
        for rule in import_module(f"{__name__}.{name}").RULES:
            if rule.entity.lower() != name:
                raise TypeError(
                    f"patterns/{name}.py holds a rule for {rule.entity}: it belongs to {rule.entity.lower()}.py"
                )
            rules.append(rule)
    return tuple(rules)


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False  # RE2 would write the pattern to stderr
    options.max_mem = 64 << 20
    return options


class Patterns:
    """All rules, compiled once."""

    def __init__(self, rules: tuple[Rule, ...] | None = None) -> None:
        self._rules = discover() if rules is None else rules
        options = _options()
        self._compiled = [re2.compile(rule.pattern.encode(), options) for rule in self._rules]
        self._gate = re2.Set.SearchSet(options)
        for rule in self._rules:
            self._gate.Add(rule.pattern.encode())
        self._gate.Compile()

    def find(self, normal: Normal) -> Iterator[Finding]:
        """Every hit that passes its check, overlaps included; offsets are those of `normal.text`."""
        folded = normal.ascii
        raw = folded.encode("ascii")
        for index in sorted(self._gate.Match(raw) or ()):
            rule = self._rules[index]
            for match in self._compiled[index].finditer(raw):
                start, end = match.span(rule.group)
                for a, b in rule.check(folded, start, end):
                    yield Finding(a, b, rule.entity, f"pattern:{rule.name}")
