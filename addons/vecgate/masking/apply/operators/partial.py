"""Shown: the last characters of a number, the domain of an e-mail address, stars for the rest.

At most half of the letters and digits are ever shown. Without parameters only values that are mostly digits
(cards, phones, account numbers) keep their last four; a name keeps none, and a secret never does.
"""

import re
from collections.abc import Callable
from typing import Final

from vecgate.domain.profiles import IntParam, OperatorWords, TextParam
from vecgate.masking.apply.operators._base import MarkForm, Operator, Params, number, words

KEEP_LAST: Final = 4
_HIDDEN: Final = "****"


def _room(text: str) -> int:
    return sum(map(str.isalnum, text)) // 2


def _stars(text: str, first: int, last: int, hide: Callable[[str], str]) -> str:
    """The text with its letters and digits hidden but for some at either end, which are fewer than there are."""
    begin, end = 0, len(text)
    if first or last:
        places = [i for i, c in enumerate(text) if c.isalnum()]
        begin, end = places[first], places[-last - 1] + 1
    shown = text[:begin] + hide(text[begin:end]) + text[end:]
    return _HIDDEN if text in shown else shown  # nothing to hide, or hidden behind its own characters


def _hiding(char: str) -> Callable[[str], str]:
    """What puts this in the place of each letter and digit; most texts are plain ones, and those are quick to do."""
    plain = {code: char for code in range(128) if chr(code).isalnum()}

    def hide(text: str) -> str:
        return text.translate(plain) if text.isascii() else "".join(char if c.isalnum() else c for c in text)

    return hide


def _mostly_digits(text: str) -> bool:
    return sum(map(str.isdigit, text)) > _room(text)


WORDS: Final = OperatorWords({"keep_first": IntParam(0, 16), "keep_last": IntParam(0, 16), "char": TextParam(1, 1)})


def form(params: Params) -> MarkForm:
    """What hides the other characters, however often."""
    char = words(params, "char", "*")
    return MarkForm(rf"(?:{re.escape(char)})+|{re.escape(_HIDDEN)}", (char, _HIDDEN))


def build(params: Params, _key: bytes) -> Operator:
    """`keep_first`, `keep_last`: how many letters and digits stay; `char`: what hides the others."""
    first, last = number(params, "keep_first", 0), number(params, "keep_last", KEEP_LAST)
    hide = _hiding(words(params, "char", "*"))
    asked = "keep_first" in params or "keep_last" in params

    def cover(text: str, keep: bool) -> str:
        fits = keep and first + last <= _room(text)
        return _stars(text, first, last, hide) if fits else _stars(text, 0, 0, hide)

    def partial(text: str, entity: str) -> str:
        if entity == "SECRET":
            return _HIDDEN
        local, at, domain = text.rpartition("@")
        if entity == "EMAIL" and at and "@" not in local:
            return f"{cover(local, 'keep_first' in params and not last)}@{domain}"
        return cover(text, asked or _mostly_digits(text))

    return partial
