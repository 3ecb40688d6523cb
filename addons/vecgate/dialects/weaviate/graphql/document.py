"""What does a GraphQL document ask for? Variables and fragments are written out, and it is printed anew from that.

A document is never sent as it came: the server dies of a fragment that spreads itself, and runs what stands in comments.
What is not known here (other roots and directives, aliases of properties, references, models) is refused by name.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from graphql.error import GraphQLSyntaxError
from graphql.language import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
)

from vecgate.dialects.weaviate.graphql import arguments, fields, numbers, own, tokens
from vecgate.dialects.weaviate.graphql.asked import AGGREGATE, GET, Asked, document
from vecgate.dialects.weaviate.graphql.given import Given, told
from vecgate.dialects.weaviate.graphql.remembered import Remembered
from vecgate.dialects.weaviate.values import CLASS, TEXT, Tree, as_tree, beacon
from vecgate.domain.call import Json
from vecgate.parsing.forms import Checked, Form, Left, Members, Spelled, unreadable
from vecgate.parsing.saying import shown
from vecgate.refusals.errors import CallRefused

type Fragments = dict[str, FragmentDefinitionNode]

MOST_SEARCHES: Final = 50
_TYPES: Final = {"": "WeaviateObj", GET: "GetObjectsObj", AGGREGATE: "AggregateObjectsObj"}


#: What documents that were printed here say: each is looked at several times on its way.
_PRINTED: Final[OrderedDict[str, tuple[Asked, ...]]] = OrderedDict()
_KEPT: Final = 128
#: Longer documents are not remembered.
_SHORT: Final = 8192


def of(text: str) -> tuple[Asked, ...]:
    """The searches of a document. Raises CallRefused."""
    found = _PRINTED.get(text)
    return _read(text) if found is None else found


@lru_cache(maxsize=_KEPT)
def _read(text: str) -> tuple[Asked, ...]:
    return read(text, {}, None, ours=True)


def said(asked: Sequence[Asked]) -> str:
    """The one text of some searches, of which it is remembered what it says."""
    return _noted(tuple(asked), document(asked))


def _noted(asked: tuple[Asked, ...], text: str) -> str:
    _PRINTED[text] = asked
    _PRINTED.move_to_end(text)
    while len(_PRINTED) > _KEPT:
        _PRINTED.popitem(last=False)
    return text


def _tree(text: str) -> DocumentNode:
    tokens.check(text)
    try:
        return parse(text, no_location=True)
    except (GraphQLSyntaxError, RecursionError):
        unreadable("'query' is no GraphQL")


#: Programs send one document again and again, with other numbers and variables.
_known = lru_cache(maxsize=_KEPT)(_tree)
_REMEMBERED: Final = Remembered(_KEPT, 4 * _SHORT)


def printed(text: str) -> str:
    """The one text of a document that came without variables, of which it is remembered what it says. Raises CallRefused."""
    _within(text)
    short, lists = numbers.lifted(text)
    known = _REMEMBERED.of(short, lists)
    if known is not None:
        return _noted(*known)
    asked = _of(short, lists, {}, None, ours=False)
    one = said(asked)
    _REMEMBERED.keep(short, lists, asked, one)
    return one


def read(text: str, variables: dict[str, Json], operation: str | None, *, ours: bool = False) -> tuple[Asked, ...]:
    """The searches that a document with these variables asks for; `ours`: it was printed here. Raises CallRefused."""
    _within(text)
    short, lists = numbers.lifted(text)
    return _of(short, lists, variables, operation, ours=ours)


def _within(text: str) -> None:
    if len(text) > tokens.LONGEST:
        unreadable(f"'query' is longer than {tokens.LONGEST} characters")


def _of(
    short: str, lists: dict[str, list[Json]], variables: dict[str, Json], operation: str | None, *, ours: bool
) -> tuple[Asked, ...]:
    tree = _known(short) if len(short) < _SHORT else _tree(short)
    chosen = _chosen(tree, operation)
    declared = {one.variable.name.value: one.default_value for one in chosen.variable_definitions or ()}
    given = Given(variables, declared, lists)
    spread = fields.Spread(_fragments(tree), given, ours)
    found = list[Asked]()
    for root in spread.of(chosen.selection_set, _TYPES[""]):
        name = root.name.value
        if name not in (GET, AGGREGATE):
            unreadable(f"'query' asks for {shown(name)}, and only 'Get' and 'Aggregate' are let through")
        fields.bare(root, "a root")
        for one in spread.of(_set(root), _TYPES[name]):
            found.append(_asked(name, one, spread, given))
            if len(found) > MOST_SEARCHES:
                unreadable(f"'query' has more than {MOST_SEARCHES} searches")
    if not found:
        unreadable("'query' asks for nothing")
    if len({(one.root, one.key) for one in found}) != len(found):
        unreadable("'query' has two searches under one name")
    return tuple(found)


def _asked(root: str, node: FieldNode, spread: "fields.Spread", given: Given) -> Asked:
    name = node.name.value
    key = node.alias.value if node.alias else name
    if not CLASS.fullmatch(name) or key.startswith("__") or len(key) > 255:
        unreadable("'query' names a class that can be none")
    forms = own if spread.ours else arguments
    form = forms.GET if root == GET else forms.AGGREGATE
    said = _by_id(as_tree(form.read(told(node.arguments or (), given), "query")), name)
    inner = _set(node)
    shown_ = fields.got(inner, name, spread) if root == GET else fields.counted(inner, name, spread)
    return Asked(root, key, name, said, shown_)


def _by_id(said: Tree, name: str) -> Tree:
    """The arguments with the record that a search starts from by its id, as one of the class itself."""
    near = as_tree(said.get("nearObject"))
    if "beacon" not in near:
        return said
    other, id = beacon(near["beacon"])
    if other not in ("", name):
        unreadable("'query' starts from a record of another class")
    return {**said, "nearObject": {**{key: value for key, value in near.items() if key != "beacon"}, "id": id}}


def _set(node: FieldNode) -> SelectionSetNode:
    if node.selection_set is None:
        unreadable("'query' has a search that asks for no field")
    return node.selection_set


def _chosen(tree: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation that is run."""
    found = [one for one in tree.definitions if isinstance(one, OperationDefinitionNode)]
    if any(not isinstance(one, OperationDefinitionNode | FragmentDefinitionNode) for one in tree.definitions):
        unreadable("'query' defines types, which no request does")
    if any(one.operation is not OperationType.QUERY for one in found):
        unreadable("'query' has a mutation or a subscription, and this server has none")
    if any(one.directives for one in found):
        fields.no_directive()
    if name:
        found = [one for one in found if one.name and one.name.value == name]
    if len(found) != 1:
        unreadable("'query' has several operations, and 'operationName' names none of them, or it has none")
    return found[0]


