"""vecgate access: what is typed becomes what is asked, and what is shown is fit for a terminal."""

import io
import json
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from support.fakes.approvals import ALICE, BOB
from support.fakes.granting import asked, granted
from vecgate.access.ledger import Entry
from vecgate.api.asked import document
from vecgate.cli import access, main
from vecgate.cli._gateway import Gateway

POLICIES = Path(__file__).parents[3] / "policies"
PENDING = document(Entry(1, asked(reason="look\x1b[2Jhere"), 1000.0), BOB)
GRANTED = document(Entry(2, granted(), 1000.0), ALICE)


class FakeGateway:
    """Writes down what it is asked, and answers with one document."""

    def __init__(self, answer: Any) -> None:
        self.answer, self.asked = answer, list[tuple[str, str, Any]]()

    def call(self, method: str, path: str, body: Any = None) -> Any:
        self.asked.append((method, path, body))
        if path == f"{access.API}/revoke":
            return {"ended": [self.answer], "kept": [], "others": 0}
        return {"access": [self.answer]} if path == access.API and method == "GET" else self.answer


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    made = FakeGateway(PENDING)
    monkeypatch.setattr(Gateway, "of", lambda *_: made)
    return made


REQUEST = "access request --upstream db --collection tickets --operations search,count --for 2h"


@pytest.mark.parametrize(
    ("words", "asks"),
    [
        ("access list", ("GET", access.API, None)),
        ("access show r1", ("GET", f"{access.API}/r1", None)),
        (
            f"{REQUEST} --collection notes --reason why --ticket T --records 5 --opened 2 --mask lax --tenant t",
            ("POST", access.API, {
                "upstream": "db", "operations": ["search", "count"], "collections": ["tickets", "notes"], "for": "2h",
                "reason": "why", "ticket": "T", "records": 5, "opened": 2, "mask": "lax", "tenant": "t",
            }),
        ),
        ("access break-glass --reason INC-9", ("POST", f"{access.API}/break-glass", {"reason": "INC-9"})),
        (
            "access break-glass --upstream db --for 30min --collection tickets --reason INC-9",
            ("POST", f"{access.API}/break-glass", {
                "upstream": "db", "for": "30min", "collections": ["tickets"], "reason": "INC-9",
            }),
        ),
        (
            "access review r1 --justified --reason fine",
            ("POST", f"{access.API}/r1/review", {"justified": True, "reason": "fine"}),
        ),
        (
            "access review r1 --unjustified --reason none",
            ("POST", f"{access.API}/r1/review", {"justified": False, "reason": "none"}),
        ),
        ("access approve r1 --yes", ("POST", f"{access.API}/r1/approve", {})),
        (
            "access approve r1 --yes --narrow --for 1h --operations count",
            ("POST", f"{access.API}/r1/approve", {"narrow": {"operations": ["count"], "for": "1h"}}),
        ),
        ("access deny r1 --reason no", ("POST", f"{access.API}/r1/deny", {"reason": "no"})),
        ("access revoke r1", ("POST", f"{access.API}/r1/revoke", {"reason": ""})),
        (
            "access revoke --user alice --reason INC-9",
            ("POST", f"{access.API}/revoke", {"user": "alice", "reason": "INC-9"}),
        ),
        ("access acknowledge r1", ("POST", f"{access.API}/r1/acknowledge", {})),
        ("access withdraw r1", ("POST", f"{access.API}/r1/withdraw", {})),
        ("access end r1", ("POST", f"{access.API}/r1/end", {})),
        ("access extend r1 --for 1h --reason more", ("POST", f"{access.API}/r1/extend", {"for": "1h", "reason": "more"})),
        ("access again r1", ("POST", f"{access.API}/r1/again", {})),
    ],
)  # fmt: skip
def test_what_is_typed_is_asked(gateway: FakeGateway, words: str, asks: Any) -> None:
    assert main(words.split()) == 0
    assert gateway.asked == [asks]


