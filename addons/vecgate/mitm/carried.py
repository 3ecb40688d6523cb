"""How does a request go through mitmproxy's hooks? In one task, whichever protocol it came by.

mitmproxy starts a task for each hook, and a round through all of its layers. Here the hooks are called one after the
other, as they always were: requestheaders, request, responseheaders, response; or error, for what was not answered.
A layer asks for it with a `Carry`, which is a hook of its own that `Carrier` alone listens to.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final

from mitmproxy import ctx, flow, http
from mitmproxy.proxy import commands
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import Layer
from mitmproxy.proxy.layers.http import _hooks

from vecgate.handling.transcoded.streamed import Streamed
from vecgate.mitm.clients import Clients
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.rendering import Rendered, plain
from vecgate.settings.limits import Limits

#: How a refusal of a request that was never read whole is put, told by its connection and what is known of its head.
type Words = Callable[[Context, http.Request | None, Refusal], Rendered]

#: The stream that a flow is, by its head alone; None: it is one request.
type Streams = Callable[[http.HTTPFlow], Streamed | None]

LEFT: Final = "Client disconnected."
TOO_LARGE: Final = "the body exceeds body_size_limit"


async def _admitted(_flow: http.HTTPFlow, _size: int) -> bool:
    return False


@dataclass(slots=True)
class Terms:
    """On which terms all connections are, of whichever protocol. Set by the door, for the life of the process.

    `refused`: whether a large body, of some bytes, is not to be read; then its flow has the answer.
    `held`: whether somebody is asked for a yes to it just now;
    `ends`: whether the gateway is about to, and what goes on and on has to.
    """

    limits: Limits = field(default_factory=Limits)
    clients: Clients = field(default_factory=Clients)
    words: Words = lambda _context, _request, refusal: plain(refusal)
    streamed: Streams = lambda _flow: None
    refused: Callable[[http.HTTPFlow, int], Awaitable[bool]] = _admitted
    held: Callable[[http.HTTPFlow], bool] = lambda _flow: False
    ends: Callable[[], bool] = lambda: False


TERMS: Final = Terms()


async def _call(hook: Any) -> None:
    await ctx.master.addons.handle_lifecycle(hook)
    about: flow.Flow = hook.flow
    if about.intercepted:  # by whoever sits before a mitmweb of their own
        await about.wait_for_resume()


class Carried:
    """One request, from its head to its answer. `left`: whoever asked has gone; `is_refused`: its body is not read."""

    def __init__(self, context: Context, request: http.Request) -> None:
        self.flow = http.HTTPFlow(context.client, context.server)
        self.flow.request = request
        self.flow.live = True
        self.left = False
        self.is_refused = True
        self._begun: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Show the head. Nobody waits in there; should one all the same, the rest of the request waits for it."""
        hooks = _call(_hooks.HttpRequestHeadersHook(self.flow))
        self._begun = asyncio.Task(hooks, loop=asyncio.get_running_loop(), eager_start=True)

    async def judge(self, size: int) -> None:
        """Before so many bytes of a body are read: `is_refused` tells whether they are not to be."""
        await self._has_begun()
        self.is_refused = await TERMS.refused(self.flow, size)

    async def work(self, body: bytes) -> None:
        """Show the whole request, and make its answer; `is_answered` tells whether there is one."""
        found = self.flow
        found.request.raw_content = body
        found.request.timestamp_end = time.time()
        await self._has_begun()
        await _call(_hooks.HttpRequestHook(found))
        if await self._is_lost():
            return
        if found.response is None:  # nobody may answer but the path
            found.response = _closed()
        found.response.timestamp_start = time.time()
        await _call(_hooks.HttpResponseHeadersHook(found))
        if await self._is_lost():
            return
        found.response.timestamp_end = time.time()
        await _call(_hooks.HttpResponseHook(found))
        found.live = False

    async def fail(self, words: str) -> None:
        """End it unanswered: it could not be read, or its client has left."""
        self.flow.error = flow.Error(words)
        self.flow.live = False
        await self._has_begun()
        await _call(_hooks.HttpErrorHook(self.flow))

    @property
    def is_answered(self) -> bool:
        """Whether its answer may go to its client."""
        killed = self.flow.error is not None and self.flow.error.msg == flow.Error.KILLED_MESSAGE
        return self.flow.response is not None and not self.left and not killed

    async def _has_begun(self) -> None:
        if self._begun is not None and not self._begun.done():
            await self._begun

    async def _is_lost(self) -> bool:
        error = self.flow.error
        if error is None and self.left:
            error = flow.Error(LEFT)
        if error is None or error.msg not in (LEFT, flow.Error.KILLED_MESSAGE):
            return False
        self.flow.error = error
        self.flow.live = False
        await _call(_hooks.HttpErrorHook(self.flow))
        return True


def _closed() -> http.Response:
    said = plain(refuse("gate.closed"))
    return http.Response.make(said.status, said.body, dict(said.headers))


@dataclass
class Carry(commands.StartHook):
    """Asks for this work to be done in a task of its own; its layer is told by HookCompleted, and calls `then`."""

    work: Coroutine[Any, Any, None]
    name = "carry"

    def __post_init__(self) -> None:
        self.then: Callable[[], None] = _nothing

    @classmethod
    def of(cls, layer: Layer, work: Coroutine[Any, Any, None], then: Callable[[], None] | None = None) -> "Carry":
        """For that layer, which goes on meanwhile; so do those around it."""
        made = cls(work)
        made.blocking = layer  # type: ignore[assignment]  # of a class whose own says True
        made.then = then or _nothing
        return made


class Carrier:
    """An addon: does what is asked for."""

    async def carry(self, work: Coroutine[Any, Any, None]) -> None:
        """Our own hook."""
        await work


def _nothing() -> None:
    """What follows work whose end nobody waits for."""
