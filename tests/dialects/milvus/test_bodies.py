"""What is refused of bodies about entities, by which name?"""

from typing import Any

import pytest

from support.milvus.asked import V1, V2, read
from support.tools.every import every
from vecgate.refusals.errors import CallRefused

Q = {"collectionName": "people"}
S = {**Q, "data": [[0.1, 0.9]]}
H = {"data": [[0.1]], "annsField": "vec"}
REFUSED: list[tuple[str, str, Any, str]] = [
    ("M-12", f"{V2}/entities/query", {**Q, "FILTER": "id > 0"}, "written like 'filter'"),
    ("M-12", f"{V2}/entities/query", {**Q, "outputField\u017f": ["id"]}, "written like 'outputFields'"),
    ("M-12", f"{V2}/entities/search", {**S, "\u212a": 1}, "unknown member"),
    ("M-13", f"{V2}/entities/get", {**Q, "ID": 4}, "written like 'id'"),
    ("M-13", f"{V2}/entities/search", {**Q, "DATA": [[0.1]]}, "written like 'data'"),
    ("M-14", f"{V2}/entities/query", {**Q, "partitionName": "p"}, "overlooked"),
    ("M-14", f"{V2}/entities/insert", {**Q, "data": [{"id": 1}], "partitionNames": ["p"]}, "overlooked"),
    ("M-14", f"{V2}/entities/delete", {**Q, "filter": "id > 0", "id": 1}, "overlooked"),
    ("M-14", f"{V2}/entities/hybrid_search", {**Q, "search": [H], "filter": "id > 0"}, "overlooked"),
    ("M-14", f"{V2}/entities/hybrid_search", {**Q, "search": [{**H, "searchParams": {}}]}, "overlooked"),
    ("M-14", f"{V1}/query", {**Q, "filter": "id > 0", "nope": 1}, "unknown member"),
    ("M-16", f"{V2}/entities/query", {**Q, "limit": -1}, "'limit' must be"),
    ("M-16", f"{V2}/entities/search", {**S, "limit": 0}, "'limit' must be"),
    ("M-16", f"{V2}/entities/query", {**Q, "limit": 16_385}, "'limit' must be"),
    ("M-16", f"{V2}/entities/query", {**Q, "limit": 0}, "beside 'count"),
    ("M-17", f"{V2}/entities/search", {**S, "searchParams": {"topk": 5}}, "in the place of"),
    ("M-17", f"{V2}/entities/search", {**S, "searchParams": {"anns_field": "x"}}, "in the place of"),
    ("M-17", f"{V2}/entities/search", {**S, "searchParams": {"params": {"topk": 5}}}, "unknown member"),
    ("M-17", f"{V2}/entities/search", {**S, "searchParams": {"TOPK": 5}}, "unknown member"),
    ("M-17", f"{V2}/entities/search", {**S, "searchParams": {"hints": "skip_filter"}}, "iterative_filter"),
    ("M-17", f"{V2}/entities/search", {**S, "searchParams": {"round_decimal": 7}}, "to 6"),
    ("M-65", f"{V2}/entities/search", {**S, "searchParams": {"search_iter_last_bound": 0.5}}, "over gRPC alone"),
    ("M-17", f"{V2}/entities/hybrid_search", {**Q, "search": [{**H, "params": {"offset": 5}}]}, "in the place of"),
    ("M-45", f"{V2}/entities/query", {**Q, "filter": "id < 0) or (id > 0"}, "a filter"),
    ("M-46", f"{V2}/entities/hybrid_search", {**Q, "search": [{**H, "filter": "random_sample(0.5)"}]}, "random_sample"),
    ("M-48", f"{V2}/entities/delete", {**Q, "filter": " "}, "blank"),
    ("M-48", f"{V1}/delete", {**Q, "filter": "\n"}, "blank"),
    ("M-48", f"{V2}/entities/delete", Q, "'filter' is missing"),
    ("M-48", f"{V1}/delete", {**Q, "filter": "id > 0", "id": 1}, "stand together"),
    ("M-53", f"{V2}/entities/get", {**Q, "id": 'x"] or tenant == "t2" or id in ["'}, "'id' must be"),
    ("M-53", f"{V1}/delete", {**Q, "id": ['"x"] or tenant == "t2" or id in ["x"']}, "'id' must be"),
    ("M-22", f"{V1}/query", {**Q, "filter": "id > {x}", "exprParams": {"x": 1}}, "unknown member"),
    ("ranks", f"{V2}/entities/search", {**S, "functionScore": {"functions": []}}, "a filter that nobody looks into"),
]  # fmt: skip


@every(("fact", "path", "tree", "words"), REFUSED)
def test_it_is_refused_by_name(fact: str, path: str, tree: Any, words: str) -> None:
    with pytest.raises(CallRefused, match=words):
        read(path, tree)


def test_two_of_one_name_are_refused_wherever_they_stand() -> None:
    """M-10, M-11"""
    from vecgate.dialects.milvus.dialect import Milvus
    from vecgate.domain.exchange import Raw

    for body in (
        '{"collectionName":"people","id":1,"id":4}',
        '{"collectionName":"people","search":[{"data":[[1]],"annsField":"v"}],"search":[]}',
        '{"collectionName":"people","data":[[1]],"searchParams":{"radius":1},"searchParams":{}}',
        '{"collectionName":"people","data":[{"tenant":"t1","tenant":"t2"}]}',
    ):
        for path in ("get", "hybrid_search", "search", "insert"):
            raw = Raw("POST", f"{V2}/entities/{path}", (("content-type", "application/json"),), body.encode())
            with pytest.raises(CallRefused, match="duplicate key"):
                Milvus().read(raw)


def test_what_is_read_is_what_is_sent() -> None:
    tree = {
        **S,
        "filter": "id>0",
        "limit": 5,
        "searchParams": {"metric_type": "COSINE", "params": {"ef": 10}},
        "dbName": None,
    }
    sent = {**S, "filter": "id > 0", "limit": 5, "searchParams": {"metric_type": "COSINE", "params": {"ef": 10}}}
    call = read(f"{V2}/entities/search", tree)
    assert call.tree == sent
    framework = {**S, "searchParams": {"metric_type": "BM25", "params": {"drop_ratio_build": 0.2}}}  # as LangChain says
    assert read(f"{V2}/entities/search", framework).tree == framework
    assert read(f"{V2}/entities/insert", {**Q, "data": {"id": 1}}).tree == {**Q, "data": [{"id": 1}]}
