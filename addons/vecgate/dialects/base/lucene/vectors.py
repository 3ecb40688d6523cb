"""Does a read ask for embeddings? Records are shown with all that is stored of them, unless `_source` says otherwise."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import accumulate
from typing import Final

from vecgate.dialects.base.lucene import parts, query, results
from vecgate.dialects.base.lucene.meaning import size_of
from vecgate.dialects.base.lucene.names import Index
from vecgate.dialects.base.lucene.values import Tree, list_of, members_of
from vecgate.domain.call import Json

_TYPES: Final = frozenset({"knn_vector", "dense_vector", "sparse_vector", "rank_vectors"})


def asked(name: str, tree: Tree, indices: Sequence[Index]) -> bool:
    """Whether a call is answered with records in which a field of vectors is shown: one of the mapping, or one searched by."""
    if name not in results.RECORDS:
        return False
    kept = [path for index in indices for path in fields(index.mappings)]
    if name == "mget":
        docs = [members_of(one) for one in list_of(tree.get("docs"))] or [tree]
        return any(shown(one.get("_source"), path) for one in docs for path in kept)
    searches = [one for one in results.searches(name, tree) if size_of(one) > 0]
    if name in ("search", "msearch"):
        return any(shown(one.get("_source"), path) for one in searches for path in (*kept, *_near(one)))
    return bool(kept)


def fields(node: Json, above: str = "") -> Iterator[str]:
    """The fields of vectors of a mapping."""
    for name, one in members_of(members_of(node).get("properties")).items():
        if members_of(one).get("type") in _TYPES:
            yield f"{above}{name}"
        yield from fields(one, f"{above}{name}.")


def _near(search: Tree) -> Iterator[str]:
    """The fields of vectors that a search names."""
    for part in parts.parts(search):
        yield from (".".join(one.path) for one in query.clauses(part.query) if one.kind == "knn")


def shown(source: Json, path: str) -> bool:
    """Whether `_source` shows a field: by its name, a pattern, or what it is in."""
    if source is None or isinstance(source, bool):
        return source is not False
    said = members_of(source)
    wanted = list_of(said.get("includes")) if said else [source] if isinstance(source, str) else list_of(source)
    return (not wanted or _named(wanted, path)) and not _named(list_of(said.get("excludes")), path)


def _named(patterns: Sequence[Json], path: str) -> bool:
    ways = [*accumulate(path.split("."), "{}.{}".format)]
    return any(fnmatchcase(way, str(one)) for one in patterns for way in ways)
