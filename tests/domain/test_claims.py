"""Where in a token is a claim? At the top under its whole name, or inside objects by one path that can mean one thing."""

from typing import Any

import pytest

from vecgate.domain.claims import ABSENT, claim

CLAIMS: dict[str, Any] = {
    "groups": ["a"],
    "realm": {"roles": ["b"], "x.y": 1, "x": {"y": 2, "z": 3}},
    "https://example.com/groups": ["c"],
    "a.b": None,
    "a": {"b": 4},
    "": {"": 5},
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("none", ABSENT),
        ("groups", ["a"]),
        ("groups.a", ABSENT),
        ("realm.roles", ["b"]),
        ("realm.x.z", 3),
        ("realm.x.y", ABSENT),  # could mean two
        ("https://example.com/groups", ["c"]),
        ("https://example.com/roles", ABSENT),
        ("a.b", None),
        (".", 5),
        ("..", ABSENT),
        ("." * 500, ABSENT),
    ],
)
def test_a_claim_is_found_at_the_top_or_inside(name: str, value: object) -> None:
    assert claim(CLAIMS, name) == value
