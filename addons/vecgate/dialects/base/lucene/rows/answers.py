"""Whose are the records of an answer? Each is held against the rows, by fields that are asked for and taken out.

Numbers that grow with everybody's writes (`_seq_no`) are nobody's to see.
"""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

from vecgate.dialects.base.lucene import results
from vecgate.dialects.base.lucene.forms import shaped
from vecgate.dialects.base.lucene.values import Tree, list_of, members_of
from vecgate.domain.call import Json
from vecgate.domain.row import Row
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

_NUMBERED: Final = ("_seq_no", "_primary_term")


class Wish(NamedTuple):
    """What of records is asked for in the place of what the caller wished, and what is taken out again.

    `out`: fields that only somebody here needs; `bare`: no record at all was wished.
    """

    asked: Json
    out: tuple[str, ...] = ()
    bare: bool = False


def wish(said: Json, fields: Sequence[str]) -> Wish:
    """What to ask for so that every record has these fields in its answer, too."""
    if said is None or said is True:
        return Wish(True)
    if said is False:
        return Wish([*fields], bare=True)
    if isinstance(said, dict):
        excludes = [str(one) for one in list_of(said.get("excludes"))]
        if any(fnmatchcase(field, one) or field.startswith(f"{one}.") for one in excludes for field in fields):
            raise CallRefused(
                refuse("body.unreadable", detail="'_source.excludes' leaves out what tells whose a record is")
            )
        if not said.get("includes"):
            return Wish(said)
        more = _more(list_of(said["includes"]), fields)
        return Wish({**said, "includes": [*list_of(said["includes"]), *more]}, more)
    wanted: list[Json] = said if isinstance(said, list) else [said]
    if not wanted:
        return Wish(True)  # an empty list is none at all
    more = _more(wanted, fields)
    return Wish([*wanted, *more], more)


def _more(wanted: list[Json], fields: Sequence[str]) -> tuple[str, ...]:
    def covered(field: str) -> bool:
        return any(fnmatchcase(field, str(one)) or field.startswith(f"{one}.") for one in wanted)

    return tuple(field for field in fields if not covered(field))


def values(node: Json, path: Sequence[str]) -> Iterator[Json]:
    """Everything that a record has at a field, however its keys are written: `a.b` is `b` in `a`."""
    if not path:
        yield node
    elif isinstance(node, dict):
        for end in range(1, len(path) + 1):
            key = ".".join(path[:end])
            if key in node:
                yield from values(node[key], path[end:])
    elif isinstance(node, list):
        for one in node:
            yield from values(one, path)


def without(node: Json, path: Sequence[str]) -> Json:
    """A record without a field, and without what held nothing else."""
    if isinstance(node, list):
        return [without(one, path) for one in node]
    if not isinstance(node, dict):
        return node
    new = dict(node)
    for end in range(1, len(path) + 1):
        key = ".".join(path[:end])
        if key not in new:
            continue
        inner = without(new[key], path[end:]) if path[end:] else None
        if inner in (None, {}):
            del new[key]
        else:
            new[key] = inner
    return new


def fits(source: Json, rows: Sequence[Row]) -> bool:
    """Whether a record is one of these rows: one value at each of their fields, and one of theirs."""
    for row in rows:
        found = list(values(source, row.field.split(".")))
        if len(found) != 1 or not row.fits(found[0]):
            return False
    return True


def _shown(record: Tree, wished: Wish) -> Tree:
    new: Tree = {key: 0 if key in _NUMBERED else value for key, value in record.items()}
    if wished.bare:
        new.pop("_source", None)
    for field in wished.out:
        new["_source"] = without(new.get("_source"), field.split("."))
    return new


