"""Where may a text stand in an answer?"""

from typing import Any

import pytest

from support.lucene.asked import operation
from vecgate import dialects
from vecgate.dialects.base.answers import places


@pytest.mark.parametrize(
    "pointer",
    ["/hits/hits/*/_source/a", "/hits/hits/*/sort/*", "/aggregations/x/buckets/*/key", "/error/reason", "/responses/*/error/reason", "/docs/*/_source/a", "/items/*/index/error/reason",
     "/_source/a", "/hits/hits/*/matched_queries/*", "/failures/*/cause/reason"],
)  # fmt: skip
def test_whatever_may_be_a_text_is_looked_at(pointer: str) -> None:
    """O-70, O-71"""
    dialect = dialects.load("opensearch")
    for name in ("search", "msearch", "mget", "get", "bulk", "delete_by_query"):
        assert dialect.surface(operation(name), answer=True).kind_at(pointer) == "text", name


@pytest.mark.parametrize(
    ("name", "answer", "at"),
    [
        (
            "search",
            {"hits": {"hits": [{"_source": {"vec": [0.1, 2], "tags": ["a", "b"]}}]}},
            "/hits/hits/0/_source/vec",
        ),
        ("mget", {"docs": [{"_source": {"of": [{"vec": [1, 2]}]}}]}, "/docs/0/_source/of/0/vec"),
        ("get", {"_source": {"vec": [0.1, 0.2]}}, "/_source/vec"),
        ("get_source", {"vec": [0.1, 0.2]}, "/vec"),
    ],
)
def test_a_list_of_numbers_in_a_record_is_told_as_a_vector(name: str, answer: Any, at: str) -> None:
    dialect = dialects.load("opensearch")
    meant = operation(name)
    assert places(dialect.surface(meant, answer=True), dialect.marks(meant), answer)["vectors"] == [at]
