"""Containment of patterns is exact where it says yes: held against every short text."""

import fnmatch
import itertools
import random

import pytest

from support.tools.every import every
from vecgate.domain.patterns import start_of, told_apart, within
from vecgate.policy.rules.matching import glob

TEXTS = ["".join(t) for n in range(5) for t in itertools.product("abz", repeat=n)]
PATTERNS = ["".join(t) for n in range(1, 4) for t in itertools.product("ab*?", repeat=n)]


@pytest.mark.parametrize("others", [("*",), ("a*",), ("a*", "b*"), ("a", "b", "?"), ("*a", "*b", "?*"), ("a?", "a")])
def test_within_is_what_trying_every_text_says(others):
    fits = glob(others)
    for pattern in PATTERNS:
        mine = glob([pattern])
        assert within(pattern, others) is all(fits(text) for text in TEXTS if mine(text)), (pattern, others)


@every("seed", range(40))
def test_so_it_is_for_any_two_patterns(seed):
    pick = random.Random(seed)
    pattern, other = ("".join(pick.choice("ab*?") for _ in range(pick.randint(1, 5))) for _ in range(2))
    texts = ["".join(t) for n in range(7) for t in itertools.product("abz", repeat=n)]
    mine, theirs = glob([pattern]), glob([other])
    assert within(pattern, (other,)) is all(theirs(text) for text in texts if mine(text)), (pattern, other)


def test_what_takes_too_long_is_not_proven():
    hard = "*a" + "?" * 30
    assert within("*b" + "?" * 30, (hard,)) is False


@pytest.mark.parametrize(("pattern", "start"), [("*", ""), ("a*b", "a"), ("ab?", "ab"), ("abc", "abc")])
def test_a_pattern_starts_with_what_stands_before_its_first_wildcard(pattern, start):
    assert start_of(pattern) == start


@pytest.mark.parametrize(
    ("patterns", "fit"),
    [
        (("a*", "b*"), {"", "a*", "b*"}),
        (("a*", "*b"), {"", "a*", "*b", "a* *b"}),
        (("a*", "a?"), {"", "a*", "a* a?"}),
        (("a*", "a"), {"", "a*", "a* a"}),
        (("*", "?*"), {"*", "* ?*"}),
    ],
)
def test_a_text_is_found_for_each_choice_of_patterns(patterns, fit):
    found = told_apart(patterns)
    assert found is not None
    chosen = {" ".join(one for one in patterns if fnmatch.fnmatchcase(text, one)) for text in found}
    assert (chosen, len(found)) == (fit, len(fit))


def test_what_is_too_much_to_tell_apart_is_not_told():
    assert told_apart(tuple(f"*{n}?????????*" for n in "abcd")) is None
