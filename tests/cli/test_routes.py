"""Does `vecgate routes` list what a database's calls are?"""

import json

import pytest

from vecgate import dialects
from vecgate.cli import main


@pytest.mark.parametrize("name", dialects.names())
def test_every_route_is_listed_both_ways(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["routes", "--db", name, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["method"], row["path"]) for row in rows] == [(r.method, r.path) for r in dialects.load(name).routes]
    assert main(["routes", "--db", name]) == 0
    table = capsys.readouterr().out.splitlines()
    assert len(table) == len(rows) + 1
    assert table[0].split() == [
        "METHOD",
        "PATH",
        "OPERATION",
        "KIND",
        "DANGER",
        "GROUP",
        "PASSES",
        "ROWS",
        "UNGUARDED",
        "WHY",
    ]


def test_a_row_says_what_passes(capsys: pytest.CaptureFixture[str]) -> None:
    main(["routes", "--db", "qdrant", "--format", "json"])
    rows = {row["operation"]: row for row in json.loads(capsys.readouterr().out)}
    assert (rows["query_points"]["passes"], rows["get_snapshot"]["passes"], rows["dashboard"]["passes"]) == (
        "yes",
        "raw",
        "no",
    )
    assert "nobody here can look into" in rows["recover_from_uploaded_snapshot"]["why"]
    assert rows["update_aliases"] | {"source": ""} == {
        "method": "POST", "path": "/collections/aliases", "operation": "update_aliases", "kind": "alias", "group": "schema",
        "danger": 4, "passes": "yes", "rows": "refused", "unguarded": [], "why": "", "query": ["timeout"], "body": True, "source": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "operation", "rows"),
    [
        ("chroma", "collection_get", "kept"),
        ("chroma", "heartbeat", "whole"),
        ("chroma", "collection_search", "refused"),
        ("qdrant", "query_points", "kept"),
        ("qdrant", "get_collection", "whole"),
        ("qdrant", "telemetry", "refused"),
    ],
)
def test_a_row_says_what_becomes_of_a_call_where_a_rule_opens_some_rows(
    name: str, operation: str, rows: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["routes", "--db", name, "--format", "json"])
    assert {row["operation"]: row["rows"] for row in json.loads(capsys.readouterr().out)}[operation] == rows


def test_a_database_that_is_not_known_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["routes", "--db", "nope"]) == 1
    assert "chroma" in capsys.readouterr().err
