"""What is a formula made of, and which fields does it turn into scores? Each operator with what it takes.

A variable is a field, the score of a search (`$score`, `$score[1]`), or nothing; a condition counts as one where it
holds. https://qdrant.tech/documentation/concepts/hybrid-queries/#score-boosting
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from vecgate.dialects.qdrant.filters import CONDITION
from vecgate.dialects.qdrant.paths import FIELD
from vecgate.dialects.qdrant.paths import one as path
from vecgate.dialects.qdrant.values import NUMBER, TEXT
from vecgate.domain.call import Json
from vecgate.parsing.forms import ByType, Form, Later, Left, ListOf, MapOf, Members, OneOf, Shape, Spelled

_SCORE: Final = re.compile(r"\$score(?:\[(0|[1-9][0-9]{0,3})\])?")
_LISTS: Final = ("mult", "sum")
_ALONE: Final = ("neg", "abs", "sqrt", "exp", "log10", "ln")
_DECAYS: Final = ("lin_decay", "exp_decay", "gauss_decay")
_FIELDS: Final = ("datetime_key", "geo_distance")
_PAIRS: Final = {"div": ("left", "right"), "pow": ("base", "exponent")}


def _variable(value: Json) -> Json:
    return value if isinstance(value, str) and _SCORE.fullmatch(value) else path(value)


VARIABLE: Final = Spelled(
    "a field, or '$score'",
    _variable,
    (("$score", "$score"), ("$score[1]", "$score[1]"), ('"salary"', "salary")),
)
_inner: Final = Later(lambda: EXPRESSION)
_DECAY: Final = Members({"x": _inner, "target": Left(_inner), "scale": Left(NUMBER), "midpoint": Left(NUMBER)}, ("x",))
_PLACE: Final = Members({"lon": NUMBER, "lat": NUMBER}, ("lon", "lat"))
_KINDS: Final[Mapping[str, Form]] = {
    **dict.fromkeys(_LISTS, ListOf(_inner)),
    **dict.fromkeys(_ALONE, _inner),
    **dict.fromkeys(_DECAYS, _DECAY),
    "div": Members({"left": _inner, "right": _inner, "by_zero_default": Left(NUMBER)}, ("left", "right")),
    "pow": Members({"base": _inner, "exponent": _inner}, ("base", "exponent")),
    "geo_distance": Members({"origin": _PLACE, "to": FIELD}, ("origin", "to")),
    "datetime": TEXT,
    "datetime_key": FIELD,
}
_OPERATOR: Final = OneOf({kind: Members({kind: form}, (kind,)) for kind, form in _KINDS.items()}, CONDITION)
EXPRESSION: Final[Form] = ByType(
    "a number, a field, an operator or a condition",
    {int: NUMBER, float: NUMBER, str: VARIABLE, dict: _OPERATOR},
)
_ANY: Final = Shape("any JSON", lambda _: True, (0, "2024-01-01"))
DEFAULTS: Final = Left(MapOf(_ANY, VARIABLE))


def parts(node: Json, at: str) -> Iterator[tuple[str, str, Json]]:
    """What an expression in its one form turns into a score: (where, `number`, `field` or `condition`, which).

    `number`: a field whose very value shows; of a date or a place a distance does.
    """
    if isinstance(node, str) and not _SCORE.fullmatch(node):
        yield at, "number", node
    if not isinstance(node, dict):
        return
    kind = next((name for name in node if name in _KINDS), None)
    if kind is None:
        yield at, "condition", node
    elif kind in _FIELDS:
        place = f"{at}.{kind}"
        yield (
            (place, "field", node[kind]) if kind == "datetime_key" else (f"{place}.to", "field", _of(node[kind], "to"))
        )
    else:
        for place, inner in _inside(kind, node[kind], f"{at}.{kind}"):
            yield from parts(inner, place)


def _inside(kind: str, inner: Json, at: str) -> Iterator[tuple[str, Json]]:
    """The expressions that an operator is made of."""
    if kind in _ALONE:
        yield at, inner
    elif isinstance(inner, list):
        yield from ((f"{at}[{i}]", item) for i, item in enumerate(inner))
    else:
        names = ("x", "target") if kind in _DECAYS else _PAIRS.get(kind, ())
        yield from ((f"{at}.{name}", found) for name in names if (found := _of(inner, name)) is not None)


def _of(node: Json, key: str) -> Json:
    return node.get(key) if isinstance(node, dict) else None
