"""What may stand in calls of Weaviate, by itself? Names of classes, properties and tenants, ids, vectors, counts."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from uuid import UUID

from vecgate.dialects.base.vectors import is_numbers
from vecgate.domain.call import Json
from vecgate.parsing.forms import Form, ListOf, MapOf, Members, Shape, Spelled, unreadable

type Tree = dict[str, Json]

#: The most that one search gives, and the furthest that it reaches (QUERY_MAXIMUM_RESULTS).
WINDOW: Final = 10_000
CLASS: Final = re.compile(r"[A-Z][A-Za-z0-9_]{0,254}")
PROPERTY: Final = re.compile(r"[_a-z][A-Za-z0-9_]{0,230}")
TENANT_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FREE: Final = re.compile(r"[A-Za-z0-9_.@:-]{1,128}")
_FOLDED: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,230}")
#: So many names are remembered with what the server makes of them: a batch says the same ones for every record.
_NAMES: Final = 1024
_ID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_ANY_ID: Final = re.compile(rf"(?:urn:uuid:)?{_ID.pattern}|\{{{_ID.pattern}\}}|[0-9a-f]{{32}}")
_BEACON: Final = re.compile(rf"weaviate://localhost/(?:([A-Z][A-Za-z0-9_]{{0,254}})/)?({_ID.pattern})")
_FROM: Final = re.compile(
    rf"weaviate://localhost/([A-Z][A-Za-z0-9_]{{0,254}})/({_ID.pattern})/([_a-z][A-Za-z0-9_]{{0,230}})"
)


def matches(pattern: re.Pattern[str], words: str, *such_as: str) -> Shape:
    """A text of one form."""
    return Shape(words, lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None, such_as)


def _class(value: Json) -> Json:
    if not isinstance(value, str):
        raise ValueError("no name of a class")  # noqa: TRY004 - as `Spelled` wants it
    return class_name(value)


@lru_cache(_NAMES)
def class_name(value: str) -> str:
    """The name of a class as the server reads it; a batch names the same one for every record."""
    name = value[:1].upper() + value[1:]
    if not CLASS.fullmatch(name):
        raise ValueError("no name of a class")
    return name


def _property(value: Json) -> Json:
    if not isinstance(value, str):
        raise ValueError("no name of a property")  # noqa: TRY004 - as `Spelled` wants it
    return _folded(value)


@lru_cache(_NAMES)
def _folded(value: str) -> str:
    if not _FOLDED.fullmatch(value):
        raise ValueError("no name of a property")
    return value[:1].lower() + value[1:]


def _uuid(value: Json) -> Json:
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    if not isinstance(value, str) or not _ANY_ID.fullmatch(value.lower()):
        raise ValueError("no id")
    return str(UUID(value.lower()))


#: The server raises the first letter, and destroys data under any other case: so what stands here is looked up exactly.
NAME: Final = Spelled(
    "the name of a class: letters, digits and '_'", _class, (("person", "Person"), ("Person", "Person"))
)
KEY: Final = Spelled("the name of a property: letters, digits and '_'", _property, (("Name", "name"), ("name", "name")))
ID: Final = Spelled(
    "a UUID", _uuid,
    (("ABC10000-0000-4000-8000-000000000001", "abc10000-0000-4000-8000-000000000001"),
     ("urn:uuid:abc10000-0000-4000-8000-000000000001", "abc10000-0000-4000-8000-000000000001"),
     ("abc10000000040008000000000000001", "abc10000-0000-4000-8000-000000000001"),
     ("abc10000-0000-4000-8000-000000000001", "abc10000-0000-4000-8000-000000000001")),
)  # fmt: skip
TENANT: Final = matches(TENANT_NAME, "the name of a tenant: letters, digits, '_' and '-', at most 64", "t1")
TEXT: Final = Shape("a text", lambda value: isinstance(value, str), ("a",))
WORD: Final = matches(_FREE, "a word of letters, digits and '_.@:-'", "some")
BOOL: Final = Shape("true or false", lambda value: isinstance(value, bool), (True,))
NUMBER: Final = Shape("a number", lambda value: type(value) in (int, float), (0.5,))
WHOLE: Final = Shape("a whole number", lambda value: type(value) is int, (5,))
COUNT: Final = Shape(
    f"a whole number from 1 to {WINDOW}", lambda value: type(value) is int and 1 <= value <= WINDOW, (5,)
)
OFFSET: Final = Shape(
    f"a whole number from 0 to {WINDOW}", lambda value: type(value) is int and 0 <= value <= WINDOW, (5,)
)
PLAIN: Final = matches(PROPERTY, "the name of a property as the schema has it, with nothing behind it", "name")


def one_of(*words: str) -> Shape:
    """One of some words."""
    return Shape(f"one of {', '.join(words)}", lambda value: value in words, (words[0],))


LEVEL: Final = one_of("ONE", "QUORUM", "ALL")


def is_vector(value: Json) -> bool:
    """Whether it is a list of numbers, or a list of such lists."""
    if not isinstance(value, list) or not value:
        return False
    if is_numbers(value):
        return True
    return all(isinstance(one, list) and is_vector(one) and not isinstance(one[0], list) for one in value)


VECTOR: Final = Shape(
    "a vector: a list of numbers", lambda value: is_vector(value) and type(list_of(value)[0]) is not list, ([0.5, 1],)
)
_ANY_VECTOR: Final = Shape("a vector, or a list of vectors", is_vector, ([0.5, 1], [[0.5, 1]]))
VECTORS: Final = MapOf(_ANY_VECTOR, PLAIN)
BEACON: Final = matches(
    _BEACON,
    "a beacon: 'weaviate://localhost/CLASS/ID'",
    "weaviate://localhost/Person/abc10000-0000-4000-8000-000000000001",
)
FROM: Final = matches(
    _FROM, "a beacon with its property: 'weaviate://localhost/CLASS/ID/PROPERTY'",
    "weaviate://localhost/Person/abc10000-0000-4000-8000-000000000001/knows",
)  # fmt: skip


def beacon(value: Json) -> tuple[str, str]:
    """The class (empty: none named) and the id of a beacon."""
    found = _BEACON.fullmatch(str(value))
    return (found[1] or "", found[2]) if found else ("", "")


def origin(value: Json) -> tuple[str, str, str]:
    """The class, the id and the property of a beacon with one."""
    found = _FROM.fullmatch(str(value))
    return (found[1], found[2], found[3]) if found else ("", "", "")


REFERENCE: Final = Members({"beacon": BEACON}, ("beacon",))


class _Value:
    """Anything that a property can be; in what it is made of, names have one spelling."""

    @staticmethod
    def fits(value: Json) -> bool:
        """Whether it is one that has one spelling only, as most are."""
        kind = type(value)
        return kind is str or kind is float or kind is bool or (kind is int and -(2**53) <= value <= 2**53)  # type: ignore[operator]

    like: Form = Shape("a value", lambda value: value is not None, ("a", 1, True, ["a"]))

    def read(self, value: Json, at: str) -> Json:
        if isinstance(value, dict):
            new = _INNER.read(value, at)
            if "beacon" in as_tree(new):  # other spellings of one lead somewhere as well, and nobody would decide on it
                BEACON.read(as_tree(new)["beacon"], f"{at}.beacon")
            return new
        if isinstance(value, list):
            many = [self.read(one, f"{at}[{i}]") for i, one in enumerate(value)]
            return value if all(one is was for one, was in zip(many, value, strict=True)) else many
        if type(value) is int and not -(2**53) <= value <= 2**53:
            unreadable(f"'{at}' is a whole number that the server would store as another one")
        return value


_INNER: Final = MapOf(_Value(), KEY)
PROPERTIES: Final = MapOf(_Value(), KEY)


def as_tree(value: Json) -> Tree:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: Json) -> list[Json]:
    """A list, or an empty one."""
    return value if isinstance(value, list) else []


def listed(form: Form) -> Form:
    """A list of something, with something in it: the server takes an empty one for everything."""
    return ListOf(form, least=1)


PATH_FORMS: Final[Mapping[str, Spelled]] = {"class": NAME, "id": ID, "alias": NAME}
