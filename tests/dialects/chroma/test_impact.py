"""Is the number shown to an approver the number the server counts?"""

from typing import Any

import orjson
import pytest

from support.fakes.asking import Told
from vecgate import dialects
from vecgate.dialects.base.dialect import Ask
from vecgate.dialects.chroma import impact
from vecgate.domain.approval import Impact
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.exchange import Raw
from vecgate.parsing import strict_json
from vecgate.refusals.errors import CallRefused, Unavailable

ACME = ("acme", "main")
UUID = "2687e4e8-d546-4e70-a219-19361a27da60"
BASE = "/api/v2/tenants/acme/databases/main/collections"


def stored(count: int) -> tuple[list[dict[str, Json]], Ask]:
    """An `ask` over so many records, paged as Chroma pages, and the bodies it was sent."""
    bodies: list[dict[str, Json]] = []

    async def ask(call: Call) -> Answer:
        assert isinstance(call.tree, dict)
        bodies.append(call.tree)
        first, most = call.tree["offset"], call.tree["limit"]
        assert isinstance(first, int)
        assert isinstance(most, int)
        return await Told((f"POST {call.path}", {"ids": [str(n) for n in range(count)][first : first + most]}))(call)

    return bodies, ask


@pytest.mark.parametrize(
    ("records", "body", "found", "questions"),
    [
        (0, {}, 0, 1),
        (3, {}, 3, 1),
        (3, {"limit": 2}, 2, 1),
        (3, {"limit": 0}, 0, 0),
        (3, {"offset": 1}, 2, 1),
        (impact.PAGE, {}, impact.PAGE, 2),
        (impact.PAGE + 1, {}, impact.PAGE + 1, 2),
        (impact.PAGE + 1, {"limit": impact.PAGE + 1}, impact.PAGE + 1, 2),
    ],
)
async def test_matching_records_are_counted_page_by_page(
    records: int, body: dict[str, Json], found: int, questions: int
) -> None:
    bodies, ask = stored(records)
    assert await impact.matching(ask, ACME, UUID, body) == found
    assert len(bodies) == questions
    assert all(sent["include"] == [] for sent in bodies)


async def test_the_question_has_the_ids_and_filters_of_the_call_and_nothing_else() -> None:
    bodies, ask = stored(1)
    await impact.matching(ask, ACME, UUID, {"ids": ["a"], "where": {"k": 1}, "documents": ["x"], "embeddings": [[1]]})
    assert bodies == [
        {"ids": ["a"], "where": {"k": 1}, "where_document": None, "limit": impact.PAGE, "offset": 0, "include": []}
    ]


async def test_ids_are_counted_in_parts_that_the_server_can_look_for_each_once() -> None:
    bodies: list[dict[str, Json]] = []

    async def ask(call: Call) -> Answer:
        assert isinstance(call.tree, dict)
        bodies.append(call.tree)
        ids = call.tree["ids"]
        assert isinstance(ids, list)
        assert len(ids) <= 32_766  # with more, the server answers 500
        return await Told((f"POST {call.path}", {"ids": [one for one in ids if int(str(one)) < 15_000]}))(call)

    ids: list[Json] = [str(n) for n in range(40_000)] + ["1", "2"]
    assert await impact.matching(ask, ACME, UUID, {"ids": ids, "where": {"k": 1}}) == 15_000
    assert sum(len(body["ids"]) for body in bodies) == 40_000  # type: ignore[arg-type, misc]
    assert all(body["where"] == {"k": 1} for body in bodies)
    assert await impact.matching(ask, ACME, UUID, {"ids": ids, "limit": 5}) == 5
    assert await impact.matching(ask, ACME, UUID, {"ids": ids, "offset": 14_990}) == 10


async def test_a_filter_the_database_does_not_accept_is_refused_and_not_repeated() -> None:
    ask = Told((f"POST {BASE}/{UUID}/get", Answer(400, body=b'{"message":"alice"}')))
    with pytest.raises(CallRefused, match=r"body\.unreadable") as refused:
        await impact.matching(ask, ACME, UUID, {"where": {"name": "alice"}})
    assert "alice" not in str(refused.value)


@pytest.mark.parametrize("said", [{}, [], {"ids": 3}, Answer(500)])
async def test_an_answer_without_ids_is_an_outage(said: Json) -> None:
    with pytest.raises(Unavailable):
        await impact.matching(Told((f"POST {BASE}/{UUID}/get", said)), ACME, UUID, {})


@pytest.mark.parametrize("said", ["3", True, {}, 3.0])
async def test_a_count_that_is_no_number_is_an_outage(said: Json) -> None:
    with pytest.raises(Unavailable):
        await impact.total(Told((f"GET {BASE}/{UUID}/count", said)), ACME, UUID)


