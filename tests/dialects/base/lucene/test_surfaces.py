"""Where may a text stand in an answer?"""

import pytest

from support.lucene.asked import operation
from vecgate import dialects


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
