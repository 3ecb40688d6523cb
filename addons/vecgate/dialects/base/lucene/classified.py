"""What does a call do, and to which indices? What its route and body say, with the names that they mean now.

Which of the indices that an expression finds are a caller's? The others are to them as what is not there: a pattern
finds their own alone, as it does at a server with security. A name that stands for others is decided on as a name of
nothing, and what is behind it besides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, NamedTuple

from vecgate.dialects.base.dialect import Ask, Dialect, May, may_ask
from vecgate.dialects.base.lucene import cursors, inward, names, reading, vectors
from vecgate.dialects.base.lucene.forms import standing
from vecgate.dialects.base.lucene.meaning import (
    BY_ALIAS,
    MAKING,
    NAMING,
    SINGLE,
    about,
    body,
    copied,
    named,
    plain,
    refined,
    target,
)
from vecgate.dialects.base.lucene.values import Tree, is_name
from vecgate.dialects.base.routing import Match, Route
from vecgate.dialects.base.shapes import Sees, sees_all
from vecgate.domain.call import Call
from vecgate.domain.operation import Operation
from vecgate.parsing.forms import unreadable
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

_CREATE = "indices_create"
_RESTORE = "snapshot_restore"
_MADE = frozenset({_CREATE, _RESTORE})


class Seen(NamedTuple):
    """What is a caller's of an expression, and what its names stand for that is not, by these names."""

    own: list[names.Index]
    behind: tuple[tuple[str, names.Index], ...] = ()


async def seen(found: Sequence[names.Index], expression: str, operation: Operation, sees: Sees) -> Seen:
    """It, of what the server has found (`names.resolved`). What the expression names itself is left to the decision."""
    said = names.plain(expression)
    others = [one for one in found if one.uuid and one.name not in said]
    if not others:
        return Seen([*found])
    each = [replace(operation, collections=(one.name,), things=(one.uuid,)) for one in others]
    shown = await sees(each)
    hidden = {one.name: one for one, is_shown in zip(others, shown, strict=True) if not is_shown}
    behind = tuple((item, one) for item in said for one in hidden.values() if one.is_called(item))
    barred = {item for item, _ in behind}
    own = dict[str, names.Index]()
    for item in said:
        means = [one for one in found if one.is_called(item)] if item not in barred else [names.absent(item)]
        own |= {one.name: one for one in means or [names.absent(item)]}
    own |= {one.name: one for one in others if one.name not in hidden and one.is_found(expression)}
    return Seen([*own.values()], behind)


