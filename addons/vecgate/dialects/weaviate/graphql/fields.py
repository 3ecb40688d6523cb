"""Which fields may a search of a document show? Properties of the class, and what the server tells beside them.

Fields of references are records of other classes, which no condition of the search reaches: they are refused. So are
aliases below the class: an answer would show a field under another one's name.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Never

from graphql.language import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    SelectionSetNode,
)

from vecgate.dialects.weaviate.graphql.arguments import ADDITIONAL, GROUP, METRICS
from vecgate.dialects.weaviate.graphql.asked import Selected
from vecgate.dialects.weaviate.graphql.given import Given, told
from vecgate.dialects.weaviate.graphql.own import ALL, OF_TYPE
from vecgate.dialects.weaviate.values import PROPERTY, WINDOW
from vecgate.parsing.forms import unreadable
from vecgate.parsing.saying import shown

MOST: Final = 5000
_BESIDE: Final = frozenset({*ADDITIONAL, "isConsistent"})


def no_directive() -> Never:
    """Raise CallRefused."""
    unreadable("'query' has a directive other than one '@include' or '@skip' of a field, or one that is not known")


def stays(node: FieldNode | FragmentSpreadNode | InlineFragmentNode, given: Given) -> bool:
    """Whether its `@include` and `@skip` leave it there. Raises CallRefused for any other directive."""
    said = dict[str, bool]()
    for one in node.directives or ():
        told_ = told(one.arguments or (), given)
        if one.name.value not in ("include", "skip") or one.name.value in said or [*told_] != ["if"]:
            no_directive()
        if not isinstance(told_["if"], bool):
            unreadable("'query' has an '@include' or '@skip' of something that is neither true nor false")
        said[one.name.value] = told_["if"]
    return said.get("include", True) and not said.get("skip", False)


def bare(node: FieldNode, what: str) -> None:
    """Raise CallRefused for a field with an alias or arguments."""
    if node.alias:
        unreadable(
            f"'query' gives {what} another name; only searches of a class may have one: ask for it under its own"
        )
    if node.arguments:
        unreadable(f"'query' gives arguments to {what}, which takes none")


@dataclass(slots=True)
class Spread:
    """The fields of a block, with its fragments written out, and without what directives take away."""

    fragments: dict[str, FragmentDefinitionNode]
    given: Given
    ours: bool = False
    seen: int = 0
    within: list[str] = field(default_factory=list)

    def of(self, node: SelectionSetNode, kind: str) -> Iterator[FieldNode]:
        """Raises CallRefused for a fragment of another type than `kind`."""
        for one in node.selections:
            self.seen += 1
            if self.seen > MOST:
                unreadable(f"'query' asks for more than {MOST} fields")
            if isinstance(one, FieldNode):
                if stays(one, self.given):
                    yield one
                continue
            if isinstance(one, FragmentSpreadNode | InlineFragmentNode) and not stays(one, self.given):
                continue
            fragment: FragmentDefinitionNode | InlineFragmentNode | None = (
                self.fragments.get(one.name.value) if isinstance(one, FragmentSpreadNode)
                else one if isinstance(one, InlineFragmentNode) else None
            )  # fmt: skip
            if fragment is None or fragment.type_condition is None:
                unreadable("'query' has a fragment that is not there, or of no type")
            if fragment.type_condition.name.value != kind:
                unreadable(
                    "'query' follows a reference: records of another class, which no condition of this search reaches; ask for them by a search of that class"
                )
            yield from self.of(fragment.selection_set, kind)


def _once(found: list[Selected]) -> tuple[Selected, ...]:
    if len({one.name for one in found}) != len(found):
        unreadable("'query' asks for one field twice")
    if not found:
        unreadable("'query' has an empty block")
    return tuple(found)


def got(node: SelectionSetNode, name: str, spread: Spread) -> tuple[Selected, ...]:
    """The fields of a `Get`."""
    found = list[Selected]()
    for one in spread.of(node, name):
        bare(one, "a field")
        if one.name.value == "_additional":
            found.append(Selected("_additional", _additional(one, name, spread)))
        else:
            found.append(_property(one, spread))
    return _once(found)


def _property(node: FieldNode, spread: Spread) -> Selected:
    """A property, with the members of an object in it."""
    bare(node, "a property")
    name = node.name.value
    if not PROPERTY.fullmatch(name) or (name.startswith("__") and not (spread.ours and name == ALL)):
        unreadable("'query' asks for a field that no class has")
    if node.selection_set is None:
        return Selected(name)
    return Selected(name, _once([_property(one, spread) for one in spread.of(node.selection_set, "")]))


def _additional(node: FieldNode, name: str, spread: Spread) -> tuple[Selected, ...]:
    found = list[Selected]()
    for one in spread.of(_block(node), ""):
        if one.name.value not in (*_BESIDE, "vectors", "group"):
            named = shown(one.name.value)
            unreadable(f"'query' asks for {named} in '_additional', which a model makes, or nobody knows")
        bare(one, "what stands in '_additional'")
        match one.name.value:
            case "vectors":
                found.append(
                    Selected("vectors", _once([_property(inner, spread) for inner in spread.of(_block(one), "")]))
                )
            case "group":
                found.append(Selected("group", _group(one, name, spread)))
            case named if named in _BESIDE and one.selection_set is None:
                found.append(Selected(named))
            case named:
                unreadable(
                    f"'query' asks for {shown(named)} in '_additional', which is made elsewhere and not let through"
                )
    return _once(found)


def _group(node: FieldNode, name: str, spread: Spread) -> tuple[Selected, ...]:
    found = list[Selected]()
    for one in spread.of(_block(node), ""):
        bare(one, "what stands in 'group'")
        match one.name.value:
            case "hits":
                found.append(Selected("hits", got(_block(one), name, spread)))
            case "groupedBy":
                found.append(Selected("groupedBy", _leaves(one, {"path", "value"}, spread)))
            case named if named in GROUP and one.selection_set is None:
                found.append(Selected(named))
            case _:
                unreadable("'query' asks for something in 'group' that is not known")
    return _once(found)


def counted(node: SelectionSetNode, name: str, spread: Spread) -> tuple[Selected, ...]:
    """The fields of an `Aggregate`."""
    found = list[Selected]()
    for one in spread.of(node, name):
        bare(one, "a field")
        match one.name.value:
            case "meta":
                found.append(Selected("meta", _leaves(one, {"count"}, spread)))
            case "groupedBy":
                found.append(Selected("groupedBy", _leaves(one, {"path", "value"}, spread)))
            case named if PROPERTY.fullmatch(named) and not named.startswith("__"):
                found.append(Selected(named, _metrics(one, spread)))
            case _:
                unreadable("'query' asks for a field that no class has")
    return _once(found)


def _metrics(node: FieldNode, spread: Spread) -> tuple[Selected, ...]:
    found = list[Selected]()
    for one in spread.of(_block(node), ""):
        named = one.name.value
        if named == "topOccurrences":
            found.append(Selected(named, _leaves(one, {"value", "occurs"}, spread), _most(one)))
            continue
        bare(one, "a metric")
        if named not in (OF_TYPE | METRICS if spread.ours else METRICS) or one.selection_set is not None:
            unreadable(f"'query' asks for {shown(named)} of a property; 'pointingTo' shows other records")
        found.append(Selected(named))
    return _once(found)


def _most(node: FieldNode) -> int | None:
    if node.alias:
        bare(node, "a metric")
    given = list(node.arguments or ())
    if not given:
        return None
    value = given[0].value
    plain = len(given) == 1 and given[0].name.value == "limit" and isinstance(value, IntValueNode)
    if (
        not plain
        or not isinstance(value, IntValueNode)
        or not value.value.isdigit()
        or not 0 < int(value.value[:6]) <= WINDOW
    ):
        unreadable(f"'topOccurrences' takes 'limit' alone, from 1 to {WINDOW}")
    return int(value.value)


def _leaves(node: FieldNode, known: set[str], spread: Spread) -> tuple[Selected, ...]:
    found = list[Selected]()
    for one in spread.of(_block(node), ""):
        bare(one, "what stands there")
        if one.name.value not in known or one.selection_set is not None:
            unreadable("'query' asks for a field that is not known there")
        found.append(Selected(one.name.value))
    return _once(found)


def _block(node: FieldNode) -> SelectionSetNode:
    if node.selection_set is None:
        unreadable("'query' asks for something with fields, and for none of them")
    return node.selection_set
