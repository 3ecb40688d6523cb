"""Is every call that a real server was recorded with read as the server read it, or refused for a reason?"""

import asyncio
import json
import re
from typing import Any, Final, cast
from urllib.parse import unquote

import pytest

from support.tools import recordings
from vecgate import dialects
from vecgate.dialects.chroma import results
from vecgate.domain.call import Answer, Call
from vecgate.domain.operation import Operation
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.errors import CallRefused

_BY_ID: Final = re.compile(r"/api/v2/tenants/([^/]+)/databases/([^/]+)/collections/by-id/(.+)")

#: What the gateway refuses though the server takes it: the words of the refusal, and the reason.
REVIEWED: Final = {
    r"unknown member": "the server drops it: a misspelt filter would filter nothing",
    r"must be an object|must be a JSON object": "an array by places, which nobody else reads so",
    r"duplicate key": "the last one counts there, the first one elsewhere",
    r"integer out of range": "it becomes a float there",
    r"its content type must be": "one way to say it",
    r"takes one|takes none": "one way to say it",
    r"collection\.unknown": "ids in one spelling; a function of a collection that nobody asked about",
    r"path\.odd": "one spelling of each path and query",
    r"route\.unknown": "no route of the API",
    r"begins with 'chroma:'": "stops all writes, or is written as the document or uri",
    r"max_neighbors": "ends the process",
    r"resize_factor": "no bound",
    r"must be a name that a path can hold": "could not be addressed",
    r"a delete must name": "deletes nothing there; a reader of the journal could not tell",
}  # fmt: skip


async def ask(call: Call) -> Answer:
    """Every collection is there, under one name."""
    if not (found := _BY_ID.fullmatch(call.path)):
        return Answer(404)
    tree = {"tenant": unquote(found[1]), "database": unquote(found[2]), "id": found[3], "name": "known"}
    return Answer(200, body=json.dumps(tree).encode())


def read(row: dict[str, Any]) -> tuple[Call, Operation] | Refusal:
    dialect = dialects.load("chroma")
    try:
        call = dialect.read(recordings.raw(row))
        return call, asyncio.run(dialect.classify(call, ask))
    except CallRefused as e:
        return cast("Refusal", e.refusal)


def taken(row: dict[str, Any]) -> bool:
    """Whether the server did it; 501: it read it, and has no such part on one machine."""
    return row["status"] is not None and (row["status"] < 300 or row["status"] == 501)


@pytest.fixture(scope="module")
def verdicts() -> list[tuple[dict[str, Any], tuple[Call, Operation] | Refusal]]:
    return [(row, read(row)) for row in recordings.rows("chroma")]


def test_what_is_refused_beyond_the_server_is_reviewed(verdicts: list[Any]) -> None:
    refused = [(row, str(said)) for row, said in verdicts if isinstance(said, Refusal) and taken(row)]
    assert len(refused) > 50
    odd = [(row["source"], row["path"], said) for row, said in refused if not any(re.search(w, said) for w in REVIEWED)]
    assert odd == []


def test_no_official_client_is_refused(verdicts: list[Any]) -> None:
    refused = [
        (row["source"], row["path"], row["request"], str(said))
        for row, said in verdicts
        if isinstance(said, Refusal) and taken(row) and row["source"].startswith("client:")
    ]
    # An empty delete of one client; the other one asks the server what its function writes to.
    assert [(path.rpartition("/")[2], body["json"]) for _, path, body, _ in refused] == [
        ("delete", {}),
        ("detach", {"delete_output": True}),
    ]


def test_what_both_take_means_the_same(verdicts: list[Any]) -> None:
    compared = 0
    for row, said in verdicts:
        if isinstance(said, Refusal) or not taken(row) or row["held"] is None:
            continue
        call, operation = said
        compared += 1
        if operation.name == "collection_delete":
            assert operation.kind == ("delete_ids" if not call.tree.get("where") and not call.tree.get("where_document") else "delete_filter")  # fmt: skip
            if operation.kind == "delete_ids" and call.tree.get("ids"):
                assert row["held"] == len(call.tree["ids"])
            continue
        asked = results.asked(operation.name, call.tree)
        assert asked is None or row["held"] <= asked, (row["path"], call.tree)
        if "embeddings" in (call.tree.get("include") or []):
            assert operation.wants_vectors
    assert compared > 250


def test_what_breaks_the_server_is_refused(verdicts: list[Any]) -> None:
    """No answer at all, or 500, for what this very call says: none of these goes out."""
    deadly = [
        (row["path"], row["request"], said)
        for row, said in verdicts
        if row["status"] in (None, 500)
        and re.search(r"chroma:|metadata'|/v2/collections/", f"{row['request']}{row['path']}")
    ]
    assert len(deadly) > 8
    assert [(path, request) for path, request, said in deadly if not isinstance(said, Refusal)] == []
