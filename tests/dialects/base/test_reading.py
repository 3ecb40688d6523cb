"""Is a call printed from what was read: its query in one order, its placeholders in one form, headers by its route's list?"""

import re
from types import MappingProxyType

import pytest

from vecgate.dialects.base.reading import HEADERS, Said, read
from vecgate.dialects.base.routing import Match, Route
from vecgate.domain.exchange import Raw
from vecgate.parsing.forms import Spelled
from vecgate.refusals.errors import CallRefused


def _whole(value: object) -> str:
    return str(int(str(value)))


ROUTE = Route("GET", "/a/{n}/{any}", "a", "health", 0, "https://x.example", query=("p", "wait"), headers=("x-kept",))
SAID = Said(
    {"p": re.compile("[0-9]")},
    {"wait": "true"},
    {"n": Spelled("a number", _whole, (("01", "1"),))},
    {"aside": "leads elsewhere; leave it out", "p": "is one digit"},
)
MATCH = Match(ROUTE, MappingProxyType({"n": "01", "any": "x y"}))


def test_it_is_printed_in_one_form() -> None:
    raw = Raw("GET", "/a/01/x%20y", (("X-Kept", "1"), ("x-other", "2")))
    call = read(raw, MATCH, (("wait", "false"), ("p", "1")), SAID)
    assert (call.path, call.query) == ("/a/1/x%20y", (("p", "1"), ("wait", "true")))
    assert call.headers == (*HEADERS, ("x-kept", "1"))


@pytest.mark.parametrize("query", [(("p", "x"),), (("q", "1"),), (("wait", "*"),), (("wait", "1" * 300),)])
def test_what_the_tables_do_not_know_is_refused(query: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(CallRefused, match=r"path\.odd"):
        read(Raw("GET", "/a/1/x", ()), MATCH, query, SAID)


@pytest.mark.parametrize(
    ("pair", "words"),
    [(("aside", "1"), "'aside' is not taken here: it leads elsewhere; leave it out"), (("p", "x"), "'p' has a value that it cannot have: it is one digit")],
)  # fmt: skip
def test_a_key_that_people_know_is_refused_with_what_to_say_instead(pair: tuple[str, str], words: str) -> None:
    with pytest.raises(CallRefused, match=words):
        read(Raw("GET", "/a/1/x", ()), MATCH, (pair,), SAID)


def test_a_placeholder_that_does_not_fit_is_refused_by_its_name() -> None:
    with pytest.raises(CallRefused, match=r"\{n\} must be a number"):
        read(Raw("GET", "/a/x/y", ()), Match(ROUTE, MappingProxyType({"n": "x", "any": "y"})), (), SAID)