class LuceneNames(Dialect):
    """A part of `Lucene`: indices are told by names, lists, patterns and aliases."""

    routes: ClassVar[tuple[Route, ...]]
    _names: names.Names

    async def classify(self, call: Call, ask: Ask, *, anew: bool = False, may: May = may_ask) -> Operation:
        return await self.classify_seen(call, ask, sees_all, anew=anew, may=may)

    async def classify_seen(
        self, call: Call, ask: Ask, sees: Sees, *, anew: bool = False, may: May = may_ask
    ) -> Operation:
        call = reading.as_actions(call, self.match)
        match = self.match(call)
        route, bare = match.route, refined(plain(self.name, match), call)
        cursors.known(route.name, call)
        path = cursors.closed(call) or copied(route.name, body(call)) or about(match)
        if not path and route.name not in NAMING | _MADE:
            return bare
        if route.name in _MADE:
            return plain(self.name, match, _made(route.name, path, body(call)))
        whole, wanted = _asked(route.name, body(call), path)
        before = partial(self._before, may, match, call, (*wanted, *([whole] if whole else ())))

        async def of(expression: str) -> Seen:
            found = await self._names.of(ask, expression, before, anew=anew or bare.group != "read")
            return await seen(found, expression, bare, sees)

        found = await of(whole) if whole else Seen([])
        meant = {name: await of(name) for name in wanted}
        if whole and not found.own:
            raise CallRefused(refuse("collection.unknown"))
        if route.name == "indices_delete":
            found = found._replace(own=names.under_own_names(found.own, whole))
        operation = self._named(match, call, found, meant, path)
        try:
            _check(route.name, call, found.own, whole, meant)
            await self.led(
                call, route.name, [one for some in (found, *meant.values()) for one in some.own], ask, before
            )
        except CallRefused:  # what indices are like is told to who may have to do with them
            await may(operation)
            raise
        return operation

    def _named(self, match: Match, call: Call, found: Seen, meant: Mapping[str, Seen], path: str) -> Operation:
        """The operation with its indices, and what names in its body mean."""
        name = match.route.name
        aliasing = name == "indices_update_aliases"
        every = {one.name: one for some in (found, *meant.values()) for one in some.own}
        near = vectors.asked(name, body(call), [*every.values()])
        if aliasing:  # under every name it takes, gives or lets go, and every index that is behind one now
            every |= {one: names.absent(one) for one in meant if one not in every}
        # What a call names itself it is told of by that name; behind an alias or a pattern is what it may not know.
        said = {*meant, *path.split(",")}
        things = tuple("" if one.name in said else one.uuid for one in every.values())
        operation = refined(plain(self.name, match, tuple(every), things if any(things) else ()), call)
        stand = [(one, index) for one, some in meant.items() if not aliasing for index in some.own if index.name != one]
        stand += [pair for some in (found, *meant.values()) for pair in some.behind]
        also = [*operation.also, *(target(one, operation, index.name, index.uuid) for one, index in stand)]
        made = tuple(one.name for one in every.values() if not one.uuid) if name in MAKING else ()
        if made:
            creates = next(route for route in self.routes if route.name == _CREATE)
            also.append(plain(self.name, replace(match, route=creates), made))
        same = len(also) == len(operation.also) and near is operation.wants_vectors
        return operation if same else replace(operation, also=tuple(also), wants_vectors=near)

    async def _before(self, may: May, match: Match, call: Call, asked: Sequence[str]) -> None:
        """Whether anybody may ask: by what does not depend on the names, which may be aliases."""
        operation = refined(plain(self.name, match), call)
        also = tuple(replace(one, things=(*asked,)) for one in operation.also)
        await may(replace(operation, things=(*asked,), also=also))

    async def led(self, call: Call, name: str, indices: Sequence[names.Index], ask: Ask, before: names.Before) -> None:
        """Refuse what the server would lead a search of these indices through. Raises CallRefused, Unavailable."""

    async def identity(self, ask: Ask, place: tuple[str, str], name: str, known: str = "") -> str:
        return known or await names.thing(ask, name)

    async def located(self, call: Call, operation: Operation, ask: Ask) -> Operation:
        found = [await names.thing(ask, name) for name in operation.collections]
        return replace(operation, things=tuple(found) if any(found) else ())


def _made(name: str, path: str, tree: Tree) -> tuple[str, ...]:
    """The names of indices to be, and of what a snapshot has of them: what they stand for now does not count.

    Raises CallRefused.
    """
    if name == _RESTORE:
        return tuple(dict.fromkeys(one for pair in standing.restored(tree) for one in pair))
    if not is_name(path):
        unreadable("an index that is made must have one name")
    return (path,)


def _asked(name: str, tree: Tree, path: str) -> tuple[str, list[str]]:
    """The path's expression, empty where it says nothing, and the names in a body. Raises CallRefused."""
    said = list(named(name, tree)) if name in NAMING else []
    if None in said and not path:
        unreadable("a part of it names no index, and the path none either")
    return path if not said or None in said else "", [*dict.fromkeys(one for one in said if one is not None)]


def _check(name: str, call: Call, found: Sequence[names.Index], whole: str, meant: Mapping[str, Seen]) -> None:
    """Refuse what these indices are not served for. Raises CallRefused."""
    names.check(found, whole, told=name in BY_ALIAS)
    if whole and (name in SINGLE or name in NAMING) and len(found) != 1:
        unreadable("each part of it is about one index; its expression means several")
    for expression, some in meant.items():
        names.check(some.own, expression)
        if len(some.own) != 1 and name != "indices_update_aliases":
            unreadable("a name in it is an alias of several indices")
    _no_shadows(name, call, [*found, *(one for some in meant.values() for one in some.own)])


def _no_shadows(name: str, call: Call, indices: Sequence[names.Index]) -> None:
    """Refuse a search by a field that stands for another one, which may be masked under its own name."""
    shadows = frozenset[str]().union(*(one.shadows for one in indices))
    for one in inward.fields(name, body(call)) if shadows else ():
        field = ".".join(map(str, one.path))
        if one.how not in ("show", "write") and any(
            field == other or field.startswith(f"{other}.") for other in shadows
        ):
            unreadable(f"'{one.at}' names a field in which the index keeps or shows what others hold; name those")
