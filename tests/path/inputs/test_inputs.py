"""Personal data on its way in: masked, refused or translated before the database gets it, as the rule says.

Writers and readers use Chroma's official client; what is then really in the database is read around the gateway.
"""

import itertools
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from chromadb.errors import ChromaAuthError, ChromaError, InvalidArgumentError

from demo.gateway import REPOSITORY, Gateway, Reply
from demo.stack import Stack
from demo.tour import client
from path.conftest import Factory
from support.forked.commands import run
from support.tools.askers import assert_refused, comes_back
from support.tools.direct import Collection, ask, collection
from support.tools.workers import workers
from vecgate.recording import read

ANA, BO = "ana.ruiz@example.com", "bo.li@example.com"
NAME = "Rosalind Quickwater"
NUMBERS = itertools.count(1)
VECTOR = [1.0, 0.5]
RULES = """
version: 1
mask_profiles:
  stored:
    default: pseudonym
    fields:
      "metadatas.email": {operator: pseudonym, as: EMAIL}
      "metadatas.customer": {operator: pseudonym, as: PERSON}
  joined: {default: token}
  shared: {default: replace}
  shown: {default: replace}
  tokens:
    default: replace
    fields:
      "metadatas.email": {operator: token, as: EMAIL}
rules:
  - name: everyone-finds-collections
    who: anyone
    where: anywhere
    operations: [collection_read, tenant_read, auth_read, health, count]
    effect: allow
    mask: shown
  - name: bob-writes-masked
    who: {users: [bob]}
    where: {collections: ["masked-*"]}
    operations: [write, delete, collection_alter]
    effect: allow
    mask: shown
    inputs: {payload: mask, filters: translate, profile: stored}
  - name: alice-reads-masked
    who: {users: [alice]}
    where: {collections: ["masked-*"]}
    operations: [read]
    effect: allow
    mask: shown
    inputs: {filters: translate, query: mask, profile: stored}
  - name: bob-writes-clean
    who: {users: [bob]}
    where: {collections: ["clean-*"]}
    operations: [write]
    effect: allow
    mask: shown
    inputs: {payload: refuse, profile: shared}
  - name: alice-asks-clean
    who: {users: [alice]}
    where: {collections: ["clean-*"]}
    operations: [read]
    effect: allow
    mask: shown
    inputs: {query: refuse, profile: shared}
  - name: bob-writes-without-their-vectors
    who: {users: [bob]}
    where: {collections: ["vectors-*"]}
    operations: [write]
    effect: allow
    mask: shown
    inputs: {payload: mask, embeddings: refuse, profile: shared}
  - name: bob-writes-plain
    who: {users: [bob]}
    where: {collections: ["plain-*"]}
    operations: [write]
    effect: allow
    mask: shown
  - name: alice-sees-tokens
    who: {users: [alice]}
    where: {collections: ["plain-*"]}
    operations: [read]
    effect: allow
    mask: tokens
    inputs: {filters: translate}
  - name: carol-guesses-nothing
    who: {users: [carol]}
    where: {collections: ["plain-*"]}
    operations: [read]
    effect: allow
    mask: tokens
    inputs: {filters: refuse}
  - name: alice-asks-to-write
    who: {users: [alice]}
    where: {collections: ["masked-*"]}
    operations: [write]
    effect: hold
    mask: shown
    approvers: {groups: [data-owners]}
    wait: 1s
    limits: {max_records: 2}
    inputs: {payload: mask, profile: stored}
"""


@dataclass(slots=True)
class World:
    """A gateway with these rules, and fresh collections."""

    stack: Stack
    gateway: Gateway
    made: ExitStack
    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, user: str) -> str:
        if user not in self.tokens:
            self.tokens[user] = self.stack.token(user)
        return self.tokens[user]

    def new(self, prefix: str) -> Collection:
        return self.made.enter_context(collection(self.stack, f"{prefix}-{next(NUMBERS)}"))

    def of(self, user: str, there: Collection) -> Any:
        """The collection, as the official client of that user has it."""
        return client(self.gateway, self.token(user)).get_collection(there.name, embedding_function=None)

    def stored(self, there: Collection) -> dict[str, Any]:
        """What the database holds, read around the gateway."""
        body = {"include": ["documents", "metadatas", "embeddings"]}
        return dict(ask(self.stack, "POST", f"{there.path}/get", body))

    def recorded(self, there: Collection, code: str) -> list[dict[str, Any]]:
        """The bodies of entries with that code which are about a collection."""
        folder = Path(yaml.safe_load(self.gateway.settings.read_text("utf-8"))["recording"]["folder"])
        entries = [e for row in read.sessions(folder) for e in read.load(folder, row.session).entries]
        return [e.body for e in entries if e.code == code and there.uuid in str(e.body)]


