"""Which records are in a Chroma body? Columns of an answer or a write, taken apart by record and put together again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from vecgate.dialects.chroma.results import DEFAULT_RESULTS, READS
from vecgate.dialects.chroma.stored import WRITES
from vecgate.domain.call import Json
from vecgate.domain.records import Metadata, Record, Records

type Tree = dict[str, Json]

_COLUMNS: Final = ("ids", "embeddings", "documents", "metadatas", "uris", "distances", "scores")
_TEXTS: Final = ("documents", "uris")


@dataclass(frozen=True, slots=True)
class _Columns:
    """A body whose columns are lists (`get`, writes) or lists of lists, one for each query."""

    tree: Tree
    nested: bool

    @property
    def lists(self) -> list[int]:
        """How many records each query has."""
        ids = self.tree.get("ids")
        if not isinstance(ids, list):
            raise ValueError("a body that lists no ids")  # noqa: TRY004 - it is the database's value, not our type
        return [len(one) if isinstance(one, list) else 0 for one in ids] if self.nested else [len(ids)]

    def at(self, name: str, query: int, number: int) -> Json:
        """What a column holds of a record."""
        column = self.tree.get(name)
        if self.nested:
            column = column[query] if isinstance(column, list) and query < len(column) else None
        return column[number] if isinstance(column, list) and number < len(column) else None

    def records(self) -> Iterator[Record]:
        for query, many in enumerate(self.lists):
            for number in range(many):
                id, metadata = self.at("ids", query, number), self.at("metadatas", query, number)
                texts = ((name, self.at(name, query, number)) for name in _TEXTS)
                said = tuple((name, text) for name, text in texts if isinstance(text, str))
                yield Record(
                    id if isinstance(id, str) else None, said, metadata if isinstance(metadata, dict) else None
                )

    def without(self, kept: Sequence[bool]) -> Json:
        if all(kept):
            return self.tree
        turns = self._by_query(kept)
        return {**self.tree, **{n: self._picked(self.tree[n], turns) for n in _COLUMNS if n in self.tree}}

    def _by_query[T](self, flat: Sequence[T]) -> list[Sequence[T]]:
        turns, at = [], 0
        for many in self.lists:
            turns.append(flat[at : at + many])
            at += many
        return turns

    def _picked(self, column: Json, turns: list[Sequence[bool]]) -> Json:
        if not isinstance(column, list):
            return column
        if not self.nested:
            return [one for one, kept in zip(column, turns[0], strict=False) if kept]
        pairs = zip(column, turns, strict=False)
        return [_kept(one, turn) for one, turn in pairs]

    def described(self, given: Sequence[Metadata | None]) -> Json:
        turns = self._by_query(given)
        new: list[Json] = [self._metadata(query, turn) for query, turn in enumerate(turns)]
        return {**self.tree, "metadatas": new if self.nested else new[0]}

    def _metadata(self, query: int, given: Sequence[Metadata | None]) -> Json:
        return [
            dict(one) if one is not None else self.at("metadatas", query, number) for number, one in enumerate(given)
        ]


def _kept(column: Json, turn: Sequence[bool]) -> Json:
    return [one for one, kept in zip(column, turn, strict=False) if kept] if isinstance(column, list) else column


def answered(name: str, tree: Json) -> Records | None:
    """The records of an answer; None where it holds none. Raises ValueError for an answer that is none of these."""
    if name not in READS or not isinstance(tree, dict):
        return None
    return _records(_Columns(tree, nested=name != "collection_get"))


def carried(name: str, tree: Tree) -> Records | None:
    """The records of a write; None where it writes none."""
    return _records(_Columns(tree, nested=False)) if name in WRITES and isinstance(tree.get("ids"), list) else None


def _records(columns: _Columns) -> Records:
    return Records(tuple(columns.records()), columns.without, columns.described)


def with_metadata(name: str, tree: Tree) -> Tree | None:
    """The read that also asks for metadata; None where it does so already, or is no such read."""
    include = tree.get("include")
    if name in ("collection_get", "collection_query"):
        return {**tree, "include": [*include, "metadatas"]} if _lacks(include, "metadatas") else None  # type: ignore[misc]
    if name != "collection_search":
        return None
    searches = tree.get("searches")
    listed = searches if isinstance(searches, list) else []
    new = [_selecting(one) for one in listed]
    return {**tree, "searches": new} if new != listed else None


def _lacks(include: Json, what: str) -> bool:
    return isinstance(include, list) and what not in include


def _selecting(search: Json) -> Json:
    select = search.get("select") if isinstance(search, dict) else None
    keys = select.get("keys") if isinstance(select, dict) else None
    if not isinstance(search, dict) or not isinstance(keys, list) or "#metadata" in keys:
        return search
    return {**search, "select": {"keys": [*keys, "#metadata"]}}


def without_metadata(tree: Json) -> Json:
    """The answer without what only the gateway asked for."""
    if not isinstance(tree, dict):
        return tree
    said = tree.get("include")
    included: Json = [one for one in said if one != "metadatas"] if isinstance(said, list) else said
    return {**tree, "metadatas": None, **({"include": included} if "include" in tree else {})}


def scored(name: str, tree: Json, places: int | None) -> Json:
    """The answer with its distances and scores rounded to so many places; None: without them."""
    if name not in READS or not isinstance(tree, dict):
        return tree
    told = {column: tree[column] for column in ("distances", "scores") if tree.get(column) is not None}
    if not told:
        return tree
    return {
        **tree,
        **{column: _rounded(value, places) if places is not None else None for column, value in told.items()},
    }


def _rounded(value: Json, places: int) -> Json:
    if isinstance(value, list):
        return [_rounded(one, places) for one in value]
    return round(value, places) if isinstance(value, float) else value


def vectors(name: str, tree: Tree) -> list[Json]:
    """The dense vectors that are searched with."""
    if name == "collection_query":
        return _list(tree.get("query_embeddings"))
    return [*_queries(tree.get("searches"))] if name == "collection_search" else []


def _queries(node: Json) -> Iterator[Json]:
    if isinstance(node, dict):
        knn = node.get("$knn")
        if isinstance(knn, dict) and "query" in knn:
            yield knn["query"]
        for inner in node.values():
            yield from _queries(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _queries(inner)


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def searches(name: str, tree: Tree) -> int:
    """How many searches one call makes: those of its list, or by vectors, whichever are more."""
    return max(1, len(_list(tree.get("searches"))) if name == "collection_search" else 0, len(vectors(name, tree)))


def exact(name: str, tree: Tree) -> str | None:
    """What of a search tells exact scores though none are given: they are reckoned with, and not merely their ranks."""
    if name != "collection_search":
        return None
    ranks = (search.get("rank") for search in _list(tree.get("searches")) if isinstance(search, dict))
    return next(("rank" for rank in ranks if isinstance(rank, dict) and "$knn" not in rank and _scores(rank)), None)


def _scores(node: Json) -> bool:
    """Whether a distance as such is among what this comes to."""
    if isinstance(node, dict):
        knn = node.get("$knn")
        return (isinstance(knn, dict) and knn.get("return_rank") is not True) or any(map(_scores, node.values()))
    return any(map(_scores, _list(node)))


def reach(name: str, tree: Tree) -> int | None:
    """How far into a collection a read goes: what it leaves out and what it takes. None: to its end."""
    if name == "collection_search":
        each = [_search_reach(one) for one in _list(tree.get("searches"))]
        return None if None in each else max((n for n in each if n is not None), default=0)
    offset, limit = tree.get("offset"), tree.get("limit")
    if isinstance(tree.get("ids"), list):
        return 0
    if name == "collection_query":
        most = tree.get("n_results")
        return most if type(most) is int else DEFAULT_RESULTS
    if name != "collection_get":
        return 0
    return None if type(limit) is not int else limit + (offset if type(offset) is int else 0)


def _search_reach(search: Json) -> int | None:
    page = search.get("limit") if isinstance(search, dict) else None
    limit, offset = (page.get("limit"), page.get("offset")) if isinstance(page, dict) else (None, None)
    return None if type(limit) is not int else limit + (offset if type(offset) is int else 0)
