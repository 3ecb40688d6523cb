"""Which words has a filter, and what do texts and numbers in it say?"""

from typing import Final

import pytest

from support.tools.every import every
from vecgate.dialects.milvus.filters.tokens import Word, quoted, unquoted, words
from vecgate.refusals.errors import CallRefused


def test_words_are_as_long_as_they_can_be() -> None:
    """M-42"""
    found = [
        (word.kind, word.said, word.steps)
        for word in words("""meta["a"]['b'][0] not in [1] not  is null notin $meta""")
    ]
    assert found == [
        ("path", "meta", ("a", "b", 0)), ("notin", "not in", ()), ("list", "", ()),
        ("name", "not", ()), ("null", "", ()), ("name", "notin", ()), ("name", "$meta", ()),
    ]  # fmt: skip


LISTS: Final[dict[str, tuple[object, ...] | None]] = {
    "[]": (),
    "[ \t\r\n]": (),
    "[1, -2 ,3.5,-0,1e2,]": (1, -2, 3.5, 0, 100.0),
    "[9223372036854775807,-9223372036854775807]": (2**63 - 1, 1 - 2**63),
    """['a' , "it's",'"', "]", "\\x41", '',]""": ("a", "it's", '"', "]", "A", ""),
    "[,]": None,
    "[1,,]": None,
    "[1 2]": None,
    "[.5]": None,
    "[1.]": None,
    "[01]": None,
    "[+1]": None,
    "[- 1]": None,
    "[0x1]": None,
    "[1, 'a']": None,
    "['a' 'b']": None,
    "[,'a']": None,
    "['a',,]": None,
    "[u'a', 1]": None,
}


@every(("text", "held"), list(LISTS.items()))
def test_a_list_of_plain_values_is_one_word(text: str, held: tuple[object, ...] | None) -> None:
    """Others are read word by word."""
    first = next(words(text))
    assert first == (Word("sign", "[") if held is None else Word("list", "", values=held))  # type: ignore[arg-type]
    assert held is None or list(map(type, first.values)) == list(map(type, held))


@every("text", ["[9223372036854775808]", "[1, -9223372036854775808]", "[1e400]", "[0.5, " + "9" * 5000 + "]"])
def test_a_list_with_a_number_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(CallRefused, match="out of range"):
        [*words(text)]


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


@every("text", ["\U00020041", "Eva\U00020065", "\U0003134a", "\U0002fa1d", "\U00016ff0"])
def test_a_sign_that_servers_cut_short_is_refused(text: str) -> None:
    """M-55: U+20041 is an `A` to them, so a text of such signs was another's."""
    with pytest.raises(CallRefused, match="Chinese sign"):
        quoted(text)
    assert quoted("\u5f20\U0001f600") == '"\u5f20\U0001f600"'


@every(
    "text",
    [r'meta["a\"b"]', r"""meta['a"b']""", r'meta["\u0061"]', r'$meta["a\\b"]', r'meta["a"]["b\n"]', r"meta['a\'b']"],
)
def test_a_key_is_taken_as_it_is(text: str) -> None:
    """M-56"""
    with pytest.raises(CallRefused, match="has a key with"):
        [*words(f"{text} == 1")]
