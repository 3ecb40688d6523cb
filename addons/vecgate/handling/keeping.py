"""What is kept before a held call runs? A snapshot of each collection that it changes, where its rule wants that."""

from vecgate.domain.exchange import Exchange, need
from vecgate.gate import Gate
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused, Unavailable


def unable(gate: Gate, exchange: Exchange) -> Refusal | None:
    """Whether nobody need be asked: the rule wants what this database cannot do."""
    decision, upstream = need(exchange.decision), need(exchange.upstream)
    dialect = gate.dialect(upstream)
    if not decision.snapshot_first or dialect.snapshots:
        return None
    return refuse("hold.no_snapshots", rule=decision.rule, why=dialect.keeps_none)


async def keep(gate: Gate, exchange: Exchange) -> None:
    """Take them, and note their names. Raises CallRefused (`hold.snapshot_failed`): then nothing may run."""
    if not need(exchange.decision).snapshot_first:
        return
    upstream, operation, impact = need(exchange.upstream), need(exchange.operation), exchange.impact
    dialect, ask = gate.dialect(upstream), gate.ask(upstream)
    names, taken = impact.collections if impact is not None and impact.collections else operation.collections, []
    try:
        for name in names:
            if made := await dialect.snapshot(ask, name):
                taken.append((name, made))
    except Unavailable as e:
        raise CallRefused(refuse("hold.snapshot_failed", rule=need(exchange.decision).rule)) from e
    exchange.snapshots = tuple(taken)
    if exchange.approval is not None:
        turn = exchange.approval.turn
        await gate.board.kept(exchange.approval.id, exchange.snapshots, turn.step if turn else 0)
