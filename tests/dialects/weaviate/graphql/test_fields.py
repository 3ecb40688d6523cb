"""Which fields may a search show?"""

import pytest

from support.tools.every import every
from support.weaviate.asked import read
from vecgate.refusals.errors import CallRefused


@every(("given", "why"), [
    ("{x:Get{P{a}}}", "another name"),
    ("{Get{P{email:name}}}", "another name"),
    ("{Get{P{a:_additional{id}}}}", "another name"),
    ("{Get{P{a @include(if:true)}}}", "directive"),
    ("{Get @skip(if:false){P{a}}}", "directive"),
    ("{Get{P{knows{... on Person{name}}}}}", "follows a reference"),
    ("{Get{P{knows{...F}}}} fragment F on Person{name}", "follows a reference"),
    ("{Get{P{_additional{generate(singleResult:{prompt:\"x\"}){singleResult}}}}}", "'generate'"),
    ("{Get{P{_additional{rerank(property:\"a\"){score}}}}}", "'rerank'"),
    ("{Aggregate{P{knows{pointingTo}}}}", "other records"),
    ("{Get{P{a a}}}", "twice"),
    ("{Get{P}}", "no field"),
])  # fmt: skip
def test_a_document_is_refused_by_name(given: str, why: str) -> None:
    """W-42, W-46, W-48, W-49"""
    with pytest.raises(CallRefused, match=why):
        read("/graphql", {"query": given})


def test_fragments_that_grow_are_bounded() -> None:
    grown = "".join(f"fragment F{i} on P{{...F{i + 1} ...F{i + 1}}}" for i in range(30))
    with pytest.raises(CallRefused, match=r"5000 fields|twice"):
        read("/graphql", {"query": f"{{Get{{P{{...F0}}}}}}{grown}fragment F30 on P{{a}}"})
