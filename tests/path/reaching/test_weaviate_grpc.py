"""Weaviate over gRPC through a real gateway: what is decided, kept to rows and masked is what REST would be."""

from collections.abc import Iterator
from typing import Any

import pytest

from demo.stack import Stack
from dialects.weaviate.grpc.test_isolation import NEAR, counted, deleted, search, stored
from dialects.weaviate.test_isolation import HOSTILE, THEIRS
from path.conftest import Factory
from support.http2.client import connected
from support.leaks import Ask
from support.tools.families import FAMILIES, walk
from support.weaviate.messages import SERVICE, filters, new
from support.weaviate.over_grpc import Town, weaviate_town

ANNA = "abc10000-0000-4000-8000-000000000001"
EVA = "abc10000-0000-4000-8000-000000000005"
POLICY = """
version: 1
mask_profiles: {people: {default: replace, fields: {"*.email": redact}}}
rules:
  - {name: start, who: anyone, where: {without_collection: true}, operations: [health], effect: allow, mask: people}
  - name: own-tenant
    who: {groups: [staff]}
    where: anywhere
    operations: ["*"]
    effect: allow
    mask: unsafe-nothing
    rows: [{field: tenant, equals: "{claims.tenant}"}]
  - {name: readers, who: {groups: [readers]}, where: {collections: [Person]}, operations: [read], effect: allow, mask: people, limits: {max_results: 6}}
  - {name: nosy, who: {groups: [nosy]}, where: {collections: [Note]}, operations: [read], effect: allow, mask: people}
"""


