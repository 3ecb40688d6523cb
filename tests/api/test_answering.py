"""Who answers what is asked for: as the rule says it of these terms; nobody, and then it cannot be asked; or a condition."""

import asyncio
from typing import Any

import pytest

from access.conftest import MakeAccess, make_access, valkey
from api.test_access import code
from support.fakes.approvals import ALICE, BOB, person, wide
from support.fakes.gates import FakePart
from vecgate.api.access import Desk
from vecgate.api.answering import answering
from vecgate.api.debrief import acknowledge
from vecgate.api.own import nothing_known
from vecgate.domain.approval import Circle
from vecgate.domain.grant import Terms
from vecgate.domain.principal import Principal
from vecgate.policy.load import from_texts
from vecgate.policy.rules.offers import offer
from vecgate.refusals.errors import CallRefused

__all__ = ["make_access", "valkey"]

RULES = """version: 1
collections:
  one: {patterns: [tickets], owners: {users: [bob]}}
rules:
  - name: may-look
    who: anyone
    where: {collections: ["*"]}
    operations: [search]
    effect: request
    mask: unsafe-nothing
    approvers: {stages: [{owners: true}]}
    grant: {longest: 8h, pending: 2h, starts: first_use}
"""
POLICIES = from_texts({"p.yaml": RULES})
PARTS = FakePart(policies=FakePart(current=POLICIES))


def test_owners_are_people_once_it_is_known_what_is_asked_for() -> None:
    found = offer(POLICIES.asking.values(), ALICE, Terms("db", ("search",), ("tickets",), 60.0, ""))
    assert found is not None
    asking = answering(PARTS, ALICE, found)  # type: ignore[arg-type]
    assert [stage.circle for stage in asking.approvers.stages] == [Circle((), ("bob",))]
    assert (asking.pending, asking.starts, asking.named) == (7200.0, "first_use", found.rule.approvers)


def test_what_nobody_answers_cannot_be_asked() -> None:
    found = offer(POLICIES.asking.values(), ALICE, Terms("db", ("search",), ("notes",), 60.0, ""))
    assert found is not None
    with pytest.raises(CallRefused) as caught:
        answering(PARTS, ALICE, found)  # type: ignore[arg-type]
    assert caught.value.refusal.code == "access.nobody"


BY_ITSELF = """version: 1
mask_profiles: {careful: {default: replace}, lax: {default: replace, entities: {EMAIL: keep}}}
rules:
  - name: may-look
    who: {groups: [analysts]}
    where: {collections: ["tickets*"]}
    operations: [read]
    effect: request
    mask: careful
    grant: {longest: 8h, masks: [lax], pending: 1h}
    approvers:
      groups: [data-owners]
      automatic:
        - {name: tried, answer: approve, masks: [lax], shadow: true}
        - {name: long, answer: deny, over: {for: 4h}}
        - {name: short, answer: approve, masks: [careful], up_to: {for: 1h, records: 50}}
"""
WISH: dict[str, Any] = {
    "upstream": "db",
    "operations": ["search"],
    "collections": ["tickets"],
    "for": "1h",
    "records": 50,
    "reason": "r",
}


class People:
    """Everybody at one desk."""

    def __init__(self, parts: Any) -> None:
        policies = FakePart(current=from_texts({"p.yaml": BY_ITSELF}))
        self.parts = FakePart(access=parts, policies=policies, things=nothing_known, upstreams=("db",))

    def __call__(self, who: Principal) -> Desk:
        return Desk(self.parts, who)  # type: ignore[arg-type]

    async def ask(self, who: Principal = ALICE, **more: Any) -> Any:
        return await self(who).ask("", WISH | more)


@pytest.fixture
async def at(make_access: MakeAccess) -> People:
    return People(await make_access())


async def test_a_condition_says_yes_and_no_and_a_shadow_what_it_would(at: People) -> None:
    desk = at(ALICE)
    done: Any = await desk.ask("", WISH)
    assert (done["state"], done["automatic"], done["approvals"]) == ("granted", "short", [])
    assert [event for event, _ in desk.events] == ["access.asked", "access.decided"]
    assert [grant.id for grant in at.parts.access.live.of(ALICE.key)] == [done["id"]]
    desk = at(ALICE)
    assert await code(desk.ask("", WISH | {"for": "5h"})) == "access.auto_denied"
    assert [(event, told["state"], told["ended_by"]) for event, told in desk.events] == [
        ("access.asked", "denied", "rule 'may-look'"), ("access.decided", "denied", "rule 'may-look'")
    ]  # fmt: skip
    tried = await at.ask(mask="lax")
    assert (tried["state"], tried["would"]) == ("pending", "")  # it is for those who answer
    seen: Any = await at(BOB).show(tried["id"], {})
    assert seen["would"] == "'tried' would approve it"


async def test_one_at_a_time_however_many_ask_at_once_and_under_whichever_login(at: People) -> None:
    double = person("alice-2", "analysts", user=wide("alice"))
    done = await asyncio.gather(*(at.ask(who) for who in (ALICE, double, ALICE, double, ALICE)))
    assert sorted(one["state"] for one in done) == ["granted", *["pending"] * 4]
    seen: Any = await at(BOB).show(next(one["id"] for one in done if one["state"] == "pending"), {})
    assert seen["would"] == "'short' would approve it, but they have one that nobody agreed to"


async def test_while_a_debrief_is_unread_a_person_answers(at: People) -> None:
    first = await at.ask()
    await at(ALICE).end(first["id"], {})
    for reader in (ALICE, BOB):
        waits = await at.ask()
        assert waits["state"] == "pending"
        await at(ALICE).withdraw(waits["id"], {})
        await acknowledge(at(reader), first["id"], {})
    assert (await at.ask())["state"] == "granted"


async def test_more_time_is_agreed_to_by_a_person(at: People) -> None:
    first = await at.ask()
    more: Any = await at(ALICE).extend(first["id"], {"for": "1h", "reason": "more"})
    assert (more["state"], more["records"]) == ("pending", 50)


async def test_what_begins_later_and_without_a_budget_is_not_a_trick(at: People) -> None:
    unlimited = {name: value for name, value in WISH.items() if name != "records"}
    assert (await at(ALICE).ask("", unlimited))["state"] == "pending"  # type: ignore[index, call-overload]
