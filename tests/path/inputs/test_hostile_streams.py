"""Attacks on Weaviate's `BatchStream`: other people's records, ids in many spellings, what never ends, what is too much."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from attacks.test_floods import ALLOWED
from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.http2.client import Client
from support.tools.memory import growth
from support.weaviate.messages import new, said
from support.weaviate.over_grpc import BatchStreamed, Town, link, person, weaviate_town

ANNA, EVA = "abc10000-0000-4000-8000-000000000001", "abc10000-0000-4000-8000-000000000005"
MINE, OURS = "abc10000-0000-4000-8000-000000000191", "abc10000-0000-4000-8000-000000000192"
MOST, MESSAGES = 200_000, 40
LIMITS: Final[dict[str, Any]] = {
    "request_body": MOST, "stream_seconds": 5, "body_seconds": 2, "answer_seconds": 2, "connection_requests": MESSAGES,
    "streams": 20,
}  # fmt: skip
POLICY = """
version: 1
rules:
  - name: own-tenant
    who: {groups: [staff]}
    where: {collections: [Person]}
    operations: ["*"]
    effect: allow
    mask: unsafe-nothing
    rows: [{field: tenant, equals: "{claims.tenant}"}]
  - name: own-notes
    who: {groups: [notes]}
    where: {collections: [Note], tenants: [t1]}
    operations: ["*"]
    effect: allow
    mask: unsafe-nothing
