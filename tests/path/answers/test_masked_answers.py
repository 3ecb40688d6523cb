"""What the database says reaches a caller masked, or not at all: hits, error texts, vectors, and answers that are none."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from demo import seed
from demo.gateway import DATA, Gateway
from demo.settings import UPSTREAM
from demo.stack import Stack
from path.conftest import Factory
from support.servers.mtls_upstream import MtlsUpstream, Says, mtls_upstream

UUID = "7b0b9c3e-2a57-4c39-9c5e-0b6f2f4f8f10"
ADDRESS = "rosalind.quickwater@example.net"
LARGEST = 50_000
RULES = """
version: 1
mask_profiles:
  strict: {default: redact}
rules:
  - name: analysts-read
    who: {groups: [analysts]}
    where: anywhere
    operations: [read]
    effect: allow
    mask: strict
    oracles: {allow: ["#document"]}
  - name: data-owners-read-with-vectors
    who: {groups: [data-owners]}
    where: anywhere
    operations: [read]
    effect: allow
    mask: strict
    vectors: true
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """Two gateways with the same rules: before the real database, and before one that says what it is told."""

    stack: Stack
    real: Gateway
    faked: Gateway
    upstream: MtlsUpstream
    alice: str
    bob: str

    def tickets(self) -> str:
        """Where the data routes of the seeded collection begin."""
        found = self.real.ask("GET", f"{DATA}/collections/{seed.COLLECTION}", token=self.alice).json
        return f"{DATA}/collections/{found['id']}"


