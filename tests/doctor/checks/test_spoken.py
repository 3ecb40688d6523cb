"""What is said of clients that speak gRPC, where an upstream speaks REST alone."""

import pytest

from doctor.checks.test_beside import told
from support.tools.every import every
from vecgate import dialects
from vecgate.doctor.checks import spoken
from vecgate.doctor.finding import Level


@every(
    ("dialect", "words"),
    [("milvus", "pymilvus"), ("weaviate", "`weaviate-client` 4"), ("qdrant", "`prefer_grpc`"), ("pinecone", "`PineconeGRPC`")],
)  # fmt: skip
async def test_what_no_client_can_do_over_rest_is_said(dialect: str, words: str) -> None:
    spec = told("https://x", dialect)
    (said,) = await spoken.check("docs", spec)
    assert (said.level, said.about) == (Level.OK, "docs")
    assert words in said.found
    assert "upstreams.docs.grpc: true" in said.found
    (with_it,) = await spoken.check("docs", spec.model_copy(update={"grpc": True}))
    assert with_it.found == "Clients reach it over REST and over gRPC."


@pytest.mark.parametrize("dialect", ["chroma", "opensearch", "elasticsearch"])
async def test_nothing_is_said_where_no_client_speaks_it(dialect: str) -> None:
    assert await spoken.check("docs", told("https://x", dialect)) == []


def test_whoever_is_spoken_to_over_grpc_says_what_cannot_be_done_without() -> None:
    for name in dialects.names():
        grpc = dialects.load(name).grpc
        assert grpc is None or grpc.without, name
