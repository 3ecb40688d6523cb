"""What is never personal here, and what always is? A profile's allow and deny lists."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ahocorasick_rs import AhoCorasick

from vecgate.domain.finding import Finding
from vecgate.masking.apply.spans import inside
from vecgate.masking.detect.normalise import normalise

DENIED: Final = "list:deny"


def _folded(text: str) -> str:
    """In lower case, of the same length."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _automaton(texts: Sequence[str]) -> AhoCorasick | None:
    words = [_folded(normalise(text).text) for text in texts]
    return AhoCorasick(words) if words else None


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() and text[start].isalnum()) and not (after.isalnum() and text[end - 1].isalnum())


class Lists:
    """`allow`: texts that are never personal; `deny`: those that always are, by entity. Whole words, in any case.

    Both are found by an Aho-Corasick automaton: the time does not grow with the lists.
    """

    def __init__(self, allow: Sequence[str] = (), deny: Mapping[str, Sequence[str]] | None = None) -> None:
        self._allow = _automaton(allow)
        pairs = [(text, entity) for entity, texts in (deny or {}).items() for text in texts]
        self._entities = [entity for _, entity in pairs]
        self._deny = _automaton([text for text, _ in pairs])

    @property
    def deny(self) -> bool:
        """Whether anything is listed as always personal."""
        return self._deny is not None

    def apply(self, text: str, found: Sequence[Finding]) -> Sequence[Finding]:
        """Findings without what lies in an allowed text, and with what is denied: in doubt it is hidden."""
        if self._allow is None and self._deny is None:
            return found
        plain = normalise(text)
        folded = _folded(plain.text)
        allowed = [plain.original(start, end) for _, start, end in _occurrences(self._allow, folded)] if found else []
        kept = [f for f, free in zip(found, inside(allowed, found), strict=True) if not free] if allowed else found
        denied = [
            Finding(*plain.original(start, end), self._entities[number], DENIED)
            for number, start, end in _occurrences(self._deny, folded)
        ]
        return [*kept, *denied]


def _occurrences(automaton: AhoCorasick | None, text: str) -> Iterator[tuple[int, int, int]]:
    if automaton is None:
        return
    for number, start, end in automaton.find_matches_as_indexes(text, overlapping=True):
        if _stands_alone(text, start, end):
            yield number, start, end
