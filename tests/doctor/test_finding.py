"""A finding says what and, unless all is well, what to do."""

from vecgate.doctor.finding import Level, ok, problem, sentence, warning


def test_what_is_in_order_needs_nothing_done() -> None:
    assert (ok("a", "b.").level, ok("a", "b.").todo) == (Level.OK, "")


def test_what_is_not_comes_with_what_to_do() -> None:
    assert (warning("a", "b.", "c.").level, problem("a", "b.", "c.").level) == (Level.WARNING, Level.PROBLEM)


def test_the_worst_comes_first() -> None:
    assert list(Level) == [Level.PROBLEM, Level.WARNING, Level.OK]


def test_what_others_wrote_becomes_a_sentence() -> None:
    assert [sentence(text) for text in ("a", "a.", "a?")] == ["a.", "a.", "a?"]
    assert [told("a", f"b: {text}.", "c.").found for told in (warning, problem) for text in ("x", "x.", "x..")] == [
        "b: x.", "b: x.", "b: x...",
    ] * 2  # fmt: skip