@pytest.fixture(scope="module")
def world(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("inputs")
    (folder / "policies").mkdir()
    (folder / "policies" / "rules.yaml").write_text(RULES, "utf-8")
    over = {"policies": str(folder / "policies"), "state": {"prefix": "inputs-test"}}
    gateway = gateways.make(over=over, cold=True)  # its reader is stopped
    gateway.start()
    with ExitStack() as made:
        yield World(stack, gateway, made)


def refused(attempt: Callable[[], Any], *kinds: type[ChromaError]) -> str:
    """The words of the refusal, as the official client raises it."""
    with pytest.raises(kinds) as e:
        attempt()
    said = str(e.value)
    assert ANA not in said
    assert NAME not in said
    return said


# masked


def test_what_is_written_reaches_the_database_without_its_people(world: World) -> None:
    there = world.new("masked")
    world.of("bob", there).upsert(
        ids=["r1", "r2", "r3"],
        documents=[f"Call {NAME} back, or write to {ANA}.", f"{ANA} wrote again.", "The pump leaks."],
        metadatas=[{"email": ANA, "n": 1}, {"email": BO, "n": 2}, {"status": "open"}],
        embeddings=[VECTOR] * 3,
    )
    found = world.stored(there)
    assert not [text for text in (ANA, BO, "Rosalind", "Quickwater") if text in str(found)]
    one, two, none = found["documents"]
    mails = [re.findall(r"email-[a-z2-7]{20}", text) for text in (one, two)]
    assert mails[0] == mails[1] == [found["metadatas"][0]["email"]]  # joins, wherever it stands
    assert found["metadatas"][1]["email"] != found["metadatas"][0]["email"]
    assert re.search(r"person-[a-z2-7]{20}", one)
    assert (none, found["metadatas"][2]) == ("The pump leaks.", {"status": "open"})
    assert [found["metadatas"][i]["n"] for i in (0, 1)] == [1, 2]


def test_the_journal_holds_the_cleaned_request_and_how_much_was_masked(world: World) -> None:
    there = world.new("masked")
    world.of("bob", there).upsert(ids=["r1"], documents=[f"Write to {ANA}."], embeddings=[VECTOR])
    [sent] = world.recorded(there, "request.sent")
    assert sent["cleaned"] == {"EMAIL": 1}
    assert ANA not in str(sent)


def test_a_reader_finds_it_by_the_value_he_knows_and_by_the_pseudonym_he_saw(world: World) -> None:
    there = world.new("masked")
    world.of("bob", there).upsert(
        ids=["r1", "r2"], documents=[f"From {ANA}.", f"From {BO}."], metadatas=[{"email": ANA}, {"email": BO}],
        embeddings=[VECTOR] * 2,
    )  # fmt: skip
    reader = world.of("alice", there)
    seen = reader.get(ids=["r1"])
    shown = seen["metadatas"][0]["email"]
    assert re.fullmatch(r"email-[a-z2-7]{20}", shown), "a pseudonym that is stored must be shown as it is"
    assert shown in seen["documents"][0]
    for value in (ANA, shown, ANA.upper()):
        assert reader.get(where={"email": value})["ids"] == ["r1"], value
        assert reader.get(where={"$and": [{"email": {"$in": [value]}}, {"email": {"$ne": BO}}]})["ids"] == ["r1"]
        found = reader.query(query_embeddings=[VECTOR], n_results=5, where={"email": value})
        assert found["ids"] == [["r1"]]
    for text in (ANA, shown):
        assert reader.get(where_document={"$contains": text})["ids"] == ["r1"]
    assert reader.get(where={"email": {"$nin": [shown]}})["ids"] == ["r2"]


def test_a_delete_by_a_value_hits_what_is_stored_of_it_and_nothing_else(world: World) -> None:
    there = world.new("masked")
    writer = world.of("bob", there)
    writer.upsert(
        ids=["r1", "r2"], documents=["a", "b"], metadatas=[{"email": ANA}, {"email": BO}], embeddings=[VECTOR] * 2
    )
    writer.delete(where={"email": ANA})
    assert world.stored(there)["ids"] == ["r2"]


def test_ids_that_are_addresses_become_other_ids_that_still_find_their_records(world: World) -> None:
    there = world.new("masked")
    writer = world.of("bob", there)
    writer.upsert(ids=[ANA, BO], documents=["a", "b"], embeddings=[VECTOR] * 2)
    ids = world.stored(there)["ids"]
    assert len(set(ids)) == 2
    assert "@" not in str(ids)
    writer.update(ids=[ANA], documents=["changed"], embeddings=[VECTOR])
    assert sorted(world.stored(there)["documents"]) == ["b", "changed"]
    assert world.of("alice", there).get(ids=[ANA])["documents"] == ["changed"]
    writer.delete(ids=[ANA])
    assert world.stored(there)["documents"] == ["b"]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        (NAME, NAME.upper()),
        ("Quickwater, Rosalind", "Quickwater Rosalind"),
        ("Rosalind_Quickwater", "RosalindQuickwater"),
        (f"visit of {NAME} 2", f"visit of {NAME} #2"),
    ],
)
def test_ids_that_are_names_become_other_ids_that_still_find_their_records(world: World, name: str, other: str) -> None:
    there = world.new("masked")
    writer, reader = world.of("bob", there), world.of("alice", there)
    writer.upsert(ids=[name, other, "visit 7"], documents=["a", "b", "c"], embeddings=[VECTOR] * 3)
    ids = world.stored(there)["ids"]
    assert len(ids) == len(set(ids)) == 3
    assert "rosalind" not in str(ids).lower()
    assert "visit 7" in ids
    [seen] = reader.get(ids=[name])["ids"]
    assert seen in ids
    assert reader.get(ids=[seen])["documents"] == ["a"]
    writer.update(ids=[name], documents=["changed"], embeddings=[VECTOR])
    assert sorted(world.stored(there)["documents"]) == ["b", "c", "changed"]
    writer.upsert(ids=[seen], documents=["again"], embeddings=[VECTOR])
    assert sorted(world.stored(there)["documents"]) == ["again", "b", "c"]
    writer.delete(ids=[name])
    assert sorted(world.stored(there)["documents"]) == ["b", "c"]


