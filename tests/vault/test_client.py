"""The Vault client on a real OpenBao: what is a no, what is an outage, and that neither quotes what was sent."""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from demo.bao import Bao
from demo.stack import Stack
from support.servers.devbao import ROOT, dev_bao
from support.tools.served import Quiet, served
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import Part, Unavailable, VaultDenied
from vecgate.vault import client as vault_module
from vecgate.vault.client import VaultClient

HEALTH = "sys/health"


@pytest.fixture
async def vault(bao: Bao) -> AsyncIterator[VaultClient]:
    async with VaultClient(bao.url, str(bao.ca), 3) as client:
        yield client


def of_machine(stack: Stack) -> dict[str, str]:
    return {
        part: (stack.secrets / f"vecgate.{part.replace('_', '-')}").read_text() for part in ("role_id", "secret_id")
    }


async def test_an_answer_is_its_tree(vault: VaultClient) -> None:
    assert (await vault.call("GET", HEALTH))["sealed"] is False


async def test_a_login_gives_a_token_and_its_life(vault: VaultClient, stack: Stack) -> None:
    token, life = await vault.login("approle", of_machine(stack))
    assert life == 1200
    assert repr(token) == "Secret(***)"
    found = await vault.call("GET", "auth/token/lookup-self", token=token)
    assert "vecgate-gateway" in found["data"]["policies"]


async def test_an_answer_without_a_body_is_an_empty_tree(vault: VaultClient, stack: Stack) -> None:
    token, _ = await vault.login("approle", of_machine(stack))
    assert await vault.call("POST", "auth/token/revoke-self", token=token) == {}


@pytest.mark.parametrize(
    ("method", "path", "token"),
    [
        # no token, a bad one
        ("GET", "sys/mounts", None),
        ("GET", "sys/mounts", "s.nobody"),
        # no such thing
        ("GET", "nowhere/at/all", "s.nobody"),
        ("DELETE", "sys/health", None),
        # a wrong password
        ("POST", "auth/userpass/login/alice", None),
    ],
)
async def test_a_no_is_a_denial(vault: VaultClient, method: str, path: str, token: str | None) -> None:
    body = {"password": "hunter2"} if method == "POST" else None
    with pytest.raises(VaultDenied) as caught:
        await vault.call(method, path, token=Secret(token) if token else None, body=body)
    assert "s.nobody" not in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert (await vault.call("GET", HEALTH))["sealed"] is False  # a no does not close the breaker


async def test_a_sealed_server_is_an_outage(vault: VaultClient, stack: Stack) -> None:
    await asyncio.to_thread(stack.seal_bao)
    try:
        with pytest.raises(Unavailable) as caught:
            await vault.call("POST", "auth/approle/login", body={})
        assert caught.value.part == Part.VAULT
    finally:
        await asyncio.to_thread(stack.unseal_bao)
    assert (await vault.call("GET", HEALTH))["sealed"] is False


async def test_after_a_failure_nobody_waits_for_the_next_one(stack: Stack, bao: Bao) -> None:
    async with VaultClient(bao.url, str(bao.ca), 0.2) as vault:
        stack.pause("bao")
        try:
            with pytest.raises(Unavailable, match="TimeoutError"):
                await vault.call("GET", HEALTH)
            with pytest.raises(Unavailable, match="just failed"):
                await vault.call("GET", HEALTH)
        finally:
            stack.resume("bao")


async def test_nobody_there_is_an_outage(tmp_path: Path, bao: Bao) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    async with VaultClient(f"https://127.0.0.1:{port}", str(bao.ca), 3) as vault:
        with pytest.raises(Unavailable):
            await vault.call("GET", HEALTH)


