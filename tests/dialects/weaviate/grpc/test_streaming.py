"""What is asked and said on a stream of batches? What a real server said to real clients, and refusals by id."""

from base64 import b64decode, b64encode
from typing import Any

import pytest

from support.weaviate.messages import GRPC, new, said
from support.weaviate.over_grpc import link, person
from vecgate.dialects.base.grpc.protocol import (
    INVALID_ARGUMENT,
    PERMISSION_DENIED,
    UNAUTHENTICATED,
    UNKNOWN,
    Asked,
    Reply,
    Talk,
)
from vecgate.dialects.weaviate.grpc.streaming import STREAM

ONE, TWO = "abc70000-0000-4000-8000-000000000100", "abc70000-0000-4000-8000-000000000101"
BEACON = f"weaviate://localhost/Cli/{ONE}/knows"
#: As weaviate-client 4.24.1 sent it to a real 1.40, and as that answered.
SENT = (
    "CgIIAg==",
    "EuICCt8CClsKJGFiYzcwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDEwMBocChoKGAoEbmFtZRIQGg5iYXRjaCBzdHJlYW0gMCIDQ2xpMhBm"
    "ZmY/zczMPQAAAADNzMw9ClsKJGFiYzcwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDEwMRocChoKGAoEbmFtZRIQGg5iYXRjaCBzdHJlYW0g"
    "MSIDQ2xpMhDNzEw/zcxMPs3MzD0AAAAAClsKJGFiYzcwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDEwMhocChoKGAoEbmFtZRIQGg5iYXRj"
    "aCBzdHJlYW0gMiIDQ2xpMhDNzMw9ZmZmP83MzD0AAAAACkYKJDcxMTRmMDMyLWFiMDQtNGY1OS1iMjczLWIwYTJjOTMzZGM5NhoTChEKDwoEdGV4"
    "dBIHGgViYXRjaCIFQ2xpTXQqAnQx",
    "ElwSWgpYCgVrbm93cxIDQ2xpGiRhYmM3MDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAxMDAqJGFiYzcwMDAwLTAwMDAtNDAwMC04MDAwLTAw"
    "MDAwMDAwMDEwMQ==",
    "GgA=",
)
SAID = (
    "IgA=",
    "MpgBCiRhYmM3MDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAxMDAKJGFiYzcwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDEwMQokYWJj"
    "NzAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMTAyCiQ3MTE0ZjAzMi1hYjA0LTRmNTktYjI3My1iMGEyYzkzM2RjOTY=",
    "CqABEiYSJGFiYzcwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDEwMBImEiRhYmM3MDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAxMDES"
    "JhIkYWJjNzAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMTAyEiYSJDcxMTRmMDMyLWFiMDQtNGY1OS1iMjczLWIwYTJjOTMzZGM5Ng==",
    "MkUSQ3dlYXZpYXRlOi8vbG9jYWxob3N0L0NsaS9hYmM3MDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAxMDAva25vd3M=",
    "CkcSRRpDd2VhdmlhdGU6Ly9sb2NhbGhvc3QvQ2xpL2FiYzcwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDEwMC9rbm93cw==",
)


def request(**fields: Any) -> bytes:
    return said(new("BatchStreamRequest", **fields))


def start(level: int | None = None) -> bytes:
    return request(start=new("BatchStreamRequest.Start", **({} if level is None else {"consistency_level": level})))


def data(*objects: Any, links: tuple[Any, ...] = ()) -> bytes:
    told = {"objects": new("BatchStreamRequest.Objects", values=objects)} if objects else {}
    more = {"references": new("BatchStreamRequest.References", values=links)} if links else {}
    return request(data=new("BatchStreamRequest.Data", **told, **more))


STOP = request(stop=new("BatchStreamRequest.Stop"))


def talk(*messages: bytes) -> Talk:
    made = GRPC.talk(STREAM)
    for one in messages:
        made.heard(one)
    assert not made.asks or made.asks.popleft().method == STREAM  # who begins it
    return made


def begun() -> Talk:
    made = talk(start(2))
    made.said.clear()
    return made


def told(made: Talk, *bad: str, why: str = "rows.field: no") -> list[list[str]]:
    """Answer all it asks for, with a refusal where one of these is written: whom it asked for, call by call."""
    calls = []
    while made.asks:
        asked = made.asks.popleft()
        name = asked.method.rpartition("/")[2]
        request = GRPC.messages.read(f"weaviate.v1.{name}Request", asked.message)
        objects = name == "BatchObjects"
        calls.append(
            [one.uuid for one in request.objects] if objects else [one.from_uuid for one in request.references]
        )
        refused = any(one in bad for one in calls[-1])
        made.told(asked, Reply(None, PERMISSION_DENIED, why) if refused else Reply(b""))
    return calls


