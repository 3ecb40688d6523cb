"""Texts that have the form of a pattern, made up: what its check is asked about, whether it proves anything or not."""

import re._constants as words
import re._parser as parser
from functools import cache
from random import Random
from typing import Any, Final

_PRINTED: Final = "".join(map(chr, range(32, 127)))
_CATEGORIES: Final = {
    words.CATEGORY_DIGIT: "0123456789",
    words.CATEGORY_SPACE: " \t\n",
    words.CATEGORY_WORD: "abcxyzABCXYZ0189_",
    words.CATEGORY_NOT_DIGIT: "ab_ -.",
    words.CATEGORY_NOT_SPACE: "aZ09.-_@",
    words.CATEGORY_NOT_WORD: " .-@:",
}


def alike(pattern: str, random: Random) -> str:
    """One of them. What stands around (borders, what comes before or behind) is left out."""
    return "".join(_made(_parsed(pattern), random))


@cache
def _parsed(pattern: str) -> Any:
    return parser.parse(pattern.replace(r"\z", r"\Z"))


def _made(tree: Any, random: Random) -> list[str]:
    made = list[str]()
    for kind, value in tree:
        if kind in _ONE:
            made.append(random.choice(_ONE[kind](value)))
        elif kind in _INSIDE:
            made += _made(_INSIDE[kind](value, random), random)
        elif kind in _REPEATS:
            least, most, inner = value
            for _ in range(random.randint(least, min(most, least + 12))):
                made += _made(inner, random)
        elif kind is not words.AT:
            raise ValueError(f"no pattern of ours has {kind}")
    return made


def _those(members: Any) -> str:
    found, other = "", False
    for kind, value in members:
        if kind is words.NEGATE:
            other = True
        elif kind is words.LITERAL:
            found += chr(value)
        elif kind is words.RANGE:
            found += "".join(map(chr, range(value[0], value[1] + 1)))
        else:
            found += _CATEGORIES[value]
    return "".join(one for one in _PRINTED if one not in found) if other else found


_ONE: Final = {
    words.LITERAL: chr,
    words.NOT_LITERAL: lambda code: _PRINTED.replace(chr(code), ""),
    words.ANY: lambda _: _PRINTED,
    words.IN: _those,
}
_INSIDE: Final = {
    words.BRANCH: lambda value, random: random.choice(value[1]),
    words.SUBPATTERN: lambda value, _: value[3],
}
_REPEATS: Final = (words.MAX_REPEAT, words.MIN_REPEAT, words.POSSESSIVE_REPEAT)
