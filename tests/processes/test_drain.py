"""A worker that drains listens no more, tells nobody to wait, and ends when nothing is under way or its time is up."""

import asyncio
import gc
import time
from types import SimpleNamespace
from typing import Any

from mitmproxy import http
from mitmproxy.test import tflow

from vecgate.processes.drain import Drain


class Listening(list[str]):
    """The one port that mitmproxy listens on, until `stopped`."""

    def __init__(self) -> None:
        super().__init__(["a port"])
        self.is_updating = False

    def stop(self) -> None:
        self.clear()
        self.is_updating = True  # it has forgotten the port, and closes it next

    def stopped(self) -> None:
        self.is_updating = False


class FakeMaster:
    """What drain needs of a master, with a line of what it was told. `born`: when its one client connected."""

    def __init__(self, buffered: list[int] | None = None, born: float = 0) -> None:
        self.told: list[Any] = []
        self.servers = Listening()
        self.ended = asyncio.Event()
        self.options = SimpleNamespace(update=self.update)
        transport = SimpleNamespace(get_write_buffer_size=lambda: buffered.pop(0) if buffered else 0)
        io = SimpleNamespace(writer=SimpleNamespace(transport=transport))
        transports = {"client": io, "nobody": SimpleNamespace(writer=None)}
        handler = SimpleNamespace(transports=transports, client=SimpleNamespace(timestamp_start=born))
        proxy = SimpleNamespace(connections={"c": handler}, servers=self.servers)
        self.addons = SimpleNamespace(get=lambda _: proxy)

    def update(self, **what: Any) -> None:
        self.told.append(what)
        loop = asyncio.get_running_loop()
        loop.call_later(0.1, self.servers.stop)
        loop.call_later(0.2, self.servers.stopped)

    def shutdown(self) -> None:
        self.told.append("shutdown")
        self.ended.set()

    def release(self) -> None:
        self.told.append("release")
        assert not self.servers, "nobody is sent away while the way leads back to here"
        assert not self.servers.is_updating

    async def leave(self) -> None:
        self.told.append("leave")

    def begin(self, drain: Drain) -> None:
        drain.begin(self, self.release, self.leave)

    async def end(self) -> list[Any]:
        async with asyncio.timeout(20):
            await self.ended.wait()
        return self.told


ALL = [{"server": False}, "release", "leave", "shutdown"]


async def test_with_nothing_under_way_it_ends_in_order() -> None:
    master = FakeMaster()
    master.begin(Drain(60))
    assert await master.end() == ALL


async def test_what_is_under_way_is_waited_for_and_its_connection_is_closed() -> None:
    master, drain, flow = FakeMaster(), Drain(60), tflow.tflow(resp=True)
    drain.requestheaders(flow)
    master.begin(drain)
    await asyncio.sleep(0.5)
    assert master.told == ALL[:2]
    assert drain.in_flight == 1
    drain.response(flow)
    assert await master.end() == ALL
    assert isinstance(flow.response, http.Response)
    assert flow.response.headers["connection"] == "close"


async def test_an_answer_that_is_still_going_out_is_waited_for() -> None:
    buffered = [5000, 100, 1]
    master = FakeMaster(buffered)
    master.begin(Drain(60))
    assert await master.end() == ALL
    assert buffered == []


async def test_who_has_just_connected_gets_to_send_its_request() -> None:
    born = time.time()
    master = FakeMaster(born=born)
    master.begin(Drain(60))
    assert await master.end() == ALL
    assert time.time() - born >= 1


async def test_it_waits_no_longer_than_its_time() -> None:
    master, drain, flow = FakeMaster(), Drain(0.4), tflow.tflow()
    drain.requestheaders(flow)
    master.begin(drain)
    assert await master.end() == ALL


async def test_the_second_time_it_ends_at_once() -> None:
    master, drain, flow = FakeMaster(), Drain(60), tflow.tflow()
    drain.requestheaders(flow)
    master.begin(drain)
    master.begin(drain)
    assert "shutdown" in master.told


def test_before_that_it_only_counts() -> None:
    drain, one, other = Drain(60), tflow.tflow(resp=True), tflow.tflow()
    drain.requestheaders(one)
    drain.requestheaders(other)
    drain.response(one)
    drain.error(other)
    drain.error(other)
    assert drain.in_flight == 0
    assert isinstance(one.response, http.Response)
    assert "connection" not in one.response.headers
    drain.requestheaders(tflow.tflow())  # of a connection that vanished: nobody ever says that it has ended
    gc.collect()
    assert drain.in_flight == 0
