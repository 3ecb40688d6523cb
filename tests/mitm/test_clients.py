"""Who is connected, how many of them, and for how long each may keep us waiting. Time stands still here."""

import asyncio
import logging
import socket
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from mitmproxy.addons import proxyserver
from mitmproxy.test import taddons, tflow

from support.fakes.clock import until
from vecgate.mitm import clients
from vecgate.mitm.clients import Clients
from vecgate.settings.limits import Limits

LIMITS = Limits(
    clients=3,
    clients_per_address=2,
    head_seconds=10,
    body_seconds=20,
    idle_seconds=30,
    answer_seconds=40,
    connection_requests=2,
    connection_seconds=100,
)


class Transport:
    """A socket that has not sent some bytes yet."""

    def __init__(self) -> None:
        self.unsent = 0
        self.aborted = False
        self.closed = False
        self.options: list[Any] = []

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def get_extra_info(self, name: str) -> Any:
        return SimpleNamespace(setsockopt=lambda *option: self.options.append(option))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        assert self.unsent or not self.closed, "asyncio fails on ending what is gone"
        self.closed = True
        self.aborted = True


@dataclass
class World:
    """A register of clients, and a clock that the test moves."""

    monkeypatch: pytest.MonkeyPatch
    now: float = 1000.0
    transports: dict[str, Transport] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clients = Clients(now=lambda: self.now)
        self.clients.limits = LIMITS
        self.monkeypatch.setattr(clients, "_transport", lambda client: self.transports[client.id])
        self.monkeypatch.setattr(self.clients._tasks, "start", lambda work, _name: work.close())

    def connect(self, address: str = "10.0.0.1") -> Any:
        client = tflow.tclient_conn()
        client.peername = (address, 50000)
        self.transports[client.id] = Transport()
        self.clients.client_connected(client)
        return client

    def reach(self, phase: str) -> Any:
        """A connection that has come so far."""
        client = self.connect()
        one = client.id
        moves = {
            "head": (self.clients.begins,),
            "body": (self.clients.begins, self.clients.has_head),
            "work": (self.clients.has_head, self.clients.has_body),
            "idle": (self.clients.has_head, self.clients.has_body, self.clients.answered),
        }
        if phase == "head":
            self.clients.has_head(one)
            self.clients.has_body(one)
            self.clients.answered(one)
        for move in moves.get(phase, ()):
            move(one)
        return client

    def is_ended(self, client: Any) -> bool:
        self.clients.look()
        return self.transports[client.id].aborted


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


# how many


def test_nobody_is_there_at_first(world: World) -> None:
    assert (world.clients.count, world.clients.under_way) == (0, 0)
    world.clients.look()


def test_one_address_may_have_so_many_connections_and_everybody_so_many(world: World) -> None:
    first = [world.connect(), world.connect()]
    assert [one.error for one in first] == [None, None]
    assert world.connect().error
    other = world.connect("10.0.0.2")
    assert other.error is None
    assert world.connect("10.0.0.3").error
    world.clients.client_disconnected(first[0])
    assert world.connect("10.0.0.3").error is None
    assert world.clients.count == 3
    assert world.clients.counts() == (3, 2)


def test_one_that_was_not_taken_is_not_counted_when_it_goes(world: World) -> None:
    taken = [world.connect(), world.connect()]
    world.clients.client_disconnected(world.connect())
    assert world.clients.count == 2
    for client in taken:
        world.clients.client_disconnected(client)
    assert world.clients.count == 0
    assert not world.clients._from


