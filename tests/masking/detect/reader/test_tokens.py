"""Tokens are the same for training and use, and hold all of a text but single blanks."""

import pytest

from vecgate.masking.detect.reader.tokens import tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" ", [" "]),
        ("a  b", ["a", " ", "b"]),
        ("\n x", ["\n ", "x"]),
        # names
        ("Anu O'Hara's", ["Anu", "O'Hara", "'s"]),
        ("J.R. Smith-Jones", ["J", ".", "R", ".", "Smith", "-", "Jones"]),
        # JSON and tables
        ('{"id":7,"name":"Anu"}', ["{", '"', "id", '"', ":", "7", ",", '"', "name", '"', ":", '"', "Anu", '"', "}"]),
        ("customer_name|Anu\t", ["customer", "_", "name", "|", "Anu", "\t"]),
        # what the net writes
        ("a.b@c.de @joe #tag http://a.b/c?x=1", ["a.b@c.de", "@joe", "#", "tag", "http://a.b/c?x=1"]),
        # figures
        ("12.5.2020 3a 1-2", ["12.5.2020", "3a", "1-2"]),
        ("wait... -- ok", ["wait", "...", "--", "ok"]),
    ],
)
def test_tokens(text: str, words: list[str]) -> None:
    assert tokens(text).words == words


@pytest.mark.parametrize(
    "text", ["a" * 9000, "1-" * 4500, "a.b+" * 2500, "_'" * 4000, "@" * 9000, " \n" * 4000, "x@" * 4000, "a  b \n c "]
)
def test_no_text_is_lost_however_odd(text: str) -> None:
    words, starts = tokens(text)
    assert all(text[start : start + len(word)] == word for word, start in zip(words, starts, strict=True))
    assert sum(map(len, words)) >= len(text) - text.count(" ")
