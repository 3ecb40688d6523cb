"""Locks are listed in order, made on one thing that is named, and lifted by what tells one from others."""

from typing import Any

import pytest

from support.fakes.approvals import ALICE, BOB
from vecgate.api import locks
from vecgate.refusals.errors import CallRefused
from vecgate.state.barred import Lock

EVE, ANN, OTHER = Lock("i#1", "eve", "w", 2.0), Lock("i#2", "ann", "w", 1.0), Lock("j#1", "ann", "w", 3.0)
HAND = Lock("Eve", "Eve", "", 4.0, kind="user", by="bob")
GROUP = Lock("eve", "", "", 5.0, kind="group", by="bob")
ALL = [EVE, ANN, OTHER, HAND, GROUP]


class FakeBarred:
    async def all(self) -> list[Lock]:
        return [EVE, ANN]


async def test_they_are_listed_in_the_order_they_were_made() -> None:
    own = locks.Locks.__new__(locks.Locks)
    own._barred = FakeBarred()  # type: ignore[assignment]
    found: Any = (await own.answer(None)).document  # type: ignore[arg-type]
    assert [lock["user"] for lock in found["locks"]] == ["ann", "eve"]


@pytest.mark.parametrize(
    ("name", "lifted"),
    [("i#1", [EVE]), ("j#1", [OTHER]), ("Eve", [HAND]), ("eve", [GROUP]), ("ann", None), ("nobody", None)],
)
def test_one_is_lifted_by_what_tells_it_from_others(name: str, lifted: list[Lock] | None) -> None:
    if lifted is None:
        with pytest.raises(CallRefused, match=r"user\.not_locked"):
            locks.meant(ALL, None, name)
    else:
        assert locks.meant(ALL, None, name) == lifted


@pytest.mark.parametrize(
    ("tree", "lifted"),
    [
        ({"user": "eve"}, [HAND, EVE]),  # whatever it is that locks them
        ({"user": "EVE"}, [HAND]),
        ({"user": "i#1"}, [EVE]),
        ({"user": "ann"}, None),  # two people's
        ({"group": "EVE"}, [GROUP]),
        ({"agent": "EVE"}, None),
        ({"everything": True}, None),
        ({"collection": "db/eve"}, None),
    ],
)
def test_what_is_named_is_lifted_whatever_locked_it(tree: dict[str, Any], lifted: list[Lock] | None) -> None:
    like = locks.wanted(tree, ())
    if lifted is None:
        with pytest.raises(CallRefused, match=r"user\.not_locked"):
            locks.meant(ALL, like, "")
    else:
        assert locks.meant(ALL, like, "") == lifted


@pytest.mark.parametrize("tree", [None, [], {}, {"who": ""}, {"who": 1}, {"who": "a", "x": 1}])
def test_a_request_names_one(tree: Any) -> None:
    with pytest.raises(CallRefused, match=r"body\.unreadable"):
        locks.who(tree)


@pytest.mark.parametrize(
    "tree",
    [
        {},
        {"user": "a", "group": "b"},
        {"user": ""},
        {"user": " "},
        {"user": 1},
        {"group": "a\nb"},
        {"agent": "a\nb"},
        {"everything": False},
        {"everything": "yes"},
        {"collection": "tickets"},
        {"collection": "db/"},
        {"collection": "bd/tickets"},
    ],
)
def test_a_lock_is_on_one_thing_that_can_be(tree: dict[str, Any]) -> None:
    with pytest.raises(CallRefused, match=r"body\.unreadable"):
        locks.wanted(tree, ("db",))


def test_what_is_asked_is_what_is_locked() -> None:
    assert locks.wanted({"collection": "db/a/b"}, ("db",)).key == "collection db/a/b"
    assert locks.wanted({"user": "\uff21lice"}, ("db",)).on(ALICE)
    assert not locks.wanted({"user": "alice"}, ("db",)).on(BOB)
