"""How much of an answer may be given? Records over the limit, vectors, and entries of lists that are not the caller's.

An answer is right, or it is refused, or its headers say what is missing in it.
"""

from collections.abc import Callable
from typing import Final

from vecgate.background import Pace
from vecgate.dialects import Room
from vecgate.domain.call import Json
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.profiles import MaskProfile
from vecgate.gate import Gate
from vecgate.handling import granted, observing
from vecgate.handling.circumstances import circumstances
from vecgate.handling.rows import asking
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, MaskFailed, Unavailable
from vecgate.settings.file import Settings

#: Headers of an answer: how many records were cut off, and what became of its vectors.
MISSING: Final = "vecgate-missing"
VECTORS: Final = "vecgate-vectors"

#: Which of an answer goes with which mask profile.
type Parts = list[tuple[Json, MaskProfile]]


def room(settings: Settings) -> Room:
    """What one request may weigh here."""
    limits = settings.limits
    return Room(limits.request_body, limits.json_values, limits.json_containers, settings.masking.answer_text)


async def limited(gate: Gate, exchange: Exchange, tree: Json) -> Json:
    """The answer with as many records as its rule allows.

    Raises CallRefused (`limit.results`) where it has more; for values that its groups show, `limit.depth` as well.
    """
    decision, operation = need(exchange.decision), need(exchange.operation)
    dialect, allowed = gate.dialect(need(exchange.upstream)), decision.max_results
    _check_groups(gate, exchange, dialect.grouped(operation, tree))
    if allowed is None:
        return tree
    held = dialect.records(operation, tree)
    if (
        held is None and exchange.approval is not None and exchange.approval.less.results is not None
    ):  # a yes was to so many, and nobody can tell how many these are
        raise CallRefused(refuse("guards.untold", rule=decision.rule, operation=operation.kind))
    if held is None or held <= allowed:
        return tree
    call = need(exchange.call)
    try:
        found = await dialect.found(call, operation, asking(gate, exchange))
    except (CallRefused, Unavailable):
        found = None  # that they cannot be counted is no reason to give less
    least = held if found is None else max(found, held)
    if decision.when_over == "refuse":
        asked = f"All of {'' if found else 'at least '}{least}"
        refusal = refuse(
            "limit.results", cause="all", things="results", asked=asked, rule=decision.rule, allowed=allowed
        )
        if observing.passes(gate, exchange, refusal):
            return tree
        raise CallRefused(refusal)
    exchange.notes[MISSING] = f"{'' if found else 'at least '}{least - allowed}"
    return dialect.cut(operation, tree, allowed)


def _check_groups(gate: Gate, exchange: Exchange, shown: int) -> None:
    """Whether groups show no more values than is allowed: how many, often only the answer tells."""
    decision = need(exchange.decision)
    most, depth, refusal = decision.max_results, decision.guards.depth, None
    if most is not None and shown > most:
        refusal = refuse("limit.results", things="values of groups", asked=shown, rule=decision.rule, allowed=most)
    elif depth is not None and shown > depth:
        refusal = refuse("limit.depth", asked=f"{shown} values", rule=decision.rule, allowed=depth)
    if refusal is not None and not observing.passes(gate, exchange, refusal):
        raise CallRefused(refusal)


def without_vectors(gate: Gate, exchange: Exchange, tree: Json) -> Json:
    """The answer with the vectors its rule allows."""
    decision, operation = need(exchange.decision), need(exchange.operation)
    if decision.vectors is True:
        return tree
    zeros = decision.vectors == "zero"
    bare = gate.dialect(need(exchange.upstream)).strip_vectors(operation, tree, zeros)
    if bare is not tree:
        exchange.notes[VECTORS] = "zero" if zeros else "removed"
    return bare


async def parts(gate: Gate, exchange: Exchange, tree: Json) -> tuple[Parts, Callable[[list[Json]], Json]]:
    """What of an answer is to be shown, with which profile, and how it is put together again.

    A list holds what the caller may see alone, and each entry is masked as it would be then.
    """
    dialect, operation, own = gate.dialect(need(exchange.upstream)), need(exchange.operation), need(exchange.profile)
    answer = need(exchange.answer)
    try:
        listing = dialect.listing(operation, tree) if answer.status < 300 else None
    except ValueError as e:
        raise MaskFailed("the answer does not list what was asked for") from e
    if listing is None:
        return [(tree, own)], lambda shown: shown[0]
    principal, upstream, policies, pace = (
        need(exchange.principal),
        need(exchange.upstream),
        gate.policies.current,
        Pace(),
    )
    seen: Parts = []
    grants, now = granted.of(gate, exchange), circumstances(gate, exchange)
    for number, (item, about) in enumerate(zip(listing.items, listing.about, strict=True)):
        decision = policies.evaluate(principal, about, upstream.name, grants, now)
        if (found := observing.listed(gate, exchange, about, decision)) is not None:
            seen.append((item, own if item is None else found))
        if number % 64 == 63:
            await pace.breathe()
    offset, limit = operation.page
    seen = seen[offset : None if limit is None else offset + limit]
    groups = list({id(profile): profile for _, profile in seen}.values())
    if groups in ([], [own]):
        return [(dialect.relisted(operation, tree, [item for item, _ in seen]), own)], lambda shown: shown[0]
    pieces = [dialect.relisted(operation, tree, [i for i, p in seen if p is profile]) for profile in groups]

    def together(shown: list[Json]) -> Json:
        rest = {id(p): iter(dialect.entries(operation, one)) for p, one in zip(groups, shown, strict=True)}
        return dialect.relisted(operation, shown[0], [next(rest[id(p)]) for _, p in seen])

    return list(zip(pieces, groups, strict=True)), together
