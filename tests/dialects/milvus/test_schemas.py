"""Which bodies about collections, indexes, users and roles are taken?"""

from typing import Any

import pytest

from support.milvus.asked import V2, read
from support.tools.every import every
from vecgate.refusals.errors import CallRefused

FIELDS = [{"fieldName": "id", "dataType": "Int64", "isPrimary": True}, {"fieldName": "t", "dataType": "VarChar", "elementTypeParams": {"max_length": "64"}}]  # fmt: skip
TAKEN: list[tuple[str, Any]] = [
    ("collections/create", {"collectionName": "a", "dimension": 4, "metricType": "COSINE"}),
    ("collections/create", {"collectionName": "a", "schema": {"autoID": False, "fields": FIELDS}, "indexParams": [{"fieldName": "v", "params": {"M": 8}}]}),
    ("collections/fields/add", {"collectionName": "a", "schema": {"fieldName": "x", "dataType": "Int64", "nullable": True}}),
    ("databases/alter", {"dbName": "a", "properties": {"database.replica.number": 1}}),
    ("roles/grant_privilege_v2", {"roleName": "r", "dbName": "*", "collectionName": "*", "privilege": "Query"}),
    ("resource_groups/alter", {"resource_groups": {"rg1": {"requests": {"node_num": 1}, "limits": {"node_num": 2}}}}),
    ("users/create", {"userName": "u", "password": "Passw0rd!1"}),
]  # fmt: skip


@every(("path", "tree"), TAKEN)
def test_it_is_taken_as_it_is(path: str, tree: Any) -> None:
    assert read(f"{V2}/{path}", tree).tree == tree


@every("more", [{"functions": {}}, {"structArrayFields": []}, {"fields": []}, {"FIELDS": FIELDS}])
def test_what_would_send_texts_elsewhere_or_is_not_known_is_refused(more: Any) -> None:
    with pytest.raises(CallRefused, match=r"body\.unreadable"):
        read(f"{V2}/collections/create", {"collectionName": "a", "schema": {"fields": FIELDS, **more}})
