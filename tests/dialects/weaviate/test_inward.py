"""What goes in, and which vectors were made of texts that are masked now?"""

from typing import Any

from vecgate.dialects.weaviate.dialect import Weaviate
from vecgate.domain.operation import Operation


def op(name: str, kind: str = "search") -> Operation:
    return Operation("weaviate", name, kind, 1)


def test_vectors_beside_texts_that_are_masked_are_told() -> None:
    before: Any = {"objects": [{"properties": {"a": "x"}, "vector": [1]}, {"properties": {"a": "x"}}]}
    after: Any = {"objects": [{"properties": {"a": "y"}, "vector": [1]}, {"properties": {"a": "y"}}]}
    assert Weaviate().unclean_vectors(op("batch_objects"), before, after) == 1
    assert Weaviate().inlets(op("graphql")).opaque == ("/query",)