def test_connections_that_are_not_taken_are_logged_together(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(50):
            world.connect()
        world.now += 10
        world.connect()
    assert [record.args[0] for record in caplog.records if isinstance(record.args, tuple)] == [1, 48]
    assert "10.0.0.1" not in caplog.text


# how long


@pytest.mark.parametrize(("phase", "seconds"), [("opening", 10), ("head", 10), ("body", 20), ("idle", 30)])
def test_every_phase_of_the_clients_has_an_end(world: World, phase: str, seconds: float) -> None:
    client = world.reach(phase)
    world.now += seconds - 0.1
    assert not world.is_ended(client)
    world.now += 0.2
    assert world.is_ended(client)


def test_what_takes_us_long_is_not_the_clients_fault(world: World) -> None:
    client = world.reach("work")
    world.now += 10_000
    assert not world.is_ended(client)


def test_bytes_that_trickle_in_buy_no_time(world: World) -> None:
    client = world.reach("opening")
    world.now += 9
    world.clients.begins(client.id)
    world.now += 2
    assert world.is_ended(client)


def test_an_answer_that_is_not_taken_keeps_a_connection_for_so_long(world: World) -> None:
    client = world.reach("idle")
    world.transports[client.id].unsent = 1
    world.now += 39
    assert not world.is_ended(client)
    world.now += 2
    assert world.is_ended(client)


def test_a_closed_connection_counts_until_its_answer_is_taken(world: World) -> None:
    client = world.reach("work")
    world.transports[client.id].unsent = 1
    world.clients.client_disconnected(client)
    assert world.transports[client.id].closed
    assert (world.clients.count, world.clients.under_way) == (1, 0)
    world.now += 39
    assert not world.is_ended(client)
    world.transports[client.id].unsent = 0
    world.clients.look()
    assert world.clients.count == 0


def test_a_closed_connection_whose_answer_is_never_taken_is_cut(world: World) -> None:
    client = world.reach("idle")
    world.transports[client.id].unsent = 1
    world.clients.client_disconnected(client)
    world.now += 41
    assert world.is_ended(client)
    assert [option[1] for option in world.transports[client.id].options] == [socket.SO_LINGER]
    assert world.clients.count == 0


# what is under way


def test_requests_under_way_are_counted_from_their_head_to_their_answer(world: World) -> None:
    seen = []
    client = world.connect()
    one = client.id
    moves = (world.clients.has_head, world.clients.has_body, world.clients.answered, world.clients.begins)
    for move in (*moves, world.clients.has_head):
        move(one)
        seen.append(world.clients.under_way)
    world.clients.client_disconnected(client)
    assert (*seen, world.clients.under_way) == (1, 1, 0, 0, 1, 0)


def test_what_is_told_of_a_connection_that_is_gone_changes_nothing(world: World) -> None:
    for move in (world.clients.begins, world.clients.has_head, world.clients.has_body, world.clients.answered):
        move("gone")
    assert world.clients.under_way == 0
    assert world.clients.is_spent("gone")


def test_a_connection_ends_with_so_many_requests_or_at_such_an_age(world: World) -> None:
    busy, old = world.reach("work"), world.connect()
    assert not world.clients.is_spent(busy.id)
    world.clients.answered(busy.id)
    world.clients.has_head(busy.id)
    assert world.clients.is_spent(busy.id)
    assert not world.clients.is_spent(old.id)
    world.now += 100
    assert world.clients.is_spent(old.id)


# in a loop


async def test_who_waits_for_their_turn_is_not_read_from_and_not_late(world: World) -> None:
    client = world.connect()
    world.clients.has_head(client.id)
    world.clients.stops(client.id)
    reads = asyncio.ensure_future(world.clients.may_read(client.id))
    await asyncio.sleep(0)
    world.now += LIMITS.body_seconds * 10
    assert (reads.done(), world.is_ended(client), world.clients.under_way) == (False, False, 1)
    world.clients.goes_on(client.id)
    await reads
    await world.clients.may_read(client.id)
    world.now += LIMITS.body_seconds - 0.1
    assert not world.is_ended(client)
    world.now += 0.1
    assert world.is_ended(client)


async def test_who_is_gone_is_waited_for_no_more(world: World) -> None:
    client = world.connect()
    world.clients.has_head(client.id)
    world.clients.stops(client.id)
    reads = asyncio.ensure_future(world.clients.may_read(client.id))
    await asyncio.sleep(0)
    world.clients.client_disconnected(client)
    await reads
    world.clients.goes_on(client.id)  # its turn has come: too late
    assert (world.clients.under_way, world.clients.count) == (0, 0)


async def test_late_connections_are_found_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "LOOK_SECONDS", 0.001)
    transport = Transport()
    found, client = Clients(), tflow.tclient_conn()
    found.limits = LIMITS.model_copy(update={"head_seconds": 0.001})
    with taddons.context(proxyserver.Proxyserver()) as context:
        handler = SimpleNamespace(transports={client: SimpleNamespace(writer=SimpleNamespace(transport=transport))})
        context.master.addons.get("proxyserver").connections[client.id] = handler
        found.client_connected(client)
    await until(lambda: transport.aborted)
    found.client_disconnected(client)
    await until(lambda: not found._watching and found.count == 0)


async def test_a_watch_that_failed_is_begun_anew_by_the_next_connection(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(clients, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(clients, "_transport", lambda client: None)
    found, looked = Clients(), []

    def look() -> None:
        looked.append(1)
        if len(looked) == 1:
            raise AttributeError
        found._lines.clear()

    monkeypatch.setattr(found, "look", look)
    found.client_connected(tflow.tclient_conn())
    # Its end is told of by a callback, which need not have run when the watch is over.
    await until(lambda: "watch client connections failed: AttributeError" in caplog.text)
    await until(lambda: not found._watching)
    found.client_connected(tflow.tclient_conn())
    await until(lambda: len(looked) == 2)
