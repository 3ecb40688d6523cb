"""What `vecgate leases` prints, and what it makes of an answer that is not the gateway's."""

from typing import Any

import pytest

from vecgate.cli import main

LEASE = {
    "id": "qdrant.4711", "user": "eve\x1b[2J", "upstream": "docs", "kind": "qdrant_jwt", "role": "docs", "reach": "read",
    "collections": ["people", "tickets"], "issued": 0, "ends": 60, "revocable": False,
}  # fmt: skip


def test_it_lists_what_is_out(answers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    asked = answers({"leases": [LEASE]})
    assert main(["leases", "list"]) == 0
    assert asked == [("GET", "/.vecgate/v1/leases")] or asked[0][:2] == ("GET", "/.vecgate/v1/leases")
    said = capsys.readouterr().out
    assert "docs: read of people, tickets  qdrant_jwt, role docs  until 00:01:00 UTC  qdrant.4711" in said
    assert "\x1b" not in said
    answers({"leases": []})
    assert main(["leases", "list"]) == 0
    assert "nothing is out" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "body"),
    [
        (["--id", "qdrant.4711"], {"id": "qdrant.4711"}),
        (["--user", "eve"], {"user": "eve"}),
        (["--upstream", "docs"], {"upstream": "docs"}),
        (["--everything"], {"everything": True}),
    ],
)
def test_it_ends_those_that_are_named(
    answers: Any, capsys: pytest.CaptureFixture[str], words: list[str], body: dict[str, object]
) -> None:
    asked = answers({"revoked": [LEASE]})
    assert main(["leases", "revoke", *words]) == 0
    assert asked == [("POST", "/.vecgate/v1/leases/revoke", body)]
    assert "ended, on every worker" in capsys.readouterr().out
    assert main(["leases", "revoke", *words, "--json"]) == 0
    assert '"revoked"' in capsys.readouterr().out


@pytest.mark.parametrize("tree", [None, [], {}, {"leases": [1]}, {"leases": [{"user": "eve"}]}])
def test_another_answer_is_told(answers: Any, capsys: pytest.CaptureFixture[str], tree: Any) -> None:
    answers(tree)
    assert main(["leases", "list"]) == 1
    assert "has another form" in capsys.readouterr().err