async def test_a_collection_that_is_not_there_has_no_count() -> None:
    with pytest.raises(CallRefused, match=r"collection\.unknown"):
        await impact.total(Told(), ACME, UUID)


async def test_dropping_a_database_counts_all_its_collections() -> None:
    uuids = [f"{n:08d}{UUID[8:]}" for n in range(impact._AT_ONCE * 2 + 1)]
    counts: list[tuple[str, Json]] = [(f"GET {BASE}/{u}/count", 2) for u in uuids]
    assert await impact.of_database(Told(), ACME, []) == Impact(0, 0, "database main")
    assert await impact.of_database(Told(*counts), ACME, uuids[:3]) == Impact(6, 6, "database main")
    assert await impact.of_database(Told(*counts), ACME, uuids) == Impact(66, 66, "database main")


async def test_all_collections_of_a_database_are_listed_or_nobody_can_say_yes_to_their_end() -> None:
    def listed(said: Json) -> Told:
        return Told((f"GET {BASE}", said))

    uuids = [f"{n:08d}{UUID[8:]}" for n in range(impact.MOST_BOUND + 1)]
    assert await impact.all_of(listed([{"id": one} for one in uuids[:2]]), ACME) == uuids[:2]
    with pytest.raises(CallRefused, match=r"limit\.collections"):
        await impact.all_of(listed([{"id": one} for one in uuids]), ACME)
    for odd in ({}, [{"name": "a"}], [None], [{"id": ""}], [{"id": 3}], [{"id": "anna@example.org"}]):
        with pytest.raises(Unavailable):
            await impact.all_of(listed(odd), ACME)


async def test_ids_are_told_while_they_are_few() -> None:
    ask = Told((f"GET {BASE}/{UUID}/count", 9), (f"POST {BASE}/{UUID}/get", {"ids": ["a", "b"]}))
    for most, ids in [(0, None), (1, None), (2, ("a", "b")), (3, ("a", "b"))]:
        found = await impact.of_records(ask, ACME, UUID, {"where": {"k": 1}}, "tickets", most)
        assert (found, found.ids) == (Impact(2, 9, "tickets"), ids)


CALL = Call("POST", f"{BASE}/{UUID}/delete", tree={})
LIST: Json = {"$in": [*map(str, range(30_000))]}


@pytest.mark.parametrize(
    ("tree", "count", "sizes"),
    [
        ({"where": {"k": 1}}, 0, [0]),
        ({"where": {"k": 1}, "limit": 5, "offset": 3}, 2, [2]),
        ({"where": {"k": 1}}, 10_001, [10_000, 1]),
        ({"where": {"k": LIST}}, 4_000, [1_997, 1_997, 6]),  # filters count as well
        ({"where_document": {"$contains": "x"}}, 3, [3]),
    ],
)
def test_a_call_is_bound_to_records_in_parts_the_server_can_take(
    tree: dict[str, Json], count: int, sizes: list[int]
) -> None:
    ids = [f"r{n}" for n in range(count)]
    parts = impact.exactly(CALL, tree, ids)
    trees = [part.tree for part in parts]
    assert all(strict_json.parse(part.body) == part.tree for part in parts)
    assert [len(one["ids"]) for one in trees] == sizes
    assert [id for one in trees for id in one["ids"]] == ids
    for one in trees:
        assert isinstance(one, dict)
        assert {k: v for k, v in one.items() if k != "ids"} == {
            k: v for k, v in tree.items() if k not in ("limit", "offset")
        }
        assert len(one["ids"]) + impact._values(tree.get("where")) < 32_766


async def test_many_ids_are_looked_for_in_parts_each_once() -> None:
    asked: list[int] = []

    async def ask(call: Call) -> Answer:
        ids = strict_json.parse(call.body)["ids"]
        asked.append(len(ids))
        return Answer(200, body=strict_json.dump({"ids": ids}))

    ids: list[Json] = [f"r{n}" for n in range(25_000)]
    pages = [page async for page in impact.pages(ask, ACME, UUID, {"ids": [*ids, "r0"], "offset": 3, "limit": 20_000})]
    assert [id for page in pages for id in page] == ids[3:20_003]
    assert asked == [10_000, 10_000, 5_000]


# every dangerous call