def heard(made: Talk) -> list[Any]:
    found = []
    while made.said:
        message = new("BatchStreamReply")
        message.ParseFromString(made.said.popleft())
        found.append(message)
    return found


def test_a_real_clients_stream_is_answered_byte_for_byte_as_a_real_server_did() -> None:
    """W-76"""
    made, asked = GRPC.talk(STREAM), list[Asked]()
    for one in SENT:
        made.heard(b64decode(one))
        while made.asks:
            asked.append(made.asks.popleft())
            made.told(asked[-1], Reply(b""))
    assert made.ended is None
    made.over()
    assert made.ended == Reply()
    assert [b64encode(one).decode() for one in made.said] == [*SAID]
    assert [one.method.rpartition("/")[2] for one in asked] == ["BatchStream", "BatchObjects", "BatchReferences"]
    batch = GRPC.messages.read("weaviate.v1.BatchObjectsRequest", asked[1].message)
    assert ([one.uuid for one in batch.objects][:2], batch.consistency_level) == ([ONE, TWO], 2)


def test_each_object_is_told_what_became_of_it() -> None:
    made = begun()
    made.heard(data(person(ONE), person(TWO), links=(link(ONE, TWO, collection="Cli"),)))
    objects, links = made.asks.popleft(), made.asks.popleft()
    made.told(
        objects, Reply(said(new("BatchObjectsReply", errors=[new("BatchError", index=1, error="no such class")])))
    )
    made.told(links, Reply(None, PERMISSION_DENIED, "policy.denied: no"))
    acks, first, second = heard(made)
    assert ([*acks.acks.uuids], [*acks.acks.beacons]) == ([ONE, TWO], [BEACON])
    assert [one.uuid for one in first.results.successes] == [ONE]
    assert [(one.uuid, one.error) for one in first.results.errors] == [(TWO, "no such class")]
    assert [(one.beacon, one.error) for one in second.results.errors] == [(BEACON, "policy.denied: no")]


def test_ids_are_told_as_they_were_spelt() -> None:
    made, odd = begun(), [ONE.upper(), ONE.replace("-", ""), f"urn:uuid:{ONE}", "", "x", ONE, ONE]
    made.heard(data(*map(person, odd)))
    made.told(made.asks.popleft(), Reply(None, PERMISSION_DENIED, "no"))
    acks, results = heard(made)
    assert [*acks.acks.uuids] == odd
    assert [one.uuid for one in results.results.errors] == odd


def test_what_is_refused_for_its_number_is_told_to_come_in_smaller_pieces() -> None:
    made = begun()
    made.heard(data(*map(person, (ONE, TWO, ONE, TWO))))
    made.told(made.asks.popleft(), Reply(None, PERMISSION_DENIED, "limit.records: 4 records are written"))
    assert heard(made)[-1].backoff.batch_size == 2
    made.heard(data(person(ONE)))
    made.told(made.asks.popleft(), Reply(None, PERMISSION_DENIED, "limit.records: 1 record is written"))
    assert heard(made)[-1].WhichOneof("message") == "results"


@pytest.mark.parametrize(
    ("messages", "status", "words"),
    [
        ([data(person(ONE))], UNKNOWN, "first message must be a start message"),
        ([STOP], UNKNOWN, "first message must be a start message"),
        ([b""], UNKNOWN, "first message must be a start message"),
        ([start(), start()], INVALID_ARGUMENT, "started twice"),
        ([b"\xff\xff"], INVALID_ARGUMENT, "body.unreadable"),
        ([start(), b"\xff\xff"], INVALID_ARGUMENT, "body.unreadable"),
        ([start() + b"\x7a\x00"], INVALID_ARGUMENT, "body.unreadable"),
        ([start(), STOP + b"\x7a\x00"], INVALID_ARGUMENT, "body.unreadable"),
        ([start() + data(person(ONE))], INVALID_ARGUMENT, "body.unreadable"),
    ],
)
def test_what_is_no_stream_of_batches_ends_it(messages: list[bytes], status: int, words: str) -> None:
    made = talk(*messages)
    assert made.ended is not None
    assert (made.ended.status, words in made.ended.text, [*made.asks]) == (status, True, [])


