"""All of a person, a collection or a rule: each is ended by whom may say no to it; what was not, and why, is said."""

from dataclasses import replace
from typing import Any

import pytest

from access.conftest import MakeAccess, make_access, valkey
from api.test_access import RULES, WISH, People, code
from support.fakes.approvals import ALICE, BOB, CAROL, MALLORY, wide
from vecgate.api.ending import revoke_all
from vecgate.domain.principal import Principal
from vecgate.policy.load import from_texts

__all__ = ["make_access", "valkey"]

OTHERS = """
  - name: others-look
    who: anyone
    where: {collections: ["tickets*", "bills"]}
    operations: [count]
    effect: request
    mask: unsafe-nothing
    approvers: {groups: [auditors]}
    grant: {longest: 8h}
"""
ERIN = replace(BOB, user="erin", subject="erin", groups=frozenset({"auditors"}))


@pytest.fixture
async def at(make_access: MakeAccess) -> People:
    people = People(await make_access())
    people.parts.upstreams = ("db", "other")
    people.parts.policies.current = from_texts({"p.yaml": RULES.replace("COUNT", "1") + OTHERS})
    return people


async def asks(at: People, who: Principal = ALICE, by: Principal | None = BOB, **over: Any) -> str:
    asked: Any = await at(who).ask("", {**WISH, **over})
    if by is not None:
        await at(by).approve(asked["id"], {})
    return str(asked["id"])


async def ended(at: People, who: Principal = BOB, **what: str) -> Any:
    return await revoke_all(at(who), "", {"reason": "INC-9", **what})


async def test_all_of_a_person_is_ended_and_what_waits_is_denied(at: People) -> None:
    first, second = await asks(at), await asks(at, by=None, collections=["tickets-eu"])
    carols = await asks(at, CAROL, ERIN, operations=["count"])
    for said in ({"user": wide("ALICE")}, {"user": ALICE.key}):
        found = await ended(at, **said)
        hows = {one["id"]: (one["how"], one["ended_by"], one["why"]) for one in found["ended"]}
        wanted = {first: ("revoked", "bob", "INC-9"), second: ("denied", "bob", "INC-9")}
        assert hows == (wanted if said["user"] != ALICE.key else {})  # the second time there is nothing left
        assert (found["kept"], found["others"]) == ([], 0)
    assert (await at(ERIN).show(carols, {}))["state"] == "granted"  # type: ignore[index, call-overload]


async def test_what_only_others_may_answer_is_counted_and_ones_own_is_named(at: People) -> None:
    alices, others = await asks(at), await asks(at, ALICE, ERIN, operations=["count"], collections=["bills"])
    bobs = await asks(at, BOB, ERIN, operations=["count"])
    found = await ended(at, collection="db/tickets")
    assert [one["id"] for one in found["ended"]] == [alices]
    assert found["kept"] == [{"id": bobs, "holder": "bob", "why": "access.not_approver"}]
    assert (await ended(at, user="alice"))["others"] == 1
    assert await ended(at, MALLORY, user="alice") == {"ended": [], "kept": [], "others": 0}  # who answers nothing
    assert [one["id"] for one in (await ended(at, ERIN, user="alice"))["ended"]] == [others]


@pytest.mark.parametrize(
    ("what", "is_ended"),
    [
        ({"collection": "db/tickets"}, True),
        ({"collection": "db/tickets-eu"}, True),  # of which the pattern is
        ({"collection": "db/bills"}, False),
        ({"collection": "other/tickets"}, False),
        ({"rule": "may-look"}, True),
        ({"rule": "others-look"}, False),
        ({"user": "alic"}, False),
    ],
)
async def test_what_is_meant(at: People, what: dict[str, str], is_ended: bool) -> None:
    await asks(at, collections=["tickets*"])
    assert len((await ended(at, **what))["ended"]) == is_ended


async def test_an_extension_goes_with_it_and_each_is_told_once(at: People) -> None:
    id = await asks(at)
    more: Any = await at(ALICE).extend(id, {"for": "1h"})
    desk = at(BOB)
    found: Any = await revoke_all(desk, "", {"reason": "enough", "rule": "may-look"})
    assert {one["id"]: one["how"] for one in found["ended"]} == {id: "revoked", more["id"]: "denied"}
    assert found["kept"] == []
    assert sorted((event, told["id"]) for event, told in desk.events) == sorted(
        [("access.ended", id), ("access.decided", more["id"])]
    )


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"user": "alice"}, "access.why"),
        ({"user": "alice", "reason": " "}, "access.why"),
        ({"reason": "r"}, "body.unreadable"),
        ({"reason": "r", "user": "alice", "rule": "may-look"}, "body.unreadable"),
        ({"reason": "r", "user": " "}, "body.unreadable"),
        ({"reason": "r", "user": 7}, "body.unreadable"),
        ({"reason": "r", "collection": "tickets"}, "body.unreadable"),
        ({"reason": "r", "collection": "nowhere/tickets"}, "body.unreadable"),
        ({"reason": "r", "everything": True}, "body.unreadable"),
    ],
)
async def test_one_thing_is_named_with_a_reason(at: People, said: dict[str, Any], refusal: str) -> None:
    assert await code(revoke_all(at(BOB), "", dict(said))) == refusal
