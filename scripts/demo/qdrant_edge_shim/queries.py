"""What is asked for in a query? Vectors, ids that stand for vectors, and the ways to score, for the engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import qdrant_edge as q

from demo.qdrant_edge_shim import filters, formulas, reading, vectors
from demo.qdrant_edge_shim.faults import Fault
from demo.qdrant_edge_shim.reading import Bad, maybe, members, need

_SOME_QUERY: Final = "Expected some form of vector, id, or a type of query"
_KINDS: Final = (
    "nearest", "recommend", "discover", "context", "order_by", "fusion", "rrf", "formula", "sample",
    "relevance_feedback",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ref:
    """An id in place of a vector."""

    id: Any


#: Gives the vector that an input stands for.
Resolve = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that was read: which ids it names, and how the engine's own is made once they are vectors."""

    build: Callable[[Resolve, str, int], Any] = field(repr=False)
    ids: tuple[Any, ...] = ()


def vector_input(value: Any, where: str) -> Any:
    """A vector, or a Ref."""
    if isinstance(value, str) or type(value) is int:
        return Ref(reading.point_id(value))
    return vectors.one(value, where, query=True)


def asked(value: Any, where: str) -> Asked:
    """The `query` of a body. Raises Bad."""
    try:
        found = vector_input(value, where)
    except Bad:
        found = None
    if found is not None:
        return _nearest(found, None)
    if not isinstance(value, dict):
        raise Bad(_SOME_QUERY)
    return _of_kind(value, where)


def _of_kind(value: dict[str, Any], where: str) -> Asked:
    said = next((kind for kind in _KINDS if kind in value), None)
    if said is None:
        raise Bad(_SOME_QUERY)
    try:
        if said == "nearest":
            mmr = value.get("mmr")
            return _nearest(vector_input(value[said], where), None if mmr is None else _mmr(mmr, where))
        if said == "formula":
            formula = formulas.formula(value[said], value.get("defaults"))
            return Asked(lambda *_: formula)
        return _READ[said](value[said], where)
    except Bad:
        raise Bad(_SOME_QUERY) from None


def _ids(*inputs: Any) -> tuple[Any, ...]:
    return tuple(one.id for one in inputs if isinstance(one, Ref))


def _nearest(vector: Any, mmr: tuple[float, int | None] | None) -> Asked:
    def build(resolve: Resolve, using: str, limit: int) -> Any:
        if mmr is None:
            return q.Query.Nearest(resolve(vector), using)
        return q.Mmr(resolve(vector), mmr[0], mmr[1] or limit, using)

    return Asked(build, _ids(vector))


def _mmr(value: Any, where: str) -> tuple[float, int | None]:
    found = members(value, "Mmr", ("diversity", "candidates_limit"), loose=True)
    diversity = maybe(found, "diversity", reading.number)
    if diversity is not None and not 0 <= diversity <= 1:
        raise Fault.invalid(f"{where}.mmr.diversity", f"value {diversity} invalid, must be from 0.0 to 1.0")
    return 1 - (0.5 if diversity is None else diversity), maybe(found, "candidates_limit", reading.usize)


def recommend(positive: list[Any], negative: list[Any], strategy: str) -> Asked:
    def build(resolve: Resolve, using: str, _limit: int) -> Any:
        liked, not_liked = [resolve(one) for one in positive], [resolve(one) for one in negative]
        if strategy == "average_vector":
            return q.Query.Nearest(vectors.recommended(liked, not_liked), using)
        make = q.Query.RecommendBestScore if strategy == "best_score" else q.Query.RecommendSumScores
        return make(q.RecommendQuery(liked, not_liked), using)

    return Asked(build, _ids(*positive, *negative))


def strategy(value: Any) -> str:
    said = "average_vector" if value is None else reading.string(value)
    if said not in ("average_vector", "best_score", "sum_scores"):
        raise Bad(f"unknown variant `{said}`, expected one of `average_vector`, `best_score`, `sum_scores`")
    return said


def _recommend(value: Any, where: str) -> Asked:
    found = members(value, "RecommendInput", ("positive", "negative", "strategy"), loose=True)
    sides = [
        [vector_input(one, where) for one in maybe(found, side, reading.sequence) or []]
        for side in ("positive", "negative")
    ]
    if not any(sides):
        what = "Validation error: At least one positive or negative vector/id must be provided [{}]"
        raise Fault.invalid(f"{where}.recommend.positives, negatives", what)
    how = strategy(found.get("strategy"))
    if how == "average_vector" and not sides[0]:
        raise Fault.bad_request("At least one positive vector ID required with this strategy")
    return recommend(sides[0], sides[1], how)


