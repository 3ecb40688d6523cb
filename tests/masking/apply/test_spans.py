"""Overlaps are settled, and nothing found is left uncovered."""

from itertools import pairwise
from random import Random

import pytest

from vecgate.domain.finding import Finding
from vecgate.domain.profiles import ENTITIES
from vecgate.masking.apply.spans import PRIORITY, around, merge

F = Finding


@pytest.mark.parametrize(
    ("text", "findings", "entities", "expected"),
    [
        # nothing
        ("abc", [], ENTITIES, []),
        ("abc", [F(0, 3, "ORG")], ("PERSON",), []),
        # apart
        ("ab cd", [F(3, 5, "IP"), F(0, 2, "PERSON")], ENTITIES, [F(0, 2, "PERSON"), F(3, 5, "IP")]),
        # the stronger entity keeps the common part, the weaker its rest
        ("Joe joe@x.com", [F(0, 13, "PERSON"), F(4, 13, "EMAIL")], ENTITIES, [F(0, 3, "PERSON"), F(4, 13, "EMAIL")]),
        ("a bcd e", [F(0, 7, "PERSON"), F(2, 5, "IP")], ENTITIES, [F(0, 1, "PERSON"), F(2, 5, "IP"), F(6, 7, "PERSON")]),
        # the longer of the same entity wins
        ("12345678", [F(2, 6, "PHONE"), F(0, 8, "PHONE")], ENTITIES, [F(0, 8, "PHONE")]),
        # an unwanted entity takes nothing away from a wanted one
        ("Joe Doe", [F(0, 7, "ADDRESS"), F(0, 7, "PERSON")], ("PERSON",), [F(0, 7, "PERSON")]),
        # leftovers without letters or digits vanish; an edge that was found whole stays
        ("(1) 2", [F(0, 5, "PHONE"), F(1, 5, "SSN")], ENTITIES, [F(1, 5, "SSN")]),
        ("(1) 2", [F(0, 5, "PHONE")], ENTITIES, [F(0, 5, "PHONE")]),
    ],
)  # fmt: skip
def test_merge(text: str, findings: list[Finding], entities: tuple[str, ...], expected: list[Finding]) -> None:
    assert merge(text, findings, entities) == expected


@pytest.mark.parametrize("finding", [F(-1, 2, "IP"), F(2, 2, "IP"), F(3, 2, "IP"), F(0, 9, "IP")])
def test_a_finding_outside_its_text_is_an_error(finding: Finding) -> None:
    """A mask in the wrong place would show what it should hide."""
    with pytest.raises(ValueError, match="outside"):
        merge("abc", [finding], ENTITIES)


def test_every_entity_has_a_rank() -> None:
    assert sorted(PRIORITY) == sorted(ENTITIES)


def test_random_overlaps_cover_every_letter_and_never_overlap() -> None:
    random, text = Random(5), "ab, cd (ef) gh-ij kl."
    for _ in range(300):
        found = []
        for _ in range(random.randint(1, 6)):
            start = random.randrange(len(text))
            found.append(F(start, random.randint(start + 1, len(text)), random.choice(ENTITIES)))
        merged = merge(text, found, ENTITIES)
        assert all(a.end <= b.start for a, b in pairwise(merged))
        covered = {i for f in merged for i in range(f.start, f.end)}
        assert {i for f in found for i in range(f.start, f.end) if text[i].isalnum()} <= covered


@pytest.mark.parametrize(
    ("found", "kept", "left"),
    [
        ([], [(0, 3)], []),
        ([(0, 4)], [], [(0, 4)]),
        ([(0, 4)], [(4, 8)], [(0, 4)]),
        ([(4, 8)], [(4, 8)], []),
        ([(0, 12)], [(4, 9)], [(0, 3), (10, 12)]),
        ([(5, 7), (9, 12)], [(4, 8)], [(9, 12)]),
        ([(0, 99)], [(4, 8)], [(0, 99)]),  # outside of the text: for `merge` to refuse
    ],
)
def test_what_is_kept_is_taken_out_of_findings(
    found: list[tuple[int, int]], kept: list[tuple[int, int]], left: list[tuple[int, int]]
) -> None:
    parts = around("abc defgh ijk", [Finding(*span, "PERSON", "model") for span in found], kept)
    assert [(part.start, part.end) for part in parts] == left
    assert all((part.entity, part.source) == ("PERSON", "model") for part in parts)
