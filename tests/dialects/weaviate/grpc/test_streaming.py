"""What is asked and said on a stream of batches? What a real server said to real clients, and refusals by id."""

from base64 import b64decode, b64encode
from typing import Any

import pytest

from support.weaviate.messages import GRPC, new, said
from support.weaviate.over_grpc import link, person
from vecgate.dialects.base.grpc.protocol import INVALID_ARGUMENT, PERMISSION_DENIED, UNKNOWN, Asked, Reply, Talk
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
    return made


def begun() -> Talk:
    made = talk(start(2))
    made.said.clear()
    return made


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
    assert [one.method for one in asked] == [
        "/weaviate.v1.Weaviate/BatchObjects",
        "/weaviate.v1.Weaviate/BatchReferences",
    ]
    batch = GRPC.messages.read("weaviate.v1.BatchObjectsRequest", asked[0].message)
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