async def test_a_server_of_another_ca_is_not_talked_to(stack: Stack, bao: Bao) -> None:
    async with VaultClient(bao.url, str(stack.pki_root), 3) as vault:
        with pytest.raises(Unavailable, match="Certificate"):
            await vault.call("GET", HEALTH)


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        (None, ""),
        ([], ""),
        ({}, ""),
        ({"errors": "text"}, ""),
        ({"errors": []}, ""),
        ({"errors": ["permission denied"]}, "permission denied"),
        ({"errors": ["a", "b"]}, "a; b"),
        ({"errors": ["1 error occurred:\n\t* permission denied\n\n"]}, "1 error occurred: * permission denied"),
        ({"errors": ["common name dana@example.com not allowed"]}, "common name dana@example.com not allowed"),
        # nothing that is a secret, or commands a terminal
        ({"errors": ["bad token hvs.CAESIJ-x"]}, "bad token (hidden)"),
        ({"errors": ["bad token s.abcdefghijkl"]}, "bad token (hidden)"),
        ({"errors": ["jwt eyJhbGciOiJF.eyJzdWIi.c2ln"]}, "jwt (hidden)"),
        ({"errors": ["key " + "A1b2" * 12]}, "key (hidden)"),
        ({"errors": ["x\x1b[2Jy"]}, "x [2Jy"),
        ({"errors": ["a b " * 500]}, " ".join(["a b"] * 100)),
    ],
)
def test_what_the_store_says_is_one_line_without_secrets(tree: Any, said: str) -> None:
    assert vault_module._said(tree) == said


async def test_an_answer_that_is_not_json_is_an_outage() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n<>")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with VaultClient(f"http://127.0.0.1:{port}", None, 3) as vault:
            with pytest.raises(Unavailable):
                await vault.call("GET", HEALTH)


class Slow(Quiet):
    """A server that takes its time for each call."""

    def do_GET(self) -> None:
        time.sleep(0.1)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")


class Odd(Quiet):
    """Answers whoever logs in, with what no login is answered with."""

    said = "{}"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.said)))
        self.end_headers()
        self.wfile.write(self.said.encode())


