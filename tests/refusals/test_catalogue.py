"""The catalogue of refusals."""

import re
import string

import pytest

from support.tools.every import every
from vecgate.refusals.catalogue import CATALOGUE, Kind, refuse

VALUES = dict.fromkeys(
    {
        name
        for kind in CATALOGUE.values()
        for text in (kind.what, kind.todo)
        for _, name, _, _ in string.Formatter().parse(text)
        if name
    },
    "x",
)


@every("kind", CATALOGUE.values(), ids=CATALOGUE)
def test_a_refusal_says_what_happened_and_what_to_do(kind: Kind) -> None:
    refusal = refuse(kind.code, **VALUES)
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", kind.code)
    assert refusal.what.endswith(".")
    assert refusal.todo.endswith(".")
    assert 400 <= refusal.status < 600


#: Codes that are only ever given once something was sent, and what else they may say themselves.
SENT = {"upstream.outcome_unknown", "answer.too_large", "answer.waited", "answer.unreadable", "answer.withheld"}


@every("kind", CATALOGUE.values(), ids=CATALOGUE)
def test_every_refusal_says_whether_anything_was_sent(kind: Kind) -> None:
    refusal = refuse(kind.code, **VALUES)
    for said, told in ((refusal, "nothing was"), (refusal.sent(reads=True), "nothing was"), (refusal, "")):
        assert told in str(said).lower()
        assert "may have been executed" not in str(said)
    own_words = "nothing was" in f"{kind.what} {kind.todo}".lower()
    assert own_words or "may have been executed" in str(refusal.sent(reads=False))
    assert own_words or "nothing was changed" in str(refusal.sent(reads=True))
    assert not own_words or kind.code not in SENT


#: Rows that speak to somebody, and are not about what that person may.
OF_NOBODY = {
    "identity.missing",
    "input.filter",
    "lease.not_vouched",
    "unmask.nothing",
    "user.locked",
    "group.locked",
    "access.another",
    "access.ended",
    "stamp.lost",
    "requests.unsigned",
    "requests.unproven",
    "access.unproven",
    "access.unsigned",
}


@every("kind", CATALOGUE.values(), ids=CATALOGUE)
def test_who_is_refused_for_what_they_may_is_named(kind: Kind) -> None:
    """Either by the row itself, or behind it (see `Step`)."""
    words = f"{kind.what} {kind.todo}"
    about = "'{rule}'" in words or re.search(r"(?i)\byou(rs?)?\b|only the person", words) is not None
    assert (about and kind.code not in OF_NOBODY) == (kind.is_about_rights or "{who}" in words)
    assert not (kind.is_about_rights and "{who}" in words)


def test_an_unlisted_code_is_a_bug() -> None:
    with pytest.raises(KeyError):
        refuse("no.such")


def test_what_comes_back_by_itself_says_when_to_try_again() -> None:
    assert all(kind.retry_after for kind in CATALOGUE.values() if kind.status == 503)
