"""What is kept before a held call runs? A snapshot of each collection that it changes, where its rule wants that.

And under which other names people reached it, which a snapshot does not hold. A call that changes such names alone
changes no collection: of each is kept what it stood for.
"""

from collections.abc import Mapping, Sequence

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
    operation, impact = need(exchange.operation), exchange.impact
    names = impact.collections if impact is not None and impact.collections else operation.collections
    try:
        aliases = await gate.dialect(need(exchange.upstream)).aliases(gate.ask(need(exchange.upstream)))
        what = _stood if operation.kind == "alias" else _taken
        exchange.snapshots = await what(gate, exchange, names, aliases)
    except Unavailable as e:
        raise CallRefused(refuse("hold.snapshot_failed", rule=need(exchange.decision).rule)) from e
    if exchange.approval is not None:
        turn = exchange.approval.turn
        await gate.board.kept(exchange.approval.id, exchange.snapshots, turn.step if turn else 0)


type Kept = tuple[tuple[str, ...], ...]


async def _taken(gate: Gate, exchange: Exchange, names: Sequence[str], aliases: Mapping[str, str]) -> Kept:
    """Each collection, its snapshot, and its aliases."""
    upstream, taken = need(exchange.upstream), list[tuple[str, ...]]()
    for name in names:
        if made := await gate.dialect(upstream).snapshot(gate.ask(upstream), name):
            taken.append((name, made, *sorted(alias for alias, meant in aliases.items() if meant == name)))
    return tuple(taken)


async def _stood(gate: Gate, exchange: Exchange, names: Sequence[str], aliases: Mapping[str, str]) -> Kept:
    """The collection (empty: there was none) that each alias stood for, no snapshot, and that alias."""
    upstream = need(exchange.upstream)
    dialect, ask = gate.dialect(upstream), gate.ask(upstream)
    are = [name for name in names if name in aliases or not await dialect.identity(ask, dialect.home, name)]
    return tuple((aliases.get(name, ""), "", name) for name in are)
