"""What does a scoring formula say? Its expressions, for the engine."""

from collections.abc import Callable
from typing import Any, Final

import qdrant_edge as q

from demo.qdrant_edge_shim import filters, reading
from demo.qdrant_edge_shim.reading import Bad, maybe, members, need

_NO: Final = "data did not match any variant of untagged enum ExpressionInternal"


def formula(value: Any, defaults: Any) -> q.Formula:
    return q.Formula(expression(value), defaults=dict(defaults or {}))


def expression(value: Any) -> Any:
    """A number, a variable, a condition, or an operation on others."""
    if type(value) in (int, float):
        return q.Expression.Constant(float(value))
    if isinstance(value, str):
        return q.Expression.Variable(value)
    if not isinstance(value, dict):
        raise Bad(_NO)
    for name, make in _OPERATIONS.items():
        if name in value:
            return make(value[name])
    return q.Expression.Condition(filters.condition(value, "formula"))


def _many(make: Callable[[list[Any]], Any]) -> Callable[[Any], Any]:
    return lambda value: make([expression(one) for one in reading.sequence(value)])


def _one(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: make(expression(value))


def _divided(value: Any) -> Any:
    found = members(value, "DivParams", ("left", "right", "by_zero_default"), loose=True)
    zero = maybe(found, "by_zero_default", reading.number)
    return q.Expression.Div(expression(need(found, "left")), expression(need(found, "right")), zero)


def _power(value: Any) -> Any:
    found = members(value, "PowParams", ("base", "exponent"), loose=True)
    return q.Expression.Pow(expression(need(found, "base")), expression(need(found, "exponent")))


def _distance(value: Any) -> Any:
    found = members(value, "GeoDistanceParams", ("origin", "to"), loose=True)
    return q.Expression.GeoDistance(filters.geo_point(need(found, "origin")), filters.path(need(found, "to")))


def _decay(kind: Any) -> Callable[[Any], Any]:
    def make(value: Any) -> Any:
        found = members(value, "DecayParamsExpression", ("x", "target", "scale", "midpoint"), loose=True)
        return q.Expression.Decay(
            kind, expression(need(found, "x")), maybe(found, "target", expression),
            maybe(found, "midpoint", reading.number), maybe(found, "scale", reading.number),
        )  # fmt: skip

    return make


_OPERATIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "geo_distance": _distance,
    "datetime": lambda value: q.Expression.Datetime(reading.string(value)),
    "datetime_key": lambda value: q.Expression.DatetimeKey(filters.path(value)),
    "mult": _many(q.Expression.Mult),
    "sum": _many(q.Expression.Sum),
    "neg": _one(q.Expression.Neg),
    "div": _divided,
    "sqrt": _one(q.Expression.Sqrt),
    "pow": _power,
    "exp": _one(q.Expression.Exp),
    "log10": _one(q.Expression.Log10),
    "ln": _one(q.Expression.Ln),
    "abs": _one(q.Expression.Abs),
    "lin_decay": _decay(q.DecayKind.Lin),
    "exp_decay": _decay(q.DecayKind.Exp),
    "gauss_decay": _decay(q.DecayKind.Gauss),
}
