"""Is what each answer says told as REST tells it, and is nothing printed that was not there after masking?"""

import json
from typing import Any, Final

import pytest

from dialects.milvus.grpc.asked import MESSAGES, message, pairs, tree
from support.tools.every import every
from vecgate.dialects.base.grpc.protocol import Reply
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.dialects.milvus.grpc.protocol import _BY_TWIN
from vecgate.dialects.milvus.grpc.table import SERVICE
from vecgate.dialects.milvus.grpc.telling import TELLINGS
from vecgate.domain.call import Answer, Call

V2: Final = "/v2/vectordb"
SECRET: Final = "Alma Brandt"


def _made(name: str, **fields: Any) -> Any:
    return message(name, **fields)


def _index() -> Any:
    made = message("DescribeIndexResponse")
    pairs(
        made.index_descriptions.add(
            index_name="by",
            field_name=SECRET,
            state=3,
            index_state_fail_reason=SECRET,
            indexed_rows=7,
            total_rows=8,
            pending_index_rows=1,
        ).params,
        index_type="HNSW",
    )
    return made


def _stats(name: str) -> Any:
    made = message(name)
    pairs(made.stats, row_count="7")
    return made


def _grants() -> Any:
    made = message("SelectGrantResponse")
    one = made.entities.add(object_name=SECRET)
    one.role.name, one.object.name, one.grantor.privilege.name = "r", "Collection", "Search"
    return made


def _people(name: str, of: str, inner: str) -> Any:
    made = message(name)
    one = made.results.add()
    getattr(one, of).name = "n"
    getattr(one, inner).add(name=SECRET)
    return made


def _groups() -> Any:
    made = message("ListPrivilegeGroupsResponse")
    made.privilege_groups.add(group_name="g").privileges.add(name="Search")
    return made


def _resource() -> Any:
    made = message("DescribeResourceGroupResponse")
    made.resource_group.name = "rg"
    made.resource_group.nodes.add(address="10.0.0.1")
    made.resource_group.num_loaded_replica["people"] = 1
    return made


def _database() -> Any:
    made = message("DescribeDatabaseResponse", db_name="db1")
    pairs(made.properties, owner=SECRET)
    return made


def _flushed() -> Any:
    made = message("FlushResponse")
    made.coll_segIDs["people"].data.extend([5, 6])
    made.channel_cps["by-dev"].channel_name = SECRET
    return made


SAID: Final = {
    f"{V2}/collections/list": (_made("ShowCollectionsResponse", collection_names=["a", "b"], collection_ids=[1, 2]), ["a", "b"]),
    f"{V2}/collections/has": (_made("BoolResponse", value=True), {"has": True}),
    f"{V2}/collections/get_stats": (_stats("GetCollectionStatisticsResponse"), {"rowCount": 7}),
    f"{V2}/partitions/get_stats": (_stats("GetPartitionStatisticsResponse"), {"rowCount": 7}),
    f"{V2}/collections/get_load_state": (_made("GetLoadStateResponse", state=3), {"loadState": "LoadStateLoaded"}),
    f"{V2}/collections/compact": (_made("ManualCompactionResponse", compactionID=5), {"compactionID": 5}),
    f"{V2}/collections/get_compaction_state": (_made("GetCompactionStateResponse", state=2, completedPlanNo=1), {"state": "Completed", "executingPlanNumber": 0, "completedPlanNumber": 1}),
    f"{V2}/collections/flush": (_flushed(), {"segments": [5, 6]}),
    f"{V2}/databases/list": (_made("ListDatabasesResponse", db_names=["default"]), ["default"]),
    f"{V2}/databases/describe": (_database(), {"dbName": "db1", "dbID": 0, "properties": [{"key": "owner", "value": SECRET}]}),
    f"{V2}/partitions/list": (_made("ShowPartitionsResponse", partition_names=["p"], partitionIDs=[4]), ["p"]),
    f"{V2}/partitions/has": (_made("BoolResponse"), {"has": False}),
    f"{V2}/aliases/describe": (_made("DescribeAliasResponse", alias="al", collection="people", db_name="default"), {"aliasName": "al", "collectionName": "people", "dbName": "default"}),
    f"{V2}/aliases/list": (_made("ListAliasesResponse", aliases=["al"]), ["al"]),
    f"{V2}/users/list": (_made("ListCredUsersResponse", usernames=["root"]), ["root"]),
    f"{V2}/roles/describe": (_grants(), [{"dbName": "", "grantor": "", "objectName": SECRET, "objectType": "Collection", "privilege": "Search", "roleName": "r"}]),
    f"{V2}/privilege_groups/list": (_groups(), {"privilegeGroups": [{"privilegeGroupName": "g", "privileges": ["Search"]}]}),
    f"{V2}/resource_groups/list": (_made("ListResourceGroupsResponse", resource_groups=["rg"]), ["rg"]),
    f"{V2}/resource_groups/describe": (_resource(), {"name": "rg", "capacity": 0, "num_available_node": 0, "num_loaded_replica": {"people": 1}, "num_outgoing_node": {}, "num_incoming_node": {}}),
    f"{SERVICE}/GetVersion": (_made("GetVersionResponse", version="v2.3.5"), {"version": "v2.3.5"}),
    f"{SERVICE}/CheckHealth": (_made("CheckHealthResponse", isHealthy=True, reasons=[SECRET]), {"isHealthy": True, "reasons": [SECRET]}),
    f"{SERVICE}/AllocTimestamp": (_made("AllocTimestampResponse", timestamp=9), {"timestamp": 9}),
    f"{SERVICE}/GetLoadingProgress": (_made("GetLoadingProgressResponse", progress=100), {"progress": 100, "refreshProgress": 0}),
    f"{SERVICE}/GetFlushState": (_made("GetFlushStateResponse", flushed=True), {"flushed": True}),
    f"{SERVICE}/GetIndexState": (_made("GetIndexStateResponse", state=4, fail_reason=SECRET), {"indexState": "Failed", "failReason": SECRET}),
    f"{SERVICE}/GetIndexBuildProgress": (_made("GetIndexBuildProgressResponse", indexed_rows=1, total_rows=2), {"indexedRows": 1, "totalRows": 2}),
    f"{SERVICE}/SelectRole": (_people("SelectRoleResponse", "role", "users"), [{"roleName": "n", "users": [SECRET], "description": ""}]),
    f"{SERVICE}/SelectUser": (_people("SelectUserResponse", "user", "roles"), [{"userName": "n", "roles": [SECRET], "description": ""}]),
}  # fmt: skip


