"""A database that is broken, slow, or out to get the client: what it says is masked, or withheld; and what it did is
never guessed. Nothing is ever sent twice.
"""

import gzip
import json
import struct
import time
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any, Final, NamedTuple

import pytest

from attacks.conftest import besieged_by
from attacks.test_connections import until
from attacks.words import BODY, BOMBS, JSON, PACK, bombed, head, post
from demo.settings import UPSTREAM
from demo.stack import Stack
from support.servers.besieged import Besieged
from support.servers.witness import COLLECTION, DOCUMENT, FOUND, Arrived, Wire, answer, resets, says
from support.tools.memory import growth
from vecgate.recording.chain import Entry

UPSERT: Final = f"{COLLECTION}/upsert"
RECORD: Final = '{"ids":["t1"],"embeddings":[[0.5]]}'
UNKNOWN, UNREADABLE, LARGE, SERVED = "upstream.outcome_unknown", "answer.unreadable", "answer.too_large", "served"
STATUS: Final = "answer.status"
MEGABYTE: Final = 1024 * 1024
#: What one answer may cost for a moment; every bomb here would be more than four times that.
ALLOWED: Final = 96 * MEGABYTE

type Behave = Callable[[Arrived, Wire], bool]


def write() -> str:
    return head(f"POST {UPSERT}", JSON, f"Content-Length: {len(RECORD)}") + RECORD


def ended(besieged: Besieged, what: str) -> list[Entry]:
    """The entries of the newest exchange about that path."""
    entries = sorted(besieged.entries(), key=lambda one: one.at)
    newest = next(one for one in reversed(entries) if one.code == "request.sent" and one.body["call"]["path"] == what)
    return [one for one in entries if one.exchange == newest.exchange]


# what is not known is not guessed


class Death(NamedTuple):
    """One row: how the database fails while it is asked to write. `early`: before it reads anything."""

    name: str
    behave: Behave | None = None
    early: Callable[[Wire], bool] | None = None


def drips(_arrived: Arrived, wire: Wire) -> bool:
    """One byte after the other, longer than anybody waits."""
    for byte in answer(b"{}"):
        wire.sendall(bytes((byte,)))
        time.sleep(0.1)
    return False


