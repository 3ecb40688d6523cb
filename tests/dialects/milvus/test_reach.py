"""How many records would a call touch, and which?"""

import asyncio
from typing import Any

from support.milvus.asked import V1, V2, asking, raw
from support.milvus.people import TYPES, people
from support.milvus.recorded.server import Recorded
from support.tools.every import every
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.domain.call import Call
from vecgate.domain.operation import Operation

P = {"collectionName": "people"}


class Told:
    """A dialect before a stand-in with the six people."""

    def __init__(self) -> None:
        self.server, self.dialect = Recorded(), Milvus()
        self.server.make("people", TYPES).rows = people()
        self.ask = asking(self.server)

    def read(self, path: str, tree: Any) -> tuple[Call, Operation]:
        call = self.dialect.read(raw(path, tree))
        return call, asyncio.run(self.dialect.classify(call, self.ask))


COUNTED: list[tuple[str, Any, int, tuple[str, ...] | None]] = [
    (f"{V2}/entities/delete", {**P, "filter": "age > 40"}, 3, ("2", "4", "6")),
    (f"{V2}/entities/delete", {**P, "filter": "id in [1, 99]"}, 1, ("1",)),
    (f"{V1}/delete", {**P, "id": [1, 2]}, 2, ("1", "2")),
    (f"{V2}/entities/delete", {**P, "filter": "id > 0"}, 6, None),
    (f"{V2}/entities/upsert", {**P, "data": [{"id": 1}, {"id": 9}]}, 1, ("1",)),
    (f"{V2}/entities/insert", {**P, "data": [{"id": 9}]}, 0, ()),
    (f"{V2}/collections/drop", P, 6, None),
]  # fmt: skip


@every(("path", "tree", "touched", "ids"), COUNTED)
def test_what_a_call_touches_is_counted(path: str, tree: Any, touched: int, ids: tuple[str, ...] | None) -> None:
    told = Told()
    call, operation = told.read(path, tree)
    found = asyncio.run(told.dialect.impact(call, operation, told.ask, 3))
    assert found is not None
    assert (found.touched, found.total, found.collection, found.ids) == (touched, 6, "people", ids)


@every(
    ("path", "tree", "text"),
    [
        (f"{V2}/entities/delete", {"filter": "age > 40", "partitionName": "p1"}, "age > 40"),
        (f"{V2}/partitions/drop", {"partitionName": "p1"}, "id not in []"),
        (f"{V2}/partitions/release", {"partitionNames": ["p1"]}, "id not in []"),
    ],
)
def test_what_is_about_a_partition_is_counted_there(path: str, tree: Any, text: str) -> None:
    told = Told()
    call, operation = told.read(path, {**P, **tree})
    asked = list[Any]()

    async def ask(one: Call) -> Any:
        asked.append(one.tree)
        return await told.ask(one)

    assert asyncio.run(told.dialect.impact(call, operation, ask, 9)) is not None
    touched, total, which = [(one["filter"], one.get("partitionNames")) for one in asked]
    assert (touched, total, which) == ((text, ["p1"]), ("id not in []", None), (text, ["p1"]))
    if path.endswith("/delete"):
        asked.clear()
        asyncio.run(told.dialect.selected(call, operation, ask, frozenset({"2"}), 9))
        assert [one.get("partitionNames") for one in asked] == [["p1"]]


@every("what", ["drop", "alter"])
def test_an_alias_touches_what_it_stands_for(what: str) -> None:
    told = Told()
    told.server.make("other", TYPES)
    told.server.aliases["staff"] = "people"
    tree: Any = {"aliasName": "staff", **({"collectionName": "other"} if what == "alter" else {})}
    call, operation = told.read(f"{V2}/aliases/{what}", tree)
    found = asyncio.run(told.dialect.impact(call, operation, told.ask, 3))
    assert found is not None
    assert (found.touched, found.total, found.collection) == (6, 6, "people")
    assert {"staff", "people"} <= {*found.collections}
    call, operation = told.read(f"{V2}/aliases/{what}", {**tree, "aliasName": "nobody"})
    assert asyncio.run(told.dialect.impact(call, operation, told.ask, 3)) is None


def test_what_nobody_can_count_is_not_told() -> None:
    told = Told()
    for path, tree in (
        (f"{V2}/users/create", {"userName": "u", "password": "p"}),
        (f"{V2}/entities/search", {**P, "data": [[0.1]]}),
    ):
        call, operation = told.read(path, tree)
        assert asyncio.run(told.dialect.impact(call, operation, told.ask, 3)) is None


def test_a_delete_is_bound_to_the_records_that_were_shown() -> None:
    told = Told()
    call, operation = told.read(f"{V2}/entities/delete", {**P, "filter": "age > 40 or age < 30"})
    calls = told.dialect.bound(call, operation, ["2", "3"])
    assert calls is not None
    assert [one.tree for one in calls] == [{**P, "filter": "(age > 40 or age < 30) and id in [2, 3]"}]
    chosen = asyncio.run(told.dialect.selected(call, operation, told.ask, frozenset({"2", "3", "5"}), 10))
    assert chosen == ["2", "3"]
    asked = Call("POST", call.path, tree={"ids": ["2", "5", "99"]})
    assert asyncio.run(told.dialect.selected(asked, operation, told.ask, frozenset({"2", "5", "99"}), 10)) == ["2", "5"]
    by_ids = told.read(f"{V2}/entities/delete", {**P, "filter": "id in [1]"})
    assert told.dialect.bound(*by_ids, ["1"]) is None
