"""Does the stand-in answer recorded calls as the real servers did, and with their oddities?"""

import copy
import json
from collections import Counter
from typing import Any, Final

import pytest

from dialects.milvus.test_recorded import raw
from support.milvus.people import TYPES, people
from support.milvus.recorded.server import V1, V2, Recorded
from support.tools import recordings

#: What was recorded with the six people as they were made, and changes none.
READS: Final = ("query", "get", "search", "has")
SOURCES: Final = ("script:expr", "script:v1-parse", "script:v2-parse", "script:isolation")


def filled() -> Recorded:
    server = Recorded()
    server.make("people", TYPES).rows = people()
    return server


def ids(answer: Any) -> Any:
    """What an answer says, without the order of equals."""
    if not isinstance(answer, dict) or answer.get("code") not in (0, 200):
        return "error"
    data = answer.get("data")
    if isinstance(data, list) and data and isinstance(data[0], dict):
        return sorted(str(one.get("id", one.get("count(*)"))) for one in data)
    return data


@pytest.fixture(scope="module")
def compared() -> Counter[str]:
    found, missed = Counter[str](), list[str]()
    for row in recordings.rows("milvus"):
        if (
            not row["source"].startswith(SOURCES)
            or "lite" in row["source"]
            or not row["path"].endswith(READS)
            or row["method"] != "POST"
        ):
            continue
        body = raw(row).body
        if b'"people"' not in body:
            continue
        headers = {key: value for key, value in row.get("headers", {}).items()}
        status, said = filled().answer("POST", row["path"], headers, body)
        same = (status == row["status"]) and ids(said) == ids((row["answer"] or {}).get("json"))
        found["same" if same else "other"] += 1
        found["less"] += (
            not same
            and isinstance(real := ids((row["answer"] or {}).get("json")), list)
            and not (set(real) <= set(ids(said)))
        )
        if not same:
            missed.append(f"{row['path']} {body[:160]!r}: {ids(said)} and not {ids((row['answer'] or {}).get('json'))}")
    print(
        f"{found['same']} of {found['same'] + found['other']} recorded reads are answered with the same rows or an error; the others:"
    )
    print("\n".join(missed))
    return found


def test_most_recorded_reads_find_the_same_rows(compared: Counter[str]) -> None:
    """What it answers otherwise it answers with more: where a real one has an error of types or of its grammar."""
    assert (compared["same"], compared["other"], compared["less"]) == (308, 83, 2)


def ask(path: str, body: str | dict[str, Any], server: Recorded | None = None) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return (server or filled()).answer("POST", path, {}, text.encode())[1]


def test_it_reads_bodies_as_go_does() -> None:
    """M-10, M-11, M-12, M-13, M-17, M-48, M-53"""
    query, get = f"{V2}entities/query", f"{V2}entities/get"
    assert ids(
        ask(query, '{"collectionName":"people","filter":"id<2","FILTER":"id>5","outputField\u017f":["id"]} garbage')
    ) == ["6"]
    assert ids(ask(get, '{"collectionName":"people","id":1,"id":4}')) == ["1"]
    assert ids(ask(get, '{"collectionName":"people","ID":4}')) == []
    hybrid = (
        '{"collectionName":"people","search":[{"data":[[0.1,0.9,0.5,0.1]],"annsField":"vec","limit":9,"filter":"id<2"}],'
        '"search":[{"data":[[0.1,0.9,0.5,0.1]],"annsField":"vec","limit":9}]}'
    )
    assert ids(ask(f"{V2}entities/hybrid_search", hybrid)) == ["1"]  # what stands twice inherits
    search = {"collectionName": "people", "data": [[0.1, 0.9, 0.5, 0.1]], "limit": 1, "searchParams": {"topk": 5}}
    assert len(ask(f"{V2}entities/search", search)["data"]) == 5
    assert len(ask(f"{V1}query", {"collectionName": "people", "filter": " "})["data"]) == 6
    docs = Recorded()
    made = docs.make("docs", {"id": "VarChar", "tenant": "VarChar"})
    made.rows = [{"id": f"p{n}", "tenant": "t1" if n < 3 else "t2"} for n in range(1, 6)]
    injected = {"collectionName": "docs", "id": 'x"] or tenant == "t2" or id in ["'}
    assert ids(ask(get, injected, docs)) == ["p3", "p4", "p5"]


def test_it_writes_as_they_do() -> None:
    """M-23"""
    server = filled()
    before = copy.deepcopy(server.collections["people"].rows)
    ask(f"{V2}entities/insert", {"collectionName": "people", "data": [{"id": 4, "tenant": ["t1", "t2"]}]}, server)
    assert [row["tenant"] for row in server.collections["people"].rows if row["id"] == 4] == ["t2", '["t1", "t2"]']
    ask(f"{V2}entities/upsert", {"collectionName": "people", "data": [{"id": 4, "tenant": "t1"}]}, server)
    assert [row["tenant"] for row in server.collections["people"].rows if row["id"] == 4] == ["t1"]
    ask(f"{V1}delete", {"collectionName": "people", "filter": "\t"}, server)
    assert server.collections["people"].rows == []
    assert len(before) == 6
