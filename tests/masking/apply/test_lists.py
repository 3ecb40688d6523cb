"""A profile's own words: never personal, or always, whole words in any case."""

import pytest

from vecgate.domain.finding import Finding
from vecgate.masking.apply.lists import Lists


def test_without_lists_findings_are_as_they_are() -> None:
    found = (Finding(0, 3, "PERSON"),)
    assert Lists().apply("Ann", found) is found
    assert not Lists(["x y"]).deny


@pytest.mark.parametrize(
    ("text", "start", "end", "stays"),
    [
        # what is allowed, in any case, and a part of it
        ("Bloom Filter", 0, 12, False),
        ("see BLOOM FILTER now", 4, 16, False),
        ("see Bloom Filter now", 4, 9, False),
        # more than it, elsewhere, or within a longer word
        ("Anna Bloom Filter", 0, 17, True),
        ("Bloom, not the Bloom Filter", 0, 5, True),
        ("Bloom Filters", 0, 12, True),
    ],
)
def test_an_allowed_text_is_never_personal(text: str, start: int, end: int, stays: bool) -> None:
    found = [Finding(start, end, "PERSON", "model")]
    assert list(Lists(["Bloom Filter"]).apply(text, found)) == (found if stays else [])


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", []),
        ("Project Nightjar is late", [(0, 16)]),
        ("project  nightjar", []),
        ("PROJECT NIGHTJAR, project nightjar", [(0, 16), (18, 34)]),
        ("Project Nightjars", []),
        # disguised
        ("Pro\u200bject Nightjar", [(0, 17)]),
        ("Project&nbsp;Nightjar", [(0, 21)]),
    ],
)
def test_a_denied_text_always_is(text: str, spans: list[tuple[int, int]]) -> None:
    lists = Lists(deny={"ID": ["project nightjar"]})
    assert [(f.start, f.end) for f in lists.apply(text, ())] == spans
    assert all(f.entity == "ID" and f.source == "list:deny" for f in lists.apply(text, ()))


def test_what_is_both_is_hidden() -> None:
    lists = Lists(["Ann Lee"], {"PERSON": ["Ann Lee"]})
    assert [f.entity for f in lists.apply("Ann Lee", [Finding(0, 7, "PERSON", "model")])] == ["PERSON"]
