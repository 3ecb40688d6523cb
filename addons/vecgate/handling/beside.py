"""What of an answer is a field's value, though it stands in no record? Facets, ids of groups, what was ordered by.

There it has lost its field's name, and with it the field's policy and what makes a name out of a word. So it is masked
as it would be in a record; what cannot be shown masked where it stands is left out.
"""

from collections.abc import Callable, Sequence
from typing import Final

from vecgate.domain.call import Json
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.surface import Surface
from vecgate.gate import Gate
from vecgate.masking.apply.operators.redact import MARK

_TEXT: Final = Surface()


async def masked(gate: Gate, exchange: Exchange, tree: Json) -> Json:
    """The answer with such values masked. Raises as masking does."""
    profile, call = need(exchange.profile), need(exchange.call)
    if need(exchange.answer).status >= 300 or profile.masks_nothing:
        return tree
    dialect = gate.dialect(need(exchange.upstream))
    for one in dialect.beside(call, need(exchange.operation)):
        values: list[Json] = []
        _mapped(tree, one.at, lambda value, found=values: (found.append(value), value)[1])  # type: ignore[misc]
        keys = next(iter(dialect.shown_at(one.path)))
        record, _ = await gate.masking.masker.mask_tree(_within(keys, values), _TEXT, profile, exchange.tenant)
        shown = iter(_shown(_at(record, keys), values, optional=one.optional))
        tree = _mapped(tree, one.at, lambda _value, rest=shown: next(rest))  # type: ignore[misc]
    return tree


def _shown(masked: Json, values: Sequence[Json], *, optional: bool) -> list[Json]:
    """What stands for each value; None: it is to be left out."""
    if not isinstance(masked, list) or len(masked) != len(values):  # the whole field is hidden, or gone
        masked = [MARK] * len(values)
    new = [MARK if one is None and was is not None else one for one, was in zip(masked, values, strict=True)]
    return [None if optional and one != was else one for one, was in zip(new, values, strict=True)]


def _within(keys: Sequence[str], value: Json) -> Json:
    for key in reversed(keys):
        value = {key: value}
    return value


def _at(tree: Json, keys: Sequence[str]) -> Json:
    for key in keys:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def _mapped(node: Json, at: Sequence[str], each: Callable[[Json], Json]) -> Json:
    """The tree with what stands there put through `each`; a member for which that is None is left out."""
    if not at:
        return each(node)
    first, rest = at[0], at[1:]
    if isinstance(node, list):
        return [_mapped(item, rest, each) if first in ("*", str(i)) else item for i, item in enumerate(node)]
    if not isinstance(node, dict) or first not in node:
        return node
    new = _mapped(node[first], rest, each)
    if new is None and not rest:
        return {key: value for key, value in node.items() if key != first}
    return {**node, first: new}
