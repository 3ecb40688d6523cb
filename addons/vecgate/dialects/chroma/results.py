"""How many results does a read ask for, and are vectors among them? Asked, bounded, cut, and stripped."""

from typing import Final

from vecgate.dialects.base.vectors import is_numbers
from vecgate.domain.call import Json
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

type Tree = dict[str, Json]

READS: Final = frozenset({"collection_get", "collection_query", "collection_search"})
#: What the server gives for each vector of a query that says nothing.
DEFAULT_RESULTS: Final = 10
_VECTOR_KEY: Final = "#embedding"
_SPARSE: Final = "sparse_vector"
#: What an answer has one of for each record.
_COLUMNS: Final = frozenset({"ids", "documents", "metadatas", "uris", "embeddings", "distances", "scores"})


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _dict(value: Json) -> Tree:
    return value if isinstance(value, dict) else {}


def _whole(value: Json) -> int | None:
    return value if type(value) is int else None


def asked(name: str, tree: Tree) -> int | None:
    """The most records an answer can hold, over all its queries; None: no bound was given."""
    if name == "collection_get":
        bounds = [_whole(tree.get("limit"))]
        if isinstance(tree.get("ids"), list):
            bounds.append(len(_list(tree["ids"])))
        return min((b for b in bounds if b is not None), default=None)
    if name == "collection_query":
        each = _whole(tree.get("n_results"))
        return (DEFAULT_RESULTS if each is None else each) * len(_list(tree.get("query_embeddings")))
    each_search = [_search_limit(search) for search in _list(tree.get("searches"))]
    return None if None in each_search else sum(n for n in each_search if n is not None)


def _search_limit(search: Json) -> int | None:
    return _whole(_dict(_dict(search).get("limit")).get("limit"))


def bounded(name: str, tree: Tree, allowed: int, rule: str) -> Tree:
    """The body asking for at most `allowed` records, or for one more where it says no number: then more are told of.

    Raises CallRefused (`limit.results`) if it asks for more itself.
    """
    wanted = asked(name, tree)
    if wanted is not None:
        queries = len(_list(tree.get("query_embeddings"))) if name == "collection_query" else 1
        _check(wanted, allowed, rule, queries)
        bare = name == "collection_query" and tree.get("n_results") is None
        return {**tree, "n_results": DEFAULT_RESULTS} if bare else tree
    if name == "collection_get":
        return {**tree, "limit": allowed + 1}
    searches = [_dict(search) for search in _list(tree.get("searches"))]
    left = allowed - sum(_search_limit(search) or 0 for search in searches)
    _check(allowed - left, allowed, rule)
    return {**tree, "searches": [_bounded_search(search, left + 1) for search in searches]}


def _bounded_search(search: Tree, share: int) -> Tree:
    if _search_limit(search) is not None:
        return search
    return {**search, "limit": {**_dict(search.get("limit")), "limit": share}}


def _check(wanted: int, allowed: int, rule: str, queries: int = 1) -> None:
    if wanted > allowed:
        things = "results" if queries <= 1 else f"results ({queries} queries of {wanted // queries} each)"
        raise CallRefused(refuse("limit.results", things=things, asked=wanted, rule=rule, allowed=allowed))


def wants_vectors(tree: Tree) -> bool:
    """Does the body ask for embeddings?"""
    return "embeddings" in _list(tree.get("include")) or any(
        _VECTOR_KEY in _list(_dict(_dict(search).get("select")).get("keys")) for search in _list(tree.get("searches"))
    )


def stripped(name: str, tree: Json, zeros: bool = False) -> Json:
    """An answer without embeddings: dense ones null, or (`zeros`) as many zeros; sparse ones empty, each in its place.

    The very tree that was given, where it has none.
    """
    if name not in READS or not isinstance(tree, dict):
        return tree
    bare = dict(tree)
    dense = tree.get("embeddings")
    if dense is not None and zeros:
        bare["embeddings"] = _zeros(dense)
    elif dense is not None:
        bare["embeddings"] = [None] * len(_list(dense)) if name == "collection_search" else None
    if _has_sparse(tree.get("metadatas")):
        bare["metadatas"] = _no_sparse(tree["metadatas"])
    same = bare.get("embeddings") == dense and bare.get("metadatas") is tree.get("metadatas")
    return tree if same else bare


def _zeros(value: Json) -> Json:
    """Zeros for numbers, and nothing else that could carry a vector: what has another form is gone."""
    if isinstance(value, list):
        if is_numbers(value):
            return [0.0] * len(value)
        return [_zeros(item) for item in value]
    return None


def _has_sparse(value: Json) -> bool:
    todo = [value]
    for node in todo:
        if type(node) is list:
            todo += [item for item in node if type(item) is dict or type(item) is list]
        elif type(node) is dict:
            inside = [item for item in node.values() if type(item) is dict or type(item) is list]
            if any(map(_is_sparse, inside)):
                return True
            todo += inside
    return False


def _is_sparse(value: Json) -> bool:
    return isinstance(value, dict) and (value.get("#type") == _SPARSE or {"indices", "values"} <= value.keys())


def _no_sparse(value: Json) -> Json:
    if isinstance(value, list):
        return [_no_sparse(item) for item in value]
    if not isinstance(value, dict):
        return value
    if _is_sparse(value):
        return {"#type": _SPARSE, "indices": [], "values": []}
    return {key: _no_sparse(item) for key, item in value.items()}


def cut(name: str, tree: Json, most: int) -> Json:
    """An answer with its first `most` records, over all its queries."""
    if not isinstance(tree, dict):
        return tree
    ids = _list(tree.get("ids"))
    if name == "collection_get":
        return {k: v[:most] if k in _COLUMNS and isinstance(v, list) else v for k, v in tree.items()}
    shares: list[int] = []
    for one in ids:
        shares.append(min(len(_list(one)), most))
        most -= shares[-1]
    return {k: _shared(v, shares) if k in _COLUMNS and isinstance(v, list) else v for k, v in tree.items()}


def _shared(column: list[Json], shares: list[int]) -> list[Json]:
    return [one[:share] if isinstance(one, list) else one for one, share in zip(column, shares, strict=False)]


def held(tree: Json) -> int | None:
    """How many records an answer holds, over all its queries; None when it does not list their ids."""
    ids = _dict(tree).get("ids")
    if not isinstance(ids, list):
        return None
    return sum(len(one) if isinstance(one, list) else 1 for one in ids)
