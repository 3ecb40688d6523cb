"""Which properties are meant by "all of them"? Those of the class, but references and blobs, as the server has it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from vecgate.dialects.weaviate.graphql.asked import Asked, Selected
from vecgate.dialects.weaviate.graphql.document import of, said
from vecgate.dialects.weaviate.graphql.own import ALL
from vecgate.dialects.weaviate.things import Described
from vecgate.dialects.weaviate.values import Tree, as_tree, list_of
from vecgate.domain.call import Call
from vecgate.parsing.forms import unreadable
from vecgate.parsing.strict_json import dump

type Known = Callable[[str], Described | None]

_BLOB: Final = "blob"


def spelled(call: Call, known: Known, asked: tuple[Asked, ...]) -> Call:
    """The call with the names of all properties where it asks for all of them. Raises CallRefused."""
    if not any(_asks(one.fields) for one in asked):
        return call
    tree: Tree = {**as_tree(call.tree), "query": said([_spelled(one, known) for one in asked])}
    return replace(call, body=dump(tree), tree=tree)


def known(tree: Tree) -> Tree:
    """A body whose document was printed here, and may say more than a client's: it is read again as one of these."""
    text = tree.get("query")
    return {"query": said(of(text))} if isinstance(text, str) and tree.keys() == {"query"} else tree


def _asks(fields: tuple[Selected, ...]) -> bool:
    return any(one.name == ALL or _asks(one.fields) for one in fields)


def _spelled(one: Asked, known: Known) -> Asked:
    found = known(one.name)
    if found is None:
        unreadable("names of classes change just now; ask again, or name the properties that are wanted")
    return replace(one, fields=_with(one.fields, tuple(_of([*found.properties.values()]))))


def _with(fields: tuple[Selected, ...], every: tuple[Selected, ...]) -> tuple[Selected, ...]:
    new = list[Selected]()
    for one in fields:
        if one.name == ALL:
            new += every
        else:
            new.append(replace(one, fields=_with(one.fields, every)))
    return tuple(new)


def _of(described: list[Tree]) -> list[Selected]:
    """The properties of a class, or of an object in it."""
    found = list[Selected]()
    for told in described:
        kind = str(next(iter(list_of(told.get("dataType"))), ""))
        if kind != _BLOB and not kind[:1].isupper():
            inner = [as_tree(one) for one in list_of(told.get("nestedProperties"))]
            found.append(Selected(str(told.get("name")), tuple(_of(inner))))
    return found
