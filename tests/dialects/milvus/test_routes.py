"""Which routes are there, and which of them are refused for which reason?"""

from collections import Counter

import pytest

from support.milvus.asked import raw
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.dialects.milvus.routes import ROUTES
from vecgate.refusals.errors import CallRefused


def test_all_routes_of_both_versions_are_there() -> None:
    by = Counter(route.path.split("/")[1] for route in ROUTES)
    assert by == {"v2": 113, "v1": 10, "api": 47, "healthz": 1, "management": 1, "expr": 1, "_cluster": 1, "log": 1, "eventlog": 1, "metrics": 1, "debug": 1, "milvus.proto.milvus.MilvusService": 11}  # fmt: skip
    later = [route for route in ROUTES if "Milvus 3" in route.refused]
    assert len([route for route in ROUTES if route.path.startswith("/v2/")]) - len(later) == 83
    assert len({route.name for route in ROUTES}) == len(ROUTES)


def test_what_lies_on_the_other_port_is_refused_by_name() -> None:
    for method, path in (
        ("GET", "/metrics"),
        ("GET", "/expr"),
        ("POST", "/api/v1/query"),
        ("DELETE", "/api/v1/entities"),
    ):
        with pytest.raises(CallRefused, match="asks nobody for a credential"):
            Milvus().read(raw(path, method=method))


def test_what_is_called_over_grpc_alone_is_not_known_over_rest() -> None:
    over = [route.path for route in ROUTES if route.grpc]
    assert len(over) == 11
    for path in over:
        with pytest.raises(CallRefused, match=r"route\.unknown"):
            Milvus().read(raw(path, {"collectionName": "people"}))


def test_jobs_and_segments_that_are_told_by_number_are_refused() -> None:
    for path in ("jobs/import/describe", "jobs/import/get_progress", "segments/describe", "jobs/import/create"):
        with pytest.raises(CallRefused, match=r"route\.refused"):
            Milvus().read(raw(f"/v2/vectordb/{path}", {}))


def test_a_path_has_one_spelling() -> None:
    """M-21"""
    for path in (
        "/v2%2fvectordb%2fentities%2fquery",
        "/v2/vectordb/entities/query/",
        "/V2/vectordb/entities/query",
        "/v2//vectordb/entities/query",
    ):
        with pytest.raises(CallRefused, match=r"path\.odd|route\.unknown"):
            Milvus().read(raw(path, {"collectionName": "people"}))
    assert Milvus().read(raw("/v2/vectordb/entities/%71uery", {"collectionName": "people"})).path.endswith("/query")