@pytest.mark.parametrize(
    "message",
    [
        data(person(ONE)) + b"\x7a\x00",  # a field that is not known
        request(data=new("BatchStreamRequest.Data")) + data(person(ONE)),  # merged by a server
        data(person(ONE)) + data(person(ONE), person(TWO))[:0] + b"\x12\x00",
    ],
)
def test_data_that_could_be_read_in_two_ways_is_refused_as_a_call_by_ids(message: bytes) -> None:
    made = begun()
    made.heard(message)
    (asked,) = made.asks
    assert (asked.method, asked.message) == (STREAM, message)
    made.told(asked, Reply(None, INVALID_ARGUMENT, "body.unreadable: why"))
    acks, results = heard(made)
    assert ([*acks.acks.uuids], made.ended) == ([ONE], None)
    assert [(one.uuid, one.error) for one in results.results.errors] == [(ONE, "body.unreadable: why")]


def test_nothing_is_heard_after_stop() -> None:
    made = talk(start(), STOP, data(person(ONE)), start())
    assert ([*made.asks], made.ended) == ([], None)
    made.over()
    assert made.ended == Reply()


def test_whoever_is_to_end_is_told_once_and_still_listened_to() -> None:
    """W-77"""
    made = begun()
    made.closes()
    made.closes()
    assert [one.WhichOneof("message") for one in heard(made)] == ["shutting_down"]
    made.heard(data(person(ONE)))
    assert len(made.asks) == 1
    late = GRPC.talk(STREAM)
    late.closes()
    late.heard(start())
    late.asks.clear()
    assert [one.WhichOneof("message") for one in heard(late)] == ["started", "shutting_down"]


def test_data_of_nothing_is_nothing() -> None:
    made = begun()
    made.heard(request(data=new("BatchStreamRequest.Data")))
    assert ([*made.asks], [*made.said], made.ended) == ([], [], None)


def test_what_cannot_be_read_and_is_about_nobody_ends_it() -> None:
    made, why = begun(), Reply(None, INVALID_ARGUMENT, "body.unreadable: why")
    made.heard(b"\x12\x00\x7a\x00")
    made.told(made.asks.popleft(), why)
    assert (made.ended, [*made.said]) == (why, [])


def test_one_that_is_refused_does_not_refuse_the_others_of_its_message() -> None:
    made, ids = begun(), [f"abc70000-0000-4000-8000-{n:012}" for n in range(8)]
    made.heard(data(*map(person, ids), links=tuple(link(one, TWO) for one in ids[:2])))
    tried = [ids, ids[:4], ids[4:], ids[4:6], ids[4:5], ids[5:6], ids[6:]]
    assert told(made, ids[5]) == [*tried, ids[:2]]
    found = [one.results for one in heard(made) if one.WhichOneof("message") == "results"]
    assert [one.uuid for each in found for one in each.errors] == [ids[5]]
    assert [one.uuid for each in found for one in each.successes if one.uuid] == [*ids[:5], *ids[6:]]


def test_all_of_a_message_are_refused_in_so_many_calls() -> None:
    made, ids = begun(), [f"abc70000-0000-4000-8000-{n:012}" for n in range(500)]
    made.heard(data(*map(person, ids)))
    assert len(told(made, *ids)) == 65
    errors = [id.uuid for one in heard(made) if one.WhichOneof("message") == "results" for id in one.results.errors]
    assert sorted(errors) == ids


@pytest.mark.parametrize(
    ("why", "others", "calls"),
    [
        ("policy.no_rule: no", "Person", 1),  # they are all alike
        ("policy.no_rule: no", "Note", 3),
        ("hold.pending: wait", "Note", 1),  # nobody is asked twice
        ("limit.rate: slow down", "Note", 1),
        ("upstream.outcome_unknown: perhaps", "Note", 1),  # never sent again
        ("identity.expired: log in", "Note", 1),
        ("rows.field: no", "Person", 3),
    ],
)
def test_what_others_would_be_refused_for_as_well_is_not_asked_again(why: str, others: str, calls: int) -> None:
    made = begun()
    made.heard(data(person(ONE), person(TWO, collection=others)))
    assert len(told(made, ONE, why=why)) == calls


def test_a_stream_of_nobody_is_told_so_when_it_is_to_end() -> None:
    made, why = GRPC.talk(STREAM), Reply(None, UNAUTHENTICATED, "identity.missing: no token")
    made.heard(start())
    made.told(made.asks.popleft(), why)
    assert (made.ended, made.stranger) == (None, why)
    made.closes()
    assert made.ended == why
    known = GRPC.talk(STREAM)
    known.heard(start())
    known.told(known.asks.popleft(), Reply(b""))
    assert known.stranger is None