def test_what_was_read_masked_can_be_written_back(world: World) -> None:
    there = world.new("masked")
    writer = world.of("bob", there)
    writer.upsert(ids=["r1"], documents=[f"From {ANA}."], metadatas=[{"email": ANA}], embeddings=[VECTOR])
    before = world.stored(there)
    seen = world.of("alice", there).get(ids=["r1"])
    writer.update(ids=["r1"], documents=seen["documents"], metadatas=seen["metadatas"], embeddings=[VECTOR])
    assert world.stored(there) == before


def test_a_regular_expression_with_personal_data_in_it_is_refused(world: World) -> None:
    there = world.new("masked")
    reader = world.of("alice", there)
    said = refused(lambda: reader.get(where_document={"$regex": f"^{ANA}"}), InvalidArgumentError)
    assert "input.personal" in said
    assert reader.get(where_document={"$regex": "^re.und"})["ids"] == []


# refused


def test_what_must_not_go_in_does_not_and_is_told_by_type_and_place(world: World) -> None:
    there = world.new("clean")
    writer = world.of("bob", there)
    writer.upsert(ids=["r1"], documents=["The pump leaks."], metadatas=[{"n": 1}], embeddings=[VECTOR])
    said = refused(
        lambda: writer.upsert(
            ids=["r2", "r3"], documents=["fine", f"write {ANA}"], metadatas=[{"by": BO}, {"n": 1}],
            embeddings=[VECTOR] * 2,
        ),
        InvalidArgumentError,
    )  # fmt: skip
    assert "input.personal" in said
    assert "2 EMAIL, at metadatas[0].by, documents[1]" in said
    assert world.stored(there)["ids"] == ["r1"]
    [entry] = [e for e in world.recorded(there, "request.refused") if e["refusal"] == "input.personal"]
    assert entry["sent"] is False
    assert ANA not in str(entry)


