"""Is every call that real servers were recorded with read as they read it, or refused for a reason?"""

import asyncio
import re
from typing import Any, Final, cast

from support.tools import recordings
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.dialects.milvus.things import done
from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.errors import CallRefused

#: What the gateway refuses though a server takes it: the words of the refusal, and the fact on the page, or the reason.
REVIEWED: Final = {
    r"duplicate key": "M-10",
    r"written like|unknown member": "M-12",
    r"is overlooked by the server": "M-14",
    r"its content type must be": "M-15",
    r"not JSON|not UTF-8|nested deeper": "M-15",
    r"'limit' must be|'limit' is 0|'offset' must be": "M-16",
    r"in the place of what stands beside": "M-17",
    r"the header '(?:db-name|accept-type-allow-int64)'": "M-20",
    r"path\.odd": "M-21",
    r"by a filter that nobody looks into": "ranks of others by a condition",
    r"route\.refused": "M-37",
    r"'id' must be": "M-53",
    r"a filter is blank": "M-48",
    r"a text with a prefix|a text without an end": "M-50",
    r"'outputFields' must be": "one spelling of a field",
    r"'partitionNames' must not be empty": "an empty list is all of them",
}  # fmt: skip


def raw(row: dict[str, Any]) -> Raw:
    told = row.get("headers", {}).items()
    return recordings.raw(row, *((k, v) for k, v in told if k in ("db-name", "accept-type-allow-int64")))


def read(row: dict[str, Any]) -> tuple[Call, Operation] | Refusal:
    dialect = Milvus()

    async def ask(call: Call) -> Answer:
        return dialect.offline(call, None)

    try:
        call = dialect.read(raw(row))
        return call, asyncio.run(dialect.classify(call, ask))
    except CallRefused as e:
        return cast("Refusal", e.refusal)


def taken(row: dict[str, Any]) -> bool:
    """Whether a server did it."""
    return row["status"] == 200 and done((row["answer"] or {}).get("json"))


def test_what_is_refused_beyond_the_server_has_a_reason() -> None:
    read_, refused = 0, list[str]()
    for row in recordings.rows("milvus"):
        said = read(row)
        if isinstance(said, Refusal) and taken(row):
            assert any(re.search(words, str(said)) for words in REVIEWED), (row["path"], row["request"], str(said))
            refused.append(str(said))
        read_ += not isinstance(said, Refusal)
        if isinstance(said, tuple):
            again = (
                Milvus().read(Raw(said[0].method, said[0].path, said[0].headers, said[0].body))
                if said[0].body
                else None
            )
            assert again is None or again.body == said[0].body
    assert {words for words in REVIEWED for said in refused if re.search(words, said)} == {*REVIEWED}
    print(
        f"{read_} of {len([*recordings.rows('milvus')])} recorded calls are read, {len(refused)} that a server took are refused"
    )
    assert (read_, len(refused)) == (636, 114)


def test_no_official_client_is_refused_but_for_files() -> None:
    """M-15, M-20: @zilliz/milvus2-sdk-node's HttpClient"""
    clients = [
        (row, read(row)) for row in recordings.rows("milvus") if row["source"].startswith("client:") and taken(row)
    ]
    refused = {row["path"] for row, said in clients if isinstance(said, Refusal)}
    assert len(clients) > 35
    assert refused == {"/v2/vectordb/jobs/import/create", "/v2/vectordb/jobs/import/get_progress"}


def test_answers_hold_no_more_than_was_asked_for() -> None:
    """M-34"""
    compared = 0
    for row in recordings.rows("milvus"):
        said = read(row)
        if isinstance(said, Refusal) or not taken(row):
            continue
        held = Milvus().records(said[1], row["answer"]["json"])
        if held is not None and said[1].limit is not None:
            compared += 1
            assert held <= said[1].limit, (row["path"], row["request"])
    assert compared > 200
