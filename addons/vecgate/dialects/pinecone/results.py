"""How many results does a read of Pinecone ask for, and are vectors among them? Asked, bounded, cut, and stripped."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from vecgate.dialects.base.shapes import Read
from vecgate.dialects.base.vectors import is_numbers
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.parsing.paths import Pairs
from vecgate.parsing.strict_json import dump
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

type Tree = dict[str, Json]

#: Where an answer holds its records: by keys; an object there has one record under each id.
RECORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "query": ("matches",),
    "fetch": ("vectors",),
    "fetch_by_metadata": ("vectors",),
    "list": ("vectors",),
    "search_records": ("result", "hits"),
    "search_documents": ("matches",),
    "fetch_documents": ("documents",),
    "list_documents": ("documents",),
}
READS: Final = frozenset(RECORDS)
#: What a list of ids is asked by, in its order.
LIST_KEYS: Final = ("prefix", "limit", "namespace", "paginationToken")
#: What the server gives where a call says no number, by the vendor's words.
PAGE: Final = 100
PAGED: Final = frozenset({"fetch_by_metadata", "list", "fetch_documents", "list_documents"})
#: Answers that say how many are nearest.
FOUND: Final = frozenset({"query", "search_records", "search_documents"})
_VECTORS: Final = ("values", "sparseValues")
#: Reads that give whole records, not hits of a search.
_BY_ID: Final = frozenset({"fetch", "fetch_by_metadata"})
_NO_SPARSE: Final[Tree] = {"indices": [], "values": []}
#: The members of a sparse vector: where it is a field of a document, and where a record has it.
_SPARSE: Final = (frozenset({"indices", "values"}), frozenset({"sparse_indices", "sparse_values"}))


def _tree(value: Json) -> Tree:
    return value if isinstance(value, dict) else {}


def _whole(value: Json) -> int | None:
    return value if type(value) is int else None


def asked(name: str, tree: Tree, query: Pairs = ()) -> int | None:
    """The most records an answer can hold."""
    if name == "query":
        return _whole(tree.get("topK"))
    if name == "search_records":
        inner = _tree(tree.get("query"))
        return _whole(inner.get("top_k"))
    if name == "search_documents":
        return _whole(tree.get("top_k"))
    if isinstance(tree.get("ids"), list):
        return len(tree["ids"])  # type: ignore[arg-type]
    if name in PAGED:
        said = dict(query).get("limit") or tree.get("limit")
        return int(said) if isinstance(said, str | int) else None
    return None


def bounded(call: Call, name: str, allowed: int, rule: str) -> Call:
    """The call asking for at most `allowed` records, or for one more where it says no number: then more are told of.

    Raises CallRefused (`limit.results`) if it asks for more itself.
    """
    tree = _tree(call.tree)
    ids = [key for key, _ in call.query if key == "ids"]
    wanted = len(ids) if name == "fetch" else asked(name, tree, call.query)
    if wanted is not None:
        _check(wanted, allowed, rule)
        return call
    if name not in PAGED or allowed >= PAGE:
        return call
    if name == "list":
        rest = {**dict(call.query), "limit": str(allowed + 1)}
        return replace(call, query=tuple((key, rest[key]) for key in LIST_KEYS if key in rest))
    new: Tree = {**tree, "limit": allowed + 1}
    return replace(call, body=dump(new), tree=new)


def wants_vectors(name: str, tree: Tree) -> bool:
    """Whether a call asks for vectors; what always comes with some has them taken out."""
    return name == "query" and tree.get("includeValues") is True


def _check(wanted: int, allowed: int, rule: str) -> None:
    """Raise CallRefused (`limit.results`) if it asks for more than a rule allows."""
    if wanted > allowed:
        raise CallRefused(refuse("limit.results", things="results", asked=wanted, rule=rule, allowed=allowed))


def held(name: str, tree: Json) -> int | None:
    """How many records an answer holds; None where it holds none of this shape."""
    found = records(name, tree)
    return None if found is None else len(found)


def records(name: str, tree: Json) -> dict[str, Json] | list[Json] | None:
    """The records of an answer, as they stand there."""
    node: Json = tree
    for key in RECORDS.get(name, ("",)):
        node = _tree(node).get(key)
    return node if isinstance(node, dict | list) else None


def put(name: str, tree: Json, new: Json) -> Json:
    """The answer with these records in the place of its own."""
    return _put(tree, RECORDS[name], new)


def _put(node: Json, keys: tuple[str, ...], new: Json) -> Json:
    return {**_tree(node), keys[0]: _put(_tree(node).get(keys[0]), keys[1:], new)} if keys else new


def cut(name: str, tree: Json, most: int) -> Json:
    """The answer with its first records."""
    found = records(name, tree)
    if found is None or len(found) <= most:
        return tree
    return put(name, tree, dict([*found.items()][:most]) if isinstance(found, dict) else found[:most])


def each(name: str, tree: Json, change: Callable[[Tree], Tree]) -> Json:
    """The answer with each record changed; the very answer where none is."""
    found = records(name, tree)
    if found is None:
        return tree
    if isinstance(found, dict):
        by_id = {key: change(_tree(one)) for key, one in found.items()}
        return tree if all(by_id[key] is one for key, one in found.items()) else put(name, tree, {**by_id})
    listed: list[Json] = [change(one) if isinstance(one, dict) else one for one in found]
    return tree if all(new is one for new, one in zip(listed, found, strict=True)) else put(name, tree, listed)


def stripped(name: str, tree: Json, zeros: bool) -> Json:
    """The answer without embeddings, or with zeros in their place."""
    if name == "embed":
        return tree
    return each(name, tree, lambda record: _bare(record, zeros, by_id=name in _BY_ID))


def _bare(record: Tree, zeros: bool, by_id: bool) -> Tree:
    """Clients want the member: an empty list stands where a vector stood. In a document any list of numbers is one.

    `by_id`: one client takes a record without values only if it has sparse ones, were they none (N-44).
    """
    found = {key: value for key, value in record.items() if is_vector(key, value)}
    if not found:
        return record
    new = {key: _nothing(value, zeros) if key in found else value for key, value in record.items()}
    return {**new, "sparseValues": new.get("sparseValues") or _NO_SPARSE} if by_id and not zeros else new


def is_vector(key: str, value: Json) -> bool:
    """Whether a member of a record is a vector."""
    if key in _VECTORS and value not in ([], None):
        return True
    if isinstance(value, dict):  # a sparse one, whatever stands beside its two members
        return any(pair <= value.keys() and all(is_numbers(value[one]) for one in pair) for pair in _SPARSE)
    return is_numbers(value)


def _nothing(value: Json, zeros: bool) -> Json:
    if isinstance(value, list):
        return [0.0] * len(value) if zeros else []
    if isinstance(value, dict):
        return {key: _nothing(inner, zeros) for key, inner in value.items()}
    return value


def stored(operation: Operation, tree: Tree) -> Read | None:
    """What a write of vectors or records stores, as a fetch answers with it."""
    key = {"upsert": "vectors", "upsert_records": "records"}.get(operation.name, "")
    written = tree.get(key)
    if not isinstance(written, list):
        return None
    return Read(replace(operation, name="fetch", kind="read_ids", danger=1, also=()), _shown(map(_tree, written), key))


def _shown(written: Iterable[Tree], key: str) -> Iterator[Json]:
    for one in written:
        id = str(one.get("id", one.get("_id")))
        inner = one.get("metadata") if key == "vectors" else {k: v for k, v in one.items() if k not in ("id", "_id")}
        yield {"vectors": {id: {"id": id, "metadata": inner}}}
