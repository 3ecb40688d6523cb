"""Which documents are too large, too deep, or written in letters that two readers take differently?"""

import pytest

from support.tools.every import every
from support.weaviate.asked import read
from vecgate.refusals.errors import CallRefused


@every(("given", "why"), [
    ("{Get{P{a #é\n}}}", "outside of ASCII"),
    ("{Get{P{\ufeffa}}}", "outside of ASCII"),
    ('{Get{P(where:{path:["a"],operator:Equal,valueText:"""b"""}){a}}}', "three quotation marks"),
    ("{" * 200, "deeper"),
])  # fmt: skip
def test_a_document_is_refused_by_name(given: str, why: str) -> None:
    """W-41, W-45"""
    with pytest.raises(CallRefused, match=why):
        read("/graphql", {"query": given})
