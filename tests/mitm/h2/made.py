"""One connection of HTTP/2 in memory: our layer, a client that is hyper-h2, and a path that answers when a test says so."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import h2.config
import h2.events
import pytest
from mitmproxy import connection, http, options
from mitmproxy.proxy import commands, events
from mitmproxy.proxy.context import Context

from support.http2.client import Patient
from support.tools.soon import soon
from vecgate.mitm import carried
from vecgate.mitm.carried import Carry
from vecgate.mitm.clients import ClientLine, Clients
from vecgate.mitm.h2.talks import Http2Talks
from vecgate.settings.limits import Limits

HEAD = [(":method", "POST"), (":scheme", "https"), (":authority", "db.test"), (":path", "/a"), ("te", "trailers")]


@dataclass
class Town:
    """`working`: flows whose request hook is at work; `fired`: the names of all hooks so far; `closed`: it is to end."""

    limits: Limits
    clock: list[float] = field(default_factory=lambda: [0.0])
    working: list[tuple[http.HTTPFlow, asyncio.Future[http.Response | None]]] = field(default_factory=list)
    fired: list[str] = field(default_factory=list)
    flows: list[http.HTTPFlow] = field(default_factory=list)
    heard: list[Any] = field(default_factory=list)
    closed: bool = False
    at_error: http.Response | None = None

    def __post_init__(self) -> None:
        client = connection.Client(peername=("192.0.2.1", 1), sockname=("192.0.2.2", 2), timestamp_start=0, alpn=b"h2")
        client.state = connection.ConnectionState.OPEN
        self.client, self.clients = client, Clients(lambda: self.clock[0])
        self.line = self.clients._lines[client.id] = ClientLine("192.0.2.1", 0.0, 0.0, None)
        self.clients.limits = self.limits
        self.h2 = Patient(h2.config.H2Configuration(client_side=True, validate_outbound_headers=False))
        self._tasks: list[asyncio.Task[None]] = []

    async def handle_lifecycle(self, hook: Any) -> None:
        """As mitmproxy's manager of addons."""
        self.fired.append(hook.name)
        if hook.name == "requestheaders":
            self.flows.append(hook.flow)
        if hook.name == "request":
            done = asyncio.get_running_loop().create_future()
            self.working.append((hook.flow, done))
            hook.flow.response = await done
        if hook.name == "error":
            hook.flow.response = self.at_error

    async def start(self) -> "Town":
        self.layer = Http2Talks(Context(self.client, options.Options()), lambda: self.clock[0])
        self.h2.initiate_connection()
        await self.tell(events.Start())
        await self.send()
        return self

    async def tell(self, event: events.Event) -> None:
        self._do(event)
        for _ in range(10):
            await asyncio.sleep(0)

    def _do(self, event: events.Event) -> None:
        for command in self.layer.handle_event(event):
            match command:
                case commands.SendData():
                    if not self.closed:
                        self.heard += self.h2.receive_data(command.data)
                case Carry():
                    self._tasks.append(asyncio.ensure_future(self._work(command)))
                case commands.CloseConnection():
                    self.closed = True

    async def _work(self, carry: Carry) -> None:
        assert carry.blocking is self.layer  # or all layers around it would wait
        await carry.work
        self._do(events.HookCompleted(carry, None))

    async def send(self, raw: bytes | None = None) -> None:
        """What the client has to say."""
        if data := self.h2.data_to_send() if raw is None else raw:
            await self.tell(events.DataReceived(self.client, data))

    async def ask(self, body: bytes | None = None, head: Any = HEAD, *, end: bool = True) -> int:
        number = self.h2.get_next_available_stream_id()
        self.h2.send_headers(number, head, end_stream=end and body is None)
        if body is not None:
            self.h2.send_data(number, body, end_stream=end)
        await self.send()
        return number

    async def answer(self, response: http.Response | None, which: int = 0) -> None:
        """The path has come to its end with that flow."""
        await self.at_work(which + 1)
        self.working.pop(which)[1].set_result(response)
        for _ in range(10):
            await asyncio.sleep(0)

    async def at_work(self, count: int) -> None:
        """Until the path works on so many: large messages are read beside the loop."""
        await soon(lambda: len(self.working) >= count)

    async def pass_time(self, seconds: float) -> None:
        self.clock[0] += seconds
        await self.tell(events.Wakeup(commands.RequestWakeup(0.5)))

    @property
    def kept(self) -> int:
        """Bytes of what is not whole yet."""
        talks = self.layer._talks.values()
        return sum(len(one.body) for one in self.layer._streams.values()) + sum(len(one._inbox) for one in talks)

    def of(self, kind: type) -> list[Any]:
        return [one for one in self.heard if isinstance(one, kind)]


def always(is_refused: bool) -> Any:
    """What becomes of every large body."""

    async def judge(_flow: http.HTTPFlow, _size: int) -> bool:
        return is_refused

    return judge


@contextmanager
def town(limits: Limits | None = None) -> Iterator[Town]:
    """One connection, which has not begun; what all connections share is put back at the end."""
    made = Town(limits or Limits())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(carried, "ctx", SimpleNamespace(master=SimpleNamespace(addons=made)))
        patch.setattr(carried.TERMS, "limits", made.limits)
        patch.setattr(carried.TERMS, "clients", made.clients)
        yield made


def response(body: bytes = b"", trailers: list[tuple[bytes, bytes]] | None = None, **more: str) -> http.Response:
    fields = http.Headers([(name.replace("_", "-").encode(), value.encode()) for name, value in more.items()])
    ended = http.Headers(trailers) if trailers is not None else None
    return http.Response(b"HTTP/2.0", 200, b"", fields, body, ended, 0, 0)