@pytest.fixture(scope="module")
def scene(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("masked")
    (folder / "policies").mkdir()
    (folder / "policies" / "rules.yaml").write_text(RULES, "utf-8")
    over = {"policies": str(folder / "policies"), "state": {"prefix": "masked-test"}}
    with mtls_upstream(folder / "upstream", client_ca=stack.pki_root) as fake:
        fake.names[UUID] = "tickets"
        real = gateways.make(over=over)
        real.start()
        faked = gateways.make(over={**over, "upstreams": {UPSTREAM: fake.settings}, "limits": {"answer_body": LARGEST}})
        faked.start()
        yield Scene(stack, real, faked, fake, stack.token("alice"), stack.token("bob"))


# the real database


def test_an_error_text_that_repeats_what_was_sent_is_masked(scene: Scene) -> None:
    """Chroma names the collection it does not know; the caller, who typed it, gets it back masked like all text."""
    reply = scene.real.ask("GET", f"{DATA}/collections/{ADDRESS}", token=scene.alice)
    assert (reply.status, reply.json["error"]) == (404, "NotFoundError")
    assert ADDRESS not in reply.body.decode()
    assert "[REDACTED]" in reply.json["message"]


def test_an_error_text_that_repeats_a_filter_is_masked(scene: Scene) -> None:
    """A pattern that is none is repeated, with a mark where it breaks off."""
    where = {"where_document": {"$regex": f"({ADDRESS}"}}
    reply = scene.real.ask("POST", f"{scene.tickets()}/get", token=scene.alice, body=where)
    assert (reply.status, reply.json["error"]) == (400, "InvalidArgumentError")
    assert "unclosed group" in reply.json["message"]
    assert "([REDACTED]" in reply.json["message"]
    assert ADDRESS not in reply.body.decode()


def test_hits_are_masked_and_keep_their_shape(scene: Scene) -> None:
    body = {
        "query_embeddings": [seed.embed("refund to the card")],
        "n_results": 20,
        "include": ["documents", "metadatas", "distances"],
    }
    reply = scene.real.ask("POST", f"{scene.tickets()}/query", token=scene.alice, body=body)
    found = reply.json
    assert [len(found[name][0]) for name in ("ids", "documents", "metadatas", "distances")] == [20] * 4
    read = reply.body.decode()
    assert not [value for value in (*seed.EMAILS, *seed.CARDS, *seed.PHONES, *seed.NAMES) if value in read]
    assert "[REDACTED]" in read


@pytest.mark.parametrize(("who", "there"), [("alice", False), ("bob", True)])
def test_vectors_are_there_only_where_the_policy_says_so(scene: Scene, who: str, there: bool) -> None:
    token, path = getattr(scene, who), scene.tickets()
    include = ["documents", "embeddings"]
    got = scene.real.ask("POST", f"{path}/get", token=token, body={"limit": 2, "include": include})
    search = {"query_embeddings": [seed.embed("refund")], "n_results": 2, "include": include}
    found = scene.real.ask("POST", f"{path}/query", token=token, body=search)
    if not there:
        assert (got.code, found.code) == ("vectors.not_allowed", "vectors.not_allowed")
        return
    assert [len(vector) for vector in got.json["embeddings"]] == [seed.DIMENSIONS] * 2
    assert len(found.json["embeddings"][0]) == 2
    assert len(found.json["documents"][0]) == 2


# one that says what it is told

HIT = {
    "ids": [["r1"]],
    "documents": [[f"Write to {ADDRESS}."]],
    "metadatas": [[{"email": ADDRESS}]],
    "embeddings": [[[0.25, 0.5]]],
}
TEXT = {"Content-Type": "application/json"}

UNREADABLE = [
    # not JSON
    ("HTML", Says(body=b"<html>rosalind</html>", headers={"Content-Type": "text/html"}), "answer.unreadable"),
    ("half of an object", Says(body=b'{"ids": [["r1"'), "answer.unreadable"),
    ("two documents", Says(body=b"{}{}"), "answer.unreadable"),
    ("not UTF-8", Says(body=b'{"documents": [["\xff\xfe"]]}'), "answer.unreadable"),
    ("NaN", Says(body=b'{"distances": [[NaN]]}'), "answer.unreadable"),
    ("nested without end", Says(body=b"[" * 5000 + b"]" * 5000), "answer.unreadable"),
    ("an error page", Says(500, b"Internal Server Error: rosalind", {"Content-Type": "text/plain"}), "answer.unreadable"),
    # too large, or not to be taken apart
    ("too large", Says(body=json.dumps(["x" * LARGEST]).encode()), "answer.too_large"),
    ("no gzip, whatever it says", Says(body=b"\x1f\x8b\x08", headers={**TEXT, "Content-Encoding": "gzip"}), "upstream.outcome_unknown"),
    # not HTTP, or not all of it
    ("garbage", Says(raw=os.urandom(64)), "upstream.outcome_unknown"),
    ("nothing", Says(raw=b""), "upstream.outcome_unknown"),
    ("cut off", Says(raw=b'HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{"rosalind'), "upstream.outcome_unknown"),
    ("broken chunk", Says(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nrosalind"), "upstream.outcome_unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("says", "code"), [row[1:] for row in UNREADABLE], ids=[row[0] for row in UNREADABLE])
def test_what_cannot_be_read_whole_and_masked_is_refused(scene: Scene, says: Says, code: str) -> None:
    scene.upstream.answer = says
    search = {"query_embeddings": [[0.25, 0.5]], "n_results": 1}
    reply = scene.faked.ask("POST", f"{DATA}/collections/{UUID}/query", token=scene.alice, body=search)
    assert (reply.status, reply.code) == (502, code)
    assert b"rosalind" not in reply.body


def test_what_can_be_read_is_masked_wherever_it_stands(scene: Scene) -> None:
    """Also under names that this database never uses, in keys, and with a status it gives to other calls."""
    says = {**HIT, "unheard_of": [{ADDRESS: f"mail {ADDRESS}"}], "note": ADDRESS}
    scene.upstream.answer = Says(status=201, body=json.dumps(says).encode())
    search = {"query_embeddings": [[0.25, 0.5]], "n_results": 1}
    reply = scene.faked.ask("POST", f"{DATA}/collections/{UUID}/query", token=scene.alice, body=search)
    assert reply.status == 201
    assert ADDRESS.encode() not in reply.body
    assert reply.json["ids"] == [["r1"]]
    assert reply.json["embeddings"] is None
    assert set(HIT) <= set(reply.json)


def test_vectors_a_database_sends_unasked_are_taken_out(scene: Scene) -> None:
    scene.upstream.answer = Says(body=json.dumps({"ids": ["r1"], "embeddings": [[0.25, 0.5]]}).encode())
    reply = scene.faked.ask("POST", f"{DATA}/collections/{UUID}/get", token=scene.alice, body={"ids": ["r1"]})
    assert reply.json == {"ids": ["r1"], "embeddings": None}


def test_of_its_headers_only_harmless_ones_come_through(scene: Scene) -> None:
    headers = {
        **TEXT,
        "Set-Cookie": "rosalind=1",
        "Server": "rosalind",
        "X-Note": "rosalind",
        "Location": "https://rosalind",
        "Retry-After": "3",
    }
    scene.upstream.answer = Says(headers=headers)
    reply = scene.faked.ask("GET", "/api/v2/heartbeat", token=scene.alice)
    assert reply.status == 200
    assert set(reply.headers) == {"content-type", "content-length", "cache-control", "retry-after"}
    assert "rosalind" not in str(reply.headers)
