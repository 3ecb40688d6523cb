"""How does a step hook into mitmproxy, and where is a failure caught? Here, and only here.


mitmproxy logs an exception in a hook and lets the flow go on; so every hook of the path runs inside
`Step`, which turns a surprise into a refusal and skips steps once something was refused.
"""

import asyncio
import logging
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import groupby
from typing import Any, ClassVar, Final
from weakref import WeakKeyDictionary

from mitmproxy import http
from mitmproxy.exceptions import AddonHalt, OptionsError
from mitmproxy.net.http.status_codes import RESPONSES

from vecgate.api.whoami import in_words, issuer_of
from vecgate.dialects.base.dialect import Dialect
from vecgate.domain.exchange import Exchange
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.gate import Gate
from vecgate.handling import transcoded
from vecgate.refusals.catalogue import CATALOGUE, Refusal, refuse
from vecgate.refusals.errors import Unavailable, VaultDenied
from vecgate.refusals.mapping import refusal_for
from vecgate.refusals.rendering import Rendered, plain

log = logging.getLogger(__name__)

#: An exchange never lies in a flow: flows are shown, dumped and sent to browsers.
EXCHANGES: Final[WeakKeyDictionary[http.HTTPFlow, Exchange]] = WeakKeyDictionary()


class AtWork:
    """How many requests steps are at work on, also for clients that have left: what was sent for them goes on."""

    def __init__(self) -> None:
        self.count = 0


AT_WORK: Final = AtWork()

#: The error of a flow that ended because its request could not be read to its end, not because somebody left.
UNREAD: Final = "the request could not be read"


async def attempt(hook: Callable[..., Any], arguments: Sequence[Any]) -> Exception | None:
    """Call a hook that is no step; its exception is returned. What mitmproxy raises on purpose is passed on."""
    try:
        pending = hook(*arguments)
        if pending is not None:
            await pending
    except (AddonHalt, OptionsError):
        raise
    except Exception as e:
        return e
    return None


def response(status: int, body: bytes, headers: Iterable[tuple[str, str]]) -> http.Response:
    """As Response.make, for a body that is as it is: nothing about encodings has to be found out."""
    fields = [(name.encode(), value.encode()) for name, value in headers]
    fields.append((b"content-length", b"%d" % len(body)))
    reason, now = RESPONSES.get(status, "").encode(), time.time()
    return http.Response(b"HTTP/1.1", status, reason, http.Headers(fields), body, None, now, now)


def over_grpc(said: transcoded.Said) -> http.Response:
    """An answer over gRPC: what went wrong stands in its trailers, or in its head where there is nothing else."""
    fields = http.Headers([(name.encode(), value.encode()) for name, value in said.headers])
    ended = http.Headers([(name.encode(), value.encode()) for name, value in said.trailers]) if said.trailers else None
    now = time.time()
    return http.Response(b"HTTP/2.0", 200, b"", fields, said.body, ended, now, now)


def show(flow: http.HTTPFlow, gate: Gate | None, exchange: Exchange | None, refusal: Refusal) -> None:
    """Put a refusal in the place of the flow's answer, in the database's own error shape."""
    if exchange is not None and exchange.grpc:
        flow.response = over_grpc(transcoded.refused(gate, exchange, _linked(gate, refusal)))
        return
    rendered = _rendered(gate, exchange, refusal)
    # Bytes after the head of an answer to HEAD would be read as the next answer (RFC 9110 section 9.3.2).
    body = b"" if flow.request.method == "HEAD" else rendered.body
    flow.response = response(rendered.status, body, rendered.headers)


def _rendered(gate: Gate | None, exchange: Exchange | None, refusal: Refusal) -> Rendered:
    """A refusal in the shape of the database that was meant, or in the plain one."""
    agent = exchange.agent if exchange is not None else ""
    if gate is None or exchange is None or exchange.upstream is None:
        return plain(refusal, agent)
    dialect, refusal = gate.dialect(exchange.upstream), _linked(gate, refusal)
    return _begun(dialect, refusal, agent) if refusal.code == "answer.withheld" else dialect.render(refusal, agent)


def _linked(gate: Gate | None, refusal: Refusal) -> Refusal:
    if gate is None or refusal.request_id is None:
        return refusal
    return replace(refusal, console=gate.settings.notices.link)


@lru_cache(maxsize=64)
def _begun(dialect: Dialect, refusal: Refusal, agent: str) -> Rendered:
    """What every flow begins with as its answer."""
    return dialect.render(refusal, agent)


