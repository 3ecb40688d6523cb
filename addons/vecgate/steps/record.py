"""What happened? Written before a request goes out, and after its answer; every exchange ends here, refused or not."""

import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from mitmproxy import http

from vecgate.domain.call import Json
from vecgate.domain.exchange import Exchange, need
from vecgate.handling import granted, locked, transcoded
from vecgate.handling.granted import debriefing
from vecgate.handling.recording import begin, request_body, session_of
from vecgate.handling.showing import show_request, show_target
from vecgate.handling.warm import WARM
from vecgate.recording.later import ANSWER, Waiting
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.errors import MaskFailed, Unavailable
from vecgate.steps._base import EXCHANGES, UNREAD, Step, over_grpc, response

_TARGET_SHOWN: Final = 300
_TARGET_READ: Final = 8192
#: Bytes of a refused request's body that are looked at, to be recorded.
_BODY_READ: Final = 4096


def answer_body(exchange: Exchange) -> dict[str, Json]:
    """What a journal says of an outcome: status, the masked answer, what was masked, and the time each step took."""
    refusal, answer = exchange.refusal, exchange.answer
    return {
        "status": refusal.status if refusal else answer.status if answer else None,
        "refusal": refusal.code if refusal else None,
        **({"facts": dict(refusal.facts)} if refusal and refusal.facts else {}),
        "sent": exchange.sent,
        "answer": exchange.recorded if refusal is None else None,
        **({"observed": dict(exchange.observed)} if exchange.observed else {}),
        "masked": dict(exchange.masked_counts),
        "masked_by": dict(exchange.masked_rules),
        **({"notes": dict(exchange.notes)} if exchange.notes else {}),
        **({"poisoned": exchange.verdicts} if exchange.verdicts else {}),
        "timings": {step: round(spent, 3) for step, spent in exchange.timings.items()},
    }


def outcome(exchange: Exchange, gone: bool) -> str:
    """The event code of how an exchange ended."""
    if gone and exchange.answer is None:
        return "answer.failed" if exchange.sent else "client.left"
    if exchange.refusal is None:
        released = "answer.released" if exchange.sent else "request.local"  # the gateway's own, where none was asked
        return "client.left" if gone else released
    if exchange.sent:
        return "answer.withheld" if exchange.answer is not None else "answer.failed"
    return "request.refused"


async def _answered(more: Callable[[], Awaitable[Json]]) -> dict[str, Json]:
    return {"answer": await more()}


