"""Which words has a filter, and what do texts and numbers in it say?"""

import pytest

from support.tools.every import every
from vecgate.dialects.milvus.filters.tokens import quoted, unquoted, words
from vecgate.refusals.errors import CallRefused


def test_words_are_as_long_as_they_can_be() -> None:
    """M-42"""
    found = [
        (word.kind, word.said, word.steps)
        for word in words("""meta["a"]['b'][0] not in [1] not  is null notin $meta""")
    ]
    assert found == [
        ("path", "meta", ("a", "b", 0)), ("notin", "not in", ()), ("sign", "[", ()), ("number", 1, ()), ("sign", "]", ()),
        ("name", "not", ()), ("null", "", ()), ("name", "notin", ()), ("name", "$meta", ()),
    ]  # fmt: skip


SAID = {
    '"a"': "a",
    "'a\"b'": 'a"b',
    '"\\"\\\\"': '"\\',
    "'\\''": "'",
    '"\\x41\\u00e9\\U0001F600\\101\\n"': "Aé😀A\n",
    '"é"': "é",
}


@every(("text", "said"), list(SAID.items()))
def test_a_text_says_what_every_server_reads(text: str, said: str) -> None:
    """M-50"""
    assert unquoted(text) == said


@every("text", ['"\\?"', '"\\q"', '"\\xff"', '"\\777"', '"\\ud800"', '"\\U00110000"', '"\\\'"', "'\\\"'", '"\\x4"'])
def test_other_escapes_are_refused(text: str) -> None:
    with pytest.raises(CallRefused, match="escape"):
        unquoted(text)


def test_a_text_is_written_in_one_form() -> None:
    assert quoted('a"b\\c\nd\té') == '"a\\"b\\\\c\\nd\\té"'
    for odd in ("\x00", "\x7f", "\x85", "\x1f"):
        with pytest.raises(CallRefused, match="control character"):
            quoted(odd)