def _fragments(tree: DocumentNode) -> Fragments:
    """The fragments by name. Raises CallRefused where one is made of itself, whether it is used or not."""
    found: Fragments = {}
    for one in tree.definitions:
        if isinstance(one, FragmentDefinitionNode):
            if one.name.value in found:
                unreadable("'query' has two fragments of one name")
            if one.directives:
                fields.no_directive()
            found[one.name.value] = one
    uses = {name: _uses(one.selection_set) for name, one in found.items()}
    done = set[str]()
    while len(done) < len(uses):
        ready = {name for name, used in uses.items() if name not in done and used <= done | (used - uses.keys())}
        if not ready:
            unreadable("'query' has a fragment that is made of itself, of which the server dies")
        done |= ready
    return found


def _uses(node: SelectionSetNode) -> set[str]:
    found = set[str]()
    for one in node.selections:
        if isinstance(one, FragmentSpreadNode):
            found.add(one.name.value)
        elif isinstance(one, FieldNode | InlineFragmentNode) and one.selection_set:
            found |= _uses(one.selection_set)
    return found


def _one_form(value: Json) -> Json:
    if not isinstance(value, str):
        raise ValueError("no document")  # noqa: TRY004 - as every form says it
    try:
        return document(read(value, {}, None))
    except CallRefused as e:
        raise ValueError("no document") from e


def _variables(value: Json, at: str) -> None:
    if not isinstance(value, dict):
        unreadable(f"'{at}' must be an object")


_SAME: Final[tuple[tuple[Json, Json], ...]] = (
    ("query Q { Get { Person(limit: 2) { ...F } } } fragment F on Person { name }", "{Get{Person(limit:2){name}}}"),
    ("{Get{Person{name}}}", "{Get{Person{name}}}"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """A body with a document: read with its variables, and given back as the document that says the same without any."""

    @property
    def like(self) -> Form:
        """What it is without variables."""
        return Members({"query": Spelled("a GraphQL document", _one_form, _SAME)}, ("query",))

    def read(self, value: Json, at: str) -> Json:
        tree = _BODY.read(value, at)
        assert isinstance(tree, dict)
        name = tree.get("operationName")
        known = _PRINTED.get(str(tree["query"])) if len(tree) == 1 else None
        if known is not None:  # it was printed here, and says no more than that
            return tree
        variables, named = as_tree(tree.get("variables")), name if isinstance(name, str) else None
        plain = not variables and not named
        text = printed(str(tree["query"])) if plain else said(read(str(tree["query"]), variables, named))
        return tree if tree == {"query": text} else {"query": text}


_BODY: Final = Members(
    {"query": TEXT, "operationName": Left(TEXT), "variables": Left(Checked(_variables, ({},), open_below=True))},
    ("query",),
)
DOCUMENT: Final = Document()
