"""Is the number shown to an approver the number the server counts?"""

import pytest

from support.asking import Told
from vecgate.dialects import _chroma_impact as impact
from vecgate.errors import CallRefused, Unavailable
from vecgate.terms import Answer, Call, Impact, Json

ACME = ("acme", "main")
UUID = "2687e4e8-d546-4e70-a219-19361a27da60"
BASE = "/api/v2/tenants/acme/databases/main/collections"


def stored(count: int) -> tuple[list[dict[str, Json]], "impact.Ask"]:
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


async def test_dropping_a_database_counts_its_collections_while_they_are_few() -> None:
    uuids = [f"{n:08d}{UUID[8:]}" for n in range(impact.MOST_COLLECTIONS + 1)]
    counts: list[tuple[str, Json]] = [(f"GET {BASE}/{u}/count", 2) for u in uuids]
    assert await impact.of_database(Told(), ACME, []) == Impact(0, 0, "database main")
    assert await impact.of_database(Told(*counts), ACME, uuids[:3]) == Impact(6, 6, "database main")
    assert await impact.of_database(Told(*counts), ACME, uuids) is None


async def test_all_collections_of_a_database_are_listed_or_nobody_can_say_yes_to_their_end() -> None:
    def listed(said: Json) -> Told:
        return Told((f"GET {BASE}", said))

    assert await impact.all_of(listed([{"id": "a"}, {"id": "b"}]), ACME) == ["a", "b"]
    with pytest.raises(CallRefused, match=r"limit\.collections"):
        await impact.all_of(listed([{"id": str(n)} for n in range(impact.MOST_BOUND + 1)]), ACME)
    for odd in ({}, [{"name": "a"}], [None], [{"id": ""}], [{"id": 3}]):
        with pytest.raises(Unavailable):
            await impact.all_of(listed(odd), ACME)
