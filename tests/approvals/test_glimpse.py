"""What fits on a screen, and what is said of what does not."""

import orjson
import pytest

from vecgate.approvals.glimpse import LONGEST, glimpse
from vecgate.domain.call import Json

LONG = "x" * 5000


@pytest.mark.parametrize(
    ("tree", "shown"),
    [
        # nothing, and what fits
        (None, None),
        ({}, {}),
        (
            {"where": {"status": "closed"}, "ids": ["a", 1, True]},
            {"where": {"status": "closed"}, "ids": ["a", 1, True]},
        ),
        # a vector is its length, a few numbers are numbers
        ({"embeddings": [[0.1] * 1536, None]}, {"embeddings": ["(1536 numbers)", None]}),
        ({"where": {"k": {"$in": [1, 2, 3]}}}, {"where": {"k": {"$in": [1, 2, 3]}}}),
        # what is long tells by how much
        ({"d": LONG}, {"d": f"{'x' * 2000}... and 3000 characters more"}),
        ([f"r{n}" for n in range(203)], [*(f"r{n}" for n in range(200)), "... and 3 more"]),
        ({LONG: 1}, {f"{'x' * 2000}...": 1}),
    ],
)
def test_what_is_shown(tree: Json, shown: Json) -> None:
    assert glimpse(tree) == shown


def test_what_is_deep_says_so() -> None:
    tree: Json = "bottom"
    for _ in range(40):
        tree = [tree]
    assert "nested too deeply" in str(glimpse(tree))


@pytest.mark.parametrize(
    "tree",
    [
        {"documents": [LONG] * 3000, "ids": [f"r{n}" for n in range(3000)]},
        {f"{n}{LONG}": LONG for n in range(300)},
        [[[[[[LONG] * 30] * 30] * 30] * 3] * 3] * 3,
    ],
)
def test_however_much_is_sent_it_fits(tree: Json) -> None:
    assert len(orjson.dumps(glimpse(tree))) <= LONGEST


def test_a_filter_stays_whole_beside_many_documents() -> None:
    filter = {"$and": [{"status": "closed"}, {"year": {"$lt": 2020}}]}
    shown = glimpse({"where": filter, "ids": [f"r{n}" for n in range(5000)]})
    assert isinstance(shown, dict)
    assert shown["where"] == filter
