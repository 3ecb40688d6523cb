"""What may a filter say, and what is put beside it?"""

import pytest

from support.tools.every import every
from support.weaviate.asked import read
from vecgate.dialects.weaviate.where import everything
from vecgate.refusals.errors import CallRefused

BM25 = {"query": "lamps"}
WHERE = {"operator": "Equal", "path": ["tenant"], "valueText": "t1"}


@every(("method", "path", "tree", "why"), [
    ("POST", "/search/Person/bm25", {**BM25, "where": {**WHERE, "operands": [WHERE]}}, "nothing else"),
    ("POST", "/search/Person/bm25", {**BM25, "where": {**WHERE, "valueText": ["t1", "t2"]}}, "its own type"),
    ("POST", "/search/Person/bm25", {**BM25, "where": {**WHERE, "path": ["knows", "Person", "name"]}}, "references"),
    ("POST", "/aggregate/Person", {"where": {}}, "operator"),
])  # fmt: skip
def test_it_is_refused_by_name(method: str, path: str, tree: object, why: str) -> None:
    """W-47, W-48"""
    with pytest.raises(CallRefused, match=why):
        read(path, tree, method)


def test_it_is_told_what_finds_everything_by_its_form() -> None:
    like = {"operator": "Like", "path": ["name"], "valueText": "*"}
    plain = {"operator": "Equal", "path": ["name"], "valueText": "*"}
    assert everything(like)
    assert everything({"operator": "Or", "operands": [plain, like]})
    assert not everything({"operator": "And", "operands": [plain, like]})
    assert everything({"operator": "Not", "operands": [plain]})
