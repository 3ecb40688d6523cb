"""Which objects does a Weaviate write bring, and how are those read that are there already?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from vecgate.dialects.base.dialect import JSON_HEADERS
from vecgate.dialects.weaviate import sites
from vecgate.dialects.weaviate.graphql.asked import GET, Asked, Selected, document
from vecgate.dialects.weaviate.guards.telling import selected
from vecgate.dialects.weaviate.meaning import folded
from vecgate.dialects.weaviate.things import Described
from vecgate.dialects.weaviate.values import Tree, as_tree, list_of
from vecgate.domain.call import Call, Json
from vecgate.domain.guards import OWN
from vecgate.domain.records import Metadata, Record, Records
from vecgate.parsing.forms import unreadable
from vecgate.parsing.strict_json import dump

#: Writes that store objects; the rest link them.
CARRIES: Final = frozenset(sites.WRITES - {"objects_validate"})
#: Of these only a part of an object changes.
PARTLY: Final = "objects_patch"
#: The gateway's own reading of what it wrote: there, an error is no answer without objects.
RECALLED: Final = "graphql_recalled"

type Within = tuple[str, str]


def carried(name: str, tree: Tree) -> Records | None:
    """The objects of a write; None where it writes none."""
    if name not in CARRIES:
        return None
    objects = [one for _, one in sites.objects(name, tree)]
    listed = tuple(
        Record(str(one["id"]) if "id" in one else None, metadata=as_tree(one.get("properties")), whole=name != PARTLY)
        for one in objects
    )

    def put(new: list[Json]) -> Json:
        return {**tree, "objects": new} if name == "batch_objects" else (new[0] if new else tree)

    def described(given: Sequence[Metadata | None]) -> Json:
        pairs = zip(objects, given, strict=True)
        return put([one if told is None else {**one, "properties": dict(told)} for one, told in pairs])

    return Records(
        listed, lambda kept: put([one for one, stays in zip(objects, kept, strict=True) if stays]), described
    )


def places(name: str, tree: Tree) -> dict[Within, list[str]]:
    """The ids of a write by class and tenant."""
    found = dict[Within, list[str]]()
    for _, one in sites.objects(name, tree):
        id, tenant = one.get("id"), one.get("tenant")
        if id is not None:
            place = (folded(one["class"]), tenant if isinstance(tenant, str) else "")
            found.setdefault(place, []).append(str(id))
    return found


def reading(
    ids: Mapping[Within, Sequence[str]],
    fields: Callable[[str], Sequence[Selected]],
    beside: Callable[[str], Sequence[Selected]] = lambda _: (),
) -> Call:
    """The document that reads these objects with these fields, one search for each class and tenant, called by its turn.

    `beside`: what is asked for of each class beside its properties and ids.
    """
    asked = list[Asked]()
    for number, ((name, tenant), some) in enumerate(ids.items()):
        if not some:
            continue
        told: Tree = {"where": {"operator": "ContainsAny", "path": ["id"], "valueText": [*some]}, "limit": len(some)}
        if tenant:
            told["tenant"] = tenant
        asked.append(
            Asked(
                GET, f"C{number}", name, told, (*fields(name), Selected("_additional", (Selected("id"), *beside(name))))
            )
        )
    tree: Tree = {"query": document(asked)}
    return Call("POST", "/v1/graphql", headers=JSON_HEADERS, body=dump(tree), tree=tree)


def recalling(name: str, tree: Tree, ids: Sequence[str], known: Callable[[str], Described | None]) -> Call | None:
    """What reads what the gateway wrote into these; None: their class has no such property. Raises CallRefused."""
    wanted = frozenset(ids)
    groups = {place: [id for id in some if id in wanted] for place, some in places(name, tree).items()}
    groups = {place: some for place, some in groups.items() if some}
    if len(groups) > 1:
        unreadable("objects of several classes or tenants are written at once, of which some may hold what is to stay")

    return _reading(groups, OWN, known)


def starting(
    ids: Mapping[Within, Sequence[str]], fields: Sequence[str], known: Callable[[str], Described | None]
) -> Call | None:
    """What reads these fields of objects that a search starts from; None: their classes have none. Raises CallRefused."""
    return _reading(ids, [*dict.fromkeys(field.partition(".")[0] for field in fields)], known)


def _reading(
    ids: Mapping[Within, Sequence[str]], fields: Sequence[str], known: Callable[[str], Described | None]
) -> Call | None:
    def had(cls: str) -> list[Selected]:
        found = known(cls)
        if found is None:
            unreadable("names of classes change just now; ask again")
        return [selected(found.properties[field]) for field in fields if field in found.properties]

    return reading(ids, had) if any(had(cls) for cls, _ in ids) else None


def recalled(tree: Json) -> Records:
    """The objects of an answer to that. Raises ValueError for one that says that it could not be answered."""
    got = as_tree(as_tree(as_tree(tree).get("data")).get(GET))
    if not isinstance(tree, dict) or tree.get("errors") or not got:
        raise ValueError("an answer with errors")
    found = [as_tree(one) for many in got.values() for one in list_of(many)]
    listed = tuple(
        Record(str(as_tree(one.get("_additional")).get("id")), metadata={k: v for k, v in one.items() if v is not None})
        for one in found
    )
    return Records(listed, lambda _kept: tree, lambda _given: tree)


def named(call: Call, of: Mapping[str, str]) -> Call:
    """A change of one object that says in its body, too, which one of which class it is about."""
    tree = as_tree(call.tree)
    new: Tree = {**tree, **{key: of[key] for key in ("class", "id") if key in of}}
    return call if new == tree else replace(call, body=dump(new), tree=new)
