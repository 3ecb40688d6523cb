"""After a rotation, and once the settings name the new version, what was stored under the former one is still found.

Chroma and OpenBao are real; one gateway writes before the key is moved on, another one after it.
"""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from chromadb.errors import ChromaAuthError

from demo.settings import UPSTREAM
from demo.stack import Stack
from path.conftest import Factory
from path.inputs.test_inputs import ANA, BO, VECTOR, World, refused
from support.servers.ready import ready_for
from support.tools.direct import Collection
from vecgate.doctor.checks import marks
from vecgate.settings.file import load

RULES = """
version: 1
mask_profiles:
  stored:
    default: pseudonym
    fields: {"metadatas.email": {operator: pseudonym, as: EMAIL}}
  shown: {default: replace}
rules:
  - name: everyone-finds-collections
    who: anyone
    where: anywhere
    operations: [collection_read, tenant_read, auth_read, health, count]
    effect: allow
    mask: shown
  - name: bob-writes
    who: {users: [bob]}
    where: anywhere
    operations: [write, read, delete]
    effect: allow
    mask: shown
    inputs: {payload: mask, query: mask, filters: translate, profile: stored}
  - name: alice-asks-to-delete
    who: {users: [alice]}
    where: anywhere
    operations: [delete]
    effect: hold
    mask: shown
    approvers: {groups: [data-owners]}
    wait: 1s
    inputs: {filters: translate, profile: stored}
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """Two gateways over one database: before the key was moved on, and after it."""

    before: World
    after: World

    def both(self) -> Collection:
        """A collection with a record of Ana and of Bo from before, and one more of each from after."""
        there = self.before.new("moved")
        for world, ids in ((self.before, ["old-ana", "old-bo"]), (self.after, ["new-ana", "new-bo"])):
            world.of("bob", there).upsert(
                ids=ids, documents=[f"From {ANA}.", f"From {BO}."], metadatas=[{"email": ANA}, {"email": BO}],
                embeddings=[VECTOR] * 2,
            )  # fmt: skip
        return there


@pytest.fixture(scope="module")
def moved(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    folder = tmp_path_factory.mktemp("moved")
    (folder / "rules.yaml").write_text(RULES, "utf-8")
    over: dict[str, Any] = {"policies": str(folder), "state": {"prefix": "moved-test"}}
    first = gateways.make(over=over)
    first.start()
    stack.bao.rotate()
    second = gateways.make(over={**over, "masking": {"key_version": 2}})
    second.start()
    with ExitStack() as made:
        yield Moved(World(stack, first, made), World(stack, second, made))


def test_the_same_value_has_another_mark_then(moved: Moved) -> None:
    there = moved.both()
    stored = moved.after.stored(there)
    marks = {row["email"] for row in stored["metadatas"]}
    assert len(marks) == 4
    assert all(re.fullmatch(r"email-[a-z2-7]{20}", mark) for mark in marks)


ANAS = ["new-ana", "old-ana"]


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"where": {"email": ANA}}, ANAS),
        ({"where": {"email": {"$eq": ANA.upper()}}}, ANAS),
        ({"where": {"email": {"$ne": ANA}}}, ["new-bo", "old-bo"]),
        ({"where": {"email": {"$in": [ANA, "x"]}}}, ANAS),
        ({"where": {"email": {"$nin": [ANA]}}}, ["new-bo", "old-bo"]),
        ({"where": {"$and": [{"email": ANA}, {"email": {"$ne": BO}}]}}, ANAS),
        ({"where_document": {"$contains": ANA}}, ANAS),
        ({"where_document": {"$not_contains": ANA}}, ["new-bo", "old-bo"]),
    ],
)
def test_a_filter_by_the_value_finds_what_is_stored_of_it_under_each(
    moved: Moved, asked: dict[str, Any], ids: list[str]
) -> None:
    there = moved.both()
    reader = moved.after.of("bob", there)
    assert sorted(reader.get(**asked)["ids"]) == ids
    found = reader.query(query_embeddings=[VECTOR], n_results=10, **asked)
    assert sorted(found["ids"][0]) == ids


def test_a_mark_that_was_shown_finds_its_record_whenever_it_was_made(moved: Moved) -> None:
    there = moved.both()
    reader = moved.after.of("bob", there)
    for id in ANAS:
        shown = reader.get(ids=[id])["metadatas"][0]["email"]
        assert reader.get(where={"email": shown})["ids"] == [id]


def test_an_erasure_deletes_all_of_it_and_who_is_asked_sees_how_many(moved: Moved) -> None:
    there = moved.both()
    held = refused(lambda: moved.after.of("alice", there).delete(where={"email": ANA}), ChromaAuthError)
    id = re.findall(r"approve ([0-9a-z-]+)", held)[0]
    bob = moved.after.token("bob")
    seen = moved.after.gateway.ask("GET", f"/.vecgate/v1/requests/{id}", token=bob).json
    assert "2 of 4" in str(seen["effect"]), seen
    moved.after.of("bob", there).delete(where={"email": ANA})
    assert sorted(moved.after.stored(there)["ids"]) == ["new-bo", "old-bo"]


def test_an_id_that_is_personal_goes_on_to_mean_its_record(moved: Moved) -> None:
    there = moved.before.new("moved")
    moved.before.of("bob", there).upsert(ids=[ANA], documents=["The pump leaks."], embeddings=[VECTOR])
    [stored] = moved.after.stored(there)["ids"]
    writer = moved.after.of("bob", there)
    assert writer.get(ids=[ANA])["documents"] == ["The pump leaks."]
    writer.update(ids=[ANA, BO], documents=["The pump is fixed.", "No pump."], embeddings=[VECTOR] * 2)
    writer.upsert(ids=[BO, ANA], documents=["One pump.", "Two pumps."], embeddings=[VECTOR] * 2)
    writer.add(ids=[ANA], documents=["Three pumps."], embeddings=[VECTOR])
    now = moved.after.stored(there)
    assert dict(zip(now["ids"], now["documents"], strict=True))[stored] == "Two pumps."
    assert len(now["ids"]) == 2, "no second record of the same person"
    writer.delete(ids=[ANA])
    assert moved.after.stored(there)["documents"] == ["One pump."]


async def test_the_doctor_says_how_much_lies_under_which(moved: Moved) -> None:
    moved.both()
    settings = load(moved.after.gateway.settings)
    async with ready_for(settings) as ready:
        found = await marks.check(UPSTREAM, settings, ready.client, ready.own, ready.leases, time.time)
    lie = re.search(r"marks lie there: (\d+) under version 1, (\d+) under version 2\.", found[0].found)
    assert lie, found
    assert min(map(int, lie.groups())) >= 4
