"""Respelt marks are told, for each kind, and the work grows as the text does."""

from collections.abc import Callable

import pytest

from support.tools.work import growth
from vecgate.domain.profiles import ENTITIES
from vecgate.masking.inputs.alike import STARS, alike, plain


def marks(text: str) -> list[str]:
    return [one.mark for one in alike(plain(text))]


@pytest.mark.parametrize("kind", ENTITIES)
def test_every_kind_is_told_however_it_is_written(kind: str) -> None:
    words = kind.lower().replace("_", " ")
    for text in (kind, kind.lower(), words, words.title(), f" {kind} ", f"{kind}_2", f"{kind}#Abc_-9", f"{kind}:k3v9"):
        assert marks(f"a <{text}> b") == [kind], text
    pseudonym = f"{kind.lower().replace('_', '-')}-abcdefghijklmnopqrst"
    for text in (pseudonym, pseudonym.upper(), pseudonym.replace("-", "_"), pseudonym.replace("-", "\u2011")):
        assert marks(f"a {text} b") == [kind], text
    assert marks(f"[{kind}] {{{kind}}}") == [kind] * 2


@pytest.mark.parametrize("text", ["***", "a **** 1", "* * *", "\u2022\u2022\u2022", "xxx-1", "#####1"])
def test_stars_are_told_of_any_kind_and_number(text: str) -> None:
    assert {*marks(text)} == {STARS}


@pytest.mark.parametrize(
    "text", ["<b>", "</person>", "<personal>", "[person]", "(PERSON)", "PERSON", "**bold**", "### Title", "a-b-c", "<a href='x'>"]
)  # fmt: skip
def test_other_texts_have_none(text: str) -> None:
    assert marks(text) == []


@pytest.mark.parametrize(
    "make",
    [
        *(lambda n, piece=piece: piece * n for piece in ("<", "<person", "< ", "* ", "*\\", "** a", "#", "# ", "x", "a-", "abc abc-", "\uff1c ")),
        lambda n: "<" + " " * n,
        lambda n: "<person" + "-" * n,
        lambda n: "ab-" + "a" * n,
        lambda n: "ab ab-" * n + "abcdefghijklmnopqrst",
    ],
)  # fmt: skip
def test_twice_the_text_is_twice_the_work(make: Callable[[int], str]) -> None:
    assert growth(make, lambda text: [*alike(plain(text))], 2000) < 2.3
