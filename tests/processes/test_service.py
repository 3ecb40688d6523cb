"""A worker listens once its gate is open, says so, and ends when it cannot, when told to, or when left alone."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest

from support.fakes.gates import SETTINGS, Calls, FakeGate, FakePart
from vecgate.mitm.door import DOORKEEPER
from vecgate.processes.drain import Drain
from vecgate.processes.service import Service


class FakeLeash:
    """The supervisor's end."""

    def __init__(self) -> None:
        self.is_ready = asyncio.Event()
        self.cut = asyncio.Event()

    def ready(self) -> None:
        self.is_ready.set()

    async def ended(self) -> None:
        await self.cut.wait()


class Ports(list[Any]):
    """What mitmproxy listens on."""

    is_updating = False


class FakeMaster:
    """Listens when told to; `error` is what comes of it."""

    def __init__(self, error: Exception | None = None) -> None:
        self.ended = asyncio.Event()
        self.servers = Ports()
        self._made = SimpleNamespace(last_exception=error, is_running=error is None)
        self.options = SimpleNamespace(update=self._update)
        proxyserver = SimpleNamespace(servers=self.servers, connections={}, listen_addrs=lambda: [("127.0.0.1", 8443)])
        self.addons = SimpleNamespace(get=lambda _: proxyserver)

    def _update(self, *, server: bool) -> None:
        self.servers[:] = [self._made] if server else []

    def shutdown(self) -> None:
        self.ended.set()


@pytest.fixture
async def gate() -> AsyncIterator[FakeGate]:
    made = FakeGate(
        is_open=False,
        board=FakePart(waiting=0),
        workers=FakePart(ready=True),
        policies=FakePart(loaded=None),
        store=FakePart(key=":".join, run=Calls([])),
    )
    made.store.key = lambda *words: ":".join(words)
    made.settings = SETTINGS.model_copy(
        update={"telemetry": SETTINGS.telemetry.model_copy(update={"upstream_check": None})}
    )
    before, DOORKEEPER.gate = DOORKEEPER.gate, made  # type: ignore[assignment]
    yield made
    DOORKEEPER.gate = before


def service(master: FakeMaster, leash: FakeLeash | None) -> Service:
    made = Service(master, Drain(5), "reverse", SETTINGS, leash)  # type: ignore[arg-type]
    made.running()
    return made


async def test_it_listens_and_is_ready_only_when_the_gate_is_open(gate: FakeGate) -> None:
    master, leash = FakeMaster(), FakeLeash()
    made = service(master, leash)
    await asyncio.sleep(0.2)
    assert master.servers == []
    gate.is_open = True
    async with asyncio.timeout(20):
        await leash.is_ready.wait()
    assert master.servers
    made.stop()
    async with asyncio.timeout(20):
        await master.ended.wait()
    assert gate.draining
    assert master.servers == []
    assert not made.failed
    await made.closed()


async def test_one_that_is_told_to_stop_before_it_serves_tells_nobody_that_it_is_there(gate: FakeGate) -> None:
    master, leash = FakeMaster(), FakeLeash()
    made = service(master, leash)
    made.stop()
    gate.is_open = True
    async with asyncio.timeout(20):
        await master.ended.wait()
    await asyncio.sleep(0.2)
    assert not leash.is_ready.is_set()
    assert gate.store.run.given == []
    await made.closed()


async def test_one_that_cannot_listen_fails(gate: FakeGate) -> None:
    gate.is_open = True
    master, leash = FakeMaster(OSError("taken")), FakeLeash()
    made = service(master, leash)
    async with asyncio.timeout(20):
        await master.ended.wait()
    assert made.failed
    assert not leash.is_ready.is_set()
    await made.closed()


async def test_without_its_supervisor_it_ends(gate: FakeGate) -> None:
    gate.is_open = True
    master, leash = FakeMaster(), FakeLeash()
    made = service(master, leash)
    leash.cut.set()
    async with asyncio.timeout(20):
        await master.ended.wait()
    await made.closed()


async def test_alone_it_listens_by_itself_and_ends_while_it_is_still_starting(gate: FakeGate) -> None:
    master = FakeMaster()
    made = service(master, None)
    made.stop()
    async with asyncio.timeout(20):
        await master.ended.wait()
    await made.closed()
