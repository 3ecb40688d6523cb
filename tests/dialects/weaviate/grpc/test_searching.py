"""Which document is a search that came as a message, and what of a search is refused by name?"""

import struct
from typing import Any, Final

import pytest

from support.tools.every import every
from support.weaviate.messages import GRPC, SERVICE, filters, new, said
from vecgate.dialects.weaviate.graphql import document
from vecgate.refusals.errors import CallRefused

A: Final = "abc10000-0000-4000-8000-000000000001"
ONE: Final = new("Vectors", vector_bytes=struct.pack("<2f", 0.5, 0.25), type=1)
TWO: Final = new("Vectors", vector_bytes=struct.pack("<H4f", 2, 0.5, 0.25, 1, 0), type=2)
EACH: Final = "_additional{id}"


def read(**fields: Any) -> str:
    call = GRPC.read(f"{SERVICE}/Search", said(new("SearchRequest", **{"collection": "Person", **fields})))
    assert call.path == "/v1/graphql"
    assert isinstance(call.tree, dict)
    text = str(call.tree["query"])
    assert document.read(text, {}, None, ours=True) == document.of(text)  # it is read again as it was meant
    assert GRPC.read(f"{SERVICE}/Search", GRPC.message(call).message) == call
    return text.removeprefix("{Get{").removesuffix("}}")


def near(**fields: Any) -> dict[str, Any]:
    return {"near_vector": new("NearVector", **fields)}


def hybrid(**fields: Any) -> dict[str, Any]:
    return {"hybrid_search": new("Hybrid", **fields)}


TOLD: Final[list[tuple[dict[str, Any], str]]] = [
    ({}, f"Person(limit:-1){{__all {EACH}}}"),
    ({"collection": "person", "limit": 3, "offset": 2, "autocut": 1}, f"Person(limit:3,offset:2,autocut:1){{__all {EACH}}}"),
    ({"tenant": "t1", "consistency_level": 2}, f'Person(tenant:"t1",consistencyLevel:QUORUM,limit:-1){{__all {EACH}}}'),
    ({"after": A.upper(), "limit": 2}, f'Person(limit:2,after:"{A}"){{__all {EACH}}}'),
    ({"properties": new("PropertiesRequest", non_ref_properties=["name", "age", "name"])}, f"Person(limit:-1){{name age {EACH}}}"),
    ({"properties": new("PropertiesRequest")}, f"Person(limit:-1){{{EACH}}}"),
    (
        {"properties": new("PropertiesRequest", object_properties=[new("ObjectPropertiesRequest", prop_name="home", primitive_properties=["zip"])])},
        f"Person(limit:-1){{home{{zip}} {EACH}}}",
    ),
    (
        {"metadata": new("MetadataRequest", vector=True, score=True, explain_score=True, creation_time_unix=True, vectors=["title"])},
        "Person(limit:-1){__all _additional{id vector creationTimeUnix score explainScore vectors{title}}}",
    ),
    ({"sort_by": [new("SortBy", path=["age"])]}, f'Person(limit:-1,sort:[{{path:["age"],order:desc}}]){{__all {EACH}}}'),
    (
        {"filters": filters({"operator": "ContainsAny", "path": ["id"], "valueTextArray": [A]})},
        f'Person(limit:-1,where:{{operator:ContainsAny,path:["id"],valueText:["{A}"]}}){{__all {EACH}}}',
    ),
    (
        {"group_by": new("GroupBy", path=["city"], number_of_groups=2, objects_per_group=1), **near(vectors=[ONE])},
        'Person(limit:-1,groupBy:{path:["city"],groups:2,objectsPerGroup:1},nearVector:{vector:[0.5,0.25]})'
        f"{{_additional{{group{{id count maxDistance minDistance groupedBy{{path value}} hits{{__all {EACH}}}}}}}}}",
    ),
    (near(vectors=[ONE], distance=0.5), f"Person(limit:-1,nearVector:{{distance:0.5,vector:[0.5,0.25]}}){{__all {EACH}}}"),
    (near(vector=[0.5, 0.25]), f"Person(limit:-1,nearVector:{{vector:[0.5,0.25]}}){{__all {EACH}}}"),
    (near(vector_bytes=ONE.vector_bytes), f"Person(limit:-1,nearVector:{{vector:[0.5,0.25]}}){{__all {EACH}}}"),
    (near(vectors=[TWO]), f"Person(limit:-1,nearVector:{{vector:[[0.5,0.25],[1.0,0.0]]}}){{__all {EACH}}}"),
    (
        near(vector_for_targets=[new("VectorForTarget", name="a", vectors=[ONE]), new("VectorForTarget", name="b", vectors=[TWO])],
             targets=new("Targets", target_vectors=["a", "b"], combination=5, weights_for_targets=[new("WeightsForTarget", target="a", weight=0.5)])),
        "Person(limit:-1,nearVector:{vectorPerTarget:{a:[0.5,0.25],b:[[0.5,0.25],[1.0,0.0]]},targets:{targetVectors:"
        f'["a","b"],combinationMethod:manualWeights,weights:{{a:0.5}}}}}}){{__all {EACH}}}',
    ),
    ({"near_object": new("NearObject", id=A, certainty=0.5)}, f'Person(limit:-1,nearObject:{{id:"{A}",certainty:0.5}}){{__all {EACH}}}'),
    ({"near_text": new("NearTextSearch", query=["lamps"])}, f'Person(limit:-1,nearText:{{concepts:["lamps"]}}){{__all {EACH}}}'),
    (hybrid(query="lamps", vector_bytes=ONE.vector_bytes, use_alpha_param=True, alpha_param=0.5, fusion_type=1),
     f'Person(limit:-1,hybrid:{{query:"lamps",vector:[0.5,0.25],fusionType:rankedFusion,alpha:0.5}}){{__all {EACH}}}'),
    (hybrid(query="lamps"), f'Person(limit:-1,hybrid:{{query:"lamps",alpha:0.0}}){{__all {EACH}}}'),
    (hybrid(near_vector=new("NearVector", vector=[0.5, 0.25], distance=0.5), use_alpha_param=True),
     f"Person(limit:-1,hybrid:{{nearVector:{{distance:0.5,vector:[0.5,0.25]}}}}){{__all {EACH}}}"),
    ({"bm25_search": new("BM25", query='a"b', properties=["name^2"], search_operator=new("SearchOperatorOptions", operator=2))},
     f'Person(limit:-1,bm25:{{query:"a\\"b",properties:["name^2"],searchOperator:{{operator:And}}}}){{__all {EACH}}}'),
]  # fmt: skip


