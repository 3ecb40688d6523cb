"""Which calls of Weaviate read or write objects, and how is each answered?"""

import json
from typing import Any, Final

from support.guards.given import Told
from support.weaviate.asked import described, prop
from vecgate.domain.call import Answer, Call

A: Final = "abc10000-0000-4000-8000-000000000001"
B: Final = "abc10000-0000-4000-8000-000000000002"
_ONE: Final = f"/v1/objects/Person/{A}"
_BEACON: Final = f"weaviate://localhost/Person/{B}"
_OBJECTS: Final[list[Any]] = [
    {"class": "Person", "id": A, "properties": {"dept": "hr"}, "vector": [0.1, 0.2]},
    {"class": "Person", "id": B, "properties": {"dept": "it"}, "vector": [0.3, 0.4]},
]
_RESULTS: Final[Any] = {
    "results": [{"id": one["id"], "properties": one["properties"], "metadata": {"score": 0.5, "distance": 0.5}} for one in _OBJECTS]
}  # fmt: skip
_GOT: Final[Any] = {
    "data": {"Get": {"Person": [
        {**one["properties"], "_additional": {"id": one["id"], "distance": 0.5, "vector": one["vector"]}} for one in _OBJECTS
    ]}}
}  # fmt: skip
_QUERY: Final = "{Get{Person(nearVector:{vector:[0.1,0.2]}){dept _additional{id distance vector}}}}"
CALLS: Final = {
    "objects_list": Told("GET", "/v1/objects?class=Person", None, {"objects": _OBJECTS}),
    "objects_get": Told("GET", _ONE, None, _OBJECTS[0], alone=True),
    "objects_exists": Told("HEAD", _ONE, None, _OBJECTS[0], alone=True),  # as guards have it answered
    "objects_validate": Told("POST", "/v1/objects/validate", _OBJECTS[0]),
    "objects_create": Told("POST", "/v1/objects", _OBJECTS[0], alone=True),
    "objects_replace": Told("PUT", _ONE, _OBJECTS[0], alone=True),
    "objects_patch": Told("PATCH", _ONE, {"properties": {"dept": "hr"}}, alone=True),
    "batch_objects": Told("POST", "/v1/batch/objects", {"objects": _OBJECTS}),
    "reference_add": Told("POST", f"{_ONE}/references/knows", {"beacon": _BEACON}),
    "reference_replace": Told("PUT", f"{_ONE}/references/knows", [{"beacon": _BEACON}]),
    "reference_delete": Told("DELETE", f"{_ONE}/references/knows", {"beacon": _BEACON}),
    "batch_references": Told("POST", "/v1/batch/references", [{"from": f"weaviate://localhost/Person/{A}/knows", "to": _BEACON}]),
    "graphql": Told("POST", "/v1/graphql", {"query": _QUERY}, _GOT),
    "search_bm25": Told("POST", "/v1/search/Person/bm25", {"query": "a"}, _RESULTS),
    "search_hybrid": Told("POST", "/v1/search/Person/hybrid", {"query": "a"}, _RESULTS),
    "search_near_object": Told("POST", "/v1/search/Person/near-object", {"id": A}, _RESULTS),
    "search_near_text": Told("POST", "/v1/search/Person/near-text", {"query": ["a"]}, _RESULTS),
    "aggregate": Told("POST", "/v1/aggregate/Person", {"groupBy": "dept"}),
}  # fmt: skip

#: Writes that stand beside what is stored, or bring nothing that people read: these go over no record.
BESIDE: Final = frozenset(
    {"objects_create", "reference_add", "reference_replace", "reference_delete", "batch_references"}
)


async def ask(_dialect: Any, call: Call) -> Answer:
    """A class whose vectors its clients bring."""
    made = described("Person", prop("dept", "text", "field"), prop("knows", "Person"))
    return Answer(200, body=json.dumps(made).encode()) if call.path == "/v1/schema/Person" else Answer(404)