"""


@pytest.fixture(scope="module")
def town(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    factory = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port, readers=False)  # they count as memory
    with weaviate_town(stack, factory, tmp_path_factory.mktemp("streams"), POLICY, limits=LIMITS) as made:
        yield made


@pytest.fixture
def as_before(town: Town) -> Iterator[dict[Any, Any]]:
    """What was stored when the test began; put back at its end."""
    before = {key: {**one} for key, one in town.rest.stored.items()}
    town.grpc.arrived.clear()
    yield before
    town.rest.stored.clear()
    town.rest.stored.update(before)


def stream(town: Town, client: Client, group: str = "staff", **claims: Any) -> BatchStreamed:
    made = BatchStreamed(client, [town.key(group, **claims)])
    assert made.start().next().WhichOneof("message") == "started"
    return made


def packed(*fields: tuple[int, bytes]) -> bytes:
    """Fields with lengths, as they stand."""
    found = b""
    for number, value in fields:
        length, varint = len(value), b""
        while length > 127:
            varint, length = varint + bytes([length & 127 | 128]), length >> 7
        found += bytes([number << 3 | 2]) + varint + bytes([length]) + value
    return found


def data(*objects: bytes, more: bytes = b"") -> bytes:
    return packed((2, packed((1, packed(*((1, one) for one in objects)))) + more))


def linked(*links: Any) -> bytes:
    return packed((2, packed((2, packed(*((1, said(one)) for one in links))))))


_OWN, _THEIRS = said(person(MINE)), said(person(EVA, "Stolen"))
#: By name: a message, with something of somebody else's in it.
FOREIGN: Final[dict[str, bytes]] = {
    "their id": data(_THEIRS),
    "their id behind one's own": data(_OWN, _THEIRS),
    "their id in upper case": data(said(person(EVA.upper(), "Stolen"))),
    "their id without dashes": data(said(person(EVA.replace("-", ""), "Stolen"))),
    "their id as a URN": data(said(person(f"urn:uuid:{EVA}", "Stolen"))),
    "their id in braces": data(said(person(f"{{{EVA}}}", "Stolen"))),
    "an id that stands twice": data(_OWN + said(new("BatchObject", uuid=EVA))),
    "an object that is merged": data(_OWN) + data(_THEIRS),
    "objects that stand twice": packed((2, packed((1, packed((1, _OWN))), (1, packed((1, _THEIRS)))))),
    "their tenant in a value": data(said(person(MINE, values={"name": "New", "tenant": "t2"}))),
    "their tenant in another case": data(said(person(MINE, values={"name": "New", "Tenant": "t2"}))),
    "their tenant twice": data(said(person(MINE, values={"tenant": "t1", "Tenant": "t2"}))),
    "the server's own tenant": data(said(person(MINE, tenant="t2"))),
    "a class in another case": data(said(person(EVA, "Stolen", collection="PERSON"))),
    "a class with a small letter": data(said(person(EVA, "Stolen", collection="person"))),
    "another class": data(said(person(EVA, "Stolen", collection="Note", tenant="t2"))),
    "a field that is not known": data(_THEIRS + b"\x7a\x00"),
    "a field that is not known beside objects": data(_THEIRS, more=b"\x7a\x00"),
    "a field that is not known beside data": data(_THEIRS) + b"\x7a\x00",
    "a reference from theirs": linked(link(EVA, ANNA)),
    "a reference to theirs": linked(link(ANNA, EVA)),
    "a reference to theirs in another case": linked(link(ANNA, EVA.upper())),
    "a reference to another class": linked(link(ANNA, EVA, to_collection="Note")),
    "a beacon in the place of an id": linked(link(f"Person/{EVA}", ANNA), link(f"{EVA}/knows", ANNA)),
    "a beacon in the place of a name": linked(link(ANNA, ANNA, name=f"knows/../../{EVA}/knows")),
    "a reference among the values": data(
        said(new("BatchObject", uuid=MINE, collection="Person", properties=new(
            "BatchObject.Properties", single_target_ref_props=[new("SingleTargetRefProps", uuids=[EVA], prop_name="knows")])))
    ),
    "a start in the middle": packed((1, b"\x08\x01")),
    "data and stop in one": data(_THEIRS) + packed((3, b"")),
    "a batch in the place of a message": packed((1, _THEIRS)),
    "cut off": data(_THEIRS)[:-3],
}  # fmt: skip


@pytest.mark.parametrize("name", FOREIGN)
def test_nothing_of_others_is_touched_and_whoever_tries_is_told_why(
    town: Town, as_before: dict[Any, Any], name: str
) -> None:
    with town.client() as client:
        made = stream(town, client)
        made.say(FOREIGN[name])
        told = made.next("results")
        if told is None:
            assert made.ended()[0] in (2, 3, 7)
        else:
            assert all(one.error for one in told.results.errors)
            assert [one.uuid for one in told.results.successes if one.uuid != MINE] == []
            made.put(person(OURS))  # the stream goes on
            heard = dict[str, str]()
            while OURS not in heard:
                heard |= made.results()
            assert [id for id, why in heard.items() if not why and id != MINE] == [OURS]
    found = {key: one for key, one in town.rest.stored.items() if key[2] not in (MINE, OURS)}
    assert found == as_before
    assert all(one.get("tenant", "t1") == "t1" for key, one in town.rest.stored.items() if key[2] in (MINE, OURS))
    assert not any(key[2] in (MINE, OURS) and key[1] for key in town.rest.stored)


def test_a_tenant_of_the_servers_own_is_held_in_the_middle_of_a_stream(town: Town, as_before: dict[Any, Any]) -> None:
    def note(id: str, tenant: str) -> Any:
        return person(id, collection="Note", tenant=tenant, values={"text": "New"})

    with town.client() as client:
        made = stream(town, client, "notes")
        assert made.put(note(MINE, "t1")).results() == {MINE: ""}
        made.put(note(MINE, "t1"), note(OURS, "t2"))
        told = {**made.results(), **made.results()}
        assert [id for id, why in told.items() if why] == [OURS]
        for tenant in ("T2", "t2 ", "", "t1,t2", "*"):
            assert all(made.put(note(OURS, tenant)).results().values())
        assert made.put(note(MINE, "t1")).results() == {MINE: ""}
    assert {key for key in town.rest.stored if key not in as_before} == {("Note", "t1", MINE)}


def test_two_people_on_one_connection_write_as_themselves(town: Town, as_before: dict[Any, Any]) -> None:
    with town.client() as client:
        first, second = stream(town, client), stream(town, client, user="ben", tenant="t2")
        first.put(person(MINE))
        second.put(person(OURS))
        assert (second.results(), first.results()) == ({OURS: ""}, {MINE: ""})
        assert all(second.put(person(MINE, "Stolen")).results().values())
        assert all(first.put(person(OURS, "Stolen")).results().values())
    assert {key: one for key, one in town.rest.stored.items() if key not in as_before} == {
        ("Person", "", MINE): {"name": "New", "tenant": "t1"}, ("Person", "", OURS): {"name": "New", "tenant": "t2"},
    }  # fmt: skip


@pytest.mark.parametrize("level", [0, 1, 3, 4, 99, None])
def test_a_level_of_consistency_is_the_servers_or_none(
    town: Town, as_before: dict[Any, Any], level: int | None
) -> None:
    with town.client() as client:
        made = BatchStreamed(client, [town.key()]).start(level)
        told = made.put(person(MINE)).results()[MINE]
        assert bool(told) == (level in (4, 99)), told


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        ([data(_OWN)], "first message must be a start message"),
        ([packed((3, b""))], "first message must be a start message"),
        ([packed((1, b"")), packed((1, b""))], "started twice"),
    ],
)
def test_what_does_not_begin_as_a_stream_does_writes_nothing(
    town: Town, as_before: dict[Any, Any], messages: list[bytes], words: str
) -> None:
    with town.client() as client:
        made = BatchStreamed(client, [town.key()])
        for one in messages:
            made.say(one)
        status, text = made.ended()
    assert (status in (2, 3), words in text, town.called()) == (True, True, [])


# too much, too many, too slow


def _giant(made: BatchStreamed) -> None:
    made.client.data(made.number, b"\0" + (2**31).to_bytes(4, "big") + b"x" * 500_000, end=False)
    assert made.ended()[1].startswith("body.too_large")


def _ahead(made: BatchStreamed) -> None:
    """Messages that nobody has worked off yet, as far as windows go."""
    room = made.client.h2.local_flow_control_window(made.number)
    assert room <= 1024 * 1024 + 65_535
    large = person(MINE, values={"name": "x" * 90_000})
    for _ in range(12):
        made.put(large)
    assert made.results() == {MINE: ""}


def _idle(made: BatchStreamed) -> None:
    """It is told to end, and then cut off."""
    assert made.next().WhichOneof("message") == "shutting_down"
    assert made.next() is None
    assert made.answer.reset == 2  # as a server that is gone: clients send again what was not acknowledged


def _half(made: BatchStreamed) -> None:
    made.client.data(made.number, b"\0\0\0\1\0x", end=False)
    assert (made.next(), made.answer.reset) == (None, 2)


def _endless(made: BatchStreamed) -> None:
    """Message after message: told to end with as many as a connection may carry, and then cut off with it."""
    told, sent = list[str](), 0
    while not made.client.closed and made.answer.reset is None and sent < 50 * MESSAGES:
        made.put(person(MINE))
        sent += 1
        told.append(str(message.WhichOneof("message")) if (message := made.next("results", "shutting_down")) else "")
    assert "shutting_down" in told
    assert sent < 50 * MESSAGES


def _deaf(made: BatchStreamed) -> None:
    """Who takes no answers is not worked for."""
    made.client.windows = False
    for _ in range(400):
        made.put(*(person(f"{n}" + "x" * 3000) for n in range(50)))
        if made.answer.reset is not None or made.client.closed:
            break
    assert made.answer.reset is not None or made.client.closed


TOO_MUCH: Final[dict[str, Callable[[BatchStreamed], None]]] = {
    "a giant message": _giant, "messages ahead": _ahead, "silence": _idle, "half a message": _half,
    "no end": _endless, "no ear": _deaf,
}  # fmt: skip


@pytest.mark.parametrize("name", TOO_MUCH)
def test_it_ends_and_takes_no_room(town: Town, as_before: dict[Any, Any], name: str) -> None:
    with growth(town.made.gateway.server.pid) as grown, town.client() as client:
        TOO_MUCH[name](stream(town, client))
    assert grown() < ALLOWED


@pytest.mark.parametrize("key", [(), (("authorization", "Bearer a.b.c"),)], ids=["nobody", "a forged token"])
def test_who_is_not_known_keeps_no_stream_for_long(town: Town, key: Any) -> None:
    """One's own may be silent for `stream_seconds`; theirs for no longer than a body (`body_seconds`), which is less."""
    with town.client() as client:
        made = BatchStreamed(client, key).start()
        assert made.put(person(MINE)).results()[MINE].startswith("identity.")  # who has lost their login reads so
        status, text = made.ended()
    assert (status, text.split(".")[0]) == (16, "identity")
    assert ("Person", "", MINE) not in town.rest.stored


def test_so_many_streams_at_a_time_and_more_are_told_to_come_again(town: Town) -> None:
    with growth(town.made.gateway.server.pid) as grown, town.client() as client:
        made = [BatchStreamed(client, []).start() for _ in range(12)]
        for one in made[8:]:
            client.answer(one.number)
        assert [one.answer.reset for one in made[8:]] == [7] * 4  # REFUSED_STREAM
        assert made[0].next().WhichOneof("message") == "started"
    assert grown() < ALLOWED