@every(("fields", "text"), TOLD)
def test_a_search_is_a_document_of_one_class(fields: dict[str, Any], text: str) -> None:
    """W-72"""
    assert read(**fields) == text


REFUSED: Final[list[tuple[dict[str, Any], str]]] = [
    ({"collection": ""}, "name of a class"), ({"collection": "Per son"}, "name of a class"), ({"tenant": "a/b"}, "name of a tenant"),
    ({"limit": 10_001}, "from 1 to 10000"), ({"offset": 10_001}, "from 0 to 10000"), ({"consistency_level": 9}, "none that is known"),
    ({"after": "x"}, "an id, or empty"), ({"generative": b""}, "a model elsewhere"), ({"rerank": b""}, "a model elsewhere"),
    ({"boost": b""}, "filters of its own"), ({"near_image": b""}, "a model elsewhere"), ({"near_imu": b""}, "a model elsewhere"),
    ({"properties": new("PropertiesRequest", ref_properties=[b""])}, "follows a reference"),
    ({"properties": new("PropertiesRequest", non_ref_properties=["__all"])}, "no class has"),
    ({"properties": new("PropertiesRequest", non_ref_properties=["a{b}"])}, "no class has"),
    ({"metadata": new("MetadataRequest", query_profile=True)}, "those of tenants"),
    ({"metadata": new("MetadataRequest", vectors=["a b"])}, "no class has"),
    (near(), "one vector, or some"), (near(vectors=[ONE], vector=[1.0]), "several vectors"),
    (near(vector=[float("nan")]), "no number"), (near(vector_bytes=b"abc"), "32-bit"), (near(vectors=[ONE], selection=b""), "selection"),
    (near(vectors=[new("Vectors", vector_bytes=b"\x00\x00", type=2)]), "several vectors"),
    (near(vectors=[new("Vectors", vector_bytes=ONE.vector_bytes, type=3)]), "kind that is not known"),
    (near(vectors=[ONE], target_vectors=["a"], targets=new("Targets", target_vectors=["b"])), "stand together"),
    (near(vectors=[ONE], targets=new("Targets", target_vectors=["a"], combination=9)), "combinationMethod"),
    ({"near_object": new("NearObject", id="x")}, "a UUID"),
    ({"near_text": new("NearTextSearch", query=["a"], move_to=new("Move", uuids=[A]))}, "say in 'concepts'"),
    ({**near(vectors=[ONE]), "near_object": new("NearObject", id=A)}, "stand together"),
    (hybrid(query="a", use_alpha_param=True, alpha=0.5), "beside 'use_alpha_param'"),
    (hybrid(near_vector=new("NearVector", vector=[1.0], targets=new("Targets", target_vectors=["a"]))), "targets of its own"),
    ({"bm25_search": new("BM25", query="a", search_operator=new("SearchOperatorOptions", operator=3))}, "operator"),
    ({"filters": new("Filters")}, "no operator"), ({"filters": new("Filters", operator=1, on=["a"], value_text="b")}, "only older servers"),
    ({"filters": new("Filters", operator=7, value_text="b")}, "overlooks"),
    ({"filters": new("Filters", operator=1, target=new("FilterTarget", single_target=b""), value_text="b")}, "references"),
    ({"filters": new("Filters", operator=1, target=new("FilterTarget", property="a"), value_number=float("inf"))}, "no number"),
    ({"filters": filters({"operator": "Equal", "path": ["name"], "valueTextArray": ["a"]})}, "own type"),
]  # fmt: skip


@every(("fields", "words"), REFUSED)
def test_what_a_search_may_not_say_is_refused_by_name(fields: dict[str, Any], words: str) -> None:
    """W-48, W-71"""
    with pytest.raises(CallRefused, match=r"body\.unreadable") as e:
        read(**fields)
    assert words in str(e.value.refusal)
