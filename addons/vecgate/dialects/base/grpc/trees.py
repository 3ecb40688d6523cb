"""How is a protobuf message a JSON tree, and a tree a message? By its descriptor, and by tables of what is said otherwise.

Both ways go by the same tables, so that what was read is what is printed. What a tree cannot say (a number that is none,
a word that no enum has), and what a message has no place for, is Unsayable.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from vecgate.dialects.base.grpc.messages import Message
from vecgate.domain.call import Json

type Tree = dict[str, Json]
type Words = Mapping[int, str]

_NUMBERS: Final = frozenset({1, 2})  # `FieldDescriptor.type` of double and float
_ENUM: Final = 14


class Unsayable(ValueError):
    """What a tree or a message has no place for; the text never quotes what stands there."""


@dataclass(frozen=True, slots=True)
class Way:
    """How messages of one type are said otherwise than member by member, and how such a value is put into one."""

    said: Callable[["Trees", Message], Json]
    put: Callable[["Trees", Json, Message], None]


@dataclass(frozen=True, slots=True)
class Change:
    """What is changed of the members of a message once they are said, and before they are put."""

    after: Callable[[Tree], Tree]
    before: Callable[[Tree], Tree]


@dataclass(slots=True)
class _Known:
    """What is known of a type of message: how each field is said, which are always said, how each member is put."""

    name: str
    change: "Change | None"
    said: dict[int, tuple[str, Callable[[Any], Json]]] = field(default_factory=dict)
    always: list[tuple[str, Callable[[], Json]]] = field(default_factory=list)
    put: dict[str, tuple[str, Callable[[Message, str, Json], None]]] = field(default_factory=dict)
    flat: dict[str, str] = field(default_factory=dict)  # members that stand in the message of a field, and which


@dataclass(slots=True)
class Trees:
    """The trees of a package's messages. Types and fields are called without the package: `Filter`, `Filter.must`.

    `names`: what a field is called in the tree (an empty text: its members stand among those around it), if not by
    `name`. `quiet`: fields that are left out where they are empty; `unsure`: those of numbers that are null where they are
    none. `word`: what the value of an enum is called; `ways`, `changes`: by type. What is deprecated is read, and never printed.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    quiet: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()
    ways: Mapping[str, Way] = field(default_factory=dict)
    changes: Mapping[str, Change] = field(default_factory=dict)
    name: Callable[[str], str] = str
    word: Callable[[str, str], str] = lambda enum, value: value
    _known: dict[str, _Known] = field(default_factory=dict, init=False)

    def said(self, message: Message) -> Json:
        """The message as a tree."""
        descriptor = message.DESCRIPTOR
        way = self.ways.get(_short(descriptor))
        return self.members(message) if way is None else way.said(self, message)

    def members(self, message: Message) -> Tree:
        """The message as its members. What has no default that differs from nothing is said only where it is there."""
        return self._members(self._of(message.DESCRIPTOR), message)

    def _members(self, known: _Known, message: Message) -> Tree:
        tree: Tree = {key: made() for key, made in known.always}
        for one, value in message.ListFields():
            key, said = known.said[one.number]
            if key:
                tree[key] = said(value)
            elif isinstance(inner := said(value), dict) and not inner.keys() & tree.keys():
                tree.update(inner)
            else:
                raise Unsayable(f"{known.name}.{one.name}")
        return tree if known.change is None else known.change.after(tree)

    def put(self, tree: Json, message: Message) -> None:
        """Say in a message what a tree says. Raises Unsayable for what it has no place for."""
        try:
            self._putter(message.DESCRIPTOR)(tree, message)
        except Unsayable:
            raise
        except (TypeError, ValueError, OverflowError, KeyError) as e:  # words of a library may quote what stands there
            raise Unsayable(_short(message.DESCRIPTOR)) from e

    def put_members(self, tree: Json, message: Message) -> None:
        """The same, member by member. Null says nothing."""
        self._put_members(self._of(message.DESCRIPTOR), tree, message)

    def _put_members(self, known: _Known, tree: Json, message: Message) -> None:
        if not isinstance(tree, dict):
            raise Unsayable(known.name)
        inner: dict[str, Tree] = {}
        for key, value in (tree if known.change is None else known.change.before(tree)).items():
            if value is None:
                continue
            if key in known.put:
                at, put = known.put[key]
                put(message, at, value)
            elif key in known.flat:
                inner.setdefault(known.flat[key], {})[key] = value
            else:
                raise Unsayable(f"{known.name} has no such member")
        for at, found in inner.items():
            below = getattr(message, at)
            below.SetInParent()
            self.put(found, below)

    def _of(self, descriptor: Any) -> _Known:
        """What is known of a type: put together once, and there for others (also other threads) when it is whole."""
        name = _short(descriptor)
        if (known := self._known.get(name)) is None:
            known = _Known(name, self.changes.get(name))
            for one in descriptor.fields:
                self._learn(known, f"{name}.{one.name}", one)
            self._known[name] = known
        return known

    def _sayer(self, descriptor: Any) -> Callable[[Message], Json]:
        """How messages of a type are said. What is known of it is looked up when the first one is: it may hold itself."""
        if (way := self.ways.get(_short(descriptor))) is not None:
            return partial(way.said, self)
        known: _Known | None = None

        def said(message: Message) -> Json:
            nonlocal known
            if known is None:
                known = self._of(descriptor)
            return self._members(known, message)

        return said

    def _putter(self, descriptor: Any) -> Callable[[Json, Message], None]:
        """How such a value is put, in the same way."""
        if (way := self.ways.get(_short(descriptor))) is not None:
            return partial(way.put, self)
        known: _Known | None = None

        def put(value: Json, message: Message) -> None:
            nonlocal known
            if known is None:
                known = self._of(descriptor)
            self._put_members(known, value, message)

        return put

    def _learn(self, known: _Known, at: str, one: Any) -> None:
        key = self.names.get(at, self.name(one.name))
        pairs = one.message_type is not None and bool(one.message_type.GetOptions().map_entry)
        known.said[one.number] = key, _perhaps if at in self.unsure else self._saying(one, pairs)
        if not key:
            known.flat |= {member: one.name for member in self._keys(one.message_type)}
            return
        if not one.GetOptions().deprecated:
            known.put[key] = one.name, self._putting(one, pairs)
        if at in self.quiet or (not one.is_repeated and one.has_presence):
            return
        if one.is_repeated:
            known.always.append((key, dict if pairs else list))
        else:
            default = self._worded(one)(one.default_value) if one.type == _ENUM else one.default_value
            known.always.append((key, lambda: default))

    def _keys(self, descriptor: Any) -> Iterator[str]:
        """The members that stand in a tree for those of a message."""
        for one in descriptor.fields:
            key = self.names.get(f"{_short(descriptor)}.{one.name}", self.name(one.name))
            yield from [key] if key else self._keys(one.message_type)

    def _saying(self, one: Any, pairs: bool) -> Callable[[Any], Json]:
        if pairs:
            each = self._each(one.message_type.fields_by_name["value"])
            return lambda found: {key: each(found[key]) for key in found}
        each = self._each(one)
        if not one.is_repeated:
            return each
        if one.type in _NUMBERS:
            return numbers
        return list if each is _same else lambda found: [each(item) for item in found]

    def _each(self, one: Any) -> Callable[[Any], Json]:
        if one.message_type is not None:
            return self._sayer(one.message_type)
        if one.type in _NUMBERS:
            return number
        return self._worded(one) if one.type == _ENUM else _same

    def _worded(self, one: Any) -> Callable[[int], Json]:
        words = self._words(one.enum_type)

        def said(value: int) -> Json:
            if value not in words:
                raise Unsayable(_short(one.enum_type))
            return words[value]

        return said

    def _words(self, enum: Any) -> Words:
        return {value.number: self.word(_short(enum), value.name) for value in enum.values}

    def _putting(self, one: Any, pairs: bool) -> Callable[[Message, str, Json], None]:
        if pairs:
            return self._putting_pairs(one.message_type.fields_by_name["value"])
        if one.message_type is not None:
            return _each_of(self._putter(one.message_type), several=one.is_repeated)
        if one.type == _ENUM:
            numbers = {word: number for number, word in self._words(one.enum_type).items()}
            return lambda message, at, value: setattr(message, at, numbers[str(value)])
        return (lambda message, at, value: getattr(message, at).extend(value)) if one.is_repeated else setattr

    def _putting_pairs(self, one: Any) -> Callable[[Message, str, Json], None]:
        inside = None if one.message_type is None else self._putter(one.message_type)

        def put(message: Message, at: str, tree: Json) -> None:
            found = getattr(message, at)
            if not isinstance(tree, dict):
                raise Unsayable(at)
            for key, inner in tree.items():
                if inside is None:
                    found[key] = inner
                else:
                    inside(inner, found[key])

        return put


