"""Is the twin of a message the very call that REST would have been read into?"""

from typing import Final

import pytest

from support.tools.every import every
from support.weaviate.asked import read
from support.weaviate.messages import GRPC, SERVICE, filters, new, said
from vecgate.dialects.weaviate.grpc import twins
from vecgate.domain.call import Call

A: Final = "abc10000-0000-4000-8000-000000000001"
LEAF: Final = {"operator": "Equal", "path": ["name"], "valueText": "a"}
_NAMED: Final = new("PropertiesRequest", non_ref_properties=["name"])
SAME: Final[list[tuple[str, object, Call]]] = [
    ("Search", new("SearchRequest", collection="Person", properties=_NAMED, limit=3, filters=filters(LEAF)),
     read("/graphql", {"query": '{Get{Person(limit:3,where:{operator:Equal,path:["name"],valueText:"a"}){name _additional{id}}}}'})),
    ("Aggregate", new("AggregateRequest", collection="Person", objects_count=True), read("/graphql", {"query": "{Aggregate{Person{meta{count}}}}"})),
    ("BatchObjects", new("BatchObjectsRequest", objects=[new("BatchObject", collection="Person", uuid=A, vector=[0.5])]),
     read("/batch/objects", {"objects": [{"class": "Person", "id": A, "vector": [0.5]}]})),
    ("BatchReferences", new("BatchReferencesRequest", references=[new("BatchReference", name="knows", from_collection="Person", from_uuid=A, to_uuid=A)]),
     read("/batch/references", [{"from": f"weaviate://localhost/Person/{A}/knows", "to": f"weaviate://localhost/{A}"}])),
    ("BatchDelete", new("BatchDeleteRequest", collection="Person", filters=filters(LEAF), tenant="t1"),
     read("/batch/objects?tenant=t1", {"match": {"class": "Person", "where": LEAF}, "output": "minimal"}, "DELETE")),
    ("TenantsGet", new("TenantsGetRequest", collection="note"), read("/schema/Note/tenants", None, "GET")),
    ("TenantsGet", new("TenantsGetRequest", collection="note", names=new("TenantNames", values=["t1"])), read("/schema/Note/tenants/t1", None, "GET")),
]  # fmt: skip


@every(("name", "message", "rest"), SAME)
def test_a_message_is_read_into_the_call_of_rest(name: str, message: object, rest: Call) -> None:
    twin = GRPC.read(f"{SERVICE}/{name}", said(message))
    assert (twin, twin.tree) == (rest, rest.tree)
    assert twins.name_of(twin) == name
    assert GRPC.message(twin).method == f"{SERVICE}/{name}"


def test_what_no_message_says_is_the_twin_of_none() -> None:
    several = read("/graphql", {"query": "{Get{Person{name} Company{name}}}"})
    for call in (Call("GET", "/v1/schema"), several, read("/objects?class=Person", None, "GET")):
        with pytest.raises(ValueError, match=r"twin|unpack"):
            twins.name_of(call)
