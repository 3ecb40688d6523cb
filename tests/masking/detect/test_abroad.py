"""Whether the clause around a finding is English, and what of it is written as a name."""

import pytest

from vecgate.masking.detect.abroad import is_abroad, named_parts

COMMON = frozenset(["called", "after", "said", "about", "room", "order", "please"])


def _around(text: str, found: str) -> bool:
    start = text.index(found)
    return is_abroad(
        text, start, start + len(found), COMMON.__contains__, lambda word: True if word in COMMON else None
    )


@pytest.mark.parametrize(
    ("text", "found", "abroad"),
    [
        ("the tenant Kowalska called about the order", "Kowalska", False),
        ("awarię windy zgłosił lokator Kowalska wczoraj", "Kowalska", True),
        # the clause in brackets decides, whatever is around it
        ("it was said about the decision (uchwała o zmianie planu Rady) that", "Rady", True),
        # too few words to tell
        ("Kowalska 12", "Kowalska", False),
        ("vorläufig gültig Kowalska", "Kowalska", True),
        ("owner Kowalska", "Kowalska", False),
    ],
)
def test_the_words_around_it_tell(text: str, found: str, abroad: bool) -> None:
    assert _around(text, found) is abroad


@pytest.mark.parametrize(
    ("found", "first", "parts"),
    [
        ("Privzeta družina", True, []),
        ("voľba Jana Nováka otvorí", False, ["Jana Nováka"]),
        ("Maria van der Berg schrijft", False, ["Maria van der Berg"]),
        ("dorota pietrak", False, ["dorota pietrak"]),
        ("sprak dinsdag", False, []),
        ("Audiencia Provincial", True, []),
    ],
)
def test_runs_of_capitalised_words_are_names(found: str, first: bool, parts: list[str]) -> None:
    assert [found[a:b] for a, b in named_parts(found, 0, len(found), first)] == parts
