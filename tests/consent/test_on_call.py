"""Who is on call: exactly those whom a fresh file of ours names, and nobody in any doubt."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from support.fakes.approvals import ALICE
from vecgate.consent.on_call import LONGEST, OnCall
from vecgate.domain.approval import Approvers, Circle
from vecgate.policy.load import from_texts
from vecgate.policy.rules.whom import Nobody, asked
from vecgate.settings.approvals import OnCallFile

NOW = 1795874400.0  # 2026-11-28T14:00Z
FRESH: dict[str, Any] = {"at": "2026-11-28T13:30:00Z", "people": ["dora", "https://login.example#carol"]}


def people(file: Path, said: Any = FRESH, mode: int = 0o600) -> tuple[str, ...]:
    file.write_text(said if isinstance(said, str) else json.dumps(said), "utf-8")
    file.chmod(mode)
    return OnCall({"night": OnCallFile(file=file, good_for=3600)}, lambda: NOW).people("night")


def test_those_are_on_call_whom_it_names(tmp_path: Path) -> None:
    assert people(tmp_path / "f") == ("dora", "https://login.example#carol")
    assert people(tmp_path / "f", mode=0o644) == ("dora", "https://login.example#carol")


@pytest.mark.parametrize(
    ("said", "mode"),
    [
        (FRESH | {"at": "2026-11-28T12:59:59Z"}, 0o600),
        (FRESH | {"at": "2026-11-28T14:02:00Z"}, 0o600),
        (FRESH | {"at": "2026-11-28T13:30:00"}, 0o600),
        (FRESH | {"at": 1795874400}, 0o600),
        (FRESH | {"people": "dora"}, 0o600),
        (FRESH | {"people": ["dora", ""]}, 0o600),
        (FRESH | {"people": ["dora "]}, 0o600),
        (FRESH | {"people": [7]}, 0o600),
        (FRESH | {"more": 1}, 0o600),
        ({"people": ["dora"]}, 0o600),
        ('{"at": "2026-11-28T13:30:00Z", "people": ["dora"], "people": ["mallory"]}', 0o600),
        ("[]", 0o600),
        ("", 0o600),
        (" " * (LONGEST + 1), 0o600),
        (FRESH, 0o620),
        (FRESH, 0o602),
    ],
    ids=[f"case-{n}" for n in range(16)],
)
def test_nobody_is_where_there_is_a_doubt(tmp_path: Path, said: Any, mode: int) -> None:
    assert people(tmp_path / "f", said, mode) == ()


def test_nobody_is_by_another_name_without_a_file_or_behind_a_link_or_a_pipe(tmp_path: Path) -> None:
    people(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "pipe", 0o600)
    files = {name: OnCallFile(file=tmp_path / name) for name in ("link", "gone", "pipe", ".")}
    on_call = OnCall(files, lambda: NOW)
    assert [on_call.people(name) for name in (*files, "other")] == [()] * 5


RULE = """version: 1
rules:
  - name: r
    who: anyone
    where: anywhere
    operations: [delete]
    effect: hold
    mask: unsafe-nothing
    approvers: {stages: [{on_call: [night], FALLBACK}]}
"""


def circle(fallback: str, *named: str) -> Circle:
    policies = from_texts({"p.yaml": RULE.replace("FALLBACK", fallback)})
    approvers = policies.rules[0].approvers
    assert approvers is not None
    found: Approvers = asked(approvers, policies, ALICE, ["tickets"], 1, lambda name: named if name == "night" else ())
    return found.stages[0].circle


def test_where_nobody_else_is_on_call_others_are_asked_and_the_stage_is_never_left_out() -> None:
    assert circle("fallback: {groups: [leads]}", "dora") == Circle((), ("dora",))
    assert circle("fallback: {groups: [leads]}", "alice", "dora") == Circle((), ("dora",))
    for named in ((), ("alice",), ("ALICE",), (ALICE.key,)):
        assert circle("fallback: {groups: [leads]}", *named) == Circle(("leads",))
        with pytest.raises(Nobody):
            circle("need: any", *named)
