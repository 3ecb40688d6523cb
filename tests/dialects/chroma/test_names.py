"""Is a UUID a name only where the server says so, and only as long as that is fresh?"""

import pytest

from support.fakes.asking import Told
from vecgate.dialects.chroma.names import Names, id_of, under
from vecgate.domain.call import Answer, Call, Json
from vecgate.refusals.errors import CallRefused, Unavailable

ACME = ("acme", "main")
UUID = "2687e4e8-d546-4e70-a219-19361a27da60"
PATH = f"GET /api/v2/tenants/acme/databases/main/collections/by-id/{UUID}"


def collection(**changed: Json) -> Json:
    return {"id": UUID, "name": "tickets", "tenant": "acme", "database": "main", **changed}


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_place_is_a_path() -> None:
    assert "/".join(under(ACME, "collections", "x")) == "api/v2/tenants/acme/databases/main/collections/x"


@pytest.mark.parametrize(
    "uuid",
    ["", "tickets", UUID.upper(), UUID.replace("-", ""), f"{{{UUID}}}", f"urn:uuid:{UUID}", UUID + "\n", "by-id"],
)
async def test_what_is_not_a_plain_uuid_is_not_even_asked(uuid: str) -> None:
    ask = Told((PATH, collection()))
    with pytest.raises(CallRefused, match=r"collection\.unknown"):
        await Names().of(ask, ACME, uuid)
    assert ask.asked == []


async def test_a_name_is_asked_once_and_then_known() -> None:
    ask, names = Told((PATH, collection())), Names()
    assert [await names.of(ask, ACME, UUID) for _ in range(3)] == ["tickets"] * 3
    assert len(ask.asked) == 1


@pytest.mark.parametrize(
    "said",
    [
        Answer(404),
        Answer(400),
        collection(tenant="evil"),
        collection(database="other"),
        collection(id="x"),
        {},
        [],
        None,
        {"name": "tickets"},
    ],
)
async def test_a_collection_of_another_place_does_not_exist(said: Json | Answer) -> None:
    ask = Told((PATH, said))
    with pytest.raises(CallRefused, match=r"collection\.unknown"):
        await Names().of(ask, ACME, UUID)


async def test_a_name_known_in_one_place_is_not_known_in_another() -> None:
    ask, names = Told((PATH, collection())), Names()
    await names.of(ask, ACME, UUID)
    with pytest.raises(CallRefused, match=r"collection\.unknown"):
        await names.of(ask, ("acme", "other"), UUID)


@pytest.mark.parametrize(
    "said", [Answer(500), Answer(401), Answer(200, body=b"<html>"), collection(name=None), collection(name="")]
)
async def test_no_answer_is_an_outage_and_not_a_no(said: Json | Answer) -> None:
    with pytest.raises(Unavailable):
        await Names().of(Told((PATH, said)), ACME, UUID)


async def test_a_no_is_not_remembered() -> None:
    ask, names = Told(), Names()
    with pytest.raises(CallRefused):
        await names.of(ask, ACME, UUID)
    ask.rows[PATH] = collection()
    assert await names.of(ask, ACME, UUID) == "tickets"


async def test_a_name_grows_stale() -> None:
    clock = Clock()
    ask, names = Told((PATH, collection())), Names(now=clock, fresh=60)
    await names.of(ask, ACME, UUID)
    ask.rows[PATH] = collection(name="renamed")
    clock.now += 59
    assert await names.of(ask, ACME, UUID) == "tickets"
    clock.now += 1
    assert await names.of(ask, ACME, UUID) == "renamed"


async def test_forgotten_names_are_asked_anew() -> None:
    ask, names = Told((PATH, collection())), Names()
    await names.of(ask, ACME, UUID)
    ask.rows[PATH] = collection(name="renamed")
    names.forget()
    assert await names.of(ask, ACME, UUID) == "renamed"


async def test_an_answer_overtaken_by_a_change_is_not_kept() -> None:
    names = Names()

    async def slow(call: Call) -> Answer:
        names.forget()  # a rename went through while this answer was under way
        return await Told((PATH, collection()))(call)

    await names.of(slow, ACME, UUID)
    assert await names.of(Told((PATH, collection(name="renamed"))), ACME, UUID) == "renamed"


async def test_while_names_change_none_is_told_from_memory_and_none_is_kept() -> None:
    quiet = True
    ask, names = Told((PATH, collection())), Names(quiet=lambda: quiet)
    await names.of(ask, ACME, UUID)
    quiet = False
    ask.rows[PATH] = collection(name="renamed")
    assert await names.of(ask, ACME, UUID) == "renamed"
    ask.rows[PATH] = collection(name="once more")
    assert await names.of(ask, ACME, UUID) == "once more"
    names.forget()
    quiet = True
    assert await names.of(ask, ACME, UUID) == "once more"


async def test_what_is_asked_anew_is_not_told_from_memory() -> None:
    ask, names = Told((PATH, collection())), Names()
    await names.of(ask, ACME, UUID)
    ask.rows[PATH] = collection(name="renamed")
    assert await names.of(ask, ACME, UUID, anew=True) == "renamed"
    assert await names.of(ask, ACME, UUID) == "renamed"


async def test_only_so_many_names_are_kept() -> None:
    names = Names(most=2)
    uuids = [UUID[:-1] + last for last in "123"]
    ask = Told(*((PATH[:-1] + u[-1], collection(id=u)) for u in uuids))
    for uuid in uuids:
        await names.of(ask, ACME, uuid)
    assert len(ask.asked) == 3
    await names.of(ask, ACME, uuids[2])
    assert len(ask.asked) == 3
    await names.of(ask, ACME, uuids[0])
    assert len(ask.asked) == 4


async def test_a_name_leads_to_its_uuid() -> None:
    ask = Told(("GET /api/v2/tenants/acme/databases/main/collections/tickets", collection()))
    assert await id_of(ask, ACME, "tickets") == UUID
    assert await id_of(ask, ACME, "nope") is None
    odd = Told((f"GET /{'/'.join(under(ACME, 'collections', 'tickets'))}", collection(id="anna@example.org")))
    assert await id_of(odd, ACME, "tickets") is None