class Record(Step):
    """request: one entry before it goes out; end: one entry, then the answer is put in its place"""

    name = "record"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        exchange.session = await begin(self.gate, exchange, "request.sent")
        return None

    async def on_answer(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        refusal = await locked.over(self.gate, exchange)
        if refusal is None:
            await debriefing.counted(self.gate, exchange)
        return refusal

    async def response(self, flow: http.HTTPFlow) -> None:
        await super().response(flow)
        self._count(flow)

    async def error(self, flow: http.HTTPFlow) -> None:
        await super().error(flow)
        self._count(flow)

    def _count(self, flow: http.HTTPFlow) -> None:
        # After the guard: a record that could not be written has made a refusal of the answer.
        exchange = EXCHANGES.get(flow)
        if exchange is not None:
            self.gate.telemetry.end(exchange, gone=flow.error is not None)

    async def on_end(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        if not self.gate.is_open:  # refused with gate.starting: there is no journal yet
            return None
        if exchange.refusal is not None:
            await debriefing.refused(self.gate, exchange)
        gone = flow.error is not None and flow.error.msg != UNREAD
        body = answer_body(exchange)
        body |= self._records(exchange, exchange.masked_tree if exchange.refusal is None else None)
        session = exchange.session
        if session is None:
            session = await session_of(self.gate, exchange)
            await self._show_refused(exchange, flow, session)
            body = request_body(exchange) | body
        await self._observed(exchange, session)
        code = outcome(exchange, gone)
        if exchange.seal_answer and exchange.refusal is None:
            await self._sealed(exchange, session, code, body)
        else:
            await self.gate.recorder.write(session, code, exchange.id, body)
        if self.gate.feed.is_wanted:
            self.gate.feed.put(session, exchange.id, code, exchange.started, time.time(), request_body(exchange) | body)
        is_somebodys = exchange.refusal is None and exchange.principal is not None and not gone
        if is_somebodys and (refusal := await locked.over(self.gate, exchange)):
            withheld = answer_body(exchange) | {"answer": None, "refusal": refusal.code, "status": refusal.status}
            await self.gate.recorder.write(session, "answer.withheld", exchange.id, withheld)
            return refusal
        self._annotate(exchange, flow)
        if exchange.refusal is None and not gone:
            self._release(exchange, flow)
            granted.spent(self.gate, exchange)
        return None

    async def _observed(self, exchange: Exchange, session: str) -> None:
        """What policies would have refused is an event of its own, so that it can be looked for."""
        if exchange.observed:
            body: dict[str, Json] = {"observed": dict(exchange.observed)}
            await self.gate.recorder.write(session, "request.observed", exchange.id, body)

    async def _sealed(self, exchange: Exchange, session: str, code: str, body: dict[str, Json]) -> None:
        """Who read saw more than is recorded: what they were given is sealed beside it."""
        given = need(exchange.masked)
        await self.gate.recorder.write(session, code, exchange.id, body, original=given)
        if (more := exchange.more_to_record) is not None:
            await self.gate.later.put(Waiting(session, exchange.id, ANSWER, partial(_answered, more), len(given)))

    def _records(self, exchange: Exchange, shown: Json) -> dict[str, Json]:
        if not exchange.sent or shown is None:
            return {}
        count = self.gate.dialect(need(exchange.upstream)).records(need(exchange.operation), shown)
        return {} if count is None else {"records": count}

    async def _show_refused(self, exchange: Exchange, flow: http.HTTPFlow, session: str) -> None:
        """A refused request is shown as far as it can be masked; the refusal stands either way."""
        if self.gate.recorder.counts_refused(session):
            flow.request.path = exchange.shown_target = "(not shown)"
            return
        try:
            # Or whoever may do nothing makes the most work; over gRPC with a message that is packed.
            size = max(len(exchange.raw.body), len(exchange.call.body) if exchange.call is not None else 0)
            if size > _BODY_READ:
                exchange.shown_call = f"(a body of {size} bytes, refused)"
                await show_target(self.gate, exchange)
            else:
                await show_request(self.gate, exchange)
            if exchange.call is None:
                exchange.shown_target = await self._target(exchange.raw.target)
            flow.request.path = need(exchange.shown_target)
        except (MaskFailed, Unavailable):
            exchange.shown_call = "(not shown: it could not be masked)"

    async def _target(self, target: str) -> str:
        if len(target) > _TARGET_READ:
            return f"(a target of {len(target)} characters)"
        # Masked first, then cut: a token or an address that is cut in two is not seen for what it is.
        return (await self.gate.masking.shown.text(target))[:_TARGET_SHOWN]

    def _release(self, exchange: Exchange, flow: http.HTTPFlow) -> None:
        answer = need(exchange.answer)
        dialect = self.gate.dialect(need(exchange.upstream))
        headers = dict(answer.headers) | {"cache-control": "no-store"} | dict(dialect.answer_headers)
        if exchange.masked:  # whatever the database called it: it was read, masked and written as JSON
            headers["content-type"] = "application/json"
        headers |= exchange.notes
        if exchange.learnt is not None:
            headers[WARM] = "seen={}, analysed={}".format(*exchange.learnt)
        if exchange.grpc:
            flow.response = over_grpc(transcoded.printed(exchange))
            return
        # A read that was made a search has a body, though its head alone was asked for.
        body = b"" if flow.request.method == "HEAD" else need(exchange.masked)
        flow.response = response(answer.status, body, headers.items())

    def _annotate(self, exchange: Exchange, flow: http.HTTPFlow) -> None:
        """What mitmweb shows beside the flow."""
        who = exchange.principal.user if exchange.principal else "(unknown)"
        what = exchange.operation.kind if exchange.operation else "(unread)"
        # A client that leaves early is neither refused nor decided on.
        rule = exchange.refusal.code if exchange.refusal else exchange.decision.rule if exchange.decision else "(left)"
        said = "".join(f" · {name.removeprefix('vecgate-')}: {value}" for name, value in exchange.notes.items())
        flow.comment = f"{who} · {what} · {rule}{said} · {(time.time() - exchange.started) * 1000:.0f} ms"
        flow.marked = ":no_entry:" if exchange.refusal else ":white_check_mark:"
