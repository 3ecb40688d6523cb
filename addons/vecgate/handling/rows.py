"""Which records may a call touch? Those of its rule's rows: it is kept to them, and so is all that is asked for it."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace

from vecgate.dialects import Ask
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.decision import Effect
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.scoped import as_it_is
from vecgate.gate import Gate
from vecgate.guards import rows
from vecgate.handling.locked import while_free
from vecgate.parsing import strict_json
from vecgate.refusals.errors import MaskFailed, Part, Unavailable

log = logging.getLogger(__name__)


async def confine(gate: Gate, exchange: Exchange) -> None:
    """exchange.call, kept to the rows of its decision. Raises CallRefused (`rows.*`), Unavailable."""
    exchange.scoped, decision = None, need(exchange.decision)
    if not decision.rows:
        return
    upstream = need(exchange.upstream)
    ask = gate.ask(upstream)
    exchange.scoped = scoped = await gate.dialect(upstream).scoped(need(exchange.call), decision, ask)
    exchange.call = scoped.call
    if decision.effect is Effect.HOLD:  # nobody is asked about what cannot be
        await rows.check(scoped.owned, decision, ask)


def asking(gate: Gate, exchange: Exchange) -> Ask:
    """How something is asked on behalf of this exchange: with its rows, on the gateway's own credential."""
    upstream, decision = need(exchange.upstream), exchange.decision
    ask = gate.ask(upstream)
    if decision is None or not decision.rows:
        return ask
    dialect = gate.dialect(upstream)

    async def within(question: Call) -> Answer:
        scoped = await dialect.scoped(question, decision, ask, shown=False)
        answer = await ask(scoped.call)
        if scoped.answered is as_it_is or answer.status >= 300:
            return answer
        try:
            tree, _ = scoped.answered(strict_json.answered(answer.body))
        except (strict_json.NotStrict, ValueError) as e:
            raise Unavailable(Part.UPSTREAM, "an answer without records") from e
        return replace(answer, body=strict_json.dump(tree))

    return within


async def own(gate: Gate, exchange: Exchange, tree: Json) -> Json:
    """What of an answer is the caller's; what else came is counted. Raises MaskFailed for an answer that is none."""
    if exchange.scoped is None or need(exchange.answer).status >= 300:
        return tree
    try:
        tree, exchange.dropped = exchange.scoped.answered(tree)
    except ValueError as e:
        raise MaskFailed("the answer does not tell whose its records are") from e
    if exchange.dropped:
        about = {"exchange": exchange.id, "code": "rows.dropped"}
        said = "exchange %s: %s records that are not the caller's came back and were left out"
        log.error(said, exchange.id, exchange.dropped, extra=about)
        session = need(exchange.session)
        await gate.recorder.write(session, "rows.dropped", exchange.id, {"dropped": exchange.dropped})
    return tree


def needs_locks(gate: Gate, exchange: Exchange) -> bool:
    """Whether a call waits for writes to the same records: whoever writes to a collection in which anybody has rows."""
    operation, upstream = need(exchange.operation), need(exchange.upstream).name
    return exchange.scoped is not None or (
        operation.group == "write" and any(rule.reaches(operation, upstream) for rule in gate.policies.current.rowed)
    )


@asynccontextmanager
async def locked(gate: Gate, exchange: Exchange) -> AsyncIterator[None]:
    """Nobody else writes what this call writes; and all of it is the caller's. Raises CallRefused, Unavailable."""
    upstream, operation = need(exchange.upstream), need(exchange.operation)
    dialect, owned = gate.dialect(upstream), exchange.scoped.owned if exchange.scoped else ()
    ask, ids = gate.ask(upstream), tuple[str, ...]()
    if operation.group == "write":
        ids = dialect.writing(need(exchange.call))
    elif operation.group == "delete":  # what is deleted by its id must not become another's, too, before it is gone
        ids = tuple(
            dict.fromkeys(
                [*(id for one in owned for id in one.ids), *await while_free(gate, exchange, rows.chosen(owned, ask))]
            )
        )
    # By one name for all: a call may say an alias, and what else a server tells of a collection is asked for some only.
    names = operation.collections if dialect.by_name else operation.things
    places, seconds = [(upstream.name, name) for name in names or ("",)], upstream.timeout
    async with gate.locks.of(places, ids, seconds) if ids else nullcontext() as exchange.locks:
        try:
            await while_free(gate, exchange, rows.check(owned, need(exchange.decision), ask, ids))
            yield
        except Unavailable as e:
            _settle(exchange, nothing=e.part == Part.UPSTREAM)
            raise
        finally:
            _settle(exchange)


def _settle(exchange: Exchange, *, nothing: bool = False) -> None:
    """Whether it is known what became of a write. A server that fails may have stored it all the same."""
    answer = exchange.answer
    if exchange.locks is not None and ((nothing and answer is None) or (answer is not None and answer.status < 500)):
        exchange.locks.known = True
