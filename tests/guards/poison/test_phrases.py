"""Every phrase can be used: it compiles, weighs something, and does not fit what says nothing."""

import pytest
import re2

from support.tools.every import every
from vecgate.guards.poison.phrases import PHRASES, Phrase, words


@every("phrase", PHRASES, ids=lambda phrase: phrase.pattern[:40])
def test_a_phrase_weighs_something_and_fits_no_empty_text(phrase: Phrase) -> None:
    compiled = re2.compile(phrase.pattern.encode())
    assert 0 < phrase.weight <= 1
    assert phrase.family
    assert compiled.search(b"") is None
    assert compiled.search(b"the weather was fine and everybody went home.") is None


def test_no_phrase_is_there_twice() -> None:
    assert len({phrase.pattern for phrase in PHRASES}) == len(PHRASES)


@pytest.mark.parametrize(("text", "fits"), [("a b", True), ("a x b", True), ("a x y b", True), ("a x y z b", False)])
def test_words_between_are_bounded(text: str, fits: bool) -> None:
    assert (re2.fullmatch(f"a {words(2)}b", text) is not None) is fits
