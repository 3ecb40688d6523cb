"""The desk: who sees what, and that what was asked under another rule is not granted. The rest goes through the path."""

from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

import pytest

from access.conftest import MakeAccess, make_access, valkey
from support.fakes.approvals import ALICE, BOB, CAROL, MALLORY
from support.fakes.gates import FakePart
from vecgate.api.access import Desk
from vecgate.api.own import nothing_known
from vecgate.domain.principal import Principal
from vecgate.policy.load import from_texts
from vecgate.refusals.errors import CallRefused

__all__ = ["make_access", "valkey"]

RULES = """
version: 1
rules:
  - name: may-look
    who: {groups: [analysts]}
    where: {collections: ["tickets*"]}
    operations: [read]
    effect: request
    mask: unsafe-nothing
    approvers: {groups: [data-owners], count: COUNT}
    grant: {longest: 8h, ticket: required}
"""
WISH: dict[str, Any] = {
    "upstream": "db", "operations": ["search"], "collections": ["tickets"], "for": "2h", "reason": "r", "ticket": "T",
}  # fmt: skip


class People:
    """Everybody at one desk, under rules that can be changed."""

    def __init__(self, parts: Any) -> None:
        self.parts = FakePart(access=parts, policies=FakePart(), things=nothing_known, upstreams=("db",))
        self.follow("1")

    def follow(self, count: str) -> None:
        self.parts.policies.current = from_texts({"p.yaml": RULES.replace("COUNT", count)})

    def __call__(self, who: Principal) -> Desk:
        return Desk(self.parts, who)  # type: ignore[arg-type]


@pytest.fixture
async def at(make_access: MakeAccess) -> People:
    return People(await make_access())


async def code(work: Awaitable[Any]) -> str:
    with pytest.raises(CallRefused) as caught:
        await work
    return caught.value.refusal.code


async def asked(at: People, **over: Any) -> str:
    return str((await at(ALICE).ask("", {**WISH, **over}))["id"])  # type: ignore[index, call-overload]


async def test_it_is_seen_by_who_asked_and_by_who_may_answer(at: People) -> None:
    id = await asked(at)
    for who, yours, may in ((ALICE, True, False), (BOB, False, True)):
        [found] = (await at(who).list("", {}))["access"]  # type: ignore[misc]
        assert (found["id"], found["yours"], found["may_decide"]) == (id, yours, may)
    assert (await at(MALLORY).list("", {})) == {"access": []}
    assert await code(at(MALLORY).show(id, {})) == "access.unknown"
    assert await code(at(ALICE).show("0000000000", {})) == "access.unknown"


async def test_who_asked_for_somebody_is_told_with_it(at: People) -> None:
    """An agent of hers, started by another: both stand behind the request, whoever does so now first."""
    acting = {"act": {"sub": "bot-7", "act": {"sub": "planner"}}}
    by_agent = replace(ALICE, claims={**ALICE.claims, **acting})
    made: Any = await at(by_agent).ask("", WISH)
    [found] = (await at(BOB).list("", {}))["access"]  # type: ignore[misc]
    assert (made["acting"], found["holder"], found["acting"]) == (
        ["bot-7", "planner"],
        ALICE.user,
        ["bot-7", "planner"],
    )


async def test_what_the_rule_wants_with_it_is_asked_for(at: People) -> None:
    assert await code(at(ALICE).ask("", {**WISH, "ticket": ""})) == "access.needs"
    assert await code(at(BOB).ask("", WISH)) == "access.nothing"
    assert await code(at(ALICE).ask("", {**WISH, "for": "9h"})) == "access.too_wide"


async def test_a_yes_is_of_those_whom_the_rule_names_now(at: People) -> None:
    id = await asked(at)
    at.follow("2")
    assert await code(at(BOB).approve(id, {})) == "access.changed"
    at.follow("1")
    assert (await at(BOB).approve(id, {}))["state"] == "granted"  # type: ignore[index, call-overload]


async def test_of_two_who_must_agree_each_may_narrow(at: People) -> None:
    at.follow("2")
    id = await asked(at)
    first: Any = await at(BOB).approve(id, {"narrow": {"for": "1h"}})
    assert (first["state"], first["seconds"]) == ("pending", 3600.0)
    assert await code(at(BOB).approve(id, {})) == "access.settled"
    assert await code(at(CAROL).approve(id, {"narrow": {"for": "2h"}})) == "access.wider"
    second: Any = await at(CAROL).approve(id, {})
    assert (second["state"], second["seconds"], second["asked"]["seconds"]) == ("granted", 3600.0, 7200.0)