DEATHS: Final = (
    Death("closes before it reads", early=lambda _: False),
    Death("resets before it reads", early=lambda wire: resets(None, wire)),
    Death("closes after it has read", says()),
    Death("resets after it has read", resets),
    Death("half a first line", says(b"HTTP/1.1 20")),
    Death("half a head", says(answer(b"{}")[:40])),
    Death("half a body", says(answer(FOUND)[:-10])),
    Death("half a body, then a reset", lambda arrived, wire: says(answer(FOUND)[:-10])(arrived, wire) or resets(arrived, wire)),
    Death("half a chunk", says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{")),
    Death("no last chunk", says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")),
    Death("garbage", says(b"\x00\xff" * 500)),
    Death("no head", says(b"{}\r\n\r\n")),
    Death("another protocol", says(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\x00" * 18)),
    Death("goes away, in HTTP/2", says(b"\x00\x00\x08\x07" + b"\x00" * 13)),
    Death("goes away, in HTTP/2, in the middle of an answer", says(answer(FOUND)[:-10], b"\x00\x00\x08\x07")),
    Death("says nothing", says(4.0)),
    Death("says only that it will say something", says(*[b"HTTP/1.1 102 Processing\r\n\r\n", 0.5] * 8)),
    Death("drips", drips),
)  # fmt: skip


@pytest.mark.sample(4, town="reverse")
@pytest.mark.parametrize("death", DEATHS, ids=[row.name for row in DEATHS])
def test_a_write_whose_answer_does_not_come_may_have_been_executed(besieged: Besieged, death: Death) -> None:
    """RFC 9110 section 9.2.2: not sent again, not called refused, and recorded as what it is."""
    besieged.database.greet = death.early
    besieged.database.behave = death.behave or besieged.database.behave
    replies = besieged.say(write()).replies
    assert [(reply.status, reply.code) for reply in replies] == [(502, UNKNOWN)]
    assert "may have been executed" in replies[0].json["message"]
    assert besieged.database.visits == 1
    assert len(besieged.database.of_people) == (0 if death.early else 1)
    begun, failed = ended(besieged, UPSERT)
    assert (begun.code, failed.code) == ("request.sent", "answer.failed")
    assert (failed.body["sent"], failed.body["refusal"], failed.body["answer"]) == (True, UNKNOWN, None)


def test_the_next_call_gets_its_own_answer(besieged: Besieged) -> None:
    """RFC 9112 section 9.2; response queue poisoning, Kettle 2021: not one that the database sends ahead."""
    ahead, said = answer(json.dumps({"ids": ["poison"], "documents": ["poison"]}).encode()), Event()
    besieged.database.behave = says(answer(FOUND), 0.05, ahead, said, close=False)
    assert besieged.say(post(BODY)).replies[0].status == 200
    assert said.wait(30)
    time.sleep(0.2)
    besieged.database.behave = says(answer(FOUND))
    assert b"poison" not in besieged.say(post(BODY)).raw
    assert besieged.database.visits == 2


def test_a_connection_is_taken_again_when_nothing_is_wrong_with_it(besieged: Besieged) -> None:
    """RFC 9112 section 9.3, so that the tests above say something."""
    besieged.database.behave = says(answer(FOUND), close=False)
    assert [besieged.say(post(BODY)).replies[0].status for _ in range(4)] == [200] * 4
    assert 1 <= besieged.database.visits <= besieged.gateway.workers
    besieged.database.behave = says(answer(FOUND, "200 OK", "Connection: close"))
    besieged.say(post(BODY))


# what is said is masked, or withheld


def encoded(data: bytes, *names: str) -> Behave:
    return says(answer(data, "200 OK", *(f"Content-Encoding: {name}" for name in names)))


def of(tree: Any, **how: Any) -> Behave:
    return says(answer(json.dumps(tree).encode(), **how))


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(letter):04x}" for letter in text)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_not_unpacked(besieged: Besieged, name: str) -> None:
    """CWE-409: 400 MB. Up to the bound, where the coding is one that is read; not at all where it is not."""
    bomb = bombed(name)
    assert len(bomb) < 2_000_000
    besieged.database.behave = encoded(bomb, name)
    with growth(besieged.gateway.server.pid) as grown:
        assert [reply.code for reply in besieged.say(post(BODY)).replies] == [LARGE if name in PACK else UNKNOWN]
    assert grown() < ALLOWED


class Said(NamedTuple):
    """One row: what a database answers, and what becomes of it. A number is the status of an answer without a code."""

    name: str
    reference: str
    behave: Behave
    expected: str | int


SAID: Final = (
    # not the answer
    Said("hints before the answer", "RFC 8297", says(b"HTTP/1.1 103 Early Hints\r\nLink: </anna>\r\n\r\n", answer()), SERVED),
    Said("a leave to go on", "RFC 9110 section 15.2.1", says(b"HTTP/1.1 100 Continue\r\n\r\n", answer()), SERVED),
    Said("another protocol", "RFC 9110 section 15.2.2", says(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81\x05hello"), UNKNOWN),
    Said("elsewhere", "RFC 9110 section 15.4.3", says(answer(FOUND, "302 Found", "Location: https://elsewhere.example/")), STATUS),
    *(Said(f"elsewhere, {status}", "RFC 9110 section 15.4", says(answer(FOUND, f"{status} X", "Location: https://elsewhere.example/")), STATUS) for status in (300, 301, 303, 305, 307, 308, 399)),
    Said("not modified", "RFC 9110 section 15.4.5", says(b"HTTP/1.1 304 Not Modified\r\n\r\n"), STATUS),
    *(Said(f"done in another way, {status}", "RFC 9110 section 15.3", says(answer(FOUND, f"{status} X")), STATUS) for status in (202, 203, 205, 207, 226, 299)),
    Said("nothing", "RFC 9110 section 15.3.5", says(b"HTTP/1.1 204 No Content\r\n\r\n"), STATUS),
    Said("a status that is none", "RFC 9110 section 15", says(answer(FOUND, "600 X")), UNKNOWN),
    Said("all of it, as what was made", "Chroma API v2", says(answer(FOUND, "201 Created")), 201),
    Said("a part", "RFC 9110 section 15.3.7", says(answer(FOUND[20:-20], "206 Partial Content", "Content-Range: bytes 20-90/110")), STATUS),
    Said("nothing, and then something", "RFC 9110 section 15.3.5", says(b"HTTP/1.1 204 No Content\r\n\r\n" + FOUND), UNKNOWN),
    # with two readings
    Said("two lengths", "RFC 9112 section 6.3", says(answer(FOUND, "200 OK", "Content-Length: 5")), UNKNOWN),
    Said("length and chunks", "RFC 9112 section 6.1", says(answer(FOUND, "200 OK", "Transfer-Encoding: chunked")), UNKNOWN),
    Said("a negative length", "RFC 9110 section 8.6", says(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + FOUND), UNKNOWN),
    Said("a broken chunk", "RFC 9112 section 7.1", says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"), UNKNOWN),
    Said("a NUL in a header", "RFC 9110 section 5.5", says(answer(FOUND, "200 OK", "X-Note: one\x00two")), UNKNOWN),
    Said("an endless header", "CWE-770", says(b"HTTP/1.1 200 OK\r\nX-Note: " + b"a" * MEGABYTE), UNKNOWN),
    Said("endless headers", "CWE-770", says(b"HTTP/1.1 200 OK\r\n" + b"X-Note: a\r\n" * 300_000), UNKNOWN),
    Said("chunks after gzip", "RFC 9112 section 7", says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n" + b"%x\r\n%b\r\n0\r\n\r\n" % (len(gzip.compress(FOUND)), gzip.compress(FOUND))), UNKNOWN),
    # encodings
    Said("identity, by name", "RFC 9110 section 12.5.3", encoded(FOUND, "identity"), SERVED),
    Said("identity, and then gzip", "RFC 9110 section 8.4", encoded(gzip.compress(FOUND), "identity", "gzip"), UNKNOWN),
    Said("an encoding nobody knows", "RFC 9110 section 8.4", encoded(FOUND, "rot13"), UNKNOWN),
    Said("twice in gzip", "RFC 9110 section 8.4", encoded(gzip.compress(gzip.compress(FOUND)), "gzip", "gzip"), UNKNOWN),
    Said("gzip by its old name", "RFC 9110 section 8.4.1.3", encoded(gzip.compress(FOUND), "x-gzip"), UNKNOWN),
    Said("gzip that ends early", "RFC 1952 section 2.3.1", encoded(gzip.compress(FOUND)[:-4], "gzip"), UNKNOWN),
    Said("gzip, and something after it", "RFC 1952", encoded(gzip.compress(FOUND) + DOCUMENT.encode(), "gzip"), UNKNOWN),
    Said("said to be gzip", "RFC 9110 section 8.4", encoded(FOUND, "gzip"), UNKNOWN),
    *(Said(f"in {name}, though it was asked for plainly", "RFC 9110 section 12.5.3", encoded(pack(FOUND), name), SERVED) for name, pack in PACK.items()),
    Said("gzip that is not told", "RFC 9110 section 8.4", says(answer(gzip.compress(FOUND))), UNREADABLE),
    # too much
    Said("too large", "CWE-770", says(answer(b'["' + b"a" * 2_500_000 + b'"]')), LARGE),
    Said("too large, in chunks", "CWE-770", says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + (b"10000\r\n" + b"a" * 65536 + b"\r\n") * 40), LARGE),
    Said("too large, without a length", "RFC 9112 section 6.3", says(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 2_500_000), LARGE),
    Said("nested deep", "RFC 8259 section 9", says(answer(b"[" * 5000 + b"]" * 5000)), UNREADABLE),
    Said("many empty arrays", "CWE-400", says(answer(b"[" + b"[]," * 660_000 + b"0]")), LARGE),
    # not JSON
    Said("a page", "RFC 9110 section 8.3", says(answer(DOCUMENT.encode(), kind="text/html")), UNREADABLE),
    Said("a page that says it is JSON", "RFC 9110 section 8.3", says(answer(f"<p>{DOCUMENT}</p>".encode())), UNREADABLE),
    Said("JSON that says it is a page", "RFC 9110 section 8.3", says(answer(FOUND, kind="text/html")), SERVED),
    Said("JSON that says it is UTF-7", "RFC 8259 section 8.1", says(answer(FOUND, kind="application/json; charset=utf-7")), SERVED),
    Said("a byte order mark", "RFC 8259 section 8.1", says(answer(b"\xef\xbb\xbf" + FOUND)), UNREADABLE),
    Said("UTF-16", "RFC 8259 section 8.1", says(answer(FOUND.decode().encode("utf-16"))), UNREADABLE),
    Said("Latin-1", "RFC 8259 section 8.1", says(answer(b'{"documents":["Ren\xe9 ' + DOCUMENT.encode() + b'"]}')), UNREADABLE),
    Said("not a number", "RFC 8259 section 6", says(answer(b'{"documents":["%b"],"distances":[NaN]}' % DOCUMENT.encode())), UNREADABLE),
    Said("two documents", "RFC 8259 section 2", says(answer(FOUND + FOUND)), UNREADABLE),
    Said("lone surrogate", "RFC 8259 section 8.2", says(answer(b'{"documents":["\\ud800 %b"]}' % DOCUMENT.encode())), UNREADABLE),
    # personal data in odd places
    Said("a record", "Chroma API v2", says(answer()), SERVED),
    Said("escaped", "RFC 8259 section 7", says(answer(f'{{"documents":["{escaped(DOCUMENT)}"]}}'.encode())), SERVED),
    Said("under the same key twice", "RFC 8259 section 4", says(answer(b'{"documents":["%b"],"documents":["x"]}' % DOCUMENT.encode())), SERVED),
    Said("in a key", "RFC 8259 section 4", of({DOCUMENT: 1, "metadatas": [{DOCUMENT: DOCUMENT}]}), SERVED),
    Said("where nothing is known of", "Chroma API v2", of({"unheard": {"of": [[[DOCUMENT]]]}}), SERVED),
    Said("as the whole answer", "RFC 8259 section 2", of(DOCUMENT), SERVED),
    Said("in an error", "Chroma API v2", of({"error": "InternalError", "message": DOCUMENT}, status="500 Internal Server Error"), 500),
    Said("as the kind of an error", "Chroma API v2", of({"error": "anna.schmidt@example.org", "message": "x"}, status="500 E"), 500),
    Said("in the kind of an error", "Chroma API v2", of({"error": [{"anna.schmidt@example.org": DOCUMENT}], "message": "x"}, status="500 E"), 500),
    Said("as the fields that are told", "Chroma API v2", of({"ids": ["t1"], "include": [DOCUMENT]}), SERVED),
    Said("as a distance", "Chroma API v2", of({"ids": ["t1"], "distances": [["anna.schmidt@example.org"]]}), SERVED),
    Said("as a vector", "Chroma API v2", of({"ids": ["t1"], "embeddings": ["anna.schmidt@example.org", [DOCUMENT], {DOCUMENT: 1}]}), SERVED),
    Said("in the reason", "RFC 9112 section 4", says(answer(FOUND, f"200 {DOCUMENT}")), SERVED),
    Said("in headers", "RFC 9110 section 6.3", says(answer(FOUND, "200 OK", f"X-Note: {DOCUMENT}", f"Set-Cookie: a={DOCUMENT}", "Server: anna", 'Alt-Svc: h3=":443"')), SERVED),
    Said("in a header that goes on", "RFC 9110 section 10.2.3", says(answer(FOUND, "503 Service Unavailable", "Retry-After: anna.schmidt@example.org")), 503),
    Said("in trailers", "RFC 9110 section 6.5", says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Note: %b\r\n\r\n" % DOCUMENT.encode()), SERVED),
)  # fmt: skip


@pytest.mark.parametrize("said", SAID, ids=[row.name for row in SAID])
def test_an_odd_answer_is_masked_or_withheld(besieged: Besieged, said: Said) -> None:
    """That nothing personal is in what comes back, `Besieged.say` looks at by itself."""
    besieged.database.behave = said.behave
    with growth(besieged.gateway.server.pid) as grown:
        (reply,) = besieged.say(post(BODY)).replies
    status = said.expected if isinstance(said.expected, int) else 200 if said.expected == SERVED else 502
    assert (reply.status, reply.code) == (status, "" if status < 502 or status == 503 else said.expected)
    if reply.body:
        assert reply.headers["content-type"] == "application/json"
    assert len(besieged.database.of_people) == 1
    assert grown() < ALLOWED


ODD: Final = ("206 Partial Content", "302 Found", "202 Accepted", "201 Created")


@pytest.fixture(scope="module")
def qdrant_town(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Besieged]:
    """The same database, taken for Qdrant."""
    with besieged_by("reverse", stack, tmp_path_factory, upstreams={UPSTREAM: {"dialect": "qdrant"}}) as made:
        yield made


@pytest.mark.parametrize("status", ODD)
def test_what_qdrant_never_answers_with_goes_to_nobody(qdrant_town: Besieged, status: str) -> None:
    """Nor where it would lead to; of a write it is told that it may have been done."""
    found = b'{"result":{"points":[{"id":1,"payload":{"a":"%b"}}]},"status":"ok","time":0}' % DOCUMENT.encode()
    qdrant_town.database.behave = says(answer(found, status, "Location: https://elsewhere.example/"))
    for path, body in (("/points/scroll", "{}"), ("/points", '{"points":[{"id":1,"vector":[1]}]}')):
        method = "POST" if path.endswith("scroll") else "PUT"
        line = f"{method} /collections/tickets{path}"
        (reply,) = qdrant_town.say(head(line, JSON, f"Content-Length: {len(body)}") + body).replies
        said = reply.json["status"]["error"]
        assert (reply.status, STATUS in said, "location" in reply.headers) == (502, True, False)
        assert f"status {status[:3]}" in said
        assert ("may have been executed" in said) == (method == "PUT")


def test_a_length_of_2_to_the_64_costs_nothing(besieged: Besieged) -> None:
    """CWE-789: memory is taken for what has come, not for what is told."""
    besieged.database.behave = says(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n{}" % (2**64 + struct.calcsize("q")))
    with growth(besieged.gateway.server.pid) as grown:
        assert [reply.code for reply in besieged.say(post(BODY)).replies] == [UNKNOWN]
    assert grown() < ALLOWED


def test_what_a_query_says_is_masked_where_it_is_recorded(besieged: Besieged) -> None:
    """And what is no number is refused where a number is meant."""
    places, before = f"{COLLECTION.partition('/collections')[0]}/collections", len(besieged.ends())
    for value in ("4111111111111111", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", "anna.schmidt"):
        sent = besieged.say(head(f"GET {places}?limit={value}&offset=0"))
        assert [reply.code for reply in sent.replies] == ["path.odd"]
    until(lambda: len(besieged.ends()) >= before + 3)
    text = b"".join(path.read_bytes() for path in besieged.recordings.glob("*.jsonl"))
    assert b"4111111111111111" not in text
    assert b"sk_live_4eC39HqLyjWDarjtT1zdp7dc" not in text
