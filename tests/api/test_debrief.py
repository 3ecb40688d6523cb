"""The debrief: what was asked for beside what was done; who is to read it, and what comes of it while nobody has."""

from dataclasses import replace
from typing import Any

import pytest

from access.conftest import MakeAccess, make_access, valkey
from api.test_access import WISH, People, asked, code
from support.fakes.approvals import ALICE, BOB, CAROL, MALLORY, wide
from vecgate.api.debrief import acknowledge, debrief

__all__ = ["make_access", "valkey"]


@pytest.fixture
async def at(make_access: MakeAccess) -> People:
    return People(await make_access())


async def granted(at: People, **over: Any) -> str:
    id = await asked(at, **over)
    await at(BOB).approve(id, {})
    return id


async def use(at: People, id: str, *names: str, kind: str = "search", records: tuple[str, ...] = ()) -> None:
    one = (await at.parts.access.ledger.entry(id)).request.grant()
    places = {f"at:{place}": 1 for name in names for place in one.terms.places(name)}
    await at.parts.access.tallies.add(one, {"calls": 1, f"did:{kind}": 1, **places}, names, records)


async def read(at: People, id: str, who: Any = BOB) -> Any:
    return await debrief(at(who), id, {})


async def test_it_says_what_was_asked_for_and_what_was_done(at: People) -> None:
    id = await granted(at, collections=["tickets", "tickets-eu", "tickets-us"], operations=["search", "read_ids"])
    await use(at, id, "tickets", records=("a", "b"))
    await use(at, id, "tickets", "tickets-eu", records=("b", "c"))
    grant = (await at.parts.access.ledger.entry(id)).request.grant()
    await at.parts.access.tallies.add(grant, {"masked:EMAIL": 2, "opened:SSN": 1, "no:policy.denied": 3})
    await at(ALICE).end(id, {})
    found = await read(at, id)
    done = found["done"]
    assert (done["calls"], done["records"], done["records_are_about"]) == (2, 3, False)
    assert (done["operations"], done["collections"]) == ({"search": 2}, {"tickets": 2, "tickets-eu": 1})
    assert (done["masked"], done["opened"], done["refused"]) == ({"EMAIL": 2}, {"SSN": 1}, {"policy.denied": 3})
    assert found["unused"] == {"collections": ["tickets-us"], "operations": ["read_ids"]}
    assert found["next"] == {
        "upstream": "db", "operations": ["search"], "collections": ["tickets", "tickets-eu"], "for": "900s",
        "mask": "unsafe-nothing", "records": 3, "opened": 1,
    }  # fmt: skip
    asked_again: Any = await at(ALICE).ask("", {**found["next"], "reason": "r", "ticket": "T"})
    assert (asked_again["collections"], asked_again["seconds"]) == (["tickets", "tickets-eu"], 900)


async def test_a_pattern_gives_way_to_the_few_names_that_were_used_of_it(at: People) -> None:
    id = await granted(at, collections=["tickets*"])
    await use(at, id, "tickets-eu")
    assert (await read(at, id))["next"]["collections"] == ["tickets-eu"]
    one = (await at.parts.access.ledger.entry(id)).request.grant()
    await at.parts.access.tallies.add(one, {"calls": 1, "did:search": 1, "at:0": 1})  # on one whose name is not kept
    assert (await read(at, id))["next"]["collections"] == ["tickets*"]


async def test_of_what_was_not_used_there_is_nothing_to_ask_for_again(at: People) -> None:
    id = await granted(at)
    await at(ALICE).end(id, {})
    found = await read(at, id)
    assert (found["next"], found["done"]["calls"]) == (None, 0)
    assert found["unused"] == {"collections": ["tickets"], "operations": ["search"]}


async def test_it_is_read_by_its_holder_and_by_one_who_may_answer_it(at: People) -> None:
    id = await granted(at)
    unread = at.parts.access.unread_debriefs
    assert await code(acknowledge(at(ALICE), id, {})) == "access.no_debrief"  # it is not over
    assert await unread(ALICE) == []
    await at(BOB).revoke(id, {"reason": "enough"})
    for who in (ALICE, BOB, CAROL):
        shown: Any = await at(who).show(id, {})
        assert (shown["debrief"], shown["owes_reading"]) == ("unread", True)
    assert [one.id for one in await unread(ALICE)] == [id]
    assert await code(acknowledge(at(MALLORY), id, {})) == "access.unknown"
    await acknowledge(at(ALICE), id, {})
    await acknowledge(at(ALICE), id, {})  # once more is nothing more
    assert [one.id for one in await unread(ALICE)] == [id]  # of those who answer nobody has read it
    told: Any = await acknowledge(at(CAROL), id, {})
    assert (told["debrief"], [vote["by"] for vote in told["acknowledged"]]) == ("read", ["alice", "carol"])
    assert await unread(ALICE) == []
    assert (await at(BOB).show(id, {}))["owes_reading"] is False  # type: ignore[index, call-overload]


async def test_another_login_of_the_same_person_does_not_read_it_as_somebody_else(at: People) -> None:
    id = await granted(at)
    await at(ALICE).end(id, {})
    twin = replace(BOB, subject="x", user=wide("Alice"))
    assert await code(acknowledge(at(twin), id, {})) == "access.unknown"
    assert [one.id for one in await at.parts.access.unread_debriefs(twin)] == [id]  # it is theirs to be read
    assert await at.parts.access.unread_debriefs(BOB) == []


async def test_what_was_never_granted_has_none(at: People) -> None:
    id = await asked(at)
    assert await code(debrief(at(ALICE), id, {})) == "access.no_debrief"
    await at(BOB).deny(id, {})
    assert await code(debrief(at(ALICE), id, {})) == "access.no_debrief"
    assert await code(acknowledge(at(ALICE), id, {})) == "access.no_debrief"
    assert await at.parts.access.unread_debriefs(ALICE) == []
    assert await code(debrief(at(MALLORY), id, {})) == "access.unknown"
    assert WISH["ticket"] == "T"
