"""What may each search say? Members of one route are none of another's."""

from typing import Any

import pytest

from support.tools.every import every
from vecgate.dialects.qdrant.queries import (
    COUNTED,
    DISCOVER,
    FACET,
    GROUPS,
    MATRIX,
    RECOMMEND,
    RETRIEVE,
    SCROLL,
    SEARCH,
    UNIVERSAL,
    many,
)
from vecgate.parsing.forms import Form
from vecgate.refusals.errors import CallRefused

V = [0.1, 0.2]
TAKEN: list[tuple[Form, Any, Any]] = [
    (UNIVERSAL, {"query": {"nearest": V, "mmr": {"diversity": 0.5, "candidates_limit": 9}}}, None),
    (UNIVERSAL, {"query": {"rrf": {"k": 5, "weights": [1, 2]}}, "prefetch": [{"query": V, "limit": 5}]}, None),
    (UNIVERSAL, {"params": {"hnsw_ef": 5, "exact": True, "quantization": {"ignore": True}, "acorn": {"enable": True}, "idf": "global"}}, None),
    (UNIVERSAL, {"with_vectors": True}, {"with_vector": True}),
    (SEARCH, {"vector": {"name": "a", "vector": {"indices": [1], "values": [1]}}, "top": 5}, {"vector": {"name": "a", "vector": {"indices": [1], "values": [1]}}, "limit": 5}),
    (RECOMMEND, {"positive": [1, V], "strategy": "best_score", "limit": 1}, None),
    (DISCOVER, {"target": 1, "context": {"positive": 1, "negative": 2}, "limit": 1}, {"target": 1, "context": [{"positive": 1, "negative": 2}], "limit": 1}),
    (many(UNIVERSAL), {"searches": []}, None),
    (SCROLL, {"offset": 4, "order_by": {"key": "a", "direction": "desc", "start_from": 5}}, None),
]  # fmt: skip
REFUSED: list[tuple[Form, Any]] = [
    (UNIVERSAL, {"vector": V}), (UNIVERSAL, {"group_by": "a"}), (UNIVERSAL, {"prefetch": [{"offset": 1}]}), (UNIVERSAL, {"query": {"fusion": "RRF"}}),
    (UNIVERSAL, {"query": {"nearest": V, "strategy": "x"}}), (UNIVERSAL, {"params": {"idf": {"corpus": None}}}), (UNIVERSAL, {"lookup_from": "other"}),
    (UNIVERSAL, {"query": {"text": "x"}}), (UNIVERSAL, {"query": "some text"}),
    (GROUPS, {"query": V}), (GROUPS, {"query": V, "group_by": "a", "offset": 1}), (GROUPS, {"query": V, "group_by": "a", "with_vectors": True}),
    (SEARCH, {"vector": V}), (SEARCH, {"vector": V, "limit": 1, "top": 1}), (SEARCH, {"query": V, "limit": 1}), (RECOMMEND, {"positive": [1]}),
    (SCROLL, {"limit": 0}), (SCROLL, {"offset": "1"}), (COUNTED, {"exact": "true"}), (FACET, {}), (MATRIX, {"sample": 1}), (RETRIEVE, {}), (RETRIEVE, {"ids": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("form", "body", "one"), TAKEN)
def test_a_search_may_say(form: Form, body: Any, one: Any) -> None:
    assert form.read(body, "") == (body if one is None else one)


@every(("form", "body"), REFUSED)
def test_a_search_may_not_say(form: Form, body: Any) -> None:
    with pytest.raises(CallRefused):
        form.read(body, "")
