"""Where do texts, ids, vectors, scores and errors of an answer stand?"""

from typing import Any

from vecgate.dialects.base.answers import places
from vecgate.dialects.pinecone import surfaces

MATCH: Any = {"id": "a", "score": 0.5, "values": [0.1], "metadata": {"text": "Alma", "_node_content": "{}"}}


def test_a_query_is_told_apart() -> None:
    """N-23"""
    found = places(
        surfaces.surface("query", answer=True), surfaces.marks("query"), {"matches": [MATCH], "namespace": "ns"}
    )
    assert found["ids"] == ["/matches/0/id"]
    assert found["scores"] == ["/matches/0/score"]
    assert found["vectors"] == ["/matches/0/values"]
    assert {"/matches/0/metadata/text", "/matches/0/metadata/_node_content"} <= set(found["texts"])


def test_errors_of_both_planes_are_told() -> None:
    for tree, at in (
        ({"code": 3, "message": "x"}, "/message"),
        ({"status": 404, "error": {"code": "NOT_FOUND", "message": "x"}}, "/error/message"),
    ):
        assert places(surfaces.surface("stats", answer=True), surfaces.marks("stats"), tree)["errors"] == [at]  # type: ignore[arg-type]


def test_a_host_is_structure_only_in_the_gateways_own_form() -> None:
    """N-01"""
    surface = surfaces.surface("describe_index", answer=True)
    form = surface.form_at("/host")
    assert form is not None
    assert form.fullmatch("https://gw.test:8443/idx/people")
    assert not form.fullmatch("https://people-a1b2c3d.svc.aped-0000-0000.pinecone.io")
