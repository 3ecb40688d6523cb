"""What a rule lets one ask for is told with a request; a rule that is gone, or narrower by now, is told, too."""

from typing import Any

import pytest

from access.conftest import MakeAccess, make_access, valkey
from support.fakes.approvals import ALICE, BOB, MALLORY
from support.fakes.gates import FakePart
from vecgate.api.access import Desk
from vecgate.api.against import by_name, of_access, offers, told
from vecgate.api.own import nothing_known
from vecgate.policy.load import from_texts
from vecgate.refusals.errors import CallRefused

__all__ = ["make_access", "valkey"]

RULES = """
version: 1
rules:
  - name: may-look
    description: while a ticket is open
    who: {groups: [analysts]}
    where: {collections: ["tickets*"], upstreams: ["d*"]}
    operations: [read]
    effect: request
    mask: unsafe-nothing
    approvers: {groups: [data-owners]}
    grant: {longest: 8h, records: 500, ticket: required}
  - name: ask-first
    who: anyone
    where: {collections: ["tickets*"]}
    operations: [delete]
    effect: hold
    mask: unsafe-nothing
    approvers: {groups: [data-owners], above: 10}
"""
WISH: dict[str, Any] = {
    "upstream": "db", "operations": ["search"], "collections": ["tickets"], "for": "2h", "reason": "r", "ticket": "T",
}  # fmt: skip
POLICIES = from_texts({"p.yaml": RULES})


def test_what_a_rule_lets_one_ask_for() -> None:
    rule = by_name(POLICIES, "may-look")
    assert rule
    assert offers(rule, ("db", "other", "dc")) == {
        "operations": ["aggregate", "count", "list_scan", "read_ids", "search"],
        "upstreams": ["db", "dc"],
        "seconds": 28800.0,
        "records": 500,
        "opened": None,
        "masks": ["unsafe-nothing"],
        "reason": True,
        "ticket": True,
        "answered_by": "1 of data-owners",
    }
    assert told(rule, ())["where"] == {"upstreams": ["d*"], "collections": ["tickets*"]}
    held = by_name(POLICIES, "ask-first")
    assert held
    assert (told(held, ())["offers"], told(held, ())["above"]) == (None, 10)
    assert by_name(POLICIES, "gone") is None


async def test_what_was_asked_beside_its_rule(make_access: MakeAccess) -> None:
    parts = FakePart(
        access=await make_access(), policies=FakePart(current=POLICIES), things=nothing_known, upstreams=("db",)
    )
    asked: Any = await Desk(parts, ALICE).ask("", WISH)  # type: ignore[arg-type]
    desk = Desk(parts, BOB)  # type: ignore[arg-type]
    said: Any = await of_access(desk, asked["id"], {})
    assert (said["there"], said["about"], said["more"]) == (True, "while a ticket is open", [])
    parts.policies.current = from_texts({"p.yaml": RULES.replace("8h", "1h")})
    said = await of_access(desk, asked["id"], {})
    assert (said["offers"]["seconds"], said["more"]) == (3600.0, ["for"])
    parts.policies.current = from_texts({"p.yaml": RULES.replace("may-look", "may-see")})
    assert await of_access(desk, asked["id"], {}) == {"rule": "may-look", "there": False, "changed": None, "more": []}
    with pytest.raises(CallRefused) as caught:
        await of_access(Desk(parts, MALLORY), asked["id"], {})  # type: ignore[arg-type]
    assert caught.value.refusal.code == "access.unknown"
