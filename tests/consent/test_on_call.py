"""Who is on call: exactly those whom a fresh file of ours names, and nobody in any doubt."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from support.fakes.approvals import ALICE
from support.tools.every import every
from vecgate.consent.on_call import LONGEST, OnCall
from vecgate.domain.approval import Approvers, Circle
from vecgate.parsing.webhooks import Message, NotGenuine, Secret
from vecgate.policy.load import from_texts
from vecgate.policy.rules.whom import Nobody, asked
from vecgate.refusals.errors import SettingsError
from vecgate.settings import approvals as settings

NOW = 1795874400.0  # 2026-11-28T14:00Z
SECRET, OTHER = ("whsec_" + base64.b64encode(bytes([n]) * 32).decode() for n in range(2))
FRESH_PEOPLE = ("dora", "https://login.example#carol")
FRESH: dict[str, Any] = {"at": "2026-11-28T13:30:00Z", "people": [*FRESH_PEOPLE]}


def people(file: Path, said: Any = FRESH, mode: int = 0o600) -> tuple[str, ...]:
    file.write_text(said if isinstance(said, str) else json.dumps(said), "utf-8")
    file.chmod(mode)
    return OnCall({"night": settings.OnCall(file=file, good_for=3600)}, lambda: NOW).people("night")


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
    files = {name: settings.OnCall(file=tmp_path / name) for name in ("link", "gone", "pipe", ".")}
    on_call = OnCall(files, lambda: NOW)
    assert [on_call.people(name) for name in (*files, "other")] == [()] * 5


TOLD: dict[str, Any] = FRESH | {"name": "night"}


def message(said: Any = TOLD, key: str = SECRET) -> Message:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return Message("msg_1", 1, Secret.of(key, "x").signature("msg_1", 1, body), body)


def hooked(tmp_path: Path, now: float = NOW, **more: str) -> OnCall:
    sources = {}
    for name, key in ({"night": SECRET} | more).items():
        (tmp_path / name).write_text(key)
        (tmp_path / name).chmod(0o600)
        sources[name] = settings.OnCall(secret_file=tmp_path / name, good_for=3600)
    return OnCall(sources, lambda: now)


def test_what_a_webhook_says_counts_while_it_is_fresh_and_the_newest(tmp_path: Path) -> None:
    on_call = hooked(tmp_path)
    assert on_call.people("night") == ()
    assert on_call.take("night", said := on_call.proven("night", message()))
    assert on_call.people("night") == FRESH_PEOPLE
    assert not on_call.take("night", said)
    older = on_call.proven("night", message(TOLD | {"at": "2026-11-28T13:29:59Z", "people": ["mallory"]}))
    assert not on_call.take("night", older)
    assert on_call.people("night") == FRESH_PEOPLE
    late = hooked(tmp_path, NOW + 3600)
    late.take("night", late.proven("night", message()))
    assert late.people("night") == ()


@every(
    "said",
    [
        TOLD | {"name": "day"},
        FRESH,
        TOLD | {"at": "2026-11-28T14:02:00Z"},
        TOLD | {"at": "2026-11-28T13:30:00"},
        TOLD | {"at": 1795874400},
        TOLD | {"people": "dora"},
        TOLD | {"people": ["dora "]},
        TOLD | {"more": 1},
        [],
        b"",
        b'{"name":"night","at":"2026-11-28T13:30:00Z","people":["dora"],"people":["mallory"]}',
        json.dumps(TOLD).encode("utf-16"),
        b" " * LONGEST + json.dumps(TOLD).encode(),
    ],
)
def test_what_is_signed_and_says_something_else_is_not_taken(tmp_path: Path, said: Any) -> None:
    with pytest.raises(NotGenuine):
        hooked(tmp_path).proven("night", message(said))


def test_a_webhook_is_of_its_own_key_and_name(tmp_path: Path) -> None:
    on_call = hooked(tmp_path, day=SECRET, other=OTHER)
    for name, one in (
        ("night", message(key=OTHER)),
        ("other", message(key=OTHER)),
        ("day", message()),
        ("x", message()),
    ):
        with pytest.raises(NotGenuine) as caught:
            on_call.proven(name, one)
        if name in ("night", "x"):  # nobody has logged in: which names there are is not told
            assert str(caught.value) == "it is not signed by a key that the settings have for that name"
    assert on_call.told == {"night", "day", "other"}


def test_who_is_on_call_is_told_in_one_way(tmp_path: Path) -> None:
    for said in ({}, {"file": "f", "secret_file": "s"}, {"secret_file": "s", "public_key": "whpk_x"}):
        with pytest.raises(ValueError, match="in one way"):
            settings.OnCall.model_validate(said)
    with pytest.raises(SettingsError, match=r"approvals\.on_call\.night\.public_key"):
        OnCall({"night": settings.OnCall(public_key="whpk_x")}, lambda: NOW)


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