def test_nor_is_it_searched_for(world: World) -> None:
    there = world.new("clean")
    reader = world.of("alice", there)
    said = refused(lambda: reader.get(where_document={"$contains": ANA}), InvalidArgumentError)
    assert "input.personal" in said
    assert reader.get(where_document={"$contains": "refund"})["ids"] == []


def test_a_vector_of_text_that_is_masked_is_refused_and_others_pass(world: World) -> None:
    there = world.new("vectors")
    writer = world.of("bob", there)
    said = refused(
        lambda: writer.upsert(ids=["r1", "r2"], documents=["fine", f"to {ANA}"], embeddings=[VECTOR] * 2),
        InvalidArgumentError,
    )
    assert "input.embedding: 1 embeddings" in said
    writer.upsert(ids=["r1"], documents=["fine"], metadatas=[{"by": ANA}], embeddings=[VECTOR])
    assert world.stored(there)["metadatas"] == [{"by": "<EMAIL>"}]


MASK = "/.vecgate/v1/mask"


def mask(world: World, who: str, there: Collection, records: Any, **more: Any) -> Reply:
    """What a write of these records to that collection would store, as the gateway says."""
    body = {"collection": there.name, "records": records, **more}
    return world.gateway.ask("POST", MASK, token=world.token(who), body=body)


