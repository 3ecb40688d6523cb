"""Are the records that a call names the caller's? Asked of a database of words."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
import pytest

from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.scoped import Owned
from vecgate.guards import rows
from vecgate.refusals.errors import CallRefused, Unavailable

ALLOW = Decision(Effect.ALLOW, "own", "because", "v1")
THERE, OWN = {"a1", "a2", "g1"}, {"a1", "a2"}


def owned(ids: Sequence[str], *, fresh: bool, at_once: int = 2) -> Owned:
    def found(tree: Json) -> list[str]:
        if not isinstance(tree, list):
            raise ValueError("no list")  # noqa: TRY004
        return [str(one) for one in tree]

    return Owned(
        "c", tuple(ids),
        lambda some: Call("POST", "/there", tree=[*some]), lambda some: Call("POST", "/own", tree=[*some]),
        found, at_once, fresh,
    )  # fmt: skip


class Database:
    """Says which of the ids it is asked about it has."""

    def __init__(self, status: int = 200, body: bytes | None = None) -> None:
        self.asked: list[tuple[str, Any]] = []
        self._status, self._body = status, body

    async def __call__(self, call: Call) -> Answer:
        self.asked.append((call.path, call.tree))
        known = THERE if call.path == "/there" else OWN
        found = [one for one in call.tree or () if one in known]  # type: ignore[union-attr]
        return Answer(self._status, body=orjson.dumps(found) if self._body is None else self._body)


FINE = [((), True), (("a1", "a2"), True), (("n1", "a1"), True), ((), False), (("a1", "a2"), False)]


@pytest.mark.parametrize(("ids", "fresh"), FINE)
async def test_ones_own_records_and_new_ones_pass(ids: tuple[str, ...], fresh: bool) -> None:
    await rows.check((owned(ids, fresh=fresh),), ALLOW, Database())


REFUSED = [
    (("g1",), True, "rows.taken", "1 ids of what is written are not free."),
    (("a1", "g1", "n1"), True, "rows.taken", "1 ids of what is written are not free."),
    (("g1",), False, "rows.unknown", "Of 1 records that are named, 1 are not there, or are not among the rows"),
    (("n1",), False, "rows.unknown", "Of 1 records that are named, 1 are not there, or are not among the rows"),
    (("a1", "g1", "n1"), False, "rows.unknown", "Of 3 records that are named, 2 are not there"),
]


@pytest.mark.parametrize(("ids", "fresh", "code", "said"), REFUSED)
async def test_foreign_and_missing_records_are_told_alike(
    ids: tuple[str, ...], fresh: bool, code: str, said: str
) -> None:
    with pytest.raises(CallRefused) as e:
        await rows.check((owned(ids, fresh=fresh),), ALLOW, Database())
    assert e.value.refusal.code == code  # type: ignore[attr-defined]
    assert said in str(e.value.refusal)


async def test_many_are_asked_for_some_at_a_time_and_new_ones_once() -> None:
    database = Database()
    await rows.check((owned(["n1", "n2", "n3"], fresh=True),), ALLOW, database)
    assert database.asked == [("/there", ["n1", "n2"]), ("/there", ["n3"])]


@pytest.mark.parametrize(("status", "body"), [(500, b"[]"), (200, b"{}"), (200, b"no"), (404, b"[]")])
async def test_a_database_that_does_not_answer_lets_nothing_through(status: int, body: bytes) -> None:
    with pytest.raises(Unavailable):
        await rows.check((owned(["a1"], fresh=False),), ALLOW, Database(status, body))


async def test_an_id_that_is_also_somebody_elses_is_not_the_callers() -> None:
    """Where one id may be several records', what is written over one is written over all of them."""
    database = Database()

    async def ask(call: Call) -> Answer:
        if call.path != "/others":
            return await database(call)
        return Answer(200, body=orjson.dumps([one for one in call.tree or () if one == "a2"]))  # type: ignore[union-attr]

    def others(some: Sequence[str]) -> Call:
        return Call("POST", "/others", tree=[*some])

    doubled = replace(owned(("a1", "a2"), fresh=True), others=others)
    with pytest.raises(CallRefused, match=r"rows\.taken"):
        await rows.check((doubled,), ALLOW, ask)
    await rows.check((replace(doubled, ids=("a1", "n1")),), ALLOW, ask)


def choosing(most: int = 10) -> Owned:
    return replace(
        owned((), fresh=True), chosen=Call("POST", "/own", tree=["a1", "a2"]), most=most,
        others=lambda some: Call("POST", "/there", tree=[*some]),
    )  # fmt: skip


async def test_what_a_delete_chooses_has_ids_that_are_nobody_elses() -> None:
    """A database of which a delete takes all records of an id."""
    database = Database()
    with pytest.raises(CallRefused, match=r"2 of its records have ids that are somebody else's"):
        await rows.check((choosing(),), ALLOW, database)
    assert database.asked == [("/own", ["a1", "a2"]), ("/there", ["a1", "a2"])]
    alone = replace(choosing(), others=lambda some: Call("POST", "/own", tree=["g1" for _ in some]))
    await rows.check((alone,), ALLOW, Database())
    with pytest.raises(CallRefused, match=r"takes 2 records or more"):
        await rows.check((choosing(most=2),), ALLOW, Database())
    for wrong in (Database(500), Database(200, b"{}")):
        with pytest.raises(Unavailable):
            await rows.check((choosing(),), ALLOW, wrong)
