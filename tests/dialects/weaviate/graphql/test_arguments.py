"""Which arguments may a search have?"""

import pytest

from support.tools.every import every
from support.weaviate.asked import read
from vecgate.refusals.errors import CallRefused


@every(("given", "why"), [
    ('{Get{P(where:{path:["knows","Person","name"],operator:Equal,valueText:"a"}){a}}}', "references are not followed"),
    ("{Get{P(group:{type:merge,force:1}){a}}}", "one record of several"),
    ("{Get{P(nearImage:{image:\"a\"}){a}}}", "a model elsewhere"),
    ("{Get{P(nearText:{concepts:[\"a\"],moveTo:{concepts:[\"b\"],force:1,objects:[{id:\"x\"}]}}){a}}}", "say in 'concepts'"),
    ("{Get{P(nearText:{concepts:[\"a\"],moveAwayFrom:{concepts:[\"b\"]}}){a}}}", "'query.nearText.moveAwayFrom.force' is missing"),
    ("{Get{P(limit:1){b:a}}}", "under its own"),
    ("{Get{P(limit:-1){a}}}", "from 1 to"),
    ("{Get{P(where:{operator:And,operands:[]}){a}}}", "not empty"),
    ("{Get{P(where:{}){a}}}", "operator"),
])  # fmt: skip
def test_a_document_is_refused_by_name(given: str, why: str) -> None:
    """W-46, W-48"""
    with pytest.raises(CallRefused, match=why):
        read("/graphql", {"query": given})