@every(("twin", "made", "said"), [(twin, *case) for twin, case in SAID.items()], ids=list(SAID))
def test_it_is_told_as_rest_does_and_printed_as_it_may_be_seen(twin: str, made: Any, said: Any) -> None:
    grpc, call = Milvus().grpc, Call("POST", twin)
    made.status.SetInParent()
    heard = grpc.answer(call, Reply(made.SerializeToString()))
    assert tree(heard.answer) == {"code": 0, "data": said}
    gives = f"milvus.{_BY_TWIN[twin].gives}"
    back = MESSAGES.read(gives, grpc.given(call, heard.answer, heard.kept).message)
    assert TELLINGS[twin].data(back) == said
    masked = json.dumps(tree(heard.answer)).replace(SECRET, "[PERSON]").encode()
    assert SECRET.encode() not in grpc.given(call, Answer(200, body=masked), heard.kept).message


def test_an_index_is_described_as_rest_does() -> None:
    for twin in (f"{V2}/indexes/describe", f"{SERVICE}/DescribeIndex"):
        made = _index()
        said: Any = TELLINGS[twin].data(made)
        (one,) = said
        assert (one["indexName"], one["indexType"], one["indexState"]) == ("by", "HNSW", "Finished")
        assert (one["indexedRows"], one["totalRows"], one["pendingRows"]) == (7, 8, 1)
        TELLINGS[twin].put(made, [{**one, "fieldName": "x", "failReason": "y"}])
        assert SECRET.encode() not in made.SerializeToString()
        assert TELLINGS[twin].data(made) == [{**one, "fieldName": "x", "failReason": "y"}]
        TELLINGS[twin].put(made, [{"fieldName": "x", "indexName": "by", "indexParams": one["indexParams"]}])
        (left,) = made.index_descriptions
        assert (left.indexed_rows, left.total_rows, left.pending_index_rows, left.index_name) == (0, 0, 0, "by")
        for wrong in (True, "7", None, 1.5):
            with pytest.raises(ValueError, match="counts"):
                TELLINGS[twin].put(made, [{**one, "totalRows": wrong}])


def test_what_is_not_listed_any_more_is_told_nothing_of() -> None:
    made = message(
        "ShowCollectionsResponse", collection_names=["a", "b"], collection_ids=[1, 2], created_timestamps=[3, 4]
    )
    TELLINGS[f"{V2}/collections/list"].put(made, ["b"])
    assert ([*made.collection_names], [*made.collection_ids], [*made.created_timestamps]) == (["b"], [2], [4])


def test_every_answer_that_says_more_than_that_it_was_done_is_told() -> None:
    untold = {row.gives for twin, row in _BY_TWIN.items() if twin not in TELLINGS}
    assert untold == {"Status", "QueryResults", "SearchResults", "MutationResult"}