def _is_being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class Step:
    """Base of every step. A subclass overrides what it needs; each returns a Refusal or None.

    `on_request` runs only while nothing is refused or answered, `on_answer` only when the upstream answered and
    nothing is refused, `on_end` always (answered, refused, failed or abandoned).
    """

    name: ClassVar[str] = ""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        """What this step does with a request."""

    async def on_answer(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        """What this step does with an answer."""

    async def on_end(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        """What this step does last."""

    async def request(self, flow: http.HTTPFlow) -> None:
        """mitmproxy's hook: the request is complete."""
        await _requests((self,), flow)

    async def response(self, flow: http.HTTPFlow) -> None:
        """mitmproxy's hook: an answer is about to go to the client."""
        await _responses((self,), flow)

    async def error(self, flow: http.HTTPFlow) -> None:
        """mitmproxy's hook: the client left, or the request could not be read."""
        await _errors((self,), flow)

    async def _guard(
        self,
        work: Callable[[Exchange, http.HTTPFlow], Awaitable[Refusal | None]],
        exchange: Exchange,
        flow: http.HTTPFlow,
    ) -> None:
        if getattr(work, "__func__", None) in _NOTHING:
            return
        began = time.perf_counter()
        try:
            refusal = await work(exchange, flow)
        except asyncio.CancelledError as e:
            if _is_being_cancelled():
                raise
            refusal = self._failure(e, exchange)  # what the step waited for was cancelled, not the step itself
        except Exception as e:
            refusal = self._failure(e, exchange)
        ended = time.perf_counter()
        exchange.timings[self.name] = exchange.timings.get(self.name, 0.0) + (ended - began) * 1000
        exchange.steps.append((self.name, began, ended))
        if refusal is not None and exchange.refusal is None:  # the first one says why; it stands
            refusal = self._to_whom(_with_fate(_and_its_approval(refusal, exchange), exchange), exchange)
            exchange.refusal = refusal
            show(flow, self.gate, exchange, refusal)

    def _to_whom(self, refusal: Refusal, exchange: Exchange) -> Refusal:
        """What one may or may not do depends on who one is here: it is said."""
        principal, kind = exchange.principal, CATALOGUE.get(refusal.code)
        if principal is None or kind is None or not kind.is_about_rights:
            return refusal
        who = in_words(principal, issuer_of(self.gate.settings.issuers, principal))
        return replace(refusal, todo=f"{refusal.todo} You are {who}.")

    def _failure(self, e: BaseException, exchange: Exchange) -> Refusal:
        upstream, about = exchange.upstream.name if exchange.upstream else "(unknown)", {"exchange": exchange.id}
        most = self.gate.settings.limits.answer_body
        known = refusal_for(e, upstream=upstream, sent=exchange.sent, answer_body=most)
        if known is not None:
            why = e.said if isinstance(e, VaultDenied) else str(e) if isinstance(e, Unavailable) else ""
            about["code"], said = known.code, f": {why}" if why else ""
            log.warning("exchange %s refused in %s: %s%s", exchange.id, self.name, known.code, said, extra=about)
            return known
        # The message of an unknown exception may quote data, so only its type and place are logged.
        about["code"] = "gate.failed"
        place = "".join(traceback.format_tb(e.__traceback__)[-3:])
        log.error("exchange %s failed in %s: %s\n%s", exchange.id, self.name, type(e).__name__, place, extra=about)
        return refuse("gate.failed", step=self.name)


def _with_fate(refusal: Refusal, exchange: Exchange) -> Refusal:
    """Say what became of the request, if it was sent."""
    if not exchange.sent or refusal.code == "wire.refused":  # which is said before the first byte
        return refusal
    return refusal.sent(reads=exchange.operation is not None and OPERATION_KINDS.get(exchange.operation.kind) == "read")


def _and_its_approval(refusal: Refusal, exchange: Exchange) -> Refusal:
    """A yes that was spent on what failed does not come back; whoever asks again must know."""
    approval = exchange.approval
    if approval is None or approval.state != "spent":
        return refusal
    return replace(refusal, todo=f"{refusal.todo} The yes to request {approval.id} is spent: it takes a new one.")


#: The base's own hooks: a step that leaves one as it is does nothing there, and takes no time.
_NOTHING: Final = frozenset({Step.on_request, Step.on_answer, Step.on_end})


def is_idle(hook: Callable[..., Any]) -> bool:
    """Whether a hook is that of a step which does nothing then: it need not be called."""
    step, base = getattr(hook, "__self__", None), getattr(hook, "__func__", None)
    if not isinstance(step, Step):
        return False
    return base in _WORK and all(getattr(type(step), name) in _NOTHING for name in _WORK[base])


async def _requests(steps: Sequence[Step], flow: http.HTTPFlow) -> None:
    exchange = EXCHANGES.get(flow)
    AT_WORK.count += 1
    try:
        for step in steps:
            if exchange is None or exchange.refusal is not None or exchange.answer is not None:
                return
            await step._guard(step.on_request, exchange, flow)
    finally:
        AT_WORK.count -= 1


async def _responses(steps: Sequence[Step], flow: http.HTTPFlow) -> None:
    exchange = EXCHANGES.get(flow)
    if exchange is None:
        return
    for step in steps:
        if exchange.refusal is None and exchange.answer is not None and exchange.sent:
            await step._guard(step.on_answer, exchange, flow)
        await step._guard(step.on_end, exchange, flow)


async def _errors(steps: Sequence[Step], flow: http.HTTPFlow) -> None:
    exchange = EXCHANGES.get(flow)
    if exchange is None:
        return
    for step in steps:
        await step._guard(step.on_end, exchange, flow)


#: What each hook of a step calls, unless the step has a hook of its own.
_WORK: Final[Mapping[Any, tuple[str, ...]]] = {
    Step.request: ("on_request",),
    Step.response: ("on_answer", "on_end"),
    Step.error: ("on_end",),
}

#: What steps that stand one behind another do together, and one alone just as well.
_TOGETHER: Final[Mapping[Any, Callable[[Sequence[Step], http.HTTPFlow], Awaitable[None]]]] = {
    Step.request: _requests,
    Step.response: _responses,
    Step.error: _errors,
}


def together(hooks: Iterable[Callable[..., Any]]) -> Iterator[Callable[..., Any]]:
    """The same hooks, with those of steps that stand one behind another as one: their exchange is looked up once."""
    for base, found in groupby(hooks, lambda hook: getattr(hook, "__func__", None)):
        run = [*found]
        work = _TOGETHER.get(base)
        if work is None:
            yield from run
        else:
            yield partial(work, [hook.__self__ for hook in run])  # type: ignore[attr-defined]
