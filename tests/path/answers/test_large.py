"""As much as may be sent passes, whatever is in it, and nobody else waits for it."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.gateway import Reply
from demo.stack import Stack
from path.conftest import Factory
from path.inputs.test_inputs import World
from support.tools.askers import until
from support.tools.direct import Collection
from vecgate.recording import read
from vecgate.recording.chain import Entry
from vecgate.recording.later import NOTE

RULES = """
version: 1
mask_profiles:
  shown: {default: replace}
  stored: {default: pseudonym}
rules:
  - {name: finds, who: anyone, where: anywhere, operations: [read, health], effect: allow, mask: shown}
  - {name: plain, who: {users: [bob]}, where: {collections: ["plain-*"]}, operations: [write], effect: allow, mask: shown}
  - name: masked
    who: {users: [bob]}
    where: {collections: ["masked-*"]}
    operations: [write]
    effect: allow
    mask: shown
    inputs: {payload: mask, profile: stored}
"""
ALL = 5461  # what Chroma says that it takes at once


@pytest.fixture(scope="module")
def world(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    policies = tmp_path_factory.mktemp("policies")
    (policies / "rules.yaml").write_text(RULES, "utf-8")
    # Whether it is masked at all is tried here, not how soon: other tests may have the machine meanwhile.
    over = {"policies": str(policies), "telemetry": {"upstream_check": None}, "masking": {"timeout": 30}}
    made = gateways.make(over=over)
    made.start()
    with ExitStack() as ends:
        yield World(stack, made, ends)


def body(documents: list[str]) -> dict[str, Any]:
    return {
        "ids": [f"i{i}" for i in range(len(documents))],
        "embeddings": [[0.25, 0.5]] * len(documents),
        "documents": documents,
    }


def short(mark: str) -> list[str]:
    return [f"This is test document number {i} of {mark}" for i in range(ALL)]


def long(mark: str) -> list[str]:
    text = "asked for a new invoice and called again about the parcel that never came to the depot "
    return [f"{mark} {i} {text * 3}"[:240] for i in range(5000)]


def contacts(mark: str) -> list[str]:
    """More than the workers read at once, all of it personal, in one text."""
    lines = [f"Amelia Donnelly-{mark}{i},p{i}@{mark}.example.com,+1 415 555 {i:04d}" for i in range(2000)]
    return ["name,email,phone\n" + "\n".join(lines)]


def write(world: World, there: Collection, documents: list[str]) -> tuple[Reply, int]:
    """The answer, and how often somebody else was served meanwhile."""
    replies: list[Reply] = []
    path = f"{there.path}/upsert"

    def ask() -> None:
        replies.append(world.gateway.ask("POST", path, token=world.token("bob"), body=body(documents), timeout=300))

    writing, served = threading.Thread(target=ask), 0
    token = world.token("alice")
    writing.start()
    while writing.is_alive():
        assert world.gateway.ask("GET", "/api/v2/heartbeat", token=token).status == 200
        served += 1
    writing.join()
    return replies[0], served


def about(world: World, there: Collection, code: str) -> list[Entry]:
    folder = Path(yaml.safe_load(world.gateway.settings.read_text("utf-8"))["recording"]["folder"])
    entries = [e for row in read.sessions(folder) for e in read.load(folder, row.session).entries]
    return [e for e in entries if e.code == code and there.uuid in str(e.body["call"]["path"])]


def test_what_was_too_large_to_mask_at_once_is_masked_later(world: World) -> None:
    there = world.new("plain")
    documents = [f"Mail petronella{i}@thistle.example about number {i}" for i in range(1000)]
    assert write(world, there, documents)[0].status == 200
    until(lambda: bool(about(world, there, "request.masked")), "it is masked")
    (sent,), (masked,) = (about(world, there, code) for code in ("request.sent", "request.masked"))
    assert (sent.body["call"]["body"], sent.original is not None) == (NOTE, True)
    assert masked.exchange == sent.exchange
    assert masked.body["call"]["body"]["documents"][7] == "Mail <EMAIL> about number 7"


@pytest.mark.sample(1)
@pytest.mark.parametrize("kind", ["plain", "masked"])
@pytest.mark.parametrize("make", [short, *(pytest.param(one, marks=pytest.mark.long) for one in (long, contacts))])
def test_a_large_write_passes_and_others_are_served_meanwhile(world: World, kind: str, make: Any) -> None:
    there = world.new(kind)
    documents = make(f"{kind}{make.__name__}")
    reply, served = write(world, there, documents)
    assert reply.status == 200, reply.body[:300]
    assert there.count() == len(documents)
    assert served >= 2
