"""Each name that is no pattern is looked up where clients of that database would find it."""

from dataclasses import dataclass, replace
from typing import Any

from support.fakes.granting import TERMS
from vecgate.dialects.base.things import Things


@dataclass(frozen=True)
class FakeDialect:
    """One whose server knows `a` of one place."""

    home: tuple[str, str] = ("t", "d")

    async def identity(self, ask: Any, place: tuple[str, str], name: str, known: str = "") -> str:
        return f"id of {name} by {ask}" if (place, name) == (("t", "d"), "a") else ""


@dataclass(frozen=True)
class FakeUpstream:
    """Only its name."""

    name: str


async def test_what_is_there_is_told_and_what_is_not_stays_a_name() -> None:
    things = Things([FakeUpstream("db")], {"db": FakeDialect()}, lambda one: f"{one.name}'s own")  # type: ignore[list-item, dict-item, return-value, arg-type]
    terms = replace(TERMS, upstream="db", collections=("a", "b", "a*"))
    assert await things.of(terms) == (("a", "id of a by db's own"),)
    assert await things.of(replace(terms, tenant="another")) == ()
