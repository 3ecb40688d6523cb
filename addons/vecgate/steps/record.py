"""What happened? Written before a request goes out and after its answer; an answer is released here, last."""

import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

import orjson
from mitmproxy import http

from vecgate.domain.call import Json
from vecgate.domain.exchange import Exchange, need
from vecgate.gate import Gate
from vecgate.masking.apply.masker import RECORD_PROFILE
from vecgate.recording.later import ANSWER, REQUEST, Waiting
from vecgate.recording.pretty import without_packed
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.errors import MaskFailed, Unavailable
from vecgate.steps._base import EXCHANGES, UNREAD, Step, response
from vecgate.steps.mask import WARM

_TARGET_SHOWN: Final = 300
_TARGET_READ: Final = 8192
#: Bytes of a refused request's body that are looked at, to be recorded.
_BODY_READ: Final = 4096


def _call(exchange: Exchange) -> dict[str, Json]:
    return {
        "method": exchange.raw.method,
        "path": exchange.shown_target,
        "query": [list(pair) for pair in exchange.shown_query],
        "body": exchange.shown_call,
    }


def request_body(exchange: Exchange) -> dict[str, Json]:
    """What a journal says of a request: who, what, which rule, which approval and lease. No secret, no raw text."""
    principal, operation, decision = exchange.principal, exchange.operation, exchange.decision
    approval, impact = exchange.approval, exchange.impact
    return {
        "who": {"user": principal.user, "key": principal.key, "groups": [*sorted(principal.groups)]}
        if principal
        else None,
        "client": exchange.client,
        "upstream": exchange.upstream.name if exchange.upstream else None,
        "call": _call(exchange),
        "operation": {
            "name": operation.name,
            "kind": operation.kind,
            "collections": [*exchange.shown_names],
            "things": [*operation.things],
        }
        if operation
        else None,
        "decision": {"effect": decision.effect.value, "rule": decision.rule, "policy": decision.policy_version}
        if decision
        else None,
        "impact": {"touched": impact.touched, "total": impact.total, "collection": impact.collection}
        if impact
        else None,
        **({"bound": {"calls": len(exchange.parts)}} if exchange.parts is not None else {}),
        "approval": {"id": approval.id, "state": approval.state, "by": list(approval.approved_by)}
        if approval
        else None,
        **({"waived": exchange.waived} if exchange.waived else {}),
        "lease": exchange.lease.id if exchange.lease else None,
        **({"written_back": dict(exchange.written_back)} if exchange.written_back else {}),
        **({"cleaned": dict(exchange.cleaned_counts)} if exchange.cleaned_counts else {}),
    }


def answer_body(exchange: Exchange) -> dict[str, Json]:
    """What a journal says of an outcome: status, the masked answer, what was masked, and the time each step took."""
    refusal, answer = exchange.refusal, exchange.answer
    return {
        "status": refusal.status if refusal else answer.status if answer else None,
        "refusal": refusal.code if refusal else None,
        **({"facts": dict(refusal.facts)} if refusal and refusal.facts else {}),
        "sent": exchange.sent,
        "answer": exchange.recorded if refusal is None else None,
        "masked": dict(exchange.masked_counts),
        "masked_by": dict(exchange.masked_rules),
        **({"notes": dict(exchange.notes)} if exchange.notes else {}),
        "timings": {step: round(spent, 3) for step, spent in exchange.timings.items()},
    }


def outcome(exchange: Exchange, gone: bool) -> str:
    """The event code of how an exchange ended."""
    if gone and exchange.answer is None:
        return "answer.failed" if exchange.sent else "client.left"
    if exchange.refusal is None:
        released = "request.local" if exchange.local is not None else "answer.released"
        return "client.left" if gone else released
    if exchange.sent:
        return "answer.withheld" if exchange.answer is not None else "answer.failed"
    return "request.refused"


async def session_of(gate: Gate, exchange: Exchange) -> str:
    """The caller's session; callers nobody knows share one."""
    principal = exchange.principal
    try:
        return await gate.recorder.session(
            principal.key if principal else "",
            principal.user if principal else "anonymous",
            exchange.client,
            exchange.agent,
        )
    except Unavailable as e:  # without a data key nothing can be recorded, whichever part is away
        raise Unavailable("journal", str(e)) from e


async def begin(gate: Gate, exchange: Exchange, code: str) -> str:
    """Write the request: masked for readers, the exact original sealed beside it. Returns its session."""
    call = need(exchange.call)
    session = await session_of(gate, exchange)
    bodies = [call.body, *(part.body for part in exchange.parts or ())]
    original = b"\n".join([orjson.dumps({"method": call.method, "path": call.path, "query": call.query}), *bodies])
    body = request_body(exchange)
    await gate.recorder.write(session, code, exchange.id, body, original=original)
    if exchange.shown_later:
        await _mask_later(gate, exchange, session)
    if code == "request.held" and gate.feed.is_wanted:  # it may stand for a while, so the viewer shows it at once
        gate.feed.put(session, exchange.id, code, exchange.started, time.time(), body)
    return session


