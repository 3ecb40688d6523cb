"""Weaviate's `BatchStream` through a real gateway: each message is decided anew, and each object told by its id."""

import os
import signal
import struct
import time
from collections.abc import Iterator
from typing import Any

import pytest

from demo.stack import Stack
from path.conftest import Factory
from support.leaks import Ask
from support.tools.soon import soon
from support.weaviate.messages import new
from support.weaviate.messages import said as message_of
from support.weaviate.over_grpc import BatchStreamed, Town, link, person, weaviate_town

ANNA = "abc10000-0000-4000-8000-000000000001"
EVA = "abc10000-0000-4000-8000-000000000005"
POLICY = """
version: 1
mask_profiles: {people: {default: replace}}
rules:
  - name: own-tenant
    who: {groups: [staff]}
    where: anywhere
    operations: ["*"]
    effect: allow
    mask: unsafe-nothing
    rows: [{field: tenant, equals: "{claims.tenant}"}]
  - {name: writers, who: {groups: [writers]}, where: {collections: [Person]}, operations: [write], effect: allow, mask: unsafe-nothing, limits: {max_records: 3}}
  - {name: editors, who: {groups: [editors]}, where: {collections: [Person, Doc]}, operations: [read, write], effect: allow, mask: people}
  - name: asked-for
    who: {groups: [askers]}
    where: {collections: [Person]}
    operations: [write]
    effect: hold
    mask: unsafe-nothing
    approvers: {groups: [approvers]}
    wait: 60s
"""


def new_id(n: int) -> str:
    return f"abc10000-0000-4000-8000-0000000001{n:02d}"


