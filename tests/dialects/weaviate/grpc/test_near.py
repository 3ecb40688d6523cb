"""What is searched near and with which words, in whichever of the fields that servers know: one form of each."""

import struct
from typing import Any, Final

from support.tools.every import every
from support.weaviate.messages import GRPC, SERVICE, counted, new
from vecgate.domain.call import Call

ONE: Final = struct.pack("<2f", 0.5, 0.25)


def again(call: Call) -> bool:
    return GRPC.read(f"{SERVICE}/Aggregate", GRPC.message(call).message) == call


NEAR: Final[list[tuple[dict[str, Any], str]]] = [
    ({"near_vector": new("NearVector", vector_bytes=ONE, target_vectors=["a"])}, 'nearVector:{vector:[0.5,0.25],targetVectors:["a"]}'),
    ({"near_vector": new("NearVector", vector_per_target={"a": ONE})}, "nearVector:{vectorPerTarget:{a:[0.5,0.25]}}"),
    ({"near_vector": new("NearVector", vector_per_target=dict.fromkeys("hgfedcba", ONE))},  # a yes is for one text
     "nearVector:{vectorPerTarget:{" + ",".join(f"{name}:[0.5,0.25]" for name in "abcdefgh") + "}}"),
    ({"near_vector": new("NearVector", vector_for_targets=[new("VectorForTarget", name="a", vector_bytes=ONE)] * 2)},
     "nearVector:{vectorPerTarget:{a:[[0.5,0.25],[0.5,0.25]]}}"),
    ({"near_text": new("NearTextSearch", query=["a"], move_to=new("Move", force=0.5, concepts=["b", "c"]),
                       move_away=new("Move", force=0.25, concepts=["d"]))},
     'nearText:{concepts:["a"],moveTo:{concepts:["b","c"],force:0.5},moveAwayFrom:{concepts:["d"],force:0.25}}'),
    ({"hybrid": new("Hybrid", query="a", near_text=new("NearTextSearch", query=["b"], move_to=new("Move", force=1, concepts=["c"])))},
     'hybrid:{query:"a",nearText:{concepts:["b"],moveTo:{concepts:["c"],force:1.0}},alpha:0.0}'),
    ({"hybrid": new("Hybrid", query="a", near_text=new("NearTextSearch", query=["b"], distance=0.5))},
     'hybrid:{query:"a",nearText:{concepts:["b"],distance:0.5},alpha:0.0}'),
    ({"hybrid": new("Hybrid", query="a", use_alpha_param=True, vector_distance=0.5, properties=["name"],
                    bm25_search_operator=new("SearchOperatorOptions", operator=1, minimum_or_tokens_match=2))},
     'hybrid:{query:"a",maxVectorDistance:0.5,properties:["name"],bm25SearchOperator:{operator:Or,minimumOrTokensMatch:2}}'),
]  # fmt: skip


@every(("fields", "text"), NEAR)
def test_each_spelling_is_one_argument(fields: dict[str, Any], text: str) -> None:
    call = counted(objects_count=True, **fields)
    assert isinstance(call.tree, dict)
    assert text in str(call.tree["query"])
    assert again(call)
