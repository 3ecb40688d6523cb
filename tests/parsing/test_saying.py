"""Is it said what is wrong with a body, and nothing repeated that could be personal?"""

import pytest

from vecgate.parsing.saying import folded, harmful, in_words, shown, unreadable
from vecgate.refusals.errors import CallRefused


def test_what_is_wrong_is_said_with_its_code() -> None:
    with pytest.raises(CallRefused, match=r"body\.unreadable.*it is odd"):
        unreadable("it is odd")
    with pytest.raises(CallRefused, match=r"body\.harmful.*it is bad"):
        harmful("it is bad")


def test_only_what_may_name_a_member_is_repeated() -> None:
    assert shown("filter") == "'filter'"
    assert shown("alice@example.com") == shown("a b") == shown("x" * 33) == "(not shown)"
    assert (in_words("a.b"), in_words("")) == (" in 'a.b'", "")


@pytest.mark.parametrize("key", ["Filter", "FILTER", "filter ", '"filter"', "fi\u200blter", "\uff46ilter", "fil-ter"])
def test_what_a_server_may_overlook_in_a_key_is_overlooked_here(key: str) -> None:
    assert folded(key) == folded("filter") == "filter"
