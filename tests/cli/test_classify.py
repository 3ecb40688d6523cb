"""Does `vecgate classify` tell what a call means, as the gateway would read it?"""

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from vecgate.cli import main

P = "/collections/people/points"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    code = main(["classify", *words])
    return code, json.loads(capsys.readouterr().out)


def test_a_call_is_told_in_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = tmp_path / "body"
    body.write_text(
        '{"query":7,"limit":5,"with_vectors":true,"filter":{"must":{"key":"\\"dept\\"","match":{"value":"a"}}}}'
    )
    code, said = run(capsys, "--db", "qdrant", "POST", f"{P}/query?timeout=5", "--body", str(body), "--sent")
    assert code == 0
    assert said == {
        "operation": "query_points", "kind": "search", "danger": 1, "collections": ["people"], "tenant": None, "ids": [7],
        "filter": {"/filter": {"must": [{"key": "dept", "match": {"value": "a"}}]}}, "limit": 5, "wants_vectors": True,
        "fields_referenced": ["dept"],
        "sent": {"method": "POST", "path": f"{P}/query", "query": {"timeout": "5"}, "body": {
            "query": 7, "limit": 5, "with_vector": True, "filter": {"must": [{"key": "dept", "match": {"value": "a"}}]}}},
    }  # fmt: skip


def test_what_is_refused_says_its_code_and_ends_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    for words, refused in (
        (("GET", "/nope"), "route.unknown"),
        (("GET", "//healthz"), "path.odd"),
        (("POST", f"{P}/count"), "body.unreadable"),
    ):
        code, said = run(capsys, "--db", "qdrant", *words)
        assert (code, said["refused"]) == (2, refused)
        assert said["reason"]


def test_a_batch_tells_what_it_does_besides(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = tmp_path / "body"
    body.write_text('{"operations":[{"delete":{"points":[1]}},{"upsert":{"points":[{"id":2,"vector":[1]}]}}]}')
    _, said = run(capsys, "--db", "qdrant", "POST", f"{P}/batch", "--body", str(body))
    assert (said["kind"], said["ids"]) == ("delete_ids", [1, 2])
    assert said["also"] == [{"kind": "upsert", "danger": 3, "collections": ["people"]}]


def test_all_collections_and_tenants_of_a_document_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = tmp_path / "body"
    body.write_text('{"query": "{Get{a:Person(tenant:\\"t1\\"){name} b:Person(tenant:\\"t2\\"){name} Note{text}}}"}')
    _, said = run(capsys, "--db", "weaviate", "POST", "/v1/graphql", "--body", str(body))
    assert (said["collections"], said["tenant"]) == (["Person", "Note"], "t1")
    assert [(one["collections"], one["tenant"]) for one in said["also"]] == [(["Person"], "t2"), (["Note"], None)]


def test_chroma_is_told_the_same_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body, where = tmp_path / "body", "/api/v2/tenants/t/databases/d/collections/0f8fad5b-d9cb-469f-a165-70867728950e"
    body.write_text(
        '{"where":{"$and":[{"a":1},{"b":{"$gt":2}}]},"where_document":{"$contains":"x"},"include":["embeddings"],"limit":3}'
    )
    code, said = run(capsys, "--db", "chroma", "POST", f"{where}/get", "--body", str(body), "--collection", "articles")
    assert code == 0
    assert said == {
        "operation": "collection_get", "kind": "list_scan", "danger": 2, "collections": ["articles"], "tenant": "t", "ids": [],
        "filter": {"/where": {"$and": [{"a": 1}, {"b": {"$gt": 2}}]}, "/where_document": {"$contains": "x"}}, "limit": 3,
        "wants_vectors": True, "fields_referenced": ["a", "b", "#document"],
    }  # fmt: skip


def test_a_body_is_unpacked_as_its_header_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = tmp_path / "body"
    body.write_bytes(gzip.compress(b'{"limit":3}'))
    words = ("--db", "qdrant", "POST", f"{P}/scroll", "--body", str(body), "--header")
    assert run(capsys, *words, "Content-Encoding: gzip")[1]["limit"] == 3
    assert run(capsys, *words, "Content-Encoding: br")[1]["refused"] == "body.unreadable"
    assert run(capsys, *words, "Content-Type: text/plain")[1]["refused"] == "body.unreadable"


def test_lines_are_told_one_by_one_and_their_answers_with_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        {"method": "POST", "path": f"{P}/query", "query": "", "content_type": "application/json", "request": {"json": {"query": [1]}},
         "status": 200, "answer": {"json": {"result": {"points": [{"id": 1, "score": 1, "vector": [1], "payload": {"a": "x"}}]}}}},
        {"method": "GET", "path": "/nope", "query": "", "content_type": "", "request": None, "answer": None},
        {"method": "POST", "path": f"{P}/count", "query": "", "content_type": "application/json", "request": {"text": "{}"}, "answer": {"text": "x"}},
        {"method": "POST", "path": f"{P}/scroll", "query": "", "content_type": "application/json", "request_headers": ["content-encoding"],
         "request": {"base64": base64.b64encode(gzip.compress(b'{"limit":3}')).decode()}},
        "no call",
    ]  # fmt: skip
    page = tmp_path / "lines"
    page.write_text("\n".join(map(json.dumps, lines)))
    assert main(["classify", "--db", "qdrant", "--batch", str(page)]) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert said[0]["answer"] == {
        "texts": ["/result/points/0/payload/a"],
        "ids": ["/result/points/0/id"],
        "vectors": ["/result/points/0/vector"],
        "scores": ["/result/points/0/score"],
        "errors": [],
    }
    assert said[1]["refused"] == "route.unknown"
    assert said[2]["kind"] == "count"
    assert "answer" not in said[2]
    assert said[3]["limit"] == 3
    assert said[4]["refused"] == "line.unreadable"


