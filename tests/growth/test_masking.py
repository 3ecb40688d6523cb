"""Twice as much to read and to mask is at most 2.3 times the work, whatever it is made of."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from support.tools.work import growth
from vecgate.domain.finding import Finding
from vecgate.domain.profiles import ENTITIES
from vecgate.masking.apply.filling import rename
from vecgate.masking.apply.lists import Lists
from vecgate.masking.apply.marks import checked, marks
from vecgate.masking.apply.spans import around, merge
from vecgate.masking.detect import detector as detect
from vecgate.masking.detect.addresses import extended

MOST: Final = 2.3

F = Finding
MARK: Final = f"person-{checked('abcdefghijklmnopqrst', 20, b'k' * 32)} "


def overlapping(n: int) -> tuple[str, list[Finding]]:
    """A list of contacts: in each line a name over all of it, an address and a number in it."""
    line = "Amelia Donnelly-1,p1@example.com,+1 415 555 0134\n"
    found = []
    for at in range(0, n * len(line), len(line)):
        found += [F(at, at + 48, "PERSON"), F(at + 18, at + 32, "EMAIL"), F(at + 26, at + 40, "PHONE")]
    return line * n, found


def nested(n: int) -> tuple[str, list[Finding]]:
    """Each inside the one before."""
    return "a" * 2 * n, [F(i, 2 * n - i, ENTITIES[i % len(ENTITIES)]) for i in range(n)]


def ladder(n: int) -> tuple[str, list[Finding]]:
    """Each begins in the middle of the one before."""
    return "a" * (n + 20), [F(i, i + 20, ENTITIES[i % len(ENTITIES)]) for i in range(n)]


def under_one(n: int) -> tuple[str, list[Finding]]:
    """All of them below one that is everywhere."""
    return "a " * n, [F(0, 2 * n, "PERSON"), *(F(2 * i, 2 * i + 1, "SECRET") for i in range(n))]


@pytest.mark.parametrize("make", [overlapping, nested, ladder, under_one])
def test_overlaps_are_settled(make: Callable[[int], Any]) -> None:
    assert growth(make, lambda one: merge(one[0], one[1], ENTITIES), 400) < MOST


@pytest.mark.parametrize("make", [overlapping, nested, ladder, under_one])
def test_marks_are_left_out(make: Callable[[int], Any]) -> None:
    def kept(n: int) -> Any:
        text, found = make(n)
        return text, found, [(i, i + 3) for i in range(0, len(text) - 3, 7)]

    assert growth(kept, lambda one: around(*one), 300) < MOST


@pytest.mark.parametrize(
    ("lists", "text"),
    [(Lists(allow=["ann"]), "ann "), (Lists(deny={"ID": ["a", "aa", "ann"]}), "ann aa a ")],
    ids=["allow", "deny"],
)
def test_lists_are_looked_up(lists: Lists, text: str) -> None:
    def make(n: int) -> tuple[str, list[Finding]]:
        return text * n, [F(i, i + 3, "PERSON") for i in range(0, n * len(text) - 3, len(text))]

    assert growth(make, lambda one: lists.apply(*one), 300) < MOST


@pytest.mark.parametrize("text", [MARK, "<EMAIL:", "<ID#", "person-", MARK.strip() + "-"])
def test_marks_are_found(text: str) -> None:
    assert growth(lambda n: text * n, lambda one: [*marks(one)], 300) < MOST


@pytest.mark.parametrize(
    ("words", "besides"),
    [
        (lambda n: [f"Name{i}".translate(str.maketrans("0123456789", "abcdefghij")) for i in range(n)], ()),
        (lambda n: ["Anna"] * n, ("find",)),  # from one place to the next
        (lambda n: ["Anna's"] * n, ("find",)),
    ],
    ids=["many names", "one name", "possessive"],
)
def test_names_that_come_again(words: Callable[[int], list[str]], besides: tuple[str, ...]) -> None:
    def make(n: int) -> tuple[str, list[Finding]]:
        text, found = "", []
        for word in words(n):
            found.append(F(len(text), len(text) + len(word), "PERSON"))
            text += f"{word} "
        return text * 2, found

    assert growth(make, lambda one: [*detect._again(*one)], 300, besides) < MOST


@pytest.mark.parametrize("step", [1, 12])
def test_places_behind_addresses(step: int) -> None:
    def make(n: int) -> tuple[str, list[Finding]]:
        found = [F(i * step, i * step + 10, "ADDRESS" if i % 2 else "LOCATION") for i in range(n)]
        return "a" * (n * step + 10), found

    assert growth(make, lambda one: [*extended(*one)], 200) < MOST


@pytest.mark.parametrize("shown", ["<PERSON>", "a", ""])
def test_keys_get_one_name(shown: str) -> None:
    def make(n: int) -> tuple[dict[str, Any], dict[str, str]]:
        keys = [f"Anna {i}" for i in range(n)]
        return dict.fromkeys(keys, 1), dict.fromkeys(keys, shown)

    assert growth(make, lambda one: [*rename(dict(one[0]), one[1])], 300) < MOST  # type: ignore[arg-type]
