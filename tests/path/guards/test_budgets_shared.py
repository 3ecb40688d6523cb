"""Two workers, one budget: what several ask at once, over connections to either, comes to what the rule says and no more."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from demo.gateway import Reply
from demo.stack import Stack
from path.conftest import Factory
from support.servers.guarded import World, guarded
from vecgate.recording import read

RULES: Final = """
version: 1
mask_profiles:
  tokens: {entities: {EMAIL: token}}
rules:
  - {name: finds, who: anyone, where: anywhere, operations: [collection_read, health], effect: allow, mask: tokens}
  - name: searched
    who: {users: [alice]}
    where: {collections: ["shared-*"]}
    operations: [search]
    effect: allow
    mask: tokens
    budget: {searches: 7/day}
  - name: counted
    who: {users: [bob]}
    where: {collections: ["shared-*"]}
    operations: [read]
    effect: allow
    mask: tokens
    budget: {records: 10/day}
  - name: seen
    who: {users: [carol]}
    where: {collections: ["shared-*"]}
    operations: [read]
    effect: allow
    mask: tokens
  - name: opened
    who: {users: [carol]}
    where: anywhere
    operations: [unmask]
    effect: allow
    mask: unsafe-nothing
    budget: {opened: 5/day}
"""
#: So many at once: that all of them come to one worker does not happen.
AT_ONCE: Final = 24


@pytest.fixture(scope="module")
def world(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with ExitStack() as made:
        yield guarded("chroma", RULES, stack, gateways, tmp_path_factory.mktemp("shared"), made, workers=2)


@pytest.fixture(scope="module")
def there(world: World) -> Any:
    made = world.new("shared")
    made.put([f"d{n} ana{n}@example.com" for n in range(AT_ONCE)])
    return made


def together(ask: Callable[[int], Reply]) -> list[Reply]:
    """The answers to as many calls as there are, each over a connection of its own."""
    with ThreadPoolExecutor(8) as pool:
        return [*pool.map(ask, range(AT_ONCE))]


def given(replies: list[Reply]) -> int:
    """How many were answered; all others were told why not."""
    no = [one for one in replies if one.status != 200]
    assert {(one.status, one.code) for one in no} <= {(403, "limit.budget")}, {one.body for one in no}
    return len(replies) - len(no)


def workers(world: World, user: str) -> int:
    """How many workers answered somebody: each keeps a session of its own."""
    folder = Path(yaml.safe_load(world.gateway.settings.read_text("utf-8"))["recording"]["folder"])
    return sum(row.user == user for row in read.sessions(folder))


def test_searches_are_as_many_as_the_rule_says(world: World, there: Any) -> None:
    body = {"query_embeddings": [[1.0, 0.0]], "n_results": 1}
    assert given(together(lambda _: world.asked("POST", f"{there.path}/query", "alice", body))) == 7
    assert workers(world, "alice") == 2


def test_of_different_records_as_many_are_given_as_the_rule_says(world: World, there: Any) -> None:
    """Each is counted as it is about to go out, so of calls that are under way together none is too many."""
    replies = together(lambda n: world.asked("POST", f"{there.path}/get", "bob", {"ids": [f"r{n}"]}))
    assert given(replies) == 10
    assert len({id for one in replies if one.status == 200 for id in one.json["ids"]}) == 10


def test_as_many_tokens_are_opened_as_the_rule_says(world: World, there: Any) -> None:
    seen = world.asked("POST", f"{there.path}/get", "carol", {"include": ["documents"]}).json["documents"]
    tokens = re.findall(r"<EMAIL#[A-Za-z0-9_-]+>", " ".join(seen))
    assert len(tokens) == AT_ONCE
    replies = together(lambda n: world.asked("POST", "/.vecgate/v1/unmask", "carol", {"texts": [tokens[n]]}))
    assert given(replies) == 5
    shown = {text for one in replies if one.status == 200 for text in one.json["texts"]}
    assert len(shown) == 5
    assert all(re.fullmatch(r"ana\d+@example\.com", text) for text in shown)
