"""Which records are in a Milvus answer, and which fields are asked for so that somebody can look?

A record's key is always in it. JSON comes as a text and lists by their type: guards look at what these hold.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from vecgate.dialects.milvus import results
from vecgate.dialects.milvus.meaning import body
from vecgate.dialects.milvus.sites import SEARCHES
from vecgate.dialects.milvus.things import Described
from vecgate.dialects.milvus.values import as_tree, list_of
from vecgate.dialects.milvus.written import as_written
from vecgate.domain.call import Call, Json
from vecgate.domain.guards import RESERVED
from vecgate.domain.records import Metadata, Record, Records
from vecgate.parsing.strict_json import dump

type Tree = dict[str, Json]


def told(record: Tree, found: Described) -> Tree:
    """What people read of a record: not its key, nor its vectors."""
    return {
        name: as_written(value, found.types.get(name, ""))
        for name, value in record.items()
        if name != found.key and name not in found.vectors and not results.is_vector(value)
    }


def again(record: Tree, had: Metadata | None, given: Metadata | None) -> Tree:
    """A record with other metadata; what stays is as it came."""
    if given is None:
        return record
    kept = {name: value for name, value in record.items() if name not in (had or {}) or name in given}
    return kept | {name: value for name, value in given.items() if name not in kept or (had or {}).get(name) != value}


def answered(name: str, tree: Json, found: Described) -> Records:
    """The records of an answer; an error has none. Raises ValueError for one that lists none."""
    listed = [as_tree(one) for one in results.listed(name, tree) or []]
    score = ("distance",) if name in SEARCHES else ()
    records = tuple(
        Record(
            str(one[found.key]) if found.key in one else None,
            metadata=told({key: value for key, value in one.items() if key not in score}, found),
        )
        for one in listed
    )

    def described(given: Sequence[Metadata | None]) -> Json:
        pairs = zip(listed, records, given, strict=True)
        return {**as_tree(tree), "data": [again(one, record.metadata, new) for one, record, new in pairs]}

    return Records(records, lambda kept: results.kept(name, tree, [*kept]), described)


def telling(name: str, call: Call, fields: Iterable[str], found: Described) -> tuple[Call, Callable[[Json], Json]]:
    """The read that also asks for these fields, where there can be such, and what gives its answer without them again."""
    roots = dict.fromkeys(field.partition(".")[0] for field in fields)  # behind a dot is what JSON holds
    tree, added = results.showing(name, body(call), [one for one in roots if found.takes(one)])
    if not added:
        return call, lambda answer: answer
    gone = frozenset(one for one in added if not one.startswith(RESERVED))  # the gateway's own have been seen to
    return replace(call, body=dump(tree), tree=tree), lambda answer: results.bare(name, answer, gone)


def scored(name: str, tree: Json, places: int | None) -> Json:
    """The answer with its distances rounded to so many places; None: all of them 0, as clients fail without one."""
    if name not in SEARCHES or not results.listed(name, tree):
        return tree
    new = [_rounded(as_tree(one), places) for one in list_of(as_tree(tree).get("data"))]
    return {**as_tree(tree), "data": [*new]}


def _rounded(record: Tree, places: int | None) -> Tree:
    score = record.get("distance")
    if not isinstance(score, int | float):
        return record
    return {**record, "distance": 0.0 if places is None else round(float(score), places)}
