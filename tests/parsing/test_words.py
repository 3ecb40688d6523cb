"""How mistakes are said."""

import pytest

from vecgate.parsing.words import did_you_mean, unknown

MEANT = [
    # nothing close
    ("raed", [], ""),
    ("", ["read"], ""),
    ("xyzzy", ["read", "write"], ""),
    # close
    ("raed", ["write", "read"], " Did you mean 'read'?"),
    ("EMAL", ["EMAIL", "PHONE"], " Did you mean 'EMAIL'?"),
    ("email", ["EMAIL"], " Did you mean 'EMAIL'?"),
    (7, ["read"], ""),
]


@pytest.mark.parametrize(("word", "known", "said"), MEANT)
def test_only_a_close_word_is_suggested(word, known, said):
    assert did_you_mean(word, known) == said


def test_an_unknown_word_is_named_with_what_is_known():
    assert (
        unknown("effect", "alow", ["allow", "deny"])
        == "unknown effect 'alow'. Known: allow, deny. Did you mean 'allow'?"
    )
    assert unknown("profile", "x", []) == "unknown profile 'x'. Known: none."
    assert (
        unknown("operation", "raed", ["read"], shown="see there")
        == "unknown operation 'raed'. Known: see there. Did you mean 'read'?"
    )