@pytest.mark.parametrize("less", [[], "", 0, False, [["for", "1h"]], "for"])
async def test_a_yes_to_less_that_cannot_be_read_is_no_yes_to_all(at: People, less: Any) -> None:
    id = await asked(at)
    assert await code(at(BOB).approve(id, {"narrow": less})) == "body.unreadable"
    assert await code(at(BOB).statement(id, {"narrow": less})) == "body.unreadable"
    assert (await at(BOB).show(id, {}))["state"] == "pending"  # type: ignore[index, call-overload]


async def test_access_to_a_database_that_is_not_here_is_not_asked_for(at: People) -> None:
    assert await code(at(ALICE).ask("", {**WISH, "upstream": "bd"})) == "body.unreadable"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"operations": ["search", "serach"]}, "'operations.1' is none of the kinds of operation, or of their groups, that policies know (Did you mean 'search'?)."),
        ({"operations": [7]}, "'operations.0' is none of the kinds"),
        ({"operations": "search"}, "'operations' is a list of names"),
        ({"operations": []}, "'operations' is empty: name at least one kind"),
        ({"collections": "tickets"}, "'collections' is a list of names"),
        ({"for": "1 hour"}, "'for' is a time such as '30min', '2h' or '7d'"),
        ({"for": 3600}, "'for' is a time"),
        ({"records": 0}, "'records' is a whole number from 1"),
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_said_in_words(at: People, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(CallRefused) as caught:
        await at(ALICE).ask("", {**WISH, **wrong})
    assert said in caught.value.refusal.what


async def test_only_what_is_granted_is_extended_and_what_is_revoked_is_not_carried_on(at: People) -> None:
    id = await asked(at)
    assert await code(at(ALICE).extend(id, {"for": "1h"})) == "access.settled"
    assert await code(at(BOB).extend(id, {"for": "1h"})) == "access.not_yours"
    await at(BOB).approve(id, {})
    more: Any = await at(ALICE).extend(id, {"for": "1h"})
    await at(BOB).revoke(id, {"reason": "enough"})
    gone: Any = await at(ALICE).show(more["id"], {})
    assert (gone["how"], gone["ended_by"], gone["why"]) == ("denied", "bob", "enough")
    other = await asked(at)
    await at(BOB).approve(other, {})
    late: Any = await at(ALICE).extend(other, {"for": "1h"})
    # As it would be if the end and the yes came at once: the extension is still there, what it carries on is not.
    await at.parts.access.move(other, lambda one, now: replace(one, state="ended", how="revoked", ended=now))
    assert await code(at(BOB).approve(late["id"], {})) == "access.changed"


async def test_what_is_extended_is_what_was_granted_and_not_what_was_asked_for(at: People) -> None:
    id = await asked(at, operations=["search", "count"], collections=["tickets*"])
    await at(BOB).approve(id, {"narrow": {"collections": ["tickets-eu"], "operations": ["count"], "records": 5}})
    more: Any = await at(ALICE).extend(id, {"for": "1h"})
    assert (more["collections"], more["records"], "search" in more["operations"]) == (["tickets-eu"], 5, False)
    whole: Any = await at(ALICE).again(id, {"for": "1h"})
    assert ("search" in whole["operations"], whole["collections"]) == (True, ["tickets*"])


async def test_again_is_a_request_of_its_own_with_what_is_said_anew(at: People) -> None:
    id = await asked(at)
    await at(ALICE).withdraw(id, {})
    copy: Any = await at(ALICE).again(id, {"for": "30min", "reason": "once more"})
    assert (copy["state"], copy["again"], copy["seconds"], copy["reason"]) == ("pending", id, 1800.0, "once more")
    assert copy["ticket"] == "T"


async def test_however_often_it_is_extended_no_more_lies_ahead_than_could_be_asked_for(at: People) -> None:
    id = await asked(at, **{"for": "7h"})
    await at(BOB).approve(id, {})
    assert await code(at(ALICE).extend(id, {"for": "2h"})) == "access.too_wide"
    more: Any = await at(ALICE).extend(id, {"for": "59min"})
    await at(BOB).approve(more["id"], {})
    assert await code(at(ALICE).extend(more["id"], {"for": "10min"})) == "access.too_wide"  # nor by what carries it on
    twin: Any = await at(ALICE).extend(id, {"for": "59min"})  # side by side they end together
    both = [await at(ALICE).show(one, {}) for one in (more["id"], twin["id"])]
    assert [one["extends"] for one in both] == [id, id]  # type: ignore[index, call-overload]
