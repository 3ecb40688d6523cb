"""What may stand in a body (keys, kinds, lists, nulls, spellings), and what is its one form? Read, or refused by name.

A database's tables are made of these forms. Servers drop keys that they do not know, fold their case, take an array
for an object, prefer one of two kinds, and know one value in many spellings; so what could be read in two ways is
refused, and what has several spellings is given back in one. What is sent is printed from what was given back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from operator import is_
from types import MappingProxyType
from typing import Final, Never, Protocol

from vecgate.domain.call import Json
from vecgate.domain.inlets import named
from vecgate.parsing.saying import folded, in_words, shown
from vecgate.parsing.saying import harmful as harmful
from vecgate.parsing.saying import unreadable as unreadable

_NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})

type _Known = tuple[Callable[[Json], bool] | None, Callable[[Json, str], Json], bool]


class Form(Protocol):
    """What may stand somewhere in a body."""

    def read(self, value: Json, at: str) -> Json:
        """The value in its one form: the very value where it is in it. Raises CallRefused unless it may stand there."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A value as a whole: a check, its words for a refusal, and values that pass it."""

    words: str
    fits: Callable[[Json], bool]
    such_as: tuple[Json, ...] = ()

    def read(self, value: Json, at: str) -> Json:
        if not self.fits(value):
            unreadable(f"'{at}' must be {self.words}" if at else f"it must be {self.words}")
        return value

    def or_null(self) -> "Shape":
        """The same, or null."""
        return Shape(f"{self.words} or null", lambda value: value is None or self.fits(value), self.such_as)


@dataclass(frozen=True, slots=True)
class Spelled:
    """A value with several spellings: `one` gives the one that is sent, and raises ValueError for what is none.

    `same`: pairs of a spelling and the one form of it.
    """

    words: str
    one: Callable[[Json], Json]
    same: tuple[tuple[Json, Json], ...]

    def read(self, value: Json, at: str) -> Json:
        try:
            return self.one(value)
        except ValueError:
            unreadable(f"'{at}' must be {self.words}" if at else f"it must be {self.words}")


@dataclass(frozen=True, slots=True)
class OrNull:
    """Something, or null, which says something of its own here."""

    form: Form

    def read(self, value: Json, at: str) -> Json:
        return None if value is None else self.form.read(value, at)


@dataclass(frozen=True, slots=True)
class Left:
    """Something that may be left out; null says the same, and is taken out."""

    form: Form

    def read(self, value: Json, at: str) -> Json:
        return None if value is None else self.form.read(value, at)


