"""Locks are listed in order, and lifted by a person's key or by a name that only one has."""

from typing import Any

import pytest

from vecgate.api import locks
from vecgate.refusals.errors import CallRefused
from vecgate.state.barred import Lock

EVE, ANN, OTHER = Lock("i#1", "eve", "w", 2.0), Lock("i#2", "ann", "w", 1.0), Lock("j#1", "ann", "w", 3.0)


class FakeBarred:
    def __init__(self, *found: Lock) -> None:
        self.found = list(found)

    async def all(self) -> list[Lock]:
        return list(self.found)

    async def lift(self, person: str) -> bool:
        self.found = [lock for lock in self.found if lock.person != person]
        return True


async def test_they_are_listed_in_the_order_they_were_made() -> None:
    barred: Any = FakeBarred(EVE, ANN)
    own = locks.Locks.__new__(locks.Locks)
    own._barred = barred
    found: Any = (await own.answer(None)).document  # type: ignore[arg-type]
    assert [lock["user"] for lock in found["locks"]] == ["ann", "eve"]


@pytest.mark.parametrize(
    ("name", "lifted"), [("eve", EVE), ("i#1", EVE), ("j#1", OTHER), ("ann", None), ("nobody", None), ("", None)]
)
async def test_one_is_lifted_by_what_tells_it_from_others(name: str, lifted: Lock | None) -> None:
    barred: Any = FakeBarred(EVE, ANN, OTHER)
    if lifted is None:
        with pytest.raises(CallRefused, match=r"user\.not_locked"):
            await locks.lift(barred, name)
        assert len(barred.found) == 3
    else:
        assert await locks.lift(barred, name) == lifted
        assert lifted not in barred.found


@pytest.mark.parametrize("tree", [None, [], {}, {"who": ""}, {"who": 1}, {"who": "a", "x": 1}])
def test_a_request_names_one(tree: Any) -> None:
    with pytest.raises(CallRefused, match=r"body\.unreadable"):
        locks.who(tree)
