"""How far a held call reaches, on a terminal."""

from typing import Any

from vecgate.cli.requests.shown import details, rows

REQUEST: dict[str, Any] = {
    "id": "r1", "state": "pending", "requester": "alice", "why": "", "upstream": "db", "rule": "asks", "operation": "collection_drop",
    "effect": "destroys 3 of 4 in old", "things": [], "samples": [], "share": 0.75, "would": "", "collections": ["old"], "aliases": ["live\x1b", "mirror"],
    "last_used": [{"collection": "old", "at": 1_700_000_000 // 3600 * 3600, "by": "carol"}], "method": "DELETE", "path": "/collections/old",
    "approver_issuers": [], "stages": [{"name": "", "asked": "1 of owners", "needed": 1, "state": "waiting"}], "approvals": [],
    "ended_by": "", "reason": "", "seconds_left": 61.0, "yours": False, "may_decide": True, "body": None, "bound": None, "steps": [],
}  # fmt: skip


def test_share_names_and_last_use_have_a_line_each() -> None:
    said = dict(line.split("  ", 1) for line in details(REQUEST) if "  " in line)
    assert said["share"].strip() == "75.00% of the records there are"
    assert said["aliases"].strip() == "live\N{REPLACEMENT CHARACTER}, mirror"
    assert said["last read"].strip() == "old in the hour of 2023-11-14 22:00 UTC, by carol"


def test_what_is_not_told_has_no_line() -> None:
    own = REQUEST | {"share": None, "collections": [], "aliases": None, "last_used": None}
    assert not [line for line in details(own) if line.startswith(("share", "collections", "aliases", "last read"))]


def test_who_ended_it_is_a_person_or_the_call_that_went_through() -> None:
    assert "ended by     bob" in details(REQUEST | {"state": "denied", "ended_by": "bob"})
    assert "ended by     call d1275e" in details(REQUEST | {"state": "used", "ended_by": "d1275e"})


def test_what_can_be_left_out_is_what_is_left_of_it_and_only_while_it_waits() -> None:
    can = REQUEST | {"narrowable": {"ids": ["r1", "r2", "r3"]}}
    assert "can leave    'approve --narrow' with --only or --without r1, r2, r3" in details(can)
    less = can | {"narrowed": {"ids": ["r1", "r3"]}}
    assert "can leave    'approve --narrow' with --only or --without r1, r3" in details(less)
    assert not [line for line in details(less | {"state": "approved"}) if line.startswith("can leave")]


def test_what_its_caller_wrote_neither_hides_nor_makes_up_a_line() -> None:
    ids = ["i" * 3_000, "r2"]
    held = REQUEST | {
        "samples": ids,
        "narrowable": {"ids": ids},
        "body": {"id": "a\u2028  approvers    nobody\x85b\x0b"},
    }
    lines = details(held)
    assert max(map(len, lines)) < 300
    assert any(line.startswith("such as") and line.endswith("i..., r2") for line in lines)
    assert [line for line in lines if "nobody" in line] == [
        '    "id": "a\N{REPLACEMENT CHARACTER}  approvers    nobody\N{REPLACEMENT CHARACTER}b\\u000b"'
    ]


def test_nothing_waits() -> None:
    assert rows([]) == ["No requests."]
    assert "1m 01s" in rows([REQUEST])[1]
