"""Which field policy takes a path of keys: the pattern as a whole, in any case, one that masks before one that keeps."""

import pytest

from vecgate.domain.fields import above, ordered, takes
from vecgate.domain.profiles import OperatorSpec

REDACT, KEEP = OperatorSpec("redact"), OperatorSpec("keep")


def test_no_policies_take_nothing() -> None:
    assert list(ordered({})) == []
    assert list(above({})) == []


@pytest.mark.parametrize(
    ("glob", "path", "taken"),
    [
        ("*.email", "metadatas.email", True),
        ("*.Email", "metadatas.email", True),
        ("*.email", "email", True),
        ("*.email", "metadatas.emails", False),
        ("*.email", "metadatas.email.work", False),
        ("email", "metadatas.email", False),
        ("metadatas.e?ail", "metadatas.email", True),
        ("*", "documents", True),
    ],
)
def test_a_pattern_takes_a_whole_path(glob: str, path: str, taken: bool) -> None:
    [(pattern, _)] = ordered({glob: REDACT})
    assert takes(pattern, path) is taken


def test_what_masks_is_tried_before_what_keeps() -> None:
    assert [spec for _, spec in ordered({"*.a": KEEP, "*": REDACT})] == [REDACT, KEEP]


@pytest.mark.parametrize(
    ("glob", "path", "holds"),
    [
        ("*.person.email", "payload.person", True),
        ("*.person.email", "payload.person.email", False),
        ("*.person.email", "payload.email", False),
        ("*.a.b.c", "payload.a.b", True),
        ("*.a.*", "payload.a", True),
        ("*.email", "payload.person", False),
        ("*.*.email", "payload.person", False),
    ],
)
def test_what_holds_a_masked_field_is_known_by_the_patterns_own_words(glob: str, path: str, holds: bool) -> None:
    assert any(takes(pattern, path) for pattern in above({glob: REDACT})) is holds
    assert above({glob: KEEP}) == []