@pytest.fixture(scope="module")
def town(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with weaviate_town(stack, gateways, tmp_path_factory.mktemp("weaviate"), POLICY) as made:
        yield made


def reply(said: Any, name: str) -> Any:
    assert said.grpc == (0, ""), said.grpc
    message = new(name)
    message.ParseFromString(said.message)
    return message


def test_ones_own_records_are_there_and_no_others(town: Town) -> None:
    """W-47, W-61, W-63, W-70"""
    for message in (search(), search(limit=100, **NEAR), search(near_object=new("NearObject", id=ANNA))):
        found = reply(town.call(message), "SearchReply").results
        assert [one.properties.non_ref_props.fields["tenant"].text_value for one in found] == ["t1"] * 3
        assert all(one.metadata.id and one.metadata.distance_present for one in found)
    assert reply(town.call(counted()), "AggregateReply").single_result.objects_count == 3
    assert reply(town.call(deleted(HOSTILE[4], dry_run=True)), "BatchDeleteReply").matches == 3
    for message in (
        search(near_object=new("NearObject", id=EVA)),
        stored(),
        search(bm25_search=new("BM25", query="eva")),
        search(after=ANNA),
    ):
        status, text = town.call(message).grpc
        assert status in (5, 7, 10), text  # none that clients try again at
        assert text.split(".")[0] == "rows"
    for where in HOSTILE:
        said = town.call(search(filters=filters(where)))
        assert not any(name.encode() in said.body for name in THEIRS)
    assert town.rest.stored["Person", "", EVA]["tenant"] == "t2"


def test_an_answer_is_masked_and_bounded_as_over_rest(town: Town) -> None:
    """W-72, W-73"""
    found = reply(town.call(search(), "readers"), "SearchReply").results
    assert len(found) == 6
    values = [dict(one.properties.non_ref_props.fields) for one in found]
    assert all(one["email"].WhichOneof("kind") == "text_value" and "@" not in one["email"].text_value for one in values)
    assert not any("Anna" in str(one) or "Bruno" in str(one) for one in values)
    assert [one["age"].WhichOneof("kind") for one in values] == ["int_value"] * 6
    assert town.call(search(limit=7), "readers").grpc[1].startswith("limit.results")
    asked = search(sort_by=[new("SortBy", path=["email"])])
    assert town.call(asked, "readers").grpc[1].startswith("oracle.field")
    status, text = town.call(search(), "nosy").grpc
    assert (status, text.split(":")[0]) == (5, "collection.unknown")


def test_what_is_refused_is_shown_and_never_tried_again(town: Town) -> None:
    """W-74, W-75"""
    before = len(town.grpc.arrived)
    for message, status, code in (
        (search(generative=b""), 3, "body.unreadable"),
        (search(collection="Nope"), 5, "collection.unknown"),
        (("Nope", b""), 7, "route.unknown"),
    ):
        said = town.call(message).grpc
        assert (said[0], said[1].split(":")[0]) == (status, code)
    assert len(town.grpc.arrived) == before


def test_an_error_of_the_server_comes_with_its_status_and_its_words(town: Town) -> None:
    """W-74"""
    status, text = town.call(search(collection="Note")).grpc
    assert (status, "rows" in text or "multi-tenancy" in text) == (7, True)
    said = town.call(search(properties=new("PropertiesRequest", non_ref_properties=["nope"])), "readers").grpc
    assert said == (2, "no such prop with name 'nope' found in class 'Person' in the schema")


def test_a_client_starts(town: Town) -> None:
    """W-75: health is answered to anybody, and what the server tells of itself to those who may know"""
    with connected(town.made.gateway.listen.port, str(town.made.gateway.ca)) as client:
        said = client.call("/grpc.health.v1.Health/Check")
        assert (said.grpc, said.message) == ((0, ""), b"\x08\x01")
        assert client.call(f"{SERVICE}/Search", search()[1]).grpc[0] == 16
    meta = Ask("GET", "/v1/meta", headers={"x-weaviate-client": "python/4.24.1"})
    told = town.made.say(meta, town.made.token("ana", "readers"))
    assert (told.status, told.tree["version"], told.tree["grpcMaxMessageSize"]) == (200, "1.40.0", 41943040)


def test_batches_are_written_and_told_object_by_object(town: Town) -> None:
    new_one = "abc10000-0000-4000-8000-00000000000a"
    assert reply(town.call(stored(uuid=new_one)), "BatchObjectsReply") == new("BatchObjectsReply")
    assert town.rest.stored["Person", "", new_one] == {"name": "Stolen", "tenant": "t1"}
    del town.rest.stored["Person", "", new_one]


@pytest.mark.long
def test_the_official_client_does_what_its_users_know(town: Town) -> None:
    """weaviate-client 4, unmodified, in an environment of its own."""
    gateway, ca = town.made.gateway, str(town.made.gateway.ca)
    trusts = {"SSL_CERT_FILE": ca, "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": ca, "PYTHONPATH": str(FAMILIES)}

    def walked(part: str, group: str) -> Any:
        told = {
            "port": gateway.listen.port,
            "token": town.made.token("ana", group, tenant="t1"),
            "collection": "Person",
        }
        return walk("weaviate", part, told, trusts)

    before = {key: dict(one) for key, one in town.rest.stored.items()}
    found = walked("owner", "staff")
    assert {case: one for case, one in found.items() if "gave" not in one and case not in TOLD} == {}
    for case, code in TOLD.items():
        assert code in found[case].get("said", ""), (case, found[case])
    assert found["starts"] == {"gave": True}
    assert found["fetches"]["gave"] == ["Anna Beispiel", "Bruno Muster", "Chlo\u00e9 Mod\u00e8le"]
    assert found["types"]["gave"] == ["int", "str", "bool", "list"]
    assert found["counts"]["gave"] == 3
    assert [found[case]["gave"] for case in ("exists", "knows_tenants")] == [[True, False, False], [True, False]]
    assert found["inserts"]["gave"] == [2, 0]
    assert found["deletes"]["gave"] == 2
    assert town.rest.stored.keys() == before.keys()
    assert {key: one for key, one in town.rest.stored.items() if one.get("tenant") == "t2"} == {
        key: one for key, one in before.items() if one.get("tenant") == "t2"
    }
    shown = walked("reader", "readers")
    assert shown["fetches_masked"]["gave"] == [6, False]


@pytest.mark.long
def test_the_official_clients_streams_lose_nothing_in_silence(town: Town) -> None:
    """weaviate-client 4, unmodified: `batch.stream` and `batch.experimental`, with and without asyncio."""
    gateway, ca = town.made.gateway, str(town.made.gateway.ca)
    trusts = {"SSL_CERT_FILE": ca, "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": ca, "PYTHONPATH": str(FAMILIES)}
    told = {
        "port": gateway.listen.port, "token": town.made.token("ana", "staff", tenant="t1"), "collection": "Person",
    }  # fmt: skip
    before = {key: dict(one) for key, one in town.rest.stored.items()}
    found = walk("weaviate", "streamer", told, trusts)
    assert found["streams_one"] == {"gave": [250, [], []]}
    assert found["streams_all"] == {"gave": [2, [], [["knows", "rows.unscopable"]]]}
    assert found["streams_over_theirs"] == {"gave": [0, [[EVA, "rows.field"]], []]}
    assert found["streams_async"] == {"gave": [1, [[EVA, "rows.field"]], []]}  # of one message
    new = {key: one for key, one in town.rest.stored.items() if key not in before}
    assert (len(new), {one["tenant"] for one in new.values()}) == (252, {"t1"})
    for key in new:
        del town.rest.stored[key]
    assert town.rest.stored == before


#: What an owner of some rows is told.
TOLD = {
    "searches_words": "rows.unscopable", "generates": "body.unreadable", "starts_from_another": "rows.unknown",
    "iterates": "rows.unscopable",
}  # fmt: skip
