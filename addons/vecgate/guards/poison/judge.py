"""Does this text carry instructions to a model? Prompt injection, judged by phrases that come close together.

A text is held against some hundred phrases (`phrases.py`, `languages.py`) in every reading of it (`readings.py`). What
counts is how much of them falls within a stretch of `REACH` characters: an order is short, and a manual of 100 pages may
well say each of these things somewhere. Matching is RE2's: its time grows with the text and with nothing else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import re2

from vecgate.guards.poison.automated import AUTOMATED
from vecgate.guards.poison.doing import DOING
from vecgate.guards.poison.languages import LANGUAGES
from vecgate.guards.poison.phrases import PHRASES, Phrase
from vecgate.guards.poison.readings import readings

#: From this on a text counts as instructions to a model.
THRESHOLD: Final = 1.0
#: Characters that are looked at together.
REACH: Final = 420
#: What a hidden reading adds, once it says half of what is needed.
HIDDEN: Final = 0.4
#: What a text may say more, that is itself about such attacks.
ABOUT: Final = 0.7
#: Hits of one phrase that are looked at in one text.
_MOST_HITS: Final = 64

#: What somebody writes about them: one of the first, or two of the others.
_ABOUT: Final = re2.compile(
    rb"prompt[- ]injections?|jail(?:breaks|breaking|broken)|jailbreak (?:attempt|prompt|attack|detect|success)\w*|red[- ]team\w*|adversarial|owasp|"
    rb"llm security|prompt leaks?"
)
_PERHAPS_ABOUT: Final = re2.compile(
    rb"\battackers?(?:[ ,;:)]|$)|\battacks?(?:[ ,;:).]|$)|adversary|guardrails?\b|ai safety|payloads?\b|vulnerabilit(?:y|ies)|detect(?:or|s|ion)\b|"
    rb"(?:the|output|our) filter|canary tokens?|chat templates?|glossary|malicious|tricked|(?:phrases|strings) (?:like|such as)|researchers|security advisory"
)
#: What somebody else says, or is made to do: quoted, or told of a third party.
_QUOTED: Final = re2.compile(
    rb"\"[^\"]{3,300}\"|`[^`]{3,300}`|(?:^|[ (])'[^']{3,300}'(?:$|[ .,;:)])|\xe2\x80\x9c[^\xe2]{3,300}\xe2\x80\x9d|"
    rb"\b(?:models?|llms?|ais?|assistants?|chatbots?|agents?|bots?|it|them|which) (?:\w+ )?(?:in)?to \w+[^.!?\n]{0,160}"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much a text speaks like an order to a model, and in which ways."""

    score: float
    families: tuple[str, ...] = ()

    @property
    def carries(self) -> bool:
        """Whether it counts as one."""
        return self.score >= THRESHOLD


INNOCENT: Final = Verdict(0.0)


def _compiled(phrases: Sequence[Phrase]) -> list[tuple[Phrase, Any]]:
    return [(phrase, re2.compile(phrase.pattern.encode())) for phrase in phrases]


_ALL: Final = _compiled((*PHRASES, *DOING, *AUTOMATED, *LANGUAGES))


def judge(text: str) -> Verdict:
    """The verdict on a text: that of the reading which speaks most."""
    worst = INNOCENT
    for reading, is_hidden in readings(text):
        found = _judged(reading.encode("utf-8", "replace"))
        if is_hidden and found.score >= THRESHOLD / 2:
            found = Verdict(round(found.score + HIDDEN, 2), (*found.families, "hidden"))
        if found.score > worst.score:
            worst = found
    return worst


def _judged(raw: bytes) -> Verdict:
    allowance = 0.0
    if _ABOUT.search(raw) or len({match[0] for match in _PERHAPS_ABOUT.finditer(raw)}) > 1:
        raw, allowance = _QUOTED.sub(b" ", raw), ABOUT
    verdict = _closest(sorted(_hits(raw), key=lambda hit: hit[0]))
    return Verdict(max(0.0, round(verdict.score - allowance, 2)), verdict.families)


def _hits(raw: bytes) -> Iterator[tuple[int, Phrase]]:
    for phrase, compiled in _ALL:
        for number, match in enumerate(compiled.finditer(raw)):
            yield match.start(), phrase
            if number >= _MOST_HITS:
                break


def _closest(hits: Sequence[tuple[int, Phrase]]) -> Verdict:
    """The most that falls within one stretch; each phrase counts once in it."""
    best, first = INNOCENT, 0
    inside: dict[Phrase, int] = {}
    for at, phrase in hits:
        inside[phrase] = inside.get(phrase, 0) + 1
        while hits[first][0] < at - REACH:
            gone = hits[first][1]
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
            first += 1
        score = sum(one.weight for one in inside)
        if score > best.score:
            best = Verdict(round(score, 2), tuple(dict.fromkeys(one.family for one in inside)))
    return best
