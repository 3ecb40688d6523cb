"""What is recorded is what may be recorded, whoever the reader was, and whatever they sent."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml

from demo.gateway import DATA
from demo.stack import Stack
from path.conftest import Factory
from path.inputs.test_inputs import World
from vecgate.recording import read
from vecgate.recording.chain import Entry

RULES = """
version: 1
mask_profiles:
  shown: {default: replace}
  kept: {default: replace, entities: {EMAIL: keep}}
  listed: {default: replace, allow: ["Rosalind Quickwater"]}
  field: {default: replace, fields: {"*.mail": keep}}
rules:
  - {name: finds, who: anyone, where: anywhere, operations: [collection_read, count], effect: allow, mask: shown}
  - {name: raw, who: {users: [bob]}, where: {collections: ["raw-*"]}, operations: [read], effect: allow, mask: unsafe-nothing}
  - {name: kept, who: {users: [bob]}, where: {collections: ["kept-*"]}, operations: [read], effect: allow, mask: kept}
  - {name: listed, who: {users: [bob]}, where: {collections: ["listed-*"]}, operations: [read], effect: allow, mask: listed}
  - {name: shown, who: {users: [bob]}, where: {collections: ["shown-*"]}, operations: [read], effect: allow, mask: shown}
"""
MAIL, NAME = "rosalind.quickwater@example.org", "Rosalind Quickwater"
SECRET = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"


@pytest.fixture(scope="module")
def world(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    policies = tmp_path_factory.mktemp("policies")
    (policies / "rules.yaml").write_text(RULES, "utf-8")
    made = gateways.make(over={"policies": str(policies), "telemetry": {"upstream_check": None}})
    made.start()
    with ExitStack() as ends:
        yield World(stack, made, ends)


def folder(world: World) -> Path:
    return Path(yaml.safe_load(world.gateway.settings.read_text("utf-8"))["recording"]["folder"])


def plain(world: World) -> bytes:
    return b"".join(path.read_bytes() for path in folder(world).glob("*"))


def newest(world: World) -> Entry:
    entries = [e for row in read.sessions(folder(world)) for e in read.load(folder(world), row.session).entries]
    return max((e for e in entries if e.code == "answer.released"), key=lambda e: e.at)


@pytest.mark.parametrize(
    ("kind", "seen", "sealed"),
    [("raw", (MAIL, NAME), True), ("kept", (MAIL,), True), ("listed", (NAME,), True), ("shown", (), False)],
)
def test_what_a_reader_may_see_is_masked_in_the_record_and_sealed(
    world: World, kind: str, seen: tuple[str, ...], sealed: bool
) -> None:
    there = world.new(kind)
    there.add(["r0"], [f"{NAME} writes from {MAIL}"])
    reply = world.gateway.ask("POST", f"{there.path}/get", token=world.token("bob"), body={"ids": ["r0"]})
    assert reply.status == 200, reply.body
    assert all(text.encode() in reply.body for text in seen)
    raw = plain(world)
    assert not [text for text in (MAIL, NAME) if text.encode() in raw]
    entry = newest(world)
    assert entry.body["answer"]["documents"] == ["<PERSON> writes from <EMAIL>"]
    assert (entry.original is not None) is sealed


def test_query_values_and_packed_vectors_are_not_recorded_as_they_came(world: World) -> None:
    asked = f"{DATA}/collections?limit=4111111111111111&offset={SECRET}"
    world.gateway.ask("GET", asked, token=world.token("bob"))
    packed = "YW5uYS5zY2htaWR0QGV4YW1wbGUub3JnIEFubmEgU2NobWlkdCB4eHh4"
    there = world.new("shown")
    body = {"ids": ["z"], "embeddings": [packed]}
    assert world.gateway.ask("POST", f"{there.path}/upsert", token=world.token("bob"), body=body).status >= 400
    raw = plain(world)
    assert not [text for text in (b"4111111111111111", SECRET.encode(), packed.encode()) if text in raw]
