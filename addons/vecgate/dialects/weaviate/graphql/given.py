"""What do the arguments of a field say, with its variables written out? As JSON; words of the schema become texts.

An absent variable is an error at the server, and here: never an argument that is not there.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from graphql.language import (
    ArgumentNode,
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)

from vecgate.dialects.weaviate.graphql.arguments import ENUMS, LISTS
from vecgate.domain.call import Json
from vecgate.parsing.forms import unreadable

type Tree = dict[str, Json]

_LONGEST_NUMBER: Final = 40


@dataclass(frozen=True, slots=True)
class Given:
    """The variables that came with a document, and the defaults of those that it declares."""

    values: Mapping[str, Json] = field(repr=False)
    declared: Mapping[str, ValueNode | None]
    #: Lists that were read before the document was, by the names that stand for them.
    lists: Mapping[str, list[Json]] = field(default_factory=dict, repr=False)


def told(arguments: Iterable[ArgumentNode], given: Given) -> Tree:
    """The arguments by name. Raises CallRefused."""
    return _members(arguments, given)


def _members(nodes: Iterable[ArgumentNode | ObjectFieldNode], given: Given) -> Tree:
    found: Tree = {}
    for one in nodes:
        name = one.name.value
        if name in found:
            unreadable("'query' has two arguments of one name")
        value = _value(one.value, name, given)
        found[name] = [value] if name in LISTS and not isinstance(value, list) else value
    return found


def _value(node: ValueNode, key: str, given: Given) -> Json:
    match node:
        case VariableNode():
            return _variable(node.name.value, key, given)
        case EnumValueNode() | StringValueNode():
            return _text(node, key)
        case BooleanValueNode():
            return node.value
        case IntValueNode() | FloatValueNode():
            return _number(node)
        case ListValueNode():
            return [_value(one, key, given) for one in node.values]
        case ObjectValueNode():
            return _members(node.fields, given)
    unreadable("'query' has a null, which the server does not read")


def _text(node: EnumValueNode | StringValueNode, key: str) -> str:
    if isinstance(node, EnumValueNode) != (key in ENUMS):
        unreadable("'query' has a bare word where a text belongs, or a text where a bare word does")
    return _plain(node.value)


def _number(node: IntValueNode | FloatValueNode) -> Json:
    if len(node.value) > _LONGEST_NUMBER:
        unreadable("'query' has a number of too many digits")
    value = int(node.value) if isinstance(node, IntValueNode) else float(node.value)
    if isinstance(value, float) and not math.isfinite(value):
        unreadable("'query' has a number out of range")
    return value


def _variable(name: str, key: str, given: Given) -> Json:
    if name in given.lists:
        return given.lists[name]
    if name not in given.declared:
        unreadable("'query' uses a variable that it does not declare")
    value = given.values.get(name)
    if value is not None:
        return _given(value, key)
    default = given.declared[name]
    if default is None:
        unreadable("'query' uses a variable that has no value")
    return _value(default, key, Given({}, {}))


def _given(value: Json, key: str) -> Json:
    """The value of a variable, with what may stand alone for a list as one."""
    if isinstance(value, dict):
        found: Tree = {}
        for name, inner in value.items():
            if not (name.isascii() and name.replace("_", "a").isalnum()):
                unreadable("'variables' has a name that no argument has")
            one = _given(inner, name)
            found[name] = [one] if name in LISTS and not isinstance(one, list) else one
        return found
    if isinstance(value, list):
        return [_given(one, key) for one in value]
    if value is None:
        unreadable("'variables' has a null, which the server does not read")
    return _plain(value) if isinstance(value, str) else value


def _plain(value: str) -> str:
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        unreadable("'query' has half a letter, which the server reads as another one")
    return value
