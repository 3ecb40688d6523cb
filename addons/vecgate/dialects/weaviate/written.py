"""What does a write store, over which stored objects does it go, and how is it told to keep what is stored?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from vecgate.dialects.base.shapes import Read
from vecgate.dialects.weaviate import sites
from vecgate.dialects.weaviate.graphql.asked import GET, Selected
from vecgate.dialects.weaviate.guards.brought import CARRIES, PARTLY, Within, places, reading
from vecgate.dialects.weaviate.guards.telling import selected
from vecgate.dialects.weaviate.sites import GRAPHQL
from vecgate.dialects.weaviate.things import Described, unknown
from vecgate.dialects.weaviate.values import Tree, as_tree, list_of
from vecgate.domain.call import Call, Json
from vecgate.domain.inlets import Kept, Overwriting
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import CallRefused, Part, Unavailable

#: Objects in one tree, so that going through it does not hold up the others.
_AT_ONCE: Final = 32
_PROPERTIES: Final = "properties"
_VECTOR: Final = "vector"
_NAMED: Final = "vectors"
_UNNAMED: Final = ""
#: Between a class, a tenant and an id in them: none of these has one in its name.
_IN: Final = "/"


def overwriting(operation: Operation, tree: Tree, known: Callable[[str], Described | None]) -> Overwriting | None:
    """What a write changes of what is stored; an object that is made anew goes over none. Raises CallRefused."""
    if operation.name not in CARRIES or operation.name == "objects_create":
        return None
    objects = [one for _, one in sites.objects(operation.name, tree)]
    sent, of = dict[int, Kept](), dict[str, Within]()
    for number, one in enumerate(objects):
        given = as_tree(one.get(_PROPERTIES))
        for place, ids in places(operation.name, {**tree, "objects": [one]} if "objects" in tree else one).items():
            if given:
                id = _IN.join((*place, *ids))
                sent[number], of[id] = Kept(id, {_PROPERTIES: given}, _vectors(one)), place
    told = [as_tree(one.fields[_PROPERTIES]) for one in sent.values()]
    shown = {cls: _shown(cls, told, known) for cls in {cls for cls, _ in of.values()}}

    def asked(names: list[str]) -> Call:
        return reading(_grouped(names, of), shown.__getitem__, lambda cls: _beside(known(cls)))

    def kept(answer: Json) -> Sequence[Kept]:
        return _kept(answer, [*dict.fromkeys(of.values())])

    read = replace(operation, name=GRAPHQL, kind="read_ids", danger=1, records=None, also=())

    def put(changed: Mapping[int, Kept]) -> Tree:
        alone = {number: _alone(operation.name, known(of[sent[number].id][0])) for number in changed}
        return _put(tree, {number: _within(objects[number], one, alone[number]) for number, one in changed.items()})

    return Overwriting(sent, read, asked, kept, put, embedded=_PROPERTIES)


def _vectors(one: Tree) -> Tree:
    """The vectors of an object by their names, which the one that has none is without."""
    found = {_UNNAMED: one.get(_VECTOR), **as_tree(one.get(_NAMED))}
    return {name: vector for name, vector in found.items() if vector}


def _beside(found: Described | None) -> list[Selected]:
    names = tuple(map(Selected, found.vectors)) if found is not None else ()
    return [Selected(_VECTOR), *([Selected(_NAMED, names)] if names else [])]


def _alone(name: str, found: Described | None) -> bool:
    """Whether vectors that are not sent stay without us: those of an object of which only a part changes, or which the server makes."""
    return name == PARTLY or found is None or found.embeds


def _within(sent: Tree, now: Kept, alone: bool) -> Tree:
    """An object as it goes in, with the vectors that stay; `alone`: those that it does not bring do so without being sent."""
    brought, kept = _vectors(sent), as_tree(now.vector)
    new = {**brought, **{name: one for name, one in kept.items() if name in brought or not alone}}
    whole: Tree = {**sent, _PROPERTIES: now.fields[_PROPERTIES]}
    named = {name: one for name, one in new.items() if name != _UNNAMED}
    whole |= {_VECTOR: new[_UNNAMED]} if _UNNAMED in new else {}
    return whole | ({_NAMED: {**as_tree(sent.get(_NAMED)), **named}} if named else {})


def stored(operation: Operation, tree: Tree) -> Read | None:
    """What a write stores, as a list of objects answers with it. What a part of an object leaves out is stored already."""
    if operation.name not in CARRIES:
        return None
    objects: list[Json] = [
        {_PROPERTIES: as_tree(one.get(_PROPERTIES))} for _, one in sites.objects(operation.name, tree)
    ]
    read = replace(operation, name="objects_list", kind="list_scan", danger=2, records=None, also=())
    return Read(read, ({"objects": objects[at : at + _AT_ONCE]} for at in range(0, len(objects), _AT_ONCE)))


def _shown(cls: str, sent: Sequence[Tree], known: Callable[[str], Described | None]) -> list[Selected]:
    """The properties that are sent, as far as anybody can read them."""
    found = known(cls)
    if found is None:
        raise unknown()
    shown = list[Selected]()
    for name in dict.fromkeys(name for one in sent for name in one):
        try:
            shown += [selected(found.properties[name])] if name in found.properties else []
        except CallRefused:
            continue  # a reference, or a place: none is a text
    return shown


def _grouped(names: Sequence[str], of: Mapping[str, Within]) -> dict[Within, list[str]]:
    found: dict[Within, list[str]] = {place: [] for place in of.values()}
    for name in names:
        found[of[name]].append(name.rpartition(_IN)[2])
    return found


def _kept(answer: Json, of: Sequence[Within]) -> Sequence[Kept]:
    """The objects of an answer; none of a question that was not accepted. Raises Unavailable."""
    if answer is None:
        return []
    got = as_tree(as_tree(as_tree(answer).get("data")).get(GET))
    if as_tree(answer).get("errors") or not got:
        raise Unavailable(Part.UPSTREAM, "an answer without objects")
    found = list[Kept]()
    for key, many in got.items():
        cls, tenant = of[int(key.removeprefix("C"))]
        for one in map(as_tree, list_of(many)):
            beside = as_tree(one.get("_additional"))
            id = str(beside.get("id"))
            held: Tree = {key: value for key, value in one.items() if key != "_additional" and value is not None}
            found.append(Kept(_IN.join((cls, tenant, id)), {_PROPERTIES: held}, _vectors(beside) or None))
    return found


def _put(tree: Tree, changed: Mapping[int, Tree]) -> Tree:
    if "objects" not in tree:
        return changed.get(0, tree)
    return {**tree, "objects": [changed.get(number, one) for number, one in enumerate(list_of(tree["objects"]))]}
