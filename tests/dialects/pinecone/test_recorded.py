"""Is every call that an official client was recorded with read, and sent on as it was understood?"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

import pytest

from support.pinecone.recorded import Project
from vecgate import dialects
from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.parsing import strict_json
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.errors import CallRefused

RECORDED: Final = Path(__file__).parents[2] / "recorded" / "pinecone.jsonl"
#: Targets that no index has, recorded to see which hosts clients keep.
ODD: Final = ("//query", "/namespaces/a%2Fb%20c")


def rows() -> Iterator[dict[str, Any]]:
    for line in RECORDED.read_text("utf-8").split("\n"):
        if line:
            yield json.loads(line)


def raw(row: dict[str, Any]) -> Raw:
    """The request as it went over the wire."""
    said, target = row["request"], row["path"] + (f"?{row['query']}" if row["query"] else "")
    body = b"" if said is None else json.dumps(said["json"]).encode() if "json" in said else said["text"].encode()
    version = row["headers_shown"].get("x-pinecone-api-version")
    headers = [("content-type", row["content_type"])] if row["content_type"] else []
    return Raw(row["method"], target, (*headers, *([("X-Pinecone-Api-Version", version)] if version else [])), body)


def read(row: dict[str, Any]) -> tuple[Call, Operation] | Refusal:
    dialect = dialects.load("pinecone")

    async def ask(call: Call) -> Answer:
        return dialect.offline(call, "people")

    try:
        call = dialect.read(raw(row))
        return call, asyncio.run(dialect.classify(call, ask))
    except CallRefused as e:
        return cast("Refusal", e.refusal)


@pytest.fixture(scope="module")
def verdicts() -> list[tuple[dict[str, Any], tuple[Call, Operation] | Refusal]]:
    return [(row, read(row)) for row in rows()]


def test_no_official_client_is_refused(verdicts: list[Any]) -> None:
    """N-02, N-03, N-16: all but what no server of it has."""
    refused = Counter(row["path"] for row, said in verdicts if isinstance(said, Refusal))
    assert set(refused) == set(ODD)
    assert len(verdicts) > 250


def test_all_that_goes_out_names_a_version_and_is_read_again_as_the_same(verdicts: list[Any]) -> None:
    """N-10, N-12"""
    dialect, known = dialects.load("pinecone"), 0
    for row, said in verdicts:
        if isinstance(said, Refusal):
            continue
        call, operation = said
        version = dict(call.headers)["x-pinecone-api-version"]
        assert version == row["headers_shown"]["x-pinecone-api-version"]
        assert not (isinstance(call.tree, dict) and call.tree.get("filter") == {})
        again = dialect.read(
            Raw(call.method, target(call), dialect.outgoing(bare(call)).headers, dialect.outgoing(bare(call)).body)
        )
        assert (again.tree, again.query) == (call.tree, call.query)
        assert operation.collections or operation.name in ALL, row["path"]
        known += 1
    assert known > 250


ALL: Final = {
    "list_indexes", "list_collections", "describe_collection", "delete_collection", "list_project_backups",
    "list_restore_jobs", "describe_restore_job", "embed", "rerank", "list_models", "describe_model",
}  # fmt: skip


def bare(call: Call) -> Call:
    """Without the index's place, which only a server tells."""
    import dataclasses

    return dataclasses.replace(call, path=call.path.removeprefix("/idx/people"))


def target(call: Call) -> str:
    from urllib.parse import quote, urlencode

    return call.path + (f"?{urlencode(call.query, quote_via=quote, safe='')}" if call.query else "")


#: What the stand-in of the recordings was told to answer, whatever was asked.
FORCED: Final = {401, 403, 404, 409, 429, 500, 503}


def test_the_server_of_the_tests_answers_as_was_recorded() -> None:
    """Statuses and members of answers, in the order of each source's calls; what differs is printed."""
    told, misses, same = Counter[str](), list[str](), 0
    for source in dict.fromkeys(row["source"] for row in rows()):
        project = Project()
        for row in rows():
            if row["source"] != source or "error shapes" in source or "bad key" in source:
                continue
            request = raw(row)
            index = "" if row["path"].startswith(CONTROL) else "people"
            is_made = (row["method"], row["path"]) == ("POST", "/indexes")
            if (index or row["status"] in (200, 202)) and "people" not in project.indexes and not is_made:
                project.add("people", dimension=4)  # an earlier script made it
            headers = {key.lower(): value for key, value in request.headers}
            status, tree = project.answer(index, request.method, request.target, headers, request.body)
            wanted, members = row["status"], (row["answer"] or {}).get("json")
            told["all"] += 1
            if status == wanted and _members(tree) == _members(members):
                same += 1
            else:
                misses.append(f"{row['method']} {row['path']} {wanted} {status}")
    print(Counter(misses))
    assert same >= SAME, Counter(misses)
    assert told["all"] > 240


CONTROL: Final = ("/indexes", "/collections", "/backups", "/restore-jobs", "/embed", "/rerank", "/models")
SAME: Final = 205


def _members(tree: Any) -> Any:
    return sorted(tree) if isinstance(tree, dict) else type(tree)


def test_every_answer_has_a_place_for_each_of_its_texts(verdicts: list[Any]) -> None:
    """N-23: no text of an answer is taken for structure unless it has the form of it."""
    dialect = dialects.load("pinecone")
    for row, said in verdicts:
        if isinstance(said, Refusal) or "json" not in (row["answer"] or {}):
            continue
        surface = dialect.surface(said[1], answer=True)
        for at, text in _texts(row["answer"]["json"], ""):
            form = surface.form_at(at)
            if surface.kind_at(at) == "keep":
                assert form is not None, at
                assert form.fullmatch(text) or at in ("/host", "/indexes/*/host"), (row["path"], at, text)


def _texts(node: Any, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _texts(value, f"{at}/{key}")
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value, f"{at}/*")
    elif isinstance(node, str):
        yield at, node


def test_lines_are_split_at_lf_alone(verdicts: list[Any]) -> None:
    """N-18, N-19, N-20"""
    upserts = [(row, said) for row, said in verdicts if row["path"].endswith("/upsert") and "/records/" in row["path"]]
    assert len(upserts) >= 6
    dialect = dialects.load("pinecone")
    for _, (call, operation) in upserts:
        sent = dialect.outgoing(bare(call))
        lines = sent.body.removesuffix(b"\n").split(b"\n")
        assert len(lines) == operation.records
        assert [strict_json.parse(line) for line in lines] == call.tree["records"]
        assert dict(sent.headers)["content-type"] == "application/x-ndjson"
    assert any("\u2028".encode() in dialect.outgoing(bare(said[0])).body for _, said in upserts)
