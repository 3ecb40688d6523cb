"""Is only to be told which kinds of personal data a sample holds? `vecgate scan` asks for it in a header.

Such a call is another kind of operation, `scan`, with rules of its own: its answer is counts by field, and no record
leaves. It must be one that its dialect calls a sample, so that nobody chooses the records that are counted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from vecgate.dialects.base.shapes import May, may_ask
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.kinds import SCAN
from vecgate.domain.operation import Operation
from vecgate.domain.surface import Surface
from vecgate.gate import Gate
from vecgate.handling.callers.seeing import sees
from vecgate.masking.apply.survey import PROFILE, survey
from vecgate.parsing import strict_json
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, MaskFailed

#: The header that asks for it.
HEADER: Final = "vecgate-scan"
#: Bytes of records that are looked through together, at most.
_AT_ONCE: Final = 256 * 1024


async def classified(gate: Gate, exchange: Exchange, *, anew: bool = False, may: May = may_ask) -> Operation:
    """What a call means; the exchange is told whether that was `remembered`, and the database not asked.

    Raises CallRefused (`route.scan`, and as `Dialect.classify` does), Unavailable.
    """
    call, upstream = need(exchange.asked), need(exchange.upstream)
    dialect, asks, anew = gate.dialect(upstream), gate.ask(upstream), anew or gate.dialect(upstream).asks
    exchange.remembered = True

    async def ask(question: Call) -> Answer:
        exchange.remembered = False
        return await asks(question)

    shown = partial(sees, gate, exchange)
    if all(name != HEADER for name, _ in exchange.raw.headers):
        return await dialect.classify_seen(call, ask, shown, anew=anew, may=may)
    if not dialect.samples(call):
        raise CallRefused(refuse("route.scan"))

    async def may_scan(*could_be: Operation) -> None:
        await may(*map(_scan, could_be))

    async def sees_scan(each: Sequence[Operation]) -> list[bool]:
        return await shown([*map(_scan, each)])

    return _scan(await dialect.classify_seen(call, ask, sees_scan, anew=anew, may=may_scan))


def _scan(operation: Operation) -> Operation:
    return replace(operation, kind=SCAN)


def together(records: Sequence[Json], most: int) -> Iterator[list[Json]]:
    """The records some at a time, so many bytes: short ones are read at once, and documents do not come to too much."""
    some, weight = list[Json](), 0
    for record in records:
        own = len(strict_json.dump(record))
        if some and weight + own > most:
            yield some
            some, weight = [], 0
        some.append(record)
        weight += own
    if some:
        yield some


async def report(gate: Gate, exchange: Exchange, tree: Json, surface: Surface) -> Json:
    """What is told of the records of a sample; None of a count, or an error. Raises MaskFailed, Unavailable."""
    if need(exchange.answer).status >= 300:
        return None
    dialect = gate.dialect(need(exchange.upstream))
    try:
        records = dialect.singly(need(exchange.operation), tree)
    except ValueError as e:
        raise MaskFailed("the answer is no sample") from e
    if records is None:
        return None
    for some in together(records, min(_AT_ONCE, gate.settings.masking.answer_text)):
        await gate.masking.ingest.now(some, surface, [PROFILE])
    return {"scan": await survey(gate.masking.masker, records, surface, dialect.stored_at, exchange.whose)}
