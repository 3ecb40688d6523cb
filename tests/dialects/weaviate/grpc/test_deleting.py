"""What does a message delete, and is what became of it told as over REST?"""

from typing import Any, Final
from uuid import UUID

import pytest

from support.weaviate.messages import GRPC, SERVICE, filters, new, reply_of, said
from vecgate.domain.call import Call
from vecgate.refusals.errors import CallRefused

A: Final = "abc10000-0000-4000-8000-000000000001"
WHERE: Final = {"operator": "ContainsAny", "path": ["id"], "valueTextArray": [A]}


def deleting(**fields: Any) -> Call:
    return GRPC.read(f"{SERVICE}/BatchDelete", said(new("BatchDeleteRequest", **{"collection": "person", **fields})))


def test_a_delete_is_the_one_of_rest() -> None:
    """W-67"""
    call = deleting(filters=filters(WHERE), tenant="t1", verbose=True, dry_run=True, consistency_level=1)
    assert (call.method, call.path) == ("DELETE", "/v1/batch/objects")
    assert call.query == (("tenant", "t1"), ("consistency_level", "ONE"))
    assert call.tree == {"match": {"class": "Person", "where": WHERE}, "output": "verbose", "dryRun": True}
    assert GRPC.read(f"{SERVICE}/BatchDelete", GRPC.message(call).message) == call
    assert "dryRun" not in str(deleting(filters=filters(WHERE)).tree)


def test_what_became_of_each_object_is_told() -> None:
    call = deleting(filters=filters(WHERE), verbose=True)
    gone = new("BatchDeleteObject", uuid=UUID(A).bytes, successful=True, error="")
    left = new("BatchDeleteObject", uuid=UUID(A).bytes, error="why")
    reply = new("BatchDeleteReply", matches=2, successful=1, failed=1, objects=[gone, left])
    assert reply_of(call, reply) == reply


def test_a_delete_of_everything_is_refused() -> None:
    with pytest.raises(CallRefused, match="'filters' is missing"):
        deleting()
