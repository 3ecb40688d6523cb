"""What is sent to the workers shows itself nowhere, and has a hash of its own."""

import pytest

from vecgate.masking.detect.texts import Text

KEY = b"k" * 32


def test_repr_shows_no_text() -> None:
    assert "Anu" not in repr(Text("Anu Kotkas", hint="name"))


def test_every_part_counts_in_the_digest() -> None:
    """A text seen as a name field is another text than the same one seen bare."""
    one = Text("ab", "text", "c").digest(KEY, "1")
    others = [
        Text("ab", "text", "d").digest(KEY, "1"),
        Text("ab", "patterns", "c").digest(KEY, "1"),
        Text("a", "text", "cb").digest(KEY, "1"),
        Text("ab", "text", "c", "high").digest(KEY, "1"),
        Text("ab", "text", "c").digest(KEY, "2"),
        Text("ab", "text", "c").digest(b"x" * 32, "1"),
    ]
    assert len({one, *others}) == 7
    assert Text("ab", "text", "c").digest(KEY, "1") == one


def test_a_lone_surrogate_has_no_digest() -> None:
    with pytest.raises(UnicodeEncodeError):
        Text("\ud800").digest(KEY, "1")
