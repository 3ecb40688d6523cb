"""Is a body of the control plane in the shape of the version that its call names?"""

from typing import Any

from dialects.pinecone.asked import refused, told
from support.tools.every import every
from vecgate.dialects.pinecone.control import NEW_SHAPE, NO_VERSION, VERSIONS

OLD = {
    "name": "people",
    "dimension": 4,
    "metric": "cosine",
    "spec": {"serverless": {"cloud": "aws", "region": "us-east-1"}},
}
NEW = {
    "name": "people",
    "schema": {"fields": {"_values": {"type": "dense_vector", "dimension": 4, "metric": "cosine"}}},
}


@every("version", ["", *VERSIONS])
def test_an_index_is_described_in_the_shape_of_its_version(version: str) -> None:
    """N-10"""
    for tree, shape in ((OLD, "old"), (NEW, "new")):
        fits = not version or (version >= NEW_SHAPE) == (shape == "new")
        assert (refused("POST", "/indexes", tree, version) == "") == fits
        if fits:
            call, operation = told("POST", "/indexes", tree, version)
            sent = version or (NEW_SHAPE if shape == "new" else NO_VERSION)
            assert dict(call.headers)["x-pinecone-api-version"] == sent
            assert (operation.kind, operation.collections) == ("collection_create", ("people",))


@every("version", ["2023-01", "unstable", "2026-07 ", "latest", "2099-01"])
def test_a_version_that_nobody_knows_is_refused(version: str) -> None:
    """N-10"""
    assert "names none that is known" in refused("GET", "/indexes", None, version)


@every(
    "tree",
    [
        {**OLD, "schema": NEW["schema"]}, {**OLD, "spec": {"serverless": OLD["spec"]["serverless"], "pod": {"environment": "x"}}},  # type: ignore[index]
        {**OLD, "name": "People"}, {**OLD, "name": "../x"}, {**OLD, "host": "evil.test"}, {**OLD, "metric": "l2"}, {"name": "people"},
        {**OLD, "spec": {"pod": {"environment": "x", "source_collection": "c1"}}},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_not_known_is_refused(tree: Any) -> None:
    assert refused("POST", "/indexes", tree)


def test_which_model_an_index_sends_texts_to_is_not_changed_through_the_gateway() -> None:
    assert "embed" in refused("PATCH", "/indexes/people", {"embed": {"model": "m"}})
