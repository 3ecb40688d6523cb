"""What does an answer of Weaviate list, and what would show each of it alone? So that a list holds only what one may see."""

from collections.abc import Generator
from dataclasses import replace
from typing import Final

from vecgate.dialects.base.dialect import HEADERS, Listing
from vecgate.dialects.weaviate.values import as_tree, list_of
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation

#: Under which key a list stands; the empty text: it is the answer.
_UNDER: Final = {"schema_list": "classes", "aliases_list": "aliases", "tenants_list": "", "tenants_get": ""}


def listing(operation: Operation, tree: Json) -> Listing | None:
    """The entries of an answer; None where it is no list. Raises ValueError for a list of something else."""
    if operation.name not in _UNDER or (isinstance(tree, dict) and "error" in tree):
        return None
    items = entries(operation, tree)
    return Listing(items, tuple(_about(operation, as_tree(item)) for item in items))


def _about(operation: Operation, entry: dict[str, Json]) -> Operation:
    tenants = operation.name in ("tenants_list", "tenants_get")
    key = "name" if tenants else "class"
    name = entry.get(key)
    if not isinstance(name, str) or not name:
        raise ValueError("an entry without a name")
    if tenants:
        return replace(operation, name="tenant_get", tenant=name, also=())
    if operation.name == "schema_list":
        return replace(operation, name="schema_get", collections=(name,), things=())
    names = dict.fromkeys((name, str(entry.get("alias"))))
    return replace(operation, name="alias_get", collections=(*names,), things=())


def entries(operation: Operation, tree: Json) -> list[Json]:
    """What is listed, whatever it is. Raises ValueError for an answer that is no such list."""
    key = _UNDER.get(operation.name, "")
    found = as_tree(tree).get(key) if key else tree
    if not isinstance(found, list):
        raise ValueError("an answer that is no list")  # noqa: TRY004 - it is the database's value, not our type
    return found


def relisted(operation: Operation, tree: Json, items: list[Json]) -> Json:
    """The answer with these entries, and no others."""
    key = _UNDER.get(operation.name)
    if key is None:
        return tree
    return {**as_tree(tree), key: items} if key else items


def inventory() -> Generator[Call, Json, list[tuple[str, str]]]:
    """The call that lists all classes; gives the name of each."""
    found = as_tree((yield Call("GET", "/v1/schema", headers=HEADERS)))
    return [("", str(as_tree(one).get("class"))) for one in list_of(found.get("classes"))]


def pages(tenant: str, name: str, size: int) -> Generator[Call, Json, None]:
    """The calls that read a whole class, one page after the other; each wants its answer sent back."""
    place = (("class", name), *((("tenant", tenant),) if tenant else ()), ("limit", str(size)))
    after = "00000000-0000-0000-0000-000000000000"
    while True:
        tree = yield Call("GET", "/v1/objects", query=(*place, ("after", after)), headers=HEADERS)
        found = as_tree(tree).get("objects")
        if not isinstance(found, list):
            raise ValueError("an answer that lists no objects")  # noqa: TRY004 - it is the database's value
        if not found:
            return
        after = str(as_tree(found[-1]).get("id"))
