"""Which indices does an expression mean now? The server is asked, and what is decided on and sent are their own names.

Names, lists, patterns, exclusions, `_all` and aliases are read by the server itself (`GET /{index}`), once, before
anything is decided; from then on only the names of the indices count, as an alias may be pointed elsewhere at any
moment, and a pattern finds what is made meanwhile. An index is told from another one of its name by its uuid.
"""

import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

from vecgate.dialects.base import asking
from vecgate.dialects.base.dialect import Ask
from vecgate.dialects.base.lucene.forms import analysed
from vecgate.dialects.base.lucene.values import Tree, members_of
from vecgate.domain.call import Json
from vecgate.domain.inlets import Beside, Field, Path
from vecgate.parsing.forms import harmful, unreadable
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, Part, Unavailable

FRESH_SECONDS: Final = 10.0
_MOST_REMEMBERED: Final = 256
#: So many names fit into the request line that a server takes.
MOST_INDICES: Final = 64
_LONGEST: Final = 3000
#: What an alias may say of an index that it is lost nothing of under the index' own name.
_HARMLESS: Final = frozenset({"is_write_index", "is_hidden"})
#: What is not there is no error, so whether a name is there is one question as well as any other.
_QUERY: Final = (("flat_settings", "true"), ("ignore_unavailable", "true"))

type Before = Callable[[], Awaitable[None]]


class Index(NamedTuple):
    """One index as the server describes it. `uuid` empty: it is not there.

    `stream`: the data stream that it is behind. `shadows`: fields that hold or show what other fields hold, so that whoever asks for one is told of the other.
    """

    name: str
    uuid: str
    aliases: Mapping[str, Json]
    settings: Mapping[str, Json]
    mappings: Tree
    shadows: frozenset[str] = frozenset()
    stream: str = ""

    def is_called(self, name: str) -> bool:
        """Whether a name is its own, that of an alias, or of the data stream that it is behind."""
        return name in (self.name, self.stream) or name in self.aliases

    def is_found(self, expression: str) -> bool:
        """Whether a pattern of an expression finds it, as the server says that the expression does."""
        called = (self.name, *self.aliases)
        items = [item for item in expression.split(",") if _is_pattern(item) and not item.startswith("-")]
        return any(item == "_all" or fnmatchcase(name, item) for item in items for name in called)