@dataclass(frozen=True, slots=True)
class Members:
    """An object: its members by name, and which of them must be there.

    `also`: second names of members, each brought to the first. `apart`: of each of these sets at most one member may
    be there, as the server looks at one of them only; of `one_of` exactly one must. A server that knows an object by
    its places as well takes an array for it: here it is refused.
    """

    members: Mapping[str, Form]
    required: tuple[str, ...] = ()
    also: Mapping[str, str] = field(default_factory=lambda: _NO_NAMES)
    apart: tuple[tuple[str, ...], ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    #: Of members that were read before: their check, where that says all; how they are read; may they be left out?
    _known: dict[str, _Known] = field(default_factory=dict, init=False, repr=False, compare=False)

    def read(self, value: Json, at: str) -> Json:
        if not isinstance(value, dict):
            unreadable(f"'{at}' must be an object" if at else "it must be a JSON object")
        new: dict[str, Json] | None = None  # until something is not in its one form yet
        for key, inner in value.items():
            name, known = key, self._known.get(key)
            if known is None:
                name, known = self._learnt(key, value, at)
            fits, read, left = known
            if new is None and name is key and inner is not None and fits is not None and fits(inner):
                continue  # as most are
            gone = left and inner is None
            one = inner if gone else read(inner, f"{at}.{name}" if at else name)
            if new is None and (gone or one is not inner or name is not key):
                new = dict(takewhile(lambda item, key=key: item[0] != key, value.items()))  # type: ignore[misc]
            if new is not None and not gone:
                new[name] = one
        if self.required or self.apart or self.one_of:
            self._together(value if new is None else new, at)
        return value if new is None else new

    def _learnt(self, key: str, value: dict[str, Json], at: str) -> tuple[str, _Known]:
        name, form = (key, self.members[key]) if key in self.members else self._second_name(key, value, at)
        left = isinstance(form, Left)
        form = _itself(form.form if isinstance(form, Left) else form)
        self._known[name] = form.fits if isinstance(form, Shape) else None, form.read, left
        return name, self._known[name]

    def _second_name(self, key: str, value: dict[str, Json], at: str) -> tuple[str, Form]:
        name = self.also.get(key, "")
        if name not in self.members:
            self._unknown(key, at)
        if name in value:
            unreadable(f"'{name}' and '{key}' are the same{in_words(at)}; only one of them may be there")
        return name, self.members[name]

    def _unknown(self, key: str, at: str) -> Never:
        known = ", ".join(sorted(self.members)) or "none"
        meant = next((name for name in (*self.members, *self.also) if folded(name) == folded(key)), None)
        like = f" (written like '{meant}', and not it)" if meant else ""
        unreadable(f"unknown member {shown(key)}{like}{in_words(at)}. Known: {known}")

    def _together(self, new: Mapping[str, Json], at: str) -> None:
        for key in self.required:
            if key not in new:
                unreadable(f"'{at}.{key}' is missing" if at else f"'{key}' is missing")
        for names in (*self.apart, *self.one_of):
            found = [name for name in names if name in new]
            if len(found) > 1:
                both = " and ".join(f"'{name}'" for name in found)
                unreadable(f"{both} stand together{in_words(at)}, and the server would look at one of them only")
            if not found and names in self.one_of:
                either = " or ".join(f"'{name}'" for name in names)
                unreadable(f"{either} is missing{in_words(at)}")


@dataclass(frozen=True, slots=True)
class OneOf:
    """An object of one of several kinds, each told by a member of its own; `otherwise`: with none of them."""

    kinds: Mapping[str, Members]
    otherwise: Form | None = None

    def read(self, value: Json, at: str) -> Json:
        if not isinstance(value, dict):
            unreadable(f"'{at}' must be an object" if at else "it must be a JSON object")
        found = [key for key in value if key in self.kinds]
        if len(found) > 1:  # a kind may have a member that by itself would tell another one
            found = [key for key in found if all(other in self.kinds[key].members for other in found)] or found
        if len(found) > 1:
            both = " and ".join(f"'{key}'" for key in sorted(found))
            unreadable(f"{both} are two kinds in one object{in_words(at)}; the server would look at one of them only")
        if found:
            return self.kinds[found[0]].read(value, at)
        if self.otherwise is not None:
            return self.otherwise.read(value, at)
        for key in value:
            meant = next((kind for kind in self.kinds if folded(kind) == folded(key)), None)
            if meant:
                unreadable(f"unknown member {shown(key)} (written like '{meant}', and not it){in_words(at)}")
        unreadable(f"'{at}' must have one of {', '.join(sorted(self.kinds))}")


@dataclass(frozen=True, slots=True)
class ByType:
    """A form for each type of JSON that may stand here."""

    words: str
    forms: Mapping[type, Form]

    def read(self, value: Json, at: str) -> Json:
        form = self.forms.get(type(value))
        if form is None:
            unreadable(f"'{at}' must be {self.words}" if at else f"it must be {self.words}")
        return form.read(value, at)


@dataclass(frozen=True, slots=True)
class Later:
    """A form that is made up of itself."""

    form: Callable[[], Form]

    def read(self, value: Json, at: str) -> Json:
        return self.form().read(value, at)


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list, each item of one form. `single`: one alone stands for a list of it. `least`: so many must be there."""

    form: Form
    single: bool = False
    least: int = 0

    def read(self, value: Json, at: str) -> Json:
        if self.single and isinstance(value, dict):
            value = [value]
        if not isinstance(value, list):
            unreadable(f"'{at}' must be a list" if at else "it must be a list")
        if len(value) < self.least:
            unreadable(f"'{at}' must not be empty" if at else "the list must not be empty")
        form = _itself(self.form)
        new = [form.read(item, f"{at}[{i}]") for i, item in enumerate(value)]
        return value if all(map(is_, new, value)) else new


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object with any keys, each value of one form. `key`: what a key must be."""

    form: Form
    key: Form | None = None

    def read(self, value: Json, at: str) -> Json:
        if not isinstance(value, dict):
            unreadable(f"'{at}' must be an object")
        new, fits = dict[str, Json](), getattr(self.form, "fits", None)
        for key, inner in value.items():
            name = key if self.key is None else str(self.key.read(key, f"a key in {at}"))
            if name in new:
                unreadable(f"two keys in '{at}' are spellings of one")
            new[name] = inner if fits is not None and fits(inner) else self.form.read(inner, named(at, key))
        same = all(map(is_, new, value)) and all(map(is_, new.values(), value.values()))
        return value if same else new


@dataclass(frozen=True, slots=True)
class Checked:
    """What a function of its own looks at: given the value and its place, it raises CallRefused or does not.

    `such_as`: values that pass it. `open_below`: objects in it may have any keys.
    """

    check: Callable[[Json, str], None]
    such_as: tuple[Json, ...] = ()
    open_below: bool = False

    def read(self, value: Json, at: str) -> Json:
        self.check(value, at)
        return value


@dataclass(frozen=True, slots=True)
class Nothing:
    """No body; an empty object or null, as some clients send it, says the same and goes no further."""

    def read(self, value: Json, at: str) -> Json:
        return Members({}).read({} if value is None else value, at)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A member that the server knows elsewhere and overlooks here; `words` say so."""

    words: str

    def read(self, value: Json, at: str) -> Json:
        unreadable(f"'{at}' {self.words}")


@dataclass(frozen=True, slots=True)
class Free:
    """An object that people fill: any keys, any values. Two keys of one name were refused before."""

    def read(self, value: Json, at: str) -> Json:
        if not isinstance(value, dict):
            unreadable(f"'{at}' must be an object")
        return value


def _itself(form: Form) -> Form:
    while isinstance(form, Later):
        form = form.form()
    return form
