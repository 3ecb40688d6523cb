"""Which fields is a read of Weaviate to ask for, so that guards can look? And its answer without them again.

A document is refused by the server for a property that the class does not have, so those are asked for that it has. An id
is in no answer to a document that does not ask for it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from vecgate.dialects.weaviate import sites
from vecgate.dialects.weaviate.graphql.asked import GET, Asked, Selected
from vecgate.dialects.weaviate.graphql.document import said
from vecgate.dialects.weaviate.guards.showing import mapped
from vecgate.dialects.weaviate.meaning import body
from vecgate.dialects.weaviate.sites import GRAPHQL, SEARCHES
from vecgate.dialects.weaviate.things import Described
from vecgate.dialects.weaviate.values import Tree, as_tree, list_of
from vecgate.domain.call import Call, Json
from vecgate.domain.guards import RESERVED
from vecgate.parsing.forms import unreadable
from vecgate.parsing.strict_json import dump

type Untold = Callable[[Json], Json]

_BESIDE: Final = "_additional"
_ID: Final = Selected("id")
#: Types with members that the schema does not list.
_MADE_UP: Final = ("geoCoordinates", "phoneNumber")


@dataclass(frozen=True, slots=True)
class _Added:
    """What only the gateway asked for, of objects or of hits: properties, and whether the id, or all beside, was."""

    fields: frozenset[str] = frozenset()
    id: bool = False
    beside: bool = False

    def out(self, record: Tree) -> Tree:
        """The object as it was asked for."""
        gone = {*self.fields, *((_BESIDE,) if self.beside else ())}
        new = {key: value for key, value in record.items() if key not in gone}
        if self.id and not self.beside:
            new[_BESIDE] = {key: value for key, value in as_tree(record.get(_BESIDE)).items() if key != "id"}
        return new


def telling(
    name: str, call: Call, fields: Sequence[str], known: Callable[[str], Described | None]
) -> tuple[Call, Untold]:
    """The read that also asks for these fields; `known`: how a class was made. Raises CallRefused."""
    tree, roots = body(call), [*dict.fromkeys(field.partition(".")[0] for field in fields)]
    if name in SEARCHES:
        return _search(call, tree, roots)
    if name == sites.EXISTS:  # only of an object that is there anybody could look at what is in it
        return replace(call, method="GET"), lambda answer: answer
    if name != GRAPHQL:
        return call, lambda answer: answer
    new, added = list[Asked](), dict[tuple[str, bool], _Added]()
    for one in sites.of(tree):
        new.append(_asking(one, _wanted(one, roots, known), added) if one.root == GET else one)
    if not any(one != _Added() for one in added.values()):
        return call, lambda answer: answer
    asked: Tree = {**tree, "query": said(new)}

    def untold(answer: Json) -> Json:
        return mapped(name, answer, lambda record, key, hit: added[key, hit].out(record))

    return replace(call, body=dump(asked), tree=asked), untold


def _search(call: Call, tree: Tree, roots: Sequence[str]) -> tuple[Call, Untold]:
    """A search over its own route shows all, or what it names."""
    asked = tree.get("returnProperties")
    more = [one for one in roots if isinstance(asked, list) and one not in asked]
    if not more:
        return call, lambda answer: answer
    new: Tree = {**tree, "returnProperties": [*list_of(asked), *more]}
    gone = frozenset(one for one in more if not one.startswith(RESERVED))

    def bare(record: Tree, _key: str, _hit: bool) -> Json:
        return {
            **record,
            "properties": {key: one for key, one in as_tree(record.get("properties")).items() if key not in gone},
        }

    return replace(call, body=dump(new), tree=new), lambda answer: mapped("search_bm25", answer, bare)


def _wanted(one: Asked, roots: Iterable[str], known: Callable[[str], Described | None]) -> dict[str, Selected]:
    found = known(one.name)
    if found is None:
        unreadable("names of classes change just now; ask again")
    return {name: selected(found.properties[name]) for name in roots if name in found.properties}


def selected(told: Mapping[str, Json]) -> Selected:
    """A property with all that is in it. Raises CallRefused where nobody knows what that is."""
    name, kind = str(told.get("name")), str(next(iter(list_of(told.get("dataType"))), ""))
    if kind[:1].isupper() or kind in _MADE_UP:
        unreadable(f"'{name}', at which a guard looks, is of a type that cannot be asked for ({kind})")
    return Selected(name, tuple(selected(as_tree(inner)) for inner in list_of(told.get("nestedProperties"))))


def _asking(one: Asked, wanted: Mapping[str, Selected], added: dict[tuple[str, bool], _Added]) -> Asked:
    """A search that shows these, too: of its objects, or of the hits of their groups."""
    group = next((inner for inner in one.of(_BESIDE) if inner.name == "group"), None)
    if group is None:
        fields, added[one.key, False] = _with(one.fields, wanted)
        return replace(one, fields=fields)
    parts = list[Selected]()
    for inner in group.fields:
        if inner.name == "hits":
            hits, added[one.key, True] = _with(inner.fields, wanted)
            inner = replace(inner, fields=hits)
        parts.append(inner)
    if (one.key, True) not in added:
        unreadable("it asks for groups without their hits, so that nobody could look at these; ask for 'hits'")
    beside = tuple(replace(group, fields=tuple(parts)) if inner is group else inner for inner in one.of(_BESIDE))
    return replace(one, fields=tuple(replace(f, fields=beside) if f.name == _BESIDE else f for f in one.fields))


def _with(fields: tuple[Selected, ...], wanted: Mapping[str, Selected]) -> tuple[tuple[Selected, ...], _Added]:
    have = {one.name: one for one in fields}
    for name in wanted.keys() & have.keys():
        if wanted[name].fields and have[name] != wanted[name]:
            unreadable(f"a guard looks at '{name}'; ask for all of it, or for none")
    more = [one for name, one in wanted.items() if name not in have]
    beside = have.get(_BESIDE)
    bare = beside is None or all(one.name != "id" for one in beside.fields)
    new = [*(one for one in fields if one.name != _BESIDE), *more]
    new.append(Selected(_BESIDE, (*(beside.fields if beside else ()), *((_ID,) if bare else ()))))
    gone = frozenset(one.name for one in more if not one.name.startswith(RESERVED))
    return tuple(new), _Added(gone, bare, beside is None)
