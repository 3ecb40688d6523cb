"""Where in answers do texts, vectors and errors stand?"""

import json
from typing import Any

from support.weaviate.asked import ANNA
from vecgate.dialects.base.answers import places
from vecgate.dialects.weaviate.dialect import Weaviate
from vecgate.domain.operation import Operation


def op(name: str, kind: str = "search") -> Operation:
    return Operation("weaviate", name, kind, 1)


ANSWER: Any = {
    "data": {"Get": {"x": [{"name": "Anna", "vector": [1], "_additional": {"id": ANNA, "vector": [1, 2], "distance": 0.1, "group": {"hits": [{"name": "B", "_additional": {"vector": [3]}}]}}}]},
             "Aggregate": {"Person": [{"meta": {"count": 2}, "name": {"topOccurrences": [{"value": "Anna", "occurs": 1}]}}]}},
    "errors": [{"message": "about Anna", "path": ["Get", "x"], "locations": [{"line": 1, "column": 2}]}],
}  # fmt: skip


def test_texts_vectors_and_errors_of_a_document_are_where_they_are() -> None:
    """W-42, W-66"""
    found = places(Weaviate().surface(op("graphql"), answer=True), Weaviate().marks(op("graphql")), ANSWER)
    assert {"/data/Get/x/0/name", "/data/Get/x/0/_additional/group/hits/0/name", "/errors/0/path/1",
            "/data/Aggregate/Person/0/name/topOccurrences/0/value"} == {*found["texts"]}  # fmt: skip
    assert found["errors"] == ["/errors/0/message"]
    assert found["ids"] == ["/data/Get/x/0/_additional/id"]
    assert len(found["vectors"]) == 2
    bare: Any = Weaviate().strip_vectors(op("graphql"), ANSWER)
    assert "[1, 2]" not in json.dumps(bare)
    assert "[3]" not in json.dumps(bare)
    assert bare["data"]["Get"]["x"][0]["vector"] == [1]
    zeros: Any = Weaviate().strip_vectors(op("graphql"), ANSWER, zeros=True)
    assert zeros["data"]["Get"]["x"][0]["_additional"]["vector"] == [0.0, 0.0]
    assert Weaviate().records(op("graphql"), ANSWER) == 1
    assert Weaviate().cut(op("graphql"), ANSWER, 0)["data"]["Get"] == {"x": []}  # type: ignore[index, call-overload]


def test_errors_of_single_entries_and_distances_of_groups_are_told() -> None:
    """W-66"""
    failed = {"status": "FAILED", "errors": {"error": [{"message": "about Anna"}]}}
    for name, tree, at in (
        ("batch_references", [{"result": failed}], "/0/result/errors/error/0/message"),
        ("batch_delete", {"results": {"objects": [failed]}}, "/results/objects/0/errors/error/0/message"),
    ):
        assert places(Weaviate().surface(op(name), answer=True), Weaviate().marks(op(name)), tree)["errors"] == [at]
    told: Any = {"data": {"Get": {"x": [{"_additional": {"group": {"maxDistance": 0.5, "minDistance": 0.1}}}]}}}
    found = places(Weaviate().surface(op("graphql"), answer=True), Weaviate().marks(op("graphql")), told)
    assert [at.rpartition("/")[2] for at in found["scores"]] == ["maxDistance", "minDistance"]
