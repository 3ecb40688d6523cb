"""The warm-up words are words."""

from vecgate.masking.detect.warmup import WORDS


def test_there_are_some_hundred_words_and_no_one_real() -> None:
    assert len(set(WORDS.split())) > 400
    assert "@" not in WORDS
    assert not any(c.isdigit() for c in WORDS.replace("5 pm", ""))
