"""What is written down of a request before anything comes of it? Who, what, by which rule; the original is sealed."""

import time
from collections.abc import Sequence

import orjson

from vecgate.approvals.less import said as narrowed
from vecgate.domain.approval import Approval, Signed
from vecgate.domain.call import Json
from vecgate.domain.decision import Decision
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.grant import Grant
from vecgate.domain.people import chain
from vecgate.domain.principal import Principal
from vecgate.gate import Gate
from vecgate.handling.showing import unmeasured
from vecgate.masking.apply.masker import RECORD_PROFILE
from vecgate.recording.later import REQUEST, Waiting
from vecgate.refusals.errors import Part, Unavailable


def _call(exchange: Exchange) -> dict[str, Json]:
    call, raw = exchange.call, exchange.raw
    return {
        "method": call.method if exchange.grpc and call is not None else raw.method,
        "path": exchange.shown_target,
        "query": [list(pair) for pair in exchange.shown_query],
        "body": exchange.shown_call,
        **({"grpc": exchange.grpc} if exchange.grpc and call is not None else {}),  # it is one that is known
    }


def _who(principal: Principal) -> dict[str, Json]:
    acting = chain(principal)
    return {
        "user": principal.user,
        "key": principal.key,
        "groups": [*sorted(principal.groups)],
        **({"acting": [*acting]} if acting else {}),
        **({"proof": principal.proof} if principal.proof else {}),
    }


def _decided(decision: Decision) -> dict[str, Json]:
    return {"effect": decision.effect.value, "rule": decision.rule, "policy": decision.policy_version}


def _grant(grant: Grant) -> dict[str, Json]:
    said: dict[str, Json] = {"id": grant.id, "rule": grant.rule, "reason": grant.reason, "by": [*grant.approved_by]}
    unasked = {"glass": grant.glass, "automatic": grant.automatic}
    return said | {name: how for name, how in unasked.items() if how} | _signed(grant.proofs)


def _approval(approval: Approval) -> dict[str, Json]:
    said: dict[str, Json] = {"id": approval.id, "state": approval.state, "by": list(approval.approved_by)}
    if (turn := approval.turn) is not None:
        said |= {"plan": turn.plan, "step": turn.step, "steps": turn.steps}
    if approval.less:
        said |= {"narrowed": narrowed(approval.less)}
    if approval.proofs:  # whoever has the record and the settings can check them
        said |= {"binding": approval.binding} | _signed(approval.proofs)
    return said


def _signed(proofs: Sequence[Signed]) -> dict[str, Json]:
    """What goes into the record of a yes, for whoever has the settings to check."""
    said: list[Json] = [proof.written for proof in proofs]
    return {"signed": said} if said else {}


def request_body(exchange: Exchange) -> dict[str, Json]:
    """What a journal says of a request: who, what, which rule, which approval and lease. No secret, no raw text."""
    principal, operation, decision = exchange.principal, exchange.operation, exchange.decision
    approval, impact = exchange.approval, exchange.impact
    return {
        "who": _who(principal) if principal else None,
        "client": exchange.client,
        "upstream": exchange.upstream.name if exchange.upstream else None,
        "call": _call(exchange),
        "operation": {
            "name": operation.name,
            "kind": operation.kind,
            **({"also": [one.kind for one in operation.also]} if operation.also else {}),
            "collections": [*exchange.shown_names],
            "things": [*operation.things],
            **({"limit": operation.limit} if operation.limit is not None else {}),
            **({"records": operation.records} if operation.records is not None else {}),
        }
        if operation
        else None,
        "decision": _decided(decision) if decision else None,
        **({"proposed": _decided(exchange.proposed)} if exchange.proposed else {}),
        **({"observed": dict(exchange.observed)} if exchange.observed else {}),
        **({"grant": _grant(decision.grant)} if decision and decision.grant else {}),
        "impact": {"touched": impact.touched, "total": impact.total, "collection": impact.collection}
        if impact
        else None,
        **({"bound": {"calls": len(exchange.parts)}} if exchange.parts is not None else {}),
        "approval": _approval(approval) if approval else None,
        **({"snapshots": [[*one] for one in exchange.snapshots]} if exchange.snapshots else {}),
        **({"waived": exchange.waived} if exchange.waived else {}),
        **({"would": exchange.would} if exchange.would else {}),
        "lease": exchange.lease.id if exchange.lease else None,
        **({"written_back": dict(exchange.written_back)} if exchange.written_back else {}),
        **({"cleaned": dict(exchange.cleaned_counts)} if exchange.cleaned_counts else {}),
        **({"stamped": True} if exchange.stamped is not None else {}),
        **({"instructions": exchange.verdicts_in} if exchange.verdicts_in else {}),
    }


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
        raise Unavailable(Part.JOURNAL, str(e)) from e


async def begin(gate: Gate, exchange: Exchange, code: str) -> str:
    """Write the request: masked for readers, the exact original sealed beside it. Returns its session."""
    call = need(exchange.call)
    session = await session_of(gate, exchange)
    sent = exchange.parts or ([exchange.stamped] if exchange.stamped is not None else ())
    bodies = [call.body, *(part.body for part in sent)]
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
    whose = exchange.whose
    said = _call(exchange)

    async def mask() -> dict[str, Json]:
        tree = await unmeasured(call)
        shown, _ = await gate.masking.masker.mask_tree(tree, surface, RECORD_PROFILE, *whose, spare=True)
        return {"call": said | {"body": shown}}

    exchange.shown_later = False
    await gate.later.put(Waiting(session, exchange.id, REQUEST, mask, len(call.body)))
