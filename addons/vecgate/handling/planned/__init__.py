"""What does a plan of calls come to? Each is read, decided and counted as if it came in now; nothing is sent."""

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from vecgate.api.plans import Step
from vecgate.approvals.held import Held
from vecgate.approvals.plans import Apart, good_for, plan_of, strictest
from vecgate.domain.approval import Approvers
from vecgate.domain.decision import Effect
from vecgate.domain.exchange import Exchange, Raw, need
from vecgate.gate import Gate
from vecgate.handling.deciding import may_ask, too_fast
from vecgate.handling.holding import Holding, askable
from vecgate.handling.keeping import unable
from vecgate.handling.scanning import classified
from vecgate.handling.unpacking import open_ids
from vecgate.parsing import strict_json
from vecgate.refusals.catalogue import UNSENT, Refusal, refuse
from vecgate.refusals.errors import CallRefused

_JSON: Final = ("content-type", "application/json")


async def planned(gate: Gate, exchange: Exchange, steps: Sequence[Step], reason: str) -> Held:
    """The plan, as people are asked about it. Raises CallRefused (`plan.step`, `plan.apart`), Unavailable."""
    why = await gate.masking.shown.text(reason) if reason else ""
    each, counted = list[Exchange](), list[Held]()
    for number, step in enumerate(steps, 1):
        try:
            one = _exchange(gate, exchange, step)
            counted.append(await _counted(gate, one, why))
            each.append(one)
        except CallRefused as e:
            raise CallRefused(_at(number, e)) from e
    approvers = _together(gate, each)
    plan = plan_of(counted, approvers, why, need(each[0].decision).policy_version)
    if gate.board.proof.signed != "require":
        return plan
    hold, first = gate.settings.hold, good_for(plan.binding, 1, counted[0].binding)
    return replace(plan, nonce=gate.board.nonces.new(first, hold.pending + hold.grant))


def _exchange(gate: Gate, exchange: Exchange, step: Step) -> Exchange:
    """The step, as if it came in now and from whoever asks. Raises CallRefused."""
    try:
        upstream = gate.registry.get(step.upstream) if step.upstream else need(exchange.upstream)
    except KeyError as e:
        known = ", ".join(sorted(one.name for one in gate.registry))
        said = f"there is no such database; there are {known}"
        raise CallRefused(refuse("body.unreadable", cause="said", detail=said)) from e
    body = b"" if step.body is None else strict_json.dump(step.body)
    kept = [
        (name, value) for name, value in exchange.raw.headers if name.lower() not in ("content-type", "content-length")
    ]
    return Exchange(
        id=exchange.id,
        started=time.time(),
        client=exchange.client,
        agent=exchange.agent,
        raw=Raw(step.method, step.path, (*kept, *([_JSON] if body else [])), body),
        left=exchange.left,
        upstream=upstream,
        token=exchange.token,
        principal=exchange.principal,
    )


async def _counted(gate: Gate, exchange: Exchange, why: str) -> Held:
    """What people would be asked about it alone. Raises CallRefused."""
    holding = Holding(gate)
    exchange.asked = exchange.call = gate.dialect(need(exchange.upstream)).read(exchange.raw)
    exchange.operation = await classified(gate, exchange, may=partial(may_ask, gate, exchange))
    await open_ids(gate, exchange)
    refusal = await holding.read_again(exchange) or await too_fast(gate, exchange)
    if refusal is None and need(exchange.decision).effect is not Effect.HOLD:
        refusal = refuse("plan.not_held", rule=need(exchange.decision).rule or "mode: observe")
    refusal = refusal or unable(gate, exchange)
    if refusal is not None:
        raise CallRefused(refusal)
    await holding.locate(exchange)
    exchange.impact = await holding.impact(exchange)
    await holding.answered(exchange)
    return await holding.held(exchange, why, alone=False)


def _together(gate: Gate, each: Sequence[Exchange]) -> Approvers:
    """Whose yes it takes to all of them, which together touch as many records as they come to. Raises CallRefused."""
    counts = [one.impact.touched if one.impact is not None else None for one in each]
    known = [count for count in counts if count is not None]
    records = sum(known) if len(known) == len(counts) else None
    try:
        return strictest((askable(gate, one, records) for one in each), gate.settings.hold.pending)
    except Apart as e:
        raise CallRefused(refuse("plan.apart")) from e


def _at(number: int, e: CallRefused) -> Refusal:
    return refuse(
        "plan.step", retry_after=e.refusal.retry_after, step=number, why=str(e.refusal).removesuffix(f" {UNSENT}")
    )
