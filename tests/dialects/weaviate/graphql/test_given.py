"""What do arguments say, with variables written out?"""

import pytest

from support.tools.every import every
from support.weaviate.asked import read
from vecgate.refusals.errors import CallRefused


@every(("given", "why"), [
    ("{Get{P(tenant:null){a}}}", "a null"),
    ("{Get{P(tenant:$t){a}}}", "does not declare"),
    ("query($t:String){Get{P(tenant:$t){a}}}", "no value"),
    ("{Get{P(tenant:\"t1\",tenant:\"t2\"){a}}}", "two arguments"),
    ("{Get{P(where:{operator:\"Equal\",path:[\"a\"],valueText:\"b\"}){a}}}", "bare word"),
])  # fmt: skip
def test_a_document_is_refused_by_name(given: str, why: str) -> None:
    """W-44"""
    with pytest.raises(CallRefused, match=why):
        read("/graphql", {"query": given})


def test_variables_are_written_out() -> None:
    """W-44"""
    asked = 'query Q($t:String="t2",$w:GetObjectsPWhereInpObj){Get{P(tenant:$t,where:$w){a}}}'
    where = {"operator": "Equal", "path": "a", "valueText": 'b"){x}'}
    call = read("/graphql", {"query": asked, "variables": {"t": "t1", "w": where, "more": 1}, "operationName": "Q"})
    assert call.tree == {"query": '{Get{P(tenant:"t1",where:{operator:Equal,path:["a"],valueText:"b\\"){x}"}){a}}}'}
    assert read("/graphql", {"query": asked, "variables": {"w": where}}).tree == {
        "query": '{Get{P(tenant:"t2",where:{operator:Equal,path:["a"],valueText:"b\\"){x}"}){a}}}'
    }
    for given in (
        {"w": None},
        {"w": {"operator": "Equal"}},
        {"w": {**where, "operator": "Equal){"}},
        {"w": {**where, "x){": 1}},
    ):
        with pytest.raises(CallRefused):
            read("/graphql", {"query": asked, "variables": given})