def test_lines_of_calls_over_grpc_are_told_as_their_twins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        {"method": "/qdrant.Points/Count", "request": "CgZwZW9wbGUYAQ==", "status": "OK"},
        {"method": "/qdrant.StorageRead/ReadWhole", "request": "CgZwZW9wbGU=", "status": "OK"},
        {"method": "/grpc.health.v1.Health/Check", "request": "", "status": "OK"},
        {"method": "/qdrant.Points/Count", "request": "no message", "status": "OK"},
    ]
    page = tmp_path / "lines"
    page.write_text("\n".join(map(json.dumps, lines)))
    assert main(["classify", "--db", "qdrant", "--batch", str(page)]) == 0
    count, files, health, none = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (count["kind"], count["collections"]) == ("count", ["people"])
    assert files["refused"] == "route.refused"
    assert health == {"answered": "by the gateway itself, whoever asks"}
    assert none["refused"] == "line.unreadable"
    assert main(["classify", "--db", "chroma", "--batch", str(page)]) == 0
    assert {json.loads(line)["refused"] for line in capsys.readouterr().out.splitlines()} == {"line.unreadable"}


def test_a_body_of_which_a_line_holds_the_beginning_only_is_no_call(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "lines"
    page.write_text(json.dumps({"method": "POST", "path": f"{P}/count", "request": {"cut": 40, "text": '{"exact":'}}))
    assert main(["classify", "--db", "qdrant", "--batch", str(page)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["refused"], said["reason"]) == (
        "line.unreadable",
        "the line holds no more than the beginning of its body",
    )


def test_a_line_that_is_nested_too_deep_is_told_and_the_others_as_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deep, page = "[" * 100_000 + "]" * 100_000, tmp_path / "lines"
    answered = f'{{"method": "POST", "path": "{P}/scroll", "request": {{"json": {{"limit": 3}}}}, "answer": {{"json": {"[" * 4000}{"]" * 4000}}}}}'
    page.write_text(f'{deep}\n{answered}\n{{"method": "GET", "path": "/"}}\n')
    assert main(["classify", "--db", "qdrant", "--batch", str(page)]) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one.get("refused") for one in said] == ["line.unreadable", "line.unreadable", None]
    assert said[0]["reason"] == said[1]["reason"] == "the line is nested too deep"


def test_a_line_that_tells_no_content_type_is_json_and_one_that_tells_none_was_sent_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "lines"
    line = {"method": "POST", "path": f"{P}/scroll", "request": {"json": {"limit": 3}}}
    page.write_text(
        "\n".join(map(json.dumps, (line, line | {"content_type": ""}, line | {"request": {"base64": "!!"}})))
    )
    assert main(["classify", "--db", "qdrant", "--batch", str(page)]) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert said[0]["limit"] == 3
    assert [one["refused"] for one in said[1:]] == ["body.unreadable", "line.unreadable"]


def test_what_is_no_database_or_no_call_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["classify", "--db", "nope", "GET", "/"]) == 1
    assert main(["classify", "--db", "qdrant", "--batch", "x", "GET", "/"]) == 2
    assert main(["classify", "--db", "qdrant"]) == 2
    assert "METHOD and PATH" in capsys.readouterr().err
