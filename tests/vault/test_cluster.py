"""A real cluster of three: its leader dies, hangs, or leaves; all are sealed and come back. Calls come through again."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from support.credentials.raft import Cluster, running_cluster
from vecgate.refusals.errors import Unavailable
from vecgate.settings.vault import VaultServer
from vecgate.vault.client import VaultClient
from vecgate.vault.own_token import OwnToken

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running_cluster(tmp_path_factory.mktemp("raft")) as made:
        token = made.token()
        leader = made.leader()
        leader.ask("POST", "sys/auth/approle", {"type": "approle"}, token)
        leader.ask("POST", "sys/mounts/kv", {"type": "kv", "options": {"version": "1"}}, token)
        leader.ask("POST", "kv/one", {"word": "kept"}, token)
        role = {"token_policies": "all", "token_ttl": "1h"}
        leader.ask("POST", "auth/approle/role/gateway", role, token)
        yield made


@dataclass
class Calling:
    """A gateway that reads again and again, on its own token, which it got once."""

    own: OwnToken
    came: Counter[str] = field(default_factory=Counter)
    tokens: set[str] = field(default_factory=set)

    async def once(self) -> str:
        try:
            found = await self.own.read("kv/one")
            self.tokens.add((await self.own.get()).reveal())
            said = str(found["data"]["word"])
        except Unavailable:
            said = "away"
        self.came[said] += 1
        return said

    async def until(self, said: str) -> None:
        async with asyncio.timeout(120):
            while await self.once() != said:  # noqa: ASYNC110  a cluster has no bell
                await asyncio.sleep(0.1)


@pytest.fixture
async def calling(cluster: Cluster, tmp_path: Path) -> AsyncIterator[Calling]:
    token, leader = await asyncio.to_thread(cluster.token), cluster.leader()
    given = leader.ask("GET", "auth/approle/role/gateway/role-id", None, token)["data"]["role_id"]
    secret = leader.ask("POST", "auth/approle/role/gateway/secret-id", {}, token)["data"]["secret_id"]
    for name, word in (("role", given), ("secret", secret)):
        (tmp_path / name).write_text(word)
        (tmp_path / name).chmod(0o600)
    files = {"role_id_file": tmp_path / "role", "secret_id_file": tmp_path / "secret"}
    # The leader first: a standby answers reads itself, and knows of what was just written a moment later.
    others = [url for url in cluster.urls if url != leader.url]
    told = VaultServer.model_validate({"url": leader.url, "nodes": others, "timeout": 3, **files})
    async with VaultClient.of(told) as client:
        own = OwnToken(client, told, time.time)
        made = Calling(own)
        await made.until("kept")
        yield made
        await own.close()


@pytest.mark.parametrize("how", ["kill", "pause", "stop"])
async def test_without_its_leader_it_goes_on_with_the_same_token(cluster: Cluster, calling: Calling, how: str) -> None:
    leader = cluster.leader()
    await asyncio.to_thread(getattr(leader.server, how))
    others = [one for one in cluster.nodes if one is not leader]
    try:
        await calling.until("kept")
        await asyncio.to_thread(cluster.until, lambda: any(one.is_(sealed=False, standby=False) for one in others))
        for _ in range(20):
            await calling.until("kept")
    finally:
        leader.server.resume()
        await asyncio.to_thread(leader.server.start)
        await asyncio.to_thread(cluster.whole)
    assert await calling.once() == "kept"
    assert len(calling.tokens) == 1
    assert set(calling.came) <= {"kept", "away"}


async def test_one_node_of_three_is_none_and_with_the_next_one_it_comes_back(
    cluster: Cluster, calling: Calling
) -> None:
    """Without a majority nobody decides: whoever asks is told that it is away, and waits it out."""
    first, second = cluster.nodes[1], cluster.leader()
    second = second if second is not first else cluster.nodes[2]
    for node in (first, second):
        node.server.kill()
    await calling.until("away")
    await asyncio.to_thread(second.server.spawn)
    await calling.until("kept")
    await asyncio.to_thread(first.server.start)
    await asyncio.to_thread(cluster.whole)
    assert len(calling.tokens) == 1


async def test_all_are_sealed_and_come_back(cluster: Cluster, calling: Calling) -> None:
    for node in cluster.nodes:
        await asyncio.to_thread(node.server.stop)
    assert await calling.once() == "away"
    for node in cluster.nodes:
        node.server.spawn()
    await calling.until("kept")
    await asyncio.to_thread(cluster.whole)
    assert len(calling.tokens) == 1
