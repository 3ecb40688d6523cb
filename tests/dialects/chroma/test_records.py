"""Does nothing reach the server that it does not survive?"""

import pytest

from support.tools.every import every
from vecgate.dialects.chroma.routes import ROUTES
from vecgate.domain.call import Json
from vecgate.refusals.errors import CallRefused

BODIES = {route.name: route.body for route in ROUTES if route.body is not None}


def _record(metadata: Json) -> Json:
    return {"ids": ["1"], "embeddings": [[1]], "metadatas": [None, metadata]}


HARMFUL: list[tuple[str, Json]] = [
    # the document and the uri under another name
    *(
        (name, _record({"a": 1, key: value}))
        for name in ("collection_add", "collection_upsert", "collection_update")
        for key in ("chroma:document", "chroma:uri", "chroma:", "chroma:anything")
        for value in (None, "text", 5, ["x"], {"#type": "sparse_vector", "indices": [1], "values": [1.0]})
    ),
    ("create_collection", {"name": "abc", "metadata": {"chroma:document": "x"}}),
    ("update_collection", {"new_metadata": {"chroma:uri": "x"}}),
    ("create_collection", {"name": "abc", "schema": {"keys": {"chroma:document": {}}}}),
    # more than a record may hold
    ("collection_update", _record({f"k{i}": i for i in range(4097)})),
    ("collection_upsert", _record({"l": list(range(4097))})),
    ("collection_add", _record({"a": list(range(2100)), "b": list(range(2100))})),
    ("collection_add", _record({"v": {"indices": list(range(4000)), "values": [0.5] * 4000}})),
    # lists in a collection's metadata
    *(("create_collection", {"name": "abc", "metadata": {"l": value}}) for value in (["a"], [], {}, {"a": 1})),
    ("update_collection", {"new_metadata": {"k": "w", "l": {"#type": "sparse_vector", "indices": [1], "values": [1]}}}),
]  # fmt: skip


@every(("name", "tree"), HARMFUL)
def test_what_harms_others_is_refused_by_name(name: str, tree: Json) -> None:
    with pytest.raises(CallRefused, match=r"body\.harmful: .*nothing was sent"):
        BODIES[name].read(tree, "")


def test_a_record_may_hold_as_much_as_the_server_takes_of_official_clients() -> None:
    BODIES["collection_add"].read(_record({"tags": ["a"] * 4000, "n": 1, "v": {"#type": "sparse_vector", "indices": [1], "values": [1]}}), "")  # fmt: skip
