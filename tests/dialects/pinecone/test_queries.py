"""Is what stands behind the `?` read in one way, and told again in the same?"""

from urllib.parse import quote, urlencode

import pytest

from support.tools.every import every
from vecgate.dialects.pinecone import queries
from vecgate.refusals.errors import CallRefused

KNOWN = ("ids", "namespace", "limit")


@every(
    ("said", "pairs"),
    [
        ("", ()),
        (
            "namespace=n%20s&ids=a%20b%26c%3Dd&ids=%C3%BC%2F%252F",
            (("ids", "a b&c=d"), ("ids", "ü/%2F"), ("namespace", "n s")),
        ),
        ("ids=b&ids=a", (("ids", "b"), ("ids", "a"))),
        ("ids=a+b&ids=a%2Bb", (("ids", "a b"), ("ids", "a+b"))),
        ("namespace=&ids=a", (("ids", "a"), ("namespace", ""))),
    ],
)
def test_it_has_one_order_and_says_the_same_again(said: str, pairs: tuple[tuple[str, str], ...]) -> None:
    """N-16, N-17"""
    assert queries.read(said, KNOWN) == pairs
    assert queries.read(urlencode(pairs, quote_via=quote, safe=""), KNOWN) == pairs


@every("said", ["ids", "ids=a;b", "ids=a%", "ids=%ff", "ids=%00", "ids=a%0a", "ids=", "ids=a b", "limit=0", "limit=1&limit=2",
                "ids=a&&ids=b", "IDS=a", "id%73=a", "limit=1001", "ids=" + "x" * 513, "ids=a#b", "ids=a?b", "other=1"])  # fmt: skip
def test_what_has_a_second_reading_is_refused(said: str) -> None:
    with pytest.raises(CallRefused, match=r"path\.odd"):
        queries.read(said, KNOWN)