async def _mask_later(gate: Gate, exchange: Exchange, session: str) -> None:
    """Have a request masked for the record when nobody waits, and written then."""
    call, operation = need(exchange.call), need(exchange.operation)
    surface = gate.dialect(need(exchange.upstream)).surface(operation, answer=False)
    whose = gate.whose(exchange)
    said = _call(exchange)

    async def mask() -> dict[str, Json]:
        shown, _ = await gate.masker.mask_tree(call.tree, surface, RECORD_PROFILE, *whose, spare=True)
        return {"call": said | {"body": without_packed(shown)}}

    exchange.shown_later = False
    await gate.later.put(Waiting(session, exchange.id, REQUEST, mask, len(call.body)))


async def _answered(more: Callable[[], Awaitable[Json]]) -> dict[str, Json]:
    return {"answer": await more()}


class Record(Step):
    """request: one entry before it goes out; end: one entry, then the answer is put in its place"""

    name = "record"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        exchange.session = await begin(self.gate, exchange, "request.sent")
        return None

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
        gone = flow.error is not None and flow.error.msg != UNREAD
        body = answer_body(exchange)
        body |= self._records(exchange, exchange.masked_tree if exchange.refusal is None else None)
        session = exchange.session
        if session is None:
            session = await session_of(self.gate, exchange)
            await self._show_refused(exchange, flow, session)
            body = request_body(exchange) | body
        code = outcome(exchange, gone)
        if exchange.seal_answer and exchange.refusal is None:
            await self._sealed(exchange, session, code, body)
        else:
            await self.gate.recorder.write(session, code, exchange.id, body)
        if self.gate.feed.is_wanted:
            self.gate.feed.put(session, exchange.id, code, exchange.started, time.time(), request_body(exchange) | body)
        self._annotate(exchange, flow)
        if exchange.refusal is None and not gone:
            self._release(exchange, flow)
        return None

    async def _sealed(self, exchange: Exchange, session: str, code: str, body: dict[str, Json]) -> None:
        """Who read saw more than is recorded: what they were given is sealed beside it."""
        given = need(exchange.masked)
        await self.gate.recorder.write(session, code, exchange.id, body, original=given)
        if (more := exchange.more_to_record) is not None:
            await self.gate.later.put(Waiting(session, exchange.id, ANSWER, partial(_answered, more), len(given)))

    def _records(self, exchange: Exchange, shown: Json) -> dict[str, Json]:
        if exchange.local is not None or shown is None:
            return {}
        count = self.gate.dialect(need(exchange.upstream)).records(need(exchange.operation), shown)
        return {} if count is None else {"records": count}

    async def _show_refused(self, exchange: Exchange, flow: http.HTTPFlow, session: str) -> None:
        """A refused request is shown as far as it can be masked; the refusal stands either way."""
        if self.gate.recorder.counts_refused(session):
            flow.request.path = exchange.shown_target = "(not shown)"
            return
        try:
            if (size := len(exchange.raw.body)) > _BODY_READ:  # or whoever may do nothing makes the most work
                exchange.shown_call = f"(a body of {size} bytes, refused)"
                await self.gate.show_target(exchange)
            else:
                await self.gate.show(exchange)
            if exchange.call is None:
                exchange.shown_target = await self._target(exchange.raw.target)
            flow.request.path = need(exchange.shown_target)
        except (MaskFailed, Unavailable):
            exchange.shown_call = "(not shown: it could not be masked)"

    async def _target(self, target: str) -> str:
        if len(target) > _TARGET_READ:
            return f"(a target of {len(target)} characters)"
        # Masked first, then cut: a token or an address that is cut in two is not seen for what it is.
        return (await self.gate.shown_text(target))[:_TARGET_SHOWN]

    def _release(self, exchange: Exchange, flow: http.HTTPFlow) -> None:
        answer = need(exchange.answer)
        headers = dict(answer.headers) | {"cache-control": "no-store"}
        if exchange.masked:  # whatever the database called it: it was read, masked and written as JSON
            headers["content-type"] = "application/json"
        headers |= exchange.notes
        if exchange.learnt is not None:
            headers[WARM] = "seen={}, analysed={}".format(*exchange.learnt)
        flow.response = response(answer.status, need(exchange.masked), headers.items())

    def _annotate(self, exchange: Exchange, flow: http.HTTPFlow) -> None:
        """What mitmweb shows beside the flow."""
        who = exchange.principal.user if exchange.principal else "(unknown)"
        what = exchange.operation.kind if exchange.operation else "(unread)"
        # A client that leaves early is neither refused nor decided on.
        rule = exchange.refusal.code if exchange.refusal else exchange.decision.rule if exchange.decision else "(left)"
        said = "".join(f" · {name.removeprefix('vecgate-')}: {value}" for name, value in exchange.notes.items())
        flow.comment = f"{who} · {what} · {rule}{said} · {(time.time() - exchange.started) * 1000:.0f} ms"
        flow.marked = ":no_entry:" if exchange.refusal else ":white_check_mark:"
