"""What is the twin of each method, and how do both turn into the other? One row a method, in four tables.

A search or a count is a document of one class, a batch is a batch, tenants are those of the schema.
"""

from collections.abc import Callable, Mapping
from typing import Final

from vecgate.dialects.base.dialect import HEADERS, JSON_HEADERS
from vecgate.dialects.base.grpc.messages import Message
from vecgate.dialects.base.grpc.protocol import Pairs
from vecgate.dialects.weaviate import bodies, schemas
from vecgate.dialects.weaviate.graphql import document
from vecgate.dialects.weaviate.graphql.asked import GET, Asked
from vecgate.dialects.weaviate.grpc import counting, deleting, found, searching, storing, tenants
from vecgate.dialects.weaviate.values import NAME, TENANT, as_tree, list_of
from vecgate.domain.call import Call, Json
from vecgate.parsing.forms import Form, unreadable
from vecgate.parsing.strict_json import NotStrict, dump, within

type Kinds = dict[str, str]

_GRAPHQL: Final = "/v1/graphql"
_BATCH: Final = "/v1/batch/objects"
_LINKS: Final = "/v1/batch/references"
#: Tenants by several names: no route over REST has these.
NAMED_TENANTS: Final = "/v1/grpc/schema/{class}/tenants"


def _made(method: str, path: str, tree: Json = None, query: Pairs = ()) -> Call:
    """A call in canonical form, as it is read over REST. Raises CallRefused."""
    if tree is None:
        return Call(method, path, query=query, headers=HEADERS)
    body = dump(tree)
    try:
        within(body)
    except NotStrict as e:
        unreadable(str(e))
    return Call(method, path, query=query, headers=JSON_HEADERS, body=body, tree=tree)


def _read(form: Form, tree: Json) -> Json:
    return form.read(tree, "")


def _level(message: Message) -> Pairs:
    level = searching.level_said(message)
    return (("consistency_level", level),) if level else ()


# twins


def _document(asked: Asked) -> Call:
    return _made("POST", _GRAPHQL, {"query": document.said([asked])})


def _objects(message: Message) -> Call:
    return _made("POST", _BATCH, _read(bodies.BATCH, storing.body_of(message.objects)), _level(message))


def _links(message: Message) -> Call:
    return _made("POST", _LINKS, _read(bodies.BATCH_REFERENCES, storing.links_of(message.references)), _level(message))


def _delete(message: Message) -> Call:
    tenant = ((("tenant", str(TENANT.read(message.tenant, "tenant"))),) if message.tenant else ())  # fmt: skip
    return _made("DELETE", _BATCH, _read(bodies.BATCH_DELETE, deleting.body_of(message)), (*tenant, *_level(message)))


def _tenants(message: Message) -> Call:
    name, names = str(NAME.read(message.collection, "collection")), tenants.named(message)
    if names is None:
        return _made("GET", f"/v1/schema/{name}/tenants")
    if len(names) == 1:
        return _made("GET", f"/v1/schema/{name}/tenants/{TENANT.read(names[0], 'names')}")
    return _made("POST", NAMED_TENANTS.replace("{class}", name), _read(schemas.TENANT_NAMES, [*names]))


TWINS: Final[Mapping[str, Callable[[Message], Call]]] = {
    "Search": lambda message: _document(searching.asked(message)),
    "Aggregate": lambda message: _document(counting.asked(message)),
    "BatchObjects": _objects,
    "BatchReferences": _links,
    "BatchDelete": _delete,
    "TenantsGet": _tenants,
}


def one_of(call: Call) -> Asked:
    """The one search of a document. Raises ValueError where there are several, which no message holds."""
    (asked,) = document.of(str(as_tree(call.tree)["query"]))
    return asked


def name_of(call: Call) -> str:
    """The method that a twin is of. Raises ValueError for a call that is the twin of none."""
    match call.method, call.path.split("/")[2:]:
        case "POST", ["graphql"]:
            return "Search" if one_of(call).root == GET else "Aggregate"
        case "POST", ["batch", "objects"]:
            return "BatchObjects"
        case "POST", ["batch", "references"]:
            return "BatchReferences"
        case "DELETE", ["batch", "objects"]:
            return "BatchDelete"
        case ("GET", ["schema", _, "tenants", *_]) | ("POST", ["grpc", "schema", _, "tenants"]):
            return "TenantsGet"
    raise ValueError("a call that no message is the twin of")


# what goes out, and what comes back


def _put_search(into: Message, call: Call) -> None:
    searching.put(into, one_of(call))


def _put_count(into: Message, call: Call) -> None:
    counting.put(into, one_of(call))


def _put_objects(into: Message, call: Call) -> None:
    storing.put(into.objects, list_of(as_tree(call.tree).get("objects")))


def _put_links(into: Message, call: Call) -> None:
    storing.put_links(into.references, list_of(call.tree))


def _put_delete(into: Message, call: Call) -> None:
    deleting.put(into, call.tree)
    if tenant := dict(call.query).get("tenant"):
        into.tenant = tenant


def _put_tenants(into: Message, call: Call) -> None:
    parts = call.path.split("/")
    into.collection = parts[-2] if parts[-1] == "tenants" else parts[-3]
    names = list_of(call.tree) if parts[-1] == "tenants" else [parts[-1]]
    into.names.values.extend(map(str, names))
    if not names:
        into.ClearField("names")


PUT: Final[Mapping[str, Callable[[Message, Call], None]]] = {
    "Search": _put_search, "Aggregate": _put_count, "BatchObjects": _put_objects, "BatchReferences": _put_links,
    "BatchDelete": _put_delete, "TenantsGet": _put_tenants,
}  # fmt: skip


def _told_tenants(message: Message, call: Call) -> tuple[Json, Kinds]:
    told = tenants.told(message)
    if call.path.split("/")[-2] != "tenants":
        return told, {}
    (one,) = list_of(told) or [None]
    return one, {}


TOLD: Final[Mapping[str, Callable[[Message, Call], tuple[Json, Kinds]]]] = {
    "Search": lambda message, call: found.told(message, one_of(call)),
    "Aggregate": lambda message, call: counting.told(message, one_of(call)),
    "BatchObjects": lambda message, call: (storing.told(message.errors, call.tree), {}),
    "BatchReferences": lambda message, call: (storing.told(message.errors, call.tree), {}),
    "BatchDelete": lambda message, call: (deleting.told(message, call.tree), {}),
    "TenantsGet": _told_tenants,
}


def _give_errors(into: Message, tree: Json, call: Call, kinds: Kinds) -> None:
    for turn, text in storing.failures(tree):
        into.errors.add(index=turn, error=text)


def _give_tenants(into: Message, tree: Json, call: Call, kinds: Kinds) -> None:
    tenants.put_answer(into, [tree] if isinstance(tree, dict) else tree)


GIVEN: Final[Mapping[str, Callable[[Message, Json, Call, Kinds], None]]] = {
    "Search": lambda into, tree, call, kinds: found.put(into, as_tree(tree), one_of(call), kinds),
    "Aggregate": lambda into, tree, call, kinds: counting.put_answer(into, as_tree(tree), one_of(call), kinds),
    "BatchObjects": _give_errors,
    "BatchReferences": _give_errors,
    "BatchDelete": lambda into, tree, call, kinds: deleting.put_answer(into, as_tree(tree)),
    "TenantsGet": _give_tenants,
}
