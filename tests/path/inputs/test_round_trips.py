"""What was read masked can be written back and deleted: ids reach their records, and originals are not lost to masks.

Through two workers, with Chroma's official client; what is really stored is read around the gateway.
"""

import itertools
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from chromadb.errors import ChromaError, InvalidArgumentError

from demo.stack import Stack
from demo.tour import client
from path.conftest import Factory
from path.inputs.test_inputs import World
from support.tools.direct import Collection, ask

ANA, BO = "ana.ruiz@example.com", "bo.li@example.com"
NAME, CARD = "Rosalind Quickwater", 4111111111111111
NUMBERS = itertools.count(1)
VECTOR, MASKED_VECTOR = [1.0, 0.5], [0.25, -0.125]
RECORD = re.compile(r"<RECORD#[A-Za-z0-9_-]+>")
RULES = """
version: 1
mask_profiles:
  shown: {default: replace}
  partly:
    default: partial
    entities: {PERSON: redact, DATE: {operator: date_shift, days: 90}}
    fields: {"metadatas.card": redact, "metadatas.pin": drop, "metadatas.json.pin": drop}
  lax: {default: replace, entities: {PERSON: keep}}
  marks: {default: pseudonym, entities: {EMAIL: token, PHONE: hash}}
  stored: {default: pseudonym, entities: {EMAIL: token}}
rules:
  - name: everyone-finds-collections
    who: anyone
    where: anywhere
    operations: [collection_read, tenant_read, auth_read, health, count]
    effect: allow
    mask: shown
  - name: bob-edits
    who: {users: [bob]}
    where: {collections: ["plain-*"]}
    operations: [read, write, delete, collection_alter]
    effect: allow
    mask: shown
    vectors: true
  - name: bob-edits-what-is-partly-shown
    who: {users: [bob]}
    where: {collections: ["partly-*"]}
    operations: [read, write, delete]
    effect: allow
    mask: partly
  - name: bob-edits-under-marks
    who: {users: [bob]}
    where: {collections: ["marks-*"]}
    operations: [read, write, delete]
    effect: allow
    mask: marks
  - name: bob-must-not-write-back
    who: {users: [bob]}
    where: {collections: ["strict-*"]}
    operations: [read, write]
    effect: allow
    mask: shown
    inputs: {write_back: refuse}
  - name: bob-stores-marks
    who: {users: [bob]}
    where: {collections: ["masked-*"]}
    operations: [read, write]
    effect: allow
    mask: shown
    inputs: {payload: mask, embeddings: refuse, profile: stored}
  - name: alice-asks-to-write
    who: {users: [alice]}
    where: {collections: ["plain-*"]}
    operations: [write, delete]
    effect: hold
    mask: partly
    approvers: {groups: [data-owners]}
    wait: 1s
  - name: alice-reads
    who: {users: [alice]}
    where: {collections: ["plain-*"]}
    operations: [read]
    effect: allow
    mask: shown
  - name: bob-reads-with-names-once-somebody-agrees
    who: {users: [bob]}
    where: {collections: ["guess-*"]}
    operations: [list_scan]
    effect: hold
    mask: lax
    approvers: {groups: [data-owners]}
  - name: bob-reads-and-searches
    who: {users: [bob]}
    where: {collections: ["guess-*"]}
    operations: [read_ids, search]
    effect: allow
    mask: shown
  - name: bob-and-alice-write-where-names-would-be-shown
    who: {users: [bob, alice]}
    where: {collections: ["guess-*", "blind-*"]}
    operations: [write]
    effect: allow
    mask: lax
  - name: bob-reads-all
    who: {users: [bob]}
    where: {collections: ["clear-*"]}
    operations: [read]
    effect: allow
    mask: unsafe-nothing
  - name: bob-writes-there
    who: {users: [bob]}
    where: {collections: ["clear-*"]}
    operations: [write]
    effect: allow
    mask: shown
  - name: bob-reads-collections-by-another-mask-than-he-changes-them
    who: {users: [bob]}
    where: {collections: ["apart-*", "away-*"]}
    operations: [collection_alter, collection_rename]
    effect: allow
    mask: partly
  - name: bob-reads-nothing-there
    who: {users: [bob]}
    where: {collections: ["away-*"]}
    operations: [collection_read]
    effect: deny
"""


