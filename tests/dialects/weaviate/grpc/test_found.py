"""What is told of objects that were found, and beside them?"""

import json
from typing import Any, Final

from dialects.weaviate.grpc.test_values import found
from support.weaviate.messages import GRPC, new, reply_of, said, search
from vecgate.dialects.base.grpc.protocol import Reply

A: Final = "abc10000-0000-4000-8000-000000000001"


def test_what_is_gone_from_a_record_is_gone_from_its_message() -> None:
    def less(tree: Any) -> None:
        one = tree["data"]["Get"]["Person"][0]
        del one["name"], one["_additional"]

    (result,) = reply_of(search(), found(), less).results
    assert "name" not in result.properties.non_ref_props.fields
    assert not result.metadata.ListFields()


def test_scores_and_vectors_stand_beside_a_record_in_json() -> None:
    reply = new("SearchReply")
    told = reply.results.add().metadata
    told.id, told.distance, told.distance_present, told.score_present = A, 0.5, True, True
    told.vector_bytes, told.explain_score, told.explain_score_present = b"\0\0\0?", "why", True
    told.vectors.add(name="two", vector_bytes=b"\x01\0\0\0\0?\0\0\x80?", type=2)
    told.creation_time_unix, told.creation_time_unix_present, told.is_consistent = 1700, True, True
    tree = json.loads(GRPC.answer(search(), Reply(said(reply))).answer.body)
    assert tree["data"]["Get"]["Person"][0]["_additional"] == {
        "id": A, "distance": 0.5, "score": 0.0, "explainScore": "why", "vector": [0.5], "vectors": {"two": [[0.5], [1.0]]},
        "creationTimeUnix": "1700", "isConsistent": True,
    }  # fmt: skip
    again = reply_of(search(), reply).results[0].metadata
    assert (again.distance, again.vector_bytes, again.vectors[0].type) == (0.5, b"\0\0\0?", 2)