def _each_of(inside: Callable[[Json, Message], None], *, several: bool) -> Callable[[Message, str, Json], None]:
    def one(message: Message, at: str, value: Json) -> None:
        inner = getattr(message, at)
        inner.SetInParent()
        inside(value, inner)

    def many(message: Message, at: str, value: Json) -> None:
        found = getattr(message, at)
        for item in value if isinstance(value, list) else [value]:
            inside(item, found.add())

    return many if several else one


def _short(descriptor: Any) -> str:
    """The name of a type without its package, and with the types that it stands in."""
    package: str = descriptor.file.package
    name: str = descriptor.full_name
    return name[len(package) + 1 :] if package else name


def _same(value: Any) -> Json:
    return value  # type: ignore[no-any-return]


def number(value: float) -> Json:
    """A number that JSON can say. Raises Unsayable."""
    if not math.isfinite(value):
        raise Unsayable("no finite number")
    return value


def _perhaps(value: float) -> Json:
    return value if math.isfinite(value) else None


def numbers(values: Any) -> Json:
    """Many of them."""
    found: list[Json] = list(values)
    if not math.isfinite(sum(found)):  # type: ignore[arg-type]
        raise Unsayable("no finite number")
    return found


def only(name: str) -> Way:
    """A message that is said as its one field."""

    def said(trees: Trees, message: Message) -> Json:
        tree = trees.members(message)
        return next(iter(tree.values()), None)

    def put(trees: Trees, value: Json, message: Message) -> None:
        trees.put_members({name: value}, message)

    return Way(said, put)