def test_a_request_is_filled_with_what_was_used_and_what_is_said_wins(
    gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = {"upstream": "db", "operations": ["search"], "collections": ["tickets"], "for": "900s", "mask": "strict"}
    debrief = {"next": used, "reason": "INC-7", "ticket": ""}
    sent: list[Any] = []

    def call(method: str, path: str, body: Any = None) -> Any:
        sent.append(body)
        return debrief if path == f"{access.API}/r1/debrief" else PENDING

    monkeypatch.setattr(gateway, "call", call)
    assert main(["access", "request", "--like", "r1", "--for", "2h", "--ticket", "T-2"]) == 0
    assert sent == [None, {**used, "for": "2h", "reason": "INC-7", "ticket": "T-2"}]
    debrief["next"] = None
    assert main(["access", "request", "--like", "r1"]) == 1
    assert len(sent) == 3


def test_a_time_is_sent_with_its_zone(gateway: FakeGateway) -> None:
    assert main([*REQUEST.split(), "--from", "2026-11-28T14:00"]) == 0
    assert gateway.asked[0][2]["from"].startswith("2026-11-28T14:00:00")
    assert gateway.asked[0][2]["from"][19] in "+-"
    assert main([*REQUEST.split(), "--from", "soon"]) == 2


@pytest.mark.parametrize(
    "words",
    [
        "access approve r1 --yes --for 1h",
        "access approve r1 --yes --narrow",
        "access again r1 --mask lax",
        "access revoke",
        "access revoke r1 --rule x",
        "access request --upstream db",
    ],
)
def test_what_says_two_things_is_called_off(gateway: FakeGateway, words: str) -> None:
    assert main(words.split()) == 1
    assert gateway.asked == []


@pytest.mark.parametrize(("typed", "code"), [("yes\n", 0), ("no\n", 1), ("", 1)])
def test_a_yes_is_asked_back(
    gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, code: int
) -> None:
    keys = io.StringIO(typed)
    keys.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdin", keys)
    assert main(["access", "approve", "r1"]) == code
    assert "Grant alice this?" in capsys.readouterr().err
    assert len(gateway.asked) == (2 if code == 0 else 1)


def test_what_others_wrote_is_fit_for_a_terminal(gateway: FakeGateway, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["access", "list"]) == 0
    assert main(["access", "show", "r1"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "may decide" in out
    assert "because      look" in out
    assert main(["access", "show", "r1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "r1"


def test_what_a_grant_would_let_through_is_explained(
    gateway: FakeGateway, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claims = tmp_path / "claims.json"
    claims.write_text('{"sub": "alice", "groups": ["data-owners"]}')
    rule = {"rule": "data-owners-ask-to-see-contacts", "upstream": "tickets-db", "mask": "contact"}
    gateway.answer = {**cast("dict[str, Any]", PENDING), **rule}
    asked = ["policy", "explain", "--folder", str(POLICIES), "--as", str(claims), "--operation", "search"]
    words = [*asked, "--upstream", "tickets-db", "--collection", "tickets-2024"]
    assert main(words) == 0
    assert "-> allow data-owners-work" in capsys.readouterr().out
    assert main([*words, "--grant", "r1"]) == 0
    out = capsys.readouterr().out
    assert "-> request data-owners-ask-to-see-contacts" in out
    assert "decides, as it was granted" in out
    assert "access:    r1 of alice, pending, at most 100 records; what follows is as if it were granted" in out
    gateway.answer = {**cast("dict[str, Any]", GRANTED), **rule}
    assert main([*words, "--grant", "r1"]) == 0
    assert "access:    r1 of alice, granted, 2h left, at most 100 records\n" in capsys.readouterr().out
    claims.write_text('{"sub": "carol", "groups": ["data-owners"]}')
    assert main([*words, "--grant", "r1"]) == 0
    out = capsys.readouterr().out
    assert "access:    r1 is alice's, and gives carol nothing" in out
    assert "-> allow data-owners-work" in out
    gateway.answer = {}
    assert main([*words, "--grant", "r1"]) == 1