def typed(world: World, who: str, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Type `vecgate mask ...`."""
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(REPOSITORY / "addons"),
        "VECGATE_GATEWAY": world.gateway.url,
        "VECGATE_CA": str(world.gateway.ca),
        "VECGATE_TOKEN": world.token(who),
    }
    return run(["mask", *words], environment, stdin=stdin)


def embedded(text: str) -> list[float]:
    """A vector that is made of the text alone, as an embedding model's is."""
    return [len(text) / 100, sum(map(ord, text)) % 97 / 97]


def test_a_text_is_masked_first_then_embedded_and_written_with_its_vector(world: World) -> None:
    there = world.new("vectors")
    writer, texts = world.of("bob", there), [f"to {ANA}", "The pump leaks.", f"{NAME} called"]
    lines = "".join(json.dumps({"id": f"r{i}", "text": text}) + "\n" for i, text in enumerate(texts))
    done = typed(world, "bob", "--profile", "shared", "--collection", there.name, "--json", stdin=lines)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows == [
        {"id": "r0", "text": "to <EMAIL>"}, {"id": "r1", "text": "The pump leaks."}, {"id": "r2", "text": "<PERSON> called"}
    ]  # fmt: skip
    assert world.stored(there)["ids"] == [], "nothing is written by asking"
    masked = [row["text"] for row in rows]
    writer.upsert(ids=[row["id"] for row in rows], documents=masked, embeddings=[embedded(text) for text in masked])
    stored = world.stored(there)
    assert stored["documents"] == masked
    assert stored["embeddings"] == [pytest.approx(embedded(text)) for text in masked]


def test_what_is_said_is_what_a_write_stores_marks_and_fields_too(world: World) -> None:
    there = world.new("masked")
    writer = world.of("bob", there)
    record = {"text": f"From {ANA}.", "metadata": {"customer": NAME, "email": ANA, "n": 1}}
    said = mask(world, "bob", there, [record, {"metadata": {"email": BO}}], profile="stored")
    assert (said.status, said.headers["cache-control"]) == (200, "no-store")
    writer.upsert(
        ids=["r1", "r2"], documents=[record["text"], ""], metadatas=[record["metadata"], {"email": BO}],
        embeddings=[VECTOR] * 2,
    )  # fmt: skip
    stored = world.stored(there)
    first, second = said.json["records"]
    assert first == {"text": stored["documents"][0], "metadata": stored["metadatas"][0]}
    assert second == {"metadata": stored["metadatas"][1]}
    assert ANA not in str(stored)


@pytest.mark.parametrize(
    ("who", "prefix", "profile", "code"),
    [
        # their own write there is masked with another profile, goes in as it comes, or is refused
        ("bob", "vectors", "stored", "input.profile"),
        ("bob", "plain", "stored", "input.profile"),
        ("bob", "clean", "shared", "input.profile"),
        # they may read there, or nothing at all: only a writer is told
        ("carol", "plain", "stored", "policy.no_rule"),
        ("erin", "masked", "stored", "policy.no_rule"),
    ],
)
def test_only_who_would_write_it_masked_so_is_told(
    world: World, who: str, prefix: str, profile: str, code: str
) -> None:
    there = world.new(prefix)
    reply = mask(world, who, there, [{"text": f"to {ANA}"}], profile=profile)
    assert (reply.status, reply.code) == (403, code)
    assert "email-" not in str(reply.body)


def test_where_a_write_is_held_so_is_the_question_and_its_limits_count(world: World) -> None:
    there = world.new("masked")
    assert mask(world, "alice", there, [{"text": "x"}] * 3).code == "limit.records"
    records = [{"text": f"to {ANA}"}]
    held = mask(world, "alice", there, records)
    assert held.code == "hold.pending"
    approve = f"/.vecgate/v1/requests/{held.json['request_id']}/approve"
    assert world.gateway.ask("POST", approve, token=world.token("bob"), body={}).status == 200
    [record] = mask(world, "alice", there, records).json["records"]
    assert re.fullmatch(r"to email-[a-z2-7]{20}", record["text"])
    assert mask(world, "alice", there, records).code == "hold.pending"


def test_who_asked_what_is_recorded_and_neither_the_text_nor_its_marks(world: World) -> None:
    there = world.new("masked")
    assert mask(world, "bob", there, [{"text": f"{ANA} for {there.name}"}]).status == 200
    folder = Path(yaml.safe_load(world.gateway.settings.read_text("utf-8"))["recording"]["folder"])
    entries = [e for row in read.sessions(folder) for e in read.load(folder, row.session).entries]
    asked = [e for e in entries if there.name in str(e.body) and MASK in str(e.body)]
    assert [(e.code, e.body["decision"]["rule"], e.body["cleaned"]) for e in asked] == [
        ("request.sent", "bob-writes-masked", {"EMAIL": 1})
    ]
    [answered] = [e for e in entries if e.exchange == asked[0].exchange and e.code == "request.local"]
    assert answered.body["answer"] == {"records": 1, "masked": {"EMAIL": 1}}
    assert answered.body["sent"] is False
    assert ANA not in str([e.body for e in entries])


def test_a_refused_vector_says_how_to_make_one_that_passes(world: World) -> None:
    there = world.new("vectors")
    said = refused(
        lambda: world.of("bob", there).upsert(ids=["r1"], documents=[f"to {ANA}"], embeddings=[VECTOR]),
        InvalidArgumentError,
    )
    assert "vecgate mask --profile" in said


def test_two_ids_never_become_one(world: World) -> None:
    there = world.new("vectors")
    said = refused(lambda: world.of("bob", there).upsert(ids=[ANA, BO], embeddings=[VECTOR] * 2), InvalidArgumentError)
    assert "input.personal" in said
    assert "ids[0], ids[1]" in said
    assert there.count() == 0
    there = world.new("masked")
    spelt = [ANA, ANA.upper()]
    said = refused(lambda: world.of("bob", there).upsert(ids=spelt, embeddings=[VECTOR] * 2), InvalidArgumentError)
    assert "input.personal" in said
    assert there.count() == 0


# tokens, and guesses


@pytest.fixture(scope="module")
def plain(world: World) -> Collection:
    """A collection with everything in it as it came."""
    there = world.new("plain")
    world.of("bob", there).upsert(
        ids=["r1", "r2"], documents=[f"From {ANA}.", "fine"], metadatas=[{"email": ANA}, {"email": BO}],
        embeddings=[VECTOR] * 2,
    )  # fmt: skip
    return there


def test_a_token_that_was_shown_can_be_filtered_by(world: World, plain: Collection) -> None:
    reader = world.of("alice", plain)
    shown = reader.get(ids=["r1"])["metadatas"][0]["email"]
    assert re.fullmatch(r"<EMAIL#[A-Za-z0-9_-]+>", shown)
    found = reader.get(where={"email": shown})
    assert (found["ids"], found["metadatas"]) == (["r1"], [{"email": shown}])
    assert reader.get(where={"email": {"$nin": [shown]}})["ids"] == ["r2"]
    assert reader.query(query_embeddings=[VECTOR], n_results=2, where={"email": shown})["ids"] == [["r1"]]
    assert reader.get(where_document={"$contains": shown})["ids"] == ["r1"]
    forged = shown[:-4] + ("AAA>" if not shown.endswith("AAA>") else "BBB>")
    assert "input.filter" in refused(lambda: reader.get(where={"email": forged}), InvalidArgumentError)


GUESSES = [
    {"where": {"email": ANA}},
    {"where": {"email": "x"}},
    {"where": {"$and": [{"email": {"$ne": "x"}}, {"status": "open"}]}},
    {"where": {"note": ANA}},
    {"where_document": {"$contains": "ana"}},
    {"where_document": {"$regex": "a.a"}},
    {"ids": [ANA]},
]


@pytest.mark.parametrize("guess", GUESSES)
def test_masked_values_cannot_be_guessed_where_the_rule_says_so(
    world: World, plain: Collection, guess: dict[str, Any]
) -> None:
    assert "oracle.field" in refused(lambda: world.of("carol", plain).get(**guess), ChromaAuthError)


@pytest.mark.parametrize(
    "where",
    [
        {"chroma:document": "Carla Probe"},
        {"chroma:document": {"$in": ["x"]}},
        {"$or": [{"chroma:document": {"$ne": "x"}}, {"status": "open"}]},
    ],
)
def test_nor_can_a_document_under_another_name(world: World, plain: Collection, where: dict[str, Any]) -> None:
    reply = world.gateway.ask("POST", f"{plain.path}/get", token=world.token("carol"), body={"where": where})
    assert_refused(reply, "oracle.field")


def test_what_is_not_masked_can_still_be_filtered_by(world: World, plain: Collection) -> None:
    reader = world.of("carol", plain)
    assert reader.get(ids=["r1"], where={"status": {"$ne": "closed"}})["ids"] == ["r1"]


# held


def test_an_approver_agrees_to_the_cleaned_request_and_it_is_what_goes_in(world: World) -> None:
    there = world.new("masked")
    writer = world.of("alice", there)

    def write() -> Any:
        return writer.upsert(ids=["r1"], documents=[f"Write to {ANA}."], embeddings=[VECTOR])

    waiting = refused(write, ChromaAuthError)
    id = re.findall(r"approve ([0-9a-z-]+)", waiting)[0]
    assert re.findall(r"approve ([0-9a-z-]+)", refused(write, ChromaAuthError)) == [id], "the same request asks once"
    [held] = world.recorded(there, "request.held")[:1]
    assert held["cleaned"] == {"EMAIL": 1}
    assert ANA not in str(held)
    said = world.gateway.ask("POST", f"/.vecgate/v1/requests/{id}/approve", token=world.token("bob"), body={})
    assert said.status == 200, said.body
    write()
    assert re.search(r"Write to email-[a-z2-7]{20}\.", world.stored(there)["documents"][0])


# fail closed


@pytest.mark.skipif(sys.platform != "linux", reason="finds the worker under /proc")
def test_without_its_masking_worker_nothing_goes_in(world: World) -> None:
    there = world.new("masked")

    def write() -> Reply:
        body = {"ids": ["r1"], "documents": [f"{NAME} wrote from {ANA}."], "embeddings": [VECTOR]}
        return world.gateway.ask("POST", f"{there.path}/upsert", token=world.token("bob"), body=body)

    for worker in workers(world.gateway):
        os.kill(worker, signal.SIGSTOP)
    assert_refused(write(), "mask.unavailable")
    assert there.count() == 0
    assert comes_back(write).status < 300
    assert "example.com" not in str(world.stored(there))