def records(tree: Json, name: str, rows: Sequence[Row], wishes: Sequence[Wish]) -> tuple[Json, int]:
    """An answer with the caller's own records, and how many others were in it. Raises ValueError for one that lists none."""
    dropped = 0

    def each(record: Tree, turn: int) -> Json | None:
        nonlocal dropped
        if fits(record.get("_source"), rows):
            return _shown(record, wishes[turn])
        dropped += 1
        return None

    if name == "msearch" and len(list_of(members_of(tree).get("responses"))) != len(wishes):
        raise ValueError("not as many answers as searches")
    return results.mapped(name, tree, each), dropped


def named(tree: Json, rows: Sequence[Row], wishes: Sequence[Wish], index: str, ids: Sequence[str]) -> tuple[Json, int]:
    """Records of an index that were asked for by their ids, in that order, from an answer that searched for them."""
    found, dropped = records(tree, "search", rows, [Wish(True)])
    by_id = {str(one.get("_id")): one for one in map(members_of, _hits(found))}
    docs: list[Json] = []
    for id, wished in zip(ids, wishes, strict=True):
        one = by_id.get(id)
        docs.append({"_index": index, "_id": id, "found": False} if one is None else _as_read(one, wished))
    return {"docs": docs}, dropped


def one(tree: Json, rows: Sequence[Row], id: str, rule: str, *, source: bool) -> tuple[Json, int]:
    """The one record. Raises CallRefused (`rows.unknown`) where it is not there, or not the caller's."""
    found, dropped = records(tree, "search", rows, [Wish(True)])
    hits = _hits(found)
    if not hits and not dropped:
        raise CallRefused(refuse("rows.unknown", asked=1, missing=1, rule=rule))
    if not hits:
        return {"_id": id, "found": False}, dropped
    record = _as_read(members_of(hits[0]), Wish(True))
    return (record.get("_source") if source else record), dropped


def _hits(tree: Json) -> list[Json]:
    return list_of(members_of(members_of(tree).get("hits")).get("hits"))


def _as_read(hit: Tree, wished: Wish) -> Tree:
    new = _shown(hit, wished)
    if wished.asked is not True and not wished.bare:
        new["_source"] = _chosen(new.get("_source"), wished.asked)
    return {**{key: value for key, value in new.items() if key not in ("_score", "sort")}, "found": True}


def _chosen(source: Json, asked: Json) -> Json:
    if isinstance(asked, dict):
        includes, excludes = (list_of(asked.get(one)) for one in ("includes", "excludes"))
        return shaped.part(source, [*map(str, includes)], [*map(str, excludes)])
    return shaped.part(source, [*map(str, asked if isinstance(asked, list) else [asked])], [])


def mine(tree: Json, rows: Sequence[Row]) -> list[str]:
    """The ids of an answer that looked records up: those that are there, or where it shows them, the caller's.

    Raises ValueError.
    """
    docs = members_of(tree).get("docs")
    if not isinstance(docs, list):
        raise ValueError("an answer that lists no records")  # noqa: TRY004 - it is the database's value, not our type
    found = [one for one in map(members_of, docs) if one.get("found") is True]
    return [str(one.get("_id")) for one in found if "_source" not in one or fits(one["_source"], rows)]


def done(tree: Json) -> tuple[Json, int]:
    """What became of a write, without the numbers that it has among everybody's."""
    if not isinstance(tree, dict):
        return tree, 0
    if not isinstance(tree.get("items"), list):
        return _unnumbered(tree), 0
    items = [{kind: _unnumbered(said) for kind, said in members_of(one).items()} for one in list_of(tree["items"])]
    return {**tree, "items": [*items]}, 0


def nameless(tree: Json) -> tuple[Json, int]:
    """Indices without what their aliases say beside their names: filters, and where they lead records."""
    if not isinstance(tree, dict):
        return tree, 0
    new: Tree = {}
    for name, one in tree.items():
        said = members_of(one)
        bare: Tree = {alias: {} for alias in members_of(said.get("aliases"))}
        new[name] = {**said, "aliases": bare} if "aliases" in said else one
    return new, 0


def _unnumbered(one: Json) -> Json:
    if not isinstance(one, dict):
        return one
    return {key: 0 if key in _NUMBERED else value for key, value in one.items()}
