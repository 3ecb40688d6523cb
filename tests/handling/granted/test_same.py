"""A grant is for what its names stood for when it was given."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest

from support.fakes.granting import TERMS, grant
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.grant import Grant
from vecgate.domain.operation import Operation
from vecgate.handling.granted.same import same
from vecgate.refusals.errors import CallRefused

HOME = ("t", "d")
COUNT = Operation("chroma", "count", "count", 1, tenant="t", database="d", collections=("tickets",))


@dataclass
class FakeDialect:
    """One whose server has these now."""

    there: dict[str, str]
    home: tuple[str, str] = HOME
    asked: list[str] = field(default_factory=list)

    async def identity(self, ask: Any, place: tuple[str, str], name: str, known: str = "") -> str:
        if not known:
            self.asked.append(name)
        return known or self.there.get(name, "")


def gate(dialect: FakeDialect) -> Any:
    return SimpleNamespace(dialect=lambda _: dialect, ask=lambda _: None)


def by(one: Grant) -> Decision:
    return Decision(Effect.ALLOW, "r", "", "", grant=one)


def by_first(grants: tuple[Grant, ...]) -> Decision:
    """As policies that allow by grants alone decide."""
    return by(grants[0]) if grants else Decision(Effect.DENY, "", "policy.no_rule", "")


async def refused(things: tuple[tuple[str, str], ...], there: dict[str, str], operation: Operation) -> tuple[str, int]:
    """The code, and how often the database was asked."""
    dialect = FakeDialect(there)
    exchange: Any = SimpleNamespace(operation=operation, upstream="db")
    one = grant(things=things)
    try:
        assert await same(gate(dialect), exchange, by(one), (one,), by_first) == (by(one), (one,))
    except CallRefused as e:
        return e.refusal.code, len(dialect.asked)
    return "", len(dialect.asked)


@pytest.mark.parametrize(
    ("things", "there", "changes", "expected"),
    [
        ((), {"tickets": "new"}, {}, ("", 0)),
        ((("tickets", "old"),), {"tickets": "old"}, {}, ("", 1)),
        ((("tickets", "old"),), {"tickets": "new"}, {}, ("access.another", 1)),
        ((("tickets", "old"),), {}, {}, ("", 1)),  # nothing is there: the database says so
        ((("tickets", "old"),), {}, {"things": ("old",)}, ("", 0)),  # what the call tells is not asked for
        ((("tickets", "old"),), {}, {"things": ("new",)}, ("access.another", 0)),
        ((("other", "old"),), {"tickets": "new"}, {}, ("", 0)),
        ((("tickets", "old"),), {"tickets": "new"}, {"tenant": "another"}, ("", 0)),
        ((("tickets", "old"),), {"tickets": "new"}, {"tenant": None, "database": None}, ("access.another", 1)),
        ((("tickets", "old"),), {"tickets": "new"}, {"collections": (), "also": (COUNT,)}, ("access.another", 1)),
    ],
)
async def test_what_bears_the_name_now_is_what_was_granted(
    things: tuple[tuple[str, str], ...], there: dict[str, str], changes: dict[str, Any], expected: tuple[str, int]
) -> None:
    assert await refused(things, there, replace(COUNT, **changes)) == expected


async def test_without_a_grant_nothing_is_asked() -> None:
    made = Decision(Effect.ALLOW, "r", "", "")
    assert await same(None, None, made, (), by_first) == (made, ())  # type: ignore[arg-type]


async def test_one_that_is_for_another_does_not_stand_before_one_that_is_for_this() -> None:
    dialect = FakeDialect({"tickets": "new"})
    exchange: Any = SimpleNamespace(operation=COUNT, upstream="db")
    old, older, new = (grant(id=thing, things=(("tickets", thing),)) for thing in ("old", "older", "new"))
    found = await same(gate(dialect), exchange, by(old), (old, older, new), by_first)
    assert found == (by(new), (new,))


async def test_where_something_else_allows_it_that_counts() -> None:
    exchange: Any = SimpleNamespace(operation=COUNT, upstream="db")
    old, anyway = grant(things=(("tickets", "old"),)), Decision(Effect.ALLOW, "anyway", "", "")
    found = await same(gate(FakeDialect({"tickets": "new"})), exchange, by(old), (old,), lambda _: anyway)
    assert found == (anyway, ())


@pytest.mark.parametrize(
    ("collections", "exact"),
    [((), ()), (("*",), ()), (("a", "b*", "c?", "d[12]", "e-f"), ("a", "e-f"))],
)
def test_names_are_told_from_patterns(collections: tuple[str, ...], exact: tuple[str, ...]) -> None:
    terms = replace(TERMS, collections=collections)
    assert terms.exact == exact
    assert (terms.place(HOME), replace(terms, tenant="x").place(HOME)) == (HOME, ("x", "d"))