DIALECT = dialects.load("chroma")
#: What is dangerous, and can be let through at all.
ROWS = {one.name: one for one in DIALECT.routes if one.danger >= 3 and not one.refused and not one.raw}
#: Touched, of how many, the collections, and words of the note.
COUNTED: dict[str, tuple[int, int, tuple[str, ...], str]] = {
    "reset": (14, 14, ("main/output", "main/tickets"), "at least: all of every other tenant goes as well"),
    "delete_database": (14, 14, ("output", "tickets"), ""),
    "delete_collection": (7, 7, ("tickets",), ""),
    "create_collection": (0, 0, ("fresh",), ""),
    "update_collection": (7, 7, ("fresh", "tickets"), ""),
    "fork_collection": (7, 7, ("fresh", "tickets"), "copied under the new name, not changed"),
    "attach_function": (7, 7, ("output", "tickets"), "goes into the new collection"),
    "detach_function": (7, 7, ("output", "tickets"), ""),
    "collection_upsert": (2, 7, ("tickets",), ""),
    "collection_update": (2, 7, ("tickets",), ""),
    "collection_delete": (2, 7, ("tickets",), ""),
}
OF_A_ROW: dict[str, tuple[str, Any]] = {
    "reset": ("/api/v2/reset", None),
    "delete_database": ("/api/v2/tenants/acme/databases/main", None),
    "delete_collection": (f"{BASE}/tickets", None),
    "create_collection": (BASE, {"name": "fresh"}),
    "update_collection": (f"{BASE}/{UUID}", {"new_name": "fresh"}),
    "fork_collection": (f"{BASE}/{UUID}/fork", {"new_name": "fresh"}),
    "attach_function": (f"{BASE}/{UUID}/functions/attach", {"name": "f", "function_id": "g", "output_collection": "output", "params": {}}),
    "detach_function": (f"{BASE}/{UUID}/attached_functions/f/detach", {"delete_output": True}),
    "collection_upsert": (f"{BASE}/{UUID}/upsert", {"ids": ["a", "b"], "embeddings": [[1.0], [2.0]]}),
    "collection_update": (f"{BASE}/{UUID}/update", {"ids": ["a", "b"], "documents": ["x", "y"]}),
    "collection_delete": (f"{BASE}/{UUID}/delete", {"where": {"k": 1}}),
    "create_tenant": ("/api/v2/tenants", {"name": "t"}),
    "update_tenant": ("/api/v2/tenants/acme", {"resource_name": "r"}),
    "create_database": ("/api/v2/tenants/acme/databases", {"name": "d"}),
}  # fmt: skip
OTHER = f"ffffffff{UUID[8:]}"


async def serving(call: Call) -> Answer:
    """A server with one database, and two collections of seven records in it; a filter finds two of them."""
    path, said = call.path, None
    if path.endswith("/count"):
        said = TOTAL
    elif path.endswith("/get"):
        said = {"ids": ["a", "b"]}
    elif path.endswith("/databases"):
        said = [{"id": UUID, "name": "main"}]
    elif path.endswith("/collections"):
        said = [{"id": UUID, "name": "tickets"}, {"id": OTHER, "name": "output"}]
    elif "/functions/" in path:
        said = {"attached_function": {"output_collection": "output"}}
    elif path.endswith(("/tickets", "/output", f"/{UUID}", "/fresh")):
        name, id = ("output", OTHER) if path.endswith("/output") else ("tickets", UUID)
        said = {"id": id, "name": name, "tenant": "acme", "database": "main"}
    assert said is not None, path
    return Answer(200, (), orjson.dumps(said))


TOTAL = 7


async def reach_of(name: str) -> Impact | None:
    path, body = OF_A_ROW[name]
    headers = (("content-type", "application/json"),) if body is not None else ()
    raw = Raw(ROWS[name].method, path, headers, b"" if body is None else orjson.dumps(body))
    call = DIALECT.read(raw)
    operation = await DIALECT.classify(call, serving)
    return await DIALECT.impact(call, await DIALECT.located(call, operation, serving), serving, 5)


def test_each_dangerous_call_is_counted_or_it_is_said_why_not() -> None:
    assert set(ROWS) == {*COUNTED, *impact.UNCOUNTED} == set(OF_A_ROW)
    assert DIALECT.uncounted == impact.UNCOUNTED
    assert all(len(words) > 15 for words in impact.UNCOUNTED.values())


@pytest.mark.parametrize("name", sorted(ROWS))
async def test_how_many_of_how_many_and_where(name: str) -> None:
    found = await reach_of(name)
    if name in impact.UNCOUNTED:
        assert found is None
        return
    touched, total, names, note = COUNTED[name]
    assert found is not None
    assert (found.touched, found.total, found.collections) == (touched, total, names)
    assert note in found.note
    assert bool(note) == bool(found.note)
