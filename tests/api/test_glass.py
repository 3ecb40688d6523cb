"""Breaking the glass at the desk: which rule, which database, and that the review is another's; the rest is on the path."""

from typing import Any

import pytest

from access.conftest import MakeAccess, make_access, valkey
from api.test_access import code
from support.fakes.approvals import ALICE, BOB, MALLORY, person
from support.fakes.gates import Calls, FakePart
from vecgate.api.access import Desk
from vecgate.api.glass import break_glass, review
from vecgate.api.own import nothing_known
from vecgate.domain.principal import Principal
from vecgate.policy.load import from_texts

__all__ = ["make_access", "valkey"]

RULES = """version: 1
rules:
  - name: glass
    who: {groups: [analysts]}
    where: {upstreams: [db, other], collections: ["tickets*"]}
    operations: [read]
    effect: request
    mask: unsafe-nothing
    approvers: {APPROVERS}
    grant: {longest: 1h, break_glass: {review_within: 1d}}
"""


class People:
    """Everybody at one desk."""

    def __init__(self, parts: Any) -> None:
        self.bars = Calls(True)
        guards = FakePart(barred=FakePart(bar=self.bars))
        self.parts = FakePart(
            access=parts, policies=FakePart(), things=nothing_known, guards=guards, upstreams=("db", "third")
        )
        self.follow("groups: [data-owners]")

    def follow(self, approvers: str) -> None:
        self.parts.policies.current = from_texts({"p.yaml": RULES.replace("APPROVERS", approvers)})

    def __call__(self, who: Principal) -> Desk:
        return Desk(self.parts, who)  # type: ignore[arg-type]


@pytest.fixture
async def at(make_access: MakeAccess) -> People:
    return People(await make_access())


async def test_with_a_reason_alone_it_is_all_of_the_rule_in_the_only_database(at: People) -> None:
    desk = at(ALICE)
    done: Any = await break_glass(desk, "", {"reason": "INC-9"})
    assert (done["state"], done["upstream"], done["collections"]) == ("granted", "db", ["tickets*"])
    assert (done["seconds"], done["glass"], done["approvals"]) == (3600.0, "command", [])
    assert [event for event, _ in desk.events] == ["access.broke_glass"]
    assert await code(at(BOB).approve(done["id"], {})) == "access.settled"
    assert await code(desk.extend(done["id"], {"for": "1h", "reason": "more"})) == "access.nothing"


async def test_where_it_is_not_clear_which_database_is_meant_one_is_to_be_said(at: People) -> None:
    at.parts.upstreams = ("db", "other")
    assert await code(break_glass(at(ALICE), "", {"reason": "INC-9"})) == "body.unreadable"
    done: Any = await break_glass(at(ALICE), "", {"reason": "INC-9", "upstream": "other"})
    assert done["upstream"] == "other"


@pytest.mark.parametrize(
    ("who", "said", "refusal"),
    [
        (MALLORY, {"reason": "x", "upstream": "third"}, "access.no_glass"),
        (BOB, {"reason": "x"}, "access.no_glass"),
        (ALICE, {"reason": ""}, "access.needs"),
        (ALICE, {}, "access.needs"),
        (ALICE, {"reason": "x", "for": "2h"}, "access.too_wide"),
        (ALICE, {"reason": "x", "upstream": "nowhere"}, "body.unreadable"),
        (ALICE, {"reason": "x", "holder": "bob"}, "body.unreadable"),
    ],
)
async def test_what_is_not_offered_is_refused(at: People, who: Principal, said: dict[str, Any], refusal: str) -> None:
    assert await code(break_glass(at(who), "", said)) == refusal
    assert await at.parts.access.ledger.open() == []


async def test_glass_that_nobody_could_review_is_not_broken(at: People) -> None:
    at.follow("stages: [{claims: [manager]}]")
    assert await code(break_glass(at(ALICE), "", {"reason": "INC-9"})) == "access.nobody"


async def test_an_emergency_that_was_none_locks_before_it_is_said(at: People) -> None:
    id = str((await break_glass(at(ALICE), "", {"reason": "INC-9"}))["id"])  # type: ignore[index, call-overload]
    await at(ALICE).end(id, {})
    assert await code(review(at(BOB), id, {"justified": "yes", "reason": "x"})) == "body.unreadable"
    assert (
        await code(review(at(person("b", "data-owners", user="Alice")), id, {"justified": False, "reason": "x"}))
        == "access.unknown"
    )
    assert at.bars.given == []
    done: Any = await review(at(BOB), id, {"justified": False, "reason": "x"})
    assert done["verdict"] == "unjustified"
    [(lock, durable)] = at.bars.given
    assert durable
    assert (lock.kind, lock.name, lock.by, lock.why) == ("user", "alice", "bob", "access.unjustified")
