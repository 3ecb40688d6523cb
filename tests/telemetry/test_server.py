"""Three pages on the loopback address: numbers, alive, ready."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import pytest

from support.forked.ports import free_port
from support.tools.soon import soon
from vecgate.refusals.errors import Unavailable
from vecgate.telemetry import server
from vecgate.telemetry.server import Probe, Server


async def get(port: int, path: str, method: str = "GET") -> tuple[int, Mapping[str, str], Any]:
    async with aiohttp.ClientSession() as session, session.request(method, f"http://127.0.0.1:{port}{path}") as answer:
        body = await (answer.json() if answer.content_type == "application/json" and method == "GET" else answer.text())
        return answer.status, answer.headers, body


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def away() -> None:
    raise Unavailable("x", "the password is hunter2")


async def away_later() -> None:
    raise Unavailable("x", "the password is hunter2")


@pytest.fixture
async def parts() -> dict[str, Probe]:
    return {}


@pytest.fixture
async def port(parts: dict[str, Probe]) -> AsyncIterator[int]:
    number = free_port()
    made = Server("127.0.0.1", number, lambda: b"numbers 1\n", lambda: parts)
    await made.open()
    yield number
    await made.close()


async def test_numbers(port: int) -> None:
    status, headers, body = await get(port, "/metrics")
    assert (status, body) == (200, "numbers 1\n")
    assert headers["Content-Type"].startswith("text/plain; version=")


async def test_alive_whatever_is_away(port: int, parts: dict[str, Probe]) -> None:
    parts["state"] = away
    assert (await get(port, "/healthz"))[::2] == (200, {"alive": True})


async def test_ready_when_nothing_is_away(port: int, parts: dict[str, Probe]) -> None:
    assert (await get(port, "/readyz"))[::2] == (200, {"ready": True, "away": []})
    parts |= {"policies": lambda: None, "state": lambda: asyncio.sleep(0)}
    assert (await get(port, "/readyz"))[::2] == (200, {"ready": True, "away": []})


async def test_what_is_away_is_named_without_its_reason(port: int, parts: dict[str, Probe]) -> None:
    parts |= {"policies": away, "state": away_later, "masker": lambda: None}
    status, headers, body = await get(port, "/readyz")
    assert (status, body) == (503, {"ready": False, "away": ["policies", "state"]})
    assert headers["Cache-Control"] == "no-store"


async def test_a_part_that_hangs_is_away(port: int, parts: dict[str, Probe], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PROBE_SECONDS", 0.05)
    parts["state"] = asyncio.Event().wait
    assert (await get(port, "/readyz"))[2]["away"] == ["state"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/metrics/x", 404), ("POST", "/metrics", 405), ("HEAD", "/healthz", 200)],
)
async def test_there_is_nothing_else(port: int, method: str, path: str, status: int) -> None:
    assert (await get(port, path, method))[0] == status


async def test_it_listens_on_its_one_address(port: int) -> None:
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.2", port))


async def test_others_can_look_where_it_is_told_so() -> None:
    """As a kubelet does that asks a pod."""
    number = free_port()
    made = Server("0.0.0.0", number, bytes, dict)
    await made.open()
    try:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.2", number)) == 0
        assert (await get(number, "/healthz"))[0] == 200
    finally:
        await made.close()


async def test_a_port_that_is_taken_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "RETRY_SECONDS", 0.02)
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        number = squatter.getsockname()[1]
        made = Server("127.0.0.1", number, bytes, dict)
        await made.open()
    try:
        await soon(lambda: answers(number))
        assert (await get(number, "/healthz"))[0] == 200
    finally:
        await made.close()
    with pytest.raises(aiohttp.ClientConnectionError):
        await get(number, "/healthz")


async def test_closing_while_it_still_tries_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = asyncio.all_tasks()
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        made = Server("127.0.0.1", squatter.getsockname()[1], bytes, dict)
        await made.open()
        await made.close()
    await soon(lambda: asyncio.all_tasks() == before)