class Names:
    """What expressions mean at one server, as remembered for some seconds while `quiet` says so."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        fresh: float = FRESH_SECONDS,
        quiet: Callable[[], bool] = lambda: True,
    ) -> None:
        self._now, self._fresh, self._quiet = now, fresh, quiet
        self._known: dict[str, tuple[float, list[Index]]] = {}
        #: As each was described last, however long ago: whoever names a field of it had it described before.
        self._last: dict[str, Index] = {}
        self._age = 0

    async def of(self, ask: Ask, expression: str, before: Before, *, anew: bool = False) -> list[Index]:
        """The indices of an expression (`resolved`); `anew`: as the server says now. `before` is called before it is asked.

        Raises CallRefused where `before` does, Unavailable.
        """
        known = self._known.get(expression)
        if not anew and known is not None and self._now() < known[0] and self._quiet():
            return known[1]
        await before()
        age = self._age
        found = await resolved(ask, expression)
        if len(self._last) >= _MOST_REMEMBERED * MOST_INDICES:
            self._last.clear()
        self._last |= {one.name: one for one in found if one.uuid}
        # What is not there may be there a moment later, as an alias of anything.
        if age == self._age and self._quiet() and all(one.uuid for one in found):
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[expression] = (self._now() + self._fresh, found)
        return found

    def remembered(self, name: str) -> Index | None:
        """An index as it was described last, under whatever expression; None: it is not remembered."""
        every = (one for until, some in self._known.values() if self._now() < until for one in some)
        return next((one for one in every if one.name == name), None)

    def owned[T: (Field, Beside)](self, names: Sequence[str], some: Iterable[T]) -> Iterator[T]:
        """What names fields of these indices, by the names under which records have them."""
        for one in some:
            yield one._replace(path=self.own(names, one.path))

    def own(self, names: Sequence[str], path: Path) -> Path:
        """The field of records that a field of these indices is of: what is kept of `email` as `email.raw` is `email`."""
        if len(path) < 2:
            return path
        return min((_own(path, self._last.get(name)) for name in names), key=len, default=path)

    def found(self, names: Sequence[str], path: Path) -> frozenset[analysed.Found]:
        """How a field of these indices is found, in each of them."""
        known = map(self._last.get, names)
        return frozenset(
            "unknown" if one is None else analysed.found(one.mappings, one.settings, path) for one in known
        )

    def forget(self) -> None:
        """Drop them all."""
        self._age += 1
        self._known.clear()


async def resolved(ask: Ask, expression: str) -> list[Index]:
    """The indices of an expression, as the server says now: those of its names in their order, then what patterns find.

    Raises CallRefused, Unavailable.
    """
    said = plain(expression)
    if said and any(item.startswith("-") for item in expression.split(",")):
        unreadable("it leaves indices out of what it also names; leave them out of a pattern alone")
    described = await _described(ask, expression)
    told = dict[str, Index]()
    for item in said:
        means = [one for one in described if one.is_called(item)] or [absent(item)]
        told |= {one.name: one for one in means}
    found = {one.name: one for one in described if not one.name.startswith(".")}
    return [*(told | found).values()]


def absent(name: str) -> Index:
    """A name that stands for no index."""
    return Index(name, "", {}, {}, {})


def plain(expression: str) -> list[str]:
    """The items of an expression that are names: no patterns, and nothing that is left out of one."""
    return [item for item in expression.split(",") if not _is_pattern(item) and not item.startswith("-")]


def _is_pattern(item: str) -> bool:
    return "*" in item or item == "_all"


def under_own_names(found: list[Index], expression: str) -> list[Index]:
    """The indices that an expression means by their names alone, as the server reads what is to be deleted.

    An alias that a pattern matches is passed over there, and one that is named is refused. Raises CallRefused.
    """
    items = expression.split(",")
    own = [one for one in found if any(fnmatchcase(one.name, item) or item == "_all" for item in items)]
    known = {one.name for one in own}
    if any(item not in known for item in plain(expression)):
        unreadable("an alias is no index to delete; name the index, or take the alias away with POST /_aliases")
    if not own:
        raise CallRefused(refuse("collection.unknown"))
    return own


def check(found: Sequence[Index], expression: str, *, told: bool = False) -> None:
    """Refuse what is more than a name, no index of people's, or too many. `told`: aliases are asked for, not records.

    Raises CallRefused.
    """
    items = expression.split(",")
    for one in found:
        if one.name.startswith("."):
            harmful("its expression means a data stream, or an index of the server's own, which are not served")
        by_name = any(fnmatchcase(one.name, item) or item == "_all" for item in items)
        for alias, said in one.aliases.items() if not (by_name or told) else ():
            if any(fnmatchcase(alias, item) for item in items) and not members_of(said).keys() <= _HARMLESS:
                harmful(
                    "its expression means an alias with a filter or a routing of its own, which are not served; name the index"
                )
    if len(found) > MOST_INDICES or sum(len(one.name) for one in found) > _LONGEST:
        harmful(f"its expression means {len(found)} indices; name no more than {MOST_INDICES} at once")


async def _described(ask: Ask, expression: str) -> list[Index]:
    tree = await asking.get(ask, expression, query=_QUERY)
    if tree is None:
        return []
    if not isinstance(tree, dict):
        raise Unavailable(Part.UPSTREAM, "an answer that describes no index")
    return [_index(name, members_of(said)) for name, said in tree.items()]


def _index(name: str, said: Tree) -> Index:
    settings = members_of(said.get("settings"))
    uuid = settings.get("index.uuid")
    if not isinstance(uuid, str) or not uuid:
        raise Unavailable(Part.UPSTREAM, "an index without a uuid")
    mappings = members_of(said.get("mappings"))
    aliases, stream = members_of(said.get("aliases")), str(said.get("data_stream", ""))
    return Index(name, uuid, aliases, settings, mappings, frozenset(_shadows(mappings, "")), stream)


#: Under these a field holds all values that are in it, with the way to each, and without.
_ALL_VALUES: Final = frozenset({"_value", "_valueAndPath"})
#: A type of fields that has forms for the begins and the pairs of words by itself.
_TYPED_AS_ONE_GOES: Final = "search_as_you_type"
#: What the server keeps of a text by itself: what a part of a field is where nobody remembers the index.
_BY_ITSELF: Final = "keyword"


def _own(path: Path, index: Index | None) -> Path:
    node: Tree = {} if index is None else {"properties": index.mappings.get("properties")}
    for i, step in enumerate(path):
        below = members_of(node.get("properties"))
        forms = step in members_of(node.get("fields")) or node.get("type") == _TYPED_AS_ONE_GOES
        if i and (step in _ALL_VALUES or (step not in below and forms)):
            return path[:i]
        node = members_of(below.get(str(step)))
    return path[:-1] if index is None and path[-1] == _BY_ITSELF else path


def _shadows(node: Tree, above: str) -> Iterator[str]:
    for section in ("runtime", "derived"):
        yield from members_of(node.get(section))
    for name, one in members_of(node.get("properties")).items():
        field, said = f"{above}{name}", members_of(one)
        if said.get("type") == "alias" or "script" in said:
            yield field
        copied = said.get("copy_to")
        yield from map(str, copied if isinstance(copied, list) else [] if copied is None else [copied])
        yield from _shadows(said, f"{field}.")


async def thing(ask: Ask, name: str) -> str:
    """The uuid of the index that a name stands for; empty: there is none, or several. Raises Unavailable."""
    found = await _described(ask, name)
    return found[0].uuid if len(found) == 1 else ""


def offline(expression: str) -> Tree:
    """What a server would describe that has an index of each name; a pattern stands for what it would find."""
    found = [item for item in expression.split(",") if not item.startswith("-")]
    return {item: {"aliases": {}, "mappings": {}, "settings": {"index.uuid": f"uuid-of-{item}"}} for item in found}