def pairs(value: Any, where: str) -> list[tuple[Any, Any]]:
    """Pairs of a liked and a disliked example; one alone is a list of one."""
    found = [members(one, "ContextPair", ("positive", "negative"), loose=True) for one in reading.one_or_many(value)]
    return [(vector_input(need(one, "positive"), where), vector_input(need(one, "negative"), where)) for one in found]


def discover(target: Any, context: list[tuple[Any, Any]]) -> Asked:
    def build(resolve: Resolve, using: str, _limit: int) -> Any:
        made = [q.ContextPair(resolve(liked), resolve(other)) for liked, other in context]
        if target is None:
            return q.Query.Context(q.ContextQuery(made), using)
        return q.Query.Discover(q.DiscoverQuery(resolve(target), made), using)

    return Asked(build, _ids(target, *(one for pair in context for one in pair)))


def _discover(value: Any, where: str) -> Asked:
    found = members(value, "DiscoverInput", ("target", "context"), loose=True)
    return discover(
        vector_input(need(found, "target"), where), maybe(found, "context", lambda c: pairs(c, where)) or []
    )


def _context(value: Any, where: str) -> Asked:
    return discover(None, pairs([] if value is None else value, where))


def order_by(value: Any) -> q.OrderBy:
    if isinstance(value, str):
        return q.OrderBy(filters.path(value))
    found = members(value, "OrderBy", ("key", "direction", "start_from"), loose=True)
    direction = maybe(found, "direction", reading.string)
    if direction not in (None, "asc", "desc"):
        raise Bad(f"unknown variant `{direction}`, expected `asc` or `desc`")
    towards = {None: None, "asc": q.Direction.Asc, "desc": q.Direction.Desc}[direction]
    try:
        return q.OrderBy(filters.path(need(found, "key")), towards, found.get("start_from"))
    except (TypeError, ValueError):
        raise Bad("data did not match any variant of untagged enum StartFrom") from None


def _fusion(value: Any, _where: str) -> Asked:
    made = {"rrf": q.Fusion.Rrf(2), "dbsf": q.Fusion.Dbsf()}.get(value if isinstance(value, str) else "")
    if made is None:
        raise Bad(_SOME_QUERY)
    return Asked(lambda *_: made)


def _rrf(value: Any, _where: str) -> Asked:
    found = members(value, "Rrf", ("k", "weights"), loose=True)
    k = maybe(found, "k", reading.usize)
    weights = maybe(found, "weights", lambda many: [reading.number(one) for one in reading.sequence(many)])
    made = q.Fusion.Rrf(2 if k is None else k, weights)
    return Asked(lambda *_: made)


def _sample(value: Any, _where: str) -> Asked:
    if value != "random":
        raise Bad(_SOME_QUERY)
    return Asked(lambda *_: q.Sample.Random)


def _feedback(value: Any, where: str) -> Asked:
    found = members(value, "RelevanceFeedbackInput", ("target", "feedback", "strategy"), loose=True)
    target = vector_input(need(found, "target"), where)
    told = [
        members(one, "FeedbackItem", ("example", "score"), loose=True)
        for one in reading.sequence(need(found, "feedback"))
    ]
    items = [(vector_input(need(one, "example"), where), reading.number(need(one, "score"))) for one in told]
    naive = need(members(need(found, "strategy"), "FeedbackStrategy", ("naive",), loose=True), "naive")
    weights = members(naive, "NaiveFeedbackStrategyParams", ("a", "b", "c"), loose=True)
    how = q.NaiveFeedbackStrategy(*(reading.number(need(weights, name)) for name in ("a", "b", "c")))

    def build(resolve: Resolve, using: str, _limit: int) -> Any:
        made = [q.FeedbackItem(resolve(example), score) for example, score in items]
        return q.Query.FeedbackNaive(q.FeedbackNaiveQuery(resolve(target), made, how), using)

    return Asked(build, _ids(target, *(example for example, _ in items)))


def _ordered(value: Any, _where: str) -> Asked:
    made = order_by(value)
    return Asked(lambda *_: made)


_READ: Final[Mapping[str, Callable[[Any, str], Asked]]] = {
    "recommend": _recommend,
    "discover": _discover,
    "context": _context,
    "order_by": _ordered,
    "fusion": _fusion,
    "rrf": _rrf,
    "sample": _sample,
    "relevance_feedback": _feedback,
}