@pytest.mark.parametrize(
    "said", ["{}", '{"auth": null}', '{"auth": {"client_token": "s.secret"}}', '{"auth": {"lease_duration": 1}}']
)
async def test_a_login_that_cannot_be_read_is_an_outage(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setattr(Odd, "said", said)
    with served(Odd) as url:
        async with VaultClient(url, None, 20) as vault:
            with pytest.raises(Unavailable, match="unreadable login"):
                await vault.login("approle", {})


async def test_the_time_for_an_answer_begins_when_a_call_has_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """When hundreds log in at once, those in line wait for longer than one answer may take."""
    monkeypatch.setattr(vault_module, "CONNECTIONS", 1)
    with served(Slow) as url:
        async with VaultClient(url, None, 1) as vault:
            assert await asyncio.gather(*(vault.call("GET", HEALTH) for _ in range(20))) == [{}] * 20
            monkeypatch.setattr(vault_module, "LINE_SECONDS", 0.05)
            said = await asyncio.gather(*(vault.call("GET", HEALTH) for _ in range(3)), return_exceptions=True)
            assert [str(one) for one in said if one != {}] == ["vault: too much is asked at once"] * 2


async def test_who_is_in_line_when_the_server_fails_does_not_wait_for_it_in_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def breaks_off(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        await writer.wait_closed()

    monkeypatch.setattr(vault_module, "CONNECTIONS", 1)
    async with await asyncio.start_server(breaks_off, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with VaultClient(f"http://127.0.0.1:{port}", None, 3) as vault:
            said = await asyncio.gather(*(vault.call("GET", HEALTH) for _ in range(20)), return_exceptions=True)
    assert [str(one) for one in said].count("vault: just failed") == 19


def test_a_ca_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises((FileNotFoundError, ssl.SSLError)):
        VaultClient("https://127.0.0.1:1", str(tmp_path / "none.pem"), 3)


class Node(Quiet):
    """A node that is no leader: a stub, since a cluster takes three servers. `seen`: the tokens that came to it."""

    status: int
    place: str
    seen: list[str]

    def do_GET(self) -> None:
        type(self).seen.append(self.headers.get("X-Vault-Token", ""))
        self.send_response(self.status)
        if self.place:
            self.send_header("Location", f"{self.place}{self.path}")
        body = b'{"errors":["Vault is sealed"]}'
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def node(status: int, place: str = "") -> Iterator[tuple[str, type[Node]]]:
    made = type("One", (Node,), {"status": status, "place": place, "seen": []})
    with served(made) as url:
        yield url, made


@pytest.fixture(scope="module")
def active(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with dev_bao(tmp_path_factory.mktemp("active")) as server:
        yield server.url


TOKEN = Secret(ROOT)
SELF = "auth/token/lookup-self"


async def test_a_standby_sends_on_to_a_node_of_the_settings_and_that_one_is_asked_from_then_on(active: str) -> None:
    with node(307, active) as (standby, seen):
        async with VaultClient(standby, None, 10, nodes=[active]) as vault:
            for _ in range(3):
                assert (await vault.call("GET", SELF, token=TOKEN))["data"]["id"] == ROOT
        assert seen.seen == [ROOT]


@pytest.mark.parametrize("nodes", [True, False])
async def test_it_sends_a_token_nowhere_else(active: str, *, nodes: bool) -> None:
    with node(200) as (foreign, seen):
        for place in (foreign, foreign.replace("http://", "http://127.0.0.1@"), f"{active}@{foreign[7:]}", "", "//x"):
            with node(307, place) as (standby, _):
                async with VaultClient(standby, None, 10, nodes=[active] if nodes else []) as vault:
                    with pytest.raises(Unavailable, match="none of 'url' and 'nodes'"):
                        await vault.call("GET", SELF, token=TOKEN)
        assert seen.seen == []


async def test_two_that_send_on_to_each_other_are_asked_once_each() -> None:
    with node(307) as (one, first), node(307, one) as (other, second):
        first.place = other
        async with VaultClient(one, None, 10, nodes=[other]) as vault:
            with pytest.raises(Unavailable, match="status 307"):
                await vault.call("GET", SELF, token=TOKEN)
        assert (len(first.seen), len(second.seen)) == (1, 1)


async def test_one_that_is_away_or_sealed_gives_way_to_the_next(active: str) -> None:
    with node(503) as (sealed, _):
        for first in (sealed, "http://127.0.0.1:1"):
            async with VaultClient(first, None, 10, nodes=[sealed, active]) as vault:
                assert (await vault.call("GET", SELF, token=TOKEN))["data"]["id"] == ROOT
        async with VaultClient(sealed, None, 10, nodes=["http://127.0.0.1:1"]) as vault:
            with pytest.raises(Unavailable):
                await vault.call("GET", SELF, token=TOKEN)


async def test_a_machine_that_is_gone_or_hangs_does_not_keep_the_others_from_being_asked(
    active: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gone: it takes no connection and refuses none. Hung: it takes one, and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        place = f"http://127.0.0.1:{server.getsockname()[1]}"
        hung = VaultClient(place, None, 1, nodes=[active])
        async with hung as vault:
            monkeypatch.setattr(vault_module, "BREAKER_SECONDS", 0.0)
            with pytest.raises(Unavailable):
                await vault.call("GET", SELF, token=TOKEN)
            assert (await vault.call("GET", SELF, token=TOKEN))["data"]["id"] == ROOT, "the next call asks another"
        with ExitStack() as stack:
            for _ in range(8):  # what fills its queue, so that nothing more is answered
                one = stack.enter_context(socket.socket())
                one.setblocking(False)
                one.connect_ex(server.getsockname())
            async with VaultClient(place, None, 4, nodes=[active]) as vault:
                assert (await vault.call("GET", SELF, token=TOKEN))["data"]["id"] == ROOT


async def test_what_may_have_been_done_is_not_done_again_elsewhere(active: str) -> None:
    with node(500) as (broken, seen), node(200) as (other, never):
        async with VaultClient(broken, None, 10, nodes=[other]) as vault:
            with pytest.raises(Unavailable, match="500"):
                await vault.call("GET", SELF, token=TOKEN)
        assert (len(seen.seen), never.seen) == (1, [])
