"""Where in a request does data go in? What is stored, what is searched for, and what is compared with.

A dialect knows its database's bodies and writes this down; whoever cleans a request asks, part by part.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.domain.surface import Surface

type Home = tuple[str | int, ...]
type Path = tuple[str | int | None, ...]
#: `equal`: the whole value; `order`: more or less than it; `part`: a text it occurs in; `expression`: a regular one;
#: `field`: no value at all, but the order or sameness of all values of a field (whose name stands for one).
type How = Literal["equal", "order", "part", "expression", "field"]
type Pointers = tuple[str, ...]
type Fields = dict[str, Json]

_PLAIN: Final = Surface()


@dataclass(frozen=True, slots=True)
class Inlets:
    """Where what stands in a request's body, as pointers (RFC 6901); `*` stands for every item or member.

    `payload`: what is stored for people to read; `names`: identifiers of records, which must stay different from
    each other; `query`: text that is searched for by its meaning; `opaque`: texts that are embedded, and that nobody
    here can look into. `surface` tells where in these, and in what is stored, structure and identifiers stand.
    """

    payload: Pointers = ()
    names: Pointers = ()
    query: Pointers = ()
    surface: Surface = _PLAIN
    opaque: Pointers = ()


NO_INLETS: Final = Inlets()


@dataclass(frozen=True, slots=True)
class Condition:
    """One value of a filter. `at`: where it stands, in words; `home`: where such a value stands in what is stored.

    The first number of `home` is the record, of which there may be any. `path`: the field, as `Field.path`. `outright`:
    an id by which a call names a record. `by_words`: any word of a text finds it. `begins`: a page begins there.
    """

    at: str
    home: Home
    how: How
    value: str | float | bool
    path: Path = ()
    outright: bool = False
    by_words: bool = False
    begins: bool = False

    @property
    def is_query(self) -> bool:
        """Whether it searches inside of texts, rather than for a value."""
        return self.how in ("part", "expression")


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Values of which a record may have either: each stands for the one that a condition compares with."""

    values: tuple[Json, ...]


#: Given a condition, what is to stand in its value's place.
type Each = Callable[[Condition], Json | AnyOf]


def worded(at: str, text: str, homes: Iterable[tuple[Path, Home]], each: Each) -> str:
    """A text whose words are looked for in each of these fields, put through `each` for every one of them.

    There is one text for all: where it is stored otherwise in some of them, it becomes that.
    """
    found = [each(Condition(at, home, "part", text, path)) for path, home in homes]
    new = [str(one) for said in found for one in (said.values if isinstance(said, AnyOf) else (said,)) if one != text]
    return " ".join(dict.fromkeys(new)) or text


class Site(NamedTuple):
    """A place for a filter in a body, and the filter that stands there, in its one form; None: there is none.

    `at`: a pointer (RFC 6901). `what`: `select` tells which records are read or changed; `prefetch` which are looked
    at before; `corpus` which count for the rarity of words; `guard` which a write may go over.
    """

    at: str
    what: str
    filter: Json | None


class Field(NamedTuple):
    """A field of what is stored that a request names. `path`: its steps, None for every item of a list.

    `at`: a pointer, or `path:NAME`. `how`: `filter`, `text` (a filter that looks inside of texts), `order`, `group`,
    `facet`, `formula`, `show`, `write` or `index`; `operator`: what a filter does with it, a write that does not say
    its whole value, a formula that shows it as a `number`, or an order or a facet by each of its `words`.
    """

    at: str
    path: Path
    how: str
    operator: str


def dotted(fields: Iterable[Field]) -> tuple[str, ...]:
    """Their names, each once: keys with `.` between them, without places in lists."""
    return tuple(dict.fromkeys(".".join(str(step) for step in one.path if step is not None) for one in fields))


class Beside(NamedTuple):
    """Where in an answer values of a field stand outside of records. `at`: its steps, `*` for every item of a list.

    `optional`: clients do without it, and take nothing else in its place.
    """

    at: tuple[str, ...]
    path: Path
    optional: bool = False


class Example(NamedTuple):
    """A record that a search starts from: scores tell of its vector. `collection`: where it is, if elsewhere."""

    at: str
    id: str | int
    collection: str | None


#: Given a place for a filter, what is to stand there; None: nothing.
type EachSite = Callable[[Site], Json | None]


class Kept(NamedTuple):
    """One record: its id, what people read of it by the names of a write, and its vector."""

    id: str
    fields: dict[str, Json]
    vector: Json = None


@dataclass(frozen=True, slots=True)
class Overwriting:
    """A write over records that may be stored already: what it sends, by its number in the body.

    `reading` gives the call that reads these ids, `read` says what that means; `kept` gives the records of its answer,
    under the names that a write has for their parts (raises Unavailable for an answer that is none; None is a question
    that the server did not accept); `put` the body with other records in the place of those that were sent.
    `blind`: those of which nobody can tell which they will go over, so that they cannot be compared. `embedded`: the
    part whose longest text a vector is made of, where a write has no document of its own. `within`: where vectors stand
    among those parts, a record (its number, as it was sent, as it goes in, as it is stored) with stored ones in the
    place of those that were made of a mask. Raises CallRefused (`input.masked`).
    """

    sent: Mapping[int, Kept]
    read: Operation
    reading: Callable[[list[str]], Call]
    kept: Callable[[Json], Sequence[Kept]]
    put: Callable[[Mapping[int, Kept]], dict[str, Json]]
    blind: frozenset[int] = frozenset()
    embedded: str = ""
    within: Callable[[int, Fields, Fields, Fields], Fields] | None = None


