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


CAPACITY: Any = [
    {"mode": "OnDemand"},
    {
        "mode": "Dedicated",
        "dedicated": {"node_type": "t1", "scaling": "Manual", "manual": {"shards": 2, "replicas": 1}},
    },
]
FULL_TEXT = {
    "type": "string",
    "full_text_search": {"language": "en", "stemming": True, "ngram": {"min_gram": 2, "max_gram": 3}},
}


@every("capacity", CAPACITY)
def test_what_serves_reads_is_set_as_clients_say_it(capacity: Any) -> None:
    old = {**OLD, "spec": {"serverless": {**OLD["spec"]["serverless"], "read_capacity": capacity}}}  # type: ignore[index]
    cloud = {"byoc": {"environment": "e", "read_capacity": capacity, "schema": {"fields": {"a": {"filterable": True}}}}}
    for method, path, tree, version in (
        ("POST", "/indexes", old, "2025-10"),
        ("POST", "/indexes", {**OLD, "spec": cloud}, "2025-10"),
        ("POST", "/indexes", {**NEW, "read_capacity": capacity}, NEW_SHAPE),
        ("PATCH", "/indexes/people", {"spec": {"serverless": {"read_capacity": capacity}}}, "2025-10"),
        ("PATCH", "/indexes/people", {"read_capacity": capacity}, NEW_SHAPE),
    ):
        call, operation = told(method, path, tree, version)
        assert call.tree == tree
        assert operation.kind == ("collection_create" if method == "POST" else "collection_alter")


@every(
    ("method", "path", "tree"),
    [
        ("PATCH", "/indexes/people", {"deployment": {"replicas": 2, "pod_type": "p1.x2"}}),
        ("PATCH", "/indexes/people", {"schema": {"fields": {"year": {"type": "float", "filterable": True}}}}),
        ("POST", "/indexes", {**NEW, "deployment": {"deployment_type": "pod", "environment": "e", "pod_type": "p1.x1", "replicas": 1}}),
        ("POST", "/indexes", {**NEW, "deployment": {"deployment_type": "byoc", "environment": "e"}}),
        ("POST", "/indexes", {"name": "people", "schema": {"fields": {"body": FULL_TEXT}}}),
    ],
)  # fmt: skip
def test_an_index_is_set_up_as_the_newest_client_does(method: str, path: str, tree: Any) -> None:
    assert told(method, path, tree, NEW_SHAPE)[0].tree == tree


@every(
    "more", [{"source_backup_id": "b1"}, {"source_collection": "c"}, {"cmek_id": "k"}, {"read_capacity": {"mode": "x"}}]
)
def test_copies_keys_and_what_is_not_known_are_refused_in_the_newest_shape_too(more: Any) -> None:
    assert next(iter(more)) in refused("POST", "/indexes", {**NEW, **more}, NEW_SHAPE)


def test_which_model_an_index_sends_texts_to_is_not_changed_through_the_gateway() -> None:
    assert "embed" in refused("PATCH", "/indexes/people", {"embed": {"model": "m"}})