@pytest.fixture(scope="module")
def town(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    over: dict[str, Any] = {"limits": {"request_body": 200_000}}
    with weaviate_town(stack, gateways, tmp_path_factory.mktemp("streams"), POLICY, **over) as made:
        yield made


@pytest.fixture(autouse=True)
def as_it_was(town: Town) -> Iterator[None]:
    before = {key: {**one} for key, one in town.rest.stored.items()}
    yield
    town.rest.stored.clear()
    town.rest.stored.update(before)
    town.grpc.arrived.clear()


def test_objects_and_references_are_written_and_told_one_by_one(town: Town) -> None:
    with town.client() as client:
        stream = BatchStreamed(client, [town.key("writers")]).start()
        assert stream.next().WhichOneof("message") == "started"
        stream.put(person(new_id(1)), person(new_id(2)))
        assert [*stream.next().acks.uuids] == [new_id(1), new_id(2)]
        assert stream.results() == {new_id(1): "", new_id(2): ""}
        stream.put(links=[link(new_id(1), new_id(2))])
        beacon = f"weaviate://localhost/Person/{new_id(1)}/knows"
        assert [*stream.next().acks.beacons] == [beacon]
        assert stream.results() == {beacon: ""}
        stream.stop()
        assert (stream.next(), stream.ended()) == (None, (0, ""))
    assert town.rest.stored["Person", "", new_id(1)] == {"name": "New", "knows": new_id(2)}
    assert [one.path.rpartition("/")[2] for one in town.called()] == ["BatchObjects", "BatchReferences"]


def test_a_message_that_is_refused_is_told_by_its_ids_and_the_stream_goes_on(town: Town) -> None:
    with town.client() as client:
        stream = BatchStreamed(client, [town.key()]).start()
        stream.put(person(EVA, "Stolen"), person(new_id(1)), person(new_id(2), collection="Nope"), person("no id"))
        told = {id: why for _ in range(4) for id, why in stream.results().items()}
        codes = {EVA: "rows.taken", new_id(1): "", new_id(2): "collection.unknown", "no id": "body.unreadable"}
        assert {id: why.split(":")[0] for id, why in told.items()} == codes
        assert stream.put(person(new_id(1))).results() == {new_id(1): ""}
        assert stream.stop().ended() == (0, "")
    assert town.rest.stored["Person", "", EVA]["tenant"] == "t2"
    assert town.rest.stored["Person", "", new_id(1)] == {"name": "New", "tenant": "t1"}


def test_a_stream_is_told_to_write_less_at_a_time(town: Town) -> None:
    with town.client() as client:
        stream = BatchStreamed(client, [town.key("writers")]).start()
        told = stream.put(*(person(new_id(n)) for n in range(4))).results()
        assert all(why.startswith("limit.records") for why in told.values())
        assert stream.next().backoff.batch_size == 2


def test_each_message_is_recorded_as_a_call_of_its_own(town: Town) -> None:
    before = {one.hash for one in town.recorded()}
    with town.client() as client:
        stream = BatchStreamed(client, [town.key("writers", "olga")]).start()
        stream.put(person(new_id(1))).results()
        stream.put(person(new_id(1), collection="Note")).results()
        assert stream.say(b"\x12\x00\x7a\x00").ended()[1].startswith("body.unreadable")
    events = [one for one in town.recorded() if one.exchange and one.hash not in before]
    assert [one.code for one in events] == [
        "request.local", "request.sent", "answer.released", "request.refused", "request.refused",
    ]  # fmt: skip
    calls = [one.body["call"] for one in (*events[:2], *events[3:])]
    assert [one.get("grpc", one["path"]).rpartition("/")[2] for one in calls] == [
        "BatchStream", "BatchObjects", "BatchObjects", "BatchStream",
    ]  # fmt: skip
    assert [one.body["refusal"] for one in events[2:]] == [None, "collection.unknown", "body.unreadable"]
    assert {one.body["who"]["user"] for one in (*events[:2], *events[3:])} == {"olga"}


def test_what_a_token_is_worth_is_asked_for_each_message(town: Town) -> None:
    with town.client() as client:
        stream = BatchStreamed(client, [town.key("writers", exp=int(time.time()) + 6)]).start()
        assert stream.put(person(new_id(1))).results() == {new_id(1): ""}
        why = ""
        while not why:
            time.sleep(0.1)
            why = stream.put(person(new_id(1))).results()[new_id(1)]
        assert why.startswith("identity.expired")
    with town.client() as client:
        stream = BatchStreamed(client, []).start()
        assert stream.put(person(new_id(2))).results()[new_id(2)].startswith("identity.missing")
        assert stream.stop().ended() == (0, "")
    assert ("Person", "", new_id(2)) not in town.rest.stored


async def test_a_held_message_waits_for_a_yes_and_the_rest_waits_behind_it(town: Town) -> None:
    bob = town.made.token("bob", "approvers")
    with town.client() as client:
        stream = BatchStreamed(client, [town.key("askers")]).start()
        stream.put(person(new_id(1))).put(person(new_id(2)))
        (shown,) = await soon(lambda: town.pending(bob))
        assert town.called() == []
        other = BatchStreamed(client, [town.key("writers")]).start()
        assert other.put(person(new_id(3))).results() == {new_id(3): ""}  # one beside it, on the same connection
        town.made.gateway.ask("POST", f"/.vecgate/v1/requests/{shown['id']}/approve", body={}, token=bob)
        assert stream.results() == {new_id(1): ""}
        (shown,) = await soon(lambda: town.pending(bob))
        town.made.gateway.ask("POST", f"/.vecgate/v1/requests/{shown['id']}/deny", body={}, token=bob)
        assert stream.results()[new_id(2)].startswith("hold.denied")
        assert stream.stop().ended() == (0, "")


@pytest.mark.parametrize("how", ["reset", "left"])
async def test_who_leaves_while_a_message_is_held_executes_nothing_though_a_yes_comes(town: Town, how: str) -> None:
    bob = town.made.token("bob", "approvers")
    with town.client() as client:
        stream = BatchStreamed(client, [town.key("askers")]).start()
        stream.put(person(new_id(5 if how == "left" else 6)))
        (shown,) = await soon(lambda: town.pending(bob))
        before = {one.hash for one in town.recorded()}
        if how == "reset":
            client.h2.reset_stream(stream.number, 8)
            client.flush()
        else:
            client.line.close()
        await soon(
            lambda: "hold.client_left" in [one.body.get("refusal") for one in town.recorded() if one.hash not in before]
        )
        town.made.gateway.ask("POST", f"/.vecgate/v1/requests/{shown['id']}/approve", body={}, token=bob)
    assert town.called() == []


async def test_a_gateway_that_stops_says_so_and_works_off_what_was_sent(
    stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with weaviate_town(stack, gateways, tmp_path_factory.mktemp("ending"), POLICY) as town, town.client() as client:
        held = BatchStreamed(client, [town.key("askers")]).start().put(person(new_id(1)))
        await soon(lambda: town.pending(town.made.token("bob", "approvers")))
        quiet = BatchStreamed(client, [town.key("writers")]).start()
        assert quiet.next().WhichOneof("message") == "started"
        os.kill(town.made.gateway.server.pid, signal.SIGTERM)
        assert held.results()[new_id(1)].startswith("hold.pending")  # nobody is kept waiting
        assert quiet.next().WhichOneof("message") == "shutting_down"
        assert quiet.put(person(new_id(2))).results() == {new_id(2): ""}
        assert quiet.stop().ended() == (0, "")
        assert held.stop().ended() == (0, "")
    assert ("Person", "", new_id(2)) in town.rest.stored


PLAIN, SHOWN = "Write to ana.beispiel@example.org.", "Write to <EMAIL>."
THEIRS, OURS, MANY = [9.0, 9.0], [1.0, 0.5], [[1.0, 0.5], [2.0, 0.25]]


def test_a_masked_text_that_comes_back_keeps_its_stored_vectors_on_every_way(town: Town) -> None:
    """The client's were made of the mask: over REST, in a batch, and in a stream; with a name, and several in one."""
    town.rest.classes["Doc"] = {
        **town.rest.classes["Person"],
        "class": "Doc",
        "vectorConfig": {"title": {}, "toks": {}},
    }
    packed = struct.pack("<2f", *THEIRS)
    named = [new("Vectors", name="title", vector_bytes=packed, type=1), new("Vectors", name="toks", vector_bytes=b"\2\0" + packed, type=2)]  # fmt: skip
    for cls, kept, over_rest, over_grpc in (
        ("Person", {"vector": OURS}, {"vector": THEIRS}, {"vector_bytes": packed}),
        ("Doc", {"vectors": {"title": OURS, "toks": MANY}}, {"vectors": {"title": THEIRS, "toks": [THEIRS]}}, {"vectors": named}),
    ):  # fmt: skip
        id, key = new_id(50), (cls, "", new_id(50))
        town.rest.stored[key], town.rest.vectors[key] = {"name": PLAIN}, kept
        one: dict[str, Any] = {"class": cls, "id": id, "properties": {"name": SHOWN, "city": "Ulm"}}
        for method, path, body in (
            ("PUT", f"/v1/objects/{cls}/{id}", {**one, **over_rest}), ("PATCH", f"/v1/objects/{cls}/{id}", {**one, **over_rest}),
            ("POST", "/v1/batch/objects", {"objects": [{**one, **over_rest}]}), ("PUT", f"/v1/objects/{cls}/{id}", one),
        ):  # fmt: skip
            said = town.made.say(Ask(method, path, body), town.key("editors")[1].partition(" ")[2])
            assert said.status < 300, said.text
            assert (town.rest.stored[key]["name"], town.rest.vectors[key]) == (PLAIN, kept), (method, path)
        sent = person(id, collection=cls, values={"name": SHOWN, "state": "done"}, **over_grpc)
        call = ("BatchObjects", message_of(new("BatchObjectsRequest", objects=[sent])))
        assert town.call(call, "editors").grpc == (0, "")
        assert (town.rest.stored[key], town.rest.vectors[key]) == ({"name": PLAIN, "state": "done"}, kept)
        with town.client() as client:
            stream = BatchStreamed(client, [town.key("editors")]).start()
            assert stream.next().WhichOneof("message") == "started"
            stream.put(sent)
            assert [*stream.next().acks.uuids] == [id]
            assert stream.results() == {id: ""}
            stream.stop()
        assert (town.rest.stored[key]["name"], town.rest.vectors[key]) == (PLAIN, kept)
