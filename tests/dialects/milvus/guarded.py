"""Which calls of Milvus read or write records, and how is each answered?"""

import json
from typing import Any, Final

from support.guards.given import Told
from vecgate.domain.call import Answer, Call

_P: Final = {"collectionName": "people"}
_ROWS: Final[list[Any]] = [{"id": 1, "dept": "hr", "vec": [0.1, 0.2]}, {"id": 2, "dept": "it", "vec": [0.3, 0.4]}]
_HELD: Final[Any] = {"code": 0, "data": _ROWS}
_FOUND: Final[Any] = {"code": 0, "topks": [2], "data": [{**one, "distance": 0.1 + i} for i, one in enumerate(_ROWS)]}
_OLDER: Final = {"code": 200}
_NEAR: Final[Any] = {"data": [[0.1, 0.2]], "annsField": "vec"}
_SHOWN: Final[Any] = {"outputFields": ["dept", "vec"]}
_V2: Final = "/v2/vectordb/entities"
CALLS: Final = {
    "entities_query": Told("POST", f"{_V2}/query", {**_P, **_SHOWN, "filter": 'dept != "x"'}, _HELD),
    "entities_get": Told("POST", f"{_V2}/get", {**_P, **_SHOWN, "id": [1, 2]}, _HELD),
    "entities_search": Told("POST", f"{_V2}/search", {**_P, **_NEAR, **_SHOWN}, _FOUND),
    **{f"entities_{one}_search": Told("POST", f"{_V2}/{one}_search", {**_P, **_SHOWN, "search": [_NEAR]}, _FOUND) for one in ("hybrid", "advanced")},
    **{f"entities_{one}": Told("POST", f"{_V2}/{one}", {**_P, "data": _ROWS}) for one in ("insert", "upsert")},
    **{f"v1_{one}": Told("POST", f"/v1/vector/{one}", {**_P, "data": _ROWS}) for one in ("insert", "upsert")},
    "v1_query": Told("POST", "/v1/vector/query", {**_P, **_SHOWN, "filter": 'dept != "x"'}, _HELD | _OLDER),
    "v1_get": Told("POST", "/v1/vector/get", {**_P, **_SHOWN, "id": [1, 2]}, _HELD | _OLDER),
    "v1_search": Told("POST", "/v1/vector/search", {**_P, **_SHOWN, "vector": [0.1, 0.2]}, _FOUND | _OLDER),
    "jobs_import_list": Told("POST", "/v2/vectordb/jobs/import/list", _P),
}  # fmt: skip

#: Writes that stand beside what is stored, or bring nothing that people read: these go over no record.
BESIDE: Final = frozenset({"entities_insert", "v1_insert", "jobs_import_list"})


async def ask(_dialect: Any, call: Call) -> Answer:
    """A collection that takes dynamic fields."""
    fields = [
        {"name": "id", "type": "Int64", "primaryKey": True},
        {"name": "dept", "type": "VarChar"},
        {"name": "vec", "type": "FloatVector"},
    ]
    made = {"collectionName": "people", "collectionID": 7, "fields": fields, "enableDynamicField": True}
    said: Any = made if call.path.endswith("describe") else ["people"]
    return Answer(200, body=json.dumps({"code": 0, "data": said}).encode())
