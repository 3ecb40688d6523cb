"""What happened? Written before a request goes out and after its answer; an answer is released here, last."""

import time
from dataclasses import asdict
from typing import Final

import orjson
from mitmproxy import http

from vecgate.errors import MaskFailed, Unavailable
from vecgate.exchange import Exchange, need
from vecgate.recording import events
from vecgate.refusals import Refusal
from vecgate.step import Step
from vecgate.terms import Json

_TARGET_SHOWN: Final = 300


def request_body(exchange: Exchange) -> dict[str, Json]:
    """What a journal says of a request: who, what, which rule, which approval and lease. No secret, no raw text."""
    principal, operation, decision = exchange.principal, exchange.operation, exchange.decision
    approval, impact = exchange.approval, exchange.impact
    return {
        "who": {"user": principal.user, "key": principal.key, "groups": [*sorted(principal.groups)]} if principal else None,
        "client": {"address": exchange.client, "agent": exchange.agent},
        "upstream": exchange.upstream.name if exchange.upstream else None,
        "call": {
            "method": exchange.raw.method,
            "path": exchange.call.path if exchange.call else exchange.shown_target,
            "query": [list(pair) for pair in exchange.call.query] if exchange.call else [],
            "body": exchange.shown_call,
        },
        "operation": {"name": operation.name, "kind": operation.kind, "collections": list(operation.collections)}
        if operation
        else None,
        "decision": {"effect": decision.effect.value, "rule": decision.rule, "policy": decision.policy_version}
        if decision
        else None,
        "impact": asdict(impact) if impact else None,
        "approval": {"id": approval.id, "state": approval.state, "by": list(approval.approved_by)} if approval else None,
        "lease": exchange.lease.id if exchange.lease else None,
    }


def answer_body(exchange: Exchange) -> dict[str, Json]:
    """What a journal says of an outcome: status, the masked answer, what was masked, and the time each step took."""
    refusal, answer = exchange.refusal, exchange.answer
    shown: Json = orjson.loads(exchange.masked) if exchange.masked and refusal is None else None
    return {
        "status": refusal.status if refusal else answer.status if answer else None,
        "refusal": refusal.code if refusal else None,
        "sent": exchange.sent,
        "answer": shown,
        "masked": dict(exchange.masked_counts),
        "timings_ms": {step: round(spent, 3) for step, spent in exchange.timings.items()},
    }


def outcome(exchange: Exchange, gone: bool) -> str:
    """The event code of how an exchange ended."""
    if exchange.refusal is None:
        return events.ANSWER_UNDELIVERED if gone else events.ANSWER_RELEASED
    if exchange.sent:
        return events.ANSWER_WITHHELD if exchange.answer is not None else events.OUTCOME_UNKNOWN
    return events.CLIENT_LEFT if gone else events.REQUEST_REFUSED


class Record(Step):
    """request: one entry before it goes out; end: one entry, then the answer is put in its place"""

    name = "record"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        call = need(exchange.call)
        session = await self._session(exchange)
        original = orjson.dumps({"method": call.method, "path": call.path, "query": call.query}) + b"\n" + call.body
        await self.gate.recorder.write(
            session, events.REQUEST_SENT, exchange.id, request_body(exchange), original=original
        )
        exchange.session = session
        return None

    async def on_end(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        gone = flow.error is not None
        body = answer_body(exchange)
        session = exchange.session
        if session is None:
            session = await self._session(exchange)
            await self._show_refused(exchange, flow)
            body = request_body(exchange) | body
        await self.gate.recorder.write(session, outcome(exchange, gone), exchange.id, body)
        self._annotate(exchange, flow)
        if exchange.refusal is None and not gone:
            self._release(exchange, flow)
        return None

    async def _session(self, exchange: Exchange) -> str:
        principal = exchange.principal
        return await self.gate.recorder.session(
            principal.key if principal else None,
            principal.user if principal else "anonymous",
            exchange.client,
            exchange.agent,
        )

    async def _show_refused(self, exchange: Exchange, flow: http.HTTPFlow) -> None:
        """A refused request is shown as far as it can be masked; the refusal stands either way."""
        try:
            exchange.shown_call = await self.gate.shown(exchange)
            if exchange.call is None:
                exchange.shown_target = await self.gate.shown_text(exchange.raw.target[:_TARGET_SHOWN])
                flow.request.path = exchange.shown_target
        except (MaskFailed, Unavailable):
            exchange.shown_call = "(not shown: it could not be masked)"

    def _release(self, exchange: Exchange, flow: http.HTTPFlow) -> None:
        answer = need(exchange.answer)
        headers = dict(answer.headers) | {"cache-control": "no-store"}
        flow.response = http.Response.make(answer.status, need(exchange.masked), headers)

    def _annotate(self, exchange: Exchange, flow: http.HTTPFlow) -> None:
        """What mitmweb shows beside the flow."""
        who = exchange.principal.user if exchange.principal else "(unknown)"
        what = exchange.operation.kind if exchange.operation else "(unread)"
        rule = exchange.refusal.code if exchange.refusal else need(exchange.decision).rule
        flow.comment = f"{who} · {what} · {rule} · {(time.time() - exchange.started) * 1000:.0f} ms"
        flow.marked = ":no_entry:" if exchange.refusal else ":white_check_mark:"
