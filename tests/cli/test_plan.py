"""What `vecgate plan` reads in a file, and what it asks with that."""

from pathlib import Path
from typing import Any

import pytest

from cli.requests.test_shown import REQUEST
from vecgate.cli import main

CALLS = "- {method: POST, path: /a/points/delete, body: {filter: {must: [{key: n, match: {value: 1.5}}]}, x: null}}\n"
FIRST = {
    "method": "POST",
    "path": "/a/points/delete",
    "body": {"filter": {"must": ({"key": "n", "match": {"value": 1.5}},)}, "x": None},
}
STEP = {name: REQUEST[name] for name in ("things", "samples", "share", "collections", "aliases", "last_used", "bound", "body")} | {
    "step": 1, "stands": "next", "operation": "delete_filter", "effect": "deletes 3 of 4 in old", "upstream": "db", "rule": "asks",
    "method": "POST", "path": "/a\x1b", "target": "old", "touched": 3, "total": 4,
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words", "body"),
    [
        (CALLS, [], {"calls": (FIRST,)}),
        (f"calls:\n{CALLS}reason: INC-7\n", [], {"calls": (FIRST,), "reason": "INC-7"}),
        (f"calls:\n{CALLS}reason: INC-7\n", ["--reason", "x"], {"calls": (FIRST,), "reason": "x"}),
        ('{"calls": [{"method": "DELETE", "path": "/a"}]}', [], {"calls": ({"method": "DELETE", "path": "/a"},)}),
    ],
)
def test_a_file_is_asked_as_it_stands(
    answers: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: list[str], body: Any
) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(text)
    asked = answers(REQUEST | {"steps": [STEP]})
    assert main(["plan", *words, str(file)]) == 0
    assert asked == [("POST", "/.vecgate/v1/plans", body)]
    said = capsys.readouterr().out
    assert "step 1 (next): delete_filter deletes 3 of 4 in old" in said
    assert "POST /a\N{REPLACEMENT CHARACTER}" in said
    assert said.endswith("\nvecgate wait r1 -- COMMAND\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a plan is a list of calls"),
        ("calls: 7", "a plan is a list of calls"),
        ("calls: []\nwho: me", "a plan is a list of calls"),
        ("calls: [", "plan.yaml:"),
        ("calls: [{method: GET, method: PUT}]", "plan.yaml:1: "),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_plan_is_not_asked(
    answers: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, said: str
) -> None:
    file = tmp_path / "plan.yaml"
    if text is not None:
        file.write_text(text)
    asked = answers(REQUEST)
    assert main(["plan", str(file)]) == 1
    assert said in capsys.readouterr().err
    assert asked == []