def _parts(pointers: Pointers) -> list[list[str]]:
    return [[p.replace("~1", "/").replace("~0", "~") for p in pointer.split("/")[1:]] for pointer in pointers]


def cut(tree: Json, pointers: Pointers) -> Json:
    """What stands at the pointers and the way to it, and nothing else; None when nothing does.

    Lists keep their length, with null for what is left out, so that everything keeps its place.
    """
    return _cut(tree, _parts(pointers))


def _below(parts: list[list[str]], key: str) -> list[list[str]]:
    return [rest for first, *rest in filter(None, parts) if first in ("*", key)]


def _cut(node: Json, parts: list[list[str]]) -> Json:
    if not parts or any(not part for part in parts):
        return node if parts else None
    if isinstance(node, dict):
        kept = {key: _cut(value, _below(parts, key)) for key, value in node.items()}
        return {key: value for key, value in kept.items() if value is not None} or None
    if isinstance(node, list):
        items = [_cut(item, _below(parts, str(i))) for i, item in enumerate(node)]
        return items if any(item is not None for item in items) else None
    return None


def has_text(tree: Json, pointers: Pointers) -> bool:
    """Whether a text stands at one of the pointers, and not below it."""
    return _has_text(tree, _parts(pointers))


def _has_text(node: Json, parts: list[list[str]]) -> bool:
    if isinstance(node, dict | list):
        items = node.items() if isinstance(node, dict) else ((str(i), item) for i, item in enumerate(node))
        return any(below and _has_text(item, below) for key, item in items for below in [_below(parts, key)])
    return isinstance(node, str) and any(not part for part in parts)


def paste(tree: Json, pointers: Pointers, cleaned: Json) -> Json:
    """The tree with what was cut out of it replaced by its cleaned form.

    A member that is gone from the cleaned form is gone from the result, too. Raises ValueError when a list lost an
    item: what follows it would belong to other records.
    """
    return _paste(tree, _parts(pointers), cleaned)


def _paste(node: Json, parts: list[list[str]], cleaned: Json) -> Json:
    if not parts:
        return node
    if any(not part for part in parts):
        return _same_length(node, cleaned)
    if isinstance(node, dict):
        return dict(_members(node, parts, cleaned if isinstance(cleaned, dict) else {}))
    if isinstance(node, list) and isinstance(cleaned, list):
        pairs = zip(node, cleaned, strict=True)
        return [_paste(item, _below(parts, str(i)), new) for i, (item, new) in enumerate(pairs)]
    return node


def _members(node: dict[str, Json], parts: list[list[str]], cleaned: dict[str, Json]) -> list[tuple[str, Json]]:
    found = []
    for key, value in node.items():
        below = _below(parts, key)
        was_cut = _cut(value, below) is not None
        if was_cut and key not in cleaned:
            continue
        found.append((key, _paste(value, below, cleaned.get(key)) if was_cut else value))
    return found


def _same_length(node: Json, cleaned: Json) -> Json:
    if isinstance(node, list) and (not isinstance(cleaned, list) or len(cleaned) != len(node)):
        raise ValueError("a list lost an item")
    return cleaned


def leaves(tree: Json) -> list[str]:
    """Every text of a tree that is no key."""
    if isinstance(tree, dict | list):
        items = tree.values() if isinstance(tree, dict) else tree
        return [text for item in items for text in leaves(item)]
    return [tree] if isinstance(tree, str) else []


def longest_differs(sent: Json, now: Json) -> bool:
    """Whether the longest text that is sent is another one now."""
    pairs = zip(leaves(sent), leaves(now), strict=False)
    return len({*max(pairs, key=lambda pair: len(pair[0]), default=("",))}) > 1


def chosen(tree: Json, others: Sequence[Json], wanted: Collection[str]) -> Json:
    """The tree with, at each place, the first that is wanted of what stands there in it and in others of its shape."""
    if isinstance(tree, dict):
        beside = [other for other in others if isinstance(other, dict)]
        return {key: chosen(value, [other[key] for other in beside], wanted) for key, value in tree.items()}
    if isinstance(tree, list):
        return [chosen(item, [o[i] for o in others if isinstance(o, list)], wanted) for i, item in enumerate(tree)]
    return next((one for one in (tree, *others) if isinstance(one, str) and one in wanted), tree)


def changed(before: Json, after: Json, place: str = "") -> list[str]:
    """Where two trees of one shape differ, in words such as `metadatas[0].email`. No text of either is in it."""
    if isinstance(before, dict) and isinstance(after, dict):
        if list(before) != list(after):  # a key was masked, or is gone: it is not named, as it may be personal itself
            return [place or "(body)"]
        return [at for key in before for at in changed(before[key], after[key], named(place, key))]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [at for i, (old, new) in pairs for at in changed(old, new, f"{place}[{i}]")]
    return [] if before == after and type(before) is type(after) else [place or "(body)"]


def pointer(place: str) -> str:
    """A place in words (`where.$and[0].email`) as a pointer (RFC 6901)."""
    return "/" + place.strip("/").replace("[", "/").replace("]", "").replace(".", "/")


_NAMES_A_FIELD: Final = re.compile(r"[#$]?[A-Za-z_][A-Za-z0-9_]{0,39}")


def named(place: str, key: str) -> str:
    """A place and a key in it, in words. A key may be anybody's text: only what may name a field is repeated."""
    shown = key if _NAMES_A_FIELD.fullmatch(key) else "(key)"
    return f"{place}.{shown}" if place else shown