@pytest.fixture(scope="module")
def world(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("round-trips")
    (folder / "policies").mkdir()
    (folder / "policies" / "rules.yaml").write_text(RULES, "utf-8")
    gateway = gateways.make(over={"policies": str(folder / "policies"), "state": {"prefix": "trips-test"}}, workers=2)
    gateway.start()
    with ExitStack() as made:
        yield World(stack, gateway, made)


@pytest.fixture
def new(world: World) -> Callable[..., Collection]:
    """A fresh collection with these records, put in around the gateway."""

    def made(prefix: str, **columns: Any) -> Collection:
        there = world.new(prefix)
        columns.setdefault("embeddings", [VECTOR] * len(columns["ids"]))
        ask(world.stack, "POST", f"{there.path}/upsert", columns)
        return there

    return made


def stored(world: World, there: Collection) -> dict[str, Any]:
    """The records as they are in the database, by their ids."""
    found = world.stored(there)
    return {
        name: {"document": found["documents"][i], "metadata": found["metadatas"][i], "vector": found["embeddings"][i]}
        for i, name in enumerate(found["ids"])
    }


# ids


def test_an_id_that_is_personal_is_shown_as_a_token_that_reaches_its_record(world: World, new: Any) -> None:
    uuid = "81269221-5728-4414-8ea1-05480c78d1f3"
    ids = [ANA, BO, f"{ANA}:2", uuid, "ticket-1", "3074185296", "175928847299117063", NAME, NAME.replace(" ", "_")]
    there = new("plain", ids=ids, documents=[f"doc {i}" for i in range(len(ids))])
    everywhere = [world.of("bob", there).get()["ids"] for _ in range(6)]  # two workers
    shown = everywhere[0]
    assert everywhere == [shown] * 6
    assert len(set(shown)) == len(ids)
    assert [name for name in ids if name in shown] == ids[3:7]
    assert len(RECORD.findall(str(shown))) == 5
    assert ANA not in str(shown)
    bob = world.of("bob", there)
    assert bob.query(query_embeddings=[VECTOR], n_results=9)["ids"][0].count(shown[0]) == 1
    for name, one in zip(ids, shown, strict=True):
        assert world.of("bob", there).get(ids=[one])["documents"] == [f"doc {ids.index(name)}"]
    world.of("bob", there).update(ids=[shown[0], shown[3]], documents=["one", "four"], embeddings=[VECTOR] * 2)
    world.of("bob", there).upsert(ids=[shown[1]], documents=["two"], embeddings=[VECTOR])
    world.of("bob", there).delete(ids=[shown[2]])
    now = stored(world, there)
    assert list(now) == [name for name in ids if name != f"{ANA}:2"]
    assert [now[name]["document"] for name in (ANA, BO, uuid)] == ["one", "two", "four"]
    assert bob.query(query_embeddings=[VECTOR], n_results=9, ids=[shown[0]])["ids"] == [[shown[0]]]


def test_an_id_of_another_collection_or_none_of_ours_is_refused_by_name(world: World, new: Any) -> None:
    one, other = new("plain", ids=[ANA], documents=["x"]), new("plain", ids=[ANA], documents=["x"])
    [shown] = world.of("bob", one).get()["ids"]
    [elsewhere] = world.of("bob", other).get()["ids"]
    assert shown != elsewhere
    bob = world.of("bob", other)
    for attempt in (
        lambda: bob.get(ids=[shown]),
        lambda: bob.delete(ids=[shown]),
        lambda: bob.upsert(ids=["r1", shown], embeddings=[VECTOR] * 2, documents=["a", "b"]),
        lambda: bob.get(where={"parent": f"<RECORD#{'A' * 40}>"}),
    ):
        with pytest.raises(InvalidArgumentError, match=r"input\.id"):
            attempt()
    assert list(stored(world, other)) == [ANA]


def test_a_token_is_opened_where_ids_stand_and_filters_compare_but_not_in_what_is_read(world: World, new: Any) -> None:
    """Copied into a text, it must not tell there what it stands for."""
    there = new("plain", ids=[ANA, "child"], documents=["x", "y"], metadatas=[{"n": 1}, {"parent": ANA}])
    bob = world.of("bob", there)
    shown = next(name for name in bob.get()["ids"] if name != "child")
    assert bob.get(where={"parent": shown})["ids"] == ["child"]
    bob.upsert(ids=["copy"], documents=[f"see {shown}"], metadatas=[{"parent": shown}], embeddings=[VECTOR])
    assert stored(world, there)["copy"]["document"] == f"see {shown}"
    assert stored(world, there)["copy"]["metadata"] == {"parent": shown}


def test_the_journal_names_the_record_as_the_caller_does(world: World, new: Any) -> None:
    there = new("plain", ids=[ANA], documents=["x"])
    [shown] = world.of("bob", there).get()["ids"]
    world.of("bob", there).delete(ids=[shown])
    [sent] = [one for one in world.recorded(there, "request.sent") if one["operation"]["kind"] == "delete_ids"]
    assert sent["call"]["body"]["ids"] == [shown]
    assert ANA not in str(world.recorded(there, "answer.released"))


# values


def document(number: int) -> str:
    return f"Call {NAME} back about order {number}, or write to {ANA}."


def test_a_record_that_is_read_changed_and_written_back_keeps_its_originals(world: World, new: Any) -> None:
    """As LangChain's `update_document`: the whole record, with a vector that was made of the masked text."""
    about = {
        "customer": NAME,
        "mail": ANA,
        "card": CARD,
        "status": "open",
        "tags": [ANA, "x"],
        "by anna@example.com": 1,
    }
    about["json"] = json.dumps({"owner": NAME, "n": 1.50})
    there = new("plain", ids=["a", "b"], documents=[document(1), document(2)], metadatas=[about, about])
    read = world.of("bob", there).get(ids=["a"], include=["documents", "metadatas"])
    assert NAME not in str(read)
    assert ANA not in str(read)
    metadata = {**read["metadatas"][0], "status": "closed"}
    for write in ("update", "upsert"):
        getattr(world.of("bob", there), write)(
            ids=["a"], documents=read["documents"], metadatas=[metadata], embeddings=[MASKED_VECTOR]
        )
        now = stored(world, there)
        assert now["a"] == {"document": document(1), "metadata": {**about, "status": "closed"}, "vector": VECTOR}
        assert now["b"] == {"document": document(2), "metadata": about, "vector": VECTOR}
    sent = world.recorded(there, "request.sent")
    assert [one["written_back"]["restored"] >= 6 for one in sent if "written_back" in one] == [True, True]
    assert ANA not in str(sent)


@pytest.mark.parametrize("prefix", ["partly", "marks"])
def test_it_is_so_under_every_operator(world: World, new: Any, prefix: str) -> None:
    about = {
        "customer": NAME,
        "mail": ANA,
        "phone": "+1 415 555 0134",
        "card": CARD,
        "pin": "9",
        "seen": "2024-05-17",
        "n": 1,
    }
    there = new(prefix, ids=["a"], documents=[f"{document(1)} Seen on 2024-05-17."], metadatas=[about])
    read = world.of("bob", there).get(ids=["a"])
    assert ANA not in str(read)
    metadata = {**read["metadatas"][0], "n": 2}
    world.of("bob", there).update(
        ids=["a"], documents=read["documents"], metadatas=[metadata], embeddings=[MASKED_VECTOR]
    )
    now = stored(world, there)["a"]
    assert now["document"] == f"{document(1)} Seen on 2024-05-17."
    assert now["metadata"] == {**about, "n": 2}
    assert now["vector"] == VECTOR


def test_a_new_value_is_taken_and_a_masked_one_that_was_changed_is_refused(world: World, new: Any) -> None:
    there = new("plain", ids=["a"], documents=[document(1)], metadatas=[{"customer": NAME, "note": "none"}])
    bob = world.of("bob", there)
    read = bob.get(ids=["a"])
    text = read["documents"][0]
    for change in (
        {"documents": [text + " Done."], "embeddings": [MASKED_VECTOR]},
        {"metadatas": [{"customer": "Mr <PERSON>"}]},
        {"metadatas": [{"customer": "<EMAIL>"}]},
        {"metadatas": [{"customer": "< Person >"}]},
        {"documents": [text.replace("<EMAIL>", "\uff1cEMAIL\uff1e")], "embeddings": [MASKED_VECTOR]},
        {"metadatas": [{"customer": None, "note": "<PERSON>"}]},
    ):
        before = stored(world, there)
        with pytest.raises(InvalidArgumentError, match=r"input\.masked.*nothing was sent"):
            bob.update(ids=["a"], **change)
        assert stored(world, there) == before
    bob.update(ids=["a"], documents=["A new text."], metadatas=[{"customer": "nobody"}], embeddings=[MASKED_VECTOR])
    now = stored(world, there)["a"]
    assert now == {
        "document": "A new text.",
        "metadata": {"customer": "nobody", "note": "none"},
        "vector": MASKED_VECTOR,
    }


def node(**changed: Any) -> dict[str, Any]:
    """A record's metadata as LlamaIndex writes them: the node itself is JSON in one of them."""
    content = {
        "id_": "n1", "embedding": None, "metadata": {"author": NAME, "mail": ANA, "page": 1}, "text": "",
        "relationships": {"1": {"node_id": "d1", "metadata": {"author": NAME}, "hash": "ab" * 32}}, "start_char_idx": 0,
        "class_name": "TextNode",
    }  # fmt: skip
    content["metadata"].update(changed)
    return {"_node_content": json.dumps(content), "_node_type": "TextNode", "doc_id": "d1", "author": NAME}


@pytest.mark.parametrize("prefix", ["plain", "partly", "marks"])
def test_json_that_is_read_masked_is_written_back_leaf_by_leaf(world: World, new: Any, prefix: str) -> None:
    text = json.dumps({"customer": NAME, "mail": ANA, "status": "open"})
    there = new(prefix, ids=["a"], documents=[text], metadatas=[node()])
    bob = world.of("bob", there)
    read = bob.get(ids=["a"])
    assert NAME not in str(read)
    assert ANA not in str(read)
    [metadata], [shown] = read["metadatas"], read["documents"]
    content = json.loads(metadata["_node_content"])
    content["metadata"]["page"] = 2
    for write in (bob.update, bob.upsert):
        write(
            ids=["a"],
            documents=[shown.replace("open", "closed")],
            metadatas=[{**metadata, "_node_content": json.dumps(content)}],
            embeddings=[MASKED_VECTOR],
        )
        now = stored(world, there)["a"]
        assert now == {"document": text.replace("open", "closed"), "metadata": node(page=2), "vector": VECTOR}
    content["metadata"]["author"] += " (retired)"
    with pytest.raises(InvalidArgumentError, match=r"input\.masked.*nothing was sent"):
        bob.update(ids=["a"], metadatas=[{"_node_content": json.dumps(content)}])
    assert stored(world, there)["a"] == now


@pytest.mark.parametrize("prefix", ["plain", "partly", "marks"])
def test_lines_of_json_that_are_read_masked_are_written_back_line_by_line(world: World, new: Any, prefix: str) -> None:
    lines = [json.dumps({"customer": NAME, "n": 1}), json.dumps({"mail": ANA, "n": 2}), ""]
    there = new(prefix, ids=["a"], documents=["\n".join(lines)], metadatas=[{"log": "\n".join(lines)}])
    bob = world.of("bob", there)
    read = bob.get(ids=["a"])
    [shown], [metadata] = read["documents"], read["metadatas"]
    assert NAME not in str(read)
    assert ANA not in str(read)
    for write in (bob.update, bob.upsert):
        log = metadata["log"].replace('"n": 1', '"n": 3') + '{"n": 4}\n'
        write(ids=["a"], documents=[shown.replace("2}", "5}")], metadatas=[{"log": log}], embeddings=[MASKED_VECTOR])
        now = stored(world, there)["a"]
        assert now["document"] == "\n".join(lines).replace("2}", "5}")
        assert now["metadata"] == {"log": "\n".join(lines).replace('"n": 1', '"n": 3') + '{"n": 4}\n'}
        there_again = bob.get(ids=["a"])
        [shown], [metadata] = there_again["documents"], there_again["metadatas"]
        shown, metadata = shown.replace("5}", "2}"), {"log": metadata["log"].replace('{"n": 4}\n', "")}
    with pytest.raises(InvalidArgumentError, match=r"input\.masked.*documents\[0\].*nothing was sent"):
        bob.update(ids=["a"], documents=["\n".join(shown.split("\n")[1:])], embeddings=[VECTOR])


def test_what_is_stored_stays_where_what_goes_in_is_masked(world: World, new: Any) -> None:
    """Originals that were there stay, marks stay the marks they are, and only what is new is masked, once."""
    about = {**node(), "mail": ANA, f"by {ANA}": 1, "status": "open"}
    there = new("masked", ids=["old"], documents=[document(1)], metadatas=[about])
    bob = world.of("bob", there)
    bob.upsert(ids=["new"], documents=["x"], metadatas=[{"mail": BO}], embeddings=[VECTOR])
    token = stored(world, there)["new"]["metadata"]["mail"]
    assert re.fullmatch(r"<EMAIL#[A-Za-z0-9_-]+>", token)
    bob.update(ids=["new"], documents=[f"Write to {token}."], embeddings=[VECTOR])
    read = bob.get(ids=["old", "new"])
    assert ANA not in str(read)
    shown = dict(zip(read["ids"], zip(read["documents"], read["metadatas"], strict=True), strict=True))
    assert shown["new"][1]["mail"] == token
    content = json.loads(shown["old"][1]["_node_content"])
    content["metadata"] |= {"page": 2, "second": BO}
    for write in (bob.update, bob.upsert):
        write(
            ids=["old", "new"],
            documents=[shown["old"][0], shown["new"][0]],
            metadatas=[
                {**shown["old"][1], "status": f"asked {BO}", "_node_content": json.dumps(content)},
                {**shown["new"][1], "status": "closed"},
            ],
            embeddings=[MASKED_VECTOR] * 2,
        )
        now = stored(world, there)
        assert now["old"]["document"] == document(1)
        expected = {**about, "_node_content": node(page=2, second=token)["_node_content"], "status": f"asked {token}"}
        assert now["old"]["metadata"] == expected
        assert now["old"]["vector"] == VECTOR
        assert now["new"]["document"] == f"Write to {token}."
        assert now["new"]["metadata"] == {"mail": token, "status": "closed"}


def test_what_is_dropped_from_json_is_there_after_it_was_written_back(world: World, new: Any) -> None:
    there = new("partly", ids=["a"], documents=["x"], metadatas=[{"json": '{"pin": 7, "n": 1}'}])
    bob = world.of("bob", there)
    [metadata] = bob.get(ids=["a"])["metadatas"]
    assert metadata == {"json": '{"n": 1}'}
    bob.update(ids=["a"], metadatas=[{"json": '{"n": 2}'}])
    assert json.loads(stored(world, there)["a"]["metadata"]["json"]) == {"pin": 7, "n": 2}


def test_a_mask_under_a_new_id_is_the_text_it_is_and_the_journal_says_so(world: World, new: Any) -> None:
    there = new("plain", ids=["a"], documents=[document(1)])
    bob = world.of("bob", there)
    text = bob.get(ids=["a"])["documents"][0]
    bob.upsert(ids=["copy"], documents=[text], embeddings=[MASKED_VECTOR])
    bob.add(ids=["other"], documents=[text], embeddings=[MASKED_VECTOR])
    now = stored(world, there)
    assert [now[name]["document"] for name in ("a", "copy", "other")] == [document(1), text, text]
    told = [
        one.get("written_back") for one in world.recorded(there, "request.sent") if one["operation"]["kind"] == "upsert"
    ]
    assert sorted(map(str, told)) == ["None", "{'as_text': 1}"]


def test_a_large_batch_is_compared_page_by_page(world: World, new: Any) -> None:
    ids = [f"r{i}" for i in range(250)]
    there = new("plain", ids=ids, documents=[document(i) for i in range(250)])
    bob = world.of("bob", there)
    read = bob.get(include=["documents"])
    assert NAME not in str(read)
    bob.upsert(ids=read["ids"], documents=read["documents"], embeddings=[MASKED_VECTOR] * 250)
    now = stored(world, there)
    assert [now[name]["document"] for name in ids] == [document(i) for i in range(250)]
    assert all(now[name]["vector"] == VECTOR for name in ids)


def test_a_rule_may_refuse_what_is_written_back(world: World, new: Any) -> None:
    there = new("strict", ids=["a"], documents=[document(1)], metadatas=[{"customer": NAME}])
    bob = world.of("bob", there)
    [metadata] = bob.get(ids=["a"])["metadatas"]
    with pytest.raises(InvalidArgumentError, match=r"input\.masked.*bob-must-not-write-back"):
        bob.update(ids=["a"], metadatas=[metadata])
    bob.update(ids=["a"], metadatas=[{"status": "closed"}])
    assert stored(world, there)["a"]["metadata"] == {"customer": NAME, "status": "closed"}


def test_a_collections_own_metadata_keep_their_originals(world: World, new: Any) -> None:
    there = new("plain", ids=["a"], documents=["x"])
    ask(world.stack, "PUT", there.path, {"new_metadata": {"owner": ANA, "purpose": "tickets"}})
    bob = world.of("bob", there)
    assert bob.metadata == {"owner": "<EMAIL>", "purpose": "tickets"}
    bob.modify(metadata={**bob.metadata, "purpose": "orders"})
    path = there.path.rpartition("/")[0]
    assert ask(world.stack, "GET", f"{path}/{there.name}")["metadata"] == {"owner": ANA, "purpose": "orders"}


def test_what_is_sent_is_not_told_from_what_the_caller_may_not_see(world: World, new: Any) -> None:
    """Else he could try out names in the place of one mask, next to another, until the write passes."""
    there = new("guess", ids=["a"], documents=[f"{NAME} writes to {ANA}."])
    bob, before = world.of("bob", there), stored(world, there)
    shown = bob.get(ids=["a"])["documents"]
    assert shown == ["<PERSON> writes to <EMAIL>."]
    said = []
    for name in (NAME, "Gwendolyn Marsh"):
        with pytest.raises(InvalidArgumentError, match=r"input\.masked") as e:
            bob.update(ids=["a"], documents=[f"{name} writes to <EMAIL>."], embeddings=[MASKED_VECTOR])
        said.append(re.sub(r"request_id\S*|[0-9a-z]{20,}", "", str(e.value)))
        assert stored(world, there) == before
    assert said[0] == said[1]
    bob.update(ids=["a"], documents=shown, embeddings=[MASKED_VECTOR])
    assert stored(world, there) == before


def test_who_is_shown_all_may_write_masks_on_purpose(world: World, new: Any) -> None:
    there = new("clear", ids=["a", "b"], documents=[f"Call {NAME}.", f"Ask {NAME}."])
    bob = world.of("bob", there)
    bob.update(ids=["a", "b"], documents=["Call <PERSON>.", "<PERSON>"], embeddings=[MASKED_VECTOR] * 2)
    assert [one["document"] for one in stored(world, there).values()] == ["Call <PERSON>.", "<PERSON>"]


def test_who_reads_nothing_tells_no_masked_form_from_another(world: World, new: Any) -> None:
    there = new("blind", ids=["a"], documents=[f"{NAME} writes to {ANA}."])
    before = stored(world, there)
    for name in (NAME, "Gwendolyn Marsh"):
        reply = world.gateway.ask(
            "POST",
            f"{there.path}/update",
            token=world.token("alice"),
            body={"ids": ["a"], "documents": [f"{name} writes to <EMAIL>."], "embeddings": [MASKED_VECTOR]},
        )
        assert (reply.status, b"input.masked" in reply.body) == (400, True)
        assert stored(world, there) == before


@pytest.mark.parametrize("new_name", [None, "apart-new", "away-new"])
def test_metadata_that_are_shown_by_another_rule_keep_their_originals(
    world: World, new: Any, new_name: str | None
) -> None:
    there = new("apart", ids=["a"], documents=["x"])
    ask(world.stack, "PUT", there.path, {"new_metadata": {"owner": ANA, "purpose": "tickets"}})
    [metadata] = [
        one.metadata for one in client(world.gateway, world.token("bob")).list_collections() if one.name == there.name
    ]
    assert metadata == {"owner": "<EMAIL>", "purpose": "tickets"}
    name = f"{new_name}-{next(NUMBERS)}" if new_name else None
    renaming = {"new_name": name} if name else {}
    body = {"new_metadata": {**metadata, "purpose": "orders"}, **renaming}
    reply = world.gateway.ask("PUT", there.path, token=world.token("bob"), body=body)
    assert reply.status == 200, reply
    found = {one["id"]: one for one in ask(world.stack, "GET", there.path.rpartition("/")[0])}[there.uuid]
    assert found["metadata"] == {"owner": ANA, "purpose": "orders"}
    if name:
        ask(world.stack, "PUT", there.path, {"new_name": there.name})


def test_what_waits_for_approval_is_what_will_be_stored(world: World, new: Any) -> None:
    """Alice reads by one rule and writes by another, with another mask: both are how she sees the record."""
    there = new("plain", ids=["a"], documents=[document(1)], metadatas=[{"customer": NAME, "status": "open"}])
    alice = world.of("alice", there)
    [metadata] = alice.get(ids=["a"])["metadatas"]

    def write() -> None:
        alice.update(ids=["a"], metadatas=[{**metadata, "status": "closed"}])

    with pytest.raises(ChromaError, match=r"hold\.pending") as e:
        write()
    request = str(re.search(r"request (\S+)", str(e.value))[1])  # type: ignore[index]
    reply = world.gateway.ask("POST", f"/.vecgate/v1/requests/{request}/approve", token=world.token("carol"), body={})
    assert reply.status == 200, reply
    write()
    assert stored(world, there)["a"]["metadata"] == {"customer": NAME, "status": "closed"}
